//! Rules that are switched off, as configurations name them.

use globset::GlobMatcher;

use super::face::{Face, Family, rule_id};
use super::glob::glob;

/// Names, ids (`HEL1042`), providers (`amazon`) and globs over any of them.
#[derive(Clone, Debug, Default)]
pub struct Disabled {
    named: Vec<(String, Option<GlobMatcher>)>,
}

impl Disabled {
    /// What is no glob is still a name.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self { named: names.into_iter().map(|name| (name.to_owned(), glob(name).ok())).collect() }
    }

    /// Is this rule of a credential switched off?
    pub fn has(&self, face: &Face) -> bool {
        self.has_any(&[&face.name, &face.id()]) || face.family == Family::Credential && face.tags.iter().skip(1).any(|provider| self.has_any(&[provider]))
    }

    /// Is this verdict switched off?
    pub fn has_verdict(&self, code: u32, name: &str) -> bool {
        !self.named.is_empty() && self.has_any(&[name, &rule_id(code, name)])
    }

    fn has_any(&self, words: &[&str]) -> bool {
        let means = |(name, glob): &(String, Option<GlobMatcher>)| {
            words.iter().any(|word| name.eq_ignore_ascii_case(word) || glob.as_ref().is_some_and(|glob| glob.is_match(word)))
        };
        self.named.iter().any(means)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Level;

    #[test]
    fn a_rule_is_named_by_what_lists_show_of_it() {
        let face = Face {
            code: 1042,
            name: "openai-project-key".into(),
            family: Family::Credential,
            level: Level::Error,
            severity: 8.0,
            summary: String::new(),
            description: String::new(),
            remedy: String::new(),
            help_url: None,
            messages: Vec::new(),
            taxa: Vec::new(),
            tags: vec!["secret".into(), "openai".into()],
        };
        for name in ["openai-project-key", "HEL1042", "hel1042", "openai", "openai-*", "*-key", "HEL10*"] {
            assert!(Disabled::new([name]).has(&face), "{name}");
        }
        for name in ["secret", "project", "openai-project", "HEL104", "1042", "a["] {
            assert!(!Disabled::new([name]).has(&face), "{name}");
        }
        assert!(Disabled::new(["stale-*"]).has_verdict(2002, "stale-secret"));
    }
}
