#!/usr/bin/env bash
# Counts the instructions of four fixed jobs and compares them with benches/instructions.txt: one that grew by more than
# 5 % is a failure. Counts, unlike times, are the same on a busy machine.
# Usage: benches/instructions.sh [--update]   Installs valgrind on first use.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
offprint=${CARGO_TARGET_DIR:-$here/../target}/release/offprint
sample=$here/../tests/cases/sample/article.html
command -v valgrind >/dev/null || { apt-get update -qq && apt-get install -y -qq valgrind >/dev/null; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir "$work/many"
for number in $(seq 10 29); do
  # With an address of its own each, or they would be one article.
  sed "s|^title: .*|title: 第 $number 篇|; s|^from: .*|from: https://a.example/$number|" "$sample" > "$work/many/$number.html"
done

count() { # name, arguments: prints a line
  local name=$1; shift
  local said; said=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null "$offprint" "$@" --no-config --offline -q 2>&1 >/dev/null)
  printf '%s %s\n' "$name" "$(sed -n 's/.*I *refs: *//p' <<<"$said" | tr -d ,)"
}

{
  count article-epub build "$sample" --no-cache -o "$work/one.epub"
  count article-pdf build "$sample" --no-cache -o "$work/one.pdf"
  count articles-epub build "$work/many" --no-cover -o "$work/many.epub"
  count articles-pdf build "$work/many" --no-cache -o "$work/many.pdf"
} | tee "$work/now"
[ "${1:-}" != --update ] || { cp "$work/now" "$here/instructions.txt"; exit; }
join "$here/instructions.txt" "$work/now" | awk '
  { growth = $3 / $2 - 1; printf "%-14s %+.1f %%\n", $1, growth * 100; if (growth > 0.05) bad = 1; seen++ }
  END {
    if (seen != 4) { print "instructions: the jobs and benches/instructions.txt are not the same"; exit 1 }
    if (bad) { print "instructions: more than 5 % more work; if it must be so, run benches/instructions.sh --update"; exit 1 }
  }'
