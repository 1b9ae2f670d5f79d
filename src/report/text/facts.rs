//! A finding's properties in words: a credential's life, a model's place in the registry.

use std::collections::BTreeMap;

use serde_json::Value;

use super::layout::bytes;

type Properties = BTreeMap<String, Value>;

/// Label and sentence of what is known.
pub(super) fn facts(properties: &Properties) -> Vec<(&'static str, String)> {
    [("life", life(properties)), ("model", model(properties)), ("registry", registry(properties))]
        .into_iter()
        .filter_map(|(label, fact)| Some((label, fact?)))
        .collect()
}

/// Class, birth and end of a credential.
fn life(properties: &Properties) -> Option<String> {
    let class = text(properties, "lifetime").map(|class| match class {
        "static" => "static, works until somebody revokes it",
        "capped" => "ended by its issuer after a known time",
        "dated" => "ends at a date written in it",
        "ephemeral" => "short, dies by itself",
        "refresh" => "mints other credentials and renews itself",
        "key-material" => "a key, lives as long as what trusts it",
        other => other,
    });
    let minted = text(properties, "minted").map(|time| format!("made {}", day(time)));
    let expires = text(properties, "expires").map(|time| format!("ends {}", day(time)));
    joined([class.map(str::to_owned), minted, expires])
}

fn model(properties: &Properties) -> Option<String> {
    let format = text(properties, "format")?.to_owned();
    joined([Some(format), properties.get("size").and_then(Value::as_u64).map(bytes), text(properties, "relation").map(str::to_owned)])
}

/// Which rung of the ladder the model stands on.
fn registry(properties: &Properties) -> Option<String> {
    let rung = match text(properties, "registry")? {
        "none" => "no entry",
        "digest" | "content" => "same content as its entry",
        "header" | "tensors" | "tensor-identity" => "same tensors as its entry",
        "location" => "at the place its entry names",
        "version" | "name-and-version" => "name and version of its entry",
        "name" => "name of its entry alone, which proves nothing of its bytes",
        "allow" | "allowed" => "allowed without an entry",
        other => other,
    };
    joined([Some(rung.to_owned()), text(properties, "entry").map(|entry| format!("entry {entry}"))])
}

fn text<'p>(properties: &'p Properties, key: &str) -> Option<&'p str> {
    properties.get(key).and_then(Value::as_str)
}

/// The date of a time.
fn day(time: &str) -> &str {
    time.split('T').next().unwrap_or(time)
}

fn joined<const N: usize>(parts: [Option<String>; N]) -> Option<String> {
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_known_is_said() {
        let properties = [("registry".to_owned(), json!("name")), ("entry".to_owned(), json!("churn 3")), ("lifetime".to_owned(), json!(7))].into();
        assert_eq!(facts(&properties), [("registry", "name of its entry alone, which proves nothing of its bytes; entry churn 3".to_owned())]);
        assert!(facts(&Properties::new()).is_empty());
    }
}
