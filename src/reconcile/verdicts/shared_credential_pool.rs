//! One secret used by several workloads or agents.

use std::collections::BTreeSet;

use super::{CSF, CWE, MAESTRO, NHI, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};
use crate::reconcile::words::some_of;

pub(super) const VERDICT: Verdict = Verdict {
    code: 2005,
    name: "shared-credential-pool",
    level: Level::Warning,
    severity: 6.0,
    summary: "Several workloads or agents use one secret.",
    description: "When workloads share an identity, nobody can tell which of them acted, none can be cut off without stopping the others, and each holds the rights of all. \
        With agents this is how a prompt given to one reaches what another may do.",
    remedy: "Give each workload an identity of its own with the rights that it needs, and retire the shared one.",
    messages: &[("default", "'{0}' is used by '{1}' workloads: '{2}'. Give each its own identity, so that each can be watched and cut off alone.")],
    taxa: &[(NHI, "NHI9:2025"), (MAESTRO, "L7"), (CSF, "PR.AA-01"), (CWE, "CWE-1391")],
    tags: &["security", "secret", "reuse"],
    judge,
};

/// Facts that name who uses a credential.
const USERS: [&str; 3] = ["workload", "agent", "service"];

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let secret = case.secret()?;
    case.subject.as_ref()?;
    let users = |credential: &crate::domain::Credential| USERS.iter().find_map(|name| credential.facts.get(*name)).cloned();
    let told: BTreeSet<String> = secret.seen.iter().filter_map(|credential| users(credential)).collect();
    let named: Vec<_> = told.into_iter().collect();
    (named.len() > 1).then(|| Say::all(case, "default", [case.label.clone(), named.len().to_string(), some_of(&named, 4)]).with("workloads", named))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn two_workloads_are_a_pool_and_one_is_not() {
        let used = |by: &str| {
            let by = by.to_owned();
            move |credential: &mut crate::domain::Credential| drop(credential.facts.insert("workload".into(), by))
        };
        let one = Estate::new().credential("a.yaml", "x", used("chat")).credential("b.yaml", "x", used("chat"));
        assert!(one.says("shared-credential-pool").is_empty());
        let two = one.credential("c.yaml", "x", used("batch"));
        assert_eq!(
            two.says("shared-credential-pool"),
            [
                "'Acme key acme_[REDACTED]' is used by '2' workloads: 'batch and chat'. Give each its own identity, so that each can be watched and cut off alone."
            ]
        );
        assert_eq!(two.findings("shared-credential-pool")[0].related.len(), 2);
    }
}
