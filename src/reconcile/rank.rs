//! The rank of a finding, 0–100: severity × sureness × what is known of its life × its zone. Orders findings of one level.

use super::cases::{Case, Secret};
use super::zones;
use crate::domain::{Place, Presence, Sureness};

/// In whole numbers, so that every machine rounds alike. `life` is a percentage.
pub(super) fn rank(severity: f32, sureness: Sureness, life: u32, zone: Option<&str>) -> u8 {
    let sure = match sureness {
        Sureness::Certain => 100,
        Sureness::Likely => 85,
        Sureness::Weak => 50,
    };
    let zone = match zones::weight(zone) {
        6 => 110,
        5 => 105,
        2 => 95,
        1 => 90,
        0 => 70,
        _ => 100,
    };
    // Hundredths of a severity are exact enough, and the cast saturates.
    let severity = (severity * 100.0).round().clamp(0.0, 1000.0) as u32;
    let rank = severity * sure / 100 * life.min(100) / 100 * zone / 1000;
    u8::try_from(rank.min(100)).unwrap_or(100)
}

/// What remains of the rank of a finding at a place, in percent, and why: the dead, the replaced and what is in past commits only can do less
/// harm than what works here today. It may still work: a leaked secret in a history is a leaked secret.
pub(super) fn share(case: &Case<'_>, place: &Place) -> (u32, Vec<&'static str>) {
    let secret = case.secret();
    let alive = secret.map_or(100, |secret| secret.alive.share());
    let mut share = alive;
    let mut because = Vec::from_iter((alive < 100).then_some("its end has passed, or it dies by itself"));
    let mut lower = |percent: u32, reason: &'static str| {
        share = share * percent / 100;
        because.push(reason);
    };
    match place.presence() {
        Presence::Past => lower(80, "it is in the history only"),
        Presence::Unreachable => lower(60, "it is in unreachable commits only"),
        Presence::Branch | Presence::Head | Presence::Here => {}
    }
    if secret.is_some_and(Secret::is_replaced) {
        lower(70, "another value took its place");
    }
    (share, because)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_falls_with_doubt_death_and_distance_from_production() {
        let base = rank(9.0, Sureness::Certain, 100, None);
        assert_eq!(base, 90);
        assert!(rank(9.0, Sureness::Likely, 100, None) < base);
        assert!(rank(9.0, Sureness::Certain, 25, None) < base / 3);
        assert!(rank(9.0, Sureness::Certain, 100, Some("test")) < rank(9.0, Sureness::Certain, 100, Some("experiment")));
        assert_eq!(rank(9.9, Sureness::Certain, 100, Some("production")), 100);
        assert_eq!(rank(f32::NAN, Sureness::Certain, 100, None), 0);
    }
}
