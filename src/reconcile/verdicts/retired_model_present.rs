//! A retired model that is still here.

use super::{CSF, CWE, RMF, Say, Verdict};
use crate::domain::{Level, Stage};
use crate::reconcile::cases::{Case, World};

pub(super) const VERDICT: Verdict = Verdict {
    code: 4008,
    name: "retired-model-present",
    level: Level::Warning,
    severity: 5.5,
    summary: "A model that was retired is still present or in use.",
    description: "The registry says that this model was taken out of service. A copy that still lies in a repository or is still named by code is run again by the next deployment, without the monitoring \
        and the reviews that ended with its service.",
    remedy: "Remove it and the code that names it, or, if it is needed for the record, move it to an archive outside the zones that deploy.",
    messages: &[("default", "'{0}' in '{1}' is registered as '{2}', which is retired. Remove it, or archive it where nothing deploys it.")],
    taxa: &[(RMF, "GOVERN 1.7"), (CSF, "ID.AM-08"), (CWE, "CWE-1104")],
    tags: &["security", "model", "registry", "offboarding"],
    judge,
};

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let entry = case.present_entry().filter(|entry| entry.value.stage == Some(Stage::Retired))?;
    Some(Say::all(case, "default", [case.label.clone(), case.at(&case.all()), entry.value.title()]))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn the_stage_decides() {
        let estate = |stage: &str| Estate::new().reference("a.py", "hf:org/x", |_| {}).model(&format!("name: x\nstage: {stage}\nreferences: [\"hf:org/x\"]\n"));
        assert_eq!(estate("retired").says("retired-model-present").len(), 1);
        assert!(estate("production").says("retired-model-present").is_empty());
    }
}
