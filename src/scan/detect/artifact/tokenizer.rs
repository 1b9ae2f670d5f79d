//! Tokenizers beside a model: `tokenizer.json` of Hugging Face's tokenizers, and chat templates in files of their own.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::json::{self, MaybeText};
use super::plain::{fact, first_fact, template_hazard};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "tokenizer", read };
pub(super) const TEMPLATE: Format = Format { name: "chat-template", read: template };

const LONGEST: u64 = 128 << 20;
const LONGEST_TEMPLATE: u64 = 4 << 20;

#[derive(Deserialize)]
struct Tokenizer {
    #[serde(rename = "added_tokens")]
    _added: Vec<IgnoredAny>,
    model: Model,
}

#[derive(Deserialize)]
struct Model {
    #[serde(rename = "type", default)]
    kind: MaybeText,
    #[serde(rename = "vocab")]
    _vocabulary: IgnoredAny,
}

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if json::first_key(head)? != "version" || memchr::memmem::find(head.get(..4096).unwrap_or(head), b"\"added_tokens\"").is_none() {
        return None;
    }
    let tokenizer: Tokenizer = json::whole(blob, LONGEST)?;
    let mut facts = Facts { role: "tokenizer", sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "tokenizers");
    first_fact(&mut facts, "architecture", [tokenizer.model.kind.text()]);
    Some(facts)
}

/// `chat_template.jinja`, `chat_template.json`, and the folder of further ones.
fn template(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let name = blob.encoded_name();
    let is_jinja = name.ends_with(".jinja") && (name.starts_with("chat_template") || blob.encoded_path().contains("additional_chat_templates/"));
    if blob.len() > LONGEST_TEMPLATE || !(is_jinja || json::first_key(head) == Some("chat_template")) {
        return None;
    }
    let text = match is_jinja {
        true => String::from_utf8(blob.whole().ok()?.into_owned()).ok()?,
        false => {
            json::whole::<Map<String, Value>>(blob, LONGEST_TEMPLATE)?.get("chat_template").filter(|value| value.is_string() || value.is_array())?.to_string()
        }
    };
    if !(text.contains("{{") || text.contains("{%")) {
        return None;
    }
    let mut facts = Facts { role: "tokenizer", sureness: Sureness::Certain, ..Facts::default() };
    template_hazard(&mut facts, &text);
    Some(facts)
}

/// One file of each, for the tests.
#[cfg(test)]
pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("tokenizer", br#"{"version":"1.0","truncation":null,"added_tokens":[{"id":0}],"model":{"type":"BPE","vocab":{"a":0}}}"#.to_vec()),
        ("chat-template", br#"{"chat_template":"{% for m in messages %}{{ m }}{% endfor %}"}"#.to_vec()),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as, recognise};
    use super::*;

    #[test]
    fn a_tokenizer_tells_its_kind() {
        assert_eq!(fact_of(&read_as("x", &samples()[0].1, read).expect("a tokenizer"), "architecture"), Some("BPE"));
        assert!(read_as("tokenizer.json", br#"{"version":"1","added_tokens":"none","model":3}"#, read).is_none());
    }

    #[test]
    fn templates_in_files_of_their_own_are_judged() {
        let hazards = |path: &str, text: &str| recognise(path, text.as_bytes()).map(|artifact| artifact.hazards.len());
        let escaping = "{{ cycler.__init__.__globals__.os.popen('id') }}";
        assert_eq!(hazards("m/chat_template.jinja", "{{ messages[0].content }}"), Some(0));
        assert_eq!(hazards("m/chat_template.jinja", escaping), Some(1));
        assert_eq!(hazards("m/additional_chat_templates/rag.jinja", escaping), Some(1));
        assert_eq!(hazards("x.json", &format!("{{\"chat_template\": \"{escaping}\"}}")), Some(1));
        assert_eq!(hazards("page.jinja", escaping), None);
        assert_eq!(hazards("chat.json", r#"{"chat_template": "plain"}"#), None);
    }
}
