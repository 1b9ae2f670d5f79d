//! A credential whose registration has ended.

use super::{CSF, CWE, NHI, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};

pub(super) const VERDICT: Verdict = Verdict {
    code: 4003,
    name: "registration-expired",
    level: Level::Warning,
    severity: 6.0,
    summary: "A credential is still here after the last day of its registration.",
    description: "The registry says until when this credential was approved. That day has passed and the secret is still in place, so either the approval was forgotten or the credential was.",
    remedy: "Revoke and remove it, or have it approved anew and enter the new `expires`.",
    messages: &[("default", "'{0}' in '{1}' was registered as '{2}' until '{3}'. Revoke it, or have it approved anew.")],
    taxa: &[(NHI, "NHI1:2025"), (CSF, "PR.AA-01"), (CWE, "CWE-324")],
    tags: &["security", "secret", "registry", "expired"],
    judge,
};

fn judge(case: &Case<'_>, world: &World<'_>) -> Option<Say> {
    let entry = case.secret()?.entry?;
    let expires = entry.value.expires.filter(|expires| *expires < world.policy.today())?;
    Some(Say::all(case, "default", [case.label.clone(), case.at(&case.all()), entry.value.name.clone(), expires.to_string()]))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn the_last_day_still_counts() {
        let estate = |expires: &str| Estate::new().credential("a.env", "x", |_| {}).identity("x", |entry| entry.expires = expires.parse().ok());
        assert_eq!(estate("2026-11-19").says("registration-expired").len(), 1);
        assert!(estate("2026-11-20").says("registration-expired").is_empty());
    }
}
