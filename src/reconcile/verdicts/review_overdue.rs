//! A model whose review is overdue.

use super::{CSF, CWE, RMF, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};

pub(super) const VERDICT: Verdict = Verdict {
    code: 4007,
    name: "review-overdue",
    level: Level::Note,
    severity: 3.5,
    summary: "The review date of a registered model has passed.",
    description: "Data drifts, uses change, and what was fit when it was approved may not be any more. The entry names the day by which somebody has to look again, and nobody has entered a new one.",
    remedy: "Review the model, record the approval, and enter the next `review_by`.",
    messages: &[("default", "'{0}' in '{1}', registered as '{2}', was to be reviewed by '{3}'. Review it and enter the next date.")],
    taxa: &[(RMF, "GOVERN 1.6"), (CSF, "GV.RM-01"), (CWE, "CWE-1104")],
    tags: &["security", "model", "registry", "review"],
    judge,
};

fn judge(case: &Case<'_>, world: &World<'_>) -> Option<Say> {
    let entry = case.present_entry()?;
    let due = entry.value.review_by.filter(|due| *due < world.policy.today())?;
    Some(Say::all(case, "default", [case.label.clone(), case.at(&case.all()), entry.value.title(), due.to_string()]).once(&entry.declared))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn the_day_after_is_overdue() {
        let entry = |day: &str| format!("name: churn\nreview_by: {day}\ndigests: [\"sha256:@a\"]\n");
        let estate = |day: &str| Estate::new().artifact("m/a.pt", "model", "a", |_| {}).model(&entry(day));
        assert_eq!(estate("2026-11-19").says("review-overdue").len(), 1);
        assert!(estate("2026-11-20").says("review-overdue").is_empty());
    }
}
