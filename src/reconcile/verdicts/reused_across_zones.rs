//! One secret in two zones.

use super::{CSF, CWE, NHI, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, Sight, World};
use crate::reconcile::words::some_of;
use crate::reconcile::zones::{separates, weight};

pub(super) const VERDICT: Verdict = Verdict {
    code: 6001,
    name: "reused-across-zones",
    level: Level::Error,
    severity: 7.5,
    summary: "One secret is used in more than one zone.",
    description: "Zones are kept apart so that what is tried out cannot reach what runs for customers. A secret that opens both joins them: whoever reads a notebook holds a key to production. \
        Zones are told by the token itself, by the hosts and accounts beside it and by paths; pipelines, which hand secrets on, are not counted. A key that says itself that it opens production \
        counts for production wherever it lies.",
    remedy: "Issue one credential for each zone, limit each to what its zone needs, and revoke the shared one.",
    messages: &[("default", "'{0}' is used in '{1}' zones: '{2}'. Issue one credential for each zone and revoke this one.")],
    taxa: &[(NHI, "NHI8:2025"), (NHI, "NHI9:2025"), (CSF, "PR.AA-05"), (CWE, "CWE-653")],
    tags: &["security", "secret", "reuse", "isolation"],
    judge,
};

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    case.secret()?;
    // Without an identity, two sights may be two secrets.
    case.subject.as_ref()?;
    let strayed = case.sights.iter().filter(|sight| is_stray(sight)).filter_map(|sight| sight.lies).map(str::to_owned);
    let mut zones: Vec<_> = case.zones().into_iter().chain(strayed).filter(|zone| separates(zone)).collect();
    zones.sort();
    zones.dedup();
    (zones.len() > 1).then(|| Say::all(case, "default", [case.label.clone(), zones.len().to_string(), some_of(&zones, 4)]).with("zones", zones))
}

/// A production key where things are tried out.
fn is_stray(sight: &Sight<'_>) -> bool {
    weight(sight.zone.as_deref()) == weight(Some("production")) && weight(sight.lies) <= weight(Some("development"))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::{Estate, span};

    #[test]
    fn the_main_place_lies_in_the_weightiest_zone() {
        let estate = Estate::new().credential("a/notebooks/x.py", "x", |_| {}).credential("deploy/prod/x.env", "x", |_| {});
        let findings = estate.findings("reused-across-zones");
        assert_eq!(findings.len(), 1);
        assert_eq!(
            findings[0].text,
            "'Acme key acme_[REDACTED]' is used in '2' zones: 'experiment and production'. Issue one credential for each zone and revoke this one."
        );
        assert_eq!(findings[0].place.uri(), "deploy/prod/x.env");
        assert_eq!(findings[0].related[0].message, "also here, in zone experiment");
    }

    #[test]
    fn a_live_key_in_a_notebook_joins_two_zones() {
        let live =
            |path: &str| Estate::new().credential(path, "x", |credential| credential.zone = Some("production".into())).findings("reused-across-zones").len();
        assert_eq!((live("notebooks/x.py"), live("src/x.py"), live("deploy/prod/x.env")), (1, 0, 0));
    }

    #[test]
    fn pipelines_unnamed_places_and_guessable_secrets_cross_no_border() {
        let estate =
            Estate::new().credential(".github/workflows/x.yml", "x", |_| {}).credential("deploy/x.env", "x", |_| {}).credential("src/x.py", "x", |_| {});
        assert!(estate.says("reused-across-zones").is_empty());
        let estate = Estate::new().guessable("deploy/x.env", 1).guessable("tests/x.env", 1);
        assert!(estate.says("reused-across-zones").is_empty());
    }

    #[test]
    fn paths_of_a_history_lie_in_zones_too_and_the_place_that_lasts_is_named() {
        let estate = Estate::new().credential("a/notebooks/x.py", "x", |_| {}).past("deploy/prod/x.env", "x", span(1, 2, Some(3)));
        let findings = estate.findings("reused-across-zones");
        assert_eq!((findings.len(), findings[0].place.uri().as_str()), (1, "a/notebooks/x.py"));
        assert_eq!(findings[0].related[0].place.origin.scheme, "git");
    }
}
