//! An artifact that runs code when it is loaded.

use super::{ATLAS, CWE, LLM, MAESTRO, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};
use crate::reconcile::words::some_of;

pub(super) const VERDICT: Verdict = Verdict {
    code: 3005,
    name: "unsafe-serialization",
    level: Level::Error,
    severity: 9.2,
    summary: "Loading this artifact runs code that it brings with it.",
    description: "Some formats hold instructions beside numbers: a pickle calls functions while it is read, a Keras Lambda layer holds a program, a configuration names functions to call, a graph reads and writes files, \
        an archive unpacks outside of its folder. Whoever wrote the file decides \
        what runs on every machine that loads it, with the rights of whoever loads it. The stream was read, never executed.",
    remedy: "Do not load it. Find out where it comes from; ask for the weights in a format that holds only numbers (safetensors, GGUF, ONNX without custom operators), or rebuild it from a source you trust.",
    messages: &[("default", "'{0}' runs code when it is loaded: '{1}'. It lies in '{2}'; do not load it, and replace it by a format that holds only numbers.")],
    taxa: &[(LLM, "LLM03:2025"), (ATLAS, "AML.T0011.000"), (MAESTRO, "L1"), (CWE, "CWE-502")],
    tags: &["security", "model", "code-execution"],
    judge,
};

/// Any artifact, model or not: a pickled table runs code as well.
fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let artifact = case.artifact()?;
    let running = || artifact.parts.iter().filter(|part| part.artifact.hazards.iter().any(|hazard| hazard.runs_code));
    let hazards = running().flat_map(|part| &part.artifact.hazards).filter(|hazard| hazard.runs_code);
    let mut what: Vec<String> = hazards.map(|hazard| hazard.what.clone()).collect();
    what.sort();
    what.dedup();
    let mut sights: Vec<usize> = Vec::new();
    for (index, sight) in case.sights.iter().enumerate() {
        if running().any(|part| part.place == sight.place) {
            sights.push(index);
        }
    }
    // A part that is no sight of its own (a configuration beside the weights) still belongs to the model.
    if sights.is_empty() {
        sights = case.all();
    }
    let place = case.at(&sights);
    let unseen = running().map(|part| part.place).filter(|place| case.sights.iter().all(|sight| sight.place != *place));
    let say = || Say::of(sights, "default", [case.label.clone(), some_of(&what, 3), place]).with("hazards", what.clone());
    (!what.is_empty()).then(say).map(|say| say.beside(unseen, "runs code").beside(artifact.loaders.iter().copied(), "loads it"))
}

#[cfg(test)]
mod tests {
    use crate::domain::Hazard;
    use crate::reconcile::testing::{Estate, hazard};

    #[test]
    fn the_file_that_runs_code_is_told_without_any_registry() {
        let estate = Estate::new()
            .artifact("m/x-00001-of-00002.bin", "weights", "a", |_| {})
            .artifact("m/x-00002-of-00002.bin", "weights", "b", |artifact| artifact.hazards = vec![hazard("os.system"), hazard("builtins.eval")])
            .artifact("t.pkl", "data", "c", |artifact| artifact.hazards = vec![hazard("os.system")]);
        let findings = estate.findings("unsafe-serialization");
        assert_eq!(findings.len(), 2);
        assert_eq!(findings[0].place.uri(), "m/x-00002-of-00002.bin");
        assert_eq!(
            findings[0].text,
            "'x.bin' runs code when it is loaded: 'builtins.eval and os.system'. It lies in 'm/x-00002-of-00002.bin'; do not load it, and replace it by a format that holds only numbers."
        );
    }

    #[test]
    fn what_lies_beside_the_weights_and_runs_code_is_pointed_to() {
        let template = |artifact: &mut crate::domain::Artifact| {
            artifact.role = "tokenizer".into();
            artifact.hazards = vec![hazard("chat template")];
        };
        let estate = Estate::new().artifact("m/model.safetensors", "weights", "a", |_| {}).artifact("m/config.json", "config", "b", |_| {});
        let findings = estate.artifact("m/chat_template.jinja", "tokenizer", "c", template).findings("unsafe-serialization");
        assert_eq!(findings.len(), 1);
        let pointed = std::iter::once(&findings[0].place).chain(findings[0].related.iter().map(|related| &related.place));
        assert!(pointed.into_iter().any(|place| place.uri() == "m/chat_template.jinja"));
    }

    #[test]
    fn a_class_nobody_vouches_for_is_not_yet_code() {
        let unknown = Hazard { runs_code: false, what: "acme.Model".into() };
        assert!(Estate::new().artifact("a.pkl", "model", "a", |artifact| artifact.hazards = vec![unknown]).says("unsafe-serialization").is_empty());
    }
}
