//! A registered model with other bytes.

use super::{ATLAS, CSF, CWE, LLM, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};
use crate::reconcile::ladder::Standing;

pub(super) const VERDICT: Verdict = Verdict {
    code: 3004,
    name: "artifact-drift",
    level: Level::Error,
    severity: 8.5,
    summary: "A registered model has other bytes than those that were approved.",
    description: "Place, manifest, or name and version lead to an entry of the registry, but the content is not what the entry names. Either somebody retrained and forgot to register, or somebody replaced the \
        model. What was reviewed is not what runs; until it is known why, treat it as tampering.",
    remedy: "Put the registered bytes back, or find out who changed them and have the new ones approved as a version of their own.",
    messages: &[(
        "default",
        "'{0}' in '{1}' is registered as '{2}', but '{3}' are not the registered ones (found by '{4}'). What was approved is not what lies here; restore it or register a new version.",
    )],
    taxa: &[(LLM, "LLM03:2025"), (ATLAS, "AML.T0010"), (CSF, "ID.AM-08"), (CWE, "CWE-494")],
    tags: &["security", "model", "integrity", "registry"],
    judge,
};

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let model = case.model().filter(|_| case.lasts())?;
    let Standing::Drift { entry, rung, files, of } = model.standing else { return None };
    let extent = if of > 1 { format!("{files} of {of} files") } else { "its bytes".to_owned() };
    let arguments = [case.label.clone(), case.at(&case.all()), entry.value.title(), extent, rung.words().to_owned()];
    Some(Say::all(case, "default", arguments).beside(model.loaders.iter().copied(), "loads it"))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn other_bytes_in_a_registered_place() {
        let churn = "name: churn\nversion: 3\nlocations: [\"m/\"]\ndigests: [\"sha256:@a\"]\n";
        assert!(Estate::new().artifact("m/a.pt", "model", "a", |_| {}).model(churn).says("artifact-drift").is_empty());
        let drifted = Estate::new().artifact("m/a.pt", "model", "b", |_| {}).model(churn);
        assert_eq!(
            drifted.says("artifact-drift"),
            [
                "'a.pt' in 'm/a.pt' is registered as 'churn 3', but 'its bytes' are not the registered ones (found by 'registered location'). What was approved is not what lies here; restore it or register a new version."
            ]
        );
        assert_eq!(drifted.run().summary.registered, 0);
    }

    #[test]
    fn a_side_car_is_held_against_its_artifact_without_any_registry() {
        let beside = |digit: &str| {
            let entry = "name: churn\nversion: 3\nowner: a\nstage: research\ndigests: [\"sha256:@a\"]\n";
            Estate::new().artifact("m/a.pt", "model", digit, |_| {}).side_car("m/a.pt.model.yaml", entry)
        };
        assert!(beside("a").run().targets[0].findings.is_empty());
        assert!(beside("b").says("artifact-drift")[0].contains("found by 'side-car manifest'"));
    }

    #[test]
    fn a_model_yaml_speaks_of_the_only_model_of_its_folder() {
        let entry = "name: churn\nversion: 3\nowner: a\nstage: research\ndigests: [\"sha256:@a\"]\n";
        let one = Estate::new().artifact("m/a.pt", "model", "b", |_| {}).side_car("m/model.yaml", entry);
        assert_eq!(one.says("artifact-drift").len(), 1);
        let two = one.artifact("m/c.pt", "model", "a", |_| {});
        assert!(two.says("artifact-drift").is_empty());
        assert_eq!(two.run().summary.registered, 1);
    }
}
