//! Registries that say different things of one model.

use serde_json::Value;

use super::{CSF, CWE, RMF, Say, Verdict};
use crate::domain::{Entry, Level, ModelEntry};
use crate::reconcile::cases::{Case, World};
use crate::reconcile::words::some_of;

pub(super) const VERDICT: Verdict = Verdict {
    code: 4009,
    name: "registry-conflict",
    level: Level::Warning,
    severity: 4.5,
    summary: "Two registries say different things of the same model version.",
    description: "Several registries were given, and they do not agree on who owns this model version, where it may run, or what its bytes are. Whoever asks one of them gets another answer than whoever asks the other; \
        the stronger claim wins here, but an approval that depends on where one looks is none.",
    remedy: "Decide which entry is right and mend or remove the other.",
    messages: &[("default", "'{0}' is registered as '{1}' in '{2}' and in '{3}', which differ in '{4}'. Decide which is right and mend the other.")],
    taxa: &[(CSF, "GV.RM-01"), (RMF, "GOVERN 1.6"), (CWE, "CWE-1059")],
    tags: &["security", "model", "registry"],
    judge,
};

fn judge(case: &Case<'_>, world: &World<'_>) -> Option<Say> {
    let entry = case.present_entry()?;
    let same = world.models.get(&(entry.value.name.as_str(), entry.value.version.as_deref()))?;
    let (other, fields) = same.iter().map(|other| (other, differing(entry, other))).find(|(_, fields)| !fields.is_empty())?;
    let at = |entry: &Entry<ModelEntry>| format!("{}:{}", entry.declared.file, entry.declared.line);
    let mut places = [at(entry), at(other)];
    places.sort();
    let [one, two] = places;
    Some(Say::all(case, "default", [case.label.clone(), entry.value.title(), one, two, some_of(&fields, 8)]).with("fields", fields))
}

/// Fields that both entries fill, and fill differently. What only one says is no contradiction.
fn differing(a: &Entry<ModelEntry>, b: &Entry<ModelEntry>) -> Vec<String> {
    let fields = |entry: &Entry<ModelEntry>| serde_json::to_value(&entry.value).ok();
    let (Some(Value::Object(a)), Some(Value::Object(b))) = (fields(a), fields(b)) else { return Vec::new() };
    a.iter().filter(|(name, value)| b.get(*name).is_some_and(|other| other != *value)).map(|(name, _)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn what_both_say_must_agree() {
        let two = |more: &str| {
            let estate = Estate::new().reference("a.py", "hf:org/x", |_| {}).model("name: x\nversion: 1\nowner: a\nreferences: [\"hf:org/x\"]\n");
            estate.model(&format!("name: x\nversion: 1\n{more}")).says("registry-conflict")
        };
        assert_eq!(
            two("owner: b\n"),
            [
                "'hf:org/x' is registered as 'x 1' in 'registry.yaml:10' and in 'registry.yaml:11', which differ in 'owner'. Decide which is right and mend the other."
            ]
        );
        assert!(two("owner: a\nlicense: mit\n").is_empty());
    }
}
