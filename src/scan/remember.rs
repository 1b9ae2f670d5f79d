//! What a blob holds, without places: enough to tell which versions of a file hold the same evidence, and to find what the
//! versions made from it hold by looking at what changed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::detect::{self, Memory, Sighting, Text};
use super::reader::{Reader, WINDOW};
use crate::domain::{Blob, Content, Copy, Evidence, Observation, Pragma, Step};

/// One piece of evidence in a blob, wherever it stands there. Equal in all blobs that hold it; may be hashed and stored.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Held {
    /// Of a credential, without its parts: those have regions.
    pub evidence: Evidence,
    /// Into containers and encodings, as in [`crate::domain::Place`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// What stands beside it for scanners, as in [`crate::domain::Place`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pragmas: Vec<Pragma>,
}

/// A blob that was looked at. Costs nothing where nothing was found.
#[derive(Clone, Default)]
pub struct Remembered {
    held: Option<Arc<[Held]>>,
    text: Option<PlainText>,
}

/// What a plain text leaves for those that are made from it.
#[derive(Clone)]
struct PlainText {
    name: Arc<str>,
    prose: bool,
    /// The blob holds nothing but what the text holds.
    alone: bool,
    memory: Memory,
}

impl Held {
    /// What an observation shows, for comparison with what a blob was found to hold.
    pub fn of(observation: &Observation) -> Self {
        Self { evidence: without_regions(observation.evidence.clone()), steps: observation.place.steps.clone(), pragmas: observation.place.pragmas.clone() }
    }
}

impl Remembered {
    /// Sorted, each once.
    pub fn held(&self) -> &[Held] {
        self.held.as_deref().unwrap_or_default()
    }

    /// Was it seen, without comparing, that both hold the same?
    pub fn is_same(&self, other: &Self) -> bool {
        self.held.as_ref().zip(other.held.as_ref()).is_some_and(|(one, other)| Arc::ptr_eq(one, other))
    }

    /// All that is held by this blob is held by a text that was made from its text, and the other way round.
    fn holds_just(&self, text: Option<&PlainText>) -> bool {
        let both = self.text.as_ref().zip(text);
        both.is_some_and(|(old, new)| old.alone && new.alone && old.memory.holds_the_same(&new.memory))
    }
}

impl Reader<'_> {
    /// Looks at a blob as [`Reader::blob`] does, and gives what it holds instead of adding it to the unit's observations.
    /// Trouble stays the unit's.
    pub fn remember(&mut self, blob: &Blob<'_>) -> Remembered {
        self.remembered(blob, None)
    }

    /// The same for a blob that was made from one that is remembered. `copies`: what it has of it. What did not change is not
    /// searched again in plain text of one name.
    pub fn remember_changed(&mut self, blob: &Blob<'_>, base: &Remembered, copies: &[Copy]) -> Remembered {
        self.remembered(blob, Some((base, copies)))
    }

    fn remembered(&mut self, blob: &Blob<'_>, base: Option<(&Remembered, &[Copy])>) -> Remembered {
        let before = self.begin();
        let mut text = None;
        let of_text = base.and_then(|(base, copies)| Some((base.text.as_ref()?, copies)));
        self.look(blob, |reader, prose| text = reader.plain_text(blob, prose, of_text));
        let others = self.take_observed(before);
        if let Some(text) = &mut text {
            text.alone = others.is_empty();
        }
        let held = match base.filter(|(base, _)| base.holds_just(text.as_ref())) {
            Some((base, _)) => base.held.clone(),
            None => shared(others.iter().map(Held::of).chain(text.iter().flat_map(|text| text.held(blob))).collect()),
        };
        Remembered { held, text }
    }

    /// `None`: the text is searched in windows, as it would be anyway.
    fn plain_text(&mut self, blob: &Blob<'_>, prose: bool, base: Option<(&PlainText, &[Copy])>) -> Option<PlainText> {
        let bytes = match blob.content {
            Content::Whole(bytes) if bytes.len() <= WINDOW => bytes,
            _ => {
                self.text(blob, prose);
                return None;
            }
        };
        let (options, scratch) = self.searching(bytes.len());
        let name = blob.name();
        let text = Text { bytes, name: &name, prose, continued: false, before: b"", trace_key: options.trace_key.as_ref() };
        let base = base.filter(|(base, _)| *base.name == *name && base.prose == prose);
        let changed = base.and_then(|(base, copies)| detect::changed(&text, &base.memory, copies, scratch));
        let memory = changed.unwrap_or_else(|| detect::remember(&text, scratch));
        let name = base.map_or_else(|| name.as_ref().into(), |(base, _)| Arc::clone(&base.name));
        Some(PlainText { name, prose, alone: true, memory })
    }
}

impl PlainText {
    fn held(&self, blob: &Blob<'_>) -> impl Iterator<Item = Held> {
        let steps = |sighting: &Sighting| blob.steps.iter().chain(&sighting.steps).cloned().collect();
        self.memory.found().map(move |(_, sighting)| Held { evidence: sighting.evidence.clone(), steps: steps(sighting), pragmas: sighting.pragmas.clone() })
    }
}

fn without_regions(mut evidence: Evidence) -> Evidence {
    if let Evidence::Credential(credential) = &mut evidence {
        credential.parts.clear();
    }
    evidence
}

