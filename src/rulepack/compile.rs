//! The rule compiler: rule files in, compiled rules and filter tables out. Runs in the build script, and at run time for a user's own rules.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regex_syntax::hir::Hir;

use super::analyse;
use super::anchor;
use super::choose;
use super::frequency::Frequencies;
use super::literal::{ByteSet, Literal};
use super::pragma::PRAGMAS;
use super::program::Program;
use super::rule::{Anchors, Confidence, Data, LifeFacts, Owner, Part, Rule, Shape, Wake};
use super::schema::{self, RuleText};
use super::store::{self, Entry};
use super::tables::{self, Pairs};
use super::words::{self, Wanted, Words};

/// A prefix of so many bytes marks a value; an inner literal must be longer.
const SHORTEST_PREFIX: usize = 2;
const LONGEST_MATCH: usize = 1500;
/// Bytes between a context word and its value, unless the rule says otherwise.
const NEAR: u32 = 80;

/// A compiled rule and the literals that wake it.
pub(super) struct Compiled {
    pub(super) rule: Rule,
    pub(super) literals: Vec<Literal>,
}

/// A compiled pack.
pub struct Made {
    pub data: Data,
    /// The rules, one behind the other, and where each ends.
    pub rules: Vec<u8>,
    pub entries: Vec<Entry>,
    /// What rules with common words are found by.
    pub words: Words,
    pub pairs: Pairs,
}

/// Compiles rule files, given as name and text. Problems name file and rule; all are told at once.
pub fn compile(files: &[(String, String)], references: &[Anchors], frequencies: &Frequencies<'_>) -> Result<Made, Vec<String>> {
    let (mut compiled, mut problems) = (Vec::new(), Vec::new());
    for (file, text) in files {
        let rules = parsed(file, text, &mut problems, |text| text.code.ok_or_else(|| "it has no `code`".to_owned()), frequencies);
        compiled.extend(rules);
    }
    problems.extend(duplicates(&compiled));
    if problems.is_empty() { Ok(assemble(compiled, references, frequencies)) } else { Err(problems) }
}

/// The rules of one file that are sound; of the others the problems.
pub(super) fn parsed(
    file: &str,
    text: &str,
    problems: &mut Vec<String>,
    code: impl Fn(&RuleText) -> Result<u32, String>,
    frequencies: &Frequencies<'_>,
) -> Vec<Compiled> {
    let parsed = match schema::parse(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            problems.push(format!("{file}: {error}"));
            return Vec::new();
        }
    };
    let mut compiled = Vec::new();
    for text in parsed.rules {
        let name = text.name.clone();
        match code(&text).and_then(|code| rule(text, code, &parsed.provider, frequencies)) {
            Ok(rule) => compiled.push(rule),
            Err(problem) => problems.push(format!("{file}: rule `{name}`: {problem}")),
        }
    }
    compiled
}

pub(super) fn duplicates(compiled: &[Compiled]) -> Vec<String> {
    let (mut codes, mut names) = (BTreeSet::new(), BTreeSet::new());
    let mut problems = Vec::new();
    for Compiled { rule, .. } in compiled {
        if !codes.insert(rule.code) {
            problems.push(format!("rule `{}`: code {} is taken by another rule", rule.name, rule.code));
        }
        if !names.insert(&rule.name) {
            problems.push(format!("rule `{}`: the name is taken by another rule", rule.name));
        }
    }
    problems
}

/// Gathers the literals of all rules, with their owners, and places them in the filter.
pub(super) fn assemble(compiled: Vec<Compiled>, references: &[Anchors], frequencies: &Frequencies<'_>) -> Made {
    let mut owners: BTreeMap<Literal, BTreeSet<Owner>> = BTreeMap::new();
    let (mut data, mut rules) = (Data::default(), Vec::new());
    for (index, Compiled { rule, literals }) in compiled.into_iter().enumerate() {
        let owner = match &rule.native {
            Some(native) => Owner::Native(index_of(&mut data.natives, native)),
            None => Owner::Credential(small(index)),
        };
        for literal in literals {
            owners.entry(literal).or_default().insert(owner);
        }
        rules.push(rule);
    }
    for shape in references {
        let owner = Owner::Reference(index_of(&mut data.references, &shape.name));
        for literal in &shape.literals {
            owners.entry(literal.clone()).or_default().insert(owner);
        }
    }
    for (number, pragma) in PRAGMAS.iter().enumerate() {
        owners.entry(Literal::folded(pragma.literal.as_bytes())).or_default().insert(Owner::Pragma(small(number)));
    }
    for (literal, owners) in owners {
        data.literals.push(literal);
        data.owners.push(owners.into_iter().collect());
    }
    let (pairs, buckets) = tables::build(&data.literals, frequencies);
    data.buckets = buckets;
    let words = Words::new(rules.iter().enumerate().filter_map(wanted));
    let (rules, entries) = store::written(&rules, &data.natives);
    Made { data, entries, rules, words, pairs }
}

