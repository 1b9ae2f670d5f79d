//! Our own registry: `heliodon-registry.yaml`, or a folder of such files.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Error, Registry};
use crate::domain::entries::{Fields, entry, unknown};
use crate::domain::yaml::{self, Data, Node};
use crate::domain::{Declared, Entry, Problem, Registrations, Waiver, glob};

pub(super) const REGISTRY: Registry = Registry { address: "a path of a YAML file or of a folder of them", takes, load };

const SECTIONS: [&str; 4] = ["models", "credentials", "allow", "waivers"];
/// A registry of this size is written by a program that went wrong.
const LIMIT: u64 = 64 << 20;

fn takes(address: &str) -> bool {
    !address.contains("://")
}

fn load(address: &str) -> Result<Registrations, Error> {
    let mut all = Registrations::default();
    for (name, text) in texts(Path::new(address))? {
        let loaded = parse(&name, &text).map_err(|problems| Error::Mistakes { file: name, problems })?;
        super::merge(&mut all, loaded);
    }
    Ok(all)
}

/// A registry file, or those of a folder, with their names.
pub(super) fn texts(path: &Path) -> Result<Vec<(String, String)>, Error> {
    let unreadable = |path: &Path, error: io::Error| Error::Unreadable { address: path.display().to_string(), message: error.to_string() };
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        files = yaml_files(path).map_err(|error| unreadable(path, error))?;
        if files.is_empty() {
            return Err(Error::Unreadable { address: path.display().to_string(), message: "the folder holds no `.yaml` file".to_owned() });
        }
    }
    files.iter().map(|file| Ok((file.display().to_string(), text(file).map_err(|error| unreadable(file, error))?))).collect()
}

fn yaml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for item in fs::read_dir(folder)? {
        let path = item?.path();
        if path.is_file() && path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn text(file: &Path) -> io::Result<String> {
    match fs::metadata(file)?.len() > LIMIT {
        true => Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("is longer than {LIMIT} bytes"))),
        false => fs::read_to_string(file),
    }
}

/// Reads one file; every mistake in it is told, in the order of its lines.
pub(super) fn parse(file: &str, text: &str) -> Result<Registrations, Vec<Problem>> {
    let (found, problems) = read(file, text);
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

/// What can be read of it, and what cannot.
pub(super) fn read(file: &str, text: &str) -> (Registrations, Vec<Problem>) {
    let mut reading = Reading { file, problems: Vec::new() };
    let mut found = Registrations::default();
    match yaml::parse(text) {
        Ok(Node { data: Data::Null, .. }) => {}
        Ok(Node { data: Data::Map(pairs), .. }) => {
            for (key, value) in &pairs {
                reading.section(key, value, &mut found);
            }
        }
        Ok(node) => reading.problem(node.line, format!("the file is {}; it holds {}", node.kind(), SECTIONS.join(", "))),
        Err(problem) => reading.problems.push(problem),
    }
    reading.problems.sort();
    (found, reading.problems)
}

/// The reading of one file.
struct Reading<'f> {
    file: &'f str,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn problem(&mut self, line: u32, message: String) {
        self.problems.push(Problem { line, message });
    }

    fn section(&mut self, key: &Node, value: &Node, found: &mut Registrations) {
        let items = match &value.data {
            Data::Null => &[],
            Data::List(items) => items.as_slice(),
            _ => return self.problem(value.line, format!("`{}` is {}; it is a list of entries", key.text().unwrap_or_default(), value.kind())),
        };
        match key.text().unwrap_or_default() {
            "models" => {
                found.models = self.entries("models", items);
                self.twice("models", found.models.iter().map(|entry| (entry.value.title(), entry.declared.line)));
            }
            "credentials" => {
                found.credentials = self.entries("credentials", items);
                self.twice("credentials", found.credentials.iter().map(|entry| (entry.value.trace.clone(), entry.declared.line)));
            }
            "allow" => found.allow = self.allowed(items),
            "waivers" => {
                found.waivers = self.entries("waivers", items);
                self.aimless(&found.waivers);
            }
            other => self.problem(key.line, unknown(other, SECTIONS.into_iter()).replace("field", "section")),
        }
    }

    fn entries<T: Fields>(&mut self, section: &str, items: &[Node]) -> Vec<Entry<T>> {
        let mut entries = Vec::new();
        for (index, node) in items.iter().enumerate() {
            let mut problems = Vec::new();
            if let Some(value) = entry(node, &mut problems) {
                entries.push(Entry { declared: self.declared(node), value });
            }
            let named = name(node).map_or_else(String::new, |name| format!(" (`{name}`)"));
            let at = format!("{section} entry {}{named}", index + 1);
            self.problems.extend(problems.into_iter().map(|problem| Problem { line: problem.line, message: format!("{at}: {}", problem.message) }));
        }
        entries
    }

    fn allowed(&mut self, items: &[Node]) -> Vec<Entry<String>> {
        let mut allowed = Vec::new();
        for (index, node) in items.iter().enumerate() {
            let at = format!("allow entry {}", index + 1);
            match node.text().map(|text| (text, glob(text))) {
                Some((text, Ok(_))) if text.contains(':') => allowed.push(Entry { declared: self.declared(node), value: text.to_owned() }),
                Some((text, Ok(_))) => self.problem(node.line, format!("{at}: `{text}` has no scheme; a reference looks like `hf:org/name` or `openai:gpt-*`")),
                Some((_, Err(error))) => self.problem(node.line, format!("{at}: {error}")),
                None => self.problem(node.line, format!("{at}: is {}; it is a text", node.kind())),
            }
        }
        allowed
    }

    fn twice(&mut self, section: &str, names: impl Iterator<Item = (String, u32)>) {
        let mut seen = BTreeSet::new();
        for (name, line) in names {
            if !seen.insert(name.clone()) {
                self.problem(line, format!("{section}: `{name}` is entered twice"));
            }
        }
    }

    fn aimless(&mut self, waivers: &[Entry<Waiver>]) {
        for waiver in waivers.iter().filter(|waiver| waiver.value.place.is_none() && waiver.value.subject.is_none()) {
            let message = format!("the waiver of `{}` needs `where` or `subject`; `where: \"**\"` is everywhere", waiver.value.rule);
            self.problem(waiver.declared.line, message);
        }
    }

    fn declared(&self, node: &Node) -> Declared {
        Declared { file: self.file.to_owned(), line: node.line }
    }
}

