//! `heliodon registry`: is what was approved written down so that it holds?

use std::path::PathBuf;

use super::flags::RegistryCommand;
use super::{Error, Exit, config, output, rules};
use crate::domain::{CHECKS, Face};
use crate::registry;

pub(super) fn run(command: &RegistryCommand) -> Result<Exit, Error> {
    let RegistryCommand::Check { files, own, now } = command;
    let config = config::load(&own.config, &[])?;
    rules::install(own, &config)?;
    let policy = config.policy_at(now.as_deref())?;
    let files = if files.is_empty() { vec![PathBuf::from(registry::FILE_NAME)] } else { files.clone() };
    let names = |face: Face| [face.id(), face.name];
    let known: Vec<String> = output::faces().into_iter().flat_map(names).chain(CHECKS.map(|(check, _)| check.rule())).collect();
    let checked = registry::check(&files, &policy, &known)?;
    output::to(None, |out| {
        for remark in &checked.remarks {
            let line = if remark.line == 0 { String::new() } else { format!(":{}", remark.line) };
            writeln!(out, "{}{line}: {}", remark.file, remark.message)?;
        }
        writeln!(out, "{} entries in {} files: {} to mend", checked.entries, checked.files, checked.remarks.len())
    })?;
    Ok(if checked.remarks.is_empty() { Exit::Clean } else { Exit::Findings })
}
