//! `rules/` as compiled at build time: anchors, programs, faces.
//!
//! The build script uses the same files (`#[path]` in `build.rs`), so all but this one know nothing of the crate. To add a
//! rule, write `rules/credentials/acme.yaml`; the build says what is wrong with it.

pub mod analyse;
pub mod anchor;
pub mod change;
mod choose;
pub mod compile;
mod digest;
mod face;
pub mod foreign;
pub mod frequency;
pub mod literal;
pub mod machine;
mod own;
pub mod pragma;
pub mod program;
pub mod rule;
pub mod schema;
pub mod shape;
pub mod store;
pub mod tables;
pub mod template;
pub mod words;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::domain::{Class, Face, Mention, PathLimit, hex};
use change::ChangeShape;
use compile::Made;
use digest::Digest;
pub use foreign::Taken;
use frequency::Frequencies;
use own::Addition;
pub use own::{OwnFile, OwnRule};
use rule::{Data, LifeClass, Rule};
use shape::Shape;
use store::Rules;
use tables::PairTable;
use words::Words;

static DATA: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pack.bin"));
static RULES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));
static WORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.bin"));
static SHAPES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/shapes.bin"));
static CHANGES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/changes.bin"));
static DIGEST: &Digest = include_bytes!(concat!(env!("OUT_DIR"), "/digest.bin"));
static PAIRS: &[u8; 1 << 17] = include_bytes!(concat!(env!("OUT_DIR"), "/pairs.bin"));
static FREQUENCIES: &[u8] = include_bytes!("../../rules/frequencies.bin");
static PACK: OnceLock<Pack> = OnceLock::new();

/// All rules, ready to run.
pub struct Pack {
    data: Data,
    rules: Rules,
    own: Vec<OwnRule>,
    taken: Taken,
    words: OnceLock<Words>,
    pairs: &'static [u8; 1 << 17],
    digest: Digest,
}

/// The rules in force: those that this binary was built with, unless [`install`] came first.
pub fn pack() -> &'static Pack {
    PACK.get_or_init(Pack::built_in)
}

/// Puts a pack in force, once, before the first scan. False: another is in force already.
pub fn install(pack: Pack) -> bool {
    PACK.set(pack).is_ok()
}

impl Pack {
    fn built_in() -> Self {
        let (data, entries) = postcard::from_bytes(DATA).expect("the build script wrote these bytes from the same types");
        let (own, taken) = (Vec::new(), Taken::default());
        Self { data, rules: Rules::new(RULES, entries), own, taken, words: OnceLock::new(), pairs: PAIRS, digest: *DIGEST }
    }

    /// The built-in rules, a user's own, and those of other programs' files. The errors name file and rule.
    pub fn extended(files: &[OwnFile]) -> Result<Self, Vec<String>> {
        let frequencies = Frequencies::new(FREQUENCIES).expect("the build script has used this table");
        let (others, mine): (Vec<_>, Vec<_>) = files.iter().partition(|file| foreign::is_foreign(file));
        let (others, taken) = foreign::read(&others, &frequencies)?;
        let ours = Self::built_in();
        let (made, own) = own::extend(&ours.data, &ours.rules.iter().collect::<Vec<_>>(), Addition { files: &mine, others }, &frequencies)?;
        let Made { data, entries, rules, words, pairs } = made;
        // Kept for the whole run, as the built-in tables are.
        let pairs: Box<[u8; 1 << 17]> = pairs.into_boxed_slice().try_into().expect("the compiler makes two bytes for each of 65 536 pairs");
        let bytes = postcard::to_allocvec(&(&data, &entries)).expect("compiled rules are plain data");
        let digest = digest::of(&[&bytes, &rules, SHAPES, CHANGES]);
        Ok(Self { data, rules: Rules::new(rules, entries), own, taken, words: OnceLock::from(words), pairs: Box::leak(pairs), digest })
    }

    /// The rules of these that users brought.
    pub fn own(&self) -> &[OwnRule] {
        &self.own
    }

    /// What became of rules in other programs' files.
    pub fn taken(&self) -> &Taken {
        &self.taken
    }

    /// Where rules of other programs count, by code: those that say so.
    pub fn limits(&self) -> BTreeMap<u32, PathLimit> {
        // To ask a rule is to read it.
        if self.taken.rules == 0 {
            return BTreeMap::new();
        }
        let limit = |rule: &Rule| {
            let foreign = rule.foreign.as_ref().filter(|foreign| foreign.only.is_some() || !foreign.never.is_empty())?;
            Some((rule.code, PathLimit { only: foreign.only.clone(), never: foreign.never.clone() }))
        };
        self.rules.iter().filter_map(limit).collect()
    }

