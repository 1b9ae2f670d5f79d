//! A research model where production is deployed from.

use super::{CSF, CWE, NHI, RMF, Say, Verdict};
use crate::domain::{Entry, Level, ModelEntry, Stage};
use crate::reconcile::cases::{Case, Sight, World};
use crate::reconcile::zones::weight;

pub(super) const VERDICT: Verdict = Verdict {
    code: 6004,
    name: "research-model-in-production-path",
    level: Level::Error,
    severity: 7.5,
    summary: "A model of the stage research lies or is named where production is deployed from.",
    description: "A research model has not passed what a production model passes: tests of fairness and robustness, a review of its data and licence, somebody who is called when it fails. A deployment manifest, an image or a \
        production folder that holds or names it puts it before customers all the same, whatever its scope says.",
    remedy: "Take it out of the deployment, or take the model through its approval and raise the `stage` of its entry. If the place is not production, correct `zones` in `heliodon.toml`.",
    messages: &[("default", "'{0}' is in '{1}', zone '{2}', but '{3}' is a research model. Take it out, or have it approved for production first.")],
    taxa: &[(NHI, "NHI8:2025"), (RMF, "GOVERN 1.6"), (CSF, "PR.AA-05"), (CWE, "CWE-653")],
    tags: &["security", "model", "registry", "isolation"],
    judge,
};

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let entry = case.present_entry()?;
    let deployed: Vec<usize> = case.all().into_iter().filter(|index| case.sights.get(*index).is_some_and(|sight| is_deployed(entry, sight))).collect();
    let main = case.main(&deployed)?;
    let arguments = [case.label.clone(), main.place.display(), main.zone.clone().unwrap_or_default(), entry.value.title()];
    Some(Say::of(deployed, "default", arguments))
}

/// A research model in a zone of production.
pub(super) fn is_deployed(entry: &Entry<ModelEntry>, sight: &Sight<'_>) -> bool {
    entry.value.stage == Some(Stage::Research) && sight.place.presence().lasts() && weight(sight.zone.as_deref()) == weight(Some("production"))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn the_stage_and_the_zone_decide() {
        let at = |path: &str, stage: &str| {
            let entry = format!("name: lab\nstage: {stage}\nreferences: [\"hf:org/x\"]\n");
            Estate::new().reference(path, "hf:org/x", |_| {}).model(&entry).says("research-model-in-production-path")
        };
        assert_eq!(
            at("k8s/serve.yaml", "research"),
            ["'hf:org/x' is in 'k8s/serve.yaml', zone 'production', but 'lab' is a research model. Take it out, or have it approved for production first."]
        );
        assert!(at("k8s/serve.yaml", "production").is_empty());
        assert!(at("notebooks/x.py", "research").is_empty());
    }
}
