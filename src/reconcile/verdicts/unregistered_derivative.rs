//! A fine-tune, adapter, quantisation or merge without an entry of its own.

use super::{ATLAS, CWE, LLM, RMF, Say, Verdict};
use crate::domain::{Entry, Level, ModelEntry};
use crate::reconcile::cases::{Case, World};
use crate::reconcile::ladder::{Derived, Kinship, Standing};

pub(super) const VERDICT: Verdict = Verdict {
    code: 3003,
    name: "unregistered-derivative",
    level: Level::Warning,
    severity: 6.5,
    summary: "A fine-tune, adapter, quantisation or merge of another model has no registration of its own.",
    description: "A derivative is an asset of its own: it has seen other data, behaves otherwise, and may have lost the safeguards of its base. The approval of the base says nothing about it. \
        The artifact itself tells what it was made from.",
    remedy: "Register it with its `base` and the `data` it was trained on (`heliodon register` fills in the base), have it approved for its own use case, or remove it.",
    messages: &[
        ("default", "'{0}' in '{1}' was made from '{2}' ('{3}') and has no registration of its own. Register it with its base and its data, or remove it."),
        (
            "registered-base",
            "'{0}' in '{1}' was made from '{2}' ('{3}'), which is registered as '{4}', but has no registration of its own. The approval of its base does not cover it; register it or remove it.",
        ),
        (
            "registered-origin",
            "'{0}' in '{1}' was made from '{2}' ('{3}'), which goes back to what is registered as '{4}', but has no registration of its own. Register it with its base and its data, or remove it.",
        ),
        (
            "structure",
            "'{0}' in '{1}' has the tensor names, types and shapes of '{2}' and other bytes, and no registration of its own. Register it with its base and its data, or remove it.",
        ),
    ],
    taxa: &[(RMF, "GOVERN 1.6"), (LLM, "LLM03:2025"), (ATLAS, "AML.T0018"), (CWE, "CWE-1357")],
    tags: &["security", "shadow-model", "model", "lineage", "registry"],
    judge,
};

fn judge(case: &Case<'_>, world: &World<'_>) -> Option<Say> {
    let model = case.model().filter(|_| world.registrations.present)?;
    let Standing::Derived(Derived { base, kind, chain, entry }) = &model.standing else { return None };
    let (name, place, word) = (case.label.clone(), case.at(&case.all()), kind.words().to_owned());
    let is_of_base =
        |entry: &Entry<ModelEntry>| chain.is_empty() || entry.value.references.iter().any(|name| name.ends_with(plain(base))) || entry.value.name == *base;
    let say = match (kind, entry) {
        (Kinship::Structure, _) => Say::all(case, "structure", [name, place, base.clone()]),
        (_, Some(entry)) if is_of_base(entry) => Say::all(case, "registered-base", [name, place, base.clone(), word, entry.value.title()]),
        (_, Some(entry)) => Say::all(case, "registered-origin", [name, place, base.clone(), word, entry.value.title()]),
        (_, None) => Say::all(case, "default", [name, place, base.clone(), word]),
    };
    let lineage: Vec<&str> = std::iter::once(base).chain(chain).map(String::as_str).collect();
    let say = say.beside(model.loaders.iter().copied(), "loads it").with("base", base.as_str()).with("relation", kind.words());
    Some(if chain.is_empty() { say } else { say.with("lineage", lineage) })
}

fn plain(base: &str) -> &str {
    base.split_once('@').map_or(base, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn the_approval_of_the_base_does_not_cover_it() {
        let tuned = || Estate::new().artifact("m/adapter.safetensors", "adapter", "a", |artifact| artifact.bases.push("org/base@main".into()));
        assert!(tuned().says("unregistered-derivative").is_empty());
        assert!(tuned().with_registry().says("unregistered-derivative")[0].contains("was made from 'org/base@main' ('adapter') and has no registration"));
        let based = tuned().model("name: approved\nversion: 1\nreferences: [\"hf:org/base\"]\n");
        assert!(based.says("unregistered-derivative")[0].contains("registered as 'approved 1'"));
        assert!(based.says("unregistered-artifact").is_empty());
        assert!(based.model("name: own\ndigests: [\"sha256:@a\"]\n").says("unregistered-derivative").is_empty());
    }
}
