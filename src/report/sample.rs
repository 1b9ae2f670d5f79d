//! A made-up outcome that every reporter is tested with: all kinds of places, odd names, a waiver, trouble.

use serde_json::{Value, json};

use super::{Options, Run, write};
use crate::domain::{
    Commit, Face, Family, Finding, Fingerprint, Held, History, Level, Outcome, Place, Region, Related, Repository, Standing, Step, Summary, Suppression,
    Target, TargetOutcome, Taxon, Trouble, encode_uri,
};

/// Renders [`outcome`].
pub(super) fn render(format: &str, options: &Options) -> String {
    render_outcome(format, options, &outcome())
}

pub(super) fn render_outcome(format: &str, options: &Options, outcome: &Outcome) -> String {
    let (faces, mut bytes) = (faces(), Vec::new());
    let run = Run {
        version: &outcome.version,
        rules: &outcome.rules,
        faces: &faces,
        mentions: &[],
        summary: &outcome.summary,
        targets: outcome.targets.len(),
        times: None,
        exit_code: 1,
    };
    write(format, Box::new(&mut bytes), options, &run, outcome).expect("a vector takes all that is written");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

pub(super) fn faces() -> Vec<Face> {
    vec![
        face(1042, "openai-project-key", Level::Error, 9.1, "OpenAI", &["CWE:CWE-312", "CWE:CWE-798", "OWASP NHI Top 10:NHI2:2025", "NIST CSF:PR.AA-01"]),
        face(1701, "private-key", Level::Error, 8.8, "generic", &["CWE:CWE-321", "OWASP NHI Top 10:NHI2:2025"]),
        face(2001, "long-lived-secret", Level::Warning, 6.0, "lifetime", &["CWE:CWE-1391", "OWASP NHI Top 10:NHI7:2025"]),
        face(2004, "reused-across-zones", Level::Error, 8.0, "lifetime", &["CWE:CWE-653", "OWASP NHI Top 10:NHI8:2025", "OWASP NHI Top 10:NHI9:2025"]),
        face(3001, "unregistered-artifact", Level::Warning, 6.5, "shadow-model", &["NIST AI RMF:GOVERN 1.6", "CSA MAESTRO:L1", "CWE:CWE-1357"]),
        face(3005, "unsafe-serialization", Level::Error, 8.5, "model", &["CWE:CWE-502", "MITRE ATLAS:AML.T0011.000", "OWASP LLM Top 10:LLM03:2025"]),
        face(3007, "unpinned-model-reference", Level::Note, 3.1, "model", &["OWASP LLM Top 10:LLM03:2025", "CWE:CWE-829"]),
    ]
}

fn face(code: u32, name: &str, level: Level, severity: f32, tag: &str, taxa: &[&str]) -> Face {
    let taxon = |text: &&str| text.split_once(':').map(|(taxonomy, id)| Taxon { taxonomy: taxonomy.into(), id: id.into() });
    Face {
        code,
        name: name.into(),
        family: Family::of(code).expect("the sample's codes are in families"),
        level,
        severity,
        summary: format!("A made-up rule called {name}"),
        description: format!("What {name} means, and why it matters to <somebody>."),
        remedy: "Mend it, then look at what was done with it.".into(),
        help_url: None,
        messages: vec![
            ("default".into(), "'{0}' lies in '{1}'.".into()),
            ("history".into(), "'{0}' lies in the history of '{2}': '{1}', since commit '{3}' of '{4}'.".into()),
        ],
        taxa: taxa.iter().filter_map(taxon).collect(),
        tags: vec![tag.into()],
    }
}

pub(super) fn outcome() -> Outcome {
    let target = Target { scheme: "file".into(), root: "/home/somebody/shop".into(), start: String::new(), name: "shop".into(), repository: None };
    let summary = Summary {
        units: 1204,
        blobs: 1310,
        bytes: 31_234_567,
        hidden: [("git-ignored".to_owned(), 310), ("excluded".to_owned(), 12)].into(),
        credentials: 6,
        models: 2,
        references: 9,
        changes: 0,
        grants: 0,
        registered: 0,
        waived: 1,
        unused_waivers: vec!["stale-secret in old/**".into()],
        ..Summary::default()
    };
    let targets = vec![TargetOutcome { target, findings: findings(), troubles: troubles(), absent: Vec::new() }];
    Outcome { version: "0.1.0".into(), rules: "5f3a".into(), targets, summary, inventory: Vec::new() }
}

/// The same, held against a baseline.
pub(super) fn held() -> Outcome {
    let mut outcome = outcome();
    let target = outcome.targets.first_mut().expect("the sample has a target");
    let standings = [Standing::New, Standing::Unchanged, Standing::Moved, Standing::Eased, Standing::Graver];
    target.findings.iter_mut().zip(standings.into_iter().cycle()).for_each(|(finding, standing)| finding.standing = Some(standing));
    let place = whole("gone/a.env", &[]);
    target.absent =
        vec![Finding { message: "absent".into(), arguments: Vec::new(), text: "'k' was in 'gone/a.env'.".into(), ..finding(1042, Level::Error, "k", place) }];
    outcome.summary.baseline = Some(Held { new: 3, known: 5, moved: 2, eased: 1, graver: 2, absent: 1, unseen: 4, unmatched: 6 });
    outcome
}

/// A repository that is not all there, and secrets in its working tree, in its past, on another branch, and in unreachable commits.
pub(super) fn history() -> Outcome {
    let commit = |digit: char, at: &str| Commit {
        at: at.parse().expect("a time"),
        id: format!("{digit}1b2c3d4e5f60718293a4b5c6d7e8f9001122334"),
        by: "Name <name@example.com>".into(),
    };
    let history = History { first: commit('a', "2024-03-01T08:00:00Z"), last: commit('b', "2024-04-01T08:00:00Z"), ..History::default() };
    let placed = |path: &str, scheme: &str, history: History| {
        let mut place = at(path, &[], 4, 5, "KEY=", "sk-proj-[REDACTED]", "");
        (place.origin.scheme, place.origin.revision) = (scheme.into(), (scheme == "git").then(|| history.first.id.clone()));
        place.history = Some(Box::new(history));
        finding(1042, Level::Error, "sk-proj-[REDACTED]", place)
    };
    let mut here = placed("app/prod.env", "file", History { in_head: true, path_in_head: true, ..history.clone() });
    here.properties = [("rotation", json!({"times": 0, "never_since": "2024-03-01T08:00:00Z"}))].map(named).into();
    let mut past = placed("old/prod.env", "git", History { removed: Some(commit('c', "2024-04-02T08:00:00Z")), ..history.clone() });
    past.message = "history".into();
    past.arguments = ["Key", "sk-proj-[REDACTED]", "old/prod.env", "a1b2c3d4e5f6", "2024-03-01"].map(str::to_owned).into();
    past.text = "'Key' lies in the history of 'old/prod.env': 'sk-proj-[REDACTED]', since commit 'a1b2c3d4e5f6' of '2024-03-01'.".into();
    past.properties = [("rotation", json!({"times": 2, "last": "2025-01-05T00:00:00Z"}))].map(named).into();
    let mut branch = placed("other/prod.env", "git", History { path_in_head: true, ..history.clone() });
    branch.properties = [("exposure", json!({"from": "2024-03-01T08:00:00Z", "presence": "branch", "of": "name"}))].map(named).into();
    let lost = placed("stash/prod.env", "git", History { unreachable: true, ..history });
    let mut outcome = outcome();
    let target = outcome.targets.first_mut().expect("the sample has a target");
    (target.findings, target.troubles) = (vec![here, past, branch, lost], Vec::new());
    let remote = Some("https://github.com/acme/shop.git".to_owned());
    let head = Some("d1b2c3d4e5f60718293a4b5c6d7e8f9001122334".to_owned());
    target.target.repository = Some(Repository { head, branch: Some("main".into()), remote, shallow: true, partial: true });
    outcome
}

fn findings() -> Vec<Finding> {
    let key = "sk-proj-[REDACTED]";
    let mut staging = finding(1042, Level::Error, key, at("config/staging.env", &[], 12, 16, "OPENAI_API_KEY=", key, ""));
    staging.properties =
        [("lifetime", json!("static")), ("minted", json!("2025-03-02T00:00:00Z")), ("provider", json!("OpenAI")), ("nothing", Value::Null)].map(named).into();
    staging.fingerprint.subject = Some("5d41402abc4b2a76".into());
    let mut reused = finding(2004, Level::Error, key, at("config/staging.env", &[], 12, 16, "OPENAI_API_KEY=", key, ""));
    reused.related = vec![
        Related { place: at("deploy/prod/values.yaml", &[], 41, 13, "    apiKey: ", key, ""), message: "the same key in zone production".into() },
        Related { place: at("notebooks/try.ipynb", &[("cell", "cells/3/source")], 88, 10, "", key, ""), message: "the same key in zone experiment".into() },
    ];
    let zipped = finding(1042, Level::Error, key, at("backups/bundle.zip", &[("member", "inner/config.py")], 3, 8, "token=\"", key, "\"  # ändern"));
    let mut cell = finding(2001, Level::Warning, key, at("notebooks/try.ipynb", &[("cell", "cells/3/source")], 88, 10, "    \"key = '", key, "'\\n\","));
    cell.place.cell_line = Some(2);
    cell.properties = [("lifetime", json!("capped")), ("expires", json!("2027-01-31T00:00:00Z"))].map(named).into();
    let odd = finding(1042, Level::Error, key, at("odd: names/100% #1\né.env", &[], 1, 5, "KEY=", key, ""));
    let mut private = finding(1701, Level::Error, "RSA private key", at("certs/dev.pem", &[], 1, 1, "", "-----BEGIN RSA PRIVATE KEY-----\n[REDACTED]", ""));
    if let Some(region) = &mut private.place.region {
        (region.end_line, region.end_column, region.line) = (27, 30, "-----BEGIN RSA PRIVATE KEY-----".into());
    }
    private.properties = [("lifetime", json!("key-material"))].map(named).into();
    let mut model = finding(3001, Level::Warning, "churn.safetensors", whole("models/churn.safetensors", &[]));
    model.properties = [
        ("format", json!("safetensors")),
        ("size", json!(7_340_032_000_u64)),
        ("registry", json!("none")),
        ("digest", json!(format!("sha256:{}", "9f2c".repeat(16)))),
    ]
    .map(named)
    .into();
    let metadata = at("models/tiny.gguf", &[("metadata", "tokenizer.chat_template")], 4, 2, "{# ", key, " #}");
    let metadata = finding(2001, Level::Warning, key, metadata);
    let mut reference = finding(3007, Level::Note, "hf:org/base-model", at("train.py", &[], 7, 27, "model = M.from_pretrained(\"", "org/base-model", "\")"));
    reference.properties = [(
        "registered",
        json!({"name": "base-model", "version": "1.0", "owner": "ml@example.com", "file": "/home/somebody/registry.yaml", "line": 3, "rung": "reference"}),
    )]
    .map(named)
    .into();
    let unpickled = finding(3001, Level::Warning, "old.pkl", whole("research/old.pkl", &[]));
    let mut waived = finding(1042, Level::Error, key, at("tests/fixture.env", &[], 2, 5, "KEY=", key, ""));
    waived.suppression = Some(Suppression::Waiver {
        reason: "revoked in March, kept as a fixture".into(),
        owner: "platform@example.com".into(),
        approved_by: "risk@example.com".into(),
        expires: jiff::civil::date(2026, 12, 31),
        file: "heliodon-registry.yaml".into(),
        line: 30,
    });
    let mut all = vec![zipped, private, staging, reused, model, metadata, cell, odd, unpickled, waived, reference];
    for (ordinal, finding) in (1..).zip(&mut all) {
        finding.fingerprint.ordinal = ordinal;
    }
    all
}

fn troubles() -> Vec<Trouble> {
    let trouble = |place: Place, kind: &str, message: &str| Trouble { place, kind: kind.into(), message: message.into() };
    vec![
        trouble(whole("secret/private.key", &[]), "unreadable-file", "permission denied"),
        trouble(whole("backups/bundle.zip", &[("member", "bomb.zip")]), "archive-limit", "it unpacks to more than 4294967296 bytes"),
        trouble(whole("a{b}.bin", &[]), "cosmic-ray", "a bit fell over"),
    ]
}

/// A finding like any other.
pub(super) fn plain_finding() -> Finding {
    finding(1042, Level::Error, "sk-proj-[REDACTED]", at("a.env", &[], 1, 5, "KEY=", "sk-proj-[REDACTED]", ""))
}

fn finding(code: u32, level: Level, subject: &str, place: Place) -> Finding {
    let arguments = vec![subject.to_owned(), place.display()];
    Finding {
        code,
        level,
        rank: 60,
        message: "default".into(),
        text: format!("'{}' lies in '{}'.", arguments[0], arguments[1]),
        arguments,
        place,
        related: Vec::new(),
        fingerprint: Fingerprint { digest: "0123456789abcdef0123456789abcdef01234567".into(), ordinal: 1, subject: None },
        properties: Default::default(),
        suppression: None,
        standing: None,
    }
}

fn named((key, value): (&str, Value)) -> (String, Value) {
    (key.to_owned(), value)
}

fn whole(path: &str, steps: &[(&str, &str)]) -> Place {
    let origin = crate::domain::Origin { scheme: "file".into(), uri: encode_uri(path.as_bytes()), ..Default::default() };
    let steps: Vec<_> = steps.iter().map(|(kind, name)| Step { kind: (*kind).into(), name: (*name).into() }).collect();
    Place::whole(&origin, &steps)
}

fn at(path: &str, steps: &[(&str, &str)], line: u32, column: u32, before: &str, snippet: &str, after: &str) -> Place {
    // The key in the file is longer than what is shown of it.
    let end_column = column + 56;
    let region = Region {
        start_line: line,
        start_column: column,
        end_line: line,
        end_column,
        offset: 900,
        snippet: snippet.into(),
        line: format!("{before}{snippet}{after}"),
    };
    Place { region: Some(region), ..whole(path, steps) }
}
