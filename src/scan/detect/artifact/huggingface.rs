//! Files that describe a model beside its weights, as Hugging Face's libraries write them: `config.json`, `adapter_config.json`,
//! `model_index.json`, and the model card in `README.md`. Told by content: a hub cache names its blobs by digest.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::pickle::is_repository;
use super::plain::template_hazard;
use super::{Facts, Format, json};
use crate::domain::{Blob, Hazard, Sureness};

pub(super) const CONFIG: Format = Format { name: "transformers-config", read: config };
pub(super) const ADAPTER: Format = Format { name: "peft-config", read: adapter };
pub(super) const PIPELINE: Format = Format { name: "diffusers-index", read: pipeline };
pub(super) const TOKENIZER: Format = Format { name: "tokenizer-config", read: tokenizer };
pub(super) const CARD: Format = Format { name: "model-card", read: card };

/// Longest JSON file that is read.
const LONGEST: u64 = 4 << 20;
/// The marks stand near the start: the writers sort their keys.
const BEGINNING: usize = 8 << 10;

fn object(blob: &Blob<'_>, head: &[u8], mark: &[u8]) -> Option<Map<String, Value>> {
    let beginning = head.get(..BEGINNING).unwrap_or(head);
    if !json::is_object(head) || memchr::memmem::find(beginning, mark).is_none() {
        return None;
    }
    json::whole(blob, LONGEST)
}

fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    object.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn push(facts: &mut Facts, object: &Map<String, Value>, names: &[(&str, &'static str)]) {
    facts.facts.extend(names.iter().filter_map(|(key, fact)| Some((*fact, text(object, key)?))));
}

fn described() -> Facts {
    Facts { role: "config", sureness: Sureness::Certain, ..Facts::default() }
}

/// An application's own `config.json` may have a `model_type`; only transformers lists architectures beside it.
fn config(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let config = object(blob, head, b"\"architectures\"")?;
    let architecture = config.get("architectures")?.as_array()?.first()?.as_str()?;
    if !["model_type", "transformers_version"].iter().any(|key| config.contains_key(*key)) {
        return None;
    }
    let mut facts = described();
    facts.facts.push(("architecture", architecture.to_owned()));
    let names = [
        ("_name_or_path", "name"),
        ("model_type", "model-type"),
        ("torch_dtype", "dtype"),
        ("dtype", "dtype"),
        ("transformers_version", "transformers-version"),
        ("_commit_hash", "commit"),
    ];
    push(&mut facts, &config, &names);
    facts.bases.extend(text(&config, "_name_or_path").filter(|name| is_repository(name)));
    if let Some(quantisation) = config.get("quantization_config").and_then(Value::as_object) {
        push(&mut facts, quantisation, &[("quant_method", "quantisation")]);
        facts.relation = Some("quantized");
    }
    remote_code(&config, &mut facts);
    Some(facts)
}

/// Classes that stand in files of the repository, or of another one. Loading runs them for those who trust it.
fn remote_code(config: &Map<String, Value>, facts: &mut Facts) {
    let values = config.get("auto_map").and_then(Value::as_object).into_iter().flat_map(Map::values);
    // A tokenizer has two classes, of which one may be left out.
    let classes = values.flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)).filter_map(Value::as_str);
    facts.hazards.extend(classes.map(|class| Hazard { runs_code: false, what: format!("code of the repository: {class}") }));
    facts.hazards.sort();
    facts.hazards.dedup();
}

fn adapter(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let config = object(blob, head, b"\"peft_type\"")?;
    let kind = text(&config, "peft_type")?;
    let base = text(&config, "base_model_name_or_path");
    let mut facts = Facts { role: "adapter", relation: Some("adapter"), ..described() };
    facts.facts.push(("architecture", kind));
    push(&mut facts, &config, &[("task_type", "task"), ("revision", "base-revision"), ("peft_version", "peft-version")]);
    facts.facts.extend(config.get("r").and_then(Value::as_u64).map(|rank| ("rank", rank.to_string())));
    facts.bases.extend(base);
    Some(facts)
}

