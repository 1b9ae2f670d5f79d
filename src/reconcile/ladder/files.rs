//! Artifacts on the ladder: digests, tensor identity, side-cars, locations, names, lineage.

use std::collections::{BTreeMap, BTreeSet};

use super::{Around, Derived, Kinship, Ladder, Rung, Standing, locations};
use crate::domain::{Artifact, Digest, DigestKind, Entry, ModelEntry};
use crate::reconcile::bundles::Bundle;
use crate::reconcile::cases::{Part, is_content};

/// An entry that speaks of an artifact by something weaker than its content.
type Claim<'a> = (&'a Entry<ModelEntry>, Rung);

impl<'a> Ladder<'a> {
    /// Where an artifact stands.
    pub(in crate::reconcile) fn standing(&self, bundle: &Bundle<'a>, around: &Around<'_, 'a>) -> Standing<'a> {
        let files: Vec<_> = bundle.parts.iter().filter(|part| is_content(part.artifact)).map(|part| part.artifact).collect();
        let facts = Facts::of(&bundle.parts);
        let claims = || {
            let by_header = self.alike(&files).filter(|entry| contradictions(entry, &files) == 0).map(|entry| (entry, Rung::Header));
            let beside = around.side_cars.iter().map(|entry| (*entry, Rung::SideCar));
            let located = around.addresses.iter().flat_map(|address| self.located(address).into_iter().map(move |entry| (entry, address)));
            let located = located.filter(|(entry, address)| !is_another(entry, address, &files, around.present)).map(|(entry, _)| (entry, Rung::Location));
            by_header.into_iter().chain(self.by_identifier(&facts)).chain(beside).chain(located).chain(self.by_version(&facts)).collect::<Vec<_>>()
        };
        let fetched = || facts.repository.filter(|name| self.allows(&[format!("hf:{name}")])).map(|_| Standing::Allowed);
        self.by_content(&files, around.side_cars).or_else(|| claimed(&files, &claims())).or_else(fetched).unwrap_or_else(|| self.by_word(&facts, &files))
    }

    /// The entry that names these tensors by name, type and shape.
    fn alike(&self, files: &[&Artifact]) -> Option<&'a Entry<ModelEntry>> {
        self.most_hits(files, &[DigestKind::Header]).map(|(entry, _)| entry)
    }

