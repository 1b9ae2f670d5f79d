//! `heliodon register`: the registry entry of an artifact, from what the artifact itself says. Nothing is ever overwritten.

use std::fs;
use std::path::{Path, PathBuf};

use super::flags::Register;
use super::{Error, Exit, output, say, scan};
use crate::domain::{Artifact, Evidence, ModelEntry, Stage, Watch};
use crate::registry;
use crate::scan::source::{self, ListOptions};
use crate::scan::unpack::Budgets;

/// One entry for each artifact that was named; a folder is one model.
pub(super) fn run(flags: &Register) -> Result<Exit, Error> {
    for artifact in &flags.artifacts {
        let entry = model_entry(artifact, flags)?;
        match (flags.dry_run, flags.side_car) {
            (true, _) => output::to(None, |out| out.write_all(registry::to_yaml(&entry, !flags.side_car).as_bytes()))?,
            (false, true) => write_side_car(artifact, &entry)?,
            (false, false) => add(&flags.registry, &entry)?,
        }
        hint(&entry);
    }
    Ok(Exit::Clean)
}

fn model_entry(path: &Path, flags: &Register) -> Result<ModelEntry, Error> {
    let parts = parts(path)?;
    let stage = flags.stage.as_deref().map(stage).transpose()?;
    let location = if flags.side_car { None } else { Some(location(path, &flags.registry)?) };
    let given = registry::Given {
        name: flags.name.clone(),
        version: flags.version.clone(),
        owner: flags.owner.clone(),
        use_case: flags.use_case.clone(),
        classification: flags.classification.clone(),
        stage,
        scope: flags.scope.clone(),
        tier: flags.tier.clone(),
        base: flags.base.clone(),
        data: flags.data.clone(),
        rollback: flags.rollback.clone(),
        review_by: flags.review_by,
        location,
    };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(registry::model_entry(&parts, &name, given))
}

fn stage(typed: &str) -> Result<Stage, Error> {
    serde_json::from_value(typed.into()).map_err(|_| Error::Input(format!("`{typed}` is no stage; there are research, candidate, production, retired")))
}

/// What the map sees of the artifact, with digests.
fn parts(path: &Path) -> Result<Vec<Artifact>, Error> {
    let target = source::target(&path.to_string_lossy())?;
    let plan = scan::plan_of_artifacts(vec![target]);
    let options = crate::scan::Options { budgets: Budgets::default(), ..Default::default() };
    let mut shard = scan::map(&plan, &ListOptions { threads: 1, ..ListOptions::default() }, &options, &Watch::default())?;
    shard.settle();
    if let Some(trouble) = shard.troubles.first() {
        return Err(Error::Input(format!("`{}`: {}", trouble.place.display(), trouble.message)));
    }
    let parts: Vec<Artifact> = shard
        .observations
        .into_iter()
        .filter_map(|observation| match observation.evidence {
            Evidence::Artifact(artifact) if artifact.role != "data" => Some(artifact),
            _ => None,
        })
        .collect();
    match parts.iter().any(|part| matches!(part.role.as_str(), "model" | "adapter" | "weights" | "pointer")) {
        true => Ok(parts),
        false => Err(Error::Input(format!("`{}`: no model of a known format", path.display()))),
    }
}

