//! How much a run of letters looks like words: the cost, in bits, of each letter after the one before.

/// `COST[first][second]`, as digits: -log2 of how often `second` follows `first` in the words and identifiers of public
/// source and documentation, nine at most. Letters drawn at random cost 6.4 on average; words 4.
const COST: [[u8; 26]; 26] = [
    *b"74448758596343959343667769",
    *b"35563678368367479446389857",
    *b"36563793594467279553589979",
    *b"46652677388567468446575879",
    *b"47435568698453757334867579",
    *b"46553369299467379445598969",
    *b"48672754399564479345488978",
    *b"27652888398666379464587969",
    *b"55445559997442459544959795",
    *b"37552688475877357846386989",
    *b"37652666387575468535576978",
    *b"37752779297377359855579949",
    *b"25762889397657339747599979",
    *b"47433537486676479733668979",
    *b"65457668686442549345455789",
    *b"37563775497477449344577969",
    *b"76665769699486667546176997",
    *b"37552769396656369544568959",
    *b"58473774396567448742477966",
    *b"38672784298677469345587858",
    *b"54564569498443749333889798",
    *b"38671779399767469657899879",
    *b"36553674398564368446888888",
    *b"46453596399656639752767568",
    *b"45564667498444529634676866",
    *b"37551586398657568756578965",
];

/// A run of letters at or under this mean cost is taken for a word.
const WORD: f32 = 4.6;

/// Sums over a value, gathered in one pass.
#[derive(Default)]
pub(super) struct Letters {
    cost: u32,
    pairs: u32,
    in_words: usize,
}

impl Letters {
    pub(super) fn of(value: &[u8]) -> Self {
        let mut sum = Self::default();
        for run in runs(value) {
            let cost: u32 = run.windows(2).map(|pair| cost(pair[0], pair[1])).sum();
            let pairs = run.len() as u32 - 1;
            sum.cost += cost;
            sum.pairs += pairs;
            if run.len() >= 3 && cost as f32 <= WORD * pairs as f32 {
                sum.in_words += run.len();
            }
        }
        sum
    }

    /// Mean cost of a pair; as for random letters when there is none.
    pub(super) fn mean_cost(&self) -> f32 {
        if self.pairs == 0 { 6.0 } else { self.cost as f32 / self.pairs as f32 }
    }

    pub(super) fn in_words(&self) -> usize {
        self.in_words
    }
}

/// How many bytes of `value` stand in runs of letters that look like words.
pub(super) fn letters_in_words(value: &[u8]) -> usize {
    Letters::of(value).in_words()
}

/// All of the run's letters read like one word.
pub(in super::super) fn is_word(run: &[u8]) -> bool {
    run.len() >= 2
        && run.iter().all(u8::is_ascii_alphabetic)
        && run.windows(2).map(|pair| cost(pair[0], pair[1])).sum::<u32>() as f32 <= WORD * (run.len() - 1) as f32
}

/// Runs of letters as camel case divides them: `HTTPServerKey` is `HTTP`, `Server`, `Key` (or near enough).
pub(in super::super) fn runs(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value
        .split(|byte| !byte.is_ascii_alphabetic())
        .flat_map(|run| run.chunk_by(|first, second| !(first.is_ascii_lowercase() && second.is_ascii_uppercase())))
        .filter(|run| !run.is_empty())
}

fn cost(first: u8, second: u8) -> u32 {
    let index = |byte: u8| usize::from(byte.to_ascii_lowercase().wrapping_sub(b'a'));
    COST.get(index(first)).and_then(|row| row.get(index(second))).map_or(0, |digit| u32::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;
    use super::*;

    #[test]
    fn words_are_told_from_random_letters() {
        let lower = b"abcdefghijklmnopqrstuvwxyz";
        for word in ["password", "connection", "administrator", "holiday", "elephant", "Configuration"] {
            assert!(is_word(word.as_bytes()), "{word}");
        }
        let random = (1..=100).filter(|seed| is_word(made(*seed, 12, lower).as_bytes())).count();
        assert!(random <= 5, "{random} of 100 random runs taken for words");
    }

    #[test]
    fn camel_case_is_divided() {
        assert_eq!(runs(b"clientSecret_v2Key").collect::<Vec<_>>(), [&b"client"[..], b"Secret", b"v", b"Key"]);
    }
}
