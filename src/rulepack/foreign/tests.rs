//! Files of other programs, as far as they are understood.

use super::super::FREQUENCIES;
use super::super::literal::Literal;
use super::super::rule::Target;
use super::*;

fn taken(files: &[(&str, &str)]) -> Result<(Vec<Compiled>, Taken), Vec<String>> {
    let frequencies = Frequencies::new(FREQUENCIES).expect("the table has its size");
    let files: Vec<_> = files.iter().map(|(name, text)| OwnFile { name: (*name).into(), text: (*text).into(), may_replace: true }).collect();
    read(&files.iter().collect::<Vec<_>>(), &frequencies).map(|(rules, taken)| (rules.into_iter().map(|(_, rule)| rule).collect(), taken))
}

fn said(notes: &[Note]) -> String {
    notes.iter().map(|note| format!("{note}\n")).collect()
}

const GITLEAKS: &str = r#"
title = "t"
[allowlist]
paths = ['''\.lock$''']
regexes = ['''^\$\{''']
[[rules]]
id = "acme-key"
description = "An Acme key."
regex = '''(?i)[\w.-]{0,50}?(?:acmeq)(?:[ \t\w.-]{0,20})[=:]([a-z0-9]{32})(?:[;]|$)'''
keywords = ["acmeq"]
entropy = 3.0
[[rules.allowlists]]
condition = "AND"
regexTarget = "line"
regexes = ["[[]sample"]
stopwords = ["TEST"]
[[rules]]
id = "files"
path = '''\.p12$'''
"#;

#[test]
fn a_gitleaks_rule_keeps_what_it_says() {
    let (rules, all) = taken(&[("a/gitleaks.toml", GITLEAKS)]).expect("the file is well-formed");
    let rule = &rules[0].rule;
    assert_eq!((rule.name.as_str(), rule.title.as_str(), rule.entropy, rule.provider.as_str()), ("gitleaks.acme-key", "An Acme key", Some(3.0), "gitleaks"));
    let foreign = rule.foreign.as_ref().expect("it is another program's");
    assert_eq!((foreign.before, foreign.behind, foreign.within), (50, 109, true));
    assert_eq!(rules[0].literals, [Literal::folded(b"acmeq")]);
    assert_eq!(foreign.never, ["\\.lock$"]);
    let expected = [
        Unless { target: Target::Line, patterns: vec![r"[\[]sample".into()], stopwords: vec!["test".into()], all: true, negated: false },
        Unless { patterns: vec![r"^\$\{".into()], ..Unless::default() },
    ];
    assert_eq!(foreign.unless, expected);
    let left_out = "a/gitleaks.toml: rule `gitleaks.files`: it asks for names of files alone, which credential rules do not\n";
    assert_eq!((all.rules, said(&all.left_out).as_str()), (1, left_out));
}

#[test]
fn a_later_file_changes_rules_and_switches_them_off() {
    let later = "[extend]\nuseDefault = true\ndisabledRules = ['files']\n[[rules]]\nid = 'acme-key'\nentropy = 4.5\nfrobnicate = 1\n\
                 [[rules.required]]\nid = 'other'\n";
    let (rules, all) = taken(&[("gitleaks.toml", GITLEAKS), ("mine.toml", later)]).expect("the files are well-formed");
    assert_eq!((rules.len(), rules[0].rule.entropy, all.left_out.len()), (1, Some(4.5), 0));
    assert_eq!((rules[0].rule.confidence, rules[0].rule.foreign.as_ref().map(|foreign| foreign.guess)), (Confidence::Low, Some(true)));
    let expected = [
        "mine.toml: rule `gitleaks.acme-key`: `frobnicate` is not understood, and not heeded\n",
        "mine.toml: rule `gitleaks.acme-key`: `required`: what must stand near it is not looked for, so what it finds is weak evidence\n",
    ];
    assert_eq!(said(&all.notes), expected.concat());
    let (_, alone) = taken(&[("mine.toml", "[extend]\nuseDefault = true\n")]).expect("the file is well-formed");
    assert!(said(&alone.notes).contains("`useDefault`: the rules that gitleaks brings are not part"));
}

const KINGFISHER: &str = r"
rules:
  - name: Acme key
    id: kingfisher.acme.1
    pattern: |
      (?x)
      \b
      (?# a comment )
      acmeq (?:.|[\n\r]){0,32}?
      (?P<TOKEN> [a-z0-9]{32} )
      \b
    min_entropy: 3.3
    confidence: high
    examples: [x]
    pattern_requirements:
      min_digits: 2
      min_special_chars: 1
      ignore_if_contains: [Sample]
      checksum: {}
    validation: {type: Http}
  - {name: Helper, id: kingfisher.acme.2, pattern: acmeq, visible: false}
  - {name: Ahead, id: np.acme.3, pattern: 'acmeq(?=x)'}
  - {name: Bare, id: np.acme.4, pattern: '[a-z]{32}'}
  - {name: Twice, id: kingfisher.acme.1, pattern: 'acmeq-other-[a-z]{32}'}
  - {name: Thrice, id: kingfisher.acme.1, pattern: 'acmeq-other-[a-z]{32}'}
";

#[test]
fn a_kingfisher_rule_keeps_what_it_says() {
    let (rules, all) = taken(&[("acme.yml", KINGFISHER)]).expect("the file is well-formed");
    assert_eq!((rules.len(), rules[1].rule.name.as_str()), (2, "kingfisher.acme.1-2"));
    let (rule, foreign) = (&rules[0].rule, rules[0].rule.foreign.as_ref().expect("it is another program's"));
    assert_eq!((rule.name.as_str(), rule.confidence, rule.demand.digit, rule.entropy), ("kingfisher.acme.1", Confidence::High, 2, Some(3.3)));
    assert_eq!((foreign.group, foreign.before, foreign.special.as_ref().map(|(least, _)| *least)), (Some(1), 0, Some(1)));
    assert_eq!(foreign.unless[0].stopwords, ["sample"]);
    assert!(!foreign.pattern.contains("(?#"));
    let notes = said(&all.notes);
    assert!(notes.contains("`validation`: no credential is tried out") && notes.contains("`checksum` of its requirements"), "{notes}");
    let left_out = said(&all.left_out);
    for (rule, why) in
        [("acme.1-2", "the same rule is in acme.yml"), ("acme.2", "helper"), ("acme.3", "look-around"), ("acme.4", "nothing tells where to look")]
    {
        assert!(left_out.lines().any(|line| line.contains(rule) && line.contains(why)), "{left_out}");
    }
}

#[test]
fn go_means_some_signs_otherwise() {
    use super::pattern::{Dialect, in_rust};
    let pairs = [
        (r"\${[A-Z]+}", r"\$\{[A-Z]+}"),
        ("[[x]", r"[\[x]"),
        ("[]x]", r"[\]x]"),
        ("[a&&b~]", r"[a\&\&b\~]"),
        ("[[:alpha:]]{2,3}", "[[:alpha:]]{2,3}"),
        (r"\<a\>", "<a>"),
    ];
    for (go, rust) in pairs {
        assert_eq!(in_rust(go, Dialect::Go), rust);
        assert!(regex_syntax::parse(rust).is_ok());
    }
}

#[test]
fn what_is_no_rule_file_is_an_error_with_its_line() {
    let problem = |name: &str, text: &str| taken(&[(name, text)]).map(|_| ()).expect_err("it is no rule file").concat();
    assert!(problem("x.toml", "[[rules]\n").starts_with("x.toml: TOML parse error at line 1"));
    assert!(problem("x.yml", "rules:\n  - name: a\n").contains("x.yml: "));
}
