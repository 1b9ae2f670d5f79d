//! A model that no registration covers: a shadow model.

use super::{CSF, CWE, LLM, MAESTRO, RMF, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};
use crate::reconcile::ladder::Standing;

pub(super) const VERDICT: Verdict = Verdict {
    code: 3001,
    name: "unregistered-artifact",
    level: Level::Warning,
    severity: 6.0,
    summary: "A model artifact that no registration covers.",
    description: "These bytes were recognised as a model, and neither their digest, their place, nor the name and version they carry leads to an entry of the registry. Nobody has said what it is for, \
        where it comes from, who answers for it or where it may run. An entry of the same name proves nothing: the bytes could be anything.",
    remedy: "Find out who put it here. Enter it in the registry (`heliodon register` writes what the artifact itself can say; owner and use case are yours to add), or remove it.",
    messages: &[
        ("default", "'{0}' is a '{1}' model that no registration covers. It lies in '{2}'; register it with an owner and a use case, or remove it."),
        (
            "name-only",
            "'{0}' is a '{1}' model that only shares a name with the entry '{3}'. It lies in '{2}', and nothing ties these bytes to the entry; register them by digest or remove them.",
        ),
        (
            "more",
            "'{0}' is a '{1}' model in '{2}' and registered as '{3}', but '{4}' more of its files are in no registration. Enter their digests or remove them.",
        ),
    ],
    taxa: &[(RMF, "GOVERN 1.6"), (LLM, "LLM03:2025"), (MAESTRO, "L1"), (CSF, "ID.AM-02"), (CWE, "CWE-1357")],
    tags: &["security", "shadow-model", "model", "registry"],
    judge,
};

fn judge(case: &Case<'_>, world: &World<'_>) -> Option<Say> {
    let model = case.model().filter(|_| world.registrations.present)?;
    // Versions that others took the place of are told with those.
    if model.turn.succeeded && !case.lasts() {
        return None;
    }
    let (name, format, place) = (case.label.clone(), model.format().to_owned(), case.at(&case.all()));
    let say = match model.standing {
        Standing::Unknown => Say::all(case, "default", [name, format, place]),
        Standing::More { entry, files } => Say::all(case, "more", [name, format, place, entry.value.title(), files.to_string()]),
        Standing::NameOnly { entry } => Say::all(case, "name-only", [name, format, place, entry.value.title()]),
        _ => return None,
    };
    let say = say.beside(model.loaders.iter().copied(), "loads it").with("format", model.format());
    Some(match &case.subject {
        Some(digest) => say.with("digest", digest.as_str()),
        None => say,
    })
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn without_a_registry_nothing_is_unregistered() {
        let estate = Estate::new().artifact("m/a.pt", "model", "a", |_| {});
        assert!(estate.says("unregistered-artifact").is_empty());
        let told = estate.with_registry().says("unregistered-artifact");
        assert_eq!(
            told,
            ["'a.pt' is a 'torch-zip' model that no registration covers. It lies in 'm/a.pt'; register it with an owner and a use case, or remove it."]
        );
    }

    #[test]
    fn code_and_the_file_it_loads_are_one_finding() {
        let estate = Estate::new()
            .artifact("app/w/a.pt", "model", "a", |_| {})
            .reference("app/serve.py", "path:./w/a.pt", |_| {})
            .reference("train/x.py", "path:app/w/a.pt", |_| {})
            .with_registry();
        let findings = estate.findings("unregistered-artifact");
        let loaders: Vec<_> = findings[0].related.iter().map(|related| (related.place.uri(), related.message.as_str())).collect();
        assert_eq!(loaders, [("app/serve.py".to_owned(), "loads it"), ("train/x.py".to_owned(), "loads it")]);
        assert!(estate.says("unregistered-reference").is_empty());
    }

    #[test]
    fn a_shard_set_is_one_finding_and_the_same_bytes_elsewhere_belong_to_it() {
        let estate = Estate::new()
            .artifact("m/x-00001-of-00002.gguf", "weights", "a", |_| {})
            .artifact("m/x-00002-of-00002.gguf", "weights", "b", |_| {})
            .artifact("deploy/prod/x-00001-of-00002.gguf", "weights", "a", |_| {})
            .artifact("deploy/prod/x-00002-of-00002.gguf", "weights", "b", |_| {})
            .with_registry();
        let findings = estate.findings("unregistered-artifact");
        assert_eq!((findings.len(), findings[0].place.uri().as_str(), findings[0].related.len()), (1, "deploy/prod/x-00001-of-00002.gguf", 3));
    }

    #[test]
    fn files_beside_the_registered_ones_are_told() {
        let folder = Estate::new().artifact("m/config.json", "config", "", |_| {}).artifact("m/a.safetensors", "model", "a", |_| {});
        let entry = "name: churn\nversion: 3\ndigests: [\"sha256:@a\"]\n";
        assert!(
            folder.model(entry).artifact("m/b.bin", "model", "b", |_| {}).says("unregistered-artifact")[0].contains("registered as 'churn 3', but '1' more")
        );
    }

    #[test]
    fn a_name_alone_covers_nothing() {
        let named = Estate::new().artifact("m/a.pt", "model", "a", |artifact| drop(artifact.facts.insert("name".into(), "churn".into())));
        let told = named.model("name: churn\nversion: 3\n").says("unregistered-artifact");
        assert!(told[0].contains("only shares a name with the entry 'churn 3'"), "{told:?}");
    }

    #[test]
    fn data_is_no_model() {
        assert!(Estate::new().artifact("t.pkl", "data", "a", |_| {}).with_registry().says("unregistered-artifact").is_empty());
    }
}
