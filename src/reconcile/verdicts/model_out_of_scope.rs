//! A registered model outside its zones.

use super::research_model_in_production_path::is_deployed;
use super::{CSF, CWE, NHI, RMF, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};
use crate::reconcile::words::some_of;

pub(super) const VERDICT: Verdict = Verdict {
    code: 6003,
    name: "model-out-of-scope",
    level: Level::Error,
    severity: 7.0,
    summary: "A registered model is found or used outside the zones it was approved for.",
    description: "The entry names the zones in which this model may be found. A research model in production has not passed what production asks; a production model in an experiment shows its weights, and with \
        them its training data, to more people than intended. Zones are told from paths by the policy; \
        pipelines, which hand models on, and tests that only name the model they test do not count.",
    remedy: "Remove it from that zone, or have it approved for it and extend the `scope` of the entry. If the place is taken for another zone than it is, correct `zones` in `heliodon.toml`.",
    messages: &[("default", "'{0}' is in '{1}', zone '{2}', but '{3}' was approved for '{4}' only. Remove it there or have its scope extended.")],
    taxa: &[(NHI, "NHI8:2025"), (RMF, "GOVERN 1.6"), (CSF, "PR.AA-05"), (CWE, "CWE-653")],
    tags: &["security", "model", "registry", "isolation"],
    judge,
};

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let entry = case.present_entry()?;
    let mut outside = case.outside(&entry.value.scope);
    // That is told by a graver verdict.
    outside.retain(|index| case.sights.get(*index).is_some_and(|sight| !is_deployed(entry, sight)));
    let main = case.main(&outside)?;
    let zone = main.zone.clone().unwrap_or_default();
    let arguments = [case.label.clone(), main.place.display(), zone, entry.value.title(), some_of(&entry.value.scope, 4)];
    Some(Say::of(outside, "default", arguments))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn a_research_model_in_production() {
        let entry = "name: lab\nscope: [experiment]\ndigests: [\"sha256:@a\"]\n";
        let estate = Estate::new().artifact("research/a.pt", "model", "a", |_| {}).artifact("deploy/prod/a.pt", "model", "a", |_| {}).model(entry);
        let findings = estate.findings("model-out-of-scope");
        assert_eq!(findings.len(), 1);
        assert_eq!(
            findings[0].text,
            "'a.pt' is in 'deploy/prod/a.pt', zone 'production', but 'lab' was approved for 'experiment' only. Remove it there or have its scope extended."
        );
    }

    #[test]
    fn one_matter_is_told_once() {
        let entry = "name: lab\nstage: research\nscope: [experiment]\ndigests: [\"sha256:@a\"]\n";
        let estate = Estate::new().artifact("deploy/prod/a.pt", "model", "a", |_| {}).model(entry);
        assert_eq!((estate.says("model-out-of-scope").len(), estate.says("research-model-in-production-path").len()), (0, 1));
    }

    #[test]
    fn places_without_a_zone_break_no_scope() {
        let entry = "name: lab\nscope: [experiment]\ndigests: [\"sha256:@a\"]\n";
        assert!(Estate::new().artifact("m/a.pt", "model", "a", |_| {}).model(entry).says("model-out-of-scope").is_empty());
    }

    #[test]
    fn pipelines_and_tests_may_name_any_model() {
        let entry = "name: x\nscope: [production]\nreferences: [\"hf:org/x\"]\ndigests: [\"sha256:@a\"]\n";
        let told = |path: &str| Estate::new().reference(path, "hf:org/x", |_| {}).model(entry).says("model-out-of-scope").len();
        assert_eq!((told(".github/workflows/a.yml"), told("tests/a.py"), told("notebooks/a.py")), (0, 0, 1));
        assert_eq!(Estate::new().artifact("tests/a.pt", "model", "a", |_| {}).model(entry).says("model-out-of-scope").len(), 1);
    }
}
