//! Safetensors: a length, a JSON header that names every tensor, then their bytes without a gap.
//! (<https://github.com/huggingface/safetensors#format>)

mod header;

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::names::is_shard_name;
use super::plain::{base, fact, first_fact, text};
use super::{Facts, Format, tensor_identity};
use crate::domain::{Blob, Digest, Sureness};
use header::{Header, layout};

pub(super) const FORMAT: Format = Format { name: "safetensors", read };

/// No length has more bits; text in the place of a length does.
const LENGTH_BITS: u32 = 48;
/// The library's own limit.
const LONGEST_HEADER: u64 = 100_000_000;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let header_len = u64::from_le_bytes(*head.first_chunk()?);
    if header_len >> LENGTH_BITS != 0 || head.get(8) != Some(&b'{') {
        return None;
    }
    let data_start = header_len + 8;
    if header_len <= LONGEST_HEADER && data_start <= blob.len() {
        sound(blob, head, data_start).or_else(|| unsound(head, "irregular", "a header that cannot be read"))
    } else {
        unsound(head, "truncated", "ends in its header")
    }
}

/// Length, header and file agree.
fn sound(blob: &Blob<'_>, head: &[u8], data_start: u64) -> Option<Facts> {
    let header = match head.get(8..usize::try_from(data_start).ok()?) {
        Some(header) => Cow::Borrowed(header),
        // Long headers are fetched only when their beginning looks the part.
        None if memchr::memmem::find(head, b"\"data_offsets\"").is_some() || memchr::memmem::find(head, b"\"__metadata__\"").is_some() => {
            blob.window(8..data_start).ok()?
        }
        None => return None,
    };
    let header: Header<'_> = serde_json::from_slice(&header).ok()?;
    facts(blob, &header, blob.len().checked_sub(data_start)?)
}

/// A file that was cut, or whose length or header was changed, is soon mended by whoever wants to use it, so it is told by its words.
fn unsound(head: &[u8], name: &'static str, why: &str) -> Option<Facts> {
    const WORDS: [&[u8]; 3] = [b"\"dtype\"", b"\"shape\"", b"\"data_offsets\""];
    let mut facts = Facts::default();
    fact(&mut facts, "framework", "safetensors");
    fact(&mut facts, name, why);
    WORDS.iter().all(|word| memchr::memmem::find(head, word).is_some()).then_some(facts)
}

fn facts(blob: &Blob<'_>, header: &Header<'_>, data_len: u64) -> Option<Facts> {
    let layout = layout(header)?;
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    if layout.end > data_len {
        facts.sureness = Sureness::Likely;
        fact(&mut facts, "truncated", format!("{} of {} bytes of tensors", data_len, layout.end));
    } else if layout.lies {
        facts.sureness = Sureness::Likely;
        fact(&mut facts, "irregular", "types, shapes and offsets that disagree");
    } else if layout.gaps || layout.end < data_len {
        facts.sureness = Sureness::Likely;
        fact(&mut facts, "irregular", "bytes that belong to no tensor");
    }
    fact(&mut facts, "framework", header.metadata.get("format").map_or("", |format| framework(format)));
    fact(&mut facts, "parameters", layout.parameters.to_string());
    fact(&mut facts, "quantisation", header.main_dtype());
    if is_adapter(header) {
        facts.role = "adapter";
        facts.relation = Some("adapter");
    } else if is_shard_name(&blob.name()) {
        facts.role = "weights";
    }
    model_facts(&mut facts, &header.metadata);
    facts.digests.push(identity(header, blob.len()));
    for (name, value) in &header.metadata {
        text(&mut facts, name, value.as_bytes());
    }
    Some(facts)
}

