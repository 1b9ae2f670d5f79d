//! Hooks, with the git that is installed: written where git looks for them, taken away without a trace, and in the way of a secret.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::{github_token, heliodon, heliodon_reading, tree};

/// Git in an environment that holds nothing of the machine's configuration.
fn git_with(directory: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"]);
    command.args(arguments).current_dir(directory).env_clear().env("PATH", "/usr/bin:/bin").env("HOME", directory).env("GIT_CONFIG_NOSYSTEM", "1");
    command.envs(environment.iter().copied()).output().expect("git is installed")
}

fn git(directory: &Path, arguments: &[&str]) -> String {
    let run = git_with(directory, arguments, &[]);
    assert!(run.status.success(), "git {arguments:?}: {}", said(&run));
    said(&run)
}

fn said(run: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr))
}

fn repository() -> TempDir {
    let directory = tree(&[("README.md", b"# A project\n")]);
    git(directory.path(), &["init", "-q"]);
    git(directory.path(), &["add", "."]);
    git(directory.path(), &["commit", "-qm", "first"]);
    directory
}

fn install(directory: &Path, flags: &[&str]) -> String {
    let run = heliodon(directory, &[&["hook", "install"], flags].concat());
    assert_eq!(run.status, 0, "{}", run.stderr);
    run.stdout
}

