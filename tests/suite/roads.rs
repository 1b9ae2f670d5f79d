//! One secret, every road: the same bytes as a file, in archives, in a notebook, through a pipe. The evidence is equal, only the place differs.

use serde_json::Value;

use crate::support::{bzip2, github_token, gzip, heliodon_reading, lines, notebook, observe, tar, tree, utf16, xz, zip, zip_of, zstd};

fn code() -> String {
    format!("import os\nheaders = {{\"Authorization\": \"token {}\"}}\n", github_token(7))
}

/// The evidence and the places of all credentials in a tree of one file.
fn seen(name: &str, bytes: &[u8]) -> Vec<(Value, Value)> {
    let tree = tree(&[(name, bytes)]);
    let observations = lines(&observe(tree.path()), "observation");
    observations.into_iter().map(|mut observation| (observation["evidence"].take(), observation["place"].take())).collect()
}

#[test]
fn evidence_is_the_same_on_every_road() {
    let code = code();
    let plain = seen("a.py", code.as_bytes());
    assert_eq!(plain.len(), 1, "one secret is one observation: {plain:?}");
    let roads: Vec<(&str, &str, Vec<u8>)> = vec![
        ("zip", "a.zip", zip("a.py", code.as_bytes())),
        ("zip under another name", "a.bin", zip("a.py", code.as_bytes())),
        ("tar", "a.tar", tar("a.py", code.as_bytes())),
        ("zip in tar", "a.tar", tar("a.zip", &zip("a.py", code.as_bytes()))),
        ("tar in gzip", "a.tgz", gzip(&tar("a.py", code.as_bytes()))),
        ("gzip", "a.py.gz", gzip(code.as_bytes())),
        ("bzip2", "a.py.bz2", bzip2(code.as_bytes())),
        ("xz", "a.py.xz", xz(code.as_bytes())),
        ("zstd", "a.py.zst", zstd(code.as_bytes())),
        ("two gzip members", "a.py.gz", [gzip(b"# head\n"), gzip(code.as_bytes())].concat()),
        ("two zstd frames", "a.py.zst", [zstd(b"# head\n"), zstd(code.as_bytes())].concat()),
        ("utf-16", "a.py", utf16(&code)),
        ("notebook", "a.ipynb", notebook(&code)),
        ("notebook in zip", "a.zip", zip("a.ipynb", &notebook(&code))),
    ];
    for (road, name, bytes) in roads {
        let evidence: Vec<Value> = seen(name, &bytes).into_iter().map(|seen| seen.0).collect();
        assert_eq!(evidence, [plain[0].0.clone()], "{road}");
    }
}

#[test]
fn what_a_model_tells_of_its_parts_is_told_once() {
    let [inside, beside] = [github_token(8), github_token(9)];
    // The oldest kind of pickle is text.
    let pickle = format!("c__builtin__\ndict\n(tR(S'token'\nS'{inside}'\nd.");
    let code = format!("HEADERS = {{'Authorization': 'token {beside}'}}\nAGAIN = '{inside}'\n");
    let model = zip_of(&[("m/data.pkl", pickle.as_bytes()), ("m/version", b"3\n"), ("m/data/0", &[0; 64]), ("m/code/net.py", code.as_bytes())]);
    let seen = seen("m.pt", &model);
    let places = |kind: &str| seen.iter().filter(|(evidence, _)| evidence.get(kind).is_some()).map(|(_, place)| step(place)).collect::<Vec<_>>();
    assert_eq!(places("artifact"), [""]);
    assert_eq!(places("credential"), ["metadata m/data.pkl", "member m/code/net.py", "member m/code/net.py"]);
}

#[test]
fn what_runs_in_a_package_is_told_of_the_package() {
    let manifest = br#"{"runtime":"python","model":{"modelName":"churn","modelVersion":"1.0","handler":"h.py"},"archiverVersion":"0.12.0"}"#;
    let pickle = b"\x80\x02cposix\nsystem\nX\x02\x00\x00\x00id\x85R.";
    let inner = zip_of(&[("m/data.pkl", pickle), ("m/version", b"3\n"), ("m/data/0", &[0; 64])]);
    let secret = format!("KEY = '{}'\n", github_token(10));
    let package = zip_of(&[("model.pt", &inner), ("h.py", secret.as_bytes()), ("MAR-INF/MANIFEST.json", manifest)]);
    for (road, name, bytes) in
        [("itself", "m.mar", package.clone()), ("disguised", "photo.jpg", package.clone()), ("packed", "m.tgz", gzip(&tar("m.mar", &package)))]
    {
        let seen = seen(name, &bytes);
        let artifacts: Vec<&Value> = seen.iter().filter_map(|(evidence, _)| evidence.get("artifact")).collect();
        let hazards: Vec<_> = artifacts.iter().flat_map(|artifact| artifact["hazards"].as_array().cloned().unwrap_or_default()).collect();
        let what: Vec<_> = hazards.iter().filter_map(|hazard| hazard["what"].as_str()).collect();
        assert_eq!((artifacts.len(), &what[..]), (1, &["code of the archive: h.py", "posix.system (in model.pt)"][..]), "{road}");
        assert_eq!(seen.len(), 2, "{road}: the package and the key in its program");
    }
}

/// The last step of a place.
fn step(place: &Value) -> String {
    let last = place["steps"].as_array().and_then(|steps| steps.last());
    last.map_or_else(String::new, |step| ["kind", "name"].map(|field| step[field].as_str().unwrap_or_default()).join(" "))
}

#[test]
fn a_pipe_is_a_road() {
    let directory = tree(&[]);
    let run = heliodon_reading(directory.path(), &["scan", "-", "--format", "jsonl", "--no-registry"], code().as_bytes());
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stdout.contains("github-personal-access-token"), "{}", run.stdout);
}

#[test]
fn a_notebook_says_cell_and_raw_position() {
    let seen = seen("a.ipynb", &notebook(&code()));
    let place = &seen[0].1;
    assert_eq!(place["steps"][0]["name"], "cells/0/source");
    assert_eq!(place["cell_line"], 2);
    let raw = String::from_utf8(notebook(&code())).expect("JSON is text");
    let token = github_token(7);
    let line = raw.lines().position(|line| line.contains(&token)).expect("the token is there") + 1;
    let column = raw.lines().nth(line - 1).and_then(|line| line.find(&token)).expect("the token is there") + 1;
    assert_eq!((place["region"]["start_line"].as_u64(), place["region"]["start_column"].as_u64()), (Some(line as u64), Some(column as u64)));
}
