//! The face of a credential rule, from what the rule file says.

use super::rule::{LifeClass, Name, Rule, Severity};
use crate::domain::{Face, Family, Level, Mention, Taxon};

/// Of what is gone from the files.
const HISTORY: &str = "'{0}' lies in the history of '{2}': '{1}', since commit '{3}' of '{4}'. Whoever can fetch the repository can use it; revoke it.";

pub(super) fn of(rule: &Rule) -> Face {
    let (level, severity) = level(rule.severity);
    Face {
        code: rule.code,
        name: rule.name.clone(),
        family: Family::Credential,
        level,
        severity,
        summary: summary(&rule.title),
        description: description(rule),
        remedy: remedy(rule),
        help_url: rule.rotate_url.clone(),
        messages: vec![
            ("default".to_owned(), "'{0}' lies in '{2}': '{1}'. Whoever can read this can use it; revoke it, then remove it.".to_owned()),
            ("history".to_owned(), HISTORY.to_owned()),
        ],
        taxa: vec![taxon("OWASP NHI Top 10", "NHI2:2025"), taxon("CWE", "CWE-798")],
        tags: vec!["secret".to_owned(), rule.provider.to_lowercase().replace(' ', "-")],
    }
}

pub(super) fn mention(rule: Name) -> Mention {
    let (level, severity) = level(rule.severity);
    Mention { code: rule.code, name: rule.name, level, severity, title: capitalised(&rule.title), summary: summary(&rule.title), help_url: rule.rotate_url }
}

fn level(severity: Severity) -> (Level, f32) {
    match severity {
        Severity::Critical => (Level::Error, 9.3),
        Severity::High => (Level::Error, 8.0),
        Severity::Medium => (Level::Warning, 5.5),
        Severity::Low => (Level::Note, 3.0),
    }
}

fn summary(title: &str) -> String {
    format!("{}, written where whoever reads this can use it.", capitalised(title))
}

fn description(rule: &Rule) -> String {
    let life = match rule.lifetime.class {
        LifeClass::Static => "It works until someone revokes it.",
        LifeClass::Capped => "Its issuer ends it after a fixed time, and not before.",
        LifeClass::Dated => "Its end is written inside it.",
        LifeClass::Ephemeral => "It dies by itself after a short time.",
        LifeClass::Refresh => "It buys new credentials and so renews itself.",
        LifeClass::KeyMaterial => "It is a private key and lives as long as anything trusts it.",
    };
    format!("{} ({}). {life} {}", capitalised(&rule.title), rule.provider, rule.lifetime.says)
}

fn remedy(rule: &Rule) -> String {
    let place = rule.rotate_url.as_ref().map(|url| format!(" ({url})")).unwrap_or_default();
    format!(
        "{}{place} Removing it from the file leaves it in the history: revoke it first. Keep its successor in a secret store. \
         If it must stay, waive `{}` with a reason, an owner and an end.",
        rule.rotate, rule.name
    )
}

fn capitalised(title: &str) -> String {
    let mut chars = title.chars();
    // `npm token` and `xAI key` are written small by those who make them.
    let named_small = title.split(' ').next().is_some_and(|word| word == "npm" || word.chars().skip(1).any(|c| c.is_ascii_uppercase()));
    match chars.next() {
        Some(first) if !named_small => first.to_uppercase().chain(chars).collect(),
        _ => title.to_owned(),
    }
}

fn taxon(taxonomy: &str, id: &str) -> Taxon {
    Taxon { taxonomy: taxonomy.to_owned(), id: id.to_owned() }
}
