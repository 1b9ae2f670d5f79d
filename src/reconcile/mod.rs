//! The reduce: observations × registrations × policy → findings. Pure: the same input gives the same outcome, to the byte, whatever
//! the order and the cut of the shards.
//!
//! Sights of one thing in one place are [`join`]ed; observations become [`cases`] (one secret, one model, one reference) by [`correlate`]; the [`ladder`] ties a case to its registration;
//! [`verdicts`] judge cases; [`findings`] puts the judgement into words. [`gate()`] asks of the same cases whether they may be released.

mod alive;
mod baseline;
mod bundles;
mod cases;
mod correlate;
mod findings;
mod fingerprint;
mod gate;
mod inline;
mod join;
mod ladder;
mod limits;
mod rank;
mod story;
mod summary;
#[cfg(test)]
mod testing;
mod times;
pub mod verdicts;
mod waivers;
mod words;
mod zones;

pub use self::baseline::hold;
use crate::domain::{Face, Finding, Outcome, PlanHead, Policy, Registrations, Shard, TargetOutcome, Trouble};
pub use gate::gate;

/// Judges what was seen. `faces` are those of the credential rules.
pub fn run(plan: &PlanHead, mut shard: Shard, registrations: &Registrations, policy: &Policy, faces: &[Face]) -> Outcome {
    shard.settle();
    shard.observations = join::joined(shard.observations);
    let side_cars = correlate::side_cars(&shard.observations);
    let world = cases::World::new(plan, registrations, policy, faces);
    let marks = findings::Marks { waivers: waivers::Waivers::new(registrations, policy), inline: inline::Inline::new(policy) };
    let correlate::Correlated { cases, mut left_out, inventory } = correlate::correlated(&shard.observations, &side_cars, &world);
    let mut told = findings::Told::default();
    let mut findings: Vec<Finding> = cases.iter().flat_map(|case| findings::findings(case, &world, &marks, &mut told)).collect();
    if told.disabled > 0 {
        *left_out.entry("disabled-rule".to_owned()).or_default() += told.disabled;
    }
    findings.sort_by(|a, b| (&a.place, a.code, &a.fingerprint, &a.arguments).cmp(&(&b.place, b.code, &b.fingerprint, &b.arguments)));
    fingerprint::number(findings.iter_mut());
    let summary = summary::summary(&shard, &cases, &findings, &marks, &left_out);
    Outcome { version: plan.version.clone(), rules: plan.rules.clone(), targets: by_target(plan, findings, shard.troubles), summary, inventory }
}