    /// Names the rules: equal digests find the same things.
    pub fn digest(&self) -> String {
        hex(&self.digest)
    }

    /// What credential rules look like to people, by code: those that are wanted, since a face is much text.
    pub fn faces(&self, is_wanted: impl Fn(u32) -> bool) -> Vec<Face> {
        let wanted = self.rules.entries().iter().enumerate().filter(|(_, rule)| is_wanted(rule.code));
        let mut faces: Vec<_> = wanted.map(|(index, _)| face::of(&self.rules[index])).collect();
        faces.sort_by_key(|face| face.code);
        faces
    }

    /// Those rules, by code, of which a report needs but a mention.
    pub fn mentions(&self, is_wanted: impl Fn(u32) -> bool) -> Vec<Mention> {
        let wanted = self.rules.entries().iter().enumerate().filter(|(_, rule)| is_wanted(rule.code));
        let mut mentions: Vec<_> = wanted.map(|(index, _)| face::mention(self.rules.name(index))).collect();
        mentions.sort_by_key(|mention| mention.code);
        mentions
    }

    /// The credential rules, in the order of their files.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The credential rule of a code.
    pub fn rule(&self, code: u32) -> Option<&Rule> {
        self.rules.entries().iter().position(|rule| rule.code == code).map(|index| &self.rules[index])
    }

    /// The ways in which code names models; `Owner::Reference` numbers them in this order.
    pub fn shapes(&self) -> &'static [Shape] {
        static ALL: OnceLock<Vec<Shape>> = OnceLock::new();
        ALL.get_or_init(|| postcard::from_bytes(SHAPES).expect("the build script wrote these bytes from the same types"))
    }

    /// The ways in which code changes models; `Owner::Reference` numbers them behind [`Self::shapes`].
    pub fn changes(&self) -> &'static [ChangeShape] {
        static ALL: OnceLock<Vec<ChangeShape>> = OnceLock::new();
        ALL.get_or_init(|| postcard::from_bytes(CHANGES).expect("the build script wrote these bytes from the same types"))
    }

    /// The common words, read when they are first asked for.
    pub fn words(&self) -> &Words {
        self.words.get_or_init(|| postcard::from_bytes(WORDS).expect("the build script wrote these bytes from the same type"))
    }

    /// Literals, owners and filter buckets, for the engine.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// The table of the pair filter.
    pub fn pairs(&self) -> &'static PairTable {
        let (pairs, _) = self.pairs.as_chunks();
        pairs.try_into().expect("the table has two bytes for each of 65 536 pairs")
    }
}

impl From<LifeClass> for Class {
    fn from(class: LifeClass) -> Self {
        match class {
            LifeClass::Static => Self::Static,
            LifeClass::Capped => Self::Capped,
            LifeClass::Dated => Self::Dated,
            LifeClass::Ephemeral => Self::Ephemeral,
            LifeClass::Refresh => Self::Refresh,
            LifeClass::KeyMaterial => Self::KeyMaterial,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_there_and_have_a_digest() {
        assert!(!pack().rules().is_empty());
        assert_eq!(pack().digest().len(), 32);
        assert_eq!(*DIGEST, digest::of(&[DATA, RULES, SHAPES, CHANGES]));
        assert_eq!(pack().faces(|_| true).len(), pack().rules().len());
        assert_eq!(pack().faces(|code| code == 1701).len(), 1);
    }

    #[test]
    fn a_users_rule_is_compiled_by_the_same_code() {
        let text = "provider: Acme\nrules:\n  - {name: acme-key, title: Acme key, pattern: 'acmq9_[a-z]{20}', rotate: Do., \
                    lifetime: {class: static, says: Never., source: here}, examples: [a, b], negatives: [c]}\n";
        let file = |text: &str| [OwnFile { name: "acme.yaml".into(), text: text.into(), may_replace: true }];
        let extended = Pack::extended(&file(text)).expect("the rule is valid");
        let code = extended.own()[0].code;
        assert_eq!(extended.rule(code).map(|rule| rule.name.as_str()), Some("acme-key"));
        assert_eq!(extended.faces(|wanted| wanted == code)[0].id(), "own/acme-key");
        assert_eq!(extended.rules().len(), pack().rules().len() + 1);
        assert_eq!(extended.data().references, pack().data().references);
        assert_ne!(extended.digest(), pack().digest());
        assert!(Pack::extended(&file(&text.replace("{20}", "+"))).is_err());
    }
}
