//! An entry that lacks what its stage demands.

use super::{CSF, CWE, RMF, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};
use crate::reconcile::words::some_of;

pub(super) const VERDICT: Verdict = Verdict {
    code: 4005,
    name: "incomplete-registration",
    level: Level::Warning,
    severity: 4.5,
    summary: "The registration of a model lacks fields that its stage demands.",
    description: "An entry proves an approval only when it says who answers for the model, what it is for, where it comes from and who agreed. The nearer a model is to customers, the more its entry has to hold; \
        which fields each stage needs is in the policy (`demands`).",
    remedy: "Fill in the fields that are named. If a stage asks for too much or too little, change `policy.demands` in `heliodon.toml`.",
    messages: &[("default", "'{0}', found in '{1}', is registered as '{2}' without '{3}', which the stage '{4}' demands. Fill in the entry.")],
    taxa: &[(CSF, "GV.RM-01"), (RMF, "GOVERN 1.6"), (CWE, "CWE-1059")],
    tags: &["security", "model", "registry"],
    judge,
};

fn judge(case: &Case<'_>, world: &World<'_>) -> Option<Say> {
    let entry = case.present_entry()?;
    let missing = world.policy.missing(&entry.value);
    let stage = entry.value.stage.map_or_else(|| "unknown".to_owned(), |stage| format!("{stage:?}").to_lowercase());
    let arguments = [case.label.clone(), case.at(&case.all()), entry.value.title(), some_of(&missing, 10), stage];
    (!missing.is_empty()).then(|| Say::all(case, "default", arguments).with("missing", missing).once(&entry.declared))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn the_stage_decides_what_is_missing() {
        let estate = |more: &str| Estate::new().artifact("m/a.pt", "model", "a", |_| {}).model(&format!("name: churn\ndigests: [\"sha256:@a\"]\n{more}"));
        assert_eq!(
            estate("stage: candidate\nowner: a\n").says("incomplete-registration"),
            [
                "'a.pt', found in 'm/a.pt', is registered as 'churn' without 'version, use_case and classification', which the stage 'candidate' demands. Fill in the entry."
            ]
        );
        let twice = estate("stage: candidate\nowner: a\nreferences: [\"hf:org/x\"]\n").reference("a.py", "hf:org/x", |_| {});
        assert_eq!(twice.says("incomplete-registration").len(), 1);
        assert!(estate("stage: research\nowner: a\n").says("incomplete-registration").is_empty());
        assert!(estate("owner: a\nversion: 1\nuse_case: c\nclassification: d\n").says("incomplete-registration")[0].contains("without 'stage'"));
    }
}
