//! A place in the text that moves forward, never beyond its limit.

/// An opening quote: its character, and how many backslashes stand before it, the text being a string in a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quote {
    pub(super) mark: u8,
    pub(super) slashes: usize,
}

pub(super) struct Cursor<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    /// Literals side by side are one, as in code.
    pub(super) joins: bool,
}

impl<'a> Cursor<'a> {
    /// From `at`, at most `most` bytes.
    pub(super) fn new(bytes: &'a [u8], at: usize, most: usize) -> Self {
        Self { bytes: &bytes[..at.saturating_add(most).min(bytes.len())], at, joins: false }
    }

    /// Another place in the same text.
    pub(super) fn there(&self, at: usize) -> Self {
        Self { bytes: self.bytes, at, joins: self.joins }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.at = (self.at + count).min(self.bytes.len());
    }

    /// Goes on when `text` stands here, in this case.
    pub(super) fn eat(&mut self, text: &[u8]) -> bool {
        let stands = self.rest().starts_with(text);
        if stands {
            self.at += text.len();
        }
        stands
    }

    /// Goes on when `word` (lower case) stands here in any case, and ends here.
    pub(super) fn eat_word(&mut self, word: &[u8]) -> bool {
        let rest = self.rest();
        let stands = rest.get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
            && rest.get(word.len()).is_none_or(|after| !after.is_ascii_alphanumeric() && *after != b'_');
        if stands {
            self.at += word.len();
        }
        stands
    }

    pub(super) fn while_is(&mut self, belongs: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !belongs(*byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Spaces and tabs, and whether there were any.
    pub(super) fn spaces(&mut self) -> bool {
        !self.while_is(|byte| matches!(byte, b' ' | b'\t')).is_empty()
    }

    /// Also newlines, and those that a string in a string writes as `\n`.
    pub(super) fn blanks(&mut self) -> bool {
        let from = self.at;
        loop {
            let before = self.at;
            self.while_is(|byte| byte.is_ascii_whitespace());
            if matches!(self.rest(), [b'\\', b'n' | b't' | b'r', ..]) {
                self.skip(2);
            }
            if self.at == before {
                return self.at > from;
            }
        }
    }

    /// An opening or closing quote, with what escapes it.
    pub(super) fn quote(&mut self) -> Option<Quote> {
        let slashes = self.rest().iter().take_while(|byte| **byte == b'\\').count();
        let mark = self.peek_at(slashes).filter(|mark| matches!(mark, b'"' | b'\'' | b'`') && slashes <= 3);
        if let Some(mark) = mark {
            self.skip(slashes + 1);
            return Some(Quote { mark, slashes });
        }
        for entity in [&b"&quot;"[..], b"&#34;", b"&apos;"] {
            if self.eat(entity) {
                return Some(Quote { mark: b'&', slashes: 0 });
            }
        }
        None
    }
}
