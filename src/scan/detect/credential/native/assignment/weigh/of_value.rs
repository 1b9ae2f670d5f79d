//! Features of the value itself.

use super::super::judge;
use super::feature::{Feature, Holding};
use crate::domain::Sureness;
use crate::scan::detect::credential::value::{self, Shape};

/// Words in values, as a name of the program or a text for people would hold them.
const TELLING: [(Feature, &[&[u8]]); 5] = [
    (Feature::TellsPassword, &[b"pass", b"pwd", b"passw"]),
    (Feature::TellsSecret, &[b"secret", b"token", b"key", b"cred", b"auth"]),
    (Feature::TellsTest, &[b"test", b"demo", b"fake", b"dummy", b"mock", b"sample", b"example", b"foo", b"bar"]),
    (Feature::TellsUser, &[b"user", b"name", b"login", b"admin", b"root"]),
    (Feature::TellsWrong, &[b"wrong", b"invalid", b"bad", b"new", b"old", b"other", b"some", b"my"]),
];

pub(super) fn add(text: &[u8], name: &[u8], shape: &Shape, to: &mut Holding) {
    length(shape.length, to);
    characters(text, shape, to);
    digits(text, shape, to);
    words(text, name, shape, to);
    gates(shape, to);
    to.add_if(value::is_in_fours(text), Feature::InFours);
    to.add_if(judge::is_chosen_number(text, name), Feature::ChosenNumber);
    to.add_if(judge::is_key_of_digits(text), Feature::KeyOfDigits);
}

fn length(length: usize, to: &mut Holding) {
    to.add(match length {
        0..=4 => Feature::Length4,
        5 => Feature::Length5,
        6..=7 => Feature::Length6,
        8..=9 => Feature::Length8,
        10..=12 => Feature::Length10,
        13..=16 => Feature::Length13,
        17..=20 => Feature::Length17,
        21..=31 => Feature::Length21,
        32..=40 => Feature::Length32,
        41..=64 => Feature::Length41,
        65..=128 => Feature::Length65,
        _ => Feature::Length129,
    });
    to.add_if(matches!(length, 16 | 24 | 32 | 40 | 48 | 64), Feature::RoundLength);
}

fn characters(text: &[u8], shape: &Shape, to: &mut Holding) {
    let plain = shape.joints + shape.marks + shape.foreign == 0;
    let kinds = (shape.lower > 0, shape.upper > 0, shape.digits > 0);
    if plain {
        to.add(match kinds {
            (false, false, _) => Feature::DigitsOnly,
            (true, false, false) => Feature::LowerOnly,
            (false, true, false) => Feature::UpperOnly,
            (true, true, false) => Feature::LettersOnly,
            (true, false, true) => Feature::LowerDigits,
            (false, true, true) => Feature::UpperDigits,
            (true, true, true) => Feature::MixedDigits,
        });
    }
    let blanks = text.iter().filter(|byte| **byte == b' ').count();
    let holds = |marks: &[u8]| text.iter().any(|byte| marks.contains(byte));
    let ends = |marks: &[u8]| text.last().is_some_and(|byte| marks.contains(byte));
    to.add_if(shape.joints > 0 && shape.marks == 0, Feature::Joined);
    to.add_if(shape.marks > 0, Feature::Marked);
    to.add_if(shape.marks > 0 && shape.digits > 0 && shape.letters() > 0, Feature::MarkedDigits);
    to.add_if(shape.marks > 1, Feature::TwoMarks);
    to.add_if(shape.foreign > 0, Feature::Foreign);
    to.add_if(blanks > 0, Feature::Blank);
    to.add_if(blanks > 2, Feature::Blanks);
    to.add_if(shape.hex && shape.digits > 0 && shape.letters() > 0, Feature::Hex);
    to.add_if(ends(b"="), Feature::Padded);
    to.add_if(ends(b"?:.,;)>]}"), Feature::EndsPunctuated);
    to.add_if(ends(b"!#@$%&*+"), Feature::EndsMarked);
    to.add_if(text.first().is_some_and(u8::is_ascii_punctuation), Feature::BeginsMarked);
    to.add_if(holds(b"(){}[]<>\"'`;"), Feature::Brackets);
    to.add_if(holds(b"\\"), Feature::Backslash);
    to.add_if(holds(b"/"), Feature::Slash);
    to.add_if(holds(b"$"), Feature::Dollar);
    to.add_if(holds(b"%"), Feature::Percent);
    to.add_if(holds(b":"), Feature::Colon);
    to.add_if(holds(b"."), Feature::Dot);
}

