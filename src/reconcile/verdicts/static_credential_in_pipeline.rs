//! A pipeline that uses a static cloud key where short-lived federation exists.

use super::{CSF, CWE, NHI, Say, Verdict};
use crate::domain::{Class, Level};
use crate::reconcile::cases::{Case, Sight, World};

pub(super) const VERDICT: Verdict = Verdict {
    code: 2006,
    name: "static-credential-in-pipeline",
    level: Level::Warning,
    severity: 6.5,
    summary: "A pipeline holds a static cloud key although its cloud offers short-lived federation.",
    description: "Pipelines run code from many hands: actions, plugins, dependencies, pull requests. A static key in one is a standing offer to all of them. AWS, Azure and Google Cloud accept the identity token that the \
        pipeline's own platform issues for each job, so that no key has to be stored at all.",
    remedy: "Let the job exchange its OpenID Connect token for a role (AWS `sts:AssumeRoleWithWebIdentity`, Azure federated credentials, Google workload identity federation), then revoke the key.",
    messages: &[("default", "'{0}' lies in the pipeline '{1}'. Its cloud accepts the job's own identity instead; set up federation and revoke the key.")],
    taxa: &[(NHI, "NHI4:2025"), (NHI, "NHI7:2025"), (CSF, "PR.AA-01"), (CWE, "CWE-1391")],
    tags: &["security", "secret", "long-lived", "pipeline"],
    judge,
};

/// Beginnings of the names of rules whose issuers federate with pipelines.
const FEDERATING: [&str; 4] = ["aws-", "azure-", "gcp-", "google-"];

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let secret = case.secret().filter(|secret| matches!(secret.lifetime.class, Class::Static | Class::KeyMaterial) && !secret.alive.is_dead())?;
    let name = &secret.face?.name;
    let lies = |sight: &Sight<'_>| sight.zone.as_deref() == Some("pipeline") && sight.place.presence().lasts();
    let within: Vec<usize> = case.sights.iter().enumerate().filter(|(_, sight)| lies(sight)).map(|(index, _)| index).collect();
    let place = case.main(&within)?.place.display();
    FEDERATING.iter().any(|start| name.starts_with(start)).then(|| Say::of(within, "default", [case.label.clone(), place]))
}

#[cfg(test)]
mod tests {
    use crate::domain::Class;
    use crate::reconcile::testing::Estate;

    #[test]
    fn static_cloud_keys_in_pipelines_only() {
        let at = |path: &str, rule: u32, class: Class| {
            let estate = Estate::new().credential(path, "x", |credential| {
                credential.rule = rule;
                credential.lifetime.class = class;
            });
            estate.says("static-credential-in-pipeline").len()
        };
        assert_eq!(at(".github/workflows/a.yml", 1002, Class::Static), 1);
        assert_eq!(at(".github/workflows/a.yml", 1002, Class::Ephemeral), 0);
        assert_eq!(at(".github/workflows/a.yml", 1001, Class::Static), 0);
        assert_eq!(at("src/a.yml", 1002, Class::Static), 0);
    }
}
