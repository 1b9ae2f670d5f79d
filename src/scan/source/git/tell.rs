//! From what objects hold to observations: at which path, since which commit and until which one each piece of evidence lay there.

use std::collections::BTreeMap;

use super::history::{CommitNo, Commits, Files, Spot};
use super::objects::{Buffers, Kind, Number, Objects};
use super::stay::{Stay, stays};
use super::sweep::{self, Finds};
use super::wanted::Wanted;
use crate::domain::{Blob, Commit, Content, History, Observation, Origin, Trouble, encode_uri};
use crate::scan::{Held, Reader, Scratch, Work, redact};

/// Versions of files, and what of their evidence is to be told with each.
type Versions = BTreeMap<(Number, Vec<u8>), Vec<(u32, Option<Stay>)>>;

/// Reads the versions that introduced something, and says what.
pub(super) struct Teller<'t> {
    work: Work<'t>,
    objects: &'t Objects,
    commits: &'t Commits,
    /// What the commit that is checked out has.
    head: Files<'t>,
    /// Commits as they were told before.
    told: BTreeMap<CommitNo, Commit>,
    scratch: Scratch,
    observations: Vec<Observation>,
    troubles: Vec<Trouble>,
}

impl<'t> Teller<'t> {
    /// `head` is the root tree of the commit that is checked out.
    pub(super) fn new(work: Work<'t>, objects: &'t Objects, commits: &'t Commits, head: Option<Number>) -> Self {
        let head = Files::new(objects, head);
        Self { work, objects, commits, head, told: BTreeMap::new(), scratch: Scratch::default(), observations: Vec::new(), troubles: Vec::new() }
    }

    /// Everything that was found below wanted paths, each piece of evidence once a path, as it stood in the commit that introduced it.
    pub(super) fn tell(mut self, finds: &Finds, spots: &BTreeMap<Number, Vec<Spot>>, wanted: &Wanted) -> (Vec<Observation>, Vec<Trouble>) {
        let mut buffers = Buffers::default();
        for ((object, path), told) in self.versions(finds, spots, wanted) {
            match self.objects.read(object, &mut buffers) {
                Ok(bytes) => self.version(object, &path, &told, &bytes, finds),
                Err(error) => self.troubles.push(sweep::trouble(self.work.unit, &self.objects.id(object), &error)),
            }
        }
        (self.observations, self.troubles)
    }

    fn versions(&self, finds: &Finds, spots: &BTreeMap<Number, Vec<Spot>>, wanted: &Wanted) -> Versions {
        let mut versions = Versions::new();
        for ((path, held), stay) in stays(finds, spots, &|path| wanted.wants(path)) {
            versions.entry((stay.object, path)).or_default().push((held, Some(stay)));
        }
        for (object, held) in finds.objects.iter().filter(|(object, _)| !spots.contains_key(object)) {
            let path = self.place_without_tree(*object);
            if wanted.wants(&path) {
                let stay = self.commits.of(*object).map(|commit| Stay::of_message(*object, commit, commit >= self.commits.reached()));
                versions.insert((*object, path), held.iter().map(|held| (*held, stay.clone())).collect());
            }
        }
        versions
    }

    /// Reads a version at its path, and keeps of what is seen there what is to be told.
    fn version(&mut self, object: Number, path: &[u8], told: &[(u32, Option<Stay>)], bytes: &[u8], finds: &Finds) {
        let first = told.iter().find_map(|(_, stay)| Some(stay.as_ref()?.first));
        let revision = first.map(|first| self.objects.id(self.commits.object(first)).to_string());
        let origin = Origin { target: self.work.unit.origin.target, scheme: "git".into(), uri: encode_uri(path), revision };
        let mut reader = Reader::of(self.work, &mut self.scratch);
        reader.blob(&Blob::of_unit(&origin, Content::Whole(sweep::text(self.objects.kind(object).unwrap_or(Kind::Blob), bytes))));
        for mut observation in reader.into_shard().observations {
            let held = Held::of(&observation);
            if let Some((_, stay)) = told.iter().find(|(number, _)| finds.held[*number as usize] == held) {
                observation.place.history = stay.as_ref().map(|stay| Box::new(self.history(stay, path)));
                self.observations.push(observation);
            }
        }
    }

    fn history(&mut self, stay: &Stay, path: &[u8]) -> History {
        History {
            first: self.commit(stay.first),
            last: self.commit(stay.last),
            removed: stay.removed.map(|removed| self.commit(removed)),
            in_head: stay.in_head,
            unreachable: stay.unreachable,
            path_in_head: self.head.has(path),
        }
    }

    /// A commit, its author without secrets.
    fn commit(&mut self, number: CommitNo) -> Commit {
        let told = self.told.entry(number).or_insert_with(|| {
            let mut commit = self.commits.described(number, self.objects);
            commit.by = redact::line(&commit.by, &mut self.scratch);
            commit
        });
        told.clone()
    }

    /// Commits and tags have no path, nor have blobs that no tree holds: they are named by where git keeps them.
    fn place_without_tree(&self, object: Number) -> Vec<u8> {
        let id = self.objects.id(object).to_string();
        let path = match self.objects.kind(object) {
            Some(Kind::Commit) => format!(".git/commits/{id}"),
            Some(Kind::Tag) => format!(".git/tags/{id}"),
            _ => sweep::object_path(&id),
        };
        path.into_bytes()
    }
}
