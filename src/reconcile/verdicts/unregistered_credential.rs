//! A credential that the registry does not know.

use super::{CSF, CWE, NHI, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};

pub(super) const VERDICT: Verdict = Verdict {
    code: 4001,
    name: "unregistered-credential",
    level: Level::Warning,
    severity: 5.5,
    summary: "A credential in use is not in the registry.",
    description: "The registry holds the credentials that the organisation knows, with who answers for each. One that it does not know has nobody who rotates it, revokes it when its workload ends, \
        or would miss it. Guessable secrets are compared only when a trace key was given; others by a digest that tells nothing of them.",
    remedy: "Find out who made it. Revoke it, or enter it under `credentials` with its trace (`heliodon trace`), an owner, a workload and a scope.",
    messages: &[("default", "'{0}' in '{1}' is in no registry. Nobody answers for it; enter it with an owner, or revoke it.")],
    taxa: &[(NHI, "NHI1:2025"), (CSF, "PR.AA-01"), (CWE, "CWE-1391")],
    tags: &["security", "secret", "registry"],
    judge,
};

/// A registry without credentials is one of models: it says nothing about credentials.
fn judge(case: &Case<'_>, world: &World<'_>) -> Option<Say> {
    // An entry names the value in use; those that it took the place of need none.
    let secret = case.secret().filter(|secret| secret.entry.is_none() && !secret.alive.is_dead() && !secret.is_replaced())?;
    let speaks = world.registrations.present && !world.registrations.credentials.is_empty();
    let trace = case.subject.clone().filter(|_| speaks)?;
    Some(Say::all(case, "default", [case.label.clone(), case.at(&case.all())]).with("trace", trace).with("rule", secret.title()))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::{Estate, Marked as _, span};

    #[test]
    fn only_a_registry_of_credentials_can_miss_one() {
        let estate = Estate::new().credential("a.env", "x", |_| {}).guessable("b.env", 1);
        assert!(estate.says("unregistered-credential").is_empty());
        let estate = estate.model("name: m\nversion: 1\n");
        assert!(estate.says("unregistered-credential").is_empty());
        let estate = estate.identity("other", |_| {});
        assert_eq!(
            estate.says("unregistered-credential"),
            ["'Acme key acme_[REDACTED]' in 'a.env' is in no registry. Nobody answers for it; enter it with an owner, or revoke it."]
        );
        assert!(estate.identity("x", |_| {}).says("unregistered-credential").is_empty());
    }

    #[test]
    fn values_that_were_rotated_out_need_no_entry() {
        let estate = Estate::new().past("a.env", "x", span(1, 3, Some(4))).past("a.env", "y", span(4, 9, None).head()).identity("y", |_| {});
        assert!(estate.says("unregistered-credential").is_empty());
        let removed = Estate::new().past("a.env", "x", span(1, 3, Some(4))).identity("y", |_| {});
        assert_eq!(removed.says("unregistered-credential").len(), 1);
    }
}
