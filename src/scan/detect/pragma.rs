//! Comments that ask a scanner to leave something alone: what they say, and which part of the text they speak of.
//!
//! The keyword filter finds them with everything else. They are held against what was found when a text is weighed as a whole,
//! because one may stand far from what it speaks of: at the other end of a key block.

mod cover;

use std::ops::Range;

use super::Sighting;
use crate::domain::Pragma;
use crate::rulepack::pragma::{self, PRAGMAS, Reach};

/// Longest reason that is kept.
const LONGEST: usize = 200;

/// A pragma and the part of the text that it speaks of.
pub(super) struct Covering {
    covers: Range<usize>,
    pragma: Pragma,
}

/// The pragmas of a text whose words stand at these places. What is secret does not show in their reasons.
pub(super) fn read(text: &[u8], places: &[(usize, u16)], secrets: &[Range<usize>]) -> Vec<Covering> {
    places.iter().filter_map(|(at, number)| one(text, *at, PRAGMAS.get(usize::from(*number))?, secrets)).collect()
}

/// Those that speak of a part of the text.
pub(super) fn over(span: &Range<usize>, all: &[Covering]) -> Vec<Pragma> {
    let mut pragmas: Vec<_> = all.iter().filter(|one| one.covers.start < span.end && span.start < one.covers.end).map(|one| one.pragma.clone()).collect();
    pragmas.sort();
    pragmas.dedup();
    pragmas
}

/// For sightings of one text.
pub(super) fn attach(text: &[u8], places: &[(usize, u16)], sightings: &mut [Sighting]) {
    if places.is_empty() || sightings.is_empty() {
        return;
    }
    let secrets: Vec<_> = sightings.iter().flat_map(|sighting| sighting.secrets.clone()).collect();
    let all = read(text, places, &secrets);
    sightings.iter_mut().for_each(|sighting| sighting.pragmas = over(&sighting.span, &all));
}

fn one(text: &[u8], at: usize, kind: &pragma::Pragma, secrets: &[Range<usize>]) -> Option<Covering> {
    let end = at + kind.literal.len();
    let is_part_of_word = at > 0 && (text[at - 1].is_ascii_alphanumeric() || text[at - 1] == b'_');
    let goes_on = !kind.literal.ends_with(':') && kind.reach != Reach::Said && text.get(end).is_some_and(u8::is_ascii_alphanumeric);
    if is_part_of_word || goes_on || end > text.len() {
        return None;
    }
    let line_end = memchr::memchr(b'\n', &text[end..]).map_or(text.len(), |length| end + length);
    let rest = end..line_end.min(end + 4 * LONGEST);
    let words = shown(text, &rest, secrets);
    let said = without_comment_end(&words);
    let tool = kind.tool.to_owned();
    let (pragma, covers) = match kind.tool {
        "heliodon" => (ours(said)?, cover::beside(text, at)),
        "detect-secrets" => (Pragma { tool, ..Pragma::default() }, detect_secrets(text, at, said)?),
        "secretlint" => (Pragma { tool, ..Pragma::default() }, secretlint(text, at, said)),
        "bandit" | "flake8" => (speaks_of_secrets(said, kind.tool).then(|| Pragma { tool, ..Pragma::default() })?, cover::line(text, at)),
        _ if kind.reach == Reach::Beside => (Pragma { tool, ..Pragma::default() }, cover::beside(text, at)),
        _ => (Pragma { tool, ..Pragma::default() }, cover::line(text, at)),
    };
    Some(Covering { covers, pragma })
}

/// `allow NAME[,NAME] [until DATE] reason [until DATE]`.
fn ours(said: &str) -> Option<Pragma> {
    let said = said.trim_start();
    let rest = said.strip_prefix("allow").filter(|rest| rest.starts_with(char::is_whitespace) || rest.is_empty())?;
    let mut words: Vec<&str> = rest.split_whitespace().collect();
    let mut rules: Vec<String> = Vec::new();
    while let Some(word) = words.first().copied() {
        rules.extend(word.split(',').filter(|name| !name.is_empty()).map(str::to_owned));
        words.remove(0);
        // `a, b reason`: the list goes on behind its comma.
        if !word.ends_with(',') && words.first().is_none_or(|next| !next.starts_with(',')) {
            break;
        }
    }
    let mut until = None;
    if words.first() == Some(&"until") && words.len() > 1 {
        until = Some(words[1].to_owned());
        words.drain(..2);
    } else if words.len() > 1 && words[words.len() - 2] == "until" {
        until = words.pop().map(str::to_owned);
        words.pop();
    }
    let reason = words.join(" ");
    let reason = reason.trim_start_matches(['-', ':', '–', '—']).trim().chars().take(LONGEST).collect();
    Some(Pragma { tool: "heliodon".to_owned(), rules, reason, until })
}

/// `allowlist secret`, `allowlist nextline secret`, with the words that these once were.
fn detect_secrets(text: &[u8], at: usize, said: &str) -> Option<Range<usize>> {
    let mut words = said.split_whitespace();
    words.next().filter(|word| matches!(*word, "allowlist" | "whitelist"))?;
    match words.next()? {
        "secret" => Some(cover::line(text, at)),
        "nextline" if words.next() == Some("secret") => Some(cover::next_line(text, at)),
        _ => None,
    }
}

/// `secretlint-disable`, `-disable-line`, `-disable-next-line`.
fn secretlint(text: &[u8], at: usize, said: &str) -> Range<usize> {
    match () {
        () if said.starts_with("-next-line") => cover::next_line(text, at),
        () if said.starts_with("-line") => cover::line(text, at),
        () => {
            let end = memchr::memmem::find(&text[at..], b"secretlint-enable").map_or(text.len(), |length| at + length);
            cover::line(text, at).start..end
        }
    }
}

