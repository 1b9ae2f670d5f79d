//! Context words: a value without a prefix counts only near a word that says what it is.

use std::ops::Range;

use crate::rulepack::words::is_host;

/// Does one of the words (lower case) end within `near` bytes before the value, or is one a host name that stands behind it
/// on the same line, as in `curl -u KEY: https://api.acme.com`?
pub(super) fn stands(text: &[u8], value: &Range<usize>, words: &[String], near: u32) -> bool {
    let longest = words.iter().map(String::len).max().unwrap_or(0);
    let before = &text[value.start.saturating_sub(near as usize + longest)..value.start];
    let after = &text[value.end..value.end.saturating_add(near as usize + longest).min(text.len())];
    let line = &after[..memchr::memchr(b'\n', after).unwrap_or(after.len())];
    words.iter().any(|word| {
        let reach = &before[before.len().saturating_sub(near as usize + word.len())..];
        holds(reach, word.as_bytes()) || is_host(word) && holds(line, word.as_bytes())
    })
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len().max(1)).any(|part| part.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands_around(before: &str, after: &str) -> bool {
        let text = format!("{before}VALUE{after}");
        stands(text.as_bytes(), &(before.len()..before.len() + 5), &["acme_key".into(), "api.acme.com".into()], 10)
    }

    #[test]
    fn a_word_reaches_forward_and_a_host_reaches_back_on_its_line() {
        assert!(stands_around("ACME_KEY = '", ""));
        assert!(stands_around("ACME_KEY0123456789", ""));
        assert!(!stands_around("ACME_KEY01234567890", ""));
        assert!(stands_around("", "' https://api.acme.com/v1"));
        assert!(!stands_around("", "\n https://api.acme.com/v1"));
        assert!(!stands_around("", " acme_key"));
    }
}
