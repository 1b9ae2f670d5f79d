//! What the gate asks of the entry: fields, stage, approvals, dates, zone, a version to go back to.

use std::collections::BTreeSet;

use super::{Asked, declared, reason, word};
use crate::domain::{Check, Entry, ModelEntry, Reason, Stage};
use crate::reconcile::words::some_of;

impl Asked<'_, '_> {
    /// One reason a field.
    pub(super) fn fields(&self, entry: &Entry<ModelEntry>, reasons: &mut Vec<Reason>) {
        for field in self.world.policy.missing_at(&entry.value, self.stage) {
            let mend = match field.as_str() {
                "lineage" => format!("add `base` or `data` at {}", declared(entry)),
                field => format!("add `{field}` at {}", declared(entry)),
            };
            reasons.push(reason(Check::Fields, format!("the entry has no {}", field.replace('_', " ")), mend));
        }
        let tiers = &self.world.policy.tiers;
        if let Some(tier) = entry.value.tier.as_ref().filter(|_| self.tier().is_none() && self.stage != Stage::Research) {
            let known: Vec<_> = tiers.keys().collect();
            reasons.push(reason(
                Check::Fields,
                format!("the policy has no tier `{tier}`"),
                format!("there are {}; correct `tier` at {}", some_of(&known, 9), declared(entry)),
            ));
        }
    }

    /// A model goes from research to candidate to production.
    pub(super) fn step(&self, entry: &Entry<ModelEntry>, reasons: &mut Vec<Reason>) {
        let Some(stage) = entry.value.stage else { return };
        if stage == Stage::Research && self.stage == Stage::Production {
            let mend = format!("have it pass as a candidate first; then set `stage` at {}", declared(entry));
            reasons.push(reason(Check::Stage, format!("it is registered as {}", word(stage)), mend));
        }
    }

    pub(super) fn approvals(&self, entry: &Entry<ModelEntry>, reasons: &mut Vec<Reason>) {
        if self.is_missing(entry, "approvals") {
            return;
        }
        let needed = self.tier().and_then(|(_, tier)| tier.approvals).unwrap_or(1);
        let others = approvers(&entry.value, self.world.policy.today());
        if others.len() < usize::try_from(needed).unwrap_or(usize::MAX) {
            let owner = entry.value.owner.as_deref().unwrap_or("the owner");
            let tier = self.tier().map(|(name, _)| format!(" (tier {name})")).unwrap_or_default();
            let what = format!("{} of {needed} approvals{tier} are by someone other than {owner}", others.len());
            reasons.push(reason(Check::Approvals, what, format!("have another person approve it and add that under `approvals` at {}", declared(entry))));
        }
    }

    pub(super) fn review(&self, entry: &Entry<ModelEntry>, reasons: &mut Vec<Reason>) {
        if let Some(due) = entry.value.review_by.filter(|due| *due < self.world.policy.today()) {
            reasons.push(reason(Check::Review, format!("it was to be reviewed by {due}"), format!("review it and set `review_by` at {}", declared(entry))));
        }
    }

    pub(super) fn window(&self, entry: &Entry<ModelEntry>, reasons: &mut Vec<Reason>) {
        if let Some(end) = entry.value.expires.filter(|end| *end < self.world.policy.today()) {
            reasons.push(reason(
                Check::Window,
                format!("its test window ended on {end}"),
                format!("have it approved anew and set `expires` at {}", declared(entry)),
            ));
        }
    }

    pub(super) fn scope(&self, entry: &Entry<ModelEntry>, reasons: &mut Vec<Reason>) {
        let scope = &entry.value.scope;
        if !scope.is_empty() && !scope.iter().any(|zone| zone.eq_ignore_ascii_case(self.zone)) {
            let what = format!("it was approved for {}, not for {}", some_of(scope, 4), self.zone);
            reasons.push(reason(Check::Scope, what, format!("have it approved for that zone and extend `scope` at {}", declared(entry))));
        }
    }

    /// A first version says `none`; any other names one that is registered, is not retired, and came before.
    pub(super) fn rollback(&self, entry: &Entry<ModelEntry>, reasons: &mut Vec<Reason>) {
        if self.is_missing(entry, "rollback") {
            return;
        }
        let own = &entry.value;
        let models = || self.world.registrations.models.iter().map(|other| &other.value);
        let others: Vec<_> = models().filter(|other| other.name == own.name && other.version != own.version && other.stage != Some(Stage::Retired)).collect();
        let mut say = |what: String, mend: &str| reasons.push(reason(Check::Rollback, what, format!("{mend} at {}", declared(entry))));
        let Some(back) = own.rollback.as_deref() else {
            return say("no version to go back to is named".to_owned(), "set `rollback`, of a first version to `none`,");
        };
        if back.eq_ignore_ascii_case("none") {
            let versions: Vec<_> = others.iter().filter_map(|other| other.version.clone()).collect();
            if !versions.is_empty() {
                say(format!("`rollback` is none, but {} is registered", some_of(&versions, 3)), "name the version to go back to");
            }
            return;
        }
        let named = others.iter().any(|other| other.version.as_deref() == Some(back)) || models().any(|other| other != own && other.title() == back);
        let later = own.version.as_deref().and_then(numbers).zip(numbers(back)).is_some_and(|(own, back)| back >= own);
        match (named, later) {
            (true, false) => {}
            (true, true) => say(format!("`rollback` is {back}, which is no earlier version"), "name an earlier one"),
            (false, _) => say(format!("`rollback` is {back}, which no entry in force is"), "name a registered version"),
        }
    }

    /// What is missing altogether is told as a field, once.
    fn is_missing(&self, entry: &Entry<ModelEntry>, field: &str) -> bool {
        self.world.policy.missing_at(&entry.value, self.stage).iter().any(|missing| missing == field)
    }
}

/// Who approved an entry, other than its owner, up to today.
pub(super) fn approvers(entry: &ModelEntry, today: jiff::civil::Date) -> BTreeSet<String> {
    let folded = |text: &str| text.trim().to_lowercase();
    let owner = entry.owner.as_deref().map(folded);
    let valid = entry.approvals.iter().filter(|approval| approval.on <= today).map(|approval| folded(&approval.by));
    valid.filter(|by| Some(by) != owner.as_ref()).collect()
}

/// `v3.20.1` as numbers.
fn numbers(version: &str) -> Option<Vec<u64>> {
    version.trim_start_matches(['v', 'V']).split('.').map(|part| part.parse().ok()).collect()
}
