use std::collections::BTreeSet;

use super::super::super::testing::Made;
use super::*;

/// The commits of a repository, held against git: which there are, which refs reach, parents, order.
fn checked(made: &Made, path: &std::path::Path) -> (Objects, Commits) {
    let (objects, commits) = made.read(path);
    let id = |commit: &CommitNo| objects.id(commits.object(*commit)).to_string();
    let lines = |said: String| said.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let listed = made.git_in(path, &["cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)"]);
    let all: BTreeSet<String> = listed.lines().filter_map(|line| line.strip_prefix("commit ")).map(str::to_owned).collect();
    assert_eq!((0..commits.len()).map(|commit| id(&commit)).collect::<BTreeSet<_>>(), all);
    let stash = lines(made.try_git(path, &["reflog", "show", "--format=%H", "refs/stash"]).1).into_iter().filter(|id| all.contains(id));
    let tips: Vec<String> = ["--all".to_owned(), "HEAD".to_owned()].into_iter().chain(stash).collect();
    let arguments: Vec<&str> = ["rev-list", "--parents"].into_iter().chain(tips.iter().map(String::as_str)).collect();
    let said = |commit: CommitNo| [commit].iter().chain(commits.parents(commit)).map(id).collect::<Vec<_>>().join(" ");
    assert_eq!((0..commits.reached()).map(said).collect::<BTreeSet<_>>(), lines(made.git_in(path, &arguments)));
    for commit in 0..commits.len() {
        assert!(commits.parents(commit).iter().all(|parent| *parent < commit && commits.children(*parent).contains(&commit)));
        assert_eq!(commits.of(commits.object(commit)), Some(commit));
        let shown = made.git_in(path, &["show", "-s", "--format=%T %at %ct %an <%ae>", &id(&commit)]);
        let described = commits.described(commit, &objects);
        let tree = commits.tree(commit).map(|tree| objects.id(tree).to_string()).expect("a tree");
        assert_eq!(format!("{tree} {} {} {}", described.at.as_second(), commits.committed(commit), described.by), shown);
    }
    (objects, commits)
}

#[test]
fn every_commit_is_numbered_after_its_parents() {
    let made = Made::new();
    for text in ["1", "2"] {
        made.commit(&[("a", text)]);
    }
    for side in ["x", "y", "z"] {
        made.git(&["checkout", "-q", "-b", side, "main"]);
        made.commit(&[(side, "1")]);
    }
    made.git(&["checkout", "-q", "main"]);
    made.git(&["merge", "-q", "--no-edit", "x", "y", "z"]);
    made.git(&["tag", "-a", "v1", "-m", "one", "x"]);
    made.git(&["tag", "-a", "v2", "-m", "two", "v1"]);
    made.git(&["branch", "-D", "x", "-q"]);
    made.git(&["notes", "add", "-m", "seen"]);
    made.write("a", "stashed");
    made.git(&["stash", "-q"]);
    made.write("a", "stashed again");
    made.git(&["stash", "-q"]);
    // A clock that was set back, and a commit that nothing holds any more.
    made.set_clock(1_600_000_000);
    made.commit(&[("a", "3")]);
    made.commit(&[("a", "4")]);
    made.git(&["reset", "-q", "--hard", "HEAD~"]);
    let (_, commits) = checked(&made, &made.path());
    assert_eq!(commits.len(), commits.reached() + 1);
}

#[test]
fn what_a_clone_left_out_is_cut_off() {
    let made = Made::new();
    for text in ["1", "2", "3"] {
        made.commit(&[("a", text)]);
    }
    let shallow = made.beside("shallow");
    made.git(&["clone", "-q", "--depth=2", &format!("file://{}", made.path().display()), &shallow.to_string_lossy()]);
    let (_, commits) = checked(&made, &shallow);
    assert_eq!((0..2).map(|commit| commits.is_cut(commit)).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn circles_are_told_and_broken() {
    let node = |object| Node { object, tree: None, authored: 0, committed: i64::from(object), author: 0, is_cut: false };
    let nodes: Vec<Node> = (0..4).map(node).collect();
    let made = Made::new();
    for text in ["1", "2"] {
        made.commit(&[("a", text)]);
    }
    let (objects, _) = made.read(&made.path());
    // 0 and 1 are each other's parents; 2 has 1 twice, 3 has itself.
    let raw = RawCommits { nodes, parents: vec![(0, 1), (1, 0), (2, 1), (2, 1), (3, 3)], people: Vec::new() };
    let mut troubles = Vec::new();
    let commits = raw.ordered(&objects, &[2], &mut |trouble| troubles.push(trouble));
    assert_eq!((commits.len(), commits.reached(), troubles.len()), (4, 3, 1));
    assert_eq!((0..4).map(|commit| commits.object(commit)).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!((commits.parents(1), commits.children(1), commits.parents(3)), (&[0][..], &[2][..], &[][..]));
}
