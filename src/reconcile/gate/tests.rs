//! The gate over made-up estates: one thing wrong at a time.

use crate::domain::{Check, Hazard, Release, Stage, Tier, Trouble};
use crate::reconcile::testing::{Estate, hazard};

/// All that production asks, but for what a test changes.
fn entry(more: &[(&str, &str)]) -> String {
    let mut fields = vec![
        ("name", "churn"),
        ("version", "3.2.0"),
        ("owner", "growth"),
        ("use_case", "CH-114"),
        ("classification", "internal"),
        ("stage", "candidate"),
        ("scope", "[staging, production]"),
        ("digests", "[\"sha256:@a\"]"),
        ("data", "[\"dvc:churn\"]"),
        ("approvals", "[{by: risk, on: 2026-09-02}]"),
        ("rollback", "3.1.4"),
        ("review_by", "2027-03-31"),
    ];
    for (name, value) in more {
        fields.retain(|field| field.0 != *name);
        if !value.is_empty() {
            fields.push((name, value));
        }
    }
    fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
}

fn file() -> Estate {
    Estate::new().artifact("m/a.pt", "model", "a", |_| {})
}

fn earlier(estate: Estate) -> Estate {
    estate.model("name: churn\nversion: 3.1.4\nowner: growth\nstage: production\n")
}

fn one(estate: &Estate, stage: Stage) -> Release {
    let zone = if stage == Stage::Production { "production" } else { "staging" };
    let gated = estate.gated(stage, zone);
    assert_eq!(gated.releases.len(), 1);
    assert_eq!(gated.passed, gated.releases[0].passed);
    gated.releases[0].clone()
}

fn what(release: &Release) -> Vec<(Check, &str)> {
    release.reasons.iter().map(|reason| (reason.check, reason.what.as_str())).collect()
}

/// Reasons against production, of an entry that differs in these fields.
fn against(more: &[(&str, &str)]) -> Vec<(Check, String)> {
    let release = one(&earlier(file()).model(&entry(more)), Stage::Production);
    what(&release).into_iter().map(|(check, what)| (check, what.to_owned())).collect()
}

#[test]
fn what_is_in_order_passes_and_says_by_what_it_is_known() {
    let release = one(&earlier(file()).model(&entry(&[])), Stage::Production);
    assert_eq!(what(&release), []);
    assert_eq!((release.registered_as.as_deref(), release.rung.as_deref()), (Some("churn 3.2.0"), Some("content digest")));
    assert_eq!(release.declared.as_deref(), Some("registry.yaml:11"));
}

#[test]
fn each_demand_of_production_is_a_reason() {
    let says = |more: &[(&str, &str)], check: Check, text: &str| assert_eq!(against(more), [(check, text.to_owned())]);
    says(&[("owner", "")], Check::Fields, "the entry has no owner");
    says(&[("use_case", "")], Check::Fields, "the entry has no use case");
    says(&[("classification", "")], Check::Fields, "the entry has no classification");
    says(&[("approvals", "")], Check::Fields, "the entry has no approvals");
    says(&[("rollback", "")], Check::Fields, "the entry has no rollback");
    says(&[("data", "")], Check::Fields, "the entry has no lineage");
    says(&[("stage", "research")], Check::Stage, "it is registered as research");
    says(&[("stage", "retired")], Check::Registered, "it is retired");
    says(&[("approvals", "[{by: Growth, on: 2026-09-02}]")], Check::Approvals, "0 of 1 approvals are by someone other than growth");
    says(&[("approvals", "[{by: risk, on: 2026-12-02}]")], Check::Approvals, "0 of 1 approvals are by someone other than growth");
    says(&[("classification", "confidential")], Check::Approvals, "1 of 2 approvals (tier high) are by someone other than growth");
    says(&[("review_by", "2026-11-19")], Check::Review, "it was to be reviewed by 2026-11-19");
    says(&[("expires", "2026-11-19")], Check::Window, "its test window ended on 2026-11-19");
    says(&[("scope", "[staging]")], Check::Scope, "it was approved for staging, not for production");
    says(&[("rollback", "3.0")], Check::Rollback, "`rollback` is 3.0, which no entry in force is");
    says(&[("rollback", "none")], Check::Rollback, "`rollback` is none, but 3.1.4 is registered");
    says(&[("version", "3.1")], Check::Rollback, "`rollback` is 3.1.4, which is no earlier version");
    says(&[("tier", "extreme")], Check::Fields, "the policy has no tier `extreme`");
    assert_eq!(against(&[("expires", "2026-11-20"), ("approvals", "[{by: risk, on: 2026-11-20}]")]), []);
}

