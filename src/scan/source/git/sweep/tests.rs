//! What a sweep finds along the deltas is what a full look at every object finds.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::cache::Cache;
use super::super::history::Names;
use super::super::objects::{Buffers, Kind, Number, Objects};
use super::super::repository::Repository;
use super::super::testing::Made;
use super::{Sweep, text};
use crate::domain::{Blob, Content, Origin, PlanHead, Unit, encode_uri};
use crate::scan::examples::{Random, example};
use crate::scan::{Held, Options, Reader, Scratch, Work};

/// What each object holds.
type Holdings = BTreeMap<Number, Vec<Held>>;

/// What is found along the deltas and in full; and how many objects there are.
fn both(path: &Path) -> (Holdings, Holdings, usize) {
    let repository = Repository::open(path, &mut |message| panic!("{message}")).expect("a repository");
    let objects = Objects::open(&repository.objects, repository.hash, &mut |message| panic!("{message}")).expect("its objects");
    let names = Names::read(&objects, 2, &mut |message| panic!("{message}"));
    let plan = PlanHead {
        version: String::new(),
        rules: String::new(),
        targets: Vec::new(),
        wanted: Default::default(),
        reach: Default::default(),
        excludes: Vec::new(),
    };
    let unit = Unit { number: 0, origin: Origin { scheme: "git".into(), ..Origin::default() }, size: None };
    let options = Options { threads: 2, ..Options::default() };
    let work = Work { unit: &unit, plan: &plan, options: &options };
    let finds = Sweep { work, objects: &objects, names: &names, cache: &Cache::none() }.run();
    let along = finds.objects.iter().map(|(object, held)| (*object, sorted(held.iter().map(|held| finds.held[*held as usize].clone()).collect()))).collect();
    (along, in_full(work, &objects, &names), objects.len())
}

fn in_full(work: Work<'_>, objects: &Objects, names: &Names) -> Holdings {
    let (mut scratch, mut buffers) = (Scratch::default(), Buffers::default());
    let mut all = BTreeMap::new();
    for number in 0..objects.len() as Number {
        let Some(kind) = objects.kind(number).filter(|kind| *kind != Kind::Tree) else { continue };
        let Ok(bytes) = objects.read(number, &mut buffers) else { continue };
        let origin = Origin { uri: encode_uri(names.of(number)), ..work.unit.origin.clone() };
        let mut reader = Reader::of(work, &mut scratch);
        reader.blob(&Blob::of_unit(&origin, Content::Whole(text(kind, &bytes))));
        let held = sorted(reader.into_shard().observations.iter().map(Held::of).collect());
        if !held.is_empty() {
            all.insert(number, held);
        }
    }
    all
}

fn sorted(mut held: Vec<Held>) -> Vec<Held> {
    held.sort();
    held.dedup();
    held
}

/// Lines that mean nothing, with examples of rules among them.
fn lines(random: &mut Random, count: usize) -> Vec<String> {
    (0..count)
        .map(|_| if random.below(12) == 0 { example(random) } else { format!("let value{} = compute({});", random.below(900), random.below(9000)) })
        .collect()
}

#[test]
fn along_the_deltas_and_in_full_the_same_is_found() {
    let (made, mut random) = (Made::new(), Random(5));
    let mut files: Vec<Vec<String>> = (0..4).map(|_| lines(&mut random, 120)).collect();
    for _ in 0..40 {
        let file = random.below(files.len());
        for _ in 0..1 + random.below(3) {
            let at = random.below(files[file].len());
            match random.below(4) {
                0 => drop(files[file].remove(at)),
                1 => files[file][at].push_str(" # changed"),
                2 => {
                    let moved = files[file].remove(at);
                    files[file].push(moved);
                }
                _ => files[file].splice(at..at, lines(&mut random, 2)).for_each(drop),
            }
        }
        let name = ["a.py", "b.env", "c.yaml", "notes.md"][file];
        made.commit(&[(name, &files[file].join("\n"))]);
    }
    made.git(&["repack", "-a", "-d", "-q", "-f", "--depth=50"]);
    let (along, full, _) = both(&made.path());
    assert!(full.len() > 30, "{} objects hold something", full.len());
    assert_eq!(along, full);
}

/// By hand: `HELIODON_REPOSITORY=PATH cargo test --release --lib whole_repository -- --ignored --nocapture`.
#[test]
#[ignore = "needs a repository"]
fn whole_repository() {
    let path = std::env::var("HELIODON_REPOSITORY").expect("HELIODON_REPOSITORY names a repository");
    let (along, full, objects) = both(Path::new(&path));
    let differing: Vec<_> = full.keys().chain(along.keys()).filter(|number| full.get(number) != along.get(number)).collect();
    #[expect(clippy::print_stdout, reason = "asked for by hand")]
    {
        println!("{objects} objects, {} hold something; {} differ", full.len(), differing.len());
    }
    assert!(differing.is_empty());
}
