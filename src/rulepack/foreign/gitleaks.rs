//! gitleaks' and betterleaks' configurations.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Value;

use super::super::own::OwnFile;
use super::super::rule::{Confidence, Demand, Target, Unless};
use super::pattern::{Dialect, in_rust};
use super::{Note, Taken, Told, filter};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    extend: Extend,
    rules: Vec<Rule>,
    allowlist: Option<Allow>,
    allowlists: Vec<Allow>,
    filter: Option<String>,
    prefilter: Option<String>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Extend {
    path: Option<String>,
    #[serde(rename = "useDefault")]
    use_default: bool,
    #[serde(rename = "disabledRules")]
    disabled_rules: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Rule {
    id: String,
    description: Option<String>,
    regex: Option<String>,
    path: Option<String>,
    #[serde(rename = "secretGroup")]
    secret_group: Option<u32>,
    entropy: Option<f32>,
    keywords: Vec<String>,
    allowlist: Option<Allow>,
    allowlists: Vec<Allow>,
    filter: Option<String>,
    #[serde(rename = "skipReport")]
    skip_report: bool,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Allow {
    #[serde(rename = "targetRules")]
    target_rules: Vec<String>,
    condition: String,
    #[serde(rename = "regexTarget")]
    regex_target: String,
    regexes: Vec<String>,
    stopwords: Vec<String>,
    paths: Vec<String>,
    commits: Vec<String>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// Said of nothing that is found.
const QUIET: [&str; 7] = ["title", "description", "minVersion", "betterleaksMinVersion", "tags", "specificity", "tokenEfficiency"];

/// Configurations in their order: a later one may change and switch off rules of those before it.
#[derive(Default)]
pub(super) struct Files(Vec<(String, Rule, Vec<Told>)>);

pub(super) fn base(text: &str) -> Option<String> {
    toml::from_str::<File>(text).ok()?.extend.path
}

impl Files {
    pub(super) fn add(&mut self, file: &OwnFile, taken: &mut Taken) -> Result<(), String> {
        let read: File = toml::from_str(&file.text).map_err(|error| error.to_string().trim_end().to_owned())?;
        let mut note = |what: String| taken.notes.push(Note { file: file.name.clone(), rule: None, what });
        let unknown = |name: &&String| !QUIET.contains(&name.as_str());
        read.others.keys().filter(unknown).for_each(|name| note(format!("`{name}` is not understood, and not heeded")));
        if read.extend.use_default && self.0.is_empty() {
            note("`useDefault`: the rules that gitleaks brings are not part of this program; ours are in force, and --rules may name gitleaks' file before this one".into());
        }
        self.0.retain(|(_, rule, _)| !read.extend.disabled_rules.contains(&rule.id));
        let allows: Vec<Allow> = read.allowlist.into_iter().chain(read.allowlists).collect();
        let mut common = Told::default();
        [&read.filter, &read.prefilter].into_iter().flatten().for_each(|filter| filtered(&mut common, filter));
        common.notes.drain(..).for_each(|what| note(format!("for all rules: {what}")));
        for rule in read.rules {
            let mut told = common.clone();
            for allow in allows.iter().filter(|allow| allow.target_rules.is_empty() || allow.target_rules.contains(&rule.id)) {
                allowed(&mut told, allow);
            }
            match self.0.iter_mut().find(|(_, known, _)| known.id == rule.id) {
                Some((name, known, more)) => {
                    *name = file.name.clone();
                    known.take_over(rule);
                    more.push(told);
                }
                None => self.0.push((file.name.clone(), rule, vec![told])),
            }
        }
        // What a later file leaves alone, it leaves alone for the rules before it too.
        for (name, rule, more) in &mut self.0 {
            if *name != file.name {
                let mut told = common.clone();
                allows
                    .iter()
                    .filter(|allow| allow.target_rules.is_empty() || allow.target_rules.contains(&rule.id))
                    .for_each(|allow| allowed(&mut told, allow));
                more.push(told);
            }
        }
        Ok(())
    }

    pub(super) fn rules(self, taken: &mut Taken) -> Vec<(String, Told)> {
        let mut rules = Vec::new();
        for (file, rule, common) in self.0 {
            let id = named(&file, &rule.id);
            match told(rule, id.clone(), common) {
                Ok(told) => rules.push((file, told)),
                Err(what) => taken.left_out.push(Note { file, rule: Some(id), what }),
            }
        }
        rules
    }
}

impl Rule {
    /// What a later file says of the same rule.
    fn take_over(&mut self, later: Self) {
        let Self { description, regex, path, secret_group, entropy, keywords, allowlist, allowlists, filter, skip_report, others, .. } = later;
        self.description = description.or(self.description.take());
        self.regex = regex.or(self.regex.take());
        self.path = path.or(self.path.take());
        self.secret_group = secret_group.or(self.secret_group);
        self.entropy = entropy.or(self.entropy);
        self.keywords.extend(keywords);
        self.allowlists.extend(allowlist.into_iter().chain(allowlists));
        self.filter = filter.or(self.filter.take());
        self.skip_report |= skip_report;
        self.others.extend(others);
    }
}

/// `gitleaks.` before the id: it must not look like one of ours.
fn named(file: &str, id: &str) -> String {
    let tool = if file.to_ascii_lowercase().contains("betterleaks") { "betterleaks" } else { "gitleaks" };
    format!("{tool}.{id}")
}

fn told(rule: Rule, id: String, common: Vec<Told>) -> Result<Told, String> {
    let Some(pattern) = rule.regex.clone() else { return Err("it asks for names of files alone, which credential rules do not".to_owned()) };
    if rule.id.is_empty() {
        return Err("it has no `id`".to_owned());
    }
    if rule.skip_report {
        return Err("it is a part of other rules (`skipReport`), which are looked for without it".to_owned());
    }
    // betterleaks and gitleaks both ask this of their generic rules.
    let demand = Demand { digit: u32::from(rule.id.starts_with("generic")), ..Demand::default() };
    let mut told = Told {
        id,
        title: rule.description.clone().unwrap_or(rule.id.clone()).trim_end_matches('.').to_owned(),
        pattern,
        dialect: Dialect::Go,
        group: rule.secret_group.filter(|group| *group > 0),
        keywords: rule.keywords.clone(),
        entropy: rule.entropy.filter(|least| *least > 0.0),
        demand,
        only: rule.path.as_ref().map(|path| in_rust(path, Dialect::Go)),
        ..Told::default()
    };
    rule.allowlist.iter().chain(&rule.allowlists).for_each(|allow| allowed(&mut told, allow));
    if let Some(filter) = &rule.filter {
        filtered(&mut told, filter);
    }
    if rule.others.contains_key("required") {
        (told.confidence, told.guess) = (Some(Confidence::Low), true);
    }
    for other in rule.others.keys().filter(|name| !QUIET.contains(&name.as_str())) {
        told.notes.push(match other.as_str() {
            "validate" | "validateRegex" => "`validate`: no credential is tried out".to_owned(),
            "required" => "`required`: what must stand near it is not looked for, so what it finds is weak evidence".to_owned(),
            other => format!("`{other}` is not understood, and not heeded"),
        });
    }
    for more in common {
        told.unless.extend(more.unless);
        told.never.extend(more.never);
        told.notes.extend(more.notes);
        told.entropy = told.entropy.or(more.entropy);
    }
    Ok(told)
}

fn filtered(told: &mut Told, text: &str) {
    match filter::parse(text) {
        None => told.notes.push("its `filter` is not understood, and not heeded: it finds more here".to_owned()),
        Some(filter) => {
            let go = |patterns: Vec<String>| -> Vec<String> { patterns.iter().map(|pattern| in_rust(pattern, Dialect::Go)).collect() };
            told.entropy = told.entropy.or(filter.entropy);
            told.unless.extend(filter.unless.into_iter().map(|unless| Unless { patterns: go(unless.patterns), ..unless }));
            told.never.extend(go(filter.never));
        }
    }
}

fn allowed(told: &mut Told, allow: &Allow) {
    let go = |patterns: &[String]| -> Vec<String> { patterns.iter().map(|pattern| in_rust(pattern, Dialect::Go)).collect() };
    let all = matches!(allow.condition.to_ascii_uppercase().as_str(), "AND" | "&&");
    let unknown = allow.others.keys().filter(|name| !QUIET.contains(&name.as_str()));
    told.notes.extend(unknown.map(|name| format!("`{name}` of an allowlist is not understood, and not heeded")));
    if !allow.commits.is_empty() {
        told.notes.push("`commits` of an allowlist are not heeded".to_owned());
    }
    if all && !(allow.paths.is_empty() && allow.commits.is_empty()) {
        told.notes.push("an allowlist that asks for paths or commits *and* something else is not heeded: it finds more here".to_owned());
        return;
    }
    let target = match allow.regex_target.as_str() {
        "match" => Target::Match,
        "line" => Target::Line,
        _ => Target::Secret,
    };
    told.never.extend(go(&allow.paths));
    if !(allow.regexes.is_empty() && allow.stopwords.is_empty()) {
        let stopwords = allow.stopwords.iter().map(|word| word.to_lowercase()).collect();
        told.unless.push(Unless { target, patterns: go(&allow.regexes), stopwords, all, negated: false });
    }
}
