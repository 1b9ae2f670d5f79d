//! Which names are believed, and which of them stay what they are.

use crate::rulepack::shape::{Accept, Shape};

/// Endings of model files (`facts/models.md`, D.2).
const MODEL_FILES: &[&str] = &[
    "safetensors",
    "gguf",
    "pt",
    "pth",
    "ckpt",
    "onnx",
    "ort",
    "h5",
    "hdf5",
    "keras",
    "tflite",
    "pkl",
    "pickle",
    "joblib",
    "bin",
    "model",
    "ubj",
    "cbm",
    "pb",
    "engine",
    "ptl",
    "pte",
    "llamafile",
    "skops",
];
/// Endings that say that a name with a slash is a path in a project, not a repository of the hub.
const OTHER_FILES: &[&str] = &[
    "py", "js", "ts", "json", "yaml", "yml", "txt", "md", "html", "csv", "parquet", "sh", "toml", "cfg", "ini", "xml", "zip", "gz", "tar", "log", "so", "go",
    "rs", "java", "c", "h", "cpp", "ipynb",
];
/// First names that are directories rather than organisations.
const DIRECTORIES: &[&str] = &[
    "models",
    "model",
    "path",
    "data",
    "output",
    "outputs",
    "checkpoints",
    "checkpoint",
    "weights",
    "results",
    "runs",
    "tmp",
    "src",
    "home",
    "root",
    "mnt",
    "opt",
    "your-org",
    "my-org",
    "user",
    "username",
    "org",
    "namespace",
    "your_username",
    "tests",
];
/// Families whose bare names the hub resolves.
const BARE: &[&str] = &[
    "bert-",
    "xlnet-",
    "electra-",
    "camembert-",
    "openai-gpt",
    "facebook-",
    "flan-t5",
    "deberta-",
    "clip-vit",
    "sentence-t5",
    "gtr-t5",
    "allenai-specter",
    "distilbert-",
    "roberta-",
    "xlm-roberta-",
    "albert-",
    "gpt2",
    "t5-",
    "all-minilm",
    "all-mpnet",
    "paraphrase-",
    "multi-qa-",
    "distilgpt2",
    "msmarco-",
];
/// Sections of the hub's site that are not models.
const SECTIONS: &[&str] = &[
    "datasets",
    "spaces",
    "docs",
    "blog",
    "papers",
    "collections",
    "settings",
    "api",
    "learn",
    "organizations",
    "tasks",
    "chat",
    "posts",
    "front",
    "course",
    "join",
    "models",
    "new",
    "login",
    "cli",
    "pricing",
    "huggingface",
];
/// Packages and tools that are named like a vendor's models.
const NOT_MODELS: &[&str] = &[
    "claude-code",
    "claude-desktop",
    "claude-ai",
    "gemini-cli",
    "gemini-api",
    "deepseek-ai",
    "grok-api",
    "gemini-code-assist",
    "claude-flow",
    "claude-dev",
    "codestral-latest-api",
];
/// Names of hosted models by their beginnings, as the shape `hosted-model` finds them: of a gateway's names the others are left.
const VENDORS: &[&str] = &[
    "gpt-",
    "chatgpt-",
    "text-embedding-",
    "claude-",
    "gemini-",
    "command-",
    "mistral-",
    "open-mistral",
    "mixtral-",
    "codestral",
    "deepseek-chat",
    "deepseek-reasoner",
    "grok-",
    "llama-3",
    "llama-4",
    "sonar-pro",
    "anthropic.",
    "amazon.",
    "meta.llama",
    "cohere.",
    "o1",
    "o3",
    "o4-",
];

/// Where a name is looked up, when it is believed: as the shape says, or as a path to a folder or a file of the project.
pub(super) fn scheme<'s>(shape: &'s Shape, name: &str) -> Option<&'s str> {
    let is_of_hub = matches!(shape.accept, Accept::Hub | Accept::HubOrName | Accept::HubKey);
    if is_of_hub && hosted(name).is_some() {
        return Some("hosted");
    }
    if accepts(shape.accept, name) {
        return Some(&shape.scheme);
    }
    (shape.paths && is_local(name)).then_some("path")
}

