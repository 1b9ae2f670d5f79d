//! A credential that was planted to be stolen.

use super::{CWE, NHI, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};

/// Of a canary nothing else is said: its life, its owner and its places are those of whoever watches it.
pub(in crate::reconcile) const VERDICT: Verdict = Verdict {
    code: 2007,
    name: "planted-canary",
    level: Level::Note,
    severity: 2.0,
    summary: "A credential is a canary: whoever tries it gives himself away.",
    description: "Canaries are credentials without rights that are laid out for thieves; their makers notice each use. This one is known by the account that its key id names. It opens nothing, so it need not be \
        revoked; but it should be known who planted it, and nobody should try it.",
    remedy: "Do not try it. Find out who planted it and who is told when it is used; remove it if nobody knows.",
    messages: &[("default", "'{0}' in '{1}' is a canary ('{2}'): whoever tries it gives himself away. Find out who planted it.")],
    taxa: &[(NHI, "NHI2:2025"), (CWE, "CWE-798")],
    tags: &["security", "secret", "canary"],
    judge,
};

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let kind = case.secret()?.canary()?;
    Some(Say::all(case, "default", [case.label.clone(), case.at(&case.all()), kind.to_owned()]))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn of_a_canary_nothing_else_is_said() {
        let estate = |facts: &[(&str, &str)]| {
            let facts: Vec<_> = facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Estate::new().credential("a.env", "x", move |credential| credential.facts = facts.into_iter().collect())
        };
        let planted = estate(&[("canary", "Thinkst Canarytokens")]);
        assert_eq!(
            planted.says("planted-canary"),
            ["'Acme key acme_[REDACTED]' in 'a.env' is a canary ('Thinkst Canarytokens'): whoever tries it gives himself away. Find out who planted it."]
        );
        assert!(planted.findings("acme-key").is_empty());
        assert!(estate(&[]).says("planted-canary").is_empty());
    }
}
