//! A model named without a revision that cannot change.

use super::{ATLAS, CWE, LLM, Say, Verdict};
use crate::domain::{Identity, Level};
use crate::reconcile::cases::{Case, World};

pub(super) const VERDICT: Verdict = Verdict {
    code: 3007,
    name: "unpinned-model-reference",
    level: Level::Note,
    severity: 4.0,
    summary: "A model is fetched by a name whose bytes can change.",
    description: "Without a commit, a digest or a numbered version, the next start of the program may load other weights, and with `trust_remote_code` other code, than those that were tested: whoever can push to \
        that name, or takes it over, decides what runs. Services that are called by name are not counted; there the vendor decides.",
    remedy: "Name the commit (`revision=` with 40 hexadecimal digits), the digest (`@sha256:…`) or the version number that was tested.",
    messages: &[
        ("default", "'{0}' is fetched in '{1}' without a revision. Its bytes can change; name the commit, digest or version that was tested."),
        ("floating", "'{0}' is fetched in '{1}' at '{2}', which can move. Its bytes can change; name the commit, digest or version that was tested."),
    ],
    taxa: &[(LLM, "LLM03:2025"), (ATLAS, "AML.T0010.003"), (CWE, "CWE-494")],
    tags: &["security", "model", "supply-chain"],
    judge,
};

/// Stores whose names can be pinned; a service or a path cannot.
const PINNABLE: [&str; 7] = ["hf", "mlflow", "ollama", "docker-model", "oci", "torchhub", "wandb"];

pub(in crate::reconcile) fn is_pinnable(identity: &Identity) -> bool {
    PINNABLE.contains(&identity.scheme.as_str())
}

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let used = case.reference()?;
    let pinnable = used.seen.first().is_some_and(|reference| is_pinnable(&reference.identity));
    let floating: Vec<usize> = used.seen.iter().enumerate().filter(|(_, reference)| pinnable && !reference.pinned).map(|(index, _)| index).collect();
    let main = case.main(&floating)?;
    let at_main = || case.sights.iter().zip(&used.seen).find(|(sight, reference)| sight.place == main.place && !reference.pinned);
    let revision = at_main().and_then(|(_, reference)| reference.revision.clone());
    let (name, place) = (case.label.clone(), main.place.display());
    Some(match revision {
        Some(revision) => Say::of(floating, "floating", [name, place, revision]),
        None => Say::of(floating, "default", [name, place]),
    })
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    fn says(identity: &str, revision: Option<&str>, pinned: bool) -> Vec<String> {
        let estate = Estate::new().reference("a.py", identity, |reference| {
            reference.revision = revision.map(str::to_owned);
            reference.pinned = pinned;
        });
        estate.says("unpinned-model-reference")
    }

    #[test]
    fn names_of_stores_must_be_pinned() {
        assert!(says("hf:org/x", None, false)[0].contains("without a revision"));
        assert!(says("hf:org/x", Some("main"), false)[0].contains("at 'main', which can move"));
        assert!(says("hf:org/x", Some("0a1b"), true).is_empty());
        assert!(says("openai:gpt-4o", None, false).is_empty());
        assert!(says("path:a.pt", None, false).is_empty());
    }
}
