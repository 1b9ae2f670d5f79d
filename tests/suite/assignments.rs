//! Values without a prefix of their own, in the ways people assign them: where a rule knows its token by a word beside it, it
//! knows it in each.

use heliodon::domain::Evidence;
use heliodon::rulepack::rule::{Rule, Wake};
use heliodon::rulepack::{pack, template};
use heliodon::scan::detect::{Text, credential};

/// `K` in angle brackets stands for the name, `V` for the value.
const WAYS: &[&str] = &[
    "<K>=<V>",
    "<K> = '<V>'",
    "export <K>=\"<V>\"",
    "os.environ[\"<K>\"] = \"<V>\"",
    "process.env['<K>'] = '<V>';",
    "os.environ.setdefault(\"<K>\", \"<V>\")",
    "ENV <K> <V>",
    "run --<K> <V>",
    "run --<K>=<V> --verbose",
    "- name: <K>\n  value: <V>",
    "- name: <K>\n  value: \"<V>\"",
    "[<K>]\nkey = <V>",
    "variable \"<K>\" {\n  default = \"<V>\"\n}",
    "<K>(key=\"<V>\")",
    "<add key=\"<K>\" value=\"<V>\" />",
    "<<K>><V></<K>>",
    "X-<K>: <V>",
    "<K>: Bearer <V>",
    "Endpoint=x;<K>=<V>;Timeout=3",
    "{\"<K>\": \"<V>\"}",
    "{\\\"<K>\\\": \\\"<V>\\\"}",
    "<K>: <V> # comment",
    "<K> := `<V>`",
    "'<K>' => '<V>',",
    "set <K>=<V>",
    "$env:<K> = \"<V>\"",
    "https://host/path?<K>=<V>&y=1",
    "x%26<K>%3D<V>%26",
    "| <K> | <V> |",
    "<K>\t<V>",
    "<K>=\n<V>",
    "echo <K>,<V>,x",
];

fn sightings(text: &str, scratch: &mut credential::Scratch) -> Vec<(u32, String)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    credential::search(&Text { bytes, name: "example", continued: false, prose: false, before: b"", trace_key: None }, scratch, &mut |sighting| {
        if let (Evidence::Credential(credential), Some(shown)) = (&sighting.evidence, text.get(sighting.span.clone())) {
            found.push((credential.rule, shown.to_owned()));
        }
    });
    found
}

/// The token of the first example, and a word that can be a name.
fn parts(rule: &Rule, scratch: &mut credential::Scratch) -> Option<(String, String)> {
    let example = template::expand(rule.examples.first()?, 9, &|_| None).ok()?;
    let token = sightings(&example, scratch).into_iter().find(|(code, _)| *code == rule.code)?.1;
    let name = rule.words.iter().find(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)))?;
    Some((name.to_owned(), token))
}

#[test]
fn a_value_is_known_in_everyday_assignments() {
    let mut scratch = credential::Scratch::default();
    let (mut tried, mut missed) = (0, Vec::new());
    for rule in pack().rules().iter() {
        let by_context = matches!(rule.wake, Wake::Word | Wake::Run { .. }) && rule.near >= 24 && !rule.parts.iter().any(|part| part.required);
        let Some((name, token)) = Some(rule).filter(|_| by_context).and_then(|rule| parts(rule, &mut scratch)) else { continue };
        // An alphabet that holds `%` swallows what is percent-encoded behind the token.
        let swallowed = |way: &&&str| {
            let after = way.split_once("<V>").and_then(|(_, after)| after.bytes().next());
            after.is_some_and(|byte| rule.shape.as_ref().is_some_and(|shape| shape.right.contains(byte)))
        };
        for way in WAYS.iter().filter(|way| !swallowed(way)) {
            let text = way.replace("<K>", &name).replace("<V>", &token);
            tried += 1;
            let found = sightings(&text, &mut scratch);
            if !found.iter().any(|(_, shown)| *shown == token) {
                missed.push(format!("{}: {way}: {:?}", rule.name, found.iter().map(|(code, _)| code).collect::<Vec<_>>()));
            }
        }
    }
    assert!(missed.is_empty(), "{} of {tried} missed:\n{}", missed.len(), missed.join("\n"));
    assert!(pack().rules().is_empty() || tried > 100, "{tried} tried: too few to say anything");
}
