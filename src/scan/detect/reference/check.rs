//! Do the shapes keep their promises? Run by `heliodon rules check` and by the tests.

use crate::domain::Evidence;
use crate::rulepack;
use crate::rulepack::shape::{FileKind, Shape};
use crate::scan::detect::{self, Scratch, Text};

/// What is wrong with the examples and negatives of all shapes, one sentence each.
pub fn failures() -> Vec<String> {
    let mut scratch = Scratch::default();
    let mut failures = Vec::new();
    for shape in rulepack::pack().shapes() {
        for example in &shape.examples {
            if !shape.files.iter().any(|kind| count(shape, example, *kind, &mut scratch) == 1) {
                failures.push(format!("{}: does not find its example `{example}` once", shape.name));
            }
        }
        for negative in &shape.negatives {
            if shape.files.iter().any(|kind| count(shape, negative, *kind, &mut scratch) > 0) {
                failures.push(format!("{}: finds its negative `{negative}`", shape.name));
            }
        }
    }
    failures
}

/// How often the shape is found in a text of this kind.
fn count(shape: &Shape, text: &str, kind: FileKind, scratch: &mut Scratch) -> usize {
    let text = Text { bytes: text.as_bytes(), name: name(kind), continued: false, prose: false, before: b"", trace_key: None };
    let mut count = 0;
    detect::text(&text, scratch, &mut |sighting| {
        count += usize::from(
            matches!(&sighting.evidence, Evidence::Reference(reference) if reference.shape == shape.name && !reference.dynamic && (reference.identity.scheme == shape.scheme)),
        )
    });
    count
}

fn name(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Code => "example.py",
        FileKind::Shell => "example.sh",
        FileKind::Config => "example.yaml",
    }
}
