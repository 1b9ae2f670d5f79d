use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use super::super::brought::brought;
use super::*;
use crate::scan::source::git::testing::Made;

/// Numbers from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

struct Opened {
    repository: Repository,
    objects: Objects,
}

fn open(path: &Path) -> Opened {
    let repository = Repository::open(path, &mut |trouble| panic!("{trouble}")).expect("a repository");
    let objects = Objects::open(&repository.objects, repository.hash, &mut |trouble| panic!("{trouble}")).expect("objects");
    Opened { repository, objects }
}

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().expect("a time")
}

impl Opened {
    fn set(&self, asked: Asked<'_>, branches: &[&str]) -> Set {
        let branches: Vec<String> = branches.iter().map(|name| (*name).to_owned()).collect();
        range(&self.objects, &self.repository, asked, &branches, now(), &mut |trouble| panic!("{trouble}")).expect("a range")
    }

    fn ids(&self, set: &Set) -> BTreeSet<String> {
        (0..set.len()).map(|commit| self.objects.id(set.object(commit)).to_string()).collect()
    }

    fn between(&self, tips: &[&str], known: &[&str], known_refs: &[&str]) -> Set {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        self.set(Asked::Commits { tips: &owned(tips), known: &owned(known), known_refs: &owned(known_refs) }, &[])
    }

    /// (path, blob) by the commit that brings it.
    fn bringing(&self, set: &Set) -> BTreeMap<String, BTreeSet<(String, String)>> {
        let mut by_commit: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
        let bringing = brought(&self.objects, set, &mut |trouble| panic!("{trouble}"));
        assert_eq!((bringing.missing, bringing.cut.len()), (0, 0));
        for brought in bringing.all {
            let commit = brought.commit.map_or(String::new(), |commit| set.described(commit, &self.objects).id);
            let path = String::from_utf8_lossy(&brought.path).into_owned();
            assert!(by_commit.entry(commit).or_default().insert((path, self.objects.id(brought.blob).to_string())));
        }
        by_commit
    }
}

fn lines(said: &str) -> BTreeSet<String> {
    said.lines().map(str::to_owned).collect()
}

/// Branches `b0`, `b1`, … of a random history: merges of up to three, files that change and vanish and become directories, clocks set wrong.
fn random(made: &Made, dice: &mut Dice, commits: u64, skew: u64) {
    let mut stream = String::new();
    for number in 0..commits {
        let date = 1_700_000_000 + number * 100 + dice.below(skew + 1) - skew / 2;
        let (mut parents, is_root) = (BTreeSet::new(), number == 0 || dice.below(12) == 0);
        for _ in 0..if is_root { 0 } else { [1, 1, 1, 2, 3][dice.below(5) as usize] } {
            parents.insert(number - 1 - dice.below(number.min(6)));
        }
        let _ = writeln!(stream, "reset refs/heads/b{number}\n\ncommit refs/heads/b{number}\nmark :{}", number + 1);
        let _ = writeln!(stream, "committer C <c@example.com> {date} +0000\ndata 0");
        for (at, parent) in parents.iter().enumerate() {
            let _ = writeln!(stream, "{} :{}", if at == 0 { "from" } else { "merge" }, parent + 1);
        }
        for _ in 0..=dice.below(3) {
            let path = ["a", "a.b", "d/a", "d/e/f", "d/e/g", "x/y/z"][dice.below(6) as usize];
            match dice.below(6) {
                0 => drop(writeln!(stream, "D {}", path.split('/').next().unwrap_or(path))),
                1 => drop(writeln!(stream, "M 100644 inline d\ndata 1\n{}", dice.below(4))),
                _ => drop(writeln!(stream, "M {} inline {path}\ndata 1\n{}", ["100644", "100755", "120000"][dice.below(3) as usize], dice.below(4))),
            }
        }
        stream.push('\n');
    }
    made.import(&stream);
}

