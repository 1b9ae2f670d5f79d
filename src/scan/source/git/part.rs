//! A part of the history: what some commits bring in, or what the next one would. Nothing else is read, so that a hook feels instant.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;

use super::history::{Asked, CommitNo, Set, brought, range, staged};
use super::objects::{Buffers, Id, Kind, Number, Objects};
use super::repository::Repository;
use super::sweep;
use super::wanted::Wanted;
use crate::domain::{Blob, Content, History, Origin, Range, encode_uri};
use crate::scan::Reader;

/// Reads the part that the plan names: a range of commits, branches, or the index.
pub(super) fn read(repository: &Repository, objects: &Objects, wanted: &Wanted, reader: &mut Reader<'_>, trouble: &mut dyn FnMut(String)) -> io::Result<()> {
    let reach = &reader.work().plan.reach;
    let mut part = Part { objects, wanted, buffers: Buffers::default(), missing: 0 };
    let asked = match &reach.range {
        Range::Staged => {
            let staged = staged(objects, repository, reach.index.as_deref(), trouble).map_err(io::Error::other)?;
            staged.iter().for_each(|file| part.staged(&file.path, &file.blob, reader));
            part.tell(trouble);
            return Ok(());
        }
        Range::Since(text) => Asked::Since(text),
        Range::Commits { tips, known, known_refs } => Asked::Commits { tips, known, known_refs },
        Range::All | Range::Nothing => Asked::Commits { tips: &reach.branches, known: &[], known_refs: &[] },
    };
    let set = range(objects, repository, asked, &reach.branches, Timestamp::now(), trouble).map_err(io::Error::other)?;
    part.commits(&set, reader, trouble);
    part.tell(trouble);
    Ok(())
}

struct Part<'p> {
    objects: &'p Objects,
    wanted: &'p Wanted,
    buffers: Buffers,
    missing: usize,
}

impl Part<'_> {
    fn staged(&mut self, path: &[u8], blob: &Id, reader: &mut Reader<'_>) {
        match self.objects.find(blob) {
            Some(number) if self.wanted.wants(path) => {
                let origin = Origin { scheme: "file".into(), uri: encode_uri(path), ..reader.work().unit.origin.clone() };
                self.object(number, Kind::Blob, &origin, reader);
            }
            Some(_) => {}
            None => self.missing += 1,
        }
    }

    /// What commits bring in, and what they say.
    fn commits(&mut self, set: &Set, reader: &mut Reader<'_>, trouble: &mut dyn FnMut(String)) {
        let bringing = brought(self.objects, set, trouble);
        self.missing += bringing.missing;
        if !bringing.cut.is_empty() {
            trouble(format!("{} folders lie at more than 64 paths each; some of these are left out", bringing.cut.len()));
        }
        let mut firsts: BTreeMap<CommitNo, History> = BTreeMap::new();
        for brought in bringing.all.iter().filter(|brought| self.wanted.wants(&brought.path)) {
            let history = brought.commit.map(|commit| firsts.entry(commit).or_insert_with(|| history(set, commit, self.objects)).clone());
            let path = if brought.path.is_empty() { sweep::object_path(&self.objects.id(brought.blob).to_string()).into_bytes() } else { brought.path.clone() };
            self.at(brought.blob, Kind::Blob, &path, history, reader);
        }
        for commit in 0..set.len() {
            let number = set.object(commit);
            let path = format!(".git/commits/{}", self.objects.id(number));
            self.at(number, Kind::Commit, path.as_bytes(), Some(history(set, commit, self.objects)), reader);
        }
        for tag in set.apart().iter().filter(|number| self.objects.kind(**number) == Some(Kind::Tag)) {
            self.at(*tag, Kind::Tag, format!(".git/tags/{}", self.objects.id(*tag)).as_bytes(), None, reader);
        }
    }

    /// One object at its path, with what is known of its time.
    fn at(&mut self, number: Number, kind: Kind, path: &[u8], history: Option<History>, reader: &mut Reader<'_>) {
        let revision = history.as_ref().map(|history| history.first.id.clone());
        let origin = Origin { uri: encode_uri(path), revision, ..reader.work().unit.origin.clone() };
        reader.dated(history.as_ref(), |reader| self.object(number, kind, &origin, reader));
    }

    fn object(&mut self, number: Number, kind: Kind, origin: &Origin, reader: &mut Reader<'_>) {
        match self.objects.read(number, &mut self.buffers) {
            Ok(bytes) => reader.blob(&Blob::of_unit(origin, Content::Whole(sweep::text(kind, &bytes)))),
            Err(error) => reader.trouble(sweep::trouble(reader.work().unit, &self.objects.id(number), &error)),
        }
    }

    fn tell(&self, trouble: &mut dyn FnMut(String)) {
        if self.missing > 0 {
            trouble(format!("{} objects of the range are not in the repository; they were not read", self.missing));
        }
    }
}

/// A commit of the range brought it in; until when it stayed was not asked.
fn history(set: &Set, commit: CommitNo, objects: &Objects) -> History {
    let commit = set.described(commit, objects);
    History { first: commit.clone(), last: commit, ..History::default() }
}
