//! A token in an encoding is found as in plain text, and the finding points at what stands in the file.

use std::io::Write as _;
use std::ops::Range;

use heliodon::domain::Evidence;
use heliodon::rulepack::template::base64;
use heliodon::scan::detect::{Text, credential};

use super::surroundings::tokens;

/// Rule, span and encodings of all that is found.
fn search(bytes: &[u8], scratch: &mut credential::Scratch) -> Vec<(u32, Range<usize>, Vec<String>)> {
    let text = Text { bytes, name: "example", continued: false, prose: false, before: b"", trace_key: None };
    let mut found = Vec::new();
    credential::search(&text, scratch, &mut |sighting| {
        if let Evidence::Credential(credential) = &sighting.evidence {
            assert!(sighting.secrets.iter().all(|secret| secret.end <= bytes.len()), "what is redacted lies in the text");
            found.push((credential.rule, sighting.span.clone(), sighting.steps.iter().map(|step| format!("{}:{}", step.kind, step.name)).collect()));
        }
    });
    found
}

/// The text with every character that is no letter or digit, and the fifth of all, written as an escape.
fn escaped(token: &[u8], escape: impl Fn(u8) -> String) -> String {
    let write = |(i, byte): (usize, &u8)| if byte.is_ascii_alphanumeric() && i != 4 { char::from(*byte).to_string() } else { escape(*byte) };
    token.iter().enumerate().map(write).collect()
}

fn encodings(token: &[u8]) -> Vec<(String, &'static [&'static str])> {
    let line = |lead: &str| [lead.as_bytes(), b"the value is ", token, b" today\n"].concat();
    let url_safe = |text: &[u8]| base64(text).replace('+', "-").replace('/', "_").replace('=', "");
    let hex: String = line("").iter().map(|byte| format!("{byte:02x}")).collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&line("")).expect("memory can be written to");
    let gzip = gzip.finish().expect("memory can be written to");
    vec![
        (base64(&line("")), &["encoding:base64"]),
        (base64(&line("a")), &["encoding:base64"]),
        (base64(&line("ab")), &["encoding:base64"]),
        (url_safe(&line("")), &["encoding:base64"]),
        (hex, &["encoding:hex"]),
        (base64(&gzip), &["encoding:base64", "encoding:gzip"]),
        (base64(base64(&line("")).as_bytes()), &["encoding:base64", "encoding:base64"]),
        (escaped(token, |byte| format!("%{byte:02X}")), &["encoding:percent"]),
        (escaped(token, |byte| format!("\\x{byte:02x}")), &["encoding:escape"]),
        (escaped(token, |byte| format!("\\u{byte:04x}")), &["encoding:escape"]),
    ]
}

#[test]
fn tokens_are_found_in_every_encoding() {
    let mut scratch = credential::Scratch::default();
    let mut missed = Vec::new();
    for (rule, token) in tokens(&mut scratch).into_iter().step_by(7) {
        for (encoded, steps) in encodings(&token) {
            let text = format!("first line\nx: '{encoded}'\nlast line");
            let run = 15..15 + encoded.trim_end_matches('=').len();
            let found = search(text.as_bytes(), &mut scratch);
            let as_promised = matches!(&found[..], [(code, span, names)] if *code == rule.code && names == steps && *span == run);
            if !as_promised {
                missed.push(format!("{} in {steps:?}: {found:?} for {run:?}", rule.name));
            }
        }
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn plain_and_encoded_are_two_findings_and_an_encoding_may_hold_several() {
    let mut scratch = credential::Scratch::default();
    let tokens = tokens(&mut scratch);
    let [(first, one), (second, two), ..] = &tokens[..] else { return };
    let (one, two) = (String::from_utf8_lossy(one), String::from_utf8_lossy(two));
    let encoded = base64(format!("lines of a file:\n{one}\n{two}\n").as_bytes());
    let found = search(format!("a: {one}\nb: {encoded}\n").as_bytes(), &mut scratch);
    let codes: Vec<_> = found.iter().map(|(code, _, names)| (*code, names.len())).collect();
    assert_eq!(codes.len(), 3);
    assert_eq!(codes[0], (first.code, 0));
    assert!(codes.contains(&(first.code, 1)) && codes.contains(&(second.code, 1)));
}
