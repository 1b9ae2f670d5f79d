//! What a value is: how random, whether it only stands for a value, whether a person chose it.
//!
//! Two gates serve the generic rules. [`as_token`] asks for randomness. [`as_password`] asks for little, since people's
//! passwords contain words: a floor of 3.5 bits per character would lose nineteen of twenty.

mod bigram;
mod chosen;
mod foreign;
mod password;
mod placeholder;
mod random;
mod reference;
mod shape;

pub(super) use chosen::is_chosen;
pub(super) use password::{as_password, is_chosen_word, is_improbable, is_name_like, is_name_of_program};
pub(super) use placeholder::is_placeholder;
pub(super) use random::{as_token, is_in_fours};
pub(super) use reference::is_reference;
pub(super) use shape::Shape;

/// Values whose shape says that they are no secret: hashes, UUIDs, ciphertext, public keys.
pub(super) use foreign::is_foreign;

/// Looks like a token whose issuer puts a checksum in it, and the checksum is wrong: somebody made it up.
pub(super) fn is_invented(value: &[u8]) -> bool {
    const CHECKED: [(&str, usize, &str); 9] = [
        ("ghp_", 40, "crc32-base62"),
        ("gho_", 40, "crc32-base62"),
        ("ghu_", 40, "crc32-base62"),
        ("ghs_", 40, "crc32-base62"),
        ("ghr_", 40, "crc32-base62"),
        ("npm_", 40, "crc32-base62"),
        ("glsa_", 46, "grafana-crc32"),
        ("AKIA", 20, "aws-key-id"),
        ("ABSK", 132, "bedrock-key"),
    ];
    CHECKED.iter().any(|(prefix, length, name)| value.len() == *length && value.starts_with(prefix.as_bytes()) && !super::checksum::valid(name, value))
}

/// Words of a name, as marks, digits and camel case divide it.
pub(super) use bigram::runs as words;

/// Letters that read like one word.
pub(super) use bigram::is_word as is_plain_word;

/// Below this many bits a digest of the value could be tried out.
const GUESSABLE_BITS: f32 = 80.0;

/// Shannon bits per byte.
pub(super) fn entropy(value: &[u8]) -> f32 {
    let mut counts = [0u32; 256];
    for &byte in value {
        counts[usize::from(byte)] += 1;
    }
    let total = value.len() as f32;
    counts.iter().filter(|count| **count > 0).map(|count| *count as f32 / total).map(|share| -share * share.log2()).sum()
}

/// Less than 80 bits of estimated entropy: such a value could be found by trying.
pub(super) fn is_guessable(value: &[u8]) -> bool {
    bits(value) < GUESSABLE_BITS
}

/// What an attacker must try: letters in words count as English does, the rest as the smaller of Shannon's measure and the alphabet.
fn bits(value: &[u8]) -> f32 {
    /// Bits of a letter inside a word, for someone who tries words.
    const IN_WORD: f32 = 2.0;
    let in_words = bigram::letters_in_words(value).min(value.len()) as f32;
    let others = value.len() as f32 - in_words;
    in_words * IN_WORD + others * entropy(value).min(alphabet_bits(value))
}

fn alphabet_bits(value: &[u8]) -> f32 {
    let has = |class: fn(&u8) -> bool| value.iter().any(class);
    let hex = value.iter().all(u8::is_ascii_hexdigit);
    let size = match hex {
        true => 16,
        false => {
            usize::from(has(u8::is_ascii_lowercase)) * 26
                + usize::from(has(u8::is_ascii_uppercase)) * 26
                + usize::from(has(u8::is_ascii_digit)) * 10
                + usize::from(value.iter().any(|byte| !byte.is_ascii_alphanumeric())) * 12
        }
    };
    (size.max(2) as f32).log2()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// A fake secret, made at test time so that this repository scans clean.
    pub(crate) fn made(seed: u64, length: usize, alphabet: &[u8]) -> String {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 33) as usize
        };
        (0..length).map(|_| char::from(alphabet[next() % alphabet.len()])).collect()
    }

    #[test]
    fn entropy_is_zero_for_one_letter_and_one_bit_for_two() {
        assert_eq!(entropy(b"aaaa"), 0.0);
        assert_eq!(entropy(b"abab"), 1.0);
        assert_eq!(entropy(b""), 0.0);
    }

    #[test]
    fn long_random_tokens_are_not_guessable_and_phrases_are() {
        for seed in 1..50 {
            assert!(!is_guessable(made(seed, 32, BASE62).as_bytes()));
            assert!(!is_guessable(made(seed, 40, b"0123456789abcdef").as_bytes()));
            assert!(is_guessable(made(seed, 10, BASE62).as_bytes()));
        }
        for words in ["hunter2", "correct horse battery staple", "SummerHoliday2019!", "letmein"] {
            assert!(is_guessable(words.as_bytes()), "{words}");
        }
    }
}