/// Name and revision of a text that holds both, as in `llama3:8b` and `models:/churn/3`.
pub(super) fn parted(scheme: &str, text: String) -> (String, Option<String>) {
    let parts = match scheme {
        "ollama" | "docker-model" | "torchhub" | "wandb" | "replicate" => text.split_once(':'),
        "mlflow" => text.strip_prefix("models:/").and_then(|rest| rest.split_once('/')),
        _ => None,
    };
    match parts {
        Some((name, revision)) => (name.to_owned(), Some(revision.to_owned())),
        None => (text, None),
    }
}

/// The name behind a provider's: gateways call `openai/gpt-4o` what the hub could too.
fn hosted(name: &str) -> Option<&str> {
    const PROVIDERS: [&str; 14] =
        ["openai", "anthropic", "google", "azure", "xai", "x-ai", "copilot", "github", "vertex_ai", "gemini", "bedrock", "openrouter", "mistral", "cohere"];
    const NAMES: [&str; 11] = ["gpt-3", "gpt-4", "gpt-5", "claude-", "gemini-", "grok-", "o1", "o3", "o4-", "text-embedding-", "chatgpt-"];
    let (provider, rest) = name.split_once('/')?;
    let rest = rest.rsplit('/').next().unwrap_or(rest);
    (PROVIDERS.contains(&provider) && NAMES.iter().any(|start| rest.starts_with(start))).then_some(rest)
}

/// A path, where a name of the hub might stand.
fn is_local(name: &str) -> bool {
    let first = name.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let marked = name.starts_with("./") || name.starts_with("../") || name.starts_with('/') && !name.starts_with("//");
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let known = name.contains('/') && DIRECTORIES.contains(&first.as_str()) || MODEL_FILES.contains(&ending.as_str());
    (marked || known) && !is_template(name) && !name.contains("path/to") && name.len() > 3
}

pub(super) fn accepts(accept: Accept, name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match accept {
        Accept::Any => !is_template(name),
        Accept::Hub => is_hub(name, &ending),
        Accept::HubOrName => is_hub(name, &ending) || BARE.iter().any(|family| name.to_ascii_lowercase().starts_with(family)),
        Accept::HubAddress => is_hub(name, &ending) && name.split('/').next().is_some_and(|first| !SECTIONS.contains(&first)),
        Accept::Vendor => name.bytes().any(|byte| byte.is_ascii_digit()) || name.matches('-').count() > 1 && !NOT_MODELS.contains(&name),
        Accept::HubKey => is_hub(name, &ending) && name.rsplit('/').next().is_some_and(is_versioned),
        Accept::Gateway => !is_template(name) && !VENDORS.iter().any(|vendor| name.contains(vendor)) && !OTHER_FILES.contains(&ending.as_str()),
        Accept::Endpoint => name.contains('-') || name.bytes().any(|byte| byte.is_ascii_digit()),
        Accept::Constant => name.bytes().any(|byte| byte.is_ascii_digit()),
        Accept::Bedrock => name.bytes().any(|byte| byte.is_ascii_digit()) && !name.ends_with(".py"),
        Accept::File => MODEL_FILES.contains(&ending.as_str()) && !is_template(name),
        // What comes from the hub is a reference to the hub.
        Accept::Ollama => !name.starts_with("hf.co/") && !["and", "the", "a", "serve", "list", "model", "models", "your"].contains(&name),
    }
}

