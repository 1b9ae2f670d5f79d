use super::super::super::testing::Made;
use super::*;

fn opened(made: &Made) -> (Objects, Repository) {
    let repository = Repository::open(&made.path(), &mut |trouble| panic!("{trouble}")).expect("a repository");
    let objects = Objects::open(&repository.objects, repository.hash, &mut |trouble| panic!("{trouble}")).expect("objects");
    (objects, repository)
}

fn said(made: &Made, revision: &str) -> String {
    let (objects, repository) = opened(made);
    match commit(&objects, &repository, revision) {
        Ok(number) => objects.id(number).to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn revisions_are_those_that_git_means() {
    for flags in [&[][..], &["--object-format=sha256"]] {
        let made = Made::with(flags);
        let first = made.commit(&[("a", "1")]);
        made.git(&["tag", "-a", "v1-rc", "-m", "one"]);
        made.git(&["tag", "-a", "v1", "-m", "one", "v1-rc"]);
        made.git(&["checkout", "-q", "-b", "side/x"]);
        made.commit(&[("b", "1")]);
        made.git(&["checkout", "-q", "main"]);
        made.commit(&[("a", "2")]);
        made.git(&["merge", "-q", "--no-edit", "side/x"]);
        made.git(&["branch", &first[..7], "side/x"]);
        made.git(&["repack", "-adq"]);
        let head = made.commit(&[("a", "3")]);
        let (objects, repository) = opened(&made);
        let tag = made.git(&["rev-parse", "v1"]);
        for revision in [
            "HEAD",
            "@",
            "main",
            "v1",
            "v1^{}",
            "v1^{commit}",
            "v1~0",
            "v1^0",
            "HEAD~",
            "HEAD~2",
            "HEAD^^2",
            "HEAD~1^2~1",
            "@~1^1",
            "side/x",
            "heads/main",
            "HEAD~9",
            "HEAD^2",
            "HEAD~1^3",
            "HEAD~99999999999999999999",
            "nothing",
            &head,
            &head[..9],
            &first[..7],
            &first[..8],
            &tag[..10],
            &head.to_uppercase(),
            "HEAD^{tree}",
            "HEAD:a",
            "",
            "~",
            "^",
            "HEAD^{",
            "é~",
            "HEAD~é",
        ] {
            let (there, gits) = made.try_git(&made.path(), &["rev-parse", "-q", "--verify", &format!("{revision}^{{commit}}")]);
            let ours = commit(&objects, &repository, revision).map(|number| objects.id(number).to_string());
            assert_eq!(ours.ok(), there.then_some(gits), "{revision}");
        }
    }
}

#[test]
fn what_is_wrong_with_a_revision_is_said() {
    let made = Made::new();
    assert_eq!(said(&made, "HEAD"), "revision `HEAD`: nothing is committed yet");
    made.commit(&[("a", "1")]);
    let blob = made.git(&["rev-parse", "HEAD:a"]);
    let cases = [
        ("mian", "there is no such branch, tag or commit; is `main` meant?"),
        ("zzz", "there is no such branch, tag or commit"),
        (&blob[..], "this is a blob, no commit"),
        (&blob[..12], "this is a blob, no commit"),
        ("HEAD~2", "history does not go back so far"),
        ("HEAD^2", "the commit has no parent of that number"),
        ("main@{upstream}", "this form is not read; names, ids, `~3`, `^2` and `^{commit}` are"),
        ("HEAD^{tree}", "this form is not read; names, ids, `~3`, `^2` and `^{commit}` are"),
        ("0123456789012345678901234567890123456789", "it is not in the repository"),
    ];
    for (revision, message) in cases {
        assert_eq!(said(&made, revision), format!("revision `{revision}`: {message}"));
    }
    // Some two of so many begin with the same four digits.
    let commit = |number: u32| format!("commit refs/heads/many\ncommitter C <c> {number} +0000\ndata 0\n\n");
    made.import(&(0..2000).map(commit).collect::<String>());
    let mut ids: Vec<String> = made.git(&["rev-list", "many"]).lines().map(str::to_owned).collect();
    ids.sort();
    let same = |pair: &&[String]| pair[0][..4] == pair[1][..4] && pair[0][..12] != pair[1][..12];
    let alone = |pair: &&[String]| ids.iter().filter(|id| id[..4] == pair[0][..4]).count() == 2;
    let pair = ids.windows(2).filter(same).find(alone).expect("2000 ids share beginnings");
    assert_eq!(said(&made, &pair[0][..4]), format!("revision `{}`: several commits begin so: {}; more digits tell them apart", &pair[0][..4], pair.join(", ")));
    assert_eq!(said(&made, &pair[0][..12]), pair[0]);
}
