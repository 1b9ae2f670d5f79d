//! `heliodon gate`: may these models be released? One line a reason, with how to mend it.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::flags::{GateFormat, Release};
use super::{Error, Exit, config, output, rules, scan};
use crate::domain::{Declared, Entry, Gated, Policy, Stage, Target, Watch, encode_uri, parse_side_car};
use crate::scan::source::{self, ListOptions};
use crate::{reconcile, registry};

pub(super) fn run(flags: &Release) -> Result<Exit, Error> {
    let config = config::load(&flags.own.config, &flags.artifacts)?;
    rules::install(&flags.own, &config)?;
    let policy = config.policy_at(flags.now.as_deref())?;
    let (stage, zone) = asked(flags, &policy)?;
    let mut registrations = registry::load(&config::registries(&flags.registries, &flags.artifacts))?;
    registrations.models.extend(side_cars(&flags.artifacts, &mut registrations.present)?);

    let targets = flags.artifacts.iter().map(|address| target(address)).collect::<Result<_, Error>>()?;
    let plan = scan::plan_of_artifacts(targets);
    let listing = ListOptions { threads: config::threads(&flags.map), ..ListOptions::default() };
    let shard = scan::map(&plan, &listing, &config::map_options(&flags.map)?, &Watch::default())?;
    let faces = scan::faces(&shard);
    let gated = reconcile::gate(&plan, shard, &registrations, &policy, &faces, stage, zone);
    if gated.releases.is_empty() && gated.troubles.is_empty() {
        return Err(Error::Input(format!("{}: no model of a known format", named(&flags.artifacts))));
    }
    output::to(flags.output.as_deref(), |out| match flags.format {
        GateFormat::Text => text(&gated, out),
        GateFormat::Json => serde_json::to_writer_pretty(&mut *out, &gated).map_err(io::Error::other).and_then(|()| writeln!(out)),
    })?;
    Ok(match (gated.troubles.is_empty(), gated.passed) {
        (false, _) => Exit::Incomplete,
        (true, true) => Exit::Clean,
        (true, false) => Exit::Findings,
    })
}

/// Outside repositories, paths are told as the current directory sees them: so a registry there names them, and so zones are told.
fn target(address: &str) -> Result<Target, Error> {
    let target = source::target(address)?;
    let paths = std::env::current_dir().and_then(fs::canonicalize).ok().zip(fs::canonicalize(address).ok());
    let Some((here, path)) = paths.filter(|(_, path)| target.scheme == "file" && !path.ancestors().any(|above| above.join(".git").exists())) else {
        return Ok(target);
    };
    let encode = |path: &Path| encode_uri(path.as_os_str().as_encoded_bytes());
    Ok(match path.strip_prefix(&here) {
        Ok(below) => Target { root: encode(&here), start: encode(below), ..target },
        Err(_) => target,
    })
}

fn named(artifacts: &[String]) -> String {
    artifacts.iter().map(|artifact| format!("`{artifact}`")).collect::<Vec<_>>().join(", ")
}

/// The stage, and the zone that models of that stage go to.
fn asked(flags: &Release, policy: &Policy) -> Result<(Stage, String), Error> {
    let (stage, zone) = match flags.stage.as_str() {
        "research" => (Stage::Research, "experiment"),
        "candidate" => (Stage::Candidate, "staging"),
        "production" => (Stage::Production, "production"),
        typed => return Err(Error::Input(format!("`{typed}` is no stage that something is released to; there are research, candidate, production"))),
    };
    let Some(typed) = &flags.zone else { return Ok((stage, zone.to_owned())) };
    let mut zones: Vec<&str> = policy.zones.iter().map(|rule| rule.zone.as_str()).collect();
    match zones.iter().any(|zone| zone.eq_ignore_ascii_case(typed)) {
        true => Ok((stage, typed.clone())),
        false => {
            zones.sort_unstable();
            zones.dedup();
            Err(Error::Input(format!("there is no zone `{typed}`; there are {}", zones.join(", "))))
        }
    }
}

/// Manifests beside single files: a folder's own are seen when it is read.
fn side_cars(artifacts: &[String], present: &mut bool) -> Result<Vec<Entry<crate::domain::ModelEntry>>, Error> {
    let mut entries = Vec::new();
    for artifact in artifacts.iter().filter(|artifact| Path::new(artifact).is_file()) {
        let name = format!("{artifact}.model.yaml");
        if !Path::new(&name).is_file() {
            continue;
        }
        let text = fs::read_to_string(&name).map_err(|error| Error::File { name: name.clone(), error })?;
        let mut value = match parse_side_car(&text, true) {
            Some(Ok(entry)) => entry,
            Some(Err(told)) => return Err(Error::Input(format!("side-car `{name}`: {told}"))),
            None => continue,
        };
        // It speaks of the file beside it.
        let file = Path::new(artifact).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        value.locations.extend([format!("**/{file}"), file]);
        entries.push(Entry { declared: Declared { file: name, line: 1 }, value });
        *present = true;
    }
    Ok(entries)
}

fn text(gated: &Gated, out: &mut dyn Write) -> io::Result<()> {
    let stage = format!("{:?}", gated.stage).to_lowercase();
    for release in &gated.releases {
        let word = if release.passed { "passed " } else { "refused" };
        let known = match (&release.registered_as, &release.rung, &release.declared) {
            (Some(title), rung, Some(declared)) => {
                let rung = rung.as_ref().map(|rung| format!(" by {rung}")).unwrap_or_default();
                format!(": registered as {title}{rung} ({declared})")
            }
            _ => ": not registered".to_owned(),
        };
        let tier = release.tier.as_ref().map(|tier| format!(", tier {tier}")).unwrap_or_default();
        writeln!(out, "{word}  {}  {}{known}{tier}", release.name, some(&release.places))?;
        for reason in &release.reasons {
            writeln!(out, "  {:13}  {}; {}", reason.check.name(), reason.what, reason.mend)?;
        }
        for waived in &release.waived {
            let check = waived.reason.check.name();
            writeln!(out, "  {check:13}  waived by {} until {} ({}): {}", waived.approved_by, waived.until, waived.because, waived.reason.what)?;
        }
    }
    for unread in &gated.troubles {
        writeln!(out, "not read  {}: {}", unread.place, unread.message)?;
    }
    let passed = gated.releases.iter().filter(|release| release.passed).count();
    let unread = if gated.troubles.is_empty() { "" } else { ", but not everything could be read" };
    writeln!(out, "{passed} of {} may be released to {stage}, zone {}{unread}", gated.releases.len(), gated.zone)
}

fn some(places: &[String]) -> String {
    match places {
        [] => String::new(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `--format json` prints. `HELIODON_REWRITE=1 cargo test` writes it anew.
    #[test]
    fn the_published_schema_is_the_one_of_the_code() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/heliodon-gate.schema.json");
        let schema = serde_json::to_string_pretty(&schemars::schema_for!(Gated)).expect("a schema is JSON") + "\n";
        if std::env::var_os("HELIODON_REWRITE").is_some() {
            fs::write(file, &schema).expect("written");
        }
        assert!(fs::read_to_string(file).expect("the schema is checked in") == schema, "run with HELIODON_REWRITE=1");
    }
}
