//! A credential inside a model, its metadata or its tokenizer.

use super::{CWE, LLM, NHI, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};
use crate::reconcile::words::some_of;

pub(super) const VERDICT: Verdict = Verdict {
    code: 3006,
    name: "secret-in-artifact",
    level: Level::Error,
    severity: 8.5,
    summary: "A credential travels inside a model artifact.",
    description: "Models are copied, published and cached by digest, and hardly anyone looks into their metadata, their configuration or the objects pickled with them. A credential in there goes wherever \
        the model goes and cannot be taken out without changing the bytes that were registered.",
    remedy: "Revoke the credential. Write the artifact anew without it, register the new digest, and remove the old one from registries, caches and buckets.",
    messages: &[("default", "'{0}' lies inside the model artifact '{1}', in '{2}'. It goes wherever the model goes; revoke it and write the artifact anew.")],
    taxa: &[(NHI, "NHI2:2025"), (LLM, "LLM02:2025"), (CWE, "CWE-312"), (CWE, "CWE-798")],
    tags: &["security", "secret", "model"],
    judge,
};

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let secret = case.secret()?;
    let within: Vec<usize> = secret.inside.iter().enumerate().filter(|(_, artifact)| artifact.is_some()).map(|(index, _)| index).collect();
    let mut artifacts: Vec<_> = secret.inside.iter().flatten().cloned().collect();
    artifacts.sort();
    artifacts.dedup();
    let place = case.main(&within)?.place.display();
    Some(Say::of(within, "default", [case.label.clone(), some_of(&artifacts, 3), place]).with("artifacts", artifacts))
}

#[cfg(test)]
mod tests {
    use crate::domain::{Evidence, Step};
    use crate::reconcile::testing::Estate;

    #[test]
    fn metadata_and_members_lie_inside_and_neighbours_do_not() {
        let mut estate = Estate::new().artifact("m/a.gguf", "model", "a", |_| {}).credential("m/a.gguf", "x", |_| {}).credential("m/b.env", "y", |_| {});
        for observation in estate.shard.observations.iter_mut().filter(|observation| matches!(observation.evidence, Evidence::Credential(_))) {
            if observation.place.origin.uri == "m/a.gguf" {
                observation.place.steps.push(Step { kind: "metadata".into(), name: "general.description".into() });
                observation.place.region = None;
            }
        }
        assert_eq!(
            estate.says("secret-in-artifact"),
            [
                "'Acme key acme_[REDACTED]' lies inside the model artifact 'a.gguf', in 'm/a.gguf'. It goes wherever the model goes; revoke it and write the artifact anew."
            ]
        );
    }

    #[test]
    fn what_is_recognised_as_data_or_card_is_no_model() {
        let estate = Estate::new().artifact("a.pkl", "data", "a", |_| {}).credential("a.pkl", "x", |_| {});
        assert!(estate.artifact("README.md", "card", "", |_| {}).credential("README.md", "y", |_| {}).says("secret-in-artifact").is_empty());
    }
}
