//! Features of where the value stands: the file, the line, the sign, who is named beside it.

use super::super::super::cut;
use super::super::beside;
use super::super::literal::Style;
use super::super::surroundings::{LOOK_BACK, Setting};
use super::Candidate;
use super::feature::{Feature, Holding};
use super::of_value::holds;
use crate::scan::detect::credential::value::{self, Shape};

/// How far behind the value its line, and a second place of it, are looked for.
const AHEAD: usize = 240;

const TESTS: [&[u8]; 8] = [b"test", b"expect", b"assert", b"example", b"should", b"e.g.", b"mock", b"fixture"];
const LABELS: [&[u8]; 9] = [b"label", b"title", b"placeholder", b"message", b"type", b"error", b"help", b"desc", b"translat"];
const WEB: [&str; 10] = ["js", "jsx", "ts", "tsx", "vue", "svelte", "html", "htm", "css", "mjs"];

pub(super) fn add(candidate: &Candidate<'_>, shape: &Shape, to: &mut Holding) {
    of_file(candidate, to);
    of_literal(candidate, to);
    sign(candidate, to);
    line(candidate, to);
    owner(candidate, to);
    again(candidate, shape, to);
}

fn of_file(Candidate { text, surroundings, .. }: &Candidate<'_>, to: &mut Holding) {
    to.add(match surroundings.setting {
        Setting::Code => Feature::Code,
        Setting::Shell => Feature::Shell,
        Setting::Configuration => Feature::Configuration,
        Setting::Data | Setting::Lock => Feature::Data,
        Setting::Text => Feature::Prose,
        Setting::Translation => Feature::Translation,
    });
    let name = text.name.as_bytes();
    let tests: [&[u8]; 6] = [b"test", b"spec", b"mock", b"example", b"sample", b"fixture"];
    to.add_if(tests.iter().any(|word| holds(name, word)), Feature::FileTest);
    to.add_if(name.starts_with(b".env") || name.ends_with(b".env") || name.ends_with(b".tfvars") || name.ends_with(b".ini"), Feature::FileEnv);
    let ending = text.name.rsplit_once('.').map(|(_, ending)| ending);
    to.add_if(ending.is_some_and(|ending| WEB.iter().any(|web| ending.eq_ignore_ascii_case(web))), Feature::FileWeb);
    to.add_if(ending.is_none(), Feature::FileNameless);
}

fn of_literal(Candidate { text, literal, surroundings, .. }: &Candidate<'_>, to: &mut Holding) {
    to.add(match literal.style {
        Style::Quoted => Feature::Quoted,
        Style::Loose => Feature::Loose,
        Style::Bare => Feature::Bare,
    });
    let before = literal.span.start.checked_sub(1).and_then(|at| text.bytes.get(at));
    to.add_if(literal.style == Style::Bare && surroundings.setting == Setting::Text, Feature::BareProse);
    to.add_if(literal.style == Style::Bare && before == Some(&b':'), Feature::Explains);
    to.add_if(literal.style != Style::Bare && before == Some(&b'\''), Feature::Single);
    to.add_if(before == Some(&b'`'), Feature::Backquote);
    to.add_if(surroundings.inside.is_some(), Feature::Inside);
    to.add_if(surroundings.in_query, Feature::Query);
    to.add_if(surroundings.in_list, Feature::List);
    to.add_if(surroundings.in_flow, Feature::Flow);
    let follows = cut(text.bytes, literal.span.end..literal.span.end + 3);
    let sentence = matches!(follows, [b' ', first, second] if first.is_ascii_alphabetic() && (second.is_ascii_alphabetic() || *second == b' '));
    to.add_if(literal.style == Style::Bare && sentence, Feature::GoesOn);
    match text.bytes.get(literal.span.end..).unwrap_or_default() {
        [b'\n' | b'\r', ..] | [_, b'\n' | b'\r', ..] | [] | [_] => to.add(Feature::BehindEnd),
        [b',' | b')' | b'}' | b']', ..] | [_, b',' | b')' | b'}' | b']', ..] => to.add(Feature::BehindComma),
        _ => {}
    }
}

/// What stands between the name and the value.
fn sign(Candidate { text, key, literal, .. }: &Candidate<'_>, to: &mut Holding) {
    let between = text.bytes.get(key.span.end..literal.span.start).unwrap_or_default();
    let signs = between.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b'\\' | b']' | b')'));
    match signs.map(|at| &between[at..]).unwrap_or_default() {
        [b'=' | b'!', b'=', ..] => to.add(Feature::Compared),
        [b'=', b'>', ..] | [b':', b'=', ..] => to.add(Feature::Arrow),
        [b'=', ..] => to.add(Feature::Equals),
        [b':', ..] => to.add(Feature::SignColon),
        [b',', ..] => to.add(Feature::SignComma),
        [b'(' | b'{' | b'[', ..] => to.add(Feature::SignCall),
        [b'>' | b'<', ..] => to.add(Feature::SignAngle),
        [] => to.add(Feature::SignNone),
        _ => {}
    }
    to.add_if(between.contains(&b'\n'), Feature::NextLine);
}

/// The line that the name stands on, without the value.
fn line(Candidate { text, key, literal, surroundings, .. }: &Candidate<'_>, to: &mut Holding) {
    let before = &text.bytes[surroundings.line_start..key.span.start];
    let behind = cut(text.bytes, literal.span.end..literal.span.end + AHEAD);
    let behind = &behind[..memchr::memchr(b'\n', behind).unwrap_or(behind.len())];
    let says = |words: &[&[u8]]| words.iter().any(|word| holds(before, word) || holds(behind, word));
    to.add_if(says(&TESTS), Feature::LineTest);
    to.add_if(says(&LABELS), Feature::LineLabel);
    to.add_if(before.len() >= LOOK_BACK || behind.len() >= AHEAD, Feature::LineLong);
    let start = before.trim_ascii_start();
    to.add_if([&b"#"[..], b"//", b"*", b";", b"--", b"<!--"].iter().any(|mark| start.starts_with(mark)), Feature::Comment);
}

fn owner(candidate: &Candidate<'_>, to: &mut Holding) {
    let Candidate { text, key, literal, surroundings, .. } = candidate;
    let beside = beside::owner(text.bytes, key, &literal.span, surroundings);
    to.add_if(beside.named, Feature::Owner);
    to.add_if(beside.is_value, Feature::OwnerIsValue);
    to.add_if(beside.statement, Feature::Statement);
    to.add_if(beside.told, Feature::Service);
    let owned = (beside.named || beside.statement || beside.told) && !beside.is_value;
    to.add_if(owned && literal.text(text.bytes).is_some_and(value::is_chosen_word), Feature::Owned);
}

/// Names of the program stand more than once; a secret stands alone.
fn again(Candidate { text, literal, .. }: &Candidate<'_>, shape: &Shape, to: &mut Holding) {
    if !(5..=40).contains(&shape.length) {
        return;
    }
    let value = literal.text(text.bytes).unwrap_or_default();
    let before = &text.bytes[literal.span.start.saturating_sub(AHEAD)..literal.span.start];
    let behind = cut(text.bytes, literal.span.end..literal.span.end + AHEAD);
    to.add_if(memchr::memmem::find(before, value).is_some() || memchr::memmem::find(behind, value).is_some(), Feature::Again);
}