#[test]
fn a_first_version_has_nothing_to_go_back_to() {
    assert_eq!(what(&one(&file().model(&entry(&[("rollback", "none")])), Stage::Production)), []);
}

#[test]
fn stages_ask_for_less_on_the_way() {
    let lab = file().model("name: lab\nowner: a\nstage: research\nlocations: [\"m/a.pt\"]\n");
    assert_eq!(what(&one(&lab, Stage::Research)), []);
    let checks: Vec<_> = one(&lab, Stage::Candidate).reasons.iter().map(|reason| reason.check).collect();
    assert_eq!(checks, [Check::Content, Check::Fields, Check::Fields, Check::Fields]);
}

#[test]
fn bytes_that_no_digest_covers_are_not_released() {
    let registered = |estate: Estate| what(&one(&estate, Stage::Candidate)).first().map(|(check, what)| (*check, (*what).to_owned()));
    let says = |check: Check, text: &str| Some((check, text.to_owned()));
    let other = |digit: &str| Estate::new().artifact("m/a.pt", "model", digit, |_| {});
    assert_eq!(registered(other("b")), says(Check::Registered, "no registry was found or named"));
    assert_eq!(registered(other("b").with_registry()), says(Check::Registered, "no entry covers it"));
    let placed = other("b").model(&entry(&[("locations", "[m/a.pt]")]));
    assert_eq!(registered(placed), says(Check::Registered, "1 of 1 files are not the registered bytes of `churn 3.2.0`"));
    let by_place = other("b").model(&entry(&[("locations", "[m/a.pt]"), ("digests", "")]));
    assert_eq!(registered(by_place), says(Check::Content, "the entry was found by registered location alone; no digest in it is that of these bytes"));
}

#[test]
fn a_model_of_several_files_is_one_and_has_to_be_whole() {
    let shard = |estate: Estate, number: u32, digit: &str| estate.artifact(&format!("m/x-0000{number}-of-00002.bin"), "weights", digit, |_| {});
    let two = entry(&[("digests", "[\"sha256:@a\", \"sha256:@b\"]")]);
    let whole = shard(shard(Estate::new(), 1, "a"), 2, "b").model(&two);
    assert_eq!(what(&one(&whole, Stage::Candidate)), []);
    assert_eq!(what(&one(&shard(Estate::new(), 1, "a").model(&two), Stage::Candidate)), [(Check::Content, "1 of 2 registered files are not here")]);
}

#[test]
fn the_line_goes_back_to_a_base_that_others_approved() {
    let tuned = |base: &str| earlier(file()).model(&entry(&[("base", base)]));
    let said = |estate: Estate| one(&estate, Stage::Production).reasons.iter().map(|reason| reason.what.clone()).collect::<Vec<_>>();
    let unpinned = "its base `org/base` names no revision that cannot change";
    assert_eq!(said(tuned("org/base")), ["its base `org/base` has no entry", unpinned]);
    assert_eq!(said(tuned("org/base").allow("hf:org/*")), [unpinned]);
    let commit = format!("org/base@{}", "0a".repeat(20));
    assert!(said(tuned(&commit).allow("hf:org/*")).is_empty());
    let base = |more: &str| tuned("base").model(&format!("name: base\nowner: o\ndigests: [\"sha256:@c\"]\n{more}"));
    assert_eq!(said(base("")), ["its base `base` was approved by nobody but its owner"]);
    assert_eq!(said(base("approvals: [{by: o, on: 2026-01-01}]\n")).len(), 1);
    assert!(said(base("approvals: [{by: risk, on: 2026-01-01}]\n")).is_empty());
    let approved = "approvals: [{by: risk, on: 2026-01-01}]\n";
    assert_eq!(said(base(&format!("{approved}stage: retired\n"))), ["its base `base` is retired"]);
    assert_eq!(said(base(&format!("{approved}base: \"first@1\"\n"))), ["its base `first@1` has no entry"]);
    assert!(!said(base(&format!("{approved}base: churn\n"))).is_empty(), "a circle ends");
}

#[test]
fn what_the_artifact_says_of_its_base_must_be_what_the_entry_says() {
    let artifact = Estate::new().artifact("m/a.pt", "model", "a", |artifact| artifact.bases.push("org/other".into()));
    let release = one(&artifact.allow("hf:org/*").model(&entry(&[("base", "org/base")])), Stage::Candidate);
    assert_eq!(what(&release), [(Check::Lineage, "it says that it was made from `org/other`; its entry says otherwise")]);
}

