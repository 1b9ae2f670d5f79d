//! A secret that its issuer must have ended by now.

use super::{CWE, NHI, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::alive::{Alive, day, span};
use crate::reconcile::cases::{Case, World};

pub(super) const VERDICT: Verdict = Verdict {
    code: 2004,
    name: "likely-dead-secret",
    level: Level::Note,
    severity: 3.0,
    summary: "A secret is older than its issuer lets such secrets live.",
    description: "Issuers bound the life of some kinds of tokens, whatever their holder does. This one existed longer ago than that, so it has most likely died. Nobody was asked: \
        the date is the one it carries, or that of the commit that introduced it, and an issuer may have made an exception.",
    remedy: "Make sure at the issuer that it is gone, remove it, and look for its successor.",
    messages: &[("default", "'{0}' in '{1}' existed on '{2}', and its issuer ends such secrets after '{3}': it is likely dead. Make sure, and remove it.")],
    taxa: &[(NHI, "NHI1:2025"), (CWE, "CWE-324")],
    tags: &["security", "secret", "expired"],
    judge,
};

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let Alive::LikelyDead { since, made, life } = case.secret()?.alive else { return None };
    Some(Say::all(case, "default", [case.label.clone(), case.at(&case.all()), day(made), span(life)]).with("dead_since", day(since)))
}

#[cfg(test)]
mod tests {
    use crate::domain::Class;
    use crate::reconcile::testing::{Estate, Marked as _, span};

    #[test]
    fn the_issuers_cap_counts_from_the_commit() {
        let capped = |month: u32| {
            Estate::new().past_of("a.env", "x", span(month, 34, None).head(), |credential| {
                credential.lifetime.class = Class::Capped;
                credential.lifetime.life = Some(90 * 86_400);
            })
        };
        let old = capped(25);
        assert_eq!(
            old.says("likely-dead-secret"),
            [
                "'Acme key acme_[REDACTED]' in 'a.env' existed on '2026-01-01', and its issuer ends such secrets after '90 days': it is likely dead. Make sure, and remove it."
            ]
        );
        assert!(old.says("stale-secret").is_empty());
        assert!(capped(35).says("likely-dead-secret").is_empty());
    }
}
