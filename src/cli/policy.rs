//! `heliodon policy`: what is demanded, and who says so.

use std::io::{self, Write};

use serde::Serialize;

use super::config::{self, Config};
use super::flags::PolicyCommand;
use super::{Error, Exit, output, rules};
use crate::domain::{Policy, Tier, WaiverRule};

pub(super) fn run(command: &PolicyCommand) -> Result<Exit, Error> {
    let PolicyCommand::Show { own } = command;
    let config = config::load(&own.config, &[])?;
    rules::install(own, &config)?;
    let policy = config.policy_at(None)?;
    output::to(None, |out| show(&policy, &config, out))?;
    Ok(Exit::Clean)
}

/// The effective policy as a `heliodon.toml` that says the same, with the origin of every value.
fn show(policy: &Policy, config: &Config, out: &mut dyn Write) -> io::Result<()> {
    let files: Vec<_> = config.layers().iter().map(|layer| layer.name.as_str()).collect();
    let files = if files.is_empty() { "none".to_owned() } else { files.join(", ") };
    let mut page = Page { config, out };
    writeln!(page.out, "# The effective policy, each value with its origin. Files, the lowest first: {files}\n")?;
    if !policy.disable.is_empty() {
        page.value(&["disable"], &policy.disable)?;
        writeln!(page.out)?;
    }
    writeln!(page.out, "[policy]")?;
    page.value(&["policy", "max_life"], &duration(policy.max_life))?;
    page.value(&["policy", "rotate_every"], &duration(policy.rotate_every))?;
    page.value(&["policy", "max_waiver"], &duration(policy.max_waiver))?;
    let older = page.config.origin(&["policy", "show_weak"]).filter(|_| page.config.origin(&["policy", "min_confidence"]).is_none());
    let path = if older.is_some() { ["policy", "show_weak"] } else { ["policy", "min_confidence"] };
    page.line("min_confidence", &json(&policy.min_confidence), &path)?;
    page.value(&["policy", "inline_allow"], &policy.inline_allow)?;
    page.value(&["policy", "foreign_pragmas"], &policy.foreign_pragmas)?;
    page.table("demands", policy.demands.iter().map(|(stage, fields)| (json(stage), json(fields))))?;
    page.table("release", policy.release.iter().map(|(stage, checks)| (json(stage), json(checks))))?;
    page.table("levels", policy.levels.iter().map(|(rule, level)| (json(rule), json(level))))?;
    policy.tiers.iter().try_for_each(|(name, tier)| page.tier(name, tier))?;
    policy.waivers.iter().try_for_each(|(level, rule)| page.waivers(&bare(&json(level)), rule))?;
    page.lifetimes(policy)?;
    page.zones(policy)
}

struct Page<'c, 'o> {
    config: &'c Config,
    out: &'o mut dyn Write,
}

impl Page<'_, '_> {
    fn value(&mut self, path: &[&str], value: &impl Serialize) -> io::Result<()> {
        self.line(path.last().copied().unwrap_or_default(), &json(value), path)
    }

    fn line(&mut self, key: &str, value: &str, path: &[&str]) -> io::Result<()> {
        let origin = self.config.origin(path).unwrap_or_else(|| "default".to_owned());
        let said = format!("{} = {value}", quoted(key));
        writeln!(self.out, "{said:38}  # {origin}")
    }

    fn head(&mut self, head: &str, origin: Option<String>) -> io::Result<()> {
        let origin = origin.unwrap_or_else(|| "default".to_owned());
        writeln!(self.out, "\n{head:38}  # {origin}")
    }

    /// Keys are JSON strings.
    fn table(&mut self, name: &str, rows: impl Iterator<Item = (String, String)>) -> io::Result<()> {
        let mut rows = rows.peekable();
        if rows.peek().is_some() {
            writeln!(self.out, "\n[policy.{name}]")?;
        }
        rows.map(|(key, value)| (bare(&key), value)).try_for_each(|(key, value)| self.line(&key, &value, &["policy", name, &key]))
    }

    fn tier(&mut self, name: &str, tier: &Tier) -> io::Result<()> {
        self.head(&format!("[policy.tiers.{}]", quoted(name)), self.config.origin(&["policy", "tiers", name]))?;
        writeln!(self.out, "classifications = {}", json(&tier.classifications))?;
        writeln!(self.out, "demands = {}\nrelease = {}", json(&tier.demands), json(&tier.release))?;
        tier.approvals.iter().try_for_each(|approvals| writeln!(self.out, "approvals = {approvals}"))
    }

