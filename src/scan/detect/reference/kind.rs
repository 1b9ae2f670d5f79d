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

/// Does a comment mark begin the line on which `at` stands?
pub(in crate::scan::detect) fn comment_before(text: &Text<'_>, at: usize) -> bool {
    let start = memchr::memrchr(b'\n', &text.bytes[..at]).map_or(0, |end| end + 1);
    let line = text.bytes[start..at].trim_ascii_start();
    [&b"#"[..], b"//", b"* ", b"/*", b"--", b";"].iter().any(|mark| line.starts_with(mark)) && !line.starts_with(b"#!") && !line.starts_with(b"--model")
}
