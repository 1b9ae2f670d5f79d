//! From registering a model to its release, through the program: each step says what is still in the way.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{heliodon, tree};

const NOW: [&str; 2] = ["--now", "2026-11-20"];

/// A model of one tensor.
fn safetensors(byte: u8) -> Vec<u8> {
    let header = br#"{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}       "#;
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header);
    bytes.extend([byte; 16]);
    bytes
}

fn git(directory: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"];
    let status = Command::new("git").args(identity).args(arguments).current_dir(directory).env("HOME", directory).output().expect("git runs").status;
    assert!(status.success(), "git {arguments:?}");
}

#[test]
fn a_model_is_registered_approved_released_and_stopped_when_it_drifts() {
    let home = tree(&[("m/churn.safetensors", &safetensors(1))]);
    let gate = |stage: &str| {
        let run = heliodon(home.path(), &[&["gate", "m/churn.safetensors", "--stage", stage, "--format", "json"][..], &NOW].concat());
        let answer: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
        let reasons = answer["releases"][0]["reasons"].as_array().cloned().unwrap_or_default();
        let what: Vec<_> = reasons.iter().filter_map(|reason| reason["what"].as_str().map(str::to_owned)).collect();
        (run.status, what)
    };
    assert_eq!(gate("candidate"), (1, vec!["no registry was found or named".to_owned()]));
    let flags = "--name churn --version 1.0 --owner lab --use-case U-1 --classification internal --stage candidate --scope staging --scope production \
        --data dvc:churn --rollback none --review-by 2027-03-31";
    let run = heliodon(home.path(), &["register", "m/churn.safetensors"].into_iter().chain(flags.split_whitespace()).collect::<Vec<_>>());
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(gate("candidate"), (0, vec![]));
    assert_eq!(gate("production"), (1, vec!["the entry has no approvals".to_owned()]));
    let registry = home.path().join("heliodon-registry.yaml");
    let approve = |by: &str| {
        let text = fs::read_to_string(&registry)
            .expect("a registry")
            .replace("    rollback:", &format!("    approvals: [{{by: {by}, on: 2026-11-01}}]\n    rollback:"));
        fs::write(&registry, text).expect("written");
    };
    let before = fs::read_to_string(&registry).expect("a registry");
    approve("lab");
    assert_eq!(gate("production"), (1, vec!["0 of 1 approvals are by someone other than lab".to_owned()]));
    assert_eq!(heliodon(home.path(), &[&["registry", "check"][..], &NOW].concat()).status, 1);
    fs::write(&registry, before).expect("written");
    approve("risk");
    assert_eq!(gate("production"), (0, vec![]));
    assert_eq!(heliodon(home.path(), &[&["registry", "check"][..], &NOW].concat()).stdout, "1 entry in 1 file: 0 to mend\n");
    fs::write(home.path().join("m/churn.safetensors"), safetensors(2)).expect("written");
    assert_eq!(gate("production"), (1, vec!["1 of 1 files are not the registered bytes of `churn 1.0`".to_owned()]));
}

#[test]
fn what_a_repository_held_once_is_neither_registered_nor_released() {
    let home = tree(&[("a.safetensors", &safetensors(1))]);
    git(home.path(), &["init", "-q"]);
    git(home.path(), &["add", "."]);
    git(home.path(), &["commit", "-qm", "one"]);
    fs::write(home.path().join("a.safetensors"), safetensors(2)).expect("written");
    git(home.path(), &["commit", "-qam", "two"]);
    let run = heliodon(home.path(), &["register", "a.safetensors", "--owner", "a", "--stage", "research"]);
    assert_eq!((run.status, fs::read_to_string(home.path().join("heliodon-registry.yaml")).expect("a registry").matches("sha256:").count()), (0, 1));
    let run = heliodon(home.path(), &[&["gate", "a.safetensors", "--stage", "research"][..], &NOW].concat());
    assert_eq!((run.status, run.stdout.matches("passed").count()), (0, 1), "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_manifest_beside_a_file_speaks_for_it() {
    let home = tree(&[("m/a.safetensors", &safetensors(1))]);
    let run = heliodon(home.path(), &["register", "m/a.safetensors", "--side-car", "--owner", "a", "--stage", "research"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    for artifact in ["m/a.safetensors", "m"] {
        let run = heliodon(home.path(), &[&["gate", artifact, "--stage", "research"][..], &NOW].concat());
        assert_eq!(run.status, 0, "{artifact}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn what_cannot_be_asked_is_an_error() {
    let home = tree(&[("a.safetensors", &safetensors(1)), ("heliodon-registry.yaml", b"models: []\n")]);
    let says = |arguments: &[&str]| {
        let run = heliodon(home.path(), arguments);
        (run.status, run.stderr)
    };
    assert_eq!(says(&["gate", "a.safetensors", "--stage", "retired"]).0, 2);
    let (status, told) = says(&["gate", "a.safetensors", "--stage", "production", "--zone", "moon"]);
    assert!(status == 2 && told.contains("no zone `moon`; there are development, experiment"), "{told}");
    assert_eq!(says(&["gate", "none.safetensors", "--stage", "production"]).0, 2);
    assert_eq!(says(&["gate", "a.safetensors"]).0, 2);
    assert_eq!(says(&["registry", "check", "none.yaml"]).0, 2);
}
