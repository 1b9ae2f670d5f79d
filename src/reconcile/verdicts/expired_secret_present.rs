//! A secret past its written expiry still lies here.

use super::{CWE, NHI, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::alive::{Alive, day};
use crate::reconcile::cases::{Case, World};

pub(super) const VERDICT: Verdict = Verdict {
    code: 2003,
    name: "expired-secret-present",
    level: Level::Note,
    severity: 2.5,
    summary: "A secret past its expiry has not been removed.",
    description: "The expiry written in the token has passed, so it should open nothing any more. It is still worth removing: it shows where and how secrets are kept, hides the next one that is \
        put in its place, and a server that does not check the date still takes it.",
    remedy: "Remove it, and look whether its successor lies in the same place.",
    messages: &[("default", "'{0}' in '{1}' expired on '{2}' and is still here. Remove it and see what took its place.")],
    taxa: &[(NHI, "NHI1:2025"), (CWE, "CWE-324")],
    tags: &["security", "secret", "expired"],
    judge,
};

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let Alive::Expired(at) = case.secret().filter(|_| case.lasts())?.alive else { return None };
    Some(Say::all(case, "default", [case.label.clone(), case.at(&case.all()), day(at)]))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::{Estate, span};

    #[test]
    fn the_written_expiry_decides() {
        let dated = |expires: &str| Estate::new().credential("a.env", "x", |credential| credential.lifetime.expires = expires.parse().ok());
        assert_eq!(
            dated("2026-11-19T00:00:00Z").says("expired-secret-present"),
            ["'Acme key acme_[REDACTED]' in 'a.env' expired on '2026-11-19' and is still here. Remove it and see what took its place."]
        );
        assert!(dated("2026-11-21T00:00:00Z").says("expired-secret-present").is_empty());
        assert!(dated("2026-11-19T00:00:00Z").says("likely-dead-secret").is_empty());
        let removed = Estate::new().past_of("a.env", "x", span(1, 2, Some(3)), |credential| credential.lifetime.expires = "2026-11-19T00:00:00Z".parse().ok());
        assert!(removed.says("expired-secret-present").is_empty());
    }
}