/// Says `modelspec` (Stability AI) and the keys of kohya's trainer, which most image adapters carry.
fn model_facts(facts: &mut Facts, metadata: &BTreeMap<String, String>) {
    let get = |name: &str| metadata.get(name).map(String::as_str).filter(|value| !matches!(*value, "None" | "null" | "[]" | "{}"));
    let first = |names: &[&str]| names.iter().find_map(|name| get(name));
    first_fact(facts, "name", [first(&["modelspec.title", "ss_output_name", "title", "name", "model_name"])]);
    first_fact(facts, "version", [first(&["modelspec.version", "version"])]);
    first_fact(facts, "architecture", [first(&["modelspec.architecture", "ss_base_model_version", "architecture", "model_type", "architectures"])]);
    first_fact(facts, "license", [first(&["modelspec.license", "license"])]);
    first_fact(facts, "author", [first(&["modelspec.author", "author"])]);
    first_fact(facts, "producer", [first(&["modelspec.implementation", "ss_network_module", "producer"])]);
    first_fact(facts, "source", [first(&["modelspec.url", "source", "repo_url"])]);
    first_fact(facts, "digest_said", [first(&["modelspec.hash_sha256", "sshs_model_hash"])]);
    first_fact(facts, "base_digest", [first(&["ss_new_sd_model_hash", "ss_sd_model_hash"])]);
    first_fact(facts, "datasets", [first(&["modelspec.dataset", "datasets", "dataset"])]);
    for name in ["base_model", "base_model_name_or_path", "ss_sd_model_name", "modelspec.merged_from"] {
        get(name).into_iter().for_each(|value| base(facts, value));
    }
    if get("modelspec.merged_from").is_some() && facts.relation.is_none() {
        facts.relation = Some("merge");
    }
}

fn framework(format: &str) -> &str {
    match format {
        "pt" => "pytorch",
        "tf" => "tensorflow",
        "np" => "numpy",
        other => other,
    }
}

/// Adapters hold pairs of low-rank matrices and little else.
fn is_adapter(header: &Header<'_>) -> bool {
    const MARKS: [&str; 9] = ["lora_A", "lora_B", "lora_down", "lora_up", "lora.down", "lora.up", "hada_w1", "lokr_w1", "lora_embedding"];
    let marked = |name: &str| MARKS.iter().any(|mark| name.contains(mark));
    let low_rank = header.tensors.iter().filter(|tensor| marked(&tensor.name)).count();
    low_rank * 2 >= header.tensors.len() && low_rank > 0
}

/// Names, types and shapes, sorted, and the size: equal for equal tensors laid out alike, whatever order the header has.
fn identity(header: &Header<'_>, size: u64) -> Digest {
    tensor_identity(
        header.tensors.iter().map(|tensor| {
            let shape = tensor.shape.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
            format!("{}\0{}\0{shape}\n", tensor.name, tensor.dtype)
        }),
        size,
    )
}

