//! A model after the last day of its test window.

use super::{CSF, CWE, RMF, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};

pub(super) const VERDICT: Verdict = Verdict {
    code: 4006,
    name: "model-registration-expired",
    level: Level::Warning,
    severity: 5.5,
    summary: "A model is still in use after its registration has ended.",
    description: "The model was approved until a day that has passed: for a test, a pilot, or until its next assessment. Nothing stops it from running on, but nobody has said that it may.",
    remedy: "Take it out of use, or have it assessed and enter the new `expires`.",
    messages: &[("default", "'{0}' in '{1}' was registered as '{2}' until '{3}'. Take it out of use, or have it approved anew.")],
    taxa: &[(RMF, "GOVERN 1.6"), (CSF, "ID.AM-08"), (CWE, "CWE-1104")],
    tags: &["security", "model", "registry", "expired"],
    judge,
};

fn judge(case: &Case<'_>, world: &World<'_>) -> Option<Say> {
    let entry = case.present_entry()?;
    let expires = entry.value.expires.filter(|expires| *expires < world.policy.today())?;
    Some(Say::all(case, "default", [case.label.clone(), case.at(&case.all()), entry.value.title(), expires.to_string()]))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn artifacts_and_references_end_with_their_entry() {
        let entry = |day: &str| format!("name: churn\nexpires: {day}\nreferences: [\"hf:org/churn\"]\ndigests: [\"sha256:@a\"]\n");
        let estate = |day: &str| Estate::new().artifact("m/a.pt", "model", "a", |_| {}).reference("a.py", "hf:org/churn", |_| {}).model(&entry(day));
        assert_eq!(
            estate("2026-11-19").says("model-registration-expired"),
            [
                "'hf:org/churn' in 'a.py' was registered as 'churn' until '2026-11-19'. Take it out of use, or have it approved anew.",
                "'a.pt' in 'm/a.pt' was registered as 'churn' until '2026-11-19'. Take it out of use, or have it approved anew."
            ]
        );
        assert!(estate("2026-11-20").says("model-registration-expired").is_empty());
    }
}
