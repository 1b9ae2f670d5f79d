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

/// Does `at` stand in a docstring of Python: in three quotes that begin a statement? Its examples run nothing.
pub(in crate::scan::detect) fn in_docstring(text: &Text<'_>, at: usize) -> bool {
    if !text.name.ends_with(".py") && !text.name.ends_with(".pyi") {
        return false;
    }
    let before = &text.bytes[..at];
    let mut open: Option<(&[u8], usize)> = None;
    let mut from = 0;
    while let Some(found) = memchr::memchr2(b'"', b'\'', &before[from..]).map(|found| from + found) {
        let mark = [&b"\"\"\""[..], b"'''"].into_iter().find(|mark| before[found..].starts_with(mark));
        match (mark, open) {
            (Some(mark), None) => open = Some((mark, found)),
            (Some(mark), Some((opened, _))) if mark == opened => open = None,
            _ => {}
        }
        from = found + mark.map_or(1, <[u8]>::len);
    }
    open.is_some_and(|(_, start)| {
        let line = memchr::memrchr(b'\n', &before[..start]).map_or(0, |end| end + 1);
        before[line..start].iter().all(|byte| matches!(byte, b' ' | b'\t' | b'r' | b'R' | b'u'))
    })
}

/// Does a comment mark begin the line on which `at` stands?
pub(in crate::scan::detect) fn comment_before(text: &Text<'_>, at: usize) -> bool {
    let start = memchr::memrchr(b'\n', &text.bytes[..at]).map_or(0, |end| end + 1);
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
        let inside = |bytes: &str| in_docstring(&Text { bytes: bytes.as_bytes(), name: "a.py", prose: false, continued: false, trace_key: None }, bytes.len());
        assert!(inside("def f():\n    \"\"\"Loads.\n\n    model = ") && inside("r'''It's \"x\"\n"));
        assert!(!inside("def f():\n    \"\"\"Loads.\"\"\"\n    model = ") && !inside("script = \"\"\"\nmodel = ") && !inside("x = 'it' "));
    }
}
