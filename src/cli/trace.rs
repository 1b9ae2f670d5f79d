//! `heliodon trace`: the identity of a secret, for the registry.

use std::io::{self, Read};

use super::flags::Trace;
use super::{Error, Exit, config, output};
use crate::scan::detect::credential;

/// Longer input is no secret, but a mistake.
const LONGEST: u64 = 1 << 20;

/// Reads from standard input, so that the secret stands in no command line and no shell history.
pub(super) fn run(flags: &Trace) -> Result<Exit, Error> {
    let key = flags.trace_key.as_deref().map(config::trace_key).transpose()?;
    let mut bytes = Vec::new();
    io::stdin().lock().take(LONGEST).read_to_end(&mut bytes).map_err(|error| Error::File { name: "standard input".into(), error })?;
    let secret = bytes.strip_suffix(b"\n").map_or(bytes.as_slice(), |line| line.strip_suffix(b"\r").unwrap_or(line));
    if secret.is_empty() {
        return Err(Error::Input("standard input is empty; a secret is read from there".into()));
    }
    let trace = credential::trace(secret, key.as_ref());
    let Some(id) = trace.id else {
        return Err(Error::Input(
            "this secret could be guessed, and a plain digest of it be tried out; give a key with --trace-key, and scan with the same key".into(),
        ));
    };
    output::to(None, |out| writeln!(out, "{id}"))?;
    Ok(Exit::Clean)
}
