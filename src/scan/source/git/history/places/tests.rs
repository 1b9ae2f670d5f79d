use std::collections::{BTreeMap, BTreeSet};

use super::super::super::objects::{Id, Kind};
use super::super::super::testing::{Chance, Made};
use super::*;

/// All places as `git ls-tree` of every commit shows them: blob → path → commits.
fn shown(made: &Made, objects: &Objects, commits: &Commits) -> BTreeMap<Number, BTreeMap<Vec<u8>, BTreeSet<CommitNo>>> {
    let mut shown: BTreeMap<Number, BTreeMap<Vec<u8>, BTreeSet<CommitNo>>> = BTreeMap::new();
    for commit in 0..commits.len() {
        for line in made.git(&["ls-tree", "-r", &objects.id(commits.object(commit)).to_string()]).lines() {
            let (head, path) = line.split_once('\t').expect("a path");
            if let Some(blob) = head.split(' ').nth(2).and_then(|id| objects.find(&Id::from_hex(id.as_bytes())?)) {
                shown.entry(blob).or_default().entry(path.as_bytes().to_vec()).or_default().insert(commit);
            }
        }
    }
    shown
}

fn expected(commits: &Commits, path: &[u8], at: &BTreeSet<CommitNo>, head: Option<CommitNo>) -> Spot {
    let reached = commits.reached();
    let first = *at.first().expect("some commit");
    let unreachable = first >= reached;
    let last = at.iter().copied().filter(|commit| unreachable || *commit < reached).max().expect("some commit");
    let removed = commits.children(last).iter().copied().filter(|child| unreachable || *child < reached).min();
    assert!(removed.is_none_or(|child| !at.contains(&child)), "the commit that removed it has it");
    Spot { path: path.to_vec(), first, last, removed, in_head: head.is_some_and(|head| at.contains(&head)), unreachable }
}

/// Holds the places of all blobs against git.
fn check(made: &Made) -> (Objects, Commits, Places) {
    let (objects, commits) = made.read(&made.path());
    let head = Id::from_hex(made.git(&["rev-parse", "HEAD"]).as_bytes()).and_then(|id| commits.of(objects.find(&id)?));
    let wanted = (0..objects.len() as Number).filter(|number| objects.kind(*number) == Some(Kind::Blob)).collect();
    let places = places(&objects, &commits, &wanted, head.and_then(|head| commits.tree(head)), 2, &mut |trouble| panic!("{trouble}"));
    let shown = shown(made, &objects, &commits);
    assert_eq!(places.spots.keys().collect::<Vec<_>>(), shown.keys().collect::<Vec<_>>());
    for (blob, paths) in shown {
        let mut all: Vec<Spot> = paths.iter().map(|(path, at)| expected(&commits, path, at, head)).collect();
        all.sort_by(|a, b| (a.first, &a.path).cmp(&(b.first, &b.path)));
        assert_eq!(places.spots[&blob], all);
    }
    assert!(places.cut.is_empty());
    (objects, commits, places)
}

#[test]
fn merges_moves_copies_and_what_was_left_behind() {
    let made = Made::new();
    made.commit(&[("a/b/one", "1"), ("two", "2"), ("keep", "k")]);
    made.git(&["checkout", "-q", "-b", "side"]);
    made.commit(&[("a/b/one", "side"), ("copy/one", "1")]);
    made.git(&["checkout", "-q", "main"]);
    made.commit(&[("a/b/one", "main")]);
    made.try_git(&made.path(), &["merge", "side"]);
    made.commit(&[("a/b/one", "only in the merge"), ("new", "also only there")]);
    made.git(&["mv", "a", "moved"]);
    made.commit(&[]);
    made.git(&["rm", "-q", "two"]);
    made.commit(&[]);
    made.commit(&[("two", "2")]);
    for branch in ["x", "y"] {
        made.git(&["checkout", "-q", "-b", branch, "main"]);
        made.commit(&[(branch, branch)]);
    }
    made.git(&["checkout", "-q", "main"]);
    made.git(&["merge", "-q", "--no-edit", "x", "y"]);
    // Pushed by force: known to the log alone.
    let left = made.commit(&[("secret", "left behind"), ("keep", "also left behind")]);
    made.git(&["reset", "-q", "--hard", "HEAD~"]);
    made.set_clock(1_500_000_000);
    made.commit(&[("late", "with an early date")]);
    made.git(&["notes", "add", "-m", "a note"]);
    made.write("keep", "stashed");
    made.write("untracked", "stashed too");
    made.git(&["stash", "-q", "-u"]);
    made.git(&["hash-object", "-w", "--no-filters", "keep"]);
    check(&made);
    made.git(&["repack", "-q", "-adf", "--depth=50"]);
    let (objects, _, places) = check(&made);
    let lost = objects.find(&Id::from_hex(made.git(&["rev-parse", &format!("{left}:secret")]).as_bytes()).expect("an id")).expect("a blob");
    assert!(places.spots[&lost][0].unreachable && !places.spots[&lost][0].in_head);
}

#[test]
fn any_small_history_is_placed_as_git_shows_it() {
    for seed in 0..12 {
        let made = Made::new();
        made.random(&mut Chance(seed), 24);
        check(&made);
    }
}

#[test]
fn many_paths_are_cut_and_a_bomb_of_trees_ends() {
    let made = Made::new();
    let files: Vec<(String, &str)> = (0..70).map(|file| (format!("f{file:02}"), "same")).collect();
    made.commit(&files.iter().map(|(path, text)| (path.as_str(), *text)).collect::<Vec<_>>());
    let mut tree = made.git(&["rev-parse", "HEAD^{tree}"]);
    for _ in 0..30 {
        let entries: String = (0..10).map(|name| format!("040000 tree {tree}\t{name}\n")).collect();
        tree = made.git_fed(&["mktree"], &entries);
    }
    let commit = made.git(&["commit-tree", "-m", "bomb", &tree]);
    made.git(&["branch", "bomb", &commit]);
    let (objects, commits) = made.read(&made.path());
    let wanted: BTreeSet<Number> = (0..objects.len() as Number).filter(|number| objects.kind(*number) == Some(Kind::Blob)).collect();
    let places = places(&objects, &commits, &wanted, None, 2, &mut |trouble| panic!("{trouble}"));
    assert_eq!(places.cut, wanted);
    assert_eq!(places.spots.values().map(Vec::len).collect::<Vec<_>>(), [MOST_PATHS]);
}