fn digits(text: &[u8], shape: &Shape, to: &mut Holding) {
    match shape.digits {
        0 => to.add(Feature::NoDigit),
        1 => to.add(Feature::OneDigit),
        2..=3 => to.add(Feature::FewDigits),
        5.. => to.add(Feature::ManyDigits),
        _ => {}
    }
    let mixed = shape.letters() > 0;
    to.add_if(mixed && matches!(shape.tail_digits, 1 | 2), Feature::TailTwo);
    to.add_if(mixed && matches!(shape.tail_digits, 3 | 4), Feature::TailFour);
    to.add_if(mixed && shape.tail_digits == 4 && matches!(text[text.len() - 4..], [b'1', b'9', ..] | [b'2', b'0', ..]), Feature::Year);
    let leet = text.windows(3).any(|three| three[0].is_ascii_alphabetic() && three[1].is_ascii_digit() && three[2].is_ascii_alphabetic());
    to.add_if(leet, Feature::Leet);
    to.add_if(shape.digit_groups >= 3, Feature::DigitGroups);
}

fn words(text: &[u8], name: &[u8], shape: &Shape, to: &mut Holding) {
    let letters = shape.letters().max(1);
    to.add_if(shape.in_words == 0, Feature::NoWord);
    to.add_if(shape.in_words > 0 && shape.in_words * 3 < letters, Feature::SomeWord);
    to.add_if(shape.in_words * 3 >= letters && shape.in_words * 3 < 2 * letters, Feature::HalfWord);
    to.add_if(shape.letters() >= 3 && shape.in_words >= shape.letters(), Feature::AllWord);
    to.add_if(value::is_plain_word(text), Feature::PlainWord);
    to.add_if(value::is_chosen_word(text), Feature::ChosenWord);
    to.add_if(value::is_improbable(text), Feature::Improbable);
    to.add_if(shape.pair_cost < 4.2, Feature::CheapPairs);
    to.add_if(shape.pair_cost > 5.4 && shape.letters() >= 3, Feature::DearPairs);
    to.add_if(shape.pair_cost > 6.2 && shape.letters() >= 3, Feature::DearestPairs);
    to.add_if(value::is_name_like(text), Feature::NameLike);
    let first = text.first().is_some_and(u8::is_ascii_uppercase);
    to.add_if(first && shape.upper == 1 && shape.lower > 2, Feature::Title);
    let humps = text.windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count();
    to.add_if(humps > 0 && shape.digits + shape.marks == 0 && shape.in_words * 2 >= letters, Feature::Camel);
    to.add_if(shape.lower == 0 && shape.upper > 2 && text.contains(&b'_'), Feature::Constant);
    to.add_if(shape.poor, Feature::Poor);
    for (feature, words) in TELLING {
        to.add_if(words.iter().any(|word| holds(text, word)), feature);
    }
    let (short, long) = if text.len() < name.len() { (text, name) } else { (name, text) };
    to.add_if(short.len() >= 4 && long.len() >= short.len() && long[..short.len()].eq_ignore_ascii_case(short), Feature::IsName);
}

fn gates(shape: &Shape, to: &mut Holding) {
    let long = shape.length >= 12;
    to.add_if(long && shape.richness > 0.9, Feature::Rich);
    to.add_if(shape.richness < 0.72, Feature::Poorest);
    to.add_if(shape.changes > 0.35, Feature::Changes);
    to.add_if(shape.token >= Some(Sureness::Likely), Feature::TokenLikely);
    to.add_if(shape.token == Some(Sureness::Weak), Feature::TokenWeak);
    to.add_if(shape.password >= Some(Sureness::Likely), Feature::PasswordLikely);
    to.add_if(shape.password == Some(Sureness::Weak), Feature::PasswordWeak);
    to.add_if(shape.token.min(shape.password) >= Some(Sureness::Likely), Feature::BothGates);
}

/// `word` (small letters) stands somewhere in `text`, in any case.
pub(super) fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}