fn pipeline(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let index = object(blob, head, b"\"_diffusers_version\"")?;
    let mut facts = described();
    // A pipeline of the repository's own is written as file and class.
    let class = match index.get("_class_name")? {
        Value::Array(own) => {
            let own = own.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(".");
            facts.hazards.push(Hazard { runs_code: false, what: format!("code of the repository: {own}") });
            own
        }
        _ => text(&index, "_class_name")?,
    };
    facts.facts.push(("architecture", class));
    push(&mut facts, &index, &[("_name_or_path", "name"), ("_diffusers_version", "diffusers-version")]);
    facts.bases.extend(text(&index, "_name_or_path").filter(|name| is_repository(name)));
    Some(facts)
}

/// A chat template is a program in Jinja. What reaches for Python's insides leaves the sandbox, where there is one.
fn tokenizer(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    const MARKS: [&[u8]; 3] = [b"\"tokenizer_class\"", b"\"added_tokens_decoder\"", b"\"chat_template\""];
    let config = MARKS.iter().find_map(|mark| object(blob, head, mark))?;
    let mut facts = Facts { role: "tokenizer", ..described() };
    facts.facts.push(("architecture", text(&config, "tokenizer_class")?));
    push(&mut facts, &config, &[("name_or_path", "name"), ("transformers_version", "transformers-version")]);
    let template = config.get("chat_template").map(Value::to_string).unwrap_or_default();
    remote_code(&config, &mut facts);
    template_hazard(&mut facts, &template);
    Some(facts)
}

/// The front matter of a model card.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Card {
    license: Option<OneOrMany>,
    license_name: Option<String>,
    base_model: Option<OneOrMany>,
    base_model_relation: Option<String>,
    library_name: Option<String>,
    pipeline_tag: Option<String>,
    model_name: Option<String>,
    datasets: Option<OneOrMany>,
    #[serde(rename = "model-index")]
    model_index: Option<Vec<Results>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Results {
    name: Option<String>,
}

impl OneOrMany {
    fn into_list(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(list) => list,
        }
    }
}

/// Of these keys a card has one.
const TELLING: [&[u8]; 4] = [b"base_model", b"pipeline_tag", b"model-index", b"library_name"];

