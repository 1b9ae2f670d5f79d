//! The expressions of betterleaks that say what is left alone: chains of a few questions. Others are not understood, and said so.

use super::super::rule::{Target, Unless};

/// What an expression comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Filter {
    pub(super) entropy: Option<f32>,
    pub(super) unless: Vec<Unless>,
    /// Patterns of paths.
    pub(super) never: Vec<String>,
}

/// `None`: it asks something that is not understood.
pub(super) fn parse(text: &str) -> Option<Filter> {
    let mut reader = Reader(text.trim());
    let mut filter = Filter::default();
    let wrapped = reader.0.starts_with('(') && reader.takes("(");
    loop {
        reader.term(&mut filter)?;
        if !reader.takes("||") {
            break;
        }
    }
    (!wrapped || reader.takes(")")).then_some(())?;
    reader.skip();
    reader.0.is_empty().then_some(filter)
}

struct Reader<'t>(&'t str);

impl<'t> Reader<'t> {
    fn skip(&mut self) {
        self.0 = self.0.trim_start();
        while let Some(comment) = self.0.strip_prefix("//") {
            self.0 = comment.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
        }
    }

    fn takes(&mut self, word: &str) -> bool {
        self.skip();
        let rest = self.0.strip_prefix(word);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn needs(&mut self, word: &str) -> Option<()> {
        self.takes(word).then_some(())
    }

    fn term(&mut self, filter: &mut Filter) -> Option<()> {
        let negated = self.takes("!");
        self.takes("filter.");
        if self.takes("entropy(") {
            self.needs("finding[\"secret\"]")?;
            self.needs(")")?;
            self.needs("<=").or_else(|| self.needs("<"))?;
            self.skip();
            let length = self.0.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(self.0.len());
            let least = self.0[..length].parse().ok()?;
            self.0 = &self.0[length..];
            filter.entropy = Some(filter.entropy.map_or(least, |known: f32| known.max(least)));
            return (!negated).then_some(());
        }
        let literal = self.takes("containsAny(");
        (literal || self.takes("matchesAny(")).then_some(())?;
        let target = self.target()?;
        self.needs(",")?;
        let strings = self.strings()?;
        self.needs(")")?;
        let patterns: Vec<String> = if literal { strings.iter().map(|string| regex_syntax::escape(string)).collect() } else { strings };
        match target {
            Some(target) => filter.unless.push(Unless { target, patterns, negated, ..Unless::default() }),
            None if !negated => filter.never.extend(patterns),
            None => return None,
        }
        Some(())
    }

    /// `Some(None)`: the path.
    fn target(&mut self) -> Option<Option<Target>> {
        for (word, target) in [("secret", Target::Secret), ("match", Target::Match), ("line", Target::Line)] {
            if self.takes(&format!("finding[\"{word}\"]")) {
                return Some(Some(target));
            }
        }
        let path = self.takes("get(attributes, \"path\", \"\")") || self.takes("(attributes[\"path\"] ?? \"\")") || self.takes("attributes[\"path\"]");
        path.then_some(None)
    }

    fn strings(&mut self) -> Option<Vec<String>> {
        self.needs("[")?;
        let mut strings = Vec::new();
        loop {
            if self.takes("]") {
                return Some(strings);
            }
            strings.push(self.string()?);
            if !self.takes(",") {
                self.needs("]")?;
                return Some(strings);
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        self.skip();
        let quote = self.0.chars().next().filter(|quote| matches!(quote, '`' | '"' | '\''))?;
        let mut string = String::new();
        let mut letters = self.0[1..].char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' if quote != '`' => match letters.next()?.1 {
                    'n' => string.push('\n'),
                    't' => string.push('\t'),
                    'r' => string.push('\r'),
                    other => string.push(other),
                },
                letter if letter == quote => {
                    self.0 = &self.0[1 + at + 1..];
                    return Some(string);
                }
                letter => string.push(letter),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_of_questions_are_understood_and_others_are_not() {
        let filter = parse(
            "entropy(finding[\"secret\"]) <= 3.5\n|| matchesAny(finding[\"match\"], [`a.b`, \"c\\\\d\",])\n|| !filter.matchesAny(finding[\"secret\"], [`x`])",
        );
        let filter = filter.expect("it is a chain");
        assert_eq!((filter.entropy, filter.unless.len()), (Some(3.5), 2));
        assert_eq!((filter.unless[0].target, filter.unless[0].patterns.as_slice()), (Target::Match, &["a.b".to_owned(), "c\\d".to_owned()][..]));
        assert!(filter.unless[1].negated);
        assert_eq!(parse("(containsAny(finding[\"secret\"], [\"a.b\"]))").expect("one question").unless[0].patterns, ["a\\.b"]);
        assert_eq!(parse("matchesAny((attributes[\"path\"] ?? \"\"), [`x$`])").expect("one question").never, ["x$"]);
        for text in
            ["", "let x = 1; x", "finding[\"secret\"] == \"a\"", "entropy(finding[\"secret\"]) > 3", "containsAny(finding[\"secret\"], [\"a\"]) && true"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
