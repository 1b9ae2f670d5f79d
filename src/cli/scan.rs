//! `heliodon scan`: list + map + reduce, here and now.

use std::collections::BTreeSet;
use std::sync::Mutex;

use jiff::Timestamp;

use super::flags::{Scan, Targets};
use super::{Error, Exit, baseline, config, evidence, output, progress, rules};
use crate::domain::{Evidence, Face, Observation, Outcome, PlanHead, Range, Reach, Shard, Target, Wanted, Watch};
use crate::ledger::Ran;
use crate::rulepack;
use crate::scan::source::{self, ListOptions, Listing};
use crate::scan::{self, Options, Pool};
use crate::{reconcile, registry};

pub(super) fn run(flags: &Scan) -> Result<Exit, Error> {
    run_on(flags, config::reach(&flags.targets.history), flags.targets.history.staged)
}

/// The whole story, in order. A gate has nothing to say when it lets through.
pub(super) fn run_on(flags: &Scan, reach: Reach, gate: bool) -> Result<Exit, Error> {
    let started = Timestamp::now();
    let config = config::load(&flags.own.config, &flags.targets.targets)?;
    rules::install(&flags.own, &config)?;
    if !flags.map.quiet {
        rules::say_taken();
    }
    let policy = config.policy(&flags.reduce)?;
    let known = baseline::load(&flags.reduce.against.baseline)?;
    let registrations = registry::load(&config::registries(&flags.reduce.registries, &flags.targets.targets))?;
    let listing = config.listing(&flags.targets, config::threads(&flags.map));
    let wanted = Wanted { digests: config::wants_digests(&registrations) };
    let plan = PlanHead { reach, excludes: listing.excludes.clone(), ..plan_head(targets(&flags.targets)?, wanted) };
    baseline::check(&flags.keep, &plan)?;
    evidence::check(&flags.keep)?;

    let bar = progress::Bar::start(flags.map.quiet);
    let options = Options { watch: Some(bar.watch().clone()), ..config::map_options(&flags.map)? };
    let shard = map(&plan, &listing, &options, bar.watch())?;
    bar.finish();

    let faces = faces(&shard);
    let mut outcome = reconcile::run(&plan, shard, &registrations, &policy, &faces);
    baseline::hold(&mut outcome, known.as_ref(), &plan);
    baseline::write(&flags.keep, &outcome)?;
    let exit = exit(&outcome, flags.reduce.fail_on.level(), flags.reduce.require_complete);
    let troubled = outcome.targets.iter().any(|target| !target.troubles.is_empty());
    let mut reports = Vec::new();
    if !gate || troubled || exit != Exit::Clean || !flags.report.output.is_empty() || flags.report.format.is_some() {
        reports = output::write(&outcome, &flags.report, started, exit, flags.map.quiet)?;
    }
    let ran = Ran {
        plan: &plan,
        policy: &policy,
        registrations: &registrations,
        baseline: known.as_ref(),
        outcome: &outcome,
        reports,
        by: evidence::who(&flags.keep),
        started,
        ended: Timestamp::now(),
        fail_on: flags.reduce.fail_on.level(),
        require_complete: flags.reduce.require_complete,
        exit: exit as u8,
    };
    evidence::append(&flags.keep, &ran, flags.map.quiet)?;
    Ok(exit)
}

/// Faces of the credential rules that found something.
pub(super) fn faces(shard: &Shard) -> Vec<Face> {
    let rule = |observation: &Observation| match &observation.evidence {
        Evidence::Credential(credential) => Some(credential.rule),
        _ => None,
    };
    let found: BTreeSet<u32> = shard.observations.iter().filter_map(rule).collect();
    rulepack::pack().faces(|code| found.contains(&code))
}

/// The targets that were typed.
pub(super) fn targets(flags: &Targets) -> Result<Vec<Target>, Error> {
    flags.targets.iter().map(|address| Ok(source::target(address)?)).collect()
}

pub(super) fn plan_head(targets: Vec<Target>, wanted: Wanted) -> PlanHead {
    PlanHead { version: env!("CARGO_PKG_VERSION").into(), rules: rulepack::pack().digest(), targets, wanted, reach: Reach::default(), excludes: Vec::new() }
}

/// A plan of what lies there now, with digests, whatever was there before.
pub(super) fn plan_of_artifacts(targets: Vec<Target>) -> PlanHead {
    let reach = Reach { range: Range::Nothing, tree: true, ..Reach::default() };
    PlanHead { reach, ..plan_head(targets, Wanted { digests: true }) }
}

/// Lists and reads at once: each unit is read by the thread that listed it, so that no list of work is kept.
pub(super) fn map(plan: &PlanHead, listing: &ListOptions, options: &Options, watch: &Watch) -> Result<Shard, Error> {
    let sum = Mutex::new(Shard::default());
    let pool = Pool::default();
    let add = |shard: Shard| sum.lock().expect("no thread panics while it adds").merge(shard);
    let sink = Listing {
        unit: &|unit| {
            let shard = pool.lend(|scratch| scan::observe(&unit, plan, options, scratch));
            let bytes = shard.acks.values().map(|ack| ack.bytes).sum();
            watch.unit_done(bytes, shard.observations.len() as u64);
            add(shard);
            !watch.stopped()
        },
        trouble: &|trouble| add(Shard { troubles: vec![trouble], ..Shard::default() }),
        hidden: &|reason, count| add(Shard { hidden: [(reason.to_owned(), count)].into(), ..Shard::default() }),
        watch,
    };
    scan::list(plan, listing, &sink)?;
    watch.listing_ended();
    Ok(sum.into_inner().expect("no thread panics while it adds"))
}

/// The exit status that an outcome deserves.
pub(super) fn exit(outcome: &Outcome, fail_on: Option<crate::domain::Level>, require_complete: bool) -> Exit {
    let troubled = outcome.targets.iter().any(|target| !target.troubles.is_empty());
    let open = outcome.targets.iter().flat_map(|target| &target.findings).filter(|finding| finding.is_open());
    let failing = fail_on.is_some_and(|level| open.clone().any(|finding| finding.level >= level));
    match (troubled && require_complete, failing) {
        (true, _) => Exit::Incomplete,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Clean,
    }
}