/// Writes files, for the tests of this and other formats.
#[cfg(test)]
pub(super) fn write(header: &str, data: usize) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &vec![0; data]].concat()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as, read_ranged};
    use super::*;

    const TWO: &str = r#"{"__metadata__":{"format":"pt","modelspec.title":"Tiny","ss_sd_model_name":"org/base"},
        "b":{"dtype":"F32","shape":[2,2],"data_offsets":[4,20]},"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#;

    fn read_bytes(name: &str, bytes: &[u8]) -> Option<Facts> {
        read_as(name, bytes, read)
    }

    #[test]
    fn a_header_tells_name_size_types_and_base() {
        let facts = read_bytes("any.dat", &write(TWO, 20)).expect("the header is sound");
        assert_eq!(facts.sureness, Sureness::Certain);
        assert_eq!((facts.role, &facts.bases[..]), ("", &["org/base".to_owned()][..]));
        let told = ["name", "parameters", "quantisation", "framework"].map(|name| fact_of(&facts, name).unwrap_or_default());
        assert_eq!(told, ["Tiny", "6", "F32+F16", "pytorch"]);
        assert_eq!(facts.texts.len(), 1, "`pt` and `Tiny` are too short to hold a secret");
    }

    #[test]
    fn identity_forgets_order_and_metadata_words_but_not_shape() {
        let identity = |header: &str, pad: usize| {
            let header = format!("{header:<pad$}");
            read_bytes("x", &write(&header, 8)).expect("sound").digests[0].hex.clone()
        };
        let one = r#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"F16","shape":[2],"data_offsets":[4,8]}}"#;
        let swapped = r#"{"b":{"dtype":"F16","shape":[2],"data_offsets":[4,8]},"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#;
        let reshaped = r#"{"a":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]},"b":{"dtype":"F16","shape":[2],"data_offsets":[4,8]}}"#;
        assert_eq!(identity(one, 128), identity(swapped, 128));
        assert_ne!(identity(one, 128), identity(reshaped, 128));
        assert_ne!(identity(one, 128), identity(one, 136));
    }

    #[test]
    fn missing_and_surplus_bytes_make_it_likely() {
        let cut = read_bytes("x", &write(TWO, 10)).expect("the header is whole");
        assert_eq!((cut.sureness, fact_of(&cut, "truncated")), (Sureness::Likely, Some("10 of 20 bytes of tensors")));
        let long = read_bytes("x", &write(TWO, 21)).expect("the header is whole");
        assert_eq!((long.sureness, fact_of(&long, "irregular").is_some()), (Sureness::Likely, true));
    }

    #[test]
    fn roles_come_from_tensor_names_and_the_file_name() {
        let lora =
            r#"{"l.0.lora_A.weight":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"l.0.lora_B.weight":{"dtype":"F16","shape":[2],"data_offsets":[4,8]}}"#;
        assert_eq!(read_bytes("x", &write(lora, 8)).map(|facts| facts.role), Some("adapter"));
        assert_eq!(read_bytes("model-00001-of-00002.safetensors", &write(TWO, 20)).map(|facts| facts.role), Some("weights"));
    }

    #[test]
    fn what_describes_no_tensor_is_no_model() {
        let none = |header: &str, data: usize| read_bytes("x.safetensors", &write(header, data)).is_none();
        assert!(none("{}", 0) && none(r#"{"__metadata__":{"format":"pt"}}"#, 0));
        assert!(none(r#"{"users":["a","b"]}"#, 0));
        assert!(read_bytes("x.safetensors", b"").is_none());
        assert!(read_bytes("x", br#"header: {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#).is_none(), "text");
    }

    #[test]
    fn a_header_that_lies_hides_nothing() {
        let told = |bytes: &[u8]| {
            let facts = read_bytes("x", bytes).expect("it is still a model");
            assert_ne!(facts.sureness, Sureness::Certain);
            (fact_of(&facts, "irregular").is_some(), fact_of(&facts, "truncated").is_some())
        };
        assert_eq!(told(&write(r#"{"a":{"dtype":"X9","shape":[2],"data_offsets":[0,4]}}"#, 4)), (true, false), "unknown type");
        assert_eq!(told(&write(r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4)), (true, false), "offsets against shape");
        assert_eq!(told(&write(r#"{"a":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,4]}}"#, 4)), (true, false), "overflow");
        assert_eq!(told(&write(r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4)), (true, false), "backwards");
        assert_eq!(told(&write(&TWO.replace("}}", "},\"note\":1}"), 20)), (true, false), "an entry that is no tensor");
        let sound = write(TWO, 20);
        assert_eq!(told(&[&(TWO.len() as u64 + 3).to_le_bytes(), &sound[8..]].concat()), (true, false), "a longer length");
        assert_eq!(told(&[&7u64.to_le_bytes(), &sound[8..]].concat()), (true, false), "a shorter length");
        assert_eq!(told(&[&(1u64 << 40).to_le_bytes(), &sound[8..]].concat()), (false, true), "a length beyond the end");
        assert_eq!(told(&sound[..TWO.len()]), (false, true), "cut in the header");
    }

    #[test]
    fn a_header_longer_than_the_head_is_fetched() {
        let tensors: Vec<_> = (0..3000).map(|n| format!(r#""layer.{n}":{{"dtype":"U8","shape":[1],"data_offsets":[{n},{}]}}"#, n + 1)).collect();
        let facts = read_ranged("x", &write(&format!("{{{}}}", tensors.join(",")), 3000), read).expect("the header is sound");
        assert_eq!(fact_of(&facts, "parameters"), Some("3000"));
    }
}
