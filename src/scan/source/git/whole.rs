//! The whole history as one unit: what an earlier run has kept of this very state, or else every object.

use std::io;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::cache::{Cache, Scope};
use super::history::{Commits, Names, places, submodules, tree};
use super::objects::Objects;
use super::repository::Repository;
use super::sweep::Sweep;
use super::tell::Teller;
use super::wanted::Wanted;
use crate::domain::{Observation, Secret, Target, Trouble};
use crate::scan::{Reader, Work};

/// All that is told of a repository; what the cache keeps of its state.
#[derive(Default, Serialize, Deserialize)]
struct Told {
    observations: Vec<Observation>,
    troubles: Vec<Trouble>,
    /// What is wrong with the repository rather than with one object.
    messages: Vec<String>,
    /// Other repositories that the commit that is checked out refers to; they are targets of their own.
    submodules: usize,
}

pub(super) fn read(
    repository: &Repository,
    objects: &Objects,
    wanted: &Wanted,
    target: &Target,
    reader: &mut Reader<'_>,
    trouble: &mut dyn FnMut(String),
) -> io::Result<()> {
    let work = reader.work();
    let cache = cache(work);
    let state = state(repository, objects, wanted, target, work);
    let kept = cache.state(&state).and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let told: Told = match kept {
        Some(told) => told,
        None => {
            let told = anew(repository, objects, wanted, work, &cache);
            cache.keep_state(&state, &serde_json::to_vec(&told)?);
            told
        }
    };
    cache.commit();
    if !cache.notes().is_empty() {
        reader.hide("cache-unusable");
    }
    told.messages.into_iter().for_each(trouble);
    (0..told.submodules).for_each(|_| reader.hide("submodule"));
    reader.absorb(told.observations, told.troubles);
    reader.count(objects.len() as u64, objects.bytes());
    Ok(())
}

/// Looks at every object, and traces what was found.
fn anew(repository: &Repository, objects: &Objects, wanted: &Wanted, work: Work<'_>, cache: &Cache) -> Told {
    let mut told = Told::default();
    let trouble = &mut |message| told.messages.push(message);
    let names = Names::read(objects, work.options.threads, trouble);
    let finds = Sweep { work, objects, names: &names, cache }.run();
    drop(names);
    let head = repository.head.commit().and_then(|id| tree(objects, &id));
    told.submodules = head.map_or(0, |head| submodules(objects, head).len());
    if !finds.objects.is_empty() {
        let commits = Commits::read(objects, repository, work.options.threads, trouble);
        let places = places(objects, &commits, &finds.objects.keys().copied().collect(), head, work.options.threads, trouble);
        if !places.cut.is_empty() {
            trouble(format!("{} blobs with finds lie at more than 64 paths each; some of these are left out", places.cut.len()));
        }
        let teller = Teller::new(work, objects, &commits, head);
        (told.observations, told.troubles) = teller.tell(&finds, &places.spots, wanted);
    }
    told.troubles.extend(finds.troubles);
    told.observations.sort();
    told.troubles.sort();
    told
}

/// The cache of this run; results depend on the rules and on what the user may turn.
fn cache(work: Work<'_>) -> Cache {
    let Some(place) = &work.options.cache else { return Cache::none() };
    let key = Secret::new(b"heliodon/cache/v1").trace(0, true, work.options.trace_key.as_ref()).id;
    let said = format!("{} {} {:?} {:?} {key:?}", work.plan.version, work.plan.rules, work.plan.wanted, work.options.budgets);
    Cache::open(&place.directory, Scope(Sha256::digest(said).into()), place.limit)
}

/// Everything that the unit's result depends on: objects, refs, and what is left out.
fn state(repository: &Repository, objects: &Objects, wanted: &Wanted, target: &Target, work: Work<'_>) -> [u8; 32] {
    let mut digest = Sha256::new();
    objects.digest(&mut |bytes| digest.update(bytes));
    let said = (&repository.refs, &repository.head, &repository.shallow, &target.start, &work.plan.excludes, work.unit.origin.target, &wanted.ignored.text);
    digest.update(format!("{said:?}"));
    digest.finalize().into()
}