fn is_hub(name: &str, ending: &str) -> bool {
    let mut parts = name.split('/');
    let (Some(organisation), Some(model), None) = (parts.next(), parts.next(), parts.next()) else { return false };
    let is_name = |part: &str| {
        part.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    let other = OTHER_FILES.contains(&ending) || MODEL_FILES.contains(&ending);
    is_name(organisation) && is_name(model) && !other && !DIRECTORIES.contains(&organisation.to_ascii_lowercase().as_str())
}

/// Names of models tell sizes, versions and kinds; other pairs of words seldom do.
fn is_versioned(name: &str) -> bool {
    name.bytes().any(|byte| byte.is_ascii_digit()) || name.contains('-')
}

/// A name that is filled in later.
fn is_template(name: &str) -> bool {
    name.contains(['{', '$', '<', '%', '*'])
}

/// Does the reference name bytes that cannot change?
pub(super) fn is_pinned(scheme: &str, name: &str, revision: Option<&str>) -> bool {
    let revision = revision.unwrap_or_default();
    match scheme {
        "hf" | "torchhub" => is_commit(revision),
        "mlflow" => !revision.is_empty() && revision.bytes().all(|byte| byte.is_ascii_digit()),
        "wandb" => revision.strip_prefix('v').is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())),
        "ollama" | "docker-model" => name.contains("@sha256") || revision.starts_with("sha256"),
        "replicate" => revision.len() == 64,
        "hosted" => is_dated(name),
        // A file is what it is; an address of one's own cloud names a version or is the organisation's to move.
        _ => true,
    }
}

fn is_commit(revision: &str) -> bool {
    revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Vendors freeze a model under a name that ends in a date (`-2024-08-06`, `-20241022`) or a counter (`-0613`, `-001`).
fn is_dated(name: &str) -> bool {
    // Amazon Bedrock numbers what it freezes: `-v1:0`.
    if name.rsplit_once("-v").is_some_and(|(_, version)| version.contains(':') && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')) {
        return true;
    }
    let digits: String = name.chars().rev().take_while(|c| c.is_ascii_digit() || *c == '-').filter(char::is_ascii_digit).collect();
    let version = name.bytes().rev().take_while(u8::is_ascii_digit).count();
    digits.len() >= 8 || name.starts_with("ft:") || (3..=4).contains(&version)
}

/// One name for one thing: paths without `./`, the rest as it is.
pub(super) fn normal(scheme: &str, name: String) -> String {
    match scheme {
        "path" => name.trim_start_matches("./").to_owned(),
        "hosted" if hosted(&name).is_some() => hosted(&name).unwrap_or_default().to_owned(),
        "hosted" if name.bytes().any(|byte| byte.is_ascii_uppercase()) && !name.contains(['/', ':', '.']) => constant(&name),
        _ => name,
    }
}

/// The name of a model from the name of its constant: `GPT4oMini`, `GPT_4O_MINI`, `ClaudeSonnet4_5`.
fn constant(name: &str) -> String {
    let mut out = String::new();
    let mut last = ' ';
    for c in name.chars() {
        let turns = c.is_ascii_uppercase() && last.is_ascii_lowercase()
            || c.is_ascii_uppercase() && last.is_ascii_digit()
            || c.is_ascii_digit() && last.is_ascii_alphabetic();
        if turns && !out.ends_with('-') && !(c == 'O' && last.is_ascii_digit()) {
            out.push('-');
        }
        out.push(if c == '_' { '-' } else { c.to_ascii_lowercase() });
        last = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_no_repositories() {
        let hub = |name| accepts(Accept::Hub, name);
        assert!(hub("acme-ai/tiny-bert") && hub("mistralai/Mistral-7B-v0.1"));
        assert!(!hub("src/main.py") && !hub("models/bert") && !hub("./a/b") && !hub("a/b/c") && !hub("{org}/x"));
    }

    #[test]
    fn constants_are_names() {
        assert_eq!(normal("hosted", "GPT4oMini".into()), "gpt-4o-mini");
        assert_eq!(normal("hosted", "GPT_4O_MINI".into()), "gpt-4o-mini");
        assert_eq!(normal("hosted", "ClaudeSonnet4_5".into()), "claude-sonnet-4-5");
        assert_eq!(normal("hosted", "gpt-4o".into()), "gpt-4o");
    }

    #[test]
    fn only_what_cannot_change_is_pinned() {
        assert!(is_pinned("hf", "a/b", Some(&"8d2a1c0f".repeat(5))) && !is_pinned("hf", "a/b", Some("main")) && !is_pinned("hf", "a/b", None));
        assert!(is_pinned("mlflow", "churn", Some("3")) && !is_pinned("mlflow", "churn", Some("@champion")));
        assert!(is_pinned("hosted", "gpt-4o-2024-08-06", None) && is_pinned("hosted", "gpt-4-0613", None) && !is_pinned("hosted", "gpt-4o", None));
    }
}
