//! Examples of credentials, for tests of what carries them.

use crate::rulepack::pack;
pub(crate) use crate::rulepack::template::Random;
use crate::rulepack::template::expand;

/// What some rule promises to find, with values made up anew.
pub(crate) fn example(random: &mut Random) -> String {
    let rules = pack().rules();
    let rule = &rules[random.below(rules.len())];
    rule.examples.first().and_then(|text| expand(text, random.number(), &|_| None).ok()).unwrap_or_default()
}
