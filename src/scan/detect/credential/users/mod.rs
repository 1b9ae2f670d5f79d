//! Who uses a credential: the agent, MCP server, service or workload whose configuration it stands in.
//!
//! This is asked of finds, not of texts: a file without credentials is not looked at. What is told are facts (`agent`, `server`, `service`,
//! `workload`, `component`, `model`), by which `reconcile` counts who shares a secret.
//!
//! To add a configuration: write a row in [`agents`] or [`workloads`], or a file of your own with its rows, listed in [`TABLES`].

mod agents;
mod image;
mod workloads;

use std::ops::Range;

use super::super::Text;
use super::entries::{self, Entry, Form, LONGEST};
use super::files::FileName;
use super::layer::Found;

/// Whose the values under some path are.
struct User {
    /// Stands in every such file.
    mark: &'static str,
    /// Names of such files; none: any.
    files: &'static [&'static str],
    /// The values; `{}` is the user's name.
    at: &'static str,
    /// Where `{}` cannot tell: the field beside the value, or beside the list's item, that holds the name.
    named_by: &'static [&'static str],
    /// What the name is told as; empty: there is none.
    fact: &'static str,
    /// Whose file it is.
    agent: &'static str,
}

const TABLES: &[&[User]] = &[agents::SERVERS, agents::MODELS, agents::FILES, workloads::SERVICES];

/// Adds to each credential who uses it, where the text says so.
pub(super) fn tell(text: &Text<'_>, found: &mut [Found]) {
    if text.name.is_empty() || text.bytes.len() > LONGEST || !found.iter().any(|found| found.credential().is_some()) {
        return;
    }
    let file = FileName::of(text.name);
    let Some(form) = file.form(text.bytes) else { return };
    let rows: Vec<&User> = TABLES.iter().flat_map(|table| table.iter()).filter(|row| row.may_stand_in(&file, text.bytes)).collect();
    let in_cluster = form == Form::Yaml && workloads::is_of_cluster(text.bytes);
    if rows.is_empty() && !in_cluster {
        return;
    }
    let all = if rows.is_empty() { Vec::new() } else { entries::read(text.bytes, form) };
    for found in found.iter_mut().filter(|found| found.credential().is_some()) {
        let span = found.span();
        let facts = match in_cluster {
            true => workloads::in_cluster(text.bytes, &span),
            false => of(&rows, &all, text.bytes, &span, &file),
        };
        found.tell(facts.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), printable(fact)?))));
    }
}

/// The facts for what stands at a place: the first row that fits has it.
fn of<'b>(rows: &[&'static User], all: &[Entry], bytes: &'b [u8], span: &Range<usize>, file: &FileName) -> Vec<(&'static str, &'b [u8])> {
    let Some(entry) = entries::holding(all, span) else { return Vec::new() };
    for row in rows {
        let Some(marked) = entries::matches(row.at, &entry.path, bytes) else { continue };
        if row.fact == workloads::SERVICE && image::asks_for_passwords(all, entry, bytes) {
            return Vec::new();
        }
        let name = match marked {
            Some(depth) => Some(&bytes[entry.path[depth].clone()]),
            None => row.named_by.iter().find_map(|field| entries::beside(all, entry, field, bytes)),
        };
        let agent = Some(row.agent).filter(|agent| !agent.is_empty()).map(str::as_bytes).or_else(|| agents::of_file(file));
        return name.filter(|_| !row.fact.is_empty()).map(|name| (row.fact, name)).into_iter().chain(agent.map(|agent| ("agent", agent))).collect();
    }
    Vec::new()
}

impl User {
    fn may_stand_in(&self, file: &FileName, bytes: &[u8]) -> bool {
        (self.files.is_empty() || self.files.iter().any(|name| file.is(name))) && memchr::memmem::find(bytes, self.mark.as_bytes()).is_some()
    }
}

/// Names are short; a secret in a name's place is not told.
fn printable(fact: &[u8]) -> Option<String> {
    const LONGEST_NAME: usize = 80;
    let fits = !fact.is_empty() && fact.len() <= LONGEST_NAME && super::value::as_token(fact) != Some(crate::domain::Sureness::Likely);
    std::str::from_utf8(fact).ok().filter(|fact| fits && !fact.chars().any(char::is_control)).map(str::to_owned)
}

#[cfg(test)]
mod tests;
