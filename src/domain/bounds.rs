//! Bounds that differ: of lives by class and zone, of waivers by the level of what they cover.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::glob::CaselessGlobs;
use super::lifetime::Class;
use super::policy::{Zone, seconds};

/// How long credentials of a class may live, and go without rotation, in a zone; of several rules the first that speaks decides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LifetimeRule {
    /// Absent: of any class.
    pub class: Option<Class>,
    /// Absent: anywhere.
    pub zone: Option<Zone>,
    /// Longest life before it counts as long-lived: `30d`.
    pub max_life: Option<String>,
    /// Longest age without rotation: `30d`.
    pub rotate_every: Option<String>,
}

/// How long a waiver of findings of a level may last, and who may approve it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WaiverRule {
    /// Longest life: `30d`. Absent: `max_waiver`.
    pub max: Option<String>,
    /// Globs over `approved_by`. Empty: anybody. Where there are any, comments cover nothing, for they name nobody.
    pub approvers: Vec<String>,
}

impl LifetimeRule {
    pub(super) fn speaks_of(&self, class: Class, zone: Option<&str>) -> bool {
        let there = |wanted: &Zone| zone.is_some_and(|zone| wanted.eq_ignore_ascii_case(zone));
        self.class.is_none_or(|wanted| wanted == class) && self.zone.as_ref().is_none_or(there)
    }

    /// A lowercase phrase naming what is wrong.
    pub(super) fn mistake(&self) -> Option<String> {
        let fields = [("max_life", &self.max_life), ("rotate_every", &self.rotate_every)];
        if fields.iter().all(|(_, text)| text.is_none()) {
            return Some("`lifetimes` has a rule with neither `max_life` nor `rotate_every`".to_owned());
        }
        fields.into_iter().find_map(|(name, text)| duration(name, text.as_deref()))
    }
}

impl WaiverRule {
    /// Longest life in seconds, where it differs.
    pub fn max(&self) -> Option<u64> {
        self.max.as_deref().and_then(seconds)
    }

    pub fn lets_approve(&self, who: &str) -> bool {
        self.approvers.is_empty() || !CaselessGlobs::valid(self.approvers.iter().map(String::as_str)).matches(who.trim()).is_empty()
    }

    pub(super) fn mistake(&self) -> Option<String> {
        let globs = || CaselessGlobs::new(self.approvers.iter().map(String::as_str)).err().map(|error| format!("`approvers`: {error}"));
        duration("max", self.max.as_deref()).or_else(globs)
    }
}

fn duration(name: &str, text: Option<&str>) -> Option<String> {
    let text = text.filter(|text| seconds(text).is_none())?;
    Some(format!("`{name}` is `{text}`; a duration looks like 90d, 12h or 52w"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_speaks_of_its_class_and_zone() {
        let rule = |class, zone: Option<&str>| LifetimeRule { class, zone: zone.map(str::to_owned), ..LifetimeRule::default() };
        assert!(rule(None, None).speaks_of(Class::Static, None));
        assert!(rule(Some(Class::Static), Some("Production")).speaks_of(Class::Static, Some("production")));
        assert!(!rule(Some(Class::Dated), None).speaks_of(Class::Static, None));
        assert!(!rule(None, Some("production")).speaks_of(Class::Static, None));
    }

    #[test]
    fn mistakes_name_the_field() {
        let rule = LifetimeRule { max_life: Some("long".into()), ..LifetimeRule::default() };
        assert!(rule.mistake().is_some_and(|told| told.starts_with("`max_life` is `long`")));
        assert!(LifetimeRule::default().mistake().is_some());
        assert!(WaiverRule { approvers: vec!["a[".into()], max: None }.mistake().is_some_and(|told| told.starts_with("`approvers`")));
    }

    #[test]
    fn approvers_are_globs_and_none_are_all() {
        let rule = WaiverRule { approvers: vec!["*@risk.example.com".into()], max: None };
        assert!(rule.lets_approve("Ann@risk.example.com") && !rule.lets_approve("ann@example.com"));
        assert!(WaiverRule::default().lets_approve("anyone"));
    }
}