fn wanted((index, rule): (usize, &Rule)) -> Option<Wanted<'_>> {
    let Wake::Run { length, .. } = rule.wake else { return None };
    Some(Wanted { rule: small(index), words: &rule.words, near: rule.near, run: length })
}

pub(super) fn small(index: usize) -> u16 {
    u16::try_from(index).expect("there are fewer rules than 65 536")
}

fn index_of(names: &mut Vec<String>, name: &str) -> u16 {
    let known = names.iter().position(|known| known == name);
    small(known.unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    }))
}

fn rule(text: RuleText, code: u32, provider: &str, frequencies: &Frequencies<'_>) -> Result<Compiled, String> {
    check(&text, code)?;
    let words: Vec<String> = text.words.iter().map(|word| word.to_ascii_lowercase()).collect();
    let (shape, wake, literals) = match &text.pattern {
        Some(pattern) => {
            let (shape, hir) = shape(pattern, !words.is_empty())?;
            let (wake, literals) = choose::wake(&hir, &words, text.common, frequencies)?;
            (Some(shape), wake, literals)
        }
        None => (None, Wake::Native, choose::native_anchors(&text.anchors)?),
    };
    let life = text.lifetime.life.as_ref().map(|life| schema::seconds(life).ok_or(format!("`life` is `{life}`; a period looks like 90d"))).transpose()?;
    let mut zones: Vec<_> = text.zones.into_iter().collect();
    zones.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    let confidence = text.confidence.unwrap_or(if words.is_empty() { Confidence::High } else { Confidence::Medium });
    let parts = text.parts.into_iter().map(part).collect::<Result<_, _>>()?;
    let lifetime = LifeFacts { class: text.lifetime.class, life, reader: text.lifetime.reader, says: text.lifetime.says, source: text.lifetime.source };
    let rule = Rule {
        code,
        name: text.name,
        title: text.title,
        provider: provider.to_owned(),
        shape,
        wake,
        native: text.native,
        foreign: None,
        select: text.select,
        checksum: text.checksum,
        entropy: text.entropy,
        demand: text.demand,
        words,
        near: text.near.unwrap_or(NEAR),
        severity: text.severity,
        confidence,
        lifetime,
        rotate: text.rotate,
        rotate_url: text.rotate_url,
        zones,
        parts,
        examples: text.examples,
        negatives: text.negatives,
        misses: text.misses,
    };
    Ok(Compiled { rule, literals })
}

/// Codes of credentials begin with a 1; the four digits of the first thousand were not enough.
const CODES: [Range<u32>; 2] = [1000..2000, 10_000..20_000];

/// What the schema cannot say.
fn check(text: &RuleText, code: u32) -> Result<(), String> {
    let kebab = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let problem = match () {
        () if text.code.is_some() && !CODES.iter().any(|codes| codes.contains(&code)) => {
            format!("code {code} is not between 1000 and 1999, or 10000 and 19999")
        }
        () if !kebab(&text.name) => "a name is made of lower-case letters, digits and `-`".to_owned(),
        () if text.pattern.is_some() == text.native.is_some() => "a rule has either a `pattern` or `native`".to_owned(),
        () if text.native.is_none() && !(text.select.is_empty() && text.anchors.is_empty()) => "`select` and `anchors` belong to native rules".to_owned(),
        () if text.common && text.words.is_empty() => "`common` says something about `words`, and there are none".to_owned(),
        () if text.common && text.words.iter().any(|word| word.len() < words::SHORTEST) => format!("a common word has at least {} bytes", words::SHORTEST),
        () if text.common && text.near > Some(words::FURTHEST) => format!("common words stand at most {} bytes from their value", words::FURTHEST),
        () if text.examples.len() < 2 => "there must be two examples".to_owned(),
        () if text.negatives.is_empty() => "there must be a negative".to_owned(),
        () => return Ok(()),
    };
    Err(problem)
}

