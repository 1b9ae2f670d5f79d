//! A finding's properties in words: a credential's life, a model's place in the registry.

use std::collections::BTreeMap;

use serde_json::Value;

use super::layout::bytes;
use crate::domain::{Commit, History, Place, Presence};

type Properties = BTreeMap<String, Value>;

/// Since when it is there, by whom, until when, and whether another value took its place.
pub(super) fn history(place: &Place, properties: &Properties) -> Option<String> {
    let History { first, last, in_head, .. } = place.history.as_deref()?;
    let date = |commit: &Commit| commit.day().unwrap_or_else(|| "an unknown day".to_owned());
    let id = first.id.get(..8).unwrap_or(&first.id);
    let by = if first.name().is_empty() { id.to_owned() } else { format!("{id}, {}", first.name()) };
    let until = match (place.presence(), place.history.as_ref().and_then(|history| history.gone())) {
        (Presence::Head, _) => "in HEAD".to_owned(),
        (Presence::Here, _) if *in_head => "in HEAD".to_owned(),
        (Presence::Here, _) => "in the working tree, not in HEAD".to_owned(),
        (Presence::Branch, _) => "on another branch".to_owned(),
        (Presence::Unreachable, _) => format!("last {}, unreachable commits only", date(last)),
        (Presence::Past, gone) => format!("removed {}, history only", date(gone.unwrap_or(last))),
    };
    let rotated = rotation(properties).map_or_else(String::new, |rotation| format!(" · {rotation}"));
    // Of a guessable secret without a key only the name can be followed.
    let by_name = properties.get("exposure").and_then(|exposure| exposure.get("of")).is_some_and(|of| of == "name");
    let what = if by_name { "a value of this name since" } else { "since" };
    Some(format!("{what} {} ({by}), {until}{rotated}", date(first)))
}

fn rotation(properties: &Properties) -> Option<String> {
    let rotation = properties.get("rotation")?;
    let date = |key: &str| rotation.get(key).and_then(Value::as_str).map(day);
    let times = match rotation.get("times").and_then(Value::as_u64)? {
        0 => None,
        1 => Some("once".to_owned()),
        many => Some(format!("{many} times")),
    };
    let rotated = times.map(|times| format!("rotated {times}{}", date("last").map_or_else(String::new, |last| format!(", last {last}"))));
    let never = || date("never_since").map(|_| "never rotated".to_owned());
    let replaced = date("replaced").map(|replaced| format!("replaced {replaced}"));
    let told: Vec<_> = rotated.or_else(never).into_iter().chain(replaced).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// Label and sentence of what is known.
pub(super) fn facts(properties: &Properties) -> Vec<(&'static str, String)> {
    [
        ("why", why(properties)),
        ("life", life(properties)),
        ("because", because(properties)),
        ("model", model(properties)),
        ("registry", registry(properties)),
        ("waiver", text(properties, "waiver").map(str::to_owned)),
    ]
    .into_iter()
    .filter_map(|(label, fact)| Some((label, fact?)))
    .collect()
}

/// Why a value without a shape of its own was taken for a credential.
fn why(properties: &Properties) -> Option<String> {
    let reasons: Vec<_> = properties.get("why")?.as_array()?.iter().filter_map(Value::as_str).collect();
    (!reasons.is_empty()).then(|| reasons.join(", "))
}

/// Class, birth and end of a credential.
fn life(properties: &Properties) -> Option<String> {
    let class = text(properties, "lifetime").map(|class| match class {
        "static" => "static, works until somebody revokes it",
        "capped" => "capped, its issuer ends it",
        "dated" => "dated, ends on the day written in it",
        "ephemeral" => "ephemeral, dies by itself soon",
        "refresh" => "refresh, mints others and renews itself",
        "key-material" => "key material, lives as long as what trusts it",
        other => other,
    });
    let alive = text(properties, "alive").and_then(|alive| match alive {
        "expired" => Some("past its end"),
        "likely-dead" => Some("probably dead by now"),
        _ => None,
    });
    let dated = |key, word| text(properties, key).map(|time| format!("{word} {}", day(time)));
    let minted = dated("minted", "made");
    joined([class.map(str::to_owned), minted, dated("expires", "ends"), alive.map(str::to_owned)])
}

/// Where that is known from, when it is read from the credential or what is beside it.
fn because(properties: &Properties) -> Option<String> {
    let known = ["minted", "expires"].iter().any(|key| properties.contains_key(*key));
    let sentences: Vec<_> = properties.get("because")?.as_array()?.iter().filter_map(Value::as_str).map(|sentence| sentence.trim_end_matches('.')).collect();
    (known && !sentences.is_empty()).then(|| sentences.join("; "))
}

fn model(properties: &Properties) -> Option<String> {
    let format = text(properties, "format")?.to_owned();
    let base = text(properties, "base").map(|base| format!("{} of {base}", text(properties, "relation").unwrap_or("derivative")));
    joined([Some(format), properties.get("size").and_then(Value::as_u64).map(bytes), base])
}

/// The entry and how it was found; for an artifact also that there is none.
fn registry(properties: &Properties) -> Option<String> {
    let Some(entry) = properties.get("registered") else { return properties.contains_key("format").then(|| "no entry".to_owned()) };
    let field = |key: &str| entry.get(key).and_then(Value::as_str);
    let name = [field("name"), field("version")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let owner = field("owner").map_or_else(|| "no owner".to_owned(), |owner| format!("owner {owner}"));
    joined([Some(name).filter(|name| !name.is_empty()), field("rung").map(|rung| format!("known by its {rung}")), Some(owner)])
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

    fn told(properties: Value) -> Vec<(&'static str, String)> {
        let Value::Object(properties) = properties else { panic!("properties are an object") };
        facts(&properties.into_iter().collect())
    }

    #[test]
    fn a_life_in_words() {
        let life = json!({"lifetime": "dated", "minted": "2026-01-02T03:04:05Z", "expires": "2026-02-01T00:00:00Z", "alive": "expired", "because": ["its `exp` claim says so."]});
        let expected = "dated, ends on the day written in it; made 2026-01-02; ends 2026-02-01; past its end".to_owned();
        assert_eq!(told(life), [("life", expected), ("because", "its `exp` claim says so".to_owned())]);
    }

    #[test]
    fn a_place_in_the_registry_in_words() {
        let entry = json!({"registered": {"name": "churn", "version": "3", "owner": "ml@example.com", "rung": "content digest"}});
        assert_eq!(told(entry), [("registry", "churn 3; known by its content digest; owner ml@example.com".to_owned())]);
        assert_eq!(told(json!({"format": "gguf"})), [("model", "gguf".to_owned()), ("registry", "no entry".to_owned())]);
    }

    #[test]
    fn only_what_is_known_is_said() {
        assert!(told(json!({"lifetime": 7, "alive": "unknown", "because": []})).is_empty());
    }
}
