//! Parsers for credentials that no pattern describes: assignments, addresses with a password, key blocks, headers, files of credentials.
//!
//! A parser is woken where one of its rule's anchors begins. It looks a bounded way around, allocates nothing before it is
//! sure of a find, and answers for that anchor alone: of the anchors in one name, the last has it.
//!
//! To add one: write `acme.rs` with a `NATIVE` row, list it in [`NATIVES`], and name it in a rule with `native:`.

mod assignment;
mod der;
mod gcp_service_account;
mod http_auth;
mod jwk;
mod jwt;
mod key_file;
mod kubernetes_secret;
mod pem;
mod url;

pub use assignment::Candidate;
pub(super) use assignment::candidates;

use std::ops::Range;

use super::super::Text;
use super::value;
use crate::domain::Sureness;

/// A parser.
pub(super) struct Native {
    pub(super) name: &'static str,
    /// Calls back for each credential that the anchor beginning at the given byte belongs to.
    pub(super) parse: fn(&Text<'_>, usize, &mut dyn FnMut(Parsed)),
    /// For parsers that may look beyond the margins.
    pub(super) looks: Option<Looks>,
}

/// The bytes that a parser may look at for an anchor.
pub(super) type Looks = fn(&[u8], usize) -> Range<usize>;

pub(super) const NATIVES: &[&Native] = &[
    &assignment::NATIVE,
    &url::NATIVE,
    &pem::NATIVE,
    &der::NATIVE,
    &jwk::NATIVE,
    &jwt::NATIVE,
    &http_auth::NATIVE,
    &key_file::NATIVE,
    &kubernetes_secret::NATIVE,
    &gcp_service_account::NATIVE,
    &super::files::NATIVE,
];

/// A credential in the text.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    /// Chooses the rule: a scheme, the kind of a key block, `password`, `api-key`, …
    pub(super) select: String,
    /// The secret itself: what is redacted and traced.
    pub(super) secret: Range<usize>,
    /// What the secret says, when it is written in several pieces.
    pub(super) joined: Option<Vec<u8>>,
    /// What is shown as the finding's region.
    pub(super) span: Range<usize>,
    /// The name it is assigned to, as written; never the value.
    pub(super) key: Option<String>,
    pub(super) parts: Vec<(String, Range<usize>)>,
    /// Host, user, database, account, …
    pub(super) facts: Vec<(String, String)>,
    pub(super) sureness: Sureness,
    /// Why it was taken for one, in words; none from the value.
    pub(super) why: Vec<String>,
    /// Fewer than 80 bits: its trace needs a key.
    pub(super) guessable: bool,
}

impl Parsed {
    pub(super) fn new(select: &str, bytes: &[u8], secret: Range<usize>, sureness: Sureness) -> Self {
        let guessable = value::is_guessable(bytes.get(secret.clone()).unwrap_or_default());
        Self {
            select: select.to_owned(),
            span: secret.clone(),
            secret,
            joined: None,
            key: None,
            parts: Vec::new(),
            facts: Vec::new(),
            sureness,
            why: Vec::new(),
            guessable,
        }
    }

    /// Facts are short and printable; anything else is left out, as is a token in a user's place.
    pub(super) fn fact(&mut self, name: &str, value: &[u8]) {
        const LONGEST: usize = 120;
        let told = std::str::from_utf8(value).ok().filter(|value| !value.is_empty() && value.len() <= LONGEST && !value.chars().any(char::is_control));
        let is_secret = name == "user" && value::as_token(value) == Some(Sureness::Likely);
        if let Some(value) = told.filter(|_| !is_secret) {
            self.facts.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Written in pieces, which say this together.
    fn written(mut self, joined: Option<Vec<u8>>) -> Self {
        if let Some(joined) = joined {
            self.guessable = value::is_guessable(&joined);
            self.joined = Some(joined);
        }
        self
    }

    pub(super) fn named(mut self, key: &[u8]) -> Self {
        const LONGEST: usize = 64;
        self.key = std::str::from_utf8(key).ok().filter(|key| !key.is_empty() && key.len() <= LONGEST).map(str::to_owned);
        self
    }
}

/// Bytes at `range`, cut to the text.
fn cut(bytes: &[u8], range: Range<usize>) -> &[u8] {
    let end = range.end.min(bytes.len());
    bytes.get(range.start.min(end)..end).unwrap_or_default()
}

/// The bytes from `at` on that satisfy `belongs`, at most `most`.
fn run(bytes: &[u8], at: usize, most: usize, belongs: impl Fn(u8) -> bool) -> Range<usize> {
    let window = cut(bytes, at..at.saturating_add(most));
    let length = window.iter().position(|byte| !belongs(*byte)).unwrap_or(window.len());
    at..at + length
}

/// Where the bytes that satisfy `belongs` begin, going back from `at`, at most `most`.
fn run_before(bytes: &[u8], at: usize, most: usize, belongs: impl Fn(u8) -> bool) -> usize {
    let window = cut(bytes, at.saturating_sub(most)..at);
    at - window.iter().rev().position(|byte| !belongs(*byte)).unwrap_or(window.len())
}

/// `word` (lower case) stands at `at`, in any case. Most words differ in their first letter.
#[inline]
fn stands(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    let begins = bytes.get(at).zip(word.first()).is_none_or(|(found, wanted)| found.eq_ignore_ascii_case(wanted));
    begins && bytes.get(at..at.saturating_add(word.len())).is_some_and(|found| found.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::detect::credential::value::tests::made;

    /// Every find of a parser in a text, by trying it wherever an anchor stands, as the engine does.
    pub(super) fn finds(native: &Native, anchors: &[&str], name: &str, text: &str) -> Vec<Parsed> {
        let lower = text.to_ascii_lowercase();
        let text = Text { bytes: text.as_bytes(), name, continued: false, prose: false, before: b"", trace_key: None };
        let mut finds = Vec::new();
        let mut starts: Vec<usize> =
            anchors.iter().flat_map(|anchor| lower.match_indices(&anchor.to_ascii_lowercase()).map(|(at, _)| at).collect::<Vec<_>>()).collect();
        starts.sort_unstable();
        starts.dedup();
        for at in starts {
            (native.parse)(&text, at, &mut |parsed| finds.push(parsed));
        }
        // Two names of one value give it twice; the engine resolves overlaps.
        finds.dedup_by(|second, first| second.secret == first.secret);
        finds
    }

    pub(super) fn secrets<'a>(finds: &[Parsed], text: &'a str) -> Vec<&'a str> {
        finds.iter().map(|find| &text[find.secret.clone()]).collect()
    }

    #[test]
    fn noise_at_any_offset_does_no_harm() {
        let alphabet = b"password=:\"'\\<>/@$ \n\t-{}()[],;|.AZaz09eyJ_BEGIN-----\xff\x00";
        for seed in 1..60 {
            let noise: Vec<u8> = made(seed, 300, &(0..alphabet.len() as u8).collect::<Vec<u8>>()).bytes().map(|place| alphabet[usize::from(place)]).collect();
            for native in NATIVES {
                for name in ["a.py", "a.yaml", "", ".env", "a.json", ".netrc"] {
                    for at in 0..=noise.len() {
                        (native.parse)(&Text { bytes: &noise, name, continued: false, prose: false, before: b"", trace_key: None }, at, &mut |parsed| {
                            assert!(noise.get(parsed.secret.clone()).is_some() && noise.get(parsed.span.clone()).is_some());
                        });
                    }
                }
            }
        }
    }
}
