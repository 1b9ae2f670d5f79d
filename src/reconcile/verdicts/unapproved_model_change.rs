//! A pipeline that changes a model with nobody's leave, with stored keys, or with no way back.

use super::{CSF, CWE, MAESTRO, NHI, RMF, Say, Verdict};
use crate::domain::{Change, ChangeKind, Job, Level};
use crate::reconcile::cases::{Case, Done, World};
use crate::reconcile::words::some_of;

pub(super) const VERDICT: Verdict = Verdict {
    code: 5002,
    name: "unapproved-model-change",
    level: Level::Warning,
    severity: 6.5,
    summary: "A pipeline trains, publishes, promotes or deploys a model, or edits its guardrails, without an approval, with stored keys, or without a way back.",
    description: "A change of a model is a change of what the system decides, and it is seen in no line of code. A pipeline that makes it on every push lets whoever can push decide; a stored cloud key lets whoever reads the \
        pipeline's secrets do the same from elsewhere; and an alias that is moved without the former version being noted cannot be moved back in a hurry.",
    remedy: "Put the job behind an approval (`environment` with reviewers, `when: manual`, `input`, `type: approval`, `suspend`), let it exchange the pipeline's own identity for a role, and write down the version to go back to.",
    messages: &[
        ("default", "'{0}' in '{1}' '{2}' a model ('{3}') without '{4}'. Let somebody approve it, and keep the way back."),
        ("registered", "'{0}' in '{1}' '{2}' a registered model ('{3}') without '{4}'. Its entry covers the rest."),
    ],
    taxa: &[(NHI, "NHI5:2025"), (MAESTRO, "L4"), (RMF, "MANAGE 4.1"), (CSF, "PR.PS-01"), (CWE, "CWE-284")],
    tags: &["security", "model", "privileged-change", "pipeline"],
    judge,
};

/// Operations that take the former version's place away.
const MOVES: [&str; 4] = ["transition_model_version_stage", "set_registered_model_alias", "ai-platform versions set-default", "link_artifact"];

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let done = case.change()?;
    let job = done.seen.iter().find_map(|change| change.job.as_ref())?;
    let tried_out = case.sights.iter().any(|sight| matches!(sight.zone.as_deref(), Some("test" | "experiment")));
    // A registration is a candidate; what follows decides whether it is used. What is taken down again was a try.
    let counts = |change: &&Change| change.kind != ChangeKind::Register && !(change.kind == ChangeKind::Deploy && job.takes_down);
    let acts: Vec<&Change> = done.seen.iter().copied().filter(counts).collect();
    if tried_out || acts.is_empty() {
        return None;
    }
    let lacks = lacks(job, &acts, done);
    if lacks.is_empty() {
        return None;
    }
    let place = case.at(&case.all());
    let arguments = [case.label.clone(), place, verbs(&acts), some_of(&operations(&acts), 3), some_of(&lacks, 3)];
    let message = if done.entries.is_empty() { "default" } else { "registered" };
    let lacking = lacks.iter().map(|lack| lack.split(" (").next().unwrap_or(lack).to_owned()).collect::<Vec<_>>();
    Some(Say::all(case, message, arguments).with("platform", job.platform.clone()).with("lacking", lacking))
}

/// What the job does not have.
fn lacks(job: &Job, acts: &[&Change], done: &Done<'_>) -> Vec<String> {
    let approved = job.approval.is_some() || done.entries.iter().any(|entry| !entry.value.approvals.is_empty());
    let moves = acts.iter().any(|change| MOVES.iter().any(|operation| change.operation.contains(operation)));
    let way_back = job.way_back || done.entries.iter().any(|entry| entry.value.rollback.is_some());
    let mut lacks = Vec::new();
    if !approved {
        lacks.push("an approval step".to_owned());
    }
    if !job.stored_keys.is_empty() {
        lacks.push(format!("short-lived credentials (it takes {} from a store)", some_of(&job.stored_keys, 2)));
    }
    if moves && !way_back {
        lacks.push("a version to go back to".to_owned());
    }
    lacks
}

pub(super) fn verbs(acts: &[&Change]) -> String {
    let mut kinds: Vec<ChangeKind> = acts.iter().map(|change| change.kind).collect();
    kinds.sort();
    kinds.dedup();
    some_of(&kinds.into_iter().map(ChangeKind::verb).collect::<Vec<_>>(), 6)
}

/// What is called, with the model where it is named.
pub(super) fn operations(acts: &[&Change]) -> Vec<String> {
    let mut operations: Vec<String> = Vec::new();
    for change in acts {
        let operation = change.target.as_ref().map_or_else(|| change.operation.clone(), |target| format!("{} {}", change.operation, target.name));
        if !operations.contains(&operation) {
            operations.push(operation);
        }
    }
    operations
}

#[cfg(test)]
mod tests {
    use crate::domain::{ChangeKind, Job};
    use crate::reconcile::testing::Estate;

    fn estate(path: &str, kind: ChangeKind, change: impl FnOnce(&mut Job)) -> Estate {
        let mut job = Job { platform: "github-actions".into(), name: "release".into(), ..Job::default() };
        change(&mut job);
        Estate::new().change(path, kind, "set_registered_model_alias", Some(job))
    }

    fn says(estate: &Estate) -> Vec<String> {
        estate.says("unapproved-model-change")
    }

    #[test]
    fn what_a_job_lacks_is_said_once_a_job() {
        let path = ".github/workflows/ml.yml";
        let bare = || estate(path, ChangeKind::Promote, |job| job.stored_keys = vec!["AWS_ACCESS_KEY_ID".into()]);
        assert_eq!(
            says(&bare()),
            [
                "'release' in '.github/workflows/ml.yml' 'promotes' a model ('set_registered_model_alias churn') without 'an approval step, short-lived credentials (it takes AWS_ACCESS_KEY_ID from a \
              store) and a version to go back to'. Let somebody approve it, and keep the way back."
            ]
        );
        assert_eq!(says(&bare().model("name: churn\nrollback: 1\napprovals: [{by: risk, on: 2026-09-02}]\n"))[0].matches(" and ").count(), 0);
        let good = estate(path, ChangeKind::Promote, |job| (job.approval, job.way_back) = (Some("environment prod".into()), true));
        assert!(says(&good).is_empty());
        assert!(says(&estate(path, ChangeKind::Register, |_| {})).is_empty());
        assert!(says(&estate("tests/ci.yml", ChangeKind::Promote, |_| {})).is_empty());
        assert!(says(&Estate::new().change("a.py", ChangeKind::Promote, "x", None)).is_empty());
    }
}