    /// Some file has a registered digest: all have, or the rest drifted.
    fn by_content(&self, files: &[&Artifact], side_cars: &[&'a Entry<ModelEntry>]) -> Option<Standing<'a>> {
        let kinds = [DigestKind::Sha256, DigestKind::Md5];
        let beside = side_cars.iter().map(|entry| (*entry, files.iter().filter(|file| holds(entry, file)).count())).filter(|(_, hits)| *hits > 0);
        let (entry, _) = beside.chain(self.most_hits(files, &kinds)).max_by_key(|(_, hits)| *hits)?;
        let comparable: Vec<_> = files.iter().filter(|file| comparable(entry, file)).collect();
        let known = |file: &Artifact| holds(entry, file) || written(file, &kinds).any(|digest| self.by_digest.contains_key(digest.as_str()));
        let strange = comparable.iter().filter(|file| !known(file)).count();
        let rung = if files.len() > 1 { Rung::FileSet } else { Rung::Digest };
        let here: BTreeSet<String> = files.iter().flat_map(|file| written(file, &kinds)).collect();
        let complete = content(entry).all(|digest| here.contains(digest));
        Some(match strange {
            0 => Standing::Registered { entry, rung },
            files if complete => Standing::More { entry, files },
            files => Standing::Drift { entry, rung, files, of: comparable.len() },
        })
    }

    /// The entry that names most of these files by a digest of these kinds; of equals the first.
    fn most_hits(&self, files: &[&Artifact], kinds: &[DigestKind]) -> Option<(&'a Entry<ModelEntry>, usize)> {
        let mut hits: BTreeMap<usize, usize> = BTreeMap::new();
        for digest in files.iter().flat_map(|file| written(file, kinds)) {
            for index in self.by_digest.get(digest.as_str()).into_iter().flatten() {
                *hits.entry(*index).or_default() += 1;
            }
        }
        let (index, count) = hits.into_iter().rev().max_by_key(|(_, count)| *count)?;
        Some((self.entry(index)?, count))
    }

    fn by_identifier(&self, facts: &Facts<'_>) -> Vec<Claim<'a>> {
        let entries = facts.identifiers.iter().filter_map(|identifier| self.by_identifier.get(identifier)).flatten();
        let commit = facts.repository.zip(facts.commit).and_then(|(name, commit)| self.referred(&format!("hf:{name}@{commit}")));
        let repository = commit.or_else(|| self.referred(&format!("hf:{}", facts.repository?)));
        entries.filter_map(|index| self.entry(*index)).chain(repository).map(|entry| (entry, Rung::Identifier)).collect()
    }

    fn by_version(&self, facts: &Facts<'_>) -> Vec<Claim<'a>> {
        let Some((name, version)) = facts.name.zip(facts.version) else { return Vec::new() };
        let same = |entry: &&Entry<ModelEntry>| entry.value.version.as_deref().is_some_and(|known| same_version(known, version));
        self.named(name).filter(same).map(|entry| (entry, Rung::NameAndVersion)).collect()
    }

    /// What words alone tell: a name, or a base; and after them the same structure under other bytes.
    fn by_word(&self, facts: &Facts<'_>, files: &[&Artifact]) -> Standing<'a> {
        if let Some(entry) = facts.name.and_then(|name| self.named(name).next()) {
            return Standing::NameOnly { entry };
        }
        let kind = Kinship::of(facts.relation, facts.bases.len());
        let entry = facts.bases.iter().find_map(|base| self.base(base));
        let derived = |base: &str, kind, entry| Standing::Derived(Derived { base: base.to_owned(), kind, chain: Vec::new(), entry });
        match (facts.bases.first(), facts.relation, self.alike(files)) {
            (Some(base), ..) => derived(base, kind, entry),
            (None, _, Some(entry)) => derived(&entry.value.title(), Kinship::Structure, Some(entry)),
            (None, Some(_), None) => derived("another model", kind, None),
            (None, None, None) => Standing::Unknown,
        }
    }

    /// The entry of a base, by its name or as a reference to a hub.
    pub(in crate::reconcile) fn base(&self, base: &str) -> Option<&'a Entry<ModelEntry>> {
        let name = base.split_once('@').map_or(base, |(name, _)| name);
        self.named(name).next().or_else(|| self.referred(name)).or_else(|| self.referred(&format!("hf:{name}")))
    }
}

/// The first claim that the bytes do not contradict; else the first that they do.
fn claimed<'a>(files: &[&Artifact], claims: &[Claim<'a>]) -> Option<Standing<'a>> {
    let (entry, rung) = claims.iter().find(|(entry, _)| contradictions(entry, files) == 0).or(claims.first())?;
    Some(match contradictions(entry, files) {
        0 => Standing::Registered { entry, rung: *rung },
        strange => Standing::Drift { entry, rung: *rung, files: strange, of: files.len() },
    })
}

/// A folder or a glob may hold more than the registered model: a file with other bytes is another file when the registered bytes are here as well.
/// At a location that names this very file, other bytes are drift.
fn is_another(entry: &Entry<ModelEntry>, address: &str, files: &[&Artifact], present: &BTreeSet<String>) -> bool {
    let exact = || locations(entry).iter().any(|location| location == address);
    contradictions(entry, files) > 0 && content(entry).all(|digest| present.contains(digest)) && !exact()
}

/// The content digests that an entry names.
fn content(entry: &Entry<ModelEntry>) -> impl Iterator<Item = &String> {
    entry.value.digests.iter().filter(|digest| !digest.starts_with("header:"))
}

/// Files whose content is known and is not what the entry names.
fn contradictions(entry: &Entry<ModelEntry>, files: &[&Artifact]) -> usize {
    files.iter().filter(|file| comparable(entry, file) && !holds(entry, file)).count()
}

/// `sha256:…`, as entries write it.
fn written<'f>(file: &'f Artifact, kinds: &'f [DigestKind]) -> impl Iterator<Item = String> + 'f {
    file.digests.iter().filter(|digest| kinds.contains(&digest.kind)).map(text)
}

pub(in crate::reconcile) fn text(digest: &Digest) -> String {
    let kind = match digest.kind {
        DigestKind::Sha256 => "sha256",
        DigestKind::Md5 => "md5",
        DigestKind::Header => "header",
    };
    format!("{kind}:{}", digest.hex)
}

/// The entry names the content of this file.
fn holds(entry: &Entry<ModelEntry>, file: &Artifact) -> bool {
    written(file, &[DigestKind::Sha256, DigestKind::Md5]).any(|digest| entry.value.digests.contains(&digest))
}

/// Entry and file have content digests of one kind, so that they can disagree.
fn comparable(entry: &Entry<ModelEntry>, file: &Artifact) -> bool {
    let kinds = [(DigestKind::Sha256, "sha256:"), (DigestKind::Md5, "md5:")];
    let both =
        |(kind, prefix): (DigestKind, &str)| file.digests.iter().any(|d| d.kind == kind) && entry.value.digests.iter().any(|digest| digest.starts_with(prefix));
    kinds.into_iter().any(both)
}

fn same_version(a: &str, b: &str) -> bool {
    let plain = |version: &str| version.trim().trim_start_matches(['v', 'V']).to_ascii_lowercase();
    plain(a) == plain(b)
}

/// What the parts of a bundle say together.
struct Facts<'b> {
    name: Option<&'b str>,
    version: Option<&'b str>,
    bases: Vec<&'b str>,
    relation: Option<&'b str>,
    identifiers: Vec<&'b str>,
    /// Where a hub's cache says that it came from.
    repository: Option<&'b str>,
    commit: Option<&'b str>,
}