fn part(text: schema::PartText) -> Result<Part, String> {
    let words = text.words.iter().map(|word| word.to_ascii_lowercase()).collect();
    let (shape, _) = shape(&text.pattern, false).map_err(|problem| format!("part `{}`: {problem}", text.name))?;
    Ok(Part { name: text.name, shape, words, within: text.within, required: text.required })
}

/// `bare`: nothing but its surroundings tells the value, so letters and digits around it always make it something else.
fn shape(pattern: &str, bare: bool) -> Result<(Shape, Hir), String> {
    let hir = analyse::parse(pattern)?;
    let longest = hir.properties().maximum_len().ok_or("the pattern has a repetition without an upper bound")?;
    if longest > LONGEST_MATCH {
        return Err(format!("the pattern may match {longest} bytes; {LONGEST_MATCH} are allowed"));
    }
    let prefix = analyse::prefix(&hir).len();
    let inner = anchor::required(&hir, &|literals| -(literals.len() as f64));
    let marked = prefix >= SHORTEST_PREFIX || inner.iter().any(|inner| inner.literals.iter().all(|literal| literal.bytes.len() > SHORTEST_PREFIX));
    let right = analyse::right_edge(&hir);
    let right = if bare && right.intersects(&ByteSet::ALPHANUMERIC) { right.union(ByteSet::ALPHANUMERIC) } else { right };
    let shape = Shape {
        pattern: pattern.to_owned(),
        program: Program::compile(&hir, right)?,
        first: analyse::first_bytes(&hir),
        left: analyse::left_edge(&hir),
        right,
        longest: longest as u32,
        prefix: prefix as u32,
        marked,
    };
    Ok((shape, hir))
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::store::Rules;
    use super::*;

    /// Every pair and group is as common as the level says.
    pub(in super::super) fn compile_one(rule: &str, level: u8) -> Result<(Data, Rules), Vec<String>> {
        let table = vec![level; (1 << 16) + (1 << 18)];
        let frequencies = Frequencies::new(&table).expect("the table has its size");
        let tail = "    lifetime: {class: static, says: Never., source: here}\n    rotate: Do.\n    examples: [a, b]\n    negatives: [c]\n";
        let file = format!("provider: Acme\nrules:\n  - code: 1001\n    name: acme-key\n    title: Acme key\n{rule}{tail}");
        compile(&[("acme.yaml".into(), file)], &[], &frequencies).map(|made| (made.data, Rules::new(made.rules, made.entries)))
    }

    #[test]
    fn a_common_anchor_fails_by_name() {
        let problems = compile_one("    pattern: 'acme_[0-9]{20}'\n", 200).expect_err("the anchor is common");
        assert!(problems.concat().contains("acme.yaml: rule `acme-key`") && problems.concat().contains("anchor `acme_` is too common"), "{problems:?}");
        assert!(compile_one("    pattern: 'acme_[0-9]{20}'\n", 20).is_ok());
    }

    #[test]
    fn rules_without_a_literal_need_words() {
        assert!(compile_one("    pattern: '[0-9]{20}'\n", 1).is_err());
        let (data, rules) = compile_one("    pattern: '[0-9]{20}'\n    words: [acme]\n", 1).expect("the rule is valid");
        assert_eq!((rules[0].wake, &data.literals[0]), (Wake::Word, &Literal::folded(b"acme")));
    }

    #[test]
    fn common_words_need_a_run() {
        let (_, rules) = compile_one("    pattern: 'x_[0-9]{20}'\n    words: [keys]\n    common: true\n", 200).expect("the rule is valid");
        assert_eq!(rules[0].wake, Wake::Run { length: 22, before: 0 });
        assert!(compile_one("    pattern: 'x_[0-9]{10}'\n    words: [keys]\n    common: true\n", 200).is_err());
    }

    #[test]
    fn bounds_are_demanded() {
        assert!(compile_one("    pattern: 'acme_[0-9]+'\n", 1).is_err());
        assert!(compile_one("    pattern: 'acme_[0-9]{1600}'\n", 1).is_err());
    }
}
