//! Core ML (`.mlmodel`): a protocol buffer with a specification version, a description of inputs and outputs, and one model of a known type.
//! (<https://apple.github.io/coremltools/mlmodel/Format/Model.html>)

use super::pages::Pages;
use super::plain::{fact, first_fact, hazard, text};
use super::protobuf::{self, BYTES, Field, Message, VARINT};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "coreml", read };

const DESCRIPTION: [(u32, u8); 11] =
    [(1, BYTES), (7, BYTES), (10, BYTES), (11, BYTES), (12, BYTES), (13, BYTES), (14, BYTES), (20, BYTES), (21, BYTES), (50, BYTES), (100, BYTES)];
const CUSTOM_MODEL: u32 = 555;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let [8, 1..=30, 0x12 | 0x50, ..] = head else { return None };
    let mut pages = Pages::new(blob, head, 16 << 10, 64);
    let mut message = Message::new(0, pages.len());
    let (mut description, mut model, mut truncated) = (None, None, false);
    while let Some(field) = message.next(&mut pages) {
        match (field.number, field.wire) {
            (1 | 10, VARINT) => {}
            (2, BYTES) => description = Some(field),
            (number, BYTES) if is_model(number) => model = Some(number),
            _ => return None,
        }
        truncated |= field.cut;
    }
    let mut facts = description_facts(&description?, &mut pages)?;
    let model = model?;
    if message.broken && !pages.exhausted() {
        return None;
    }
    if truncated {
        facts.sureness = Sureness::Likely;
        fact(&mut facts, "truncated", "ends in its model");
    }
    if model == CUSTOM_MODEL {
        hazard(&mut facts, false, "a custom Core ML model class");
    }
    fact(&mut facts, "architecture", kind(model));
    Some(facts)
}

fn is_model(number: u32) -> bool {
    matches!(number, 200..=219 | 300..=319 | 400..=419 | 500..=559 | 600..=619 | 900 | 2000..=2009 | 3000)
}

fn kind(number: u32) -> &'static str {
    match number {
        200..=202 => "pipeline",
        300 | 400 => "generalized linear model",
        301 | 401 => "support vector machine",
        302 | 402 => "tree ensemble",
        303 | 403 | 500 => "neural network",
        502 => "ml program",
        _ => "",
    }
}

/// `None` when there is no described input or output.
fn description_facts(field: &Field, pages: &mut Pages<'_>) -> Option<Facts> {
    let fields = protobuf::fields(field.message(), pages, &DESCRIPTION, 4096)?;
    let feature = fields.iter().find(|field| matches!(field.number, 1 | 10))?;
    let first = feature.message().next(pages)?;
    if first.number != 1 || first.wire != BYTES {
        return None;
    }
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "coreml");
    let Some(metadata) = protobuf::find(&fields, 100) else { return Some(facts) };
    let mut message = metadata.message();
    while let Some(field) = message.next(pages) {
        let name = match field.number {
            1 => "description",
            2 => "version",
            3 => "author",
            4 => "license",
            _ => "metadata",
        };
        let value = field.text(pages, 64 << 10).unwrap_or_default();
        text(&mut facts, name, value.as_bytes());
        if matches!(field.number, 2..=4) {
            first_fact(&mut facts, name, [Some(value.as_str())]);
        }
    }
    Some(facts)
}

#[cfg(test)]
pub(super) fn write() -> Vec<u8> {
    use super::protobuf::write::{bytes, number};
    let feature = |field: u64, name: &str| bytes(field, [bytes(1, name), bytes(3, [])].concat());
    let metadata = bytes(100, [bytes(1, "Scores churn"), bytes(2, "1.4"), bytes(3, "Ann"), bytes(4, "MIT")].concat());
    [number(1, 4), bytes(2, [feature(1, "x"), feature(10, "y"), metadata].concat()), bytes(402, [bytes(1, "trees")].concat())].concat()
}

#[cfg(test)]
mod tests {
    use super::super::protobuf::write::{bytes, number};
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn the_description_tells_version_author_and_licence() {
        let facts = read_as("x", &write(), read).expect("a model");
        assert_eq!(
            ["version", "author", "license", "architecture"].map(|name| fact_of(&facts, name).unwrap_or_default()),
            ["1.4", "Ann", "MIT", "tree ensemble"]
        );
    }

    #[test]
    fn other_messages_are_none() {
        for other in [[number(1, 4), bytes(2, "text")].concat(), [number(1, 4), bytes(2, bytes(1, bytes(1, "x")))].concat()] {
            assert!(read_as("x.mlmodel", &other, read).is_none());
        }
    }
}
