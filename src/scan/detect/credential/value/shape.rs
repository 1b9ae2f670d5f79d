//! The shape of a value in numbers: kinds of characters, how much of it reads like words, how often it changes between kinds.

use super::bigram::Letters;
use super::{entropy, password, random};
use crate::domain::Sureness;

/// What can be counted about a value, once for all who ask.
#[derive(Debug, Default)]
pub(in super::super) struct Shape {
    pub(in super::super) length: usize,
    pub(in super::super) lower: usize,
    pub(in super::super) upper: usize,
    pub(in super::super) digits: usize,
    /// `_-./:\,|` and blanks: they join the words of a name.
    pub(in super::super) joints: usize,
    /// Any other mark.
    pub(in super::super) marks: usize,
    pub(in super::super) foreign: usize,
    pub(in super::super) hex: bool,
    /// Digits at the end.
    pub(in super::super) tail_digits: usize,
    /// Runs of digits.
    pub(in super::super) digit_groups: usize,
    /// Letters in runs that look like words.
    pub(in super::super) in_words: usize,
    /// Mean bits of a pair of letters: words cost 4, letters drawn at random 6.4.
    pub(in super::super) pair_cost: f32,
    /// Of one: entropy against the most that so many characters can have.
    pub(in super::super) richness: f32,
    /// Of one: neighbours of different kinds.
    pub(in super::super) changes: f32,
    /// What the gates say: drawn at random, chosen by a person.
    pub(in super::super) token: Option<Sureness>,
    pub(in super::super) password: Option<Sureness>,
    pub(in super::super) poor: bool,
}

impl Shape {
    pub(in super::super) fn of(value: &[u8], name: &[u8], phrase: bool) -> Self {
        let count = |is: fn(&u8) -> bool| value.iter().filter(|byte| is(byte)).count();
        let joint = |byte: &u8| matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b'\\' | b',' | b'|' | b' ');
        let letters = Letters::of(value);
        let length = value.len();
        let changes = value.windows(2).filter(|pair| random::changes(pair[0], pair[1])).count();
        Self {
            length,
            lower: count(u8::is_ascii_lowercase),
            upper: count(u8::is_ascii_uppercase),
            digits: count(u8::is_ascii_digit),
            joints: count(joint),
            marks: value.iter().filter(|byte| byte.is_ascii_graphic() && !byte.is_ascii_alphanumeric() && !joint(byte)).count(),
            foreign: count(|byte| !byte.is_ascii()),
            hex: value.iter().all(u8::is_ascii_hexdigit),
            tail_digits: value.iter().rev().take_while(|byte| byte.is_ascii_digit()).count(),
            digit_groups: random::digit_groups(value),
            in_words: letters.in_words(),
            pair_cost: letters.mean_cost(),
            richness: entropy(value) / (length as f32).log2().min(62f32.log2()).max(1.0),
            changes: changes as f32 / (length as f32 - 1.0).max(1.0),
            token: random::as_token(value),
            password: password::as_password(value, name, phrase),
            poor: password::is_poor(value),
        }
    }

    pub(in super::super) fn letters(&self) -> usize {
        self.lower + self.upper
    }
}