/// Findings and troubles of each target; what names a target that the plan does not have goes to the last.
fn by_target(plan: &PlanHead, findings: Vec<Finding>, troubles: Vec<Trouble>) -> Vec<TargetOutcome> {
    let mut targets: Vec<_> =
        plan.targets.iter().map(|target| TargetOutcome { target: target.clone(), findings: Vec::new(), troubles: Vec::new(), absent: Vec::new() }).collect();
    let Some(last) = targets.len().checked_sub(1) else { return targets };
    let index = |target: u32| usize::try_from(target).map_or(last, |index| index.min(last));
    for finding in findings {
        if let Some(target) = targets.get_mut(index(finding.place.origin.target)) {
            target.findings.push(finding);
        }
    }
    for trouble in troubles {
        if let Some(target) = targets.get_mut(index(trouble.place.origin.target)) {
            target.troubles.push(trouble);
        }
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::testing::{Estate, Marked as _, hazard, span};
    use crate::domain::{Ack, Level, Place, Shard, Trouble};

    /// A sequence of numbers that looks random and is the same in every run.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % limit
        }

        fn shuffle<T>(&mut self, items: &mut [T]) {
            for end in (1..items.len()).rev() {
                let other = self.below(end + 1);
                items.swap(end, other);
            }
        }
    }

    /// Secrets in many places, revisions and times, models in parts, copies and pointers, references, side-cars, a registry that disagrees.
    fn motley(seed: u64) -> Estate {
        let mut numbers = Numbers(seed);
        let folders = ["src", "deploy/prod", "notebooks", "tests", ".github/workflows", "m"];
        let mut estate = Estate::new();
        for _ in 0..60 {
            let folder = folders[numbers.below(folders.len())];
            let path = format!("{folder}/f{}", numbers.below(6));
            let name = ["x", "y", "z", "w"][numbers.below(4)];
            let digit = ["a", "b", "c", ""][numbers.below(4)];
            let kind = numbers.below(12);
            let (shard, life) = (numbers.below(3) + 1, numbers.below(400) as u64);
            let (first, length) = (numbers.below(8) as u32 + 1, numbers.below(6) as u32);
            let history = match numbers.below(4) {
                0 => span(first, first + length, None).head(),
                1 => span(first, first + length, None),
                2 => span(first, first + length, None).unreachable(),
                _ => span(first, first + length, Some(first + length + 1)),
            };
            estate = match kind {
                9 => estate.past(&path, name, history),
                10 if digit.is_empty() => estate.past_guessable(&path, history),
                10 => estate.past_artifact(&format!("{path}.pt"), ["model", "pointer", "adapter", "data"][shard], digit, history),
                11 => estate.past_reference(&path, ["hf:org/x", "openai:gpt-4o", "path:m/f1.pt", "mlflow:churn/2"][shard], history),
                0 => estate.credential(&path, name, |credential| credential.lifetime.life = Some(life * 86_400)),
                1 => estate.credential(&path, name, |credential| drop(credential.facts.insert("workload".into(), format!("w{life}")))),
                2 => estate.revision(&path, name, ["c1", "c2"][life as usize % 2]),
                3 => estate.guessable(&path, shard as u32),
                4 => estate.artifact(&format!("{folder}/m-0000{shard}-of-00003.gguf"), "weights", digit, |_| {}),
                5 => estate.artifact(&format!("{path}.pt"), ["model", "pointer", "adapter", "data"][shard], digit, |artifact| {
                    artifact.hazards = vec![hazard("os.system")]
                }),
                6 => estate
                    .reference(&path, ["hf:org/x", "openai:gpt-4o", "path:m/f1.pt", "mlflow:churn/2"][shard], |reference| reference.pinned = life % 2 == 0),
                7 => estate.artifact(&format!("{folder}/config.json"), "config", "", |_| {}),
                _ => estate.side_car(&format!("{path}.pt.model.yaml"), "name: beside\nversion: 1\ndigests: [\"sha256:@a\"]\n"),
            };
        }
        estate = estate.model("name: churn\nversion: 1\nscope: [test]\ndigests: [\"sha256:@a\"]\nlocations: [\"m/\"]\n");
        estate = estate.model("name: other\nversion: 1\nowner: a\ndigests: [\"sha256:@a\", \"sha256:@b\"]\n");
        estate.identity("x", |entry| entry.owner = None).allow("openai:*").waiver("artifact-drift", "m/**").waiver("stale-secret", "nowhere/**")
    }

    /// The same observations in another order, cut into shards, some handed in twice.
    fn recut(shard: &Shard, numbers: &mut Numbers) -> Shard {
        let mut observations = shard.observations.clone();
        numbers.shuffle(&mut observations);
        let mut pieces = Vec::new();
        while !observations.is_empty() {
            let size = numbers.below(observations.len()) + 1;
            let rest = observations.split_off(size);
            pieces.push(Shard { observations: std::mem::replace(&mut observations, rest), ..Shard::default() });
        }
        for (number, ack) in &shard.acks {
            let at = numbers.below(pieces.len());
            pieces[at].acks.insert(*number, ack.clone());
        }
        for trouble in &shard.troubles {
            let at = numbers.below(pieces.len());
            pieces[at].troubles.push(trouble.clone());
        }
        let again = pieces[numbers.below(pieces.len())].clone();
        pieces.push(again);
        numbers.shuffle(&mut pieces);
        let mut whole = Shard::default();
        pieces.into_iter().for_each(|piece| whole.merge(piece));
        whole
    }

    #[test]
    fn any_cut_and_any_order_give_the_same_outcome_to_the_byte() {
        let mut told = 0;
        for seed in 0..12 {
            let mut estate = motley(seed);
            estate.shard.acks = (0..9).map(|unit| (unit, Ack { unit, blobs: 1, bytes: unit, ..Ack::default() })).collect();
            let trouble = |message: &str| Trouble { place: Place::default(), kind: "unreadable-file".into(), message: message.into() };
            estate.shard.troubles = vec![trouble("b"), trouble("a")];
            let expected = serde_json::to_string(&estate.run()).expect("an outcome is JSON");
            let mut numbers = Numbers(seed + 1000);
            for _ in 0..8 {
                let outcome = estate.run_with(recut(&estate.shard, &mut numbers));
                assert_eq!(serde_json::to_string(&outcome).expect("an outcome is JSON"), expected, "seed {seed}");
            }
            told += estate.run().targets[0].findings.len();
        }
        assert!(told > 500, "the motley estates must give the property something to hold: {told}");
    }

    #[test]
    fn the_order_of_registries_decides_nothing() {
        for seed in 0..6 {
            let mut estate = motley(seed);
            let expected = estate.run();
            estate.registrations.models.reverse();
            estate.registrations.waivers.reverse();
            assert_eq!(estate.run(), expected);
        }
    }

    #[test]
    fn fingerprints_are_unique_and_places_in_order() {
        for seed in 0..6 {
            let findings = &motley(seed).run().targets[0].findings;
            let mut prints: Vec<_> = findings.iter().map(|finding| (finding.fingerprint.digest.clone(), finding.fingerprint.ordinal)).collect();
            prints.sort();
            assert!(prints.windows(2).all(|pair| pair[0] != pair[1]));
            assert!(findings.windows(2).all(|pair| (&pair[0].place, pair[0].code) <= (&pair[1].place, pair[1].code)));
        }
    }

    #[test]
    fn fingerprints_of_subjects_outlive_moves_and_new_places() {
        let of = |estate: &Estate| estate.findings("long-lived-secret")[0].fingerprint.clone();
        let before = Estate::new().credential("a.env", "x", |_| {});
        let after = Estate::new().credential("conf/b.env", "x", |_| {}).credential("deploy/prod/c.env", "x", |_| {});
        assert_eq!(of(&before), of(&after));
    }

    #[test]
    fn waived_findings_stay_with_their_suppression_and_are_counted() {
        let estate = Estate::new().credential("a.env", "x", |_| {}).waiver("acme-key", "a.*").waiver("acme-key", "b.*");
        let outcome = estate.run();
        let waived: Vec<_> = outcome.targets[0].findings.iter().filter(|finding| finding.suppression.is_some()).map(|finding| finding.code).collect();
        assert_eq!((waived, outcome.summary.waived), (vec![1001], 1));
        assert_eq!(outcome.summary.unused_waivers, ["`acme-key` at `b.*` (registry.yaml:40): covers nothing"]);
    }

    #[test]
    fn the_user_sets_levels_and_targets_keep_their_own() {
        let mut estate = Estate::new().credential("a.env", "x", |_| {}).credential("b.env", "y", |_| {});
        estate.policy.levels.insert("acme-key".into(), Level::Note);
        for observation in estate.shard.observations.iter_mut().filter(|observation| observation.place.origin.uri == "b.env") {
            observation.place.origin.target = 7;
        }
        let outcome = estate.run();
        let leaks =
            |target: usize| outcome.targets[target].findings.iter().filter(|finding| finding.code == 1001).map(|finding| finding.level).collect::<Vec<_>>();
        assert_eq!((leaks(0), leaks(1)), (vec![Level::Note], vec![Level::Note]));
    }

    #[test]
    fn a_credential_of_an_unknown_rule_is_still_told() {
        let estate = Estate::new().credential("a.env", "x", |credential| credential.rule = 1999);
        let texts: Vec<_> = estate.run().targets[0].findings.iter().filter(|finding| finding.code == 1999).map(|finding| finding.text.clone()).collect();
        assert_eq!(texts, ["A 'credential' lies in 'a.env': 'acme_[REDACTED]'. Its rule is unknown to this version."]);
    }
}
