//! `offprint serve`.

use std::path::Path;

use offprint::diag::Error;
use offprint::serve::{Limits, Server};

use super::{args, report};

/// Offers the books of a folder and shows at which address.
pub(super) fn run(args: &args::Serve) -> Result<(), Error> {
    let server = Server::bind(Path::new(&args.folder), &args.listen, Limits::default())?;
    if let Some(address) = server.address() {
        report::told(&format!("http://{address}/ for browsers, http://{address}/opds for readers; Ctrl-C ends it"));
    }
    server.run()
}
