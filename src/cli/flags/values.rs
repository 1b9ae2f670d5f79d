//! Values of flags that have a form of their own.

use crate::domain::Range;

pub(super) fn part(text: &str) -> Result<(u64, u64), String> {
    let parsed = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    match parsed {
        Some((i, n)) if i >= 1 && i <= n => Ok((i, n)),
        _ => Err("a shard looks like 3/8: the third of eight".into()),
    }
}

pub(super) fn range(text: &str) -> Result<Range, String> {
    let revision = |text: &str| if text.is_empty() { "HEAD".to_owned() } else { text.to_owned() };
    match text.split_once("..") {
        Some((from, to)) if text != ".." && !to.starts_with('.') && !to.contains("..") => {
            Ok(Range::Commits { tips: vec![revision(to)], known: vec![revision(from)], known_refs: Vec::new() })
        }
        _ => Err("a range looks like v1.0..main; a side that is left out is HEAD".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_git_reads_them() {
        let of = |from: &str, to: &str| Ok(Range::Commits { tips: vec![to.into()], known: vec![from.into()], known_refs: Vec::new() });
        assert_eq!(range("v1.0..main"), of("v1.0", "main"));
        assert_eq!((range("origin/main.."), range("..topic")), (of("origin/main", "HEAD"), of("HEAD", "topic")));
        assert!(["main", "..", "a...b", "a..b..c", ""].iter().all(|text| range(text).is_err()));
    }
}
