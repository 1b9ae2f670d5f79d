//! The common words of rules that are found from the value's side: looked for around long runs of value characters, which are few.
//!
//! Made by the compiler, so that a scan that meets one such run need not build an automaton of thousands of words for it.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Bytes of the shortest word.
pub const SHORTEST: usize = 4;
/// Furthest that a word may stand from its value: each long run in a text is searched so far around.
pub const FURTHEST: u32 = 120;
/// Bits of the hash of a word's beginning; the upper ones choose its bucket.
const BITS: u32 = 16;
const BUCKETS: usize = 1 << 10;

/// Words, by their first bytes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Words {
    /// Lower case, in the order of the hashes of their beginnings.
    words: Vec<Word>,
    /// A bit for each hash.
    begins: Vec<u64>,
    /// Where the words of each bucket begin; one more than buckets.
    buckets: Vec<u16>,
    /// Bytes of the longest word.
    longest: u32,
    /// Furthest that a word may stand from its value.
    near: u32,
    /// Bytes of the shortest run that any of the rules wants.
    pub shortest_run: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Word {
    hash: u16,
    text: String,
    /// A host name, which may stand behind its value.
    is_host: bool,
    rules: Vec<u16>,
}

/// A rule as the words know it: its number, its words, how far they reach, the shortest run it wants.
pub struct Wanted<'r> {
    pub rule: u16,
    pub words: &'r [String],
    pub near: u32,
    pub run: u32,
}

impl Words {
    pub fn new<'r>(rules: impl IntoIterator<Item = Wanted<'r>>) -> Self {
        let mut all: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
        let mut words = Self { begins: vec![0; 1 << (BITS - 6)], shortest_run: u32::MAX, ..Self::default() };
        for rule in rules {
            rule.words.iter().for_each(|word| all.entry(word).or_default().push(rule.rule));
            (words.near, words.shortest_run) = (words.near.max(rule.near), words.shortest_run.min(rule.run));
        }
        for (text, rules) in all {
            let Some(hash) = text.as_bytes().first_chunk().map(hash) else { continue };
            words.begins[usize::from(hash >> 6)] |= 1 << (hash & 63);
            words.longest = words.longest.max(u32::try_from(text.len()).unwrap_or(u32::MAX));
            words.words.push(Word { hash, text: text.to_owned(), is_host: is_host(text), rules });
        }
        words.words.sort_by_key(|word| word.hash);
        let begin = |bucket: usize| words.words.partition_point(|word| bucket_of(word.hash) < bucket);
        words.buckets = (0..=BUCKETS).map(|bucket| u16::try_from(begin(bucket)).unwrap_or(u16::MAX)).collect();
        words
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Furthest that a word may begin before a value, or end behind it.
    pub fn reach(&self) -> usize {
        self.near as usize + self.longest as usize
    }

    /// Calls `hit` for each rule and each place of one of its words in the text; with `hosts`, of those that are host names.
    pub fn find(&self, text: &[u8], hosts: bool, mut hit: impl FnMut(usize, Range<usize>)) {
        let last = text.len().saturating_sub(SHORTEST - 1);
        for at in 0..last {
            let Some(hash) = text[at..].first_chunk().map(hash) else { break };
            if self.begins.get(usize::from(hash >> 6)).is_none_or(|bits| bits >> (hash & 63) & 1 == 0) {
                continue;
            }
            let bucket = bucket_of(hash);
            let (from, to) = (self.buckets[bucket], self.buckets[bucket + 1]);
            for word in self.words[usize::from(from)..usize::from(to)].iter().filter(|word| word.hash == hash) {
                let range = at..at + word.text.len();
                if (word.is_host || !hosts) && text.get(range.clone()).is_some_and(|here| here.eq_ignore_ascii_case(word.text.as_bytes())) {
                    word.rules.iter().for_each(|rule| hit(usize::from(*rule), range.clone()));
                }
            }
        }
    }
}

/// `api.acme.com`, not `client.run`: such a word may follow its value.
pub fn is_host(word: &str) -> bool {
    word.rsplit_once('.').is_some_and(|(name, last)| {
        name.len() >= 2 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte)) && TOP_LEVEL.contains(&last.trim_end_matches('/'))
    })
}

const TOP_LEVEL: [&str; 12] = ["com", "net", "org", "io", "ai", "dev", "cloud", "app", "co", "so", "run", "me"];

/// Of four bytes, whatever their case: bytes that differ in one bit only are alike enough.
fn hash(four: &[u8; SHORTEST]) -> u16 {
    let folded = u32::from_le_bytes(*four) | 0x2020_2020;
    (folded.wrapping_mul(0x9e37_79b1) >> (32 - BITS)) as u16
}

fn bucket_of(hash: u16) -> usize {
    usize::from(hash >> 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, hosts: bool) -> Vec<(usize, Range<usize>)> {
        let (acme, other) = (["acme".to_owned(), "api.acme.com".to_owned()], ["acmecloud".to_owned()]);
        let wanted = [Wanted { rule: 3, words: &acme, near: 80, run: 20 }, Wanted { rule: 5, words: &other, near: 40, run: 16 }];
        let words = Words::new(wanted);
        assert_eq!((words.reach(), words.shortest_run), (92, 16));
        let mut found = Vec::new();
        words.find(text.as_bytes(), hosts, |rule, range| found.push((rule, range)));
        found
    }

    #[test]
    fn words_are_found_in_any_case_and_inside_others() {
        assert_eq!(found("my ACME key", false), [(3, 3..7)]);
        assert_eq!(found("AcmeCloudKey", false), [(3, 0..4), (5, 0..9)]);
        assert_eq!(found("acm", false), []);
        assert_eq!(found("", false), []);
    }

    #[test]
    fn behind_a_value_only_hosts_count() {
        assert_eq!(found("https://api.acme.com/v1", true), [(3, 8..20)]);
        assert_eq!(found("https://api.acme.com/v1", false), [(3, 8..20), (3, 12..16)]);
        assert!(is_host("api.acme.com") && !is_host("client.run("));
    }
}
