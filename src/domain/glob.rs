//! Globs as users write them in registries, waivers and zone rules: `*` crosses `/`, `**` and `{a,b}` work as everywhere.

use globset::{GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};

/// A glob ready to match; the error is a lowercase phrase naming the pattern.
pub fn glob(pattern: &str) -> Result<GlobMatcher, String> {
    GlobBuilder::new(pattern).build().map(|glob| glob.compile_matcher()).map_err(|error| format!("`{pattern}` is not a glob: {}", error.kind()))
}

/// Many globs at once, without regard to case: folders are named `Research` as often as `research`.
pub fn caseless_globs<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<GlobSet, String> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern).case_insensitive(true).build();
        builder.add(glob.map_err(|error| format!("`{pattern}` is not a glob: {}", error.kind()))?);
    }
    builder.build().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_crosses_folders_and_a_broken_glob_names_itself() {
        assert!(glob("research/*").expect("a glob").is_match("research/a/b.pt"));
        assert!(!glob("openai:gpt-*").expect("a glob").is_match("openai:o3"));
        assert_eq!(glob("a[").map(|_| ()).expect_err("a mistake").split(" is").next(), Some("`a[`"));
        assert!(caseless_globs(["**/research/**"]).expect("globs").is_match("Research/x"));
    }
}
