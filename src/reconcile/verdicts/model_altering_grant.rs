//! A policy that lets somebody change models, and takes in more than it names.

use super::{CSF, CWE, MAESTRO, NHI, RMF, Say, Verdict};
use crate::domain::{Breadth, Grant, Level};
use crate::reconcile::cases::{Case, World};
use crate::reconcile::words::some_of;

pub(super) const VERDICT: Verdict = Verdict {
    code: 5001,
    name: "model-altering-grant",
    level: Level::Warning,
    severity: 6.0,
    summary: "A policy grants changes of models by a wildcard, or on all resources.",
    description: "Whoever may train, promote or deploy a model, or edit its guardrails, decides how the system behaves. A wildcard hands all of that out together with what was meant, and it takes in what the cloud adds \
        later. Such a grant to a workload means that its stolen token changes the model, and that nobody sees a change of code.",
    remedy: "List the operations that are needed and the resources they are needed on; give those that change models to the release pipeline alone, under a condition or for a time.",
    messages: &[
        ("default", "'{0}' lets '{1}' change models: '{2}' takes in '{3}' on '{4}'. Name the operations and the resources that are needed."),
        ("all-resources", "'{0}' lets '{1}' change any model: it may call '{2}' on '{3}'. Name the resources that are meant."),
        (
            "role",
            "'{0}' is given to '{1}': a role that its cloud defines, under which models are trained, promoted and deployed. Give one that lists what is needed.",
        ),
    ],
    taxa: &[(NHI, "NHI5:2025"), (MAESTRO, "L6"), (RMF, "GOVERN 4.1"), (CSF, "PR.AA-05"), (CWE, "CWE-266")],
    tags: &["security", "model", "privileged-change", "iam"],
    judge,
};

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let grant = case.grant().filter(|grant| grant.conditions.is_empty() && !is_tried_out(case))?;
    let say = match grant.breadth {
        Breadth::Exact => return None,
        Breadth::Wildcard if grant.reach.is_empty() => Say::all(case, "role", [grant.name.clone(), to(grant)]),
        Breadth::Wildcard => Say::all(case, "default", arguments(grant)),
        Breadth::AllResources => Say::all(case, "all-resources", [grant.name.clone(), to(grant), some_of(&grant.actions, 3), on(grant)]),
    };
    Some(with_facts(say, grant))
}

fn arguments(grant: &Grant) -> [String; 5] {
    let more = usize::try_from(grant.count).unwrap_or(0).saturating_sub(grant.reach.len().min(3));
    let reach = some_of(&grant.reach.iter().take(3).cloned().collect::<Vec<_>>(), 3);
    let reach = if more > 0 { format!("{} and {more} more", reach.replace(" and ", ", ")) } else { reach };
    [grant.name.clone(), to(grant), some_of(&grant.actions, 3), reach, on(grant)]
}

/// In examples of tests nobody is let in.
pub(super) fn is_tried_out(case: &Case<'_>) -> bool {
    case.sights.iter().any(|sight| sight.zone.as_deref() == Some("test"))
}

pub(super) fn to(grant: &Grant) -> String {
    if grant.to.is_empty() { "whoever holds it".to_owned() } else { some_of(&grant.to, 3) }
}

pub(super) fn on(grant: &Grant) -> String {
    match grant.resources.as_slice() {
        [] => "all resources".to_owned(),
        resources if resources.iter().any(|resource| resource == "*") => "all resources".to_owned(),
        resources => some_of(resources, 2),
    }
}

pub(super) fn with_facts(say: Say, grant: &Grant) -> Say {
    let kinds = serde_json::to_value(&grant.kinds).unwrap_or_default();
    say.with("cloud", grant.cloud.clone()).with("actions", grant.actions.clone()).with("resources", grant.resources.clone()).with("changes", kinds)
}

#[cfg(test)]
mod tests {
    use crate::domain::Breadth;
    use crate::reconcile::testing::Estate;

    #[test]
    fn wildcards_and_all_resources_without_a_condition() {
        let says = |path: &str, breadth, condition: &[&str]| {
            let estate = Estate::new().grant(path, |grant| {
                grant.breadth = breadth;
                grant.conditions = condition.iter().map(|text| (*text).to_owned()).collect();
            });
            estate.says("model-altering-grant")
        };
        assert_eq!(
            says("iam.tf", Breadth::Wildcard, &[]),
            [
                "'aws_iam_policy.ml' lets 'aws_iam_role.ci' change models: 'sagemaker:*' takes in 'sagemaker:CreateTrainingJob, sagemaker:UpdateModelPackage and 30 more' on 'all resources'. \
              Name the operations and the resources that are needed."
            ]
        );
        assert_eq!(says("iam.tf", Breadth::AllResources, &[]).len(), 1);
        assert!(says("iam.tf", Breadth::Exact, &[]).is_empty());
        assert!(says("iam.tf", Breadth::Wildcard, &["aws:PrincipalTag/team"]).is_empty());
        assert!(says("tests/iam.tf", Breadth::Wildcard, &[]).is_empty());
    }
}
