//! Do the shapes keep their promises? Run by `heliodon rules check` and by the tests.

use super::{Sighting, Text};
use crate::domain::Evidence;
use crate::rulepack::shape::{FileKind, Shape};

/// What is wrong with the examples and negatives of these shapes, one sentence each.
pub fn failures(shapes: &[Shape], search: &mut dyn FnMut(&Text<'_>, &mut dyn FnMut(Sighting))) -> Vec<String> {
    let mut failures = Vec::new();
    for shape in shapes {
        let mut finds = |text: &str, kind: FileKind| {
            let mut count = 0;
            let text = Text { bytes: text.as_bytes(), name: name(kind), continued: false, prose: false, trace_key: None };
            search(&text, &mut |sighting| count += usize::from(matches!(&sighting.evidence, Evidence::Reference(reference) if reference.shape == shape.name)));
            count
        };
        for example in &shape.examples {
            if !shape.files.iter().any(|kind| finds(example, *kind) == 1) {
                failures.push(format!("{}: does not find its example `{example}` once", shape.name));
            }
        }
        for negative in &shape.negatives {
            if shape.files.iter().any(|kind| finds(negative, *kind) > 0) {
                failures.push(format!("{}: finds its negative `{negative}`", shape.name));
            }
        }
    }
    failures
}

fn name(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Code => "example.py",
        FileKind::Shell => "example.sh",
        FileKind::Config => "example.yaml",
    }
}
