//! Globs as users write them in registries, waivers and zone rules: `*` crosses `/`, `**` and `{a,b}` work as everywhere.

use globset::{GlobBuilder, GlobMatcher};
use regex_automata::meta::Regex;
use regex_automata::{Input, MatchKind, PatternSet, util::syntax};

/// A glob ready to match; the error is a lowercase phrase naming the pattern.
pub fn glob(pattern: &str) -> Result<GlobMatcher, String> {
    GlobBuilder::new(pattern).build().map(|glob| glob.compile_matcher()).map_err(|error| format!("`{pattern}` is not a glob: {}", error.kind()))
}

/// Many globs at once, without regard to case: folders are named `Research` as often as `research`.
pub struct CaselessGlobs(Regex);

impl CaselessGlobs {
    /// The error is a lowercase phrase naming the pattern.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, String> {
        Self::build(&patterns.into_iter().map(caseless).collect::<Result<Vec<_>, _>>()?)
    }

    /// What is no glob matches nothing.
    pub fn valid<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Self {
        let regexes: Vec<_> = patterns.into_iter().map(|pattern| caseless(pattern).unwrap_or_else(|_| NOTHING.to_owned())).collect();
        let nothing = || Self::build(&vec![NOTHING.to_owned(); regexes.len()]).expect("an empty class is a regex");
        Self::build(&regexes).unwrap_or_else(|_| nothing())
    }

    /// As `globset` builds its sets, but without a whole automaton: building that took 7 ms for the default zones, as long as the
    /// matching of some ten thousand paths.
    fn build(regexes: &[String]) -> Result<Self, String> {
        let config = Regex::config().match_kind(MatchKind::All).utf8_empty(false).dfa(false).onepass(false);
        let syntax = syntax::Config::new().utf8(false).dot_matches_new_line(true);
        Regex::builder().configure(config).syntax(syntax).build_many(regexes).map(Self).map_err(|error| error.to_string())
    }

    /// Numbers of the patterns that match the whole text, in order.
    pub fn matches(&self, text: &str) -> Vec<usize> {
        let mut found = PatternSet::new(self.0.pattern_len());
        self.0.which_overlapping_matches(&Input::new(text), &mut found);
        found.iter().map(|pattern| pattern.as_usize()).collect()
    }
}

/// A regex that matches nothing.
const NOTHING: &str = "[a&&b]";

fn caseless(pattern: &str) -> Result<String, String> {
    let glob = GlobBuilder::new(pattern).case_insensitive(true).build();
    glob.map(|glob| glob.regex().to_owned()).map_err(|error| format!("`{pattern}` is not a glob: {}", error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_crosses_folders_and_a_broken_glob_names_itself() {
        assert!(glob("research/*").expect("a glob").is_match("research/a/b.pt"));
        assert!(!glob("openai:gpt-*").expect("a glob").is_match("openai:o3"));
        assert_eq!(glob("a[").map(|_| ()).expect_err("a mistake").split(" is").next(), Some("`a[`"));
        assert!(CaselessGlobs::new([]).expect("globs").matches("a").is_empty());
        assert_eq!(CaselessGlobs::valid(["a[", "a*"]).matches("ab"), [1]);
        assert_eq!(CaselessGlobs::new(["a*", "**/research/**", "b", "*/x"]).expect("globs").matches("Research/x"), [1, 3]);
    }
}
