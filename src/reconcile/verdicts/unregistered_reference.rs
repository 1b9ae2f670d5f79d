//! Code or configuration that runs a model no registration covers.

use super::{CSF, CWE, LLM, RMF, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};
use crate::reconcile::ladder::Coverage;

pub(super) const VERDICT: Verdict = Verdict {
    code: 3002,
    name: "unregistered-reference",
    level: Level::Warning,
    severity: 5.0,
    summary: "Code or configuration names a model that no registration covers.",
    description: "A model that is fetched or called by name is part of the system like one that lies in the repository: it sees the same data and makes the same decisions. This one is in no entry of \
        the registry and under no `allow`, so nobody has looked at its origin, its licence, or what may be sent to it.",
    remedy: "Enter it with its name under `references`, or, where a whole family may be used, add a glob to `allow`. Otherwise replace it by a registered model.",
    messages: &[
        ("default", "'{0}' is used in '{1}' and no registration covers it. Register it, allow it, or use a registered model."),
        ("other-version", "'{0}' is used in '{1}' in a version that is not the registered one ('{2}'). Register this version or use that one."),
        ("absent", "'{0}' is loaded in '{1}', and neither a registration nor a file here covers it. Register the place it comes from."),
    ],
    taxa: &[(RMF, "GOVERN 6.1"), (LLM, "LLM03:2025"), (CSF, "ID.AM-02"), (CWE, "CWE-1357")],
    tags: &["security", "shadow-model", "model", "registry"],
    judge,
};

fn judge(case: &Case<'_>, world: &World<'_>) -> Option<Say> {
    let used = case.reference().filter(|_| world.registrations.present)?;
    let open: Vec<usize> = used.coverage.iter().enumerate().filter(|(_, coverage)| !coverage.covers()).map(|(index, _)| index).collect();
    let place = case.main(&open)?.place.display();
    let other = used.coverage.iter().find_map(|coverage| if let Coverage::OtherVersion(entry) = coverage { Some(*entry) } else { None });
    let path = used.seen.first().is_some_and(|reference| reference.identity.scheme == "path");
    Some(match other {
        Some(entry) => Say::of(open, "other-version", [case.label.clone(), place, entry.value.title()]),
        None => Say::of(open, if path { "absent" } else { "default" }, [case.label.clone(), place]),
    })
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn an_entry_or_an_allow_covers_a_reference() {
        let used = || Estate::new().reference("a.py", "openai:gpt-4o", |_| {}).reference("b.py", "openai:gpt-4o", |_| {});
        assert!(used().says("unregistered-reference").is_empty());
        let findings = used().with_registry().findings("unregistered-reference");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].text, "'openai:gpt-4o' is used in 'a.py' and no registration covers it. Register it, allow it, or use a registered model.");
        assert_eq!(findings[0].related.len(), 1);
        assert!(used().allow("openai:gpt-*").says("unregistered-reference").is_empty());
        assert!(used().model("name: g\nreferences: [\"openai:gpt-4o\"]\n").says("unregistered-reference").is_empty());
    }

    #[test]
    fn another_version_is_told_as_one() {
        let estate = Estate::new().reference("a.py", "mlflow:churn/4", |_| {}).model("name: churn\nversion: 3\n");
        assert!(estate.says("unregistered-reference")[0].contains("not the registered one ('churn 3')"));
    }

    #[test]
    fn computed_names_are_inventory() {
        assert!(Estate::new().reference("a.py", "hf:{x}", |reference| reference.dynamic = true).with_registry().says("unregistered-reference").is_empty());
    }

    #[test]
    fn a_file_that_is_not_here_may_be_registered_by_its_place() {
        let estate = || Estate::new().reference("a.py", "path:w/a.pt", |_| {});
        assert!(estate().with_registry().says("unregistered-reference")[0].contains("neither a registration nor a file"));
        assert!(estate().model("name: m\nlocations: [\"w/*.pt\"]\n").says("unregistered-reference").is_empty());
    }
}
