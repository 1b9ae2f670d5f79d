//! The zone of a place, and which zone weighs more.
//!
//! What a token says of itself (`sk_live_`) comes first, then the host or account that its facts name, then the path; among rules the
//! first match wins, and the user's stand before the defaults (`Policy::defaults`, where the default zones are argued). Where the path tells
//! nothing, the address of its target may: the bucket in `s3://acme-prod-models/x` is matched as a fact, the whole address as a path.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::domain::{CaselessGlobs, Credential, Place, Policy, Target, ZoneRule};

/// Facts that say where a credential works.
const FACTS: [&str; 8] = ["host", "account", "namespace", "workspace", "project", "bucket", "environment", "database"];
/// A pipeline hands secrets and models to other zones; that it holds what they hold is no breach.
const NEUTRAL: &str = "pipeline";

/// The zone rules of a policy, ready to match.
pub(super) struct Zones<'p> {
    rules: &'p [ZoneRule],
    targets: &'p [Target],
    paths: Globs<'p>,
    facts: Globs<'p>,
    /// The rule of each target's address.
    by_target: OnceCell<Vec<Option<usize>>>,
}

/// Globs of all rules, each with its rule, in one set. It is built when a place is first asked for: a run that finds nothing needs none.
struct Globs<'p> {
    all: Vec<(usize, &'p str)>,
    set: OnceCell<CaselessGlobs>,
}

impl<'p> Globs<'p> {
    fn new(rules: &'p [ZoneRule], globs: fn(&'p ZoneRule) -> &'p [String]) -> Self {
        let all = rules.iter().enumerate().flat_map(|(rule, zone)| globs(zone).iter().map(move |glob| (rule, glob.as_str())));
        Self { all: all.collect(), set: OnceCell::new() }
    }

    fn first(&self, text: &str) -> Option<usize> {
        let set = self.set.get_or_init(|| CaselessGlobs::valid(self.all.iter().map(|(_, glob)| *glob)));
        set.matches(text).into_iter().filter_map(|glob| Some(self.all.get(glob)?.0)).min()
    }
}

impl<'p> Zones<'p> {
    pub(super) fn new(policy: &'p Policy, targets: &'p [Target]) -> Self {
        let rules = policy.zones.as_slice();
        let (paths, facts) = (Globs::new(rules, |rule| &rule.paths), Globs::new(rules, |rule| &rule.facts));
        Self { rules, targets, paths, facts, by_target: OnceCell::new() }
    }

    fn by_address(&self, target: &Target) -> Option<usize> {
        let (_, rest) = target.name.split_once("://")?;
        let host = rest.split('/').next().unwrap_or_default();
        self.paths.first(&target.name).or_else(|| self.facts.first(host))
    }

    /// The zone that a path lies in.
    pub(super) fn of_place(&self, place: &Place) -> Option<&'p str> {
        let by_target = || {
            let all = self.by_target.get_or_init(|| self.targets.iter().map(|target| self.by_address(target)).collect());
            usize::try_from(place.origin.target).ok().and_then(|target| *all.get(target)?)
        };
        self.zone(self.paths.first(&place.display()).or_else(by_target))
    }

    /// The zone that a credential at a place works in.
    pub(super) fn of_credential(&self, place: &Place, credential: &Credential) -> Option<String> {
        let own = credential.zone.clone();
        let by_facts = || self.zone(told(&credential.facts).filter_map(|value| self.facts.first(value)).min()).map(str::to_owned);
        own.or_else(by_facts).or_else(|| self.of_place(place).map(str::to_owned))
    }

    fn zone(&self, rule: Option<usize>) -> Option<&'p str> {
        Some(self.rules.get(rule?)?.zone.as_str())
    }
}

fn told(facts: &BTreeMap<String, String>) -> impl Iterator<Item = &str> {
    facts.iter().filter(|(name, _)| FACTS.contains(&name.as_str())).map(|(_, value)| value.as_str())
}

