//! One token in everyday surroundings: where a rule knows its token by itself, it knows it everywhere.

use heliodon::domain::Evidence;
use heliodon::rulepack::rule::{Rule, Wake};
use heliodon::rulepack::{pack, template};
use heliodon::scan::detect::{Text, credential};

/// `@` stands for the token. Left out: what other rules and parsers would take as a whole (headers, user parts of addresses).
const SURROUNDINGS: &[&str] = &[
    "@",
    "x = '@'",
    "x = \"@\";",
    "x: @",
    "`@`",
    "(@)",
    "[@, 1]",
    "{@}",
    "<key>@</key>",
    "| name | @ |",
    "see @, or ask",
    "\"line one\\n@\\nline three\"",
    "{\\\"key\\\": \\\"@\\\"}",
    "tab\\t@\\ttab",
    "\u{1b}[31m@\u{1b}[0m",
    "\\033[1;31m@\\033[0m",
    "x%3D@%26y",
    "x\\x3d@\\x26",
    "x\\u003d@\\u0026y",
    "https://host/path?x=@&y=1",
    "https://host/path?x=@#top",
    "x=@;y",
    "x,@,y",
    "“@”",
    "!secret @ # comment",
    "--flag=@ --other",
    "x=@\r\ny",
    "$(echo @)",
    "@\0",
    "*@*",
];

/// Rules that know their token by itself, and a token of each.
pub(super) fn tokens(scratch: &mut credential::Scratch) -> Vec<(&'static Rule, Vec<u8>)> {
    let alone = |rule: &&Rule| matches!(rule.wake, Wake::Anchor { .. }) && rule.words.is_empty() && !rule.parts.iter().any(|part| part.required);
    let captures = |rule: &Rule| rule.shape.as_ref().is_some_and(|shape| shape.pattern.contains("(?P<secret>"));
    pack().rules().iter().filter(alone).filter(|rule| !captures(rule)).filter_map(|rule| Some((rule, token(rule, scratch)?))).collect()
}

/// The token in the rule's first example.
fn token(rule: &Rule, scratch: &mut credential::Scratch) -> Option<Vec<u8>> {
    let example = template::expand(rule.examples.first()?, 5, &|_| None).ok()?;
    let mut token = None;
    search(example.as_bytes(), scratch, &mut |code, span| {
        if code == rule.code {
            token = example.as_bytes().get(span).map(<[u8]>::to_vec);
        }
    });
    token
}

fn search(bytes: &[u8], scratch: &mut credential::Scratch, found: &mut dyn FnMut(u32, std::ops::Range<usize>)) {
    let text = Text { bytes, name: "example", continued: false, prose: false, before: b"", trace_key: None };
    credential::search(&text, scratch, &mut |sighting| {
        if let Evidence::Credential(credential) = &sighting.evidence {
            found(credential.rule, sighting.span.clone());
        }
    });
}

/// May the token's own alphabet swallow what stands beside it?
fn is_ambiguous(rule: &Rule, surrounding: &str) -> bool {
    let Some((before, after)) = surrounding.split_once('@') else { return true };
    let shape = rule.shape.as_ref();
    let takes = |byte: Option<&u8>, left: bool| byte.is_some_and(|byte| shape.is_some_and(|shape| if left { shape.left } else { shape.right }.contains(*byte)));
    takes(after.as_bytes().first(), false) || (!before.ends_with(|c: char| c.is_ascii_alphanumeric()) && takes(before.as_bytes().last(), true))
}

#[test]
fn a_token_is_known_in_everyday_surroundings() {
    let mut scratch = credential::Scratch::default();
    let (mut tried, mut missed) = (0, Vec::new());
    for (rule, token) in tokens(&mut scratch) {
        for surrounding in SURROUNDINGS.iter().filter(|surrounding| !is_ambiguous(rule, surrounding)) {
            let (before, after) = surrounding.split_once('@').expect("every surrounding has a place for the token");
            let text = [before.as_bytes(), &token, after.as_bytes()].concat();
            let mut spans = Vec::new();
            search(&text, &mut scratch, &mut |code, span| spans.extend((code == rule.code).then_some(span)));
            tried += 1;
            if spans.first() != Some(&(before.len()..before.len() + token.len())) || spans.len() != 1 {
                missed.push(format!("{}: {surrounding}: {spans:?}", rule.name));
            }
        }
    }
    assert!(missed.is_empty(), "{} of {tried} missed:\n{}", missed.len(), missed.join("\n"));
    assert!(pack().rules().is_empty() || tried > 100, "{tried} tried: too few to say anything");
}

#[test]
fn previews_show_nothing_that_differs_from_secret_to_secret() {
    let mut scratch = credential::Scratch::default();
    let mut compared = 0;
    for rule in pack().rules().iter() {
        let mut previews = |seed| {
            let example = template::expand(&rule.examples[0], seed, &|_| None).unwrap_or_default();
            let mut previews = Vec::new();
            let text = Text { bytes: example.as_bytes(), name: "example", continued: false, prose: false, before: b"", trace_key: None };
            credential::search(&text, &mut scratch, &mut |sighting| {
                if let Evidence::Credential(credential) = sighting.evidence {
                    previews.push((credential.rule, credential.trace.preview));
                }
            });
            previews
        };
        let (first, second) = (previews(3), previews(4));
        for ((code, preview), (_, other)) in first.iter().zip(&second).filter(|((code, _), (other, _))| code == other && *code == rule.code) {
            assert_eq!(preview, other, "rule {code} shows a part of its secret");
            compared += 1;
        }
    }
    assert!(pack().rules().is_empty() || compared > 100, "{compared} compared: too few to say anything");
}
