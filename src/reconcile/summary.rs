//! Counts for the last line of every report.

use super::cases::{Case, Kind};
use super::findings::Marks;
use crate::domain::{Finding, Hidden, Shard, Summary, Suppression};

/// What was left out of the cases is hidden, and said.
pub(super) fn summary(shard: &Shard, cases: &[Case<'_>], findings: &[Finding], marks: &Marks<'_>, left_out: &Hidden) -> Summary {
    let Marks { waivers, inline } = marks;
    let (unused_waivers, void_comments, pragmas) = (waivers.unused(), inline.void(), inline.others());
    let mut summary = Summary { hidden: shard.hidden.clone(), unused_waivers, void_comments, pragmas, ..Summary::default() };
    for ack in shard.acks.values() {
        summary.units += 1;
        summary.blobs = summary.blobs.saturating_add(ack.blobs);
        summary.bytes = summary.bytes.saturating_add(ack.bytes);
        for (reason, count) in &ack.hidden {
            *summary.hidden.entry(reason.clone()).or_default() += count;
        }
    }
    for (reason, count) in left_out {
        *summary.hidden.entry(reason.clone()).or_default() += count;
    }
    for case in cases {
        match &case.kind {
            Kind::Secret(_) => summary.credentials += 1,
            Kind::Model(model) if model.is_model => summary.models += 1,
            Kind::Model(_) => continue,
            Kind::Reference(_) => summary.references += 1,
            Kind::Change(done) => {
                summary.changes += done.seen.len() as u64;
                continue;
            }
            Kind::Grant(_) => {
                summary.grants += 1;
                continue;
            }
        }
        summary.registered += u64::from(case.is_registered());
    }
    let count = |is: fn(&Suppression) -> bool| findings.iter().filter(|finding| finding.suppression.as_ref().is_some_and(is)).count() as u64;
    summary.waived = count(|suppression| matches!(suppression, Suppression::Waiver { .. }));
    summary.allowed = count(|suppression| matches!(suppression, Suppression::Inline { .. }));
    summary
}

#[cfg(test)]
mod tests {
    use crate::domain::{Ack, Sureness};
    use crate::reconcile::testing::{Estate, span};

    #[test]
    fn subjects_are_counted_once_and_what_is_left_out_is_said() {
        let mut estate = Estate::new()
            .credential("a", "x", |_| {})
            .credential("b", "x", |_| {})
            .credential("c", "y", |credential| credential.sureness = Sureness::Weak)
            .artifact("m/a.pt", "model", "a", |_| {})
            .artifact("t.pkl", "data", "b", |_| {})
            .reference("a.py", "hf:org/x", |_| {})
            .reference("b.py", "hf:org/x", |_| {})
            .reference("b.py", "hf:{name}", |reference| reference.dynamic = true)
            .model("name: m\ndigests: [\"sha256:@a\"]\n");
        estate.shard.acks.insert(1, Ack { unit: 1, blobs: 2, bytes: 30, hidden: [("image-payload".to_owned(), 1)].into() });
        estate.shard.hidden.insert("excluded".to_owned(), 4);
        let summary = estate.run().summary;
        assert_eq!((summary.credentials, summary.models, summary.references, summary.registered), (1, 1, 1, 1));
        assert_eq!((summary.units, summary.blobs, summary.bytes), (1, 2, 30));
        let hidden: Vec<_> = summary.hidden.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
        assert_eq!(hidden, [("excluded", 4), ("image-payload", 1), ("weak-evidence", 1)]);
    }

    #[test]
    fn a_reference_that_is_gone_from_the_code_runs_nothing() {
        let past = Estate::new().past_reference("a.py", "hf:org/x", span(1, 2, Some(3))).with_registry();
        assert_eq!((past.run().summary.references, past.run().summary.hidden.get("past-reference")), (0, Some(&1)));
        assert!(past.says("unregistered-reference").is_empty());
        let on_a_branch = Estate::new().past_reference("a.py", "hf:org/x", span(1, 2, None)).with_registry();
        assert_eq!(on_a_branch.says("unregistered-reference").len(), 1);
    }
}