/// The artifact's path as the registry's folder sees it; a folder stands for all that is in it.
fn location(path: &Path, registry: &Path) -> Result<String, Error> {
    let absolute = |path: &Path| fs::canonicalize(path).map_err(|error| Error::File { name: path.display().to_string(), error });
    let home = absolute(registry.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")))?;
    let artifact = absolute(path)?;
    let relative = artifact.strip_prefix(&home).unwrap_or(&artifact).display().to_string();
    Ok(if artifact.is_dir() { format!("{relative}/**") } else { relative })
}

fn write_side_car(artifact: &Path, entry: &ModelEntry) -> Result<(), Error> {
    let mut name = artifact.as_os_str().to_owned();
    name.push(".model.yaml");
    let path = if artifact.is_dir() { artifact.join("model.yaml") } else { PathBuf::from(name) };
    if path.exists() {
        return Err(Error::Input(format!("`{}` is there already; it is not overwritten", path.display())));
    }
    output::to(Some(&path), |out| out.write_all(registry::to_yaml(entry, false).as_bytes()))?;
    say(&format!("wrote {}", path.display()));
    Ok(())
}

/// Adds the entry to a registry file, which stays as it was but for the new lines; the result is read back before it counts.
fn add(path: &Path, entry: &ModelEntry) -> Result<(), Error> {
    let old = if path.exists() { fs::read_to_string(path).map_err(|error| Error::File { name: path.display().to_string(), error })? } else { String::new() };
    if path.exists() {
        refuse_twice(path, entry)?;
    }
    let new = with_model(&old, &registry::to_yaml(entry, true));
    let trial = tempfile_beside(path);
    output::to(Some(&trial), |out| out.write_all(new.as_bytes()))?;
    let read = registry::load(&[trial.display().to_string()]);
    let _ = fs::remove_file(&trial);
    read?;
    output::to(Some(path), |out| out.write_all(new.as_bytes()))?;
    say(&format!("added `{}` to {}", entry.name, path.display()));
    Ok(())
}

fn tempfile_beside(path: &Path) -> PathBuf {
    path.with_file_name(format!(".heliodon-{}.yaml", std::process::id()))
}

fn refuse_twice(path: &Path, entry: &ModelEntry) -> Result<(), Error> {
    let known = registry::load(&[path.display().to_string()])?;
    let same =
        |other: &ModelEntry| (other.name == entry.name && other.version == entry.version) || (!entry.digests.is_empty() && other.digests == entry.digests);
    match known.models.iter().find(|other| same(&other.value)) {
        None => Ok(()),
        Some(other) => Err(Error::Input(format!(
            "`{}` is registered already, in {} line {}; it is not overwritten",
            other.value.name, other.declared.file, other.declared.line
        ))),
    }
}

/// The registry's text with one more item at the end of its `models`, indented as the others are.
fn with_model(text: &str, item: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let Some(start) = lines.iter().position(|line| line.starts_with("models:")) else {
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        return format!("{text}{gap}models:\n{}", indented(item, "  "));
    };
    let is_section = |line: &&str| line.starts_with(|c: char| c.is_alphabetic());
    let mut end = lines[start + 1..].iter().position(is_section).map_or(lines.len(), |at| start + 1 + at);
    while end > start + 1 && (lines[end - 1].trim().is_empty() || lines[end - 1].starts_with('#')) {
        end -= 1;
    }
    let first = lines[start + 1..end].iter().find(|line| line.trim_start().starts_with("- "));
    let indent = first.map_or("  ", |line| &line[..line.len() - line.trim_start().len()]);
    let head = lines[..end].iter().enumerate().map(|(at, line)| if at == start { "models:" } else { line });
    let before: String = head.flat_map(|line| [line, "\n"]).collect();
    let after: String = lines[end..].iter().flat_map(|line| [*line, "\n"]).collect();
    format!("{before}{}{after}", indented(item, indent))
}

fn indented(item: &str, indent: &str) -> String {
    item.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") }).collect()
}

/// Says what only a person can fill in.
fn hint(entry: &ModelEntry) {
    let lacks = [
        ("owner", entry.owner.is_none()),
        ("use_case", entry.use_case.is_none()),
        ("classification", entry.classification.is_none()),
        ("stage", entry.stage.is_none()),
    ];
    let lacks: Vec<&str> = lacks.iter().filter(|field| field.1).map(|field| field.0).collect();
    if !lacks.is_empty() {
        say(&format!("`{}` still lacks {}", entry.name, lacks.join(", ")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_joins_the_models_and_leaves_the_rest_alone() {
        assert_eq!(with_model("", "- name: b\n  version: 1\n"), "models:\n  - name: b\n    version: 1\n");
        let entry = |name: &str| ModelEntry { name: name.into(), digests: vec!["sha256:0".into()], ..ModelEntry::default() };
        let two = ["a", "b"].iter().fold(String::new(), |text, name| with_model(&text, &registry::to_yaml(&entry(name), true)));
        let item = |name: &str| format!("  - name: {name}\n    digests:\n      - \"sha256:0\"\n");
        assert_eq!(two, format!("models:\n{}{}", item("a"), item("b")));
        assert_eq!(with_model("models: []\nallow: []\n", "- name: b\n"), "models:\n  - name: b\nallow: []\n");
        let old = "# ours\nmodels:\n- name: a # first\n\n# people\ncredentials:\n- name: c\n";
        assert_eq!(with_model(old, "- name: b\n"), "# ours\nmodels:\n- name: a # first\n- name: b\n\n# people\ncredentials:\n- name: c\n");
    }
}