/// Most blobs hold nothing, and cost nothing.
fn shared(mut held: Vec<Held>) -> Option<Arc<[Held]>> {
    held.sort();
    held.dedup();
    (!held.is_empty()).then(|| held.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Origin, PlanHead, Unit};
    use crate::scan::Options;
    use crate::scan::detect::Scratch;

    /// A unit, and what reading it takes.
    fn unit() -> (Unit, PlanHead, Options, Scratch) {
        let unit = Unit { number: 0, origin: Origin::default(), size: None };
        let plan = PlanHead {
            version: String::new(),
            rules: String::new(),
            targets: Vec::new(),
            wanted: Default::default(),
            reach: Default::default(),
            excludes: Vec::new(),
        };
        (unit, plan, Options::default(), Scratch::default())
    }

    /// What a reader of its own observes, as it would be held.
    fn observed(blob: &Blob<'_>) -> Vec<Held> {
        let (unit, plan, options, mut scratch) = unit();
        let mut reader = Reader::new(&unit, &plan, &options, &mut scratch);
        reader.blob(blob);
        let mut held: Vec<_> = reader.take_observed(0).iter().map(Held::of).collect();
        held.sort();
        held.dedup();
        held
    }

    /// Versions of a file as a history has them: some lines changed, taken out, put in and moved.
    fn next(version: &[u8], random: &mut Random, fresh: &str) -> (Vec<u8>, Vec<Copy>) {
        let (a, b) = (random.below(version.len()), random.below(version.len()));
        let line = |at: usize| version[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |feed| feed + 1);
        let (a, b) = (line(a.min(b)), line(a.max(b)).min(line(a.min(b)) + 2000));
        let b = b.max(a);
        let skip = if random.below(2) == 0 { b } else { a };
        let text = [&version[..a], fresh.as_bytes(), &version[skip..]].concat();
        let copies = [Copy { from: 0, to: 0, length: a }, Copy { from: skip, to: a + fresh.len(), length: version.len() - skip }];
        (text, copies.into_iter().filter(|copy| copy.length > 0).collect())
    }

    /// Numbers that are the same in every run.
    struct Random(u64);

    impl Random {
        fn below(&mut self, bound: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % bound.max(1)
        }

        fn letters(&mut self, alphabet: &[u8], length: usize) -> String {
            (0..length).map(|_| char::from(alphabet[self.below(alphabet.len())])).collect()
        }
    }

    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abcdefghijklmnopqrstuvwxyz";

    fn line(random: &mut Random) -> String {
        match random.below(9) {
            0 => format!("aws_access_key_id = AKIA{}\n", random.letters(&ALPHABET[..32], 16)),
            1 => format!("PASSWORD = \"{}\"\n", random.letters(ALPHABET, 14)),
            2 => format!("model = AutoModel.from_pretrained(\"acme-ai/tiny-{}\")\n", random.letters(b"abc", 4)),
            3 => format!("DATABASE_URL=postgres://svc:{}@db.acme.io/orders\n", random.letters(ALPHABET, 20)),
            4 => "    return render(request, \"index.html\")\n".to_owned(),
            5 => "# heliodon: allow * a fixture\n".to_owned(),
            6 => "x = 1  # gitleaks:allow\n".to_owned(),
            7 => format!(
                "# heliodon: allow * a fixture\nkey = \"\"\"\n{}PASSWORD = \"{}\"\n\"\"\"\n",
                "words of a text\n".repeat(90),
                random.letters(ALPHABET, 14)
            ),
            _ => "# nothing to see here\n".to_owned(),
        }
    }

    fn fresh(random: &mut Random) -> String {
        (0..=random.below(3)).map(|_| line(random)).collect()
    }

    #[test]
    fn every_version_holds_what_a_reading_of_it_shows() {
        let (unit, plan, options, mut scratch) = unit();
        let mut reader = Reader::new(&unit, &plan, &options, &mut scratch);
        let mut random = Random(5);
        for name in ["app/settings.py", "deploy.yaml", "config.json", "analysis.ipynb", "churn.model.yaml", "README"] {
            let origin = Origin { uri: name.to_owned(), ..Origin::default() };
            let mut version: Vec<u8> = (0..400).map(|_| fresh(&mut random)).collect::<String>().into_bytes();
            let mut remembered = reader.remember(&Blob::of_unit(&origin, Content::Whole(&version)));
            for _ in 0..20 {
                let lines = fresh(&mut random);
                let (text, copies) = next(&version, &mut random, &lines);
                let blob = Blob::of_unit(&origin, Content::Whole(&text));
                let changed = reader.remember_changed(&blob, &remembered, &copies);
                assert_eq!(changed.held(), observed(&blob), "{name}");
                (version, remembered) = (text, changed);
            }
            assert!(!remembered.held().is_empty(), "{name}");
        }
    }

    #[test]
    fn what_holds_nothing_costs_nothing_and_what_stays_the_same_is_shared() {
        let (unit, plan, options, mut scratch) = unit();
        let mut reader = Reader::new(&unit, &plan, &options, &mut scratch);
        let origin = Origin { uri: "a.env".to_owned(), ..Origin::default() };
        let mut remember = |text: &str| reader.remember(&Blob::of_unit(&origin, Content::Whole(text.as_bytes())));
        assert!(remember("plain words\n").held.is_none());
        let base = format!("PASSWORD=\"{}\"\n", Random(9).letters(ALPHABET, 20)) + &"words of a text\n".repeat(300);
        let first = remember(&base);
        let text = format!("{base}and more\n");
        let copies = [Copy { from: 0, to: 0, length: base.len() }];
        let second = reader.remember_changed(&Blob::of_unit(&origin, Content::Whole(text.as_bytes())), &first, &copies);
        let both = first.held.as_ref().zip(second.held.as_ref());
        assert!(both.is_some_and(|(first, second)| Arc::ptr_eq(first, second)));
    }
}
