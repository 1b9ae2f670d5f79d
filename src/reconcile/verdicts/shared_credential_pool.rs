//! One secret used by several workloads or agents.

use std::collections::BTreeSet;

use super::{CSF, CWE, MAESTRO, NHI, Say, Verdict};
use crate::domain::{Credential, Level, Place};
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

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let secret = case.secret()?;
    case.subject.as_ref()?;
    let told: BTreeSet<String> = secret.seen.iter().zip(&case.sights).filter_map(|(credential, sight)| user(credential, sight.place)).collect();
    let named: Vec<_> = told.into_iter().collect();
    (named.len() > 1).then(|| Say::all(case, "default", [case.label.clone(), named.len().to_string(), some_of(&named, 4)]).with("workloads", named))
}

/// Who uses the credential there. Two agents that start one server hold the secret both; one program's models do not.
fn user(credential: &Credential, place: &Place) -> Option<String> {
    let fact = |name: &str| credential.facts.get(name).cloned();
    let agent = || fact("agent").or_else(|| agent_of_folder(place));
    match fact("server") {
        Some(server) => Some(agent().map_or(server.clone(), |agent| format!("{agent}/{server}"))),
        None => fact("workload").or_else(|| fact("agent")).or_else(|| fact("service")),
    }
}

/// Agents keep their settings in folders of their own.
fn agent_of_folder(place: &Place) -> Option<String> {
    const FOLDERS: [(&str, &str); 12] = [
        (".cursor", "cursor"),
        (".vscode", "vscode"),
        (".claude", "claude-code"),
        (".gemini", "gemini"),
        (".continue", "continue"),
        (".roo", "roo"),
        (".cline", "cline"),
        (".codeium", "windsurf"),
        (".windsurf", "windsurf"),
        (".codex", "codex"),
        (".kiro", "kiro"),
        (".junie", "junie"),
    ];
    let uri = place.uri();
    uri.split('/').rev().skip(1).find_map(|folder| FOLDERS.iter().find(|(name, _)| *name == folder)).map(|(_, agent)| (*agent).to_owned())
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

    #[test]
    fn two_agents_with_one_server_are_a_pool_and_models_of_one_proxy_are_not() {
        let facts = |facts: &'static [(&str, &str)]| {
            move |credential: &mut crate::domain::Credential| credential.facts.extend(facts.iter().map(|(name, fact)| ((*name).to_owned(), (*fact).to_owned())))
        };
        let one = Estate::new().credential("a/.cursor/mcp.json", "x", facts(&[("server", "github")])).credential(
            "b/.cursor/mcp.json",
            "x",
            facts(&[("server", "github")]),
        );
        assert!(one.says("shared-credential-pool").is_empty());
        let two = one.credential(".vscode/mcp.json", "x", facts(&[("server", "github"), ("agent", "vscode")]));
        assert!(two.says("shared-credential-pool")[0].contains("'cursor/github and vscode/github'"));
        let servers = Estate::new().credential("mcp.json", "x", facts(&[("server", "a")])).credential("mcp.json", "x", facts(&[("server", "b")]));
        assert!(servers.says("shared-credential-pool")[0].contains("'a and b'"));
        let models = |name: &'static [(&str, &str)]| facts(name);
        let proxy = Estate::new().credential("config.yaml", "x", models(&[("agent", "litellm"), ("model", "a")])).credential(
            "config.yaml",
            "x",
            models(&[("agent", "litellm"), ("model", "b")]),
        );
        assert!(proxy.says("shared-credential-pool").is_empty());
    }
}