#[test]
fn a_merge_has_several_bases_and_a_fetched_model_none() {
    let merged = |change: fn(&mut crate::domain::Artifact)| Estate::new().artifact("m/a.pt", "model", "a", change);
    let said = |estate: Estate| {
        let release = one(&estate.allow("hf:org/one").model(&entry(&[("base", "org/one")])), Stage::Candidate);
        what(&release).into_iter().map(|(_, what)| what.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(said(merged(|artifact| artifact.bases = vec!["org/one".into(), "org/two".into()])), ["its base `org/two` has no entry"]);
    let fetched = merged(|artifact| {
        artifact.bases = vec!["org/self".into()];
        artifact.facts.insert("repository".into(), "org/self".into());
    });
    assert!(said(fetched).is_empty());
}

#[test]
fn code_classes_and_secrets_inside_or_beside_are_reasons() {
    let estate = Estate::new()
        .artifact("m/a.pt", "model", "a", |artifact| artifact.hazards = vec![hazard("os.system"), Hazard { runs_code: false, what: "acme.Model".into() }])
        .artifact("m/t.pkl", "data", "d", |artifact| artifact.hazards = vec![hazard("builtins.eval")])
        .credential("m/.env", "x", |_| {});
    let release = one(&earlier(estate).model(&entry(&[])), Stage::Production);
    assert_eq!(
        what(&release),
        [
            (Check::NoCode, "loading m/a.pt runs code: os.system"),
            (Check::NoCode, "loading m/t.pkl runs code: builtins.eval"),
            (Check::KnownClasses, "loading m/a.pt needs classes that nobody vouches for: acme.Model"),
            (Check::NoSecret, "Acme key acme_[REDACTED] lies in m/.env"),
        ]
    );
}

#[test]
fn references_that_move_are_reasons_where_they_travel_along() {
    let estate = file().reference("m/config.json", "hf:org/code", |reference| reference.pinned = false);
    let release = one(&earlier(estate).model(&entry(&[])), Stage::Production);
    assert_eq!(what(&release), [(Check::Pinned, "m/config.json refers to `hf:org/code`, whose bytes can change")]);
}

#[test]
fn a_waiver_of_the_gate_covers_a_reason_and_one_of_scans_does_not() {
    let unsafe_one = || earlier(Estate::new().artifact("m/a.pt", "model", "a", |artifact| artifact.hazards = vec![hazard("os.system")])).model(&entry(&[]));
    let waived = one(&unsafe_one().waiver("release-no-code", "m/**"), Stage::Production);
    assert_eq!((waived.passed, waived.waived[0].because.as_str(), waived.waived[0].reason.check), (true, "known", Check::NoCode));
    assert!(!one(&unsafe_one().waiver("unsafe-serialization", "m/**"), Stage::Production).passed);
    assert!(!one(&unsafe_one().waiver("release-no-secret", "m/**"), Stage::Production).passed);
    assert!(unsafe_one().waiver("release-no-code", "m/**").run().summary.unused_waivers.is_empty());
}

#[test]
fn the_policy_asks_for_more_or_for_less() {
    let mut estate = file().model("name: churn\nversion: 1\nowner: a\nuse_case: u\nclassification: secret\nstage: candidate\ndigests: [\"sha256:@a\"]\n");
    assert_eq!(what(&one(&estate, Stage::Candidate)), []);
    let tier = Tier { classifications: vec!["secret".into()], demands: vec!["license".into()], release: vec![Check::Approvals], approvals: Some(1) };
    estate.policy.tiers.insert("high".into(), tier);
    assert_eq!(
        what(&one(&estate, Stage::Candidate)),
        [(Check::Fields, "the entry has no license"), (Check::Approvals, "0 of 1 approvals (tier high) are by someone other than a")]
    );
    estate.policy.tiers.clear();
    estate.policy.release.insert(Stage::Production, vec![]);
    estate.policy.demands.insert(Stage::Production, vec![]);
    assert_eq!(what(&one(&estate, Stage::Production)), []);
}

#[test]
fn nothing_passes_while_something_was_not_read() {
    let mut estate = earlier(file()).model(&entry(&[]));
    estate.shard.troubles = vec![Trouble { place: Default::default(), kind: "unreadable-file".into(), message: "no".into() }];
    let gated = estate.gated(Stage::Production, "production");
    assert!(!gated.passed && gated.releases[0].passed && gated.troubles.len() == 1);
    assert!(!Estate::new().gated(Stage::Production, "production").passed);
}
