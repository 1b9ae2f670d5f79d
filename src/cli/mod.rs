//! The door: flags, configuration, wiring, progress, advice, exit status.

mod baseline;
mod config;
mod evidence;
mod flags;
mod gate;
mod hook;
mod layers;
mod output;
mod policy;
mod progress;
mod register;
mod registry;
mod rules;
mod scan;
mod shards;
mod trace;

use std::io::Write;

use clap::Parser;

use flags::{Command, Flags};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Nothing at or above `--fail-on`.
    Clean = 0,
    /// Findings: a code of its own, so that a pipeline tells them from a broken run.
    Findings = 1,
    /// The work could not be done.
    Failed = 2,
    /// The scan was incomplete, and `--require-complete` was given.
    Incomplete = 3,
}

/// What ends a command early; the text is for people and holds no secret.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("{0}")]
    Source(#[from] crate::scan::source::Error),
    #[error("{0}")]
    Registry(#[from] crate::registry::Error),
    #[error("`{name}`: {error}")]
    File { name: String, error: std::io::Error },
    #[error("{0}")]
    Input(String),
}

/// Runs the program; the exit status is 0 (nothing at or above `--fail-on`), 1 (findings), 2 (the work could not be done) or 3 (incomplete).
pub fn run() -> u8 {
    quiet_panics();
    let flags = match Flags::try_parse() {
        Ok(flags) => flags,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Failed as u8 } else { Exit::Clean as u8 };
        }
    };
    let ended = match flags.command {
        Command::Scan(flags) => scan::run(&flags),
        Command::Plan(flags) => shards::plan(&flags),
        Command::Observe(flags) => shards::observe(&flags),
        Command::Reconcile(flags) => shards::reconcile(&flags),
        Command::Register(flags) => register::run(&flags),
        Command::Gate(flags) => gate::run(&flags),
        Command::Registry(command) => registry::run(&command),
        Command::Policy(command) => policy::run(&command),
        Command::Trace(flags) => trace::run(&flags),
        Command::Rules(command) => rules::run(&command),
        Command::Baseline(command) => baseline::run(&command),
        Command::Evidence(command) => evidence::run(&command),
        Command::Hook(command) => hook::run(command),
    };
    match ended {
        Ok(exit) => exit as u8,
        // Whoever reads our output has read enough: no reason to complain.
        Err(Error::File { error, .. }) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Clean as u8,
        Err(error) => {
            say(&format!("heliodon: {error}"));
            Exit::Failed as u8
        }
    }
}

/// A line on standard error.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// A panic in one unit becomes trouble. Its message could quote the text being read, so only the place in our code is told.
/// The cache's database panics at a file that was damaged; the cache notes it, and it is no bug.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        if info.location().is_some_and(|place| place.file().contains("/redb-")) {
            return;
        }
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        say(&format!("heliodon: a bug at {place}; please report it"));
    }));
}
