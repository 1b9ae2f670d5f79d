//! `heliodon registry`: is what was approved written down so that it holds?

use std::path::PathBuf;

use super::flags::RegistryCommand;
use super::{Error, Exit, config, output, rules};
use crate::domain::{CHECKS, Face, Level};
use crate::registry;

pub(super) fn run(command: &RegistryCommand) -> Result<Exit, Error> {
    let RegistryCommand::Check { files, own, now } = command;
    let config = config::load(&own.config, &[])?;
    rules::install(own, &config)?;
    let policy = config.policy_at(now.as_deref())?;
    let files = if files.is_empty() { vec![PathBuf::from(registry::FILE_NAME)] } else { files.clone() };
    let names = |face: Face| {
        let level = policy.levels.get(&face.name).copied().unwrap_or(face.level);
        [(face.id(), level), (face.name, level)]
    };
    let known: Vec<_> = output::faces().into_iter().flat_map(names).chain(CHECKS.map(|(check, _)| (check.rule(), Level::Error))).collect();
    let checked = registry::check(&files, &policy, &known)?;
    output::to(None, |out| {
        for remark in &checked.remarks {
            let line = if remark.line == 0 { String::new() } else { format!(":{}", remark.line) };
            writeln!(out, "{}{line}: {}", remark.file, remark.message)?;
        }
        let count = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let (entries, files) = (count(checked.entries, "entry", "entries"), count(checked.files, "file", "files"));
        writeln!(out, "{entries} in {files}: {} to mend", checked.remarks.len())
    })?;
    Ok(if checked.remarks.is_empty() { Exit::Clean } else { Exit::Findings })
}
