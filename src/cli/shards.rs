//! `plan`, `observe`, `reconcile`: the three parts of `scan` apart, with JSON lines between them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Mutex;

use jiff::Timestamp;
use rayon::prelude::*;

use super::config::Config;
use super::flags::{Observe, Own, Plan, Reconcile};
use super::{Error, Exit, baseline, config, evidence, output, progress, rules, scan};
use crate::domain::{Hidden, Line, PlanHead, Shard, Trouble, Unit, Wanted, Watch};
use crate::ledger::Ran;
use crate::scan::source::Listing;
use crate::scan::{self as map, Pool};
use crate::{reconcile as reduce, registry, rulepack};

/// Names shown of units that nobody acknowledged.
const NAMES: usize = 10;

/// A plan, read back.
struct Work {
    head: PlanHead,
    units: Vec<Unit>,
    /// What the listing left out or could not read.
    listing: Shard,
}

/// `heliodon plan`: the units in a stable order, then what the listing left out.
pub(super) fn plan(flags: &Plan) -> Result<Exit, Error> {
    let config = config::load(&flags.own.config, &flags.targets.targets)?;
    rules::install(&flags.own, &config)?;
    let registrations = registry::load(&config::registries(&flags.registries, &flags.targets.targets))?;
    let mut options = config.listing(&flags.targets, 1);
    options.sizes = true;
    let wanted = Wanted { digests: config::wants_digests(&registrations) };
    let head = scan::plan_head(scan::targets(&flags.targets)?, wanted);
    let head = PlanHead { reach: config::reach(&flags.targets.history), excludes: options.excludes.clone(), ..head };

    let units = Mutex::new(Vec::new());
    let troubles = Mutex::new(Vec::new());
    let hidden = Mutex::new(Hidden::new());
    let hold = "no thread panics while it lists";
    map::list(
        &head,
        &options,
        &Listing {
            unit: &|unit| {
                units.lock().expect(hold).push(unit);
                true
            },
            trouble: &|trouble| troubles.lock().expect(hold).push(trouble),
            hidden: &|reason, count| *hidden.lock().expect(hold).entry(reason.to_owned()).or_default() += count,
            watch: &Watch::default(),
        },
    )?;
    let mut units: Vec<Unit> = units.into_inner().expect(hold);
    units.sort_by(|a, b| a.origin.cmp(&b.origin));
    (0..).zip(&mut units).for_each(|(number, unit)| unit.number = number);
    let mut troubles: Vec<Trouble> = troubles.into_inner().expect(hold);
    troubles.sort();

    let lines = [Line::Plan(head)].into_iter().chain(units.into_iter().map(Line::Unit)).chain(troubles.into_iter().map(Line::Trouble));
    write_lines(flags.output.as_deref(), lines.chain([Line::Hidden(hidden.into_inner().expect(hold))]))?;
    Ok(Exit::Clean)
}

/// `heliodon observe`: one acknowledgement for each unit of the shard, whatever became of it.
pub(super) fn observe(flags: &Observe) -> Result<Exit, Error> {
    let work = read_plan(&flags.plan)?;
    configured(&work.head, &flags.own, &flags.plan)?;
    let (part, parts) = flags.shard;
    let units: Vec<&Unit> = work.units.iter().filter(|unit| unit.number % parts == part - 1).collect();
    let threads = rayon::ThreadPoolBuilder::new().num_threads(config::threads(&flags.map)).build();
    let threads = threads.map_err(|error| Error::Input(format!("no threads to work with: {error}")))?;

    let bar = progress::Bar::start(flags.map.quiet);
    let watch = bar.watch();
    let options = map::Options { watch: Some(watch.clone()), ..config::map_options(&flags.map)? };
    units.iter().for_each(|_| watch.unit_listed());
    watch.listing_ended();
    let pool = Pool::default();
    let shards: Vec<Shard> = threads.install(|| {
        units
            .par_iter()
            .map(|unit| {
                let shard = pool.lend(|scratch| map::observe(unit, &work.head, &options, scratch));
                watch.unit_done(shard.acks.values().map(|ack| ack.bytes).sum(), shard.observations.len() as u64);
                shard
            })
            .collect()
    });
    bar.finish();

    let lines = shards.into_iter().flat_map(|shard| {
        let observations = shard.observations.into_iter().map(Line::Observation);
        // The acknowledgement comes last: a shard that was cut in the middle of a unit does not claim it.
        observations.chain(shard.troubles.into_iter().map(Line::Trouble)).chain(shard.acks.into_values().map(Line::Ack))
    });
    write_lines(flags.output.as_deref(), [Line::Plan(work.head.clone())].into_iter().chain(lines))?;
    Ok(Exit::Clean)
}