/// Cards of datasets and posts of blogs have front matter too, but name no base, library, task or results.
fn card(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let text = head.strip_prefix(b"---\n").or_else(|| head.strip_prefix(b"---\r\n"))?;
    let front = text.get(..memchr::memmem::find(text, b"\n---")?)?;
    // Posts of blogs are many, and YAML is dear to read.
    if !TELLING.iter().any(|key| memchr::memmem::find(front, key).is_some()) {
        return None;
    }
    let card: Card = serde_saphyr::from_str(std::str::from_utf8(front).ok()?).ok()?;
    if card.base_model.is_none() && card.pipeline_tag.is_none() && card.model_index.is_none() && card.library_name.is_none() {
        return None;
    }
    let mut facts = Facts { role: "card", sureness: Sureness::Likely, ..Facts::default() };
    let license = card.license.map(|license| license.into_list().join(", ")).filter(|license| license != "other").or(card.license_name);
    let name = card.model_name.or_else(|| card.model_index?.into_iter().find_map(|results| results.name));
    let datasets = card.datasets.map(|datasets| datasets.into_list().join(", "));
    let fields = [("name", name), ("license", license), ("framework", card.library_name), ("task", card.pipeline_tag), ("datasets", datasets)];
    facts.facts.extend(fields.into_iter().filter_map(|(name, value)| Some((name, value?))));
    facts.bases = card.base_model.map(OneOrMany::into_list).unwrap_or_default();
    facts.relation = match card.base_model_relation.as_deref() {
        Some("finetune") => Some("fine-tune"),
        Some("adapter") => Some("adapter"),
        Some("quantized") => Some("quantized"),
        Some("merge") => Some("merge"),
        _ => None,
    };
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::super::testing::recognise;

    #[test]
    fn a_configuration_tells_architecture_and_remote_code() {
        let text = br#"{"_name_or_path": "org/base", "architectures": ["GlmModel"], "auto_map": {"AutoModel": "modeling_glm.GlmModel"}, "model_type": "glm"}"#;
        let artifact = recognise("blobs/0f", text).expect("it is a configuration");
        assert_eq!((artifact.format.as_str(), artifact.role.as_str()), ("transformers-config", "config"));
        assert_eq!(artifact.bases, ["org/base"]);
        assert_eq!(
            artifact.hazards.first().map(|hazard| (hazard.runs_code, hazard.what.as_str())),
            Some((false, "code of the repository: modeling_glm.GlmModel"))
        );
    }

    #[test]
    fn an_applications_configuration_is_none() {
        assert_eq!(recognise("config.json", br#"{"model_type": "sedan", "port": 80}"#), None);
        assert_eq!(recognise("config.json", br#"{"architectures": ["amd64", "arm64"]}"#), None);
    }

    #[test]
    fn tokenizers_and_pipelines_bring_code_too() {
        let hazards =
            |text: &str| recognise("x.json", text.as_bytes()).map(|artifact| artifact.hazards.into_iter().map(|hazard| hazard.what).collect::<Vec<_>>());
        let tokenizer = r#"{"auto_map": {"AutoTokenizer": ["tokenization_glm.GlmTokenizer", null]}, "tokenizer_class": "GlmTokenizer"}"#;
        assert_eq!(hazards(tokenizer).unwrap_or_default(), ["code of the repository: tokenization_glm.GlmTokenizer"]);
        let pipeline = r#"{"_class_name": ["my_pipe", "MyPipeline"], "_diffusers_version": "0.35.0"}"#;
        assert_eq!(hazards(pipeline).unwrap_or_default(), ["code of the repository: my_pipe.MyPipeline"]);
    }

    #[test]
    fn an_adapter_names_its_base() {
        let artifact =
            recognise("adapter_config.json", br#"{"base_model_name_or_path": "org/base-7b", "peft_type": "LORA", "r": 16}"#).expect("it is an adapter");
        assert_eq!((artifact.role.as_str(), artifact.relation.as_deref()), ("adapter", Some("adapter")));
        assert_eq!(artifact.bases, ["org/base-7b"]);
    }

    #[test]
    fn a_chat_template_that_leaves_the_sandbox_is_a_hazard() {
        let of = |template: &str| {
            recognise("tokenizer_config.json", format!(r#"{{"chat_template": "{template}", "tokenizer_class": "LlamaTokenizer"}}"#).as_bytes())
        };
        let honest = of("{% for message in messages %}{{ message.content }}{% endfor %}").expect("it is a tokenizer's");
        assert_eq!((honest.role.as_str(), honest.hazards.len()), ("tokenizer", 0));
        let escaping = of("{{ ''.__class__.__mro__[1].__subclasses__() }}").expect("it is a tokenizer's");
        assert!(escaping.hazards.iter().any(|hazard| hazard.runs_code));
        assert_eq!(recognise("lexer.json", br#"{"tokenizer_class": 3}"#), None);
    }

    #[test]
    fn a_card_names_license_and_bases() {
        let text = b"---\nlicense: apache-2.0\nbase_model:\n- org/a\n- org/b\nbase_model_relation: merge\npipeline_tag: text-generation\n---\n# A model\n";
        let artifact = recognise("README.md", text).expect("it is a card");
        assert_eq!((artifact.role.as_str(), artifact.relation.as_deref(), artifact.bases.len()), ("card", Some("merge"), 2));
        assert_eq!(artifact.facts.get("license").map(String::as_str), Some("apache-2.0"));
    }

    #[test]
    fn front_matter_that_unfolds_without_end_is_refused() {
        let lines: String = (1..30).map(|n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(","))).collect();
        let bomb = format!("---\na0: &a0 [x]\n{lines}base_model: org/a\n---\n");
        assert_eq!(recognise("README.md", bomb.as_bytes()), None);
        let deep = format!("---\nbase_model: {}\n---\n", "[".repeat(20_000));
        assert_eq!(recognise("README.md", deep.as_bytes()), None);
    }

    #[test]
    fn posts_and_dataset_cards_are_none() {
        assert_eq!(recognise("post.md", b"---\ntitle: Hello\nlicense: mit\n---\ntext\n"), None);
        assert_eq!(recognise("README.md", b"---\nlicense: mit\ntask_categories:\n- text-generation\npretty_name: Data\n---\n"), None);
    }
}
