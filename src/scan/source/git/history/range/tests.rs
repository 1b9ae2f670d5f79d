use std::collections::BTreeSet;

use super::super::super::testing::{Chance, Made};
use super::*;

struct Opened {
    repository: Repository,
    objects: Objects,
    commits: Commits,
}

impl Opened {
    fn new(made: &Made) -> Self {
        let (objects, commits) = made.read(&made.path());
        Self { repository: Repository::open(&made.path(), &mut |trouble| panic!("{trouble}")).expect("a repository"), objects, commits }
    }

    fn ranges(&self) -> Ranges<'_> {
        Ranges { repository: &self.repository, objects: &self.objects, commits: &self.commits }
    }

    fn ids(&self, included: &Included) -> BTreeSet<String> {
        (0..).zip(included).filter(|(_, included)| **included).map(|(commit, _)| self.objects.id(self.commits.object(commit)).to_string()).collect()
    }
}

fn lines(said: &str) -> BTreeSet<String> {
    said.lines().map(str::to_owned).collect()
}

#[test]
fn ranges_are_those_of_git() {
    for seed in 0..4 {
        let made = Made::new();
        let chance = &mut Chance(seed + 100);
        made.random(chance, 24);
        made.git(&["tag", "-a", "v1", "-m", "one", "HEAD"]);
        made.git(&["tag", "-a", "v2", "-m", "two", "v1"]);
        made.git(&["update-ref", "refs/remotes/origin/far", "HEAD"]);
        let opened = Opened::new(&made);
        let names: Vec<String> = made.git(&["for-each-ref", "--format=%(refname:short)"]).lines().map(str::to_owned).chain(["HEAD".to_owned()]).collect();
        for _ in 0..20 {
            let mut name = || {
                let name = &names[chance.below(names.len())];
                format!("{name}{}", ["", "", "", "~", "^", "~2", "^2", "^0", "~0", "^{commit}", "^^", "~1^2"][chance.below(12)])
            };
            let (a, b) = (name(), name());
            for range in [a.clone(), format!("{a}..{b}"), format!("{a}...{b}"), format!("^{a} {b}"), format!("{a}.."), format!("...{b}")] {
                let arguments: Vec<&str> = ["rev-list"].into_iter().chain(range.split(' ')).chain(["--"]).collect();
                let (there, said) = made.try_git(&made.path(), &arguments);
                match opened.ranges().range(&range) {
                    Ok(included) => assert!(there && opened.ids(&included) == lines(&said), "{range}: {said}"),
                    Err(error) => assert!(!there, "{range}: {error}"),
                }
            }
        }
        let head = made.git(&["rev-parse", "HEAD"]);
        let whole = opened.ids(&opened.ranges().range("HEAD").expect("a range"));
        for text in [&head, &head[..12], "v2", "@", "main", "heads/main", "origin/far", &made.git(&["rev-parse", "--short=12", "v2"])] {
            assert_eq!(opened.ranges().range(text).map(|included| opened.ids(&included)), Ok(whole.clone()), "{text}");
        }
        for branch in ["main", "origin/far", "far", "refs/heads/main"] {
            assert_eq!(opened.ranges().branch(branch).map(|included| opened.ids(&included)), Ok(whole.clone()), "{branch}");
        }
    }
}

#[test]
fn since_takes_a_revision_or_a_date() {
    let made = Made::new();
    made.random(&mut Chance(5), 24);
    let opened = Opened::new(&made);
    let now: Timestamp = "2023-11-16T00:00:00Z".parse().expect("a time");
    let since = |text: &str| opened.ranges().since(text, now).map(|included| opened.ids(&included));
    assert_eq!(since("HEAD"), Ok(lines(&made.git(&["rev-list", "--all", "^HEAD"]))));
    let all = made.git(&["cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)"]);
    let after = |seconds: i64| {
        let is_after = |id: &&str| made.git(&["show", "-s", "--format=%ct", id]).parse::<i64>().is_ok_and(|at| at >= seconds);
        all.lines().filter_map(|line| line.strip_prefix("commit ")).filter(is_after).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    // All commits are made on the 14th and the 15th of November 2023.
    for (text, seconds) in [
        ("2023-11-15", 1_700_006_400),
        ("2023-11-15T02:00", 1_700_013_600),
        ("2023-11-15T02:00:00+01:00", 1_700_010_000),
        ("1 day ago", 1_700_006_400),
        ("36h", 0),
    ] {
        assert_eq!(since(text), Ok(after(seconds)), "{text}");
    }
    made.git(&["branch", "2023-11-15", "HEAD"]);
    let opened = Opened::new(&made);
    assert_eq!(opened.ranges().since("2023-11-15", now).map(|included| opened.ids(&included)), since("HEAD"));
}

#[test]
fn what_is_no_range_is_named() {
    let made = Made::new();
    made.random(&mut Chance(6), 24);
    let opened = Opened::new(&made);
    let ranges = opened.ranges();
    let said = |error: Result<Included, Error>| error.expect_err("no range").to_string();
    assert_eq!(said(ranges.range("gone..HEAD~1")), "`gone` names no commit of this repository");
    assert_eq!(said(ranges.range("HEAD~99999999999999999999999")), "`HEAD~99999999999999999999999` names no commit of this repository");
    assert_eq!(said(ranges.range("HEAD^x")), "`HEAD^x` names no commit of this repository");
    assert_eq!(said(ranges.range("^HEAD")), "the range is empty; it looks like `main..HEAD`");
    assert_eq!(said(ranges.branch("HEAD")), "there is no branch `HEAD`");
    assert!(said(ranges.since("yesteryear", Timestamp::UNIX_EPOCH)).starts_with("`yesteryear` is neither a revision nor a date"));
    for text in ["~", "^", "..", "é~1", "HEAD~é", "HEAD^{", "^^", "\0"] {
        drop(ranges.range(text));
        drop(ranges.since(text, Timestamp::UNIX_EPOCH));
    }
}

#[test]
fn commits_bring_in_what_no_parent_has() {
    let made = Made::new();
    made.random(&mut Chance(7), 30);
    let opened = Opened::new(&made);
    let files = |commit: CommitNo| {
        let said = made.git(&["ls-tree", "-r", &opened.objects.id(opened.commits.object(commit)).to_string()]);
        said.lines().map(|line| (line.rsplit('\t').next().unwrap_or_default().to_owned(), line[12..52].to_owned())).collect::<BTreeSet<_>>()
    };
    for commit in 0..opened.commits.len() {
        let mut all = files(commit);
        for parent in opened.commits.parents(commit) {
            all = all.difference(&files(*parent)).cloned().collect();
        }
        let mut found = BTreeSet::new();
        brought_in(&opened.objects, &opened.commits, [commit], &mut |trouble| panic!("{trouble}"), &mut |brought| {
            let path = String::from_utf8(brought.path).expect("an ASCII path");
            assert!(found.insert((path, opened.objects.id(brought.blob).to_string())));
        });
        assert_eq!(found, all);
    }
}