/// `heliodon reconcile`: the same report that `scan` gives.
pub(super) fn reconcile(flags: &Reconcile) -> Result<Exit, Error> {
    let started = Timestamp::now();
    let work = read_plan(&flags.plan)?;
    let config = configured(&work.head, &flags.own, &flags.plan)?;
    let policy = config.policy(&flags.reduce)?;
    let registrations = registry::load(&config::registries(&flags.reduce.registries, &[]))?;
    if config::wants_digests(&registrations) && !work.head.wanted.digests {
        return Err(Error::Input(format!("the registry names digests, but `{}` asks for none; make the plan with the same --registry", flags.plan.display())));
    }
    let known = baseline::load(&flags.reduce.against.baseline)?;
    baseline::check(&flags.keep, &work.head)?;
    evidence::check(&flags.keep)?;
    let mut sum = work.listing;
    for path in &flags.shards {
        sum.merge(read_shard(path, &work.head)?);
    }
    complete(&work.units, &sum, &flags.plan)?;

    let faces = scan::faces(&sum);
    let mut outcome = reduce::run(&work.head, sum, &registrations, &policy, &faces);
    baseline::hold(&mut outcome, known.as_ref(), &work.head);
    baseline::write(&flags.keep, &outcome)?;
    let exit = scan::exit(&outcome, flags.reduce.fail_on.level(), flags.reduce.require_complete);
    let reports = output::write(&outcome, &flags.report, started, exit, false)?;
    let ran = Ran {
        plan: &work.head,
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
    evidence::append(&flags.keep, &ran, false)?;
    Ok(exit)
}

/// Every unit of the plan was acknowledged, and nothing else.
fn complete(units: &[Unit], sum: &Shard, plan: &Path) -> Result<(), Error> {
    let known: BTreeMap<u64, &Unit> = units.iter().map(|unit| (unit.number, unit)).collect();
    if let Some(stranger) = sum.acks.keys().find(|number| !known.contains_key(number)) {
        return Err(Error::Input(format!("unit {stranger} is acknowledged, but `{}` has no such unit: the shards belong to another plan", plan.display())));
    }
    let missing: Vec<&Unit> = units.iter().filter(|unit| !sum.acks.contains_key(&unit.number)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = missing.iter().take(NAMES).map(|unit| format!("  unit {}: {}", unit.number, unit.origin.uri)).collect();
    let more = missing.len().saturating_sub(NAMES);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    Err(Error::Input(format!("{} of {} units were not acknowledged by any shard:\n{}{more}", missing.len(), units.len(), names.join("\n"))))
}

fn read_plan(path: &Path) -> Result<Work, Error> {
    let mut head = None;
    let mut units = Vec::new();
    let mut listing = Shard::default();
    for line in read_lines(path)? {
        match line? {
            Line::Plan(found) => head = Some(found),
            Line::Unit(unit) => units.push(unit),
            Line::Trouble(trouble) => listing.troubles.push(trouble),
            Line::Hidden(hidden) => listing.merge(Shard { hidden, ..Shard::default() }),
            Line::Observation(_) | Line::Ack(_) => return Err(Error::Input(format!("`{}` is a shard, not a plan", path.display()))),
        }
    }
    let head = head.ok_or_else(|| Error::Input(format!("`{}` is not a plan: its first line names no rules and no targets", path.display())))?;
    Ok(Work { head, units, listing })
}

/// The configuration of the plan's targets; its rules are put in force, and must be those of the plan.
fn configured(head: &PlanHead, own: &Own, plan: &Path) -> Result<Config, Error> {
    let targets: Vec<String> = head.targets.iter().map(|target| target.name.clone()).collect();
    let config = config::load(&own.config, &targets)?;
    rules::install(own, &config)?;
    same_rules(head, plan)?;
    Ok(config)
}

fn read_shard(path: &Path, plan: &PlanHead) -> Result<Shard, Error> {
    let mut shard = Shard::default();
    for line in read_lines(path)? {
        match line? {
            Line::Plan(head) if head == *plan => {}
            Line::Plan(head) => {
                same_rules(&head, path)?;
                return Err(Error::Input(format!("`{}` was made from another plan", path.display())));
            }
            Line::Observation(observation) => shard.observations.push(observation),
            Line::Trouble(trouble) => shard.troubles.push(trouble),
            Line::Ack(ack) => {
                shard.acks.insert(ack.unit, ack);
            }
            Line::Unit(_) | Line::Hidden(_) => return Err(Error::Input(format!("`{}` is a plan, not a shard", path.display()))),
        }
    }
    Ok(shard)
}

fn same_rules(head: &PlanHead, path: &Path) -> Result<(), Error> {
    match head.rules == rulepack::pack().digest() {
        true => Ok(()),
        false => Err(Error::Input(format!(
            "`{}` was made by heliodon {} with other rules; plan, observe and reconcile need the same program, and the same --rules and --config",
            path.display(),
            head.version
        ))),
    }
}

fn read_lines(path: &Path) -> Result<impl Iterator<Item = Result<Line, Error>>, Error> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| Error::File { name: name.clone(), error })?;
    Ok(BufReader::new(file).lines().enumerate().filter(|(_, line)| !line.as_ref().is_ok_and(|line| line.trim().is_empty())).map(move |(index, line)| {
        let line = line.map_err(|error| Error::File { name: name.clone(), error })?;
        serde_json::from_str(&line).map_err(|error| Error::Input(format!("`{name}`: line {}: {error}", index + 1)))
    }))
}

fn write_lines(path: Option<&Path>, lines: impl Iterator<Item = Line>) -> Result<(), Error> {
    output::to(path, |out| {
        lines.into_iter().try_for_each(|line| {
            serde_json::to_writer(&mut *out, &line)?;
            out.write_all(b"\n")
        })
    })
}