/// The name by which people know an entry.
fn name(node: &Node) -> Option<&str> {
    let Data::Map(pairs) = &node.data else { return None };
    pairs.iter().find(|(key, _)| matches!(key.text(), Some("name" | "rule"))).and_then(|(_, value)| value.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
models:
  - name: churn
    version: 3.20
    scope: [staging, production]
    approvals: [{by: risk@example.com, on: 2026-09-02, ref: CHG-881}]
credentials:
  - name: inference
    trace: "hel1:0123456789012345678901234567890123456789"
    rotate_every: 90d
allow: ["openai:gpt-*"]
waivers:
  - {rule: unregistered-artifact, where: "research/**", reason: weekly, owner: lab, approved_by: risk, expires: 2026-12-31}
"#;

    #[test]
    fn a_file_is_read_and_every_entry_knows_its_line() {
        let found = parse("r.yaml", GOOD).expect("no mistakes");
        assert_eq!((found.models[0].declared.line, found.models[0].value.version.as_deref()), (3, Some("3.20")));
        assert_eq!((found.credentials[0].declared.line, found.allow[0].declared.line, found.waivers[0].declared.line), (8, 11, 13));
        assert_eq!(found.models[0].value.approvals[0].reference.as_deref(), Some("CHG-881"));
        assert_eq!(parse("r.yaml", "# nothing yet\n").expect("an empty file is a registry"), Registrations::default());
    }

    #[test]
    fn all_mistakes_are_told_with_section_entry_and_name() {
        let text = "models:\n  - name: a\n  - name: b\n    expires: next year\n  - name: a\ncredental: []\nallow: [gpt-4]\nwaivers:\n  - {rule: x, reason: r, owner: o, approved_by: p, expires: 2027-01-01}\n";
        let told: Vec<_> = parse("r.yaml", text).expect_err("a mistake").iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "line 4: models entry 2 (`b`): `expires` is `next year`; a date looks like 2027-03-31",
                "line 5: models: `a` is entered twice",
                "line 6: no such section `credental`; did you mean `credentials`?",
                "line 7: allow entry 1: `gpt-4` has no scheme; a reference looks like `hf:org/name` or `openai:gpt-*`",
                "line 9: the waiver of `x` needs `where` or `subject`; `where: \"**\"` is everywhere",
            ]
        );
        assert!(parse("r.yaml", "- a\n").expect_err("a mistake")[0].message.starts_with("the file is a list"));
        assert!(parse("r.yaml", "models: {name: a}\n").expect_err("a mistake")[0].message.contains("is a mapping"));
    }

    #[test]
    fn a_folder_is_the_sum_of_its_files_and_an_error_names_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
        write("b.yaml", "models: [{name: b}]\n");
        write("a.yml", "models: [{name: a}]\n");
        write("notes.txt", "not a registry");
        let address = folder.path().display().to_string();
        let names = |all: &Registrations| all.models.iter().map(|entry| entry.value.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&load(&address).expect("a registry")), ["a", "b"]);
        write("c.yaml", "modls: []\n");
        let told = load(&address).expect_err("a mistake").to_string();
        assert_eq!(told, format!("registry `{address}/c.yaml`: line 1: no such section `modls`; did you mean `models`?"));
        assert!(load(&format!("{address}/none.yaml")).expect_err("a mistake").to_string().starts_with("registry `"));
    }
}