/// Linters have rules for other things too; only what names none, or one for passwords, is about secrets.
fn speaks_of_secrets(said: &str, tool: &str) -> bool {
    let is_code =
        |word: &&str| word.len() >= 4 && word.starts_with(|first: char| first.is_ascii_uppercase()) && word[1..].bytes().all(|byte| byte.is_ascii_digit());
    let mut codes = said.split([' ', ',', ':', '\t']).filter(|word| !word.is_empty()).take_while(is_code).peekable();
    match codes.peek() {
        None => tool == "bandit",
        Some(_) => codes.any(|code| matches!(code, "B105" | "B106" | "B107" | "G101" | "S105" | "S106" | "S107")),
    }
}

fn without_comment_end(words: &str) -> &str {
    let mut words = words.trim_end();
    while let Some(shorter) = ["*/", "-->", "#}", "%>", "]]>", "}}", "\"", "'", ","].iter().find_map(|end| words.strip_suffix(end)) {
        words = shorter.trim_end();
    }
    words
}

/// Words on one line, without secrets.
fn shown(text: &[u8], range: &Range<usize>, secrets: &[Range<usize>]) -> String {
    let mut shown = String::new();
    let mut at = range.start;
    let mut inside: Vec<_> = secrets.iter().filter(|secret| secret.start < range.end && secret.end > range.start).collect();
    inside.sort_by_key(|secret| secret.start);
    for secret in inside {
        shown += &String::from_utf8_lossy(&text[at..secret.start.max(at)]);
        shown += "[REDACTED]";
        at = secret.end.clamp(at, range.end);
    }
    shown += &String::from_utf8_lossy(&text[at..range.end]);
    shown.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours_of(said: &str) -> (Vec<String>, String, Option<String>) {
        let pragma = ours(without_comment_end(said)).expect("it is one of ours");
        (pragma.rules, pragma.reason, pragma.until)
    }

    fn told(rules: &[&str], reason: &str, until: Option<&str>) -> (Vec<String>, String, Option<String>) {
        (rules.iter().map(|rule| (*rule).to_owned()).collect(), reason.to_owned(), until.map(str::to_owned))
    }

    #[test]
    fn an_allow_tells_rules_reason_and_end() {
        assert_eq!(ours_of(" allow github-pat revoked in March */"), told(&["github-pat"], "revoked in March", None));
        assert_eq!(ours_of(" allow a,b, HEL10* until 2026-12-31 - a fixture -->"), told(&["a", "b", "HEL10*"], "a fixture", Some("2026-12-31")));
        assert_eq!(ours_of(" allow * a fixture until 2026-12-31\","), told(&["*"], "a fixture", Some("2026-12-31")));
        assert_eq!(ours_of(" allow github-pat"), told(&["github-pat"], "", None));
        assert_eq!(ours_of(" allow"), told(&[], "", None));
        assert_eq!(ours(" allowed x"), None);
        assert_eq!(ours(" hook"), None);
    }

    /// Which of the places marked `x` a pragma in the text speaks of.
    fn covered(text: &str) -> Vec<usize> {
        let lower = text.to_ascii_lowercase();
        let places: Vec<_> =
            (0..).zip(PRAGMAS).flat_map(|(number, row)| lower.match_indices(row.literal).map(move |(at, _)| (at, number)).collect::<Vec<_>>()).collect();
        let all = read(text.as_bytes(), &places, &[]);
        (0..).zip(text.match_indices('§')).filter(|(_, (at, _))| !over(&(*at..at + 1), &all).is_empty()).map(|(number, _)| number).collect()
    }

    #[test]
    fn words_of_others_are_known() {
        for text in ["k=§ # gitleaks:allow", "k=§ # betterleaks:allow", "k=§ // trufflehog:ignore", "k=§ # kingfisher:ignore", "k=§ # pragma: allowlist secret"]
        {
            assert_eq!(covered(text), [0], "{text}");
        }
        for text in [
            "k=§ # nosec",
            "k=§ # nosec B105",
            "k=§ #nosec G101 -- fine",
            "k=§ # noqa: E501, S105",
            "k=§ // NOSONAR",
            "k=§ # ggignore",
            "k=§ # noseyparker:ignore",
        ] {
            assert_eq!(covered(text), [0], "{text}");
        }
        for text in ["k=§ # nosec B602", "k=§ # noqa: E501", "k=§ # noqa", "k=§ nosecret", "k=§ Pragma: no-cache", "k=§ xgitleaks:allow"] {
            assert_eq!(covered(text), [0; 0], "{text}");
        }
        assert_eq!(covered("§\n# pragma: allowlist nextline secret\n§\n§"), [1]);
        assert_eq!(covered("§ /* secretlint-disable */\n§\n/* secretlint-enable */ \n§ // secretlint-disable-line\n§"), [0, 1, 2]);
        assert_eq!(covered("// secretlint-disable-next-line\n§\n§"), [0]);
        assert_eq!(covered("# gitleaks:allow\n§"), [0; 0], "it speaks of its own line alone");
    }

    #[test]
    fn a_reason_shows_no_secret() {
        let text = b"k=1 # heliodon: allow a it is hunter2 now";
        let secret = 30..37;
        let all = read(text, &[(6, 0)], std::slice::from_ref(&secret));
        assert_eq!(all[0].pragma.reason, "it is [REDACTED] now");
    }
}
