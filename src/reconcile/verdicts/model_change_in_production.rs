//! Code in a zone of production that changes a model outside of any pipeline.

use super::unapproved_model_change::{operations, verbs};
use super::{CSF, CWE, MAESTRO, NHI, RMF, Say, Verdict};
use crate::domain::{Change, ChangeKind, Level};
use crate::reconcile::cases::{Case, World};
use crate::reconcile::zones::weight;

use crate::reconcile::words::some_of;

pub(super) const VERDICT: Verdict = Verdict {
    code: 5004,
    name: "model-change-in-production",
    level: Level::Note,
    severity: 3.5,
    summary: "Code in a zone of production changes a model, and no pipeline is seen to stand before it.",
    description: "Code that lies with production runs with production's rights. When it trains, promotes or deploys a model, or edits guardrails, the running system decides about its own behaviour, and a change of the model is \
        neither reviewed nor noted as one.",
    remedy: "Move the operation into a pipeline with an approval, or register the model with the approval under which this code changes it. If the place is not production, correct `zones` in `heliodon.toml`.",
    messages: &[("default", "'{0}', in zone '{1}', '{2}' a model ('{3}') outside of a pipeline. Let a pipeline with an approval do it.")],
    taxa: &[(NHI, "NHI5:2025"), (MAESTRO, "L4"), (RMF, "MANAGE 4.1"), (CSF, "PR.PS-01"), (CWE, "CWE-284")],
    tags: &["security", "model", "privileged-change"],
    judge,
};

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let done = case.change()?;
    let acts: Vec<&Change> =
        done.seen.iter().copied().filter(|change| change.job.is_none() && !change.declared && change.kind != ChangeKind::Register).collect();
    let approved = done.entries.iter().any(|entry| !entry.value.approvals.is_empty());
    let main = case.main(&case.all())?;
    let production = weight(main.zone.as_deref()) == weight(Some("production"));
    if acts.is_empty() || approved || !production {
        return None;
    }
    let arguments = [case.label.clone(), main.zone.clone().unwrap_or_default(), verbs(&acts), some_of(&operations(&acts), 3)];
    Some(Say::all(case, "default", arguments))
}

#[cfg(test)]
mod tests {
    use crate::domain::ChangeKind;
    use crate::reconcile::testing::Estate;

    #[test]
    fn the_zone_decides_and_an_approval_covers_it() {
        let says = |estate: Estate| estate.says("model-change-in-production");
        let at = |path: &str| Estate::new().change(path, ChangeKind::Deploy, "update_endpoint", None);
        assert_eq!(says(at("deploy/prod/roll.py")).len(), 1);
        assert!(says(at("src/roll.py")).is_empty());
        assert!(says(at("deploy/prod/roll.py").model("name: churn\napprovals: [{by: risk, on: 2026-09-02}]\n")).is_empty());
    }
}
