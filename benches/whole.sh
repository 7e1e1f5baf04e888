#!/usr/bin/env bash
# The whole program beside its peers: CPU time, wall time and peak memory of each on the same inputs, in one run.
# Usage: benches/whole.sh [--install] [--quick] [ARTICLE]
#   --install  get the peers first: pandoc, typst, WeasyPrint (PyPI), percollate (npm), calibre, Chromium (Debian)
#   --quick    one run each, without 1,000 articles and 300 MB of pictures
# What is not there is left out, and said so. ARTICLE is the sample of the tests, if none is named.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" = --install ]; then
  shift
  pip install -q pypandoc_binary typst==0.15.2 weasyprint pillow
  apt-get update -qq && apt-get install -y -qq calibre chromium >/dev/null
  PUPPETEER_SKIP_DOWNLOAD=1 npm install -g --ignore-scripts percollate >/dev/null
fi
cargo build --release --quiet --manifest-path "$here/../Cargo.toml"
exec python3 "$here/whole.py" "$@"
