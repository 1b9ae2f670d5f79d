//! The credential of an identity that has left.

use super::{CSF, CWE, NHI, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};

pub(super) const VERDICT: Verdict = Verdict {
    code: 4004,
    name: "offboarded-credential-present",
    level: Level::Error,
    severity: 8.0,
    summary: "The credential of an identity that has left is still here.",
    description: "The registry says that this identity was taken out of service, so its credential should be found nowhere. Where it still lies, either something depends on it in secret or \
        the offboarding stopped half-way, and the credential may still work.",
    remedy: "Revoke it at its issuer at once, remove it from all places listed, and find out what still uses it.",
    messages: &[("default", "'{0}' in '{1}' belongs to '{2}', which was taken out of service on '{3}'. Revoke it and remove it.")],
    taxa: &[(NHI, "NHI1:2025"), (CSF, "PR.AA-01"), (CWE, "CWE-324")],
    tags: &["security", "secret", "registry", "offboarding"],
    judge,
};

fn judge(case: &Case<'_>, world: &World<'_>) -> Option<Say> {
    let entry = case.secret().filter(|_| case.lasts())?.entry?;
    let left = entry.value.offboarded.filter(|left| *left <= world.policy.today())?;
    Some(Say::all(case, "default", [case.label.clone(), case.at(&case.all()), entry.value.name.clone(), left.to_string()]))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn from_the_day_it_left() {
        let estate = |left: &str| Estate::new().credential("a.env", "x", |_| {}).identity("x", |entry| entry.offboarded = left.parse().ok());
        assert_eq!(
            estate("2026-11-20").says("offboarded-credential-present"),
            ["'Acme key acme_[REDACTED]' in 'a.env' belongs to 'x', which was taken out of service on '2026-11-20'. Revoke it and remove it."]
        );
        assert!(estate("2026-11-21").says("offboarded-credential-present").is_empty());
    }
}
