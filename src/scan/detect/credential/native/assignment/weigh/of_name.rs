//! Features of the name that the value is assigned to.

use super::super::judge;
use super::super::key::{Key, Kind};
use super::feature::{Feature, Holding};
use super::of_value::holds;
use crate::scan::detect::credential::value;

const TESTS: [&[u8]; 6] = [b"test", b"example", b"sample", b"fake", b"mock", b"dummy"];
const OTHERS: [&[u8]; 10] = [b"wrong", b"other", b"new", b"old", b"default", b"temp", b"initial", b"first", b"some", b"my"];
const WHOLE: [&[u8]; 6] = [b"password", b"passwd", b"passphrase", b"secret", b"token", b"passcode"];

pub(super) fn add(bytes: &[u8], key: &Key, to: &mut Holding) {
    let name = &bytes[key.span.clone()];
    let upper = name.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let lower = name.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    let telling = |word: &&[u8]| name.len().checked_sub(word.len()).is_some_and(|at| name[at..].eq_ignore_ascii_case(word));
    let long = WHOLE.iter().any(|word| holds(name, word));
    to.add_if(value::words(name).count() == 1 && !holds(name, b"key"), Feature::WholeName);
    to.add_if(long, Feature::LongWord);
    to.add_if(!long && key.kind == Kind::Password, Feature::Short);
    to.add_if(key.kind == Kind::Passphrase, Feature::Phrase);
    to.add_if(key.kind == Kind::Auth || holds(name, b"cred"), Feature::Auth);
    to.add_if(key.kind == Kind::SomeKey, Feature::SomeKey);
    to.add_if(value::words(name).any(|word| TESTS.iter().any(|other| word.eq_ignore_ascii_case(other))), Feature::NameTest);
    to.add_if(value::words(name).any(|word| OTHERS.iter().any(|other| word.eq_ignore_ascii_case(other))), Feature::NameOther);
    to.add_if(lower == 0 && upper > 2 && name.contains(&b'_'), Feature::NameConstant);
    to.add_if(upper > 0 && lower > 2, Feature::NameCamel);
    to.add_if(upper == 0 && name.iter().all(u8::is_ascii_alphabetic), Feature::NamePlain);
    to.add_if(long && !WHOLE.iter().any(telling), Feature::NameTail);
    to.add_if(matches!(bytes[..key.span.start], [.., b'.'] | [.., b'-', b'>'] | [.., b':', b':']), Feature::Member);
    to.add_if(judge::is_shown(bytes, key), Feature::Shown);
    to.add_if(key.flag, Feature::Flag);
    to.add_if(key.template, Feature::Template);
    to.add_if(key.plural, Feature::Plural);
}
