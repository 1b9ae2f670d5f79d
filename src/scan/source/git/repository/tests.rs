use super::super::testing::Made;
use super::*;

fn open(path: &Path) -> Repository {
    let mut troubles = Vec::new();
    let repository = Repository::open(path, &mut |trouble| troubles.push(trouble)).expect("a repository");
    assert_eq!(troubles, [] as [&str; 0]);
    repository
}

/// Refs as git lists them, without those of worktrees and older entries of the stash.
fn listed(made: &Made, path: &Path) -> BTreeMap<String, String> {
    let said = made.git_in(path, &["for-each-ref", "--format=%(objectname) %(refname)"]);
    said.lines().filter_map(|line| line.split_once(' ')).map(|(id, name)| (name.to_owned(), id.to_owned())).collect()
}

fn shared_refs(repository: &Repository) -> BTreeMap<String, String> {
    let shared = repository.refs.iter().filter(|(name, _)| !name.starts_with("worktrees/") && !name.contains('@'));
    shared.map(|(name, id)| (name.clone(), id.to_string())).collect()
}

#[test]
fn refs_are_those_that_git_lists() {
    let made = Made::new();
    let first = made.commit(&[("a", "1")]);
    made.git(&["tag", "-a", "v1", "-m", "one"]);
    made.git(&["branch", "side/deep"]);
    made.git(&["notes", "add", "-m", "seen"]);
    made.git(&["pack-refs", "--all"]);
    let second = made.commit(&[("a", "2")]);
    made.git(&["symbolic-ref", "refs/heads/link", "refs/heads/main"]);
    made.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone"]);
    for text in ["3", "4"] {
        made.write("a", text);
        made.git(&["stash", "-q"]);
    }
    let repository = open(&made.path());
    assert_eq!(shared_refs(&repository), listed(&made, &made.path()));
    for name in ["stash@{0}", "stash@{1}", "main", "v1", "HEAD", "side/deep", "heads/main", "refs/notes/commits", "ORIG_HEAD"] {
        let (there, said) = made.try_git(&made.path(), &["rev-parse", "-q", "--verify", name]);
        assert_eq!(repository.named(name).map(|id| id.to_string()), there.then_some(said), "{name}");
    }
    assert_ne!(first, second);
    assert_eq!(repository.head, Head::Branch("refs/heads/main".into(), Id::from_hex(second.as_bytes())));
    assert_eq!((repository.hash, repository.partial, repository.shallow.len()), (Hash::Sha1, false, 0));
}

#[test]
fn a_repository_is_found_in_each_of_its_forms() {
    let made = Made::new();
    let bare = made.beside("bare.git");
    assert_eq!(open(&made.path()).described(), domain::Repository { branch: Some("main".into()), ..Default::default() });
    let first = made.commit(&[("a", "1")]);
    let linked = made.beside("linked");
    made.git(&["worktree", "add", "-q", "--detach", &linked.to_string_lossy()]);
    made.git(&["clone", "-q", "--bare", ".", &bare.to_string_lossy()]);
    made.git(&["submodule", "--quiet", "add", &format!("file://{}", bare.display()), "sub"]);

    let repository = open(&linked);
    assert_eq!(repository.head, Head::Detached(Id::from_hex(first.as_bytes()).expect("an id")));
    assert_eq!((repository.worktree, repository.common.canonicalize().ok()), (Some(linked.clone()), made.path().join(".git").canonicalize().ok()));
    assert!(repository.refs.contains_key("worktrees/linked/HEAD"));
    let repository = open(&bare);
    assert_eq!((repository.worktree, repository.head.commit()), (None, Id::from_hex(first.as_bytes())));
    let repository = open(&made.path().join("sub"));
    assert_eq!(repository.head.commit(), Id::from_hex(first.as_bytes()));
    assert_eq!(open(&made.path().join(".git")).refs, open(&made.path()).refs);
}

#[test]
fn what_is_missing_and_where_it_came_from_is_said() {
    let made = Made::new();
    for text in ["1", "2", "3"] {
        made.commit(&[("a", text)]);
    }
    made.git(&["config", "uploadpack.allowFilter", "true"]);
    let address = format!("file://{}", made.path().display());
    let (shallow, partial) = (made.beside("shallow"), made.beside("partial"));
    made.git(&["clone", "-q", "--depth=1", &address, &shallow.to_string_lossy()]);
    made.git(&["clone", "-q", "--filter=blob:none", &address, &partial.to_string_lossy()]);
    let repository = open(&shallow);
    assert_eq!((repository.shallow, repository.partial), ([repository.head.commit().expect("a commit")].into(), false));
    assert_eq!(repository.remote, None);
    made.git_in(&shallow, &["remote", "set-url", "origin", "me@host.example:a/b.git"]);
    assert_eq!(open(&shallow).described().remote.as_deref(), Some("ssh://host.example/a/b.git"));
    assert!(open(&partial).described().partial);
}

#[test]
fn other_hashes_are_told_apart() {
    let made = Made::with(&["--object-format=sha256"]);
    let first = made.commit(&[("a", "1")]);
    assert_eq!((open(&made.path()).hash, open(&made.path()).described().head), (Hash::Sha256, Some(first)));
}

#[test]
fn what_is_malformed_is_named_and_the_rest_is_read() {
    let made = Made::new();
    made.commit(&[("a", "1")]);
    let git = made.path().join(".git");
    for (file, bytes) in [("packed-refs", &b"# pack\nabc\n"[..]), ("refs/heads/broken", b"\xff\x00"), ("shallow", b"x\n"), ("refs/heads/x.lock", b"")] {
        fs::write(git.join(file), bytes).expect("files can be written");
    }
    let config = fs::read_to_string(git.join("config")).expect("a file");
    fs::write(git.join("config"), format!("= 1\n{config}")).expect("files can be written");
    let mut troubles = Vec::new();
    let repository = Repository::open(&made.path(), &mut |trouble| troubles.push(trouble)).expect("a repository");
    let file = |name: &str, message: &str| format!("{}: {message}", git.join(name).display());
    let told = [
        file("config", "line 1 is no setting"),
        file("packed-refs", "line 2 is no ref"),
        file("refs/heads/broken", "is no ref"),
        file("shallow", "line 1 is no commit"),
    ];
    assert_eq!(troubles, told);
    assert!(repository.refs.contains_key("refs/heads/main"));
    fs::write(git.join("HEAD"), "ref:").expect("files can be written");
    let error = Repository::open(&made.path(), &mut drop).expect_err("no HEAD").to_string();
    assert_eq!(error, file("HEAD", "names neither a branch nor a commit"));
    assert!(Repository::open(&made.path().join(".git/refs"), &mut drop).is_err());
}