/// What `git diff-tree` says that a commit has and none of its parents has.
fn gits_bringing(made: &Made, commit: &str) -> BTreeSet<(String, String)> {
    let said = made.git(&["diff-tree", "-r", "-m", "--root", "--raw", "--no-abbrev", "--no-renames", commit]);
    let parents = made.git(&["rev-list", "--parents", "-n1", commit]).split(' ').count().saturating_sub(1).max(1);
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in said.lines().filter_map(|line| line.strip_prefix(':')) {
        let (head, path) = line.split_once('\t').expect("a path");
        let words: Vec<&str> = head.split(' ').collect();
        if words[4] != "D" && words[2] != words[3] {
            *counts.entry((path.to_owned(), words[3].to_owned())).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(_, count)| *count == parents).map(|(found, _)| found).collect()
}

#[test]
fn ranges_are_those_of_rev_list_and_bring_what_diff_tree_shows() {
    for (seed, skew) in [(1, 0), (2, 50), (3, 2000), (4, 100_000), (5, 400), (6, 100_000)] {
        let (made, mut dice) = (Made::new(), Dice(seed));
        random(&made, &mut dice, 40, skew);
        let opened = open(&made.path());
        let mut all = BTreeMap::new();
        for _ in 0..12 {
            let mut some = |most: u64| (0..dice.below(most)).map(|_| format!("b{}", dice.below(40))).collect::<Vec<String>>();
            let (mut tips, known) = (some(3), some(4));
            tips.push("b39".to_owned());
            let refs: Vec<&str> = tips.iter().map(String::as_str).collect();
            let set = opened.between(&refs, &known.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
            let not: Vec<String> = known.iter().map(|name| format!("^{name}")).collect();
            let arguments: Vec<&str> = ["rev-list"].into_iter().chain(refs).chain(not.iter().map(String::as_str)).collect();
            assert_eq!(opened.ids(&set), lines(&made.git(&arguments)), "{seed}: {arguments:?}");
            let ranks: BTreeMap<Number, u32> = (0..set.len()).map(|commit| (set.object(commit), commit)).collect();
            for (number, commit) in set.commits() {
                assert!(commit.parents.iter().all(|parent| ranks.get(parent).is_none_or(|parent| *parent < number)));
            }
            // Each blob at each path is told with the first commit alone.
            let (mut seen, mut expected) = (BTreeSet::new(), BTreeMap::new());
            for commit in (0..set.len()).map(|commit| set.described(commit, &opened.objects).id) {
                let found = all.entry(commit.clone()).or_insert_with(|| gits_bringing(&made, &commit));
                let first: BTreeSet<(String, String)> = found.iter().filter(|found| seen.insert((*found).clone())).cloned().collect();
                if !first.is_empty() {
                    expected.insert(commit, first);
                }
            }
            assert_eq!(opened.bringing(&set), expected, "{seed}: {arguments:?}");
        }
        assert_eq!(opened.ids(&opened.between(&["b39"], &[], &["refs/heads/b3"])), lines(""));
        let (dated, time) = (1_700_002_000, "2023-11-14T22:46:40Z");
        let since = opened.ids(&opened.set(Asked::Since(time), &[]));
        assert_eq!(since, lines(&made.git(&["rev-list", "--all", &format!("--since-as-filter={dated}")])));
        assert_eq!(opened.ids(&opened.set(Asked::Since("b20"), &[])), lines(&made.git(&["rev-list", "--all", "^b20"])));
        assert_eq!(opened.ids(&opened.set(Asked::Since("b20"), &["b30", "heads/b33"])), lines(&made.git(&["rev-list", "b30", "b33", "^b20"])));
    }
}

#[test]
fn what_only_a_merge_introduces_is_brought_by_it() {
    let made = Made::new();
    made.commit(&[("a", "1")]);
    made.git(&["checkout", "-q", "-b", "side"]);
    made.commit(&[("b", "2")]);
    made.git(&["checkout", "-q", "main"]);
    let before = made.commit(&[("c", "3")]);
    made.git(&["merge", "-q", "--no-commit", "--no-ff", "side"]);
    let merge = made.commit(&[("evil/d", "4")]);
    let opened = open(&made.path());
    let bringing = opened.bringing(&opened.between(&["HEAD"], &[&before, "side"], &[]));
    let blob = made.git(&["rev-parse", "HEAD:evil/d"]);
    assert_eq!(bringing, [(merge, [("evil/d".to_owned(), blob)].into())].into());
    let branches = ["side".to_owned()];
    let tips = ["main".to_owned()];
    let asked = Asked::Commits { tips: &tips, known: &[], known_refs: &[] };
    let set = range(&opened.objects, &opened.repository, asked, &branches, now(), &mut |trouble| panic!("{trouble}")).expect("a range");
    assert_eq!(opened.ids(&set), lines(&made.git(&["rev-list", "side"])));
    let error = range(&opened.objects, &opened.repository, asked, &["sied".to_owned()], now(), &mut drop).expect_err("no branch").to_string();
    assert_eq!(error, "revision `sied`: there is no such branch, tag or commit; is `side` meant?");
}

#[test]
fn at_the_edge_of_a_shallow_clone_all_is_brought() {
    let made = Made::new();
    for text in ["1", "2", "3"] {
        made.commit(&[("a", "same"), ("b", text)]);
    }
    let (shallow, partial) = (made.beside("shallow"), made.beside("partial"));
    made.git(&["config", "uploadpack.allowFilter", "true"]);
    let address = format!("file://{}", made.path().display());
    made.git(&["clone", "-q", "--depth=2", &address, &shallow.to_string_lossy()]);
    made.git(&["clone", "-q", "--bare", "--filter=blob:none", &address, &partial.to_string_lossy()]);
    let opened = open(&shallow);
    let set = opened.between(&["HEAD"], &[], &[]);
    let brought: Vec<usize> = opened.bringing(&set).values().map(BTreeSet::len).collect();
    assert_eq!((set.len(), brought.iter().sum::<usize>()), (2, 3));
    let opened = open(&partial);
    let bringing = brought_of(&opened, &opened.between(&["HEAD"], &[], &[]));
    assert_eq!((bringing.all.len(), bringing.missing), (0, 4));
}

fn brought_of(opened: &Opened, set: &Set) -> super::super::brought::Bringing {
    brought(&opened.objects, set, &mut |trouble| panic!("{trouble}"))
}

#[test]
fn tags_come_with_their_commits_and_blobs_without() {
    let made = Made::new();
    let first = made.commit(&[("a", "1")]);
    made.git(&["tag", "-a", "old", "-m", "x"]);
    made.commit(&[("a", "2")]);
    made.git(&["tag", "-a", "new", "-m", "x"]);
    made.git(&["tag", "blob", &made.git(&["rev-parse", "HEAD:a"])]);
    made.git(&["tag", "tree", &made.git(&["rev-parse", "HEAD~:"])]);
    let opened = open(&made.path());
    let apart = |set: &Set| set.apart().iter().map(|number| opened.objects.id(*number).to_string()).collect::<BTreeSet<_>>();
    let of = |names: &[&str]| names.iter().map(|name| made.git(&["rev-parse", name])).collect::<BTreeSet<_>>();
    assert_eq!(apart(&opened.set(Asked::Since(&first), &[])), of(&["new", "blob", "tree"]));
    assert_eq!(apart(&opened.between(&["old", "blob"], &["main"], &[])), of(&["old", "blob"]));
    assert_eq!(apart(&opened.between(&["old", "blob"], &["main"], &["refs/tags/"])), of(&[]));
    let bringing = brought_of(&opened, &opened.between(&["tree", "blob"], &[], &[]));
    let paths: BTreeSet<(&[u8], Option<u32>)> = bringing.all.iter().map(|brought| (&brought.path[..], brought.commit)).collect();
    assert_eq!(paths, [(&b""[..], None), (&b"a"[..], None)].into());
}

/// Figures over a repository of one's own, by hand: `HELIODON_REPOSITORY=PATH HELIODON_RANGE=A..B`.
#[test]
#[ignore = "figures by hand"]
fn measure() {
    let Some(path) = std::env::var_os("HELIODON_REPOSITORY") else { return };
    let asked = std::env::var("HELIODON_RANGE").unwrap_or_else(|_| "HEAD~3..HEAD".to_owned());
    let known_refs: Vec<String> = std::env::var("HELIODON_KNOWN").into_iter().collect();
    let known_refs: Vec<&str> = known_refs.iter().map(String::as_str).collect();
    let mut out = std::io::stderr();
    let mut clock = std::time::Instant::now();
    let mut tell = |what: &str| {
        drop(std::io::Write::write_fmt(&mut out, format_args!("{what}: {:?}\n", std::mem::replace(&mut clock, std::time::Instant::now()).elapsed())))
    };
    let repository = Repository::open(Path::new(&path), &mut drop).expect("a repository");
    tell("repository");
    let objects = Objects::open(&repository.objects, repository.hash, &mut drop).expect("objects");
    let opened = Opened { repository, objects };
    tell("objects");
    let set = match asked.split_once("..") {
        Some((from, to)) => opened.between(&[to], if from.is_empty() { &[] } else { std::slice::from_ref(&from) }, &known_refs),
        None => opened.set(Asked::Since(&asked), &[]),
    };
    tell(&format!("{} commits", set.len()));
    let bringing = brought(&opened.objects, &set, &mut drop);
    tell(&format!("{} blobs, {} missing", bringing.all.len(), bringing.missing));
    if let Some(file) = std::env::var_os("HELIODON_LIST") {
        let line = |brought: &super::super::brought::Brought| format!("{} {}\n", opened.objects.id(brought.blob), String::from_utf8_lossy(&brought.path));
        std::fs::write(file, bringing.all.iter().map(line).collect::<String>()).expect("it can be written");
    }
    let staged = super::super::staged(&opened.objects, &opened.repository, None, &mut drop).map(|staged| staged.len());
    tell(&format!("staged: {staged:?}"));
}
