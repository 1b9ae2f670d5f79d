//! Do the shapes of changes keep their promises? Run by `heliodon rules check` and by the tests.

use crate::domain::Evidence;
use crate::rulepack;
use crate::rulepack::change::ChangeShape;
use crate::rulepack::shape::FileKind;
use crate::scan::detect::{self, Scratch, Text};

/// What is wrong with the examples and negatives of all shapes, one sentence each.
pub fn failures() -> Vec<String> {
    let mut scratch = Scratch::default();
    let mut failures = Vec::new();
    for shape in rulepack::pack().changes() {
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
fn count(shape: &ChangeShape, text: &str, kind: FileKind, scratch: &mut Scratch) -> usize {
    let name = match kind {
        FileKind::Code => "example.py",
        FileKind::Shell => "example.sh",
        FileKind::Config => "example.tf",
    };
    let text = Text { bytes: text.as_bytes(), name, continued: false, prose: false, trace_key: None, before: b"" };
    let mut count = 0;
    detect::text(&text, scratch, &mut |sighting| {
        count += usize::from(match &sighting.evidence {
            Evidence::Change(change) => change.shape == shape.name,
            // A grant does not name its shape; its role does.
            Evidence::Grant(grant) => grant.actions.iter().any(|action| shape.anchors.iter().any(|anchor| action.starts_with(anchor.as_str()))),
            _ => false,
        });
    });
    count
}

#[cfg(test)]
mod tests {
    #[test]
    fn all_promises_are_kept() {
        assert_eq!(super::failures(), Vec::<String>::new());
    }
}