/// Facts that name one artifact and no other, as the tools that wrote it number them.
const IDENTIFIERS: [&str; 7] = ["model_id", "model_uuid", "run_id", "uuid", "guid", "model_guid", "serialization_id"];
/// What is shorter names too much.
const IDENTIFIER_LENGTH: usize = 8;

impl<'b> Facts<'b> {
    fn of(parts: &[Part<'b>]) -> Self {
        // What holds the model knows better than the card beside it.
        let ordered = || parts.iter().filter(|part| is_content(part.artifact)).chain(parts.iter().filter(|part| !is_content(part.artifact)));
        let fact = |name: &str| ordered().find_map(|part| part.artifact.facts.get(name)).map(String::as_str).filter(|text| !text.trim().is_empty());
        let adapter = parts.iter().any(|part| part.artifact.role == "adapter").then_some("adapter");
        let repository = fact("repository");
        // A model that was saved as it was fetched names itself as its base.
        let bases: Vec<_> = ordered().flat_map(|part| &part.artifact.bases).map(String::as_str).filter(|base| repository != Some(*base)).collect();
        Self {
            // Libraries write the name of the base where the name of the model belongs.
            name: fact("name").filter(|name| !bases.contains(name)),
            version: fact("version"),
            bases,
            relation: ordered().find_map(|part| part.artifact.relation.as_deref()).or(adapter),
            repository,
            commit: fact("commit"),
            identifiers: IDENTIFIERS.iter().filter_map(|name| fact(name)).filter(|value| value.len() >= IDENTIFIER_LENGTH).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Declared, Place, Registrations};

    fn digest(c: char) -> Digest {
        Digest { kind: DigestKind::Sha256, hex: c.to_string().repeat(64) }
    }

    fn header(c: char) -> Digest {
        Digest { kind: DigestKind::Header, ..digest(c) }
    }

    fn entry(name: &str, digests: &[Digest], more: impl FnOnce(&mut ModelEntry)) -> Entry<ModelEntry> {
        let mut value = ModelEntry { name: name.into(), version: Some("1".into()), digests: digests.iter().map(text).collect(), ..ModelEntry::default() };
        more(&mut value);
        Entry { declared: Declared { file: "r.yaml".into(), line: 1 }, value }
    }

    fn file(digests: &[Digest], name: &str) -> Artifact {
        let facts = if name.is_empty() { BTreeMap::new() } else { [("name", name), ("version", "v1")].map(|(k, v)| (k.to_owned(), v.to_owned())).into() };
        Artifact { role: "weights".into(), digests: digests.to_vec(), facts, ..Artifact::default() }
    }

    /// The standing in a word, and the name of the entry.
    fn stands(models: Vec<Entry<ModelEntry>>, files: &[Artifact], side_cars: &[Entry<ModelEntry>], address: &str) -> String {
        let allow = vec![Entry { declared: Declared::default(), value: "hf:open/*".to_owned() }];
        let registrations = Registrations { models, allow, ..Registrations::default() };
        let place = Place::default();
        let bundle = Bundle { root: String::new(), parts: files.iter().map(|artifact| Part { place: &place, artifact }).collect() };
        let ladder = Ladder::new(&registrations);
        let beside: Vec<_> = side_cars.iter().collect();
        let around = Around { side_cars: &beside, addresses: &[address.to_owned()], present: &[text(&digest('p'))].into() };
        match ladder.standing(&bundle, &around) {
            Standing::Registered { entry, rung } => format!("{} by {rung:?}", entry.value.name),
            Standing::Drift { entry, rung, files, of } => format!("{} drifts by {rung:?}: {files} of {of}", entry.value.name),
            Standing::More { entry, files } => format!("{} and {files} more", entry.value.name),
            Standing::NameOnly { entry } => format!("{} by name", entry.value.name),
            Standing::Derived(Derived { base, kind, entry, .. }) => format!("{} of {base}, entered {}", kind.words(), entry.is_some()),
            Standing::Allowed => "allowed".to_owned(),
            Standing::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn content_is_the_strongest_rung() {
        let churn = || vec![entry("churn", &[digest('a'), digest('b')], |_| {}), entry("other", &[digest('a')], |_| {})];
        assert_eq!(stands(churn(), &[file(&[digest('a')], "fraud")], &[], ""), "churn by Digest");
        assert_eq!(stands(churn(), &[file(&[digest('a')], ""), file(&[digest('b')], "")], &[], ""), "churn by FileSet");
        assert_eq!(stands(churn(), &[file(&[digest('a')], ""), file(&[digest('c')], "")], &[], ""), "churn drifts by FileSet: 1 of 2");
        assert_eq!(stands(churn(), &[file(&[digest('a')], ""), file(&[digest('b')], ""), file(&[digest('c')], "")], &[], ""), "churn and 1 more");
        assert_eq!(stands(churn(), &[file(&[digest('c')], "")], &[], ""), "unknown");
    }

    #[test]
    fn weaker_rungs_hold_until_the_bytes_disagree() {
        let at = |digests: &[Digest]| vec![entry("churn", digests, |entry| entry.locations.push("w/*.pt".into()))];
        assert_eq!(stands(at(&[]), &[file(&[digest('c')], "")], &[], "w/a.pt"), "churn by Location");
        assert_eq!(stands(at(&[digest('a')]), &[file(&[], "")], &[], "w/a.pt"), "churn by Location");
        assert_eq!(stands(at(&[digest('a')]), &[file(&[digest('c')], "")], &[], "w/a.pt"), "churn drifts by Location: 1 of 1");
        assert_eq!(stands(at(&[digest('a')]), &[file(&[digest('c')], "Churn")], &[], "x"), "churn drifts by NameAndVersion: 1 of 1");
        assert_eq!(stands(at(&[header('h')]), &[file(&[digest('c'), header('h')], "")], &[], "x"), "churn by Header");
        assert_eq!(stands(at(&[header('h'), digest('a')]), &[file(&[digest('c'), header('h')], "")], &[], "x"), "same structure of churn 1, entered true");
    }

    #[test]
    fn an_identifier_inside_leads_to_the_entry_that_lists_it() {
        let listed = |digests: &[Digest]| vec![entry("churn", digests, |entry| entry.references.push("mlflow:m-0123456789".into()))];
        let logged = |id: &str| Artifact { facts: [("model_id".to_owned(), id.to_owned())].into(), ..file(&[digest('c')], "") };
        assert_eq!(stands(listed(&[]), &[logged("m-0123456789")], &[], ""), "churn by Identifier");
        assert_eq!(stands(listed(&[digest('a')]), &[logged("m-0123456789")], &[], ""), "churn drifts by Identifier: 1 of 1");
        assert_eq!(stands(listed(&[]), &[logged("m-9")], &[], ""), "unknown");
    }

    #[test]
    fn what_a_hub_cache_holds_goes_by_the_name_of_its_repository() {
        let cached =
            |name: &str| Artifact { facts: [("repository".to_owned(), name.to_owned())].into(), bases: vec![name.to_owned()], ..file(&[digest('c')], "") };
        let listed = || vec![entry("churn", &[], |entry| entry.references.push("hf:org/churn".into()))];
        assert_eq!(stands(listed(), &[cached("org/churn")], &[], ""), "churn by Identifier");
        assert_eq!(stands(listed(), &[cached("open/x")], &[], ""), "allowed");
        assert_eq!(stands(listed(), &[cached("other/x")], &[], ""), "unknown");
    }

    #[test]
    fn a_name_that_is_the_base_is_no_name() {
        let tuned = Artifact { facts: [("name".to_owned(), "churn".to_owned())].into(), bases: vec!["churn".to_owned()], ..file(&[digest('c')], "") };
        assert_eq!(stands(vec![entry("churn", &[], |_| {})], &[tuned], &[], ""), "derivative of churn, entered true");
    }

    #[test]
    fn of_two_versions_in_one_place_the_one_that_agrees_is_meant() {
        let version = |name: &str, c: char| entry(name, &[digest(c)], |entry| entry.locations.push("w/**".into()));
        assert_eq!(
            stands(vec![version("a", 'a'), entry("b", &[], |entry| entry.locations.push("w/**".into()))], &[file(&[digest('c')], "")], &[], "w/x"),
            "b by Location"
        );
        assert_eq!(stands(vec![version("a", 'a'), version("b", 'b')], &[file(&[digest('b')], "")], &[], "w/x"), "b by Digest");
    }

    #[test]
    fn another_file_in_a_registered_folder_is_not_drift_while_the_registered_bytes_are_here() {
        let at = |location: &str, c: char| vec![entry("churn", &[digest(c)], |entry| entry.locations.push(location.into()))];
        assert_eq!(stands(at("w/", 'p'), &[file(&[digest('c')], "")], &[], "w/other.pt"), "unknown");
        assert_eq!(stands(at("w/", 'a'), &[file(&[digest('c')], "")], &[], "w/other.pt"), "churn drifts by Location: 1 of 1");
        assert_eq!(stands(at("w/m.pt", 'p'), &[file(&[digest('c')], "")], &[], "w/m.pt"), "churn drifts by Location: 1 of 1");
    }

    #[test]
    fn a_side_car_is_an_entry_and_can_be_contradicted() {
        let beside = |c: char| [entry("churn", &[digest(c)], |_| {})];
        assert_eq!(stands(vec![], &[file(&[digest('a')], "")], &beside('a'), ""), "churn by Digest");
        assert_eq!(stands(vec![], &[file(&[digest('c')], "")], &beside('a'), ""), "churn drifts by SideCar: 1 of 1");
        assert_eq!(stands(vec![], &[file(&[], "")], &beside('a'), ""), "churn by SideCar");
    }

    #[test]
    fn words_alone_prove_nothing() {
        let churn = || vec![entry("churn", &[], |entry| entry.version = Some("2".into()))];
        assert_eq!(stands(churn(), &[file(&[], "churn")], &[], ""), "churn by name");
        let base = |base: &str| Artifact { bases: vec![base.into()], ..file(&[], "") };
        assert_eq!(stands(churn(), &[base("churn@main")], &[], ""), "derivative of churn@main, entered true");
        assert_eq!(stands(churn(), &[base("org/x")], &[], ""), "derivative of org/x, entered false");
        assert_eq!(stands(churn(), &[Artifact { role: "adapter".into(), ..file(&[], "") }], &[], ""), "adapter of another model, entered false");
    }
}
