//! A registered credential outside its zones.

use super::{CSF, CWE, NHI, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};
use crate::reconcile::words::some_of;

pub(super) const VERDICT: Verdict = Verdict {
    code: 6002,
    name: "credential-out-of-scope",
    level: Level::Error,
    severity: 7.0,
    summary: "A registered credential lies outside the zones it was approved for.",
    description: "The entry names the zones in which this credential may be used. Elsewhere it gives its rights to people and programs that were never meant to have them.",
    remedy: "Remove it there and rotate it; give that zone a credential of its own. If the use is wanted, have the `scope` of the entry extended.",
    messages: &[("default", "'{0}' lies in '{1}', zone '{2}', but '{3}' was approved for '{4}' only. Remove it there and rotate it.")],
    taxa: &[(NHI, "NHI8:2025"), (CSF, "PR.AA-05"), (CWE, "CWE-653")],
    tags: &["security", "secret", "registry", "isolation"],
    judge,
};

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let entry = case.secret()?.entry?;
    let outside = case.outside(&entry.value.scope);
    let main = case.main(&outside)?;
    let zone = main.zone.clone().unwrap_or_default();
    let arguments = [case.label.clone(), main.place.display(), zone, entry.value.name.clone(), some_of(&entry.value.scope, 4)];
    Some(Say::of(outside, "default", arguments))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn the_places_outside_are_told() {
        let estate = Estate::new().credential("deploy/a.env", "x", |_| {}).credential("notebooks/a.py", "x", |_| {}).credential("src/a.py", "x", |_| {});
        let scoped = |scope: &[&str]| scope.iter().map(|zone| (*zone).to_owned()).collect();
        let estate = estate.identity("x", |entry| entry.scope = scoped(&["Production"]));
        let findings = estate.findings("credential-out-of-scope");
        assert_eq!(findings.len(), 1);
        assert_eq!(
            findings[0].text,
            "'Acme key acme_[REDACTED]' lies in 'notebooks/a.py', zone 'experiment', but 'x' was approved for 'Production' only. Remove it there and rotate it."
        );
        assert!(findings[0].related.is_empty());
    }
}