/// How much a zone weighs: what runs for customers most, what is only tried out least; unknown words and no zone in between.
pub(super) fn weight(zone: Option<&str>) -> u8 {
    let Some(zone) = zone.map(str::to_ascii_lowercase) else { return 3 };
    match zone.as_str() {
        zone if ["preprod", "pre-prod", "stag", "uat"].iter().any(|word| zone.contains(word)) => 5,
        zone if zone.contains("prod") || zone == "live" => 6,
        NEUTRAL | "ci" => 4,
        "development" | "dev" | "local" => 2,
        zone if ["experiment", "research", "sandbox", "lab"].iter().any(|word| zone.contains(word)) => 1,
        "test" | "tests" => 0,
        _ => 3,
    }
}

/// Can something cross the border between this zone and another?
pub(super) fn separates(zone: &str) -> bool {
    zone != NEUTRAL
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Origin;

    fn policy() -> Policy {
        Policy::defaults("2026-11-20T00:00:00Z".parse().expect("a time"))
    }

    fn at(path: &str) -> Place {
        Place::whole(&Origin { uri: path.into(), ..Origin::default() }, &[])
    }

    #[test]
    fn paths_tell_zones_without_a_file() {
        let policy = policy();
        let zones = Zones::new(&policy, &[]);
        let expected = [
            ("deploy/prod/app.yaml", Some("production")),
            ("tests/prod/secrets.env", Some("test")),
            ("Research/a.py", Some("experiment")),
            ("src/eda.ipynb", Some("experiment")),
            (".github/workflows/release.yml", Some("pipeline")),
            ("config/settings.staging.toml", Some("staging")),
            (".env.production", Some("production")),
            (".env.local", Some("development")),
            ("helm/values.yaml", Some("production")),
            ("Dockerfile", None),
            ("src/producer/main.py", None),
            ("src/contest/latest.py", None),
        ];
        for (path, zone) in expected {
            assert_eq!(zones.of_place(&at(path)), zone, "{path}");
        }
    }

    #[test]
    fn the_token_outranks_its_host_and_the_host_its_path() {
        let policy = policy();
        let zones = Zones::new(&policy, &[]);
        let mut credential = Credential { facts: [("host".to_owned(), "db.prod.example.com".to_owned())].into(), ..Credential::default() };
        assert_eq!(zones.of_credential(&at("tests/a"), &credential).as_deref(), Some("production"));
        credential.zone = Some("sandbox".into());
        assert_eq!(zones.of_credential(&at("tests/a"), &credential).as_deref(), Some("sandbox"));
        assert_eq!(zones.of_credential(&at("tests/a"), &Credential::default()).as_deref(), Some("test"));
    }

    #[test]
    fn the_users_rules_come_first_and_a_broken_glob_shifts_nothing() {
        let rule = |zone: &str, glob: &str| ZoneRule { zone: zone.into(), paths: vec![glob.into()], facts: vec![] };
        let policy = Policy { zones: vec![rule("broken", "a["), rule("lab", "tests/**")], ..policy() };
        assert_eq!(Zones::new(&policy, &[]).of_place(&at("tests/a")), Some("lab"));
    }

    #[test]
    fn a_bucket_tells_what_its_paths_do_not() {
        let target = |name: &str| Target { scheme: "s3".into(), root: String::new(), start: String::new(), name: name.into(), repository: None };
        let policy = Policy {
            zones: [vec![ZoneRule { zone: "lab".into(), paths: vec!["s3://acme/lab/**".into()], facts: vec![] }], policy().zones].concat(),
            ..policy()
        };
        let zone = |name: &str| Zones::new(&policy, &[target(name)]).of_place(&at("m/a.pt")).map(str::to_owned);
        assert_eq!(zone("s3://acme-prod-models/x").as_deref(), Some("production"));
        assert_eq!(zone("s3://acme/lab/x").as_deref(), Some("lab"));
        assert_eq!(zone("s3://acme/x"), None);
        assert_eq!(zone("/home/prod/x"), None);
    }

    #[test]
    fn production_weighs_most() {
        let order = ["test", "experiment", "dev", "lake", "pipeline", "staging", "eu-production"];
        assert!(order.windows(2).all(|pair| weight(Some(pair[0])) < weight(Some(pair[1]))));
        assert_eq!(weight(None), weight(Some("lake")));
    }
}
