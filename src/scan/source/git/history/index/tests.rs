use std::fs;

use super::super::super::objects::Hash;
use super::super::super::testing::Made;
use super::*;

fn ours(path: &Path, index: Option<&Path>) -> Result<Vec<Staged>, Error> {
    let repository = Repository::open(path, &mut |trouble| panic!("{trouble}")).expect("a repository");
    let objects = Objects::open(&repository.objects, repository.hash, &mut |trouble| panic!("{trouble}")).expect("objects");
    staged(&objects, &repository, index, &mut |trouble| panic!("{trouble}"))
}

fn told(staged: Vec<Staged>) -> BTreeSet<String> {
    staged.into_iter().map(|staged| format!("{:06o} {} {}", staged.mode, staged.blob, String::from_utf8_lossy(&staged.path))).collect()
}

/// Mode, id and path of what git says is staged.
fn gits(made: &Made) -> BTreeSet<String> {
    let said = made.git(&["-c", "core.quotePath=false", "diff", "--cached", "--raw", "--no-abbrev", "--no-renames"]);
    let mut found = BTreeSet::new();
    for line in said.lines() {
        let (head, path) = line.split_once('\t').expect("a path");
        let words: Vec<&str> = head.split(' ').collect();
        let is_same_kind = words[0][1..4] == words[1][..3];
        let is_content = !["D", "U"].contains(&words[4]) && words[1] != "160000" && !(words[2] == words[3] && is_same_kind);
        found.extend(is_content.then(|| format!("{} {} {path}", words[1], words[3])));
    }
    found
}

fn agrees(made: &Made) -> usize {
    let ours = told(ours(&made.path(), None).expect("an index"));
    assert_eq!(ours, gits(made));
    ours.len()
}

fn filled(made: &Made) {
    let long = "long/".repeat(30) + &"x".repeat(200);
    for (path, text) in [("a", "1"), ("d/a", "1"), ("d/e/b", "2"), ("d/e/c", "3"), ("d-e", "4"), ("é ö", "5"), (&long, "6")] {
        made.write(path, text);
    }
}

#[test]
fn staged_files_are_those_that_git_shows() {
    for flags in [&[][..], &["--object-format=sha256"]] {
        for version in ["2", "3", "4"] {
            let made = Made::with(flags);
            assert_eq!(told(ours(&made.path(), None).expect("no index")), BTreeSet::new());
            made.git(&["config", "index.version", version]);
            filled(&made);
            made.git(&["add", "-A"]);
            // Nothing is committed yet.
            let all = made.git(&["ls-files", "-s"]).lines().count();
            assert_eq!(ours(&made.path(), None).expect("an index").len(), all);
            made.commit(&[]);
            assert_eq!(agrees(&made), 0);
            made.write("announced", "7");
            made.git(&["add", "--intent-to-add", "announced"]);
            assert_eq!(agrees(&made), 0);
            made.write("d/e/b", "changed");
            made.write("new/f", "8");
            made.git(&["add", "d", "new"]);
            made.write("d/e/b", "changed, and not staged");
            made.git(&["rm", "-q", "--cached", "a"]);
            made.git(&["update-index", "--chmod=+x", "d/a"]);
            made.git(&["update-index", "--skip-worktree", "d-e"]);
            made.git(&["mv", "d/e/c", "moved"]);
            let head = made.git(&["rev-parse", "HEAD"]);
            made.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},sub")]);
            // Longer than an entry can say.
            let blob = made.git(&["rev-parse", ":moved"]);
            made.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{blob},{}", "deep/".repeat(900) + "g")]);
            assert_eq!(agrees(&made), 4);
            assert_eq!(fs::read(made.path().join(".git/index")).expect("an index")[7], version.parse::<u8>().map_or(0, |version| version.max(3)));
            made.git(&["write-tree"]);
            assert_eq!(agrees(&made), 4);
        }
    }
}

#[test]
fn every_side_of_a_conflict_counts() {
    let made = Made::new();
    made.commit(&[("a", "1")]);
    made.git(&["checkout", "-q", "-b", "side"]);
    made.commit(&[("a", "2")]);
    made.git(&["checkout", "-q", "main"]);
    made.commit(&[("a", "3")]);
    assert!(!made.try_git(&made.path(), &["merge", "side"]).0);
    let unmerged = made.git(&["ls-files", "-s"]);
    let side = |stage: &str| unmerged.lines().find(|line| line.contains(&format!(" {stage}\t"))).map(|line| line[..47].to_owned() + " a").expect("a side");
    assert_eq!(told(ours(&made.path(), None).expect("an index")), [side("1"), side("3")].into());
}

#[test]
fn other_indexes_are_read_or_refused_by_name() {
    let made = Made::new();
    filled(&made);
    made.commit(&[]);
    let other = made.path().join(".git/other");
    fs::copy(made.path().join(".git/index"), &other).expect("files can be copied");
    made.write("a", "changed");
    made.git(&["add", "a"]);
    assert_eq!((ours(&made.path(), Some(&other)).expect("an index").len(), agrees(&made)), (0, 1));
    made.git(&["update-index", "--split-index"]);
    let error = ours(&made.path(), None).expect_err("a split index").to_string();
    assert!(error.ends_with(".git/index: the index is split over several files; `git update-index --no-split-index` makes it one"), "{error}");
    assert!(ours(&made.path(), Some(&made.path())).is_err() && ours(&made.path(), Some(Path::new("/none"))).is_err());
    made.git(&["update-index", "--no-split-index"]);
    made.git(&["commit", "-qm", "x"]);
    // Directories outside of a sparse checkout are one entry each.
    made.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "long"]);
    assert!(made.git(&["ls-files", "--sparse"]).contains("d/"));
    assert_eq!(agrees(&made), 0);
    let before = made.git(&["commit-tree", "-m", "x", &made.git(&["mktree", "--missing"])]);
    made.git(&["update-ref", "HEAD", &before]);
    let repository = Repository::open(&made.path(), &mut |trouble| panic!("{trouble}")).expect("a repository");
    assert_eq!(repository.hash, Hash::Sha1);
    assert_eq!(told(ours(&made.path(), None).expect("an index")), gits(&made));
}

#[test]
fn no_bytes_make_the_reader_panic() {
    let made = Made::new();
    filled(&made);
    made.git(&["add", "-A"]);
    made.git(&["write-tree"]);
    for version in ["2", "4"] {
        made.git(&["update-index", "--index-version", version]);
        let whole = fs::read(made.path().join(".git/index")).expect("an index");
        assert!(read::index(&whole, Hash::Sha1).is_ok_and(|index| index.entries.len() == 7 && index.trees.contains_key(&b"d/e"[..])));
        for end in 0..whole.len() {
            let _ = read::index(&whole[..end], Hash::Sha1);
        }
        let mut state = 1_u64;
        let mut dice = |end: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % end
        };
        for _ in 0..20_000 {
            let mut bytes = whole.clone();
            for _ in 0..=dice(3) {
                let at = dice(bytes.len());
                bytes[at] = [0, 0xff, 0x80, dice(256) as u8][dice(4)];
            }
            let _ = read::index(&bytes, Hash::Sha1);
        }
    }
}
