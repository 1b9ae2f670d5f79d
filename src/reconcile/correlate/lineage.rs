//! Lineage: chains of bases through everything that states one, and artifacts that are built alike.

use std::collections::BTreeMap;

use crate::domain::DigestKind;
use crate::reconcile::cases::{Case, Kind, Model, is_content};
use crate::reconcile::ladder::{Derived, Kinship, Ladder, Standing};

/// Bases of bases are followed so far.
const STEPS: usize = 8;

/// Gives each derivative the chain of its bases and the entry of the nearest that has one; and artifacts of which nothing is said the
/// registered artifact that they have the tensors of.
pub(super) fn mark<'a>(cases: &mut [Case<'a>], ladder: &Ladder<'a>) {
    let alike = structures(cases);
    let mut known: Vec<(usize, Derived<'a>)> = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let Some(model) = case.model().filter(|model| matches!(model.standing, Standing::Unknown)) else { continue };
        let Some(other) = headers(model).and_then(|headers| alike.get(&headers)).and_then(|other| cases.get(*other)) else { continue };
        let entry = other.artifact().and_then(|model| model.standing.entry());
        let base = entry.map_or_else(|| other.label.clone(), |entry| entry.value.title());
        known.push((index, Derived { base, kind: Kinship::Structure, chain: Vec::new(), entry }));
    }
    let stated = Stated::new(cases);
    for (index, case) in cases.iter().enumerate() {
        let Some(Model { standing: Standing::Derived(derived), .. }) = case.artifact() else { continue };
        let chain = stated.chain(&derived.base, ladder);
        let entry = derived.entry.or_else(|| chain.iter().find_map(|base| ladder.base(base)));
        known.push((index, Derived { chain, entry, ..derived.clone() }));
    }
    for (index, derived) in known {
        if let Some(Case { kind: Kind::Model(model), .. }) = cases.get_mut(index) {
            model.standing = Standing::Derived(derived);
        }
    }
}

/// Registered models by what their files are built of. The bytes differ: equal ones are one case.
fn structures(cases: &[Case<'_>]) -> BTreeMap<Vec<String>, usize> {
    let registered = |case: &&(usize, &Case<'_>)| matches!(case.1.model().map(|model| &model.standing), Some(Standing::Registered { .. } | Standing::Allowed));
    let all: Vec<_> = cases.iter().enumerate().collect();
    all.iter().filter(registered).rev().filter_map(|(index, case)| Some((headers(case.model()?)?, *index))).collect()
}

/// The header digests of all files that hold the model.
fn headers(model: &Model<'_>) -> Option<Vec<String>> {
    let header = |digests: &[crate::domain::Digest]| digests.iter().find(|digest| digest.kind == DigestKind::Header).map(|digest| digest.hex.clone());
    let content = model.parts.iter().filter(|part| is_content(part.artifact));
    let mut headers: Vec<String> = content.map(|part| header(&part.artifact.digests)).collect::<Option<_>>()?;
    headers.sort();
    headers.dedup();
    (!headers.is_empty()).then_some(headers)
}

/// The bases of models, by the names and paths that others may use of them.
struct Stated(BTreeMap<String, String>);

impl Stated {
    fn new(cases: &[Case<'_>]) -> Self {
        let mut stated = BTreeMap::new();
        for model in cases.iter().filter_map(Case::artifact) {
            let Some(base) = model.parts.iter().find_map(|part| part.artifact.bases.first()) else { continue };
            for part in &model.parts {
                let path = part.place.display();
                let folder = crate::reconcile::bundles::split(&path).0.to_owned();
                let told = ["repository", "name"].iter().filter_map(|fact| part.artifact.facts.get(*fact)).cloned();
                for name in told.chain([path.clone(), folder]).filter(|name| !name.is_empty() && name != base) {
                    stated.entry(plain(&name).to_owned()).or_insert_with(|| base.clone());
                }
            }
        }
        Self(stated)
    }

    /// The bases behind a base, each once.
    fn chain(&self, base: &str, ladder: &Ladder<'_>) -> Vec<String> {
        let mut chain: Vec<String> = Vec::new();
        let mut at = base.to_owned();
        while chain.len() < STEPS {
            let registered = || ladder.base(&at).and_then(|entry| entry.value.base.clone());
            let Some(next) = self.0.get(plain(&at)).cloned().or_else(registered) else { break };
            if next == base || chain.contains(&next) {
                break;
            }
            chain.push(next.clone());
            at = next;
        }
        chain
    }
}

/// A name without its revision, a path without its mark.
fn plain(name: &str) -> &str {
    name.split_once('@').map_or(name, |(name, _)| name).trim_start_matches("./").trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use crate::domain::{Artifact, Digest, DigestKind};
    use crate::reconcile::testing::Estate;

    fn from(base: &str, name: &str) -> impl FnOnce(&mut Artifact) {
        let (base, name) = (base.to_owned(), name.to_owned());
        move |artifact: &mut Artifact| {
            artifact.bases.push(base);
            artifact.facts.insert("repository".into(), name);
        }
    }

    fn built(c: char) -> impl FnOnce(&mut Artifact) {
        move |artifact: &mut Artifact| artifact.digests.push(Digest { kind: DigestKind::Header, hex: c.to_string().repeat(64) })
    }

    #[test]
    fn chains_lead_through_artifacts_and_entries() {
        let estate = Estate::new()
            .artifact("q/a.gguf", "model", "a", from("org/tuned", "org/quantised"))
            .artifact("t/b.safetensors", "model", "b", from("org/mid@main", "org/tuned"))
            .model("name: mid\nversion: 1\nreferences: [\"hf:org/mid\"]\nbase: org/base\n");
        let findings = estate.findings("unregistered-derivative");
        let of = |path: &str| findings.iter().find(|finding| finding.place.uri() == path).expect("it is told").clone();
        assert_eq!(of("q/a.gguf").properties["lineage"], serde_json::json!(["org/tuned", "org/mid@main", "org/base"]));
        assert!(of("q/a.gguf").text.contains("registered as 'mid 1'"), "{}", of("q/a.gguf").text);
    }

    #[test]
    fn a_ring_of_bases_ends() {
        let ring = Estate::new().artifact("a.pt", "model", "a", from("org/b", "org/a")).artifact("b.pt", "model", "b", from("org/a", "org/b"));
        assert_eq!(ring.with_registry().says("unregistered-derivative").len(), 2);
    }

    #[test]
    fn the_same_tensors_with_other_bytes_are_a_derivative_of_the_registered_model() {
        let estate = Estate::new().artifact("m/a.safetensors", "model", "a", built('h')).artifact("x/b.safetensors", "model", "b", built('h'));
        let told = estate.model("name: churn\nversion: 3\ndigests: [\"sha256:@a\"]\n").findings("unregistered-derivative");
        assert_eq!(told.len(), 1);
        assert_eq!(
            told[0].text,
            "'b.safetensors' in 'x/b.safetensors' has the tensor names, types and shapes of 'churn 3' and other bytes, and no registration of its own. Register it with its base and its data, or remove it."
        );
    }
}
