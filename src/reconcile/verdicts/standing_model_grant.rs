//! A policy that lets somebody change models at any time, for as long as it stands.

use super::model_altering_grant::{is_tried_out, on, to, with_facts};
use super::{CSF, CWE, MAESTRO, NHI, Say, Verdict};
use crate::domain::{Breadth, Level};
use crate::reconcile::cases::{Case, World};
use crate::reconcile::words::some_of;

pub(super) const VERDICT: Verdict = Verdict {
    code: 5003,
    name: "standing-model-grant",
    level: Level::Note,
    severity: 3.0,
    summary: "A policy grants changes of models without a condition or an end.",
    description: "The grant names what it allows, as it should, but it holds on every day and from everywhere, though models are changed on few days and from one place. Permissions that are used rarely are better given for the \
        time of the change, or under a condition that only the release meets.",
    remedy: "Add a condition (a tag of the session, the pipeline's identity, a time) or grant it for the time of the change.",
    messages: &[
        ("default", "'{0}' lets '{1}' call '{2}' on '{3}' at any time. Add a condition or an end if that is more than is needed."),
        (
            "role",
            "'{0}' is given to '{1}' at any time: a role that its cloud defines, and parts of it change models. Add a condition, or give a role that lists what is needed.",
        ),
        ("condition", "'{0}' lets '{1}' call '{2}' on '{3}', if '{4}' allows it. The condition narrows it, but it takes in more than it names."),
    ],
    taxa: &[(NHI, "NHI5:2025"), (MAESTRO, "L6"), (CSF, "PR.AA-05"), (CWE, "CWE-266")],
    tags: &["security", "model", "privileged-change", "iam"],
    judge,
};

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let grant = case.grant().filter(|grant| !grant.ends && !is_tried_out(case) && !in_experiment(case))?;
    let arguments = [grant.name.clone(), to(grant), some_of(&grant.actions, 3), on(grant)];
    let say = match (grant.breadth, grant.conditions.is_empty()) {
        (Breadth::Exact, true) if grant.reach.is_empty() => Say::all(case, "role", [grant.name.clone(), to(grant)]),
        (Breadth::Exact, true) => Say::all(case, "default", arguments),
        (Breadth::Exact, false) | (_, true) => return None,
        (_, false) => {
            let [name, to, actions, on] = arguments;
            Say::all(case, "condition", [name, to, actions, on, some_of(&grant.conditions, 3)])
        }
    };
    Some(with_facts(say, grant))
}

/// Those who try things out are let in by name, and that is enough.
fn in_experiment(case: &Case<'_>) -> bool {
    case.sights.iter().any(|sight| sight.zone.as_deref() == Some("experiment"))
}

#[cfg(test)]
mod tests {
    use crate::domain::Breadth;
    use crate::reconcile::testing::Estate;

    #[test]
    fn what_is_named_but_stands_and_what_is_wide_but_conditioned() {
        let says = |breadth, conditions: &[&str], ends| {
            let estate = Estate::new().grant("iam.tf", |grant| {
                grant.breadth = breadth;
                grant.conditions = conditions.iter().map(|text| (*text).to_owned()).collect();
                grant.ends = ends;
            });
            estate.says("standing-model-grant")
        };
        assert!(says(Breadth::Exact, &[], false)[0].contains("at any time"));
        assert!(says(Breadth::Wildcard, &["aws:PrincipalTag/team"], false)[0].contains("if 'aws:PrincipalTag/team' allows it"));
        assert!(says(Breadth::Exact, &["x"], false).is_empty() && says(Breadth::Wildcard, &[], false).is_empty());
        assert!(says(Breadth::Wildcard, &["aws:CurrentTime"], true).is_empty());
    }
}
