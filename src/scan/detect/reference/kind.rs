//! What kind of text a file holds. Prose speaks of models without running them.

use crate::rulepack::shape::FileKind::{self, Code, Config, Shell};
use crate::scan::detect::Text;

const CODE: &[&str] = &[
    "py", "pyi", "ipynb", "js", "jsx", "ts", "tsx", "mjs", "cjs", "go", "java", "kt", "scala", "cs", "rb", "php", "rs", "swift", "r", "jl", "cpp", "cc", "ex",
    "dart", "vue", "svelte",
];
const CONFIG: &[&str] = &["yaml", "yml", "json", "jsonc", "toml", "ini", "cfg", "conf", "properties", "env", "tf", "tfvars", "hcl", "xml", "tpl", "bicep"];
const SHELL: &[&str] = &["sh", "bash", "zsh", "ps1", "bat", "mk", "cmd", "fish"];
/// Files that are told by their name's beginning; they hold commands and settings both.
const BY_NAME: &[&str] = &["dockerfile", "containerfile", "makefile", "justfile", "procfile", "modelfile", ".env", "jenkinsfile"];

/// Comments are looked for so far back.
const LONGEST_LINE: usize = 400;

/// The kinds of a file; none for prose and data.
pub(in crate::scan::detect) fn kinds(name: &str, bytes: &[u8]) -> &'static [FileKind] {
    let lower = name.to_ascii_lowercase();
    let ending = lower.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
    if BY_NAME.iter().any(|known| lower.starts_with(known)) || SHELL.contains(&ending) {
        &[Shell, Config]
    } else if CODE.contains(&ending) {
        // Programs run commands, and notebooks hold `!` lines.
        &[Code, Shell]
    } else if CONFIG.contains(&ending) {
        &[Config, Shell]
    } else if lower == "stdin" {
        &[Code, Shell, Config]
    } else if bytes.starts_with(b"#!") {
        &[Shell, Code]
    } else {
        &[]
    }
}

/// Docstrings of a text of Python: three quotes that begin a statement. Their examples run nothing. Whether quotes are open is told from the
/// start of the text, so this is asked of all finds together.
pub(in crate::scan::detect) struct Docstrings<'t>(Option<Quotes<'t>>);

impl<'t> Docstrings<'t> {
    pub(in crate::scan::detect) fn new(text: &Text<'t>) -> Self {
        let is_python = text.name.ends_with(".py") || text.name.ends_with(".pyi");
        Self(is_python.then_some(Quotes { bytes: text.bytes, open: None, from: 0 }))
    }

    /// Places are asked for in order.
    pub(in crate::scan::detect) fn holds(&mut self, at: usize) -> bool {
        self.0.as_mut().is_some_and(|quotes| quotes.is_docstring(at))
    }
}

/// Goes forward through the quotes of a text.
struct Quotes<'t> {
    bytes: &'t [u8],
    /// The mark of the three quotes that are open, and where they stand.
    open: Option<(&'t [u8], usize)>,
    from: usize,
}

impl Quotes<'_> {
    /// Places are asked for in order.
    fn is_docstring(&mut self, at: usize) -> bool {
        while let Some(found) = self.bytes.get(self.from..at).and_then(|rest| memchr::memchr2(b'"', b'\'', rest)).map(|found| self.from + found) {
            let mark = [&b"\"\"\""[..], b"'''"].into_iter().find(|mark| self.bytes[found..].starts_with(mark));
            match (mark, self.open) {
                (Some(mark), None) => self.open = Some((mark, found)),
                (Some(mark), Some((opened, _))) if mark == opened => self.open = None,
                _ => {}
            }
            self.from = found + mark.map_or(1, <[u8]>::len);
        }
        self.from = self.from.max(at);
        self.open.is_some_and(|(_, start)| {
            let line = memchr::memrchr(b'\n', &self.bytes[..start]).map_or(0, |end| end + 1);
            self.bytes[line..start].iter().all(|byte| matches!(byte, b' ' | b'\t' | b'r' | b'R' | b'u'))
        })
    }
}

/// Does a comment mark begin the line on which `at` stands?
pub(in crate::scan::detect) fn comment_before(text: &Text<'_>, at: usize) -> bool {
    let from = at.saturating_sub(LONGEST_LINE);
    let start = memchr::memrchr(b'\n', &text.bytes[from..at]).map_or(from, |end| from + end + 1);
    let line = text.bytes[start..at].trim_ascii_start();
    [&b"#"[..], b"//", b">>> ", b"* ", b"/*", b"--", b";"].iter().any(|mark| line.starts_with(mark))
        && !line.starts_with(b"#!")
        && !line.starts_with(b"--model")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docstrings_are_told_from_strings() {
        let inside = |bytes: &str| {
            Docstrings::new(&Text { bytes: bytes.as_bytes(), name: "a.py", prose: false, continued: false, before: b"", trace_key: None }).holds(bytes.len())
        };
        assert!(inside("def f():\n    \"\"\"Loads.\n\n    model = ") && inside("r'''It's \"x\"\n"));
        assert!(!inside("def f():\n    \"\"\"Loads.\"\"\"\n    model = ") && !inside("script = \"\"\"\nmodel = ") && !inside("x = 'it' "));
    }
}
