//! Word vectors: fastText models, and the two layouts of word2vec.

use super::plain::fact;
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FASTTEXT: Format = Format { name: "fasttext", read: fasttext };
pub(super) const WORD2VEC: Format = Format { name: "word2vec", read: word2vec };

/// A magic number, version 11 or 12, then the settings of the training.
fn fasttext(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let rest = head.strip_prefix(&[0xba, 0x16, 0x4f, 0x2f])?;
    let number = |index: usize| rest.get(4 * index..)?.first_chunk().map(|bytes| i32::from_le_bytes(*bytes));
    let (version, dimensions, loss, model) = (number(0)?, number(1)?, number(7)?, number(8)?);
    let loss = ["hierarchical softmax", "negative sampling", "softmax", "one-vs-all"].get(usize::try_from(loss).ok()?.checked_sub(1)?)?;
    let model = ["cbow", "skip-gram", "supervised"].get(usize::try_from(model).ok()?.checked_sub(1)?)?;
    if !matches!(version, 11 | 12) || !(1..10_000).contains(&dimensions) {
        return None;
    }
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "fasttext");
    fact(&mut facts, "architecture", model);
    fact(&mut facts, "objective", loss);
    fact(&mut facts, "dimensions", dimensions.to_string());
    Some(facts)
}

/// `words dimensions`, then a line for each word: its vector in binary, or as text.
fn word2vec(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !head.first()?.is_ascii_digit() {
        return None;
    }
    let start = head.iter().take(17).position(|byte| *byte == b'\n')? + 1;
    let (words, dimensions) = std::str::from_utf8(&head[..start - 1]).ok()?.split_once(' ')?;
    let (words, dimensions) = (words.parse::<u64>().ok()?, dimensions.parse::<u64>().ok()?);
    if words == 0 || !(1..=4096).contains(&dimensions) {
        return None;
    }
    let rest = &head[start..];
    let sureness = match memchr::memchr(0, &rest[..rest.len().min(4096)]) {
        Some(_) => is_binary(rest, blob.len().checked_sub(start as u64)?, words, dimensions).then_some(Sureness::Likely)?,
        None => text_sureness(rest, words, dimensions)?,
    };
    let mut facts = Facts { sureness, ..Facts::default() };
    fact(&mut facts, "framework", "word2vec");
    fact(&mut facts, "dimensions", dimensions.to_string());
    fact(&mut facts, "parameters", words.saturating_mul(dimensions).to_string());
    Some(facts)
}

/// The size must fit words of up to 200 bytes.
fn is_binary(rest: &[u8], size: u64, words: u64, dimensions: u64) -> bool {
    let word = rest.iter().take(200).position(|byte| *byte == b' ');
    let least = words.checked_mul(dimensions * 4 + 2);
    let most = words.checked_mul(dimensions * 4 + 202);
    word.is_some_and(|len| len > 0) && least.zip(most).is_some_and(|(least, most)| (least..=most).contains(&size))
}

/// A small table of numbers could be anything.
fn text_sureness(rest: &[u8], words: u64, dimensions: u64) -> Option<Sureness> {
    let line = std::str::from_utf8(rest.split(|byte| *byte == b'\n').next()?).ok()?;
    let mut columns = line.split(' ').filter(|column| !column.is_empty());
    let word = columns.next()?;
    let numbers: Vec<Option<f64>> = columns.map(|column| column.trim_end().parse().ok()).collect();
    if word.parse::<f64>().is_ok() || numbers.len() as u64 != dimensions || numbers.iter().any(Option::is_none) {
        return None;
    }
    Some(if words >= 10 && dimensions >= 10 { Sureness::Likely } else { Sureness::Weak })
}

/// One file of each, for the tests.
#[cfg(test)]
pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let numbers = |numbers: &[i32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    vec![
        ("fasttext", [vec![0xba, 0x16, 0x4f, 0x2f], numbers(&[12, 100, 5, 5, 1, 5, 1, 3, 3, 0, 0, 0])].concat()),
        ("word2vec", [b"2 3\nin ".to_vec(), vec![0; 12], b"\nup ".to_vec(), vec![0; 12], b"\n".to_vec()].concat()),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn vectors_as_text_are_as_sure_as_they_are_many() {
        let row = |word: &str, count: usize| format!("{word}{}\n", " 0.25".repeat(count));
        let table = format!("10 12\n{}", row("king", 12).repeat(10));
        let facts = read_as("x", table.as_bytes(), word2vec).expect("vectors");
        assert_eq!((facts.sureness, fact_of(&facts, "parameters")), (Sureness::Likely, Some("120")));
        assert_eq!(read_as("x", format!("2 3\n{}", row("a", 3)).as_bytes(), word2vec).map(|facts| facts.sureness), Some(Sureness::Weak));
        for other in [format!("2 3\n{}", row("1.5", 2)), "3 4\n1 2 3 4\n".into(), "10 green bottles\n".into(), "2024 11\nNovember sales\n".into()] {
            assert!(read_as("x", other.as_bytes(), word2vec).is_none(), "{other}");
        }
    }

    #[test]
    fn settings_out_of_range_are_no_fasttext() {
        let mut file = samples()[0].1.clone();
        assert_eq!(fact_of(&read_as("x", &file, fasttext).expect("sound"), "architecture"), Some("supervised"));
        file[4] = 13;
        assert!(read_as("x", &file, fasttext).is_none());
    }
}
