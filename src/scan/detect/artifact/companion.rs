//! Weights without a head of their own: raw numbers that are known by the description that lies beside them.

use super::plain::fact;
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "raw-weights", read };

/// Ending of the weights, ending of the description, and whose they are.
const PAIRS: [(&str, &str, &str); 3] = [(".bin", ".xml", "openvino"), (".bin", ".param", "ncnn"), (".weights", ".cfg", "darknet")];
/// Less is some setting.
const SHORTEST: u64 = 64;

/// Weak, but for names that nothing else has: what lies beside is not read here, and joins them where it is a model's description.
fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let has = blob.has_sibling?;
    let name = blob.name();
    let described = |(weights, description, _): &&(&str, &str, &str)| name.strip_suffix(weights).is_some_and(|stem| has(&format!("{stem}{description}")));
    let (framework, sureness) = match PAIRS.iter().find(described) {
        Some((.., framework)) => (*framework, Sureness::Weak),
        None if shard_of_checkpoint(&name).is_some_and(|stem| has(&format!("{stem}.index"))) => ("tensorflow", Sureness::Likely),
        None if shard_of_tfjs(&name) && has("model.json") => ("tensorflow.js", Sureness::Likely),
        None => return None,
    };
    if blob.len() < SHORTEST || memchr::memchr(0, &head[..head.len().min(8192)]).is_none() {
        return None;
    }
    let mut facts = Facts { role: "weights", sureness, ..Facts::default() };
    fact(&mut facts, "framework", framework);
    Some(facts)
}

/// `variables.data-00000-of-00001`.
fn shard_of_checkpoint(name: &str) -> Option<&str> {
    let (stem, number) = name.rsplit_once(".data-")?;
    let (number, total) = number.split_once("-of-")?;
    [number, total].iter().all(|number| number.len() == 5 && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(stem)
}

/// `group1-shard1of2.bin`.
fn shard_of_tfjs(name: &str) -> bool {
    let shard = name.strip_prefix("group").and_then(|rest| rest.strip_suffix(".bin")).and_then(|rest| rest.split_once("-shard"));
    shard.is_some_and(|(group, shard)| group.bytes().chain(shard.replace("of", "").bytes()).all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Content, Origin};

    fn seen(name: &str, sibling: &str) -> Option<Sureness> {
        let origin = Origin { uri: format!("m/{name}"), ..Origin::default() };
        let has = |asked: &str| asked == sibling;
        let bytes = [1, 0, 2, 3].repeat(100);
        let blob = Blob { has_sibling: Some(&has), ..Blob::of_unit(&origin, Content::Whole(&bytes)) };
        read(&blob, &bytes).map(|facts| facts.sureness)
    }

    #[test]
    fn a_description_beside_it_makes_weights() {
        assert_eq!(seen("net.bin", "net.xml"), Some(Sureness::Weak));
        assert_eq!(seen("net.bin", "other.xml"), None);
        assert_eq!(seen("variables.data-00000-of-00001", "variables.index"), Some(Sureness::Likely));
        assert_eq!(seen("group1-shard1of2.bin", "model.json"), Some(Sureness::Likely));
        assert_eq!(seen("group1-notes.bin", "model.json"), None);
    }
}
