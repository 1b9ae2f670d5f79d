//! Other bytes at the path of a model, and no registration that covers them.

use super::{ATLAS, CSF, CWE, LLM, Say, Verdict};
use crate::domain::{Level, Place, Related};
use crate::reconcile::cases::{Case, World};
use crate::reconcile::ladder::{Rung, Standing};
use crate::reconcile::story::on_day;

pub(super) const VERDICT: Verdict = Verdict {
    code: 3008,
    name: "artifact-replaced",
    level: Level::Warning,
    severity: 6.5,
    summary: "A model was replaced at its path by other bytes that no registration covers.",
    description: "Code loads a model by its path, and whoever can commit can put other bytes there: the name stays, the model is another one, and no reviewer sees the difference in a binary file. The \
        history of the repository shows that it happened here. An entry that names the new bytes, by digest, by tensors or by a new version, would have made it a release; an entry of the path alone says nothing of bytes.",
    remedy: "Find out who replaced it and why. Register the new bytes by their digest, with a version of their own, or restore the old ones; load models by digest rather than by path.",
    messages: &[
        (
            "default",
            "'{0}' in '{1}' holds other bytes since commit '{2}' of '{3}', and no registration covers them. Whoever loads the path runs another model than before; register it or restore the old one.",
        ),
        (
            "registered",
            "'{0}' in '{1}' holds other bytes since commit '{2}' of '{3}'. Those before were registered as '{4}', and no registration covers these; register them or restore the old ones.",
        ),
        (
            "uncommitted",
            "'{0}' in '{1}' holds other bytes than the last commit, and no registration covers them. Whoever loads the path runs another model; register it or restore the old one.",
        ),
    ],
    taxa: &[(LLM, "LLM03:2025"), (ATLAS, "AML.T0010"), (CSF, "ID.AM-08"), (CWE, "CWE-494")],
    tags: &["security", "model", "integrity", "registry"],
    judge,
};

fn judge(case: &Case<'_>, world: &World<'_>) -> Option<Say> {
    let model = case.model()?;
    let place = model.turn.place.filter(|place| place.presence().lasts())?;
    // Drift is told by a verdict of its own. An entry of the place does not speak of its bytes.
    let covered = match model.standing {
        Standing::Registered { rung, .. } => rung != Rung::Location,
        Standing::Drift { .. } | Standing::Allowed => true,
        _ => false,
    };
    if covered || !(world.registrations.present || model.turn.registered.is_some()) {
        return None;
    }
    let (label, path) = (case.label.clone(), place.display());
    let sights = (0..case.sights.len()).filter(|index| case.sights.get(*index).is_some_and(|sight| sight.place == place)).collect();
    let mut say = match (&place.history, &model.turn.registered) {
        (None, _) => Say::of(sights, "uncommitted", [label, path]),
        (Some(history), None) => Say::of(sights, "default", [label, path, history.first.short().to_owned(), on_day(&history.first)]),
        (Some(history), Some(title)) => Say::of(sights, "registered", [label, path, history.first.short().to_owned(), on_day(&history.first), title.clone()]),
    };
    say.related = model.turn.before.iter().rev().map(|before| related(before)).collect();
    Some(say.beside(model.loaders.iter().copied(), "loads it").with("format", model.format()).with("replacements", model.turn.before.len()))
}

fn related(before: &Place) -> Related {
    let since = before.history.as_ref().map_or_else(String::new, |history| format!(", since {}", on_day(&history.first)));
    Related { place: before.clone(), message: format!("the bytes before{since}") }
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::{Estate, Marked as _, span};

    /// Three versions; the last lies here.
    fn replaced() -> Estate {
        Estate::new()
            .past_artifact("m/a.pt", "model", "a", span(1, 3, Some(4)))
            .past_artifact("m/a.pt", "model", "b", span(4, 6, Some(7)))
            .past_artifact("m/a.pt", "pointer", "c", span(7, 9, None).head())
            .artifact("m/a.pt", "model", "c", |_| {})
    }

    #[test]
    fn other_bytes_at_the_same_path_are_told_once() {
        assert!(replaced().says("artifact-replaced").is_empty());
        let findings = replaced().with_registry().findings("artifact-replaced");
        assert_eq!(findings.len(), 1);
        assert_eq!(
            findings[0].text,
            "'a.pt' in 'm/a.pt' holds other bytes since commit '000000000000' of '2024-07-01', and no registration covers them. Whoever loads the path runs another model than before; register it or restore the old one."
        );
        let before: Vec<_> = findings[0].related.iter().map(|related| related.message.as_str()).collect();
        assert_eq!(before, ["the bytes before, since 2024-04-01", "the bytes before, since 2024-01-01"]);
        // The versions before are told with it, not once more as models of their own.
        assert_eq!(replaced().with_registry().findings("unregistered-artifact").len(), 1);
    }

    #[test]
    fn a_registration_of_the_new_bytes_covers_it_and_one_of_the_path_does_not() {
        assert!(replaced().model("name: churn\nversion: 2\ndigests: [\"sha256:@c\"]\n").says("artifact-replaced").is_empty());
        assert_eq!(replaced().model("name: churn\nversion: 2\nlocations: [\"m/a.pt\"]\n").says("artifact-replaced").len(), 1);
        let old = replaced().model("name: churn\nversion: 1\ndigests: [\"sha256:@b\"]\n").says("artifact-replaced");
        assert!(old[0].contains("Those before were registered as 'churn 1'"), "{old:?}");
        let drifted = replaced().model("name: churn\nversion: 1\nlocations: [\"m/a.pt\"]\ndigests: [\"sha256:@b\"]\n");
        assert_eq!((drifted.says("artifact-replaced").len(), drifted.says("artifact-drift").len()), (0, 1));
    }

    #[test]
    fn bytes_on_another_branch_and_unknown_bytes_replace_nothing() {
        let branch = Estate::new().past_artifact("m/a.pt", "model", "a", span(1, 9, None)).past_artifact("m/a.pt", "model", "b", span(4, 9, None).head());
        assert!(branch.with_registry().says("artifact-replaced").is_empty());
        let unknown = Estate::new().past_artifact("m/a.pt", "model", "", span(1, 3, Some(4))).past_artifact("m/a.pt", "model", "b", span(4, 9, None).head());
        assert!(unknown.with_registry().says("artifact-replaced").is_empty());
    }

    #[test]
    fn what_is_not_committed_yet_is_told_too() {
        let estate = Estate::new().past_artifact("m/a.pt", "model", "a", span(1, 3, None).head()).artifact("m/a.pt", "model", "b", |_| {});
        assert!(estate.with_registry().says("artifact-replaced")[0].contains("other bytes than the last commit"));
    }
}
