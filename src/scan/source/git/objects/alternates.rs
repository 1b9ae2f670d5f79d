//! Object directories that borrow from others.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// As deep as git follows them.
const DEEPEST: u32 = 5;
/// More directories than anybody has; a file of alternates can name any number.
const MOST: usize = 1000;

/// The directories given, and those that their `info/alternates` name, each once.
pub(super) fn follow(directories: &[PathBuf], trouble: &mut dyn FnMut(String)) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for directory in directories {
        visit(directory, 0, &mut found, &mut seen, trouble);
    }
    found
}

fn visit(directory: &Path, depth: u32, found: &mut Vec<PathBuf>, seen: &mut HashSet<PathBuf>, trouble: &mut dyn FnMut(String)) {
    let real = match fs::canonicalize(directory) {
        Ok(real) => real,
        Err(error) => return trouble(format!("object directory `{}`: {error}", directory.display())),
    };
    if !seen.insert(real) {
        return;
    }
    if depth > DEEPEST || found.len() >= MOST {
        return trouble(format!("object directory `{}`: there are too many alternates before it", directory.display()));
    }
    found.push(directory.to_owned());
    let path = directory.join("info/alternates");
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return,
        Err(error) => return trouble(format!("`{}`: {error}", path.display())),
    };
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty() && !line.starts_with(b"#")).take(MOST) {
        match String::from_utf8(unquoted(line)) {
            Ok(name) => visit(&directory.join(name), depth + 1, found, seen, trouble),
            Err(_) => trouble(format!("`{}`: the name of a directory is no UTF-8", path.display())),
        }
    }
}

/// A name without the quotes that git puts around special characters; without them it is taken as it is.
fn unquoted(line: &[u8]) -> Vec<u8> {
    let Some(inner) = line.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else { return line.to_vec() };
    let mut name = Vec::new();
    let mut rest = inner.iter().copied();
    while let Some(byte) = rest.next() {
        let escaped = match byte {
            b'\\' => rest.next(),
            _ => Some(byte).filter(|_| false),
        };
        name.push(match escaped {
            None => byte,
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'r') => b'\r',
            Some(high @ b'0'..=b'3') => {
                let mut digit = || rest.next().map_or(0, |digit| digit.wrapping_sub(b'0') & 7);
                let (middle, low) = (digit(), digit());
                (high - b'0') << 6 | middle << 3 | low
            }
            Some(other) => other,
        });
    }
    name
}