fn write_hook(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a hook lies in a directory")).expect("the directory can be made");
    fs::write(path, text).expect("the hook can be written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).expect("the file is there")
}

#[test]
fn hooks_are_written_and_taken_away() {
    let directory = repository();
    let below = directory.path().join("src/deep");
    fs::create_dir_all(&below).expect("the directory is ours");
    let hooks = directory.path().join(".git/hooks");
    assert!(install(&below, &[]).starts_with("wrote"));
    assert!(install(&below, &[]).contains("anew"), "our own hook is brought up to date");
    assert!(hooks.join("pre-commit").exists() && !hooks.join("pre-push").exists());
    let mode = fs::metadata(hooks.join("pre-commit")).expect("it was written").permissions().mode();
    assert_eq!(mode & 0o111, 0o111);
    install(directory.path(), &["--pre-push", "--pre-receive"]);
    let removed = heliodon(&below, &["hook", "uninstall"]);
    assert_eq!((removed.status, removed.stdout.lines().count()), (0, 3), "{}", removed.stderr);
    assert!(["pre-commit", "pre-push", "pre-receive"].iter().all(|name| !hooks.join(name).exists()));
    assert!(heliodon(&below, &["hook", "uninstall"]).stdout.contains("no hook"));
}

#[test]
fn a_foreign_hook_is_kept_and_asked_first() {
    let directory = repository();
    let hook = directory.path().join(".git/hooks/pre-commit");
    let foreign = "#!/bin/sh\necho asked first\nexit 7\n";
    write_hook(&hook, foreign);
    let refused = heliodon(directory.path(), &["hook", "install"]);
    assert_eq!((refused.status, read(&hook).as_str()), (2, foreign));
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    assert!(install(directory.path(), &["--force"]).contains("called first"));
    let commit = git_with(directory.path(), &["commit", "-q", "--allow-empty", "-m", "second"], &[]);
    assert!(!commit.status.success() && said(&commit).contains("asked first"), "{}", said(&commit));
    assert!(install(directory.path(), &[]).contains("anew"));
    assert!(heliodon(directory.path(), &["hook", "uninstall"]).stdout.contains("what it was before"));
    assert_eq!(read(&hook), foreign);
}

#[test]
fn nothing_is_written_when_one_of_several_hooks_is_in_the_way() {
    let directory = repository();
    let hooks = directory.path().join(".git/hooks");
    write_hook(&hooks.join("pre-push"), "#!/bin/sh\n");
    let refused = heliodon(directory.path(), &["hook", "install", "--pre-commit", "--pre-push"]);
    assert_eq!((refused.status, hooks.join("pre-commit").exists()), (2, false));
    write_hook(&hooks.join("pre-push.kept"), "#!/bin/sh\n");
    let refused = heliodon(directory.path(), &["hook", "install", "--pre-push", "--force"]);
    assert_eq!(refused.status, 2, "a hook that was kept before is not lost");
}

#[test]
fn hooks_go_where_git_looks_for_them() {
    let directory = repository();
    let places = |path: &Path| git(path, &["rev-parse", "--git-path", "hooks/pre-commit"]).trim().to_owned();
    let worktree = directory.path().join("linked");
    git(directory.path(), &["worktree", "add", "-q", "linked"]);
    install(&worktree, &[]);
    assert!(worktree.join(places(&worktree)).exists() && directory.path().join(".git/hooks/pre-commit").exists());
    git(directory.path(), &["config", "core.hooksPath", "tools/my hooks"]);
    install(directory.path(), &[]);
    assert!(directory.path().join("tools/my hooks/pre-commit").exists());
    assert_eq!(places(directory.path()), "tools/my hooks/pre-commit");

    let bare = TempDir::new().expect("a temporary directory");
    git(bare.path(), &["init", "-q", "--bare"]);
    install(bare.path(), &["--pre-receive"]);
    assert!(bare.path().join("hooks/pre-receive").exists());
    let nowhere = TempDir::new().expect("a temporary directory");
    let refused = heliodon(nowhere.path(), &["hook", "install"]);
    assert!(refused.status == 2 && refused.stderr.contains("no git repository"), "{}", refused.stderr);
}

#[test]
fn a_check_can_be_left_out() {
    let directory = repository();
    install(directory.path(), &[]);
    let commit = |environment: &[(&str, &str)]| git_with(directory.path(), &["commit", "-q", "--allow-empty", "-m", "x"], environment);
    assert!(commit(&[("HELIODON_SKIP", "1")]).status.success());
    git(directory.path(), &["commit", "-q", "--no-verify", "--allow-empty", "-m", "x"]);
}

#[test]
fn a_hook_without_its_program_stops_and_says_why() {
    let directory = repository();
    install(directory.path(), &[]);
    let hook = directory.path().join(".git/hooks/pre-commit");
    write_hook(&hook, &read(&hook).replace(env!("CARGO_BIN_EXE_heliodon"), "/nowhere/heliodon"));
    let commit = git_with(directory.path(), &["commit", "-q", "--allow-empty", "-m", "x"], &[]);
    assert!(!commit.status.success() && said(&commit).contains("finds no heliodon"), "{}", said(&commit));
}

#[test]
fn a_push_that_brings_nothing_is_let_in() {
    let bare = TempDir::new().expect("a temporary directory");
    git(bare.path(), &["init", "-q", "--bare"]);
    let (zero, id) = ("0".repeat(40), "a".repeat(40));
    let gone = heliodon_reading(bare.path(), &["hook", "pre-receive"], format!("{id} {zero} refs/heads/gone\n").as_bytes());
    assert_eq!((gone.status, gone.stdout, gone.stderr), (0, String::new(), String::new()));
    let nonsense = heliodon_reading(bare.path(), &["hook", "pre-receive"], b"what is this\n");
    assert!(nonsense.status == 2 && nonsense.stderr.contains("line 1"), "{}", nonsense.stderr);
}

#[test]
fn the_hooks_of_the_pre_commit_framework_run_commands_that_there_are() {
    let text = read(Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml"));
    let hooks: Vec<serde_json::Value> = serde_saphyr::from_str(&text).expect("the file is YAML");
    assert!(hooks.len() >= 3);
    let directory = tree(&[]);
    for hook in hooks {
        let entry = hook["entry"].as_str().expect("a hook has an entry");
        let arguments: Vec<&str> = entry.split(' ').skip(1).chain(["--help"]).collect();
        assert_eq!(heliodon(directory.path(), &arguments).status, 0, "{entry}");
        assert!(["id", "name", "language"].iter().all(|field| hook[field].is_string()) && hook["pass_filenames"] == false, "{entry}");
    }
}

#[test]
fn a_commit_with_a_secret_is_stopped_and_one_without_is_not() {
    let directory = repository();
    install(directory.path(), &[]);
    let token = github_token(1);
    fs::write(directory.path().join("notes.txt"), "nothing to see\n").expect("the directory is ours");
    git(directory.path(), &["add", "."]);
    // What is not staged is no matter of this commit.
    fs::write(directory.path().join(".env"), format!("GITHUB_TOKEN={token}\n")).expect("the directory is ours");
    assert_eq!(git(directory.path(), &["commit", "-qm", "clean"]), "", "a clean commit is not talked about");
    git(directory.path(), &["add", ".env"]);
    // Taken out of the working tree, it is staged all the same.
    fs::write(directory.path().join(".env"), "\n").expect("the directory is ours");
    let commit = git_with(directory.path(), &["commit", "-qm", "leak"], &[]);
    let told = said(&commit);
    assert!(!commit.status.success() && told.contains(".env") && told.contains("nothing was committed"), "{told}");
    assert!(told.contains("--no-verify") && told.contains("HELIODON_SKIP") && told.contains("waive") && !told.contains(&token), "{told}");
    git(directory.path(), &["commit", "-qm", "left out", "--no-verify"]);
}

#[test]
fn a_commit_of_named_files_is_checked_with_the_index_made_for_it() {
    let directory = repository();
    install(directory.path(), &[]);
    fs::write(directory.path().join("README.md"), format!("GITHUB_TOKEN={}\n", github_token(2))).expect("the directory is ours");
    for arguments in [["commit", "-qm", "leak", "README.md"], ["commit", "-q", "-a", "-mleak"]] {
        let commit = git_with(directory.path(), &arguments, &[]);
        assert!(!commit.status.success() && said(&commit).contains("README.md"), "{}", said(&commit));
    }
}

/// A bare repository with the hook, and a clone that pushed its first commit to it.
fn server() -> (TempDir, TempDir) {
    let bare = TempDir::new().expect("a temporary directory");
    git(bare.path(), &["init", "-q", "--bare"]);
    let clone = repository();
    git(clone.path(), &["remote", "add", "origin", &bare.path().display().to_string()]);
    git(clone.path(), &["push", "-q", "-u", "origin", "main"]);
    (bare, clone)
}

fn commit_a_secret(clone: &Path, seed: u64) {
    fs::write(clone.join(".env"), format!("GITHUB_TOKEN={}\n", github_token(seed))).expect("the directory is ours");
    git(clone, &["add", ".env"]);
    git(clone, &["commit", "-q", "--no-verify", "-m", "leak"]);
    git(clone, &["rm", "-q", ".env"]);
    git(clone, &["commit", "-q", "--no-verify", "-m", "hide"]);
}

#[test]
fn a_push_with_a_secret_in_its_middle_is_refused() {
    let (bare, clone) = server();
    install(bare.path(), &["--pre-receive"]);
    let push = |arguments: &[&str]| git_with(clone.path(), &[&["push", "-q"], arguments].concat(), &[]);
    git(clone.path(), &["commit", "-q", "--allow-empty", "-m", "clean"]);
    let clean = push(&["origin", "main"]);
    assert!(clean.status.success() && said(&clean).is_empty(), "{}", said(&clean));
    commit_a_secret(clone.path(), 3);
    for target in ["main", "main:refs/heads/new"] {
        let refused = push(&["origin", target]);
        let told = said(&refused);
        assert!(!refused.status.success() && told.contains("pre-receive hook declined") && told.contains(".env"), "{target}: {told}");
    }
    let (here, there) = (git(clone.path(), &["rev-parse", "main~2"]), git(bare.path(), &["rev-parse", "main"]));
    assert_eq!(here, there, "what was refused is not there");
    assert!(push(&["origin", "main~2:refs/heads/old"]).status.success(), "what is there already is let in again");
    assert!(push(&["origin", ":old"]).status.success(), "a branch can be removed");
}

#[test]
fn a_push_is_stopped_before_it_is_sent() {
    let (bare, clone) = server();
    install(clone.path(), &["--pre-push"]);
    git(clone.path(), &["commit", "-q", "--allow-empty", "-m", "clean"]);
    git(clone.path(), &["push", "-q", "origin", "main"]);
    let before = git(bare.path(), &["rev-parse", "main"]);
    commit_a_secret(clone.path(), 4);
    let stopped = git_with(clone.path(), &["push", "-q", "origin", "main"], &[]);
    assert!(!stopped.status.success() && said(&stopped).contains("nothing was pushed"), "{}", said(&stopped));
    assert_eq!(git(bare.path(), &["rev-parse", "main"]), before);
    git(clone.path(), &["push", "-q", "--no-verify", "origin", "main"]);
}
