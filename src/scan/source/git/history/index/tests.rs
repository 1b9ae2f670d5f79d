use std::collections::BTreeSet;

use super::super::super::testing::Made;
use super::*;

fn lines(said: &str) -> BTreeSet<(String, String)> {
    let path = |line: &str| line.split_once('\t').map(|(_, path)| path.to_owned());
    let id = |line: &str| line.split([' ', '\t']).find(|word| word.len() >= 40).map(str::to_owned);
    said.lines().filter(|line| !line.starts_with("160000")).filter_map(|line| path(line).zip(id(line))).collect()
}

/// Holds what is staged against git; gives it.
fn check(made: &Made) -> BTreeSet<(String, String)> {
    let repository = Repository::open(&made.path(), &mut |trouble| panic!("{trouble}")).expect("a repository");
    let (objects, commits) = made.read(&made.path());
    let head = repository.head.commit().and_then(|head| commits.tree(commits.of(objects.find(&head)?)?));
    let staged = staged(&repository, &objects, head, &mut |trouble| panic!("{trouble}")).expect("an index");
    let staged: BTreeSet<_> = staged.into_iter().map(|staged| (String::from_utf8(staged.path).expect("ASCII"), staged.blob.to_string())).collect();
    let committed = if head.is_some() { lines(&made.git(&["ls-tree", "-r", "HEAD"])) } else { BTreeSet::new() };
    let empty = made.git_fed(&["hash-object", "--stdin"], "");
    let index = lines(&made.git(&["ls-files", "-s"]));
    assert_eq!(staged, index.into_iter().filter(|entry| !committed.contains(entry) && entry.1 != empty).collect());
    staged
}

fn filled(flags: &[&str]) -> Made {
    let made = Made::with(flags);
    let files: Vec<String> = (0..40).map(|file| format!("d{}/e{}/file{file}.txt", file % 3, file % 5)).collect();
    made.commit(&files.iter().map(|path| (path.as_str(), "1")).chain([("d", "a file"), ("z", "last")]).collect::<Vec<_>>());
    made
}

fn stage(made: &Made, number: u32) {
    for path in ["d0/e0/file0.txt", "d0/e0/more/new.txt", "d0.txt", "new/a/b"] {
        made.write(path, &format!("{path} {number}"));
    }
    made.git(&["add", "-A"]);
    made.git(&["rm", "-q", "--cached", "z"]);
    made.write("intended", "later");
    made.git(&["add", "-N", "intended"]);
}

#[test]
fn what_is_staged_is_what_git_shows() {
    for flags in [&[][..], &["--object-format=sha256"]] {
        let made = filled(flags);
        assert!(check(&made).is_empty());
        stage(&made, 1);
        for version in ["2", "3", "4"] {
            made.git(&["update-index", "--index-version", version]);
            assert_eq!(check(&made).len(), 4);
        }
    }
    let made = Made::new();
    assert!(check(&made).is_empty());
    made.write("first", "1");
    made.git(&["add", "first"]);
    assert_eq!(check(&made).len(), 1);
}

#[test]
fn conflicts_submodules_and_sparse_checkouts() {
    let made = filled(&[]);
    made.git(&["checkout", "-q", "-b", "side"]);
    made.commit(&[("d", "side"), ("both", "side")]);
    made.git(&["checkout", "-q", "main"]);
    made.commit(&[("d", "main"), ("both", "main")]);
    made.try_git(&made.path(), &["merge", "side"]);
    assert_eq!(check(&made).len(), 3);
    made.git(&["merge", "--abort"]);
    made.git(&["submodule", "--quiet", "add", &format!("file://{}", made.path().display()), "sub"]);
    assert_eq!(check(&made).into_iter().map(|(path, _)| path).collect::<Vec<_>>(), [".gitmodules"]);
    made.commit(&[]);
    made.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "d0"]);
    made.git(&["reset", "-q", "--soft", "side"]);
    assert!(made.git(&["ls-files", "-s", "--sparse"]).contains("d1/\n") || made.git(&["ls-files", "--sparse"]).contains("d1/"));
    assert_eq!(check(&made).len(), 3);
}

#[test]
fn a_split_index_is_read_with_what_it_shares() {
    let made = filled(&[]);
    stage(&made, 1);
    made.git(&["update-index", "--split-index"]);
    made.write("d0/late", "late");
    made.git(&["add", "d0/late"]);
    assert_eq!(check(&made).len(), 5);
    made.write("d0.txt", "replaced");
    made.git(&["add", "d0.txt"]);
    made.git(&["rm", "-q", "-f", "new/a/b"]);
    made.git(&["rm", "-q", "-r", "d1"]);
    assert_eq!(check(&made).len(), 4);
    let shared = fs::read_dir(made.path().join(".git")).expect("a directory").flatten();
    assert!(shared.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with("sharedindex.")));
}

#[test]
fn a_damaged_index_is_named() {
    let made = filled(&[]);
    stage(&made, 1);
    let path = made.path().join(".git/index");
    for flag in ["--index-version=2", "--index-version=4", "--split-index"] {
        made.git(&["update-index", flag]);
        let whole = fs::read(&path).expect("an index");
        for at in 0..whole.len() {
            drop(read(&whole[..at], Hash::Sha1));
            let mut bytes = whole.clone();
            bytes[at] ^= 0xff;
            drop(read(&bytes, Hash::Sha1));
        }
    }
    fs::write(&path, b"DIRC\0\0\0\x09\0\0\0\0").expect("files can be written");
    let repository = Repository::open(&made.path(), &mut |trouble| panic!("{trouble}")).expect("a repository");
    let (objects, _) = made.read(&made.path());
    let error = staged(&repository, &objects, None, &mut |trouble| panic!("{trouble}")).expect_err("an unknown version");
    assert_eq!(error.to_string(), format!("{}: is no index, or is damaged", path.display()));
}
