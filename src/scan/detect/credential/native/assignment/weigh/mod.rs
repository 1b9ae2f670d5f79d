//! Weighs what is left when the structural refusals are done: features of value, name and setting, each with a weight that was
//! measured (`rules/weights.tsv`, fitted by `benches/accuracy/fit.py`), give a sum, and the sum says how sure it is.

mod feature;
mod of_name;
mod of_setting;
mod of_value;
mod weights;

use super::key::{Key, Kind};
use super::literal::Literal;
use super::surroundings::{Setting, Surroundings};
use crate::domain::Sureness;
use crate::scan::detect::Text;
use crate::scan::detect::credential::value::Shape;

use feature::{FEATURES, Feature, Holding};
use weights::Weights;

/// A name, and the literal that is assigned to it.
pub(super) struct Candidate<'a> {
    pub(super) text: &'a Text<'a>,
    pub(super) key: &'a Key,
    pub(super) literal: &'a Literal,
    pub(super) surroundings: &'a Surroundings,
    /// What filters written by hand say of the value under its name.
    pub(super) filters: Option<Sureness>,
}

/// What the weights say.
pub(super) struct Verdict {
    pub(super) sureness: Sureness,
    /// The name and the strongest reasons.
    pub(super) why: Vec<String>,
}

/// Reasons that are given beside the name, and what each must weigh at least, in hundredths of a logit.
const REASONS: usize = 2;
const LEAST: i32 = 25;

impl Candidate<'_> {
    /// How sure it is that this is a credential, if it may be one at all.
    pub(super) fn weighed(&self) -> Option<Verdict> {
        let (weights, kind, holding) = (Weights::get(), self.key.kind, self.holding());
        let sureness = weights.sureness(weights.sum(holding, kind), kind)?.min(self.most(holding));
        Some(Verdict { sureness, why: self.why(holding, weights) })
    }

    /// How sure it can be at most, whatever it weighs: what is said to be a sample, and keys of something unknown, are shown to those who ask for
    /// all; so is, unless the filters know better, text, a number, what its owner is called, and in code a word of nobody.
    fn most(&self, holding: Holding) -> Sureness {
        let has = |feature| holding.has(feature);
        let unfit = self.filters <= Some(Sureness::Weak);
        let in_code = self.surroundings.setting == Setting::Code;
        let unknown = self.key.kind == Kind::SomeKey && unfit;
        let number = has(Feature::DigitsOnly) && self.key.kind.select() == "password" && unfit;
        let word = in_code && has(Feature::PlainWord) && !has(Feature::Owned);
        // `"pwd: expected bytes"`, `// sets PWD automatically`: code that speaks.
        let spoken = in_code && has(Feature::Bare) && !has(Feature::Equals);
        let other = self.filters.is_none() && (word || spoken || has(Feature::Blank) || has(Feature::OwnerIsValue));
        if unknown || number || other || has(Feature::Shown) { Sureness::Weak } else { Sureness::Certain }
    }

    /// It is shown only to those who ask for all.
    pub(super) fn is_capped(&self) -> bool {
        self.most(self.holding()) == Sureness::Weak
    }

    fn why(&self, holding: Holding, weights: &Weights) -> Vec<String> {
        let mut reasons: Vec<(i32, &str)> =
            holding.numbers().filter_map(|number| Some((weights.weight(number, self.key.kind), FEATURES.get(number)?.1))).collect();
        reasons.retain(|(weight, reason)| *weight >= LEAST && !reason.is_empty());
        reasons.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        let named = std::str::from_utf8(&self.text.bytes[self.key.span.clone()]).ok().map(|name| format!("named `{name}`"));
        let mut why: Vec<String> = named.into_iter().collect();
        let most = why.len() + REASONS;
        for (_, reason) in reasons {
            if why.len() < most && !why.iter().any(|other| other == reason) {
                why.push(reason.to_owned());
            }
        }
        why
    }

    pub(super) fn value(&self) -> &[u8] {
        self.literal.text(self.text.bytes).unwrap_or_default()
    }

    fn holding(&self) -> Holding {
        let (text, name) = (self.value(), &self.text.bytes[self.key.span.clone()]);
        let shape = Shape::of(text, name, self.key.kind == Kind::Passphrase);
        let mut holding = Holding::default();
        of_value::add(text, name, &shape, &mut holding);
        of_name::add(self.text.bytes, self.key, &mut holding);
        of_setting::add(self, &shape, &mut holding);
        holding.add_if(self.filters >= Some(Sureness::Likely), Feature::FiltersLikely);
        holding.add_if(self.filters == Some(Sureness::Weak), Feature::FiltersWeak);
        holding
    }

    /// Names of the features that hold, for the fit.
    pub(super) fn features(&self) -> Vec<&'static str> {
        self.holding().numbers().filter_map(|number| FEATURES.get(number)).map(|(name, _)| *name).collect()
    }
}