    fn waivers(&mut self, level: &str, rule: &WaiverRule) -> io::Result<()> {
        self.head(&format!("[policy.waivers.{level}]"), self.config.origin(&["policy", "waivers", level]))?;
        rule.max.iter().try_for_each(|max| writeln!(self.out, "max = {}", json(max)))?;
        writeln!(self.out, "approvers = {}", json(&rule.approvers))
    }

    fn lifetimes(&mut self, policy: &Policy) -> io::Result<()> {
        let origins = self.config.origins(&["policy", "lifetimes"]);
        for (index, rule) in policy.lifetimes.iter().enumerate() {
            self.head("[[policy.lifetimes]]", origins.get(index).cloned())?;
            let class = rule.class.as_ref().map(json);
            let rest = [&rule.zone, &rule.max_life, &rule.rotate_every].map(|text| text.as_ref().map(json));
            for (key, value) in ["class", "zone", "max_life", "rotate_every"].iter().zip([class].into_iter().chain(rest)) {
                value.iter().try_for_each(|value| writeln!(self.out, "{key} = {value}"))?;
            }
        }
        Ok(())
    }

    fn zones(&mut self, policy: &Policy) -> io::Result<()> {
        let origins = self.config.origins(&["zones"]);
        for (index, rule) in policy.zones.iter().enumerate() {
            self.head("[[zones]]", origins.get(index).cloned())?;
            writeln!(self.out, "zone = {}\npaths = {}\nfacts = {}", json(&rule.zone), json(&rule.paths), json(&rule.facts))?;
        }
        Ok(())
    }
}

/// Texts, numbers and lists of them are written in TOML as in JSON.
fn json(value: &impl Serialize) -> String {
    serde_json::to_value(value).map_or_else(|_| String::new(), |value| spaced(&value))
}

fn spaced(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(items) => format!("[{}]", items.iter().map(spaced).collect::<Vec<_>>().join(", ")),
        value => value.to_string(),
    }
}

/// What stands in a JSON string.
fn bare(text: &str) -> String {
    serde_json::from_str(text).unwrap_or_else(|_| text.to_owned())
}

/// A key as TOML takes it.
fn quoted(key: &str) -> String {
    match !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        true => key.to_owned(),
        false => json(&key),
    }
}

/// `90d`, or the largest unit that leaves nothing over.
fn duration(seconds: u64) -> String {
    let units = [(86_400, 'd'), (3600, 'h'), (60, 'm'), (1, 's')];
    let (each, unit) = units.into_iter().find(|(each, _)| seconds.is_multiple_of(*each)).unwrap_or((1, 's'));
    format!("{}{unit}", seconds / each)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::layers;

    #[test]
    fn what_is_shown_says_the_same_when_it_is_a_configuration() {
        let now = "2026-11-20T12:00:00Z".parse().expect("a time");
        let mut policy = Policy::defaults(now);
        let file = serde_json::json!({
            "max_life": "12h",
            "levels": {"stale-secret": "error", "own/gitleaks.x": "note"},
            "tiers": {"very high": {"classifications": ["top \"secret\""], "approvals": 3, "demands": ["license"], "release": ["pinned"]}},
            "waivers": {"error": {"max": "30d", "approvers": ["*@risk"]}},
            "lifetimes": [{"class": "key-material", "max_life": "1y"}, {"zone": "production", "rotate_every": "30d"}],
        });
        policy = policy.with(serde_json::from_value(file).expect("a policy file"), vec![]).expect("a policy");
        let mut page = Vec::new();
        show(&policy, &Config::default(), &mut page).expect("written");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("heliodon.toml");
        std::fs::write(&path, &page).expect("written");
        let layers = layers::read(&[path]).expect("what is shown is a configuration");
        let bare = Policy { zones: Vec::new(), tiers: Default::default(), demands: Default::default(), release: Default::default(), ..Policy::defaults(now) };
        let read = bare.with(layers[0].says.policy.clone(), layers[0].says.zones.clone()).expect("a policy");
        assert_eq!(read, policy);
    }
}
