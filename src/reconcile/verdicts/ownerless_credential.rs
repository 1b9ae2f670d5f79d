//! A registered credential without an owner.

use super::{CSF, CWE, NHI, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};

pub(super) const VERDICT: Verdict = Verdict {
    code: 4002,
    name: "ownerless-credential",
    level: Level::Warning,
    severity: 5.0,
    summary: "A registered credential has no owner.",
    description: "An entry without an owner names a secret for which nobody will be called when it leaks and whom nobody asks before it is renewed. It outlives the people who made it.",
    remedy: "Enter an `owner`: a team's address rather than a person's, so that it outlives a departure.",
    messages: &[("default", "'{0}', seen in '{1}', is registered as '{2}' without an owner. Enter who answers for it.")],
    taxa: &[(NHI, "NHI1:2025"), (CSF, "PR.AA-01"), (CWE, "CWE-1391")],
    tags: &["security", "secret", "registry"],
    judge,
};

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let entry = case.secret()?.entry.filter(|entry| entry.value.owner.is_none())?;
    Some(Say::all(case, "default", [case.label.clone(), case.at(&case.all()), entry.value.name.clone()]))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn an_entry_needs_an_owner() {
        let estate = |owner: Option<&str>| Estate::new().credential("a.env", "x", |_| {}).identity("x", |entry| entry.owner = owner.map(str::to_owned));
        assert_eq!(estate(None).says("ownerless-credential").len(), 1);
        assert!(estate(Some("team")).says("ownerless-credential").is_empty());
    }
}
