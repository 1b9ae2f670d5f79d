//! Filling message templates with words that were found: nothing in them may read as markup or as a placeholder.

/// What stands for a secret; the only brackets that survive.
const REDACTED: &str = "[REDACTED]";
/// Characters of one argument; messages are lines, not pages.
const LIMIT: usize = 200;

/// Brackets and braces become round, control characters become spaces, length is bounded. `[REDACTED]` stays.
pub(super) fn harmless(text: &str) -> String {
    let mut parts = text.split(REDACTED).map(plain);
    let first = parts.next().unwrap_or_default();
    let whole = parts.fold(first, |whole, part| {
        // `[text](link)` is a link in SARIF messages; a bracket right behind the token must not begin one.
        let part = if part.starts_with('(') { format!(" {part}") } else { part };
        whole + REDACTED + &part
    });
    match whole.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", cut(&whole, end)),
        None => whole,
    }
}

fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '[' | '{' => '(',
            ']' | '}' => ')',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

/// The text up to `end`, without a token that the cut would break.
fn cut(text: &str, end: usize) -> &str {
    let kept = text.get(..end).unwrap_or(text);
    match kept.rfind('[') {
        Some(open) if !kept.get(open..).is_some_and(|tail| tail.contains(']')) => kept.get(..open).unwrap_or(kept),
        _ => kept,
    }
}

/// Puts arguments in the place of `{0}`, `{1}`, …
pub(super) fn fill(template: &str, arguments: &[String]) -> String {
    let mut text = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text += before;
        let argument = after.split_once('}').and_then(|(number, tail)| Some((arguments.get(number.parse::<usize>().ok()?)?, tail)));
        rest = match argument {
            Some((argument, tail)) => {
                text += argument;
                tail
            }
            None => {
                text.push('{');
                after
            }
        };
    }
    text + rest
}

/// `a`, `a and b`, `a, b and 3 more`.
pub(super) fn some_of<T: AsRef<str>>(items: &[T], shown: usize) -> String {
    let names: Vec<_> = items.iter().take(shown).map(AsRef::as_ref).collect();
    match (items.len().saturating_sub(shown), names.as_slice()) {
        (0, [init @ .., last]) if !init.is_empty() => format!("{} and {last}", init.join(", ")),
        (0, _) => names.concat(),
        (more, _) => format!("{} and {more} more", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_markup_is_made_harmless_and_redaction_stays() {
        assert_eq!(harmless("a[b](c)\n{0}\u{7}"), "a(b)(c) (0) ");
        assert_eq!(harmless("ghp_[REDACTED]"), "ghp_[REDACTED]");
        assert_eq!(harmless("[REDACTED](http://x)"), "[REDACTED] (http://x)");
        let long = harmless(&format!("{}[REDACTED]", "é".repeat(LIMIT - 3)));
        assert_eq!(long, format!("{}…", "é".repeat(LIMIT - 3)));
    }

    #[test]
    fn templates_are_filled_once() {
        let arguments = ["{1}".to_owned(), "b".to_owned()];
        assert_eq!(fill("'{0}' and '{1}', {2} {x.", &arguments), "'{1}' and 'b', {2} {x.");
    }

    #[test]
    fn lists_are_said_in_words() {
        assert_eq!(some_of(&["a"], 3), "a");
        assert_eq!(some_of(&["a", "b"], 3), "a and b");
        assert_eq!(some_of(&["a", "b", "c"], 2), "a, b and 1 more");
        assert_eq!(some_of::<&str>(&[], 2), "");
    }
}
