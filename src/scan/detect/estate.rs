//! What lies beside models and belongs to them: prompts, datasets, outputs of evaluations. Told by name and a few bytes; inventory, and no model.

use crate::domain::{Artifact, Blob, Sureness};

/// Roles of what [`recognise`] finds.
pub const ROLES: [&str; 3] = ["prompt", "dataset", "evaluation"];

/// Endings of templates; in a folder of prompts they are prompts.
const TEMPLATES: [&str; 9] = ["txt", "md", "yaml", "yml", "json", "jinja", "jinja2", "j2", "mustache"];
/// Folders of prompts.
const FOLDERS: [&str; 3] = ["prompts", "prompt_templates", "system_prompts"];
/// Files that evaluations and trainers write, by name.
const EVALUATIONS: [&str; 8] = [
    "eval_results.json",
    "all_results.json",
    "test_results.json",
    "train_results.json",
    "trainer_state.json",
    "eval_results.txt",
    "predictions.jsonl",
    "generated_predictions.jsonl",
];
/// Descriptions that the libraries of datasets write.
const DATASETS: [&str; 3] = ["dataset_info.json", "dataset_infos.json", "dataset_dict.json"];
/// First words of files of rows.
const SPLITS: [&str; 9] = ["train", "training", "test", "validation", "valid", "val", "dev", "eval", "finetune"];

/// What a file that is no model holds.
pub fn recognise(blob: &Blob<'_>, head: &[u8]) -> Option<Artifact> {
    let path = blob.encoded_path();
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, ending) = name.rsplit_once('.')?;
    let (stem, ending) = (stem.to_ascii_lowercase(), ending.to_ascii_lowercase());
    let (role, format) = role(folder, &stem, &ending, head)?;
    Some(Artifact { format: format.to_owned(), role: role.to_owned(), sureness: Sureness::Likely, size: blob.len(), ..Artifact::default() })
}

fn role(folder: &str, stem: &str, ending: &str, head: &[u8]) -> Option<(&'static str, &'static str)> {
    let has = |word: &[u8]| memchr::memmem::find(head, word).is_some();
    let is_named = |names: &[&str]| names.iter().any(|name| name.strip_suffix(ending).and_then(|name| name.strip_suffix('.')) == Some(stem));
    match ending {
        "prompty" => Some(("prompt", "prompty")),
        "prompt" if head.starts_with(b"---") => Some(("prompt", "dotprompt")),
        "yml" | "yaml" if stem.ends_with(".prompt") => Some(("prompt", "prompt-yaml")),
        _ if TEMPLATES.contains(&ending) && in_folder(folder, &FOLDERS) && stem != "readme" => Some(("prompt", "prompt-template")),
        "parquet" if head.starts_with(b"PAR1") => Some(("dataset", "parquet")),
        "arrow" if head.starts_with(b"ARROW1") || stem.starts_with("data-") => Some(("dataset", "arrow")),
        "tfrecord" => Some(("dataset", "tfrecord")),
        "json" if is_named(&DATASETS) => Some(("dataset", "dataset-description")),
        "json" | "jsonl" | "txt" if is_named(&EVALUATIONS) => Some(("evaluation", "results")),
        "json" if stem.starts_with("results_") && has(b"\"results\"") && has(b"\"config") => Some(("evaluation", "lm-eval")),
        "jsonl" if stem.starts_with("samples_") && has(b"\"doc_id\"") => Some(("evaluation", "lm-eval")),
        "eval" if head.starts_with(b"PK") => Some(("evaluation", "inspect")),
        "jsonl" if SPLITS.iter().any(|split| begins(stem, split)) && is_rows(&has) => Some(("dataset", "jsonl")),
        _ => None,
    }
}

/// Is one of the folders around called so?
fn in_folder(folder: &str, names: &[&str]) -> bool {
    folder.split('/').any(|part| names.contains(&part.to_ascii_lowercase().as_str()))
}

/// `train`, `train-00001`, `train_chat`, but no `training_notes` for `train`.
fn begins(stem: &str, split: &str) -> bool {
    stem.strip_prefix(split).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_', '.']))
}

/// Rows as trainers of language models read them.
fn is_rows(has: &dyn Fn(&[u8]) -> bool) -> bool {
    const KEYS: [&[u8]; 8] = [b"\"messages\"", b"\"prompt\"", b"\"completion\"", b"\"instruction\"", b"\"text\"", b"\"input\"", b"\"label\"", b"\"question\""];
    KEYS.iter().any(|key| has(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, head: &[u8]) -> Option<(&'static str, &'static str)> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (stem, ending) = name.rsplit_once('.').expect("a name with an ending");
        role(folder, stem, ending, head)
    }

    #[test]
    fn what_lies_beside_models_is_told() {
        assert_eq!(told("a/summary.prompt.yml", b"messages:\n").map(|told| told.0), Some("prompt"));
        assert_eq!(told("app/prompts/system.txt", b"You are").map(|told| told.0), Some("prompt"));
        assert_eq!(told("chat.prompty", b"---\n").map(|told| told.0), Some("prompt"));
        assert_eq!(told("d/train.parquet", b"PAR1").map(|told| told.0), Some("dataset"));
        assert_eq!(told("d/train.jsonl", b"{\"messages\": []}").map(|told| told.0), Some("dataset"));
        assert_eq!(told("out/eval_results.json", b"{}").map(|told| told.0), Some("evaluation"));
        assert_eq!(told("out/results_2026.json", b"{\"results\": {}, \"config\": {}}").map(|told| told.0), Some("evaluation"));
    }

    #[test]
    fn other_files_are_left_alone() {
        for (path, head) in
            [("prompts/README.md", &b"# Prompts"[..]), ("src/prompts.txt", b"x"), ("logs/train.jsonl", b"{\"loss\": 1}"), ("notes.jsonl", b"{\"text\": 1}")]
        {
            assert_eq!(told(&path.replace("README", "readme"), head), None, "{path}");
        }
    }
}
