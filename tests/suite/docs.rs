//! Pages of `docs/` that are made from the code: checked in, and held to it here. `HELIODON_REWRITE=1 cargo test --test suite docs` writes them anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use heliodon::domain::Class;
use heliodon::rulepack::pack;
use heliodon::rulepack::rule::{LifeClass, Rule};

const HEAD: &str = "# Credentials that Heliodon finds

Made from `rules/credentials/` by `tests/suite/docs.rs`. `heliodon rules show NAME` tells everything about a rule: what it is, how long it lives and
where that is documented, how to revoke it. The class of a lifetime is *static* (until somebody revokes it), *capped* (its issuer ends it after a fixed
time), *dated* (its end is written inside it), *ephemeral* (it dies by itself soon), *refresh* (it renews itself) or *key-material* (a private key). With a
*checksum* a made-up value is told from a real one without asking anybody; a *date* means that the value itself tells when it was made, or when it ends.
";

#[test]
fn the_table_of_rules_is_that_of_the_rules() {
    let mut providers: BTreeMap<(String, &str), Vec<&Rule>> = BTreeMap::new();
    for rule in pack().rules().iter() {
        providers.entry((rule.provider.to_lowercase(), &rule.provider)).or_default().push(rule);
    }
    let rules = pack().rules().len();
    let mut page =
        format!("{HEAD}\n{rules} rules, {} providers and kinds.\n\n| provider | rules | lifetime | checksum or date |\n|---|---|---|---|\n", providers.len());
    for ((_, provider), rules) in &providers {
        let names: Vec<_> = rules.iter().map(|rule| format!("`{}`", rule.name)).collect();
        let classes: BTreeSet<String> = rules.iter().map(|rule| class(rule.lifetime.class)).collect();
        let proofs: BTreeSet<&str> = rules.iter().filter_map(|rule| proof(rule)).collect();
        let (classes, proofs) = (join(classes), join(proofs));
        let _ = writeln!(page, "| {provider} | {} | {classes} | {proofs} |", names.join(" "));
    }
    compare("docs/rules.md", &page);
}

fn join<S: AsRef<str>>(words: BTreeSet<S>) -> String {
    words.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}

fn class(class: LifeClass) -> String {
    let value = serde_json::to_value(Class::from(class)).expect("a class is a word");
    value.as_str().unwrap_or_default().to_owned()
}

fn proof(rule: &Rule) -> Option<&'static str> {
    match (&rule.checksum, &rule.lifetime.reader) {
        (Some(_), Some(_)) => Some("checksum and date"),
        (Some(_), None) => Some("checksum"),
        (None, Some(_)) => Some("date"),
        (None, None) => None,
    }
}

fn compare(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("HELIODON_REWRITE").is_some() {
        fs::create_dir_all(path.parent().expect("pages lie in a folder")).expect("the folder can be made");
        fs::write(&path, made).expect("the page can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "{name} is not what the code says; HELIODON_REWRITE=1 cargo test --test suite docs writes it anew");
}
