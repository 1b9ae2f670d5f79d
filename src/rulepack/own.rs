//! A user's own rules, joined with those that were compiled before.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::compile::{Compiled, Made, assemble, duplicates, parsed, small};
use super::digest;
use super::frequency::Frequencies;
use super::literal::Literal;
use super::rule::{Anchors, Data, Owner, Rule};
use super::schema::RuleText;

/// What codes of credentials are left to users.
const USERS: Range<u32> = 19_000..20_000;

/// A file of a user's own rules.
#[derive(Clone, Debug)]
pub struct OwnFile {
    /// For messages.
    pub name: String,
    pub text: String,
    /// Its rules may stand in for ours of the same name.
    pub may_replace: bool,
}

/// A user's own rule, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRule {
    pub code: u32,
    /// Where it is written.
    pub file: String,
    /// It stands in for one of ours.
    pub replaces: bool,
}

/// What a user adds to the rules that were compiled before.
pub(super) struct Addition<'a> {
    pub(super) files: &'a [&'a OwnFile],
    /// Rules that were read from files of other programs, with the names of those files.
    pub(super) others: Vec<(String, Compiled)>,
}

/// Joins a user's own rules with rules that were compiled before.
pub(super) fn extend(data: &Data, rules: &[&Rule], addition: Addition<'_>, frequencies: &Frequencies<'_>) -> Result<(Made, Vec<OwnRule>), Vec<String>> {
    let (mut compiled, references) = taken_apart(data, rules);
    let (mut own, mut new, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for file in addition.files {
        for rule in parsed(&file.name, &file.text, &mut problems, |text| own_code(text, rules), frequencies) {
            let replaced = rules.iter().find(|ours| ours.name == rule.rule.name);
            if let Some(Err(problem)) = replaced.map(|ours| replaceable(ours, file)) {
                problems.push(format!("{}: rule `{}`: {problem}", file.name, rule.rule.name));
            }
            own.push(OwnRule { code: rule.rule.code, file: file.name.clone(), replaces: replaced.is_some() });
            new.push(rule);
        }
    }
    for (file, rule) in addition.others {
        own.push(OwnRule { code: rule.rule.code, file, replaces: false });
        new.push(rule);
    }
    let names: BTreeSet<&str> = new.iter().map(|rule| rule.rule.name.as_str()).collect();
    compiled.retain(|known| !names.contains(known.rule.name.as_str()));
    compiled.extend(new);
    problems.extend(duplicates(&compiled));
    if problems.is_empty() { Ok((assemble(compiled, &references, frequencies), own)) } else { Err(problems) }
}

/// The rules and the reference shapes, each with its literals.
fn taken_apart(data: &Data, rules: &[&Rule]) -> (Vec<Compiled>, Vec<Anchors>) {
    let mut literals: BTreeMap<Owner, Vec<Literal>> = BTreeMap::new();
    for (literal, owners) in data.literals.iter().zip(&data.owners) {
        owners.iter().for_each(|owner| literals.entry(*owner).or_default().push(literal.clone()));
    }
    let of = |owner: Owner| literals.get(&owner).cloned().unwrap_or_default();
    let owner = |index: usize, rule: &Rule| match &rule.native {
        Some(native) => Owner::Native(small(data.natives.iter().position(|name| name == native).unwrap_or(0))),
        None => Owner::Credential(small(index)),
    };
    let rules = rules.iter().copied().enumerate();
    let compiled = rules.map(|(index, rule)| Compiled { rule: rule.clone(), literals: of(owner(index, rule)) }).collect();
    let references = data.references.iter().enumerate();
    (compiled, references.map(|(index, name)| Anchors { name: name.clone(), literals: of(Owner::Reference(small(index))) }).collect())
}

/// A rule that stands in for one of ours has its code, so that what was said under it goes on.
fn own_code(text: &RuleText, rules: &[&Rule]) -> Result<u32, String> {
    let replaced = rules.iter().find(|rule| rule.name == text.name).map(|rule| rule.code);
    match (text.code, replaced) {
        (None, Some(code)) => Ok(code),
        (None, None) => Ok(digest::own_code(&text.name)),
        (Some(code), Some(replaced)) if code == replaced => Ok(code),
        (Some(code), None) if USERS.contains(&code) => Ok(code),
        (Some(code), _) => Err(format!(
            "code {code} is not for users' rules: leave `code` out (the rule is then known as `own/{}`), or take one between {} and {}",
            text.name,
            USERS.start,
            USERS.end - 1
        )),
    }
}

/// May a rule of this file stand in for one of ours?
fn replaceable(ours: &Rule, file: &OwnFile) -> Result<(), String> {
    match () {
        () if !file.may_replace => Err("a rule of that name is built in, and the configuration below locks `rules`: choose another name".to_owned()),
        () if ours.native.is_some() => {
            Err("a rule of that name is built in and found by a parser, which no other rule can stand in for: choose another name".to_owned())
        }
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::compile::tests::compile_one;
    use super::*;

    const MINE: &str = "provider: Acme\nrules:\n  - {name: acme-key, title: Acme key, pattern: 'acmq_[a-z]{20}', rotate: Do., \
                        lifetime: {class: static, says: Never., source: here}, examples: [a, b], negatives: [c]}\n";

    #[test]
    fn further_rules_join_those_that_were_compiled_before() {
        let (first, rules) = compile_one("    pattern: 'acme_[0-9]{20}'\n", 1).expect("the rule is valid");
        let table = vec![1; (1 << 16) + (1 << 18)];
        let frequencies = Frequencies::new(&table).expect("the table has its size");
        let (same, _) = extend(&first, &[&rules[0]], Addition { files: &[], others: Vec::new() }, &frequencies).expect("nothing is added");
        assert_eq!((&same.data.literals, &same.data.owners), (&first.literals, &first.owners));
        let files = [OwnFile { name: "mine.yaml".into(), text: MINE.into(), may_replace: true }];
        let all = extend(&first, &[&rules[0]], Addition { files: &files.each_ref(), others: Vec::new() }, &frequencies);
        let (Made { data, entries, .. }, own) = all.expect("the rule stands in for the one of its name");
        assert_eq!((entries.len(), entries[0].code), (1, 1001));
        assert!(data.literals.contains(&Literal::exact(b"acmq_")) && !data.literals.contains(&Literal::exact(b"acme_")));
        assert_eq!(own, [OwnRule { code: 1001, file: "mine.yaml".into(), replaces: true }]);
    }

    #[test]
    fn a_users_rule_needs_no_code_and_cannot_take_one_of_ours() {
        let (first, rules) = compile_one("    pattern: 'acme_[0-9]{20}'\n", 1).expect("the rule is valid");
        let table = vec![1; (1 << 16) + (1 << 18)];
        let frequencies = Frequencies::new(&table).expect("the table has its size");
        let extended = |text: &str, may_replace: bool| {
            let files = [OwnFile { name: "mine.yaml".into(), text: text.into(), may_replace }];
            let addition = Addition { files: &files.each_ref(), others: Vec::new() };
            extend(&first, &[&rules[0]], addition, &frequencies).map(|(_, own)| own[0].code).map_err(|problems| problems.concat())
        };
        let other = MINE.replace("acme-key", "mine");
        assert_eq!(extended(&other, false), Ok(digest::own_code("mine")));
        assert_eq!(extended(&other.replace("{name", "{code: 19007, name"), false), Ok(19_007));
        for (text, may_replace, said) in [
            (MINE.to_owned(), false, "locks `rules`"),
            (other.replace("{name", "{code: 1001, name"), true, "known as `own/mine`"),
            (MINE.replace("{name", "{code: 19007, name"), true, "19007"),
        ] {
            assert!(extended(&text, may_replace).expect_err("it is refused").contains(said), "{said}");
        }
    }
}
