//! Every promise in `rules/credentials/` is run through the engine that users run.

use heliodon::scan::detect::credential::check;

#[test]
fn every_rule_keeps_its_promises() {
    let failures = check::failures();
    let list: Vec<_> = failures.iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{} promises are broken:\n{}", list.len(), list.join("\n"));
}
