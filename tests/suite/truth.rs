//! Labelled corpora, `tests/corpus/`, through the engine that users run: precision and recall by family, each held to its floor.
//!
//! `cargo test --test suite truth -- --nocapture` shows the table. A floor is the figure of the day it was written: a change that
//! finds more raises it, a change that falls below it has to say why.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::Path;

use heliodon::domain::{Evidence, Sureness};
use heliodon::rulepack::{pack, template};
use heliodon::scan::detect::credential::check;
use heliodon::scan::detect::{Scratch, Text, text};
use serde::Deserialize;

/// Wrong answers that are shown for a family below its floor.
const SHOWN: usize = 40;

#[derive(Deserialize)]
struct Corpus {
    floors: Floors,
    #[serde(default)]
    sets: Vec<Set>,
    #[serde(default)]
    texts: Vec<Single>,
}

/// Every value in every form, at the place of `«»`.
#[derive(Deserialize)]
struct Set {
    family: String,
    expect: Option<String>,
    values: Vec<String>,
    forms: Vec<(String, String)>,
}

#[derive(Clone, Deserialize)]
struct Single {
    family: String,
    file: String,
    expect: Option<String>,
    text: String,
}

type Floors = BTreeMap<String, Floor>;

#[derive(Clone, Copy, Deserialize)]
struct Floor {
    precision: f64,
    recall: f64,
}

/// What became of a family's texts.
#[derive(Default)]
struct Score {
    positives: usize,
    negatives: usize,
    found: usize,
    alarms: usize,
    wrong: Vec<String>,
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are for whoever runs the tests with --nocapture")]
fn families_stay_above_their_floors() {
    let corpora = ["assignments.yaml", "texts.yaml", "ways.yaml"].map(corpus);
    let floors: Floors = corpora.iter().flat_map(|corpus| corpus.floors.clone()).collect();
    let texts = corpora.into_iter().flat_map(|corpus| corpus.sets.into_iter().flat_map(texts_of).chain(corpus.texts));

    let mut scores = BTreeMap::from([("providers".to_owned(), providers())]);
    let mut scratch = Scratch::default();
    for single in texts {
        scores.entry(single.family.clone()).or_default().count(&single, seed(&single.text), &mut scratch);
    }
    let table = table(&scores, &floors);
    println!("{table}");
    let fallen: Vec<_> = scores.iter().filter(|(family, score)| floors.get(*family).is_none_or(|floor| score.is_below(*floor))).collect();
    let wrong: String = fallen.iter().map(|(family, score)| format!("\n{family}:\n{}", score.wrong[..score.wrong.len().min(SHOWN)].join("\n"))).collect();
    assert!(fallen.is_empty(), "below their floors, or without one:\n{table}{wrong}");
}

/// Of the text alone (FNV-1a), so that a new row leaves what the others hold as it was.
fn seed(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn corpus(name: &str) -> Corpus {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name);
    let text = fs::read_to_string(&path).expect("the corpus lies in tests/corpus");
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn texts_of(set: Set) -> Vec<Single> {
    let single = |file: &String, form: &String, value: &String| Single {
        family: set.family.clone(),
        file: file.clone(),
        expect: set.expect.clone(),
        text: form.replace("«»", &format!("«{value}»")),
    };
    set.forms.iter().flat_map(|(file, form)| set.values.iter().map(move |value| single(file, form, value))).collect()
}

/// The rules' own examples and negatives. `check` tells which promises are broken; here they are counted.
fn providers() -> Score {
    let rules = pack().rules();
    let mut score = Score { positives: rules.iter().map(|rule| rule.examples.len()).sum(), ..Score::default() };
    score.negatives = rules.iter().map(|rule| rule.negatives.len()).sum();
    score.found = score.positives;
    for failure in check::failures() {
        let is_example = rules.iter().any(|rule| rule.code == failure.code && rule.examples.contains(&failure.template));
        if is_example {
            score.found -= 1;
        } else {
            score.alarms += 1;
        }
        score.wrong.push(failure.to_string());
    }
    score
}

impl Score {
    fn count(&mut self, single: &Single, seed: u64, scratch: &mut Scratch) {
        let expanded = template::expand(&single.text, seed, &|_| None).unwrap_or_else(|error| panic!("{}: {error}", single.text));
        let (text, secret) = unmarked(&encoded(expanded));
        let found = found(&text, &single.file, scratch);
        let is_expected = |(name, span): &(String, Range<usize>)| Some(name) == single.expect.as_ref() && *span == secret;
        let (hit, alarms) = (found.iter().any(is_expected), found.iter().filter(|found| !is_expected(found)).count());
        self.positives += usize::from(single.expect.is_some());
        self.negatives += usize::from(single.expect.is_none());
        self.found += usize::from(hit);
        self.alarms += usize::from(alarms > 0);
        if alarms > 0 || hit != single.expect.is_some() {
            self.wrong.push(format!("  {}: {text} → {found:?}", single.file));
        }
    }

    fn precision(&self) -> f64 {
        ratio(self.found, self.found + self.alarms)
    }

    fn recall(&self) -> f64 {
        ratio(self.found, self.positives)
    }

    /// Floors are written with three digits.
    fn is_below(&self, floor: Floor) -> bool {
        self.precision() < floor.precision - 0.0005 || self.recall() < floor.recall - 0.0005
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The text with what stands in `⟦name:…⟧` encoded, the innermost first.
fn encoded(mut text: String) -> String {
    while let Some((before, rest)) = text.rsplit_once('⟦') {
        let (inner, after) = rest.split_once('⟧').expect("a bracket that opens is closed");
        let (name, plain) = inner.split_once(':').expect("an encoding has a name");
        text = [before, &in_encoding(name, plain), after].concat();
    }
    text
}

fn in_encoding(name: &str, plain: &str) -> String {
    let base64 = |bytes: &[u8]| template::base64(bytes).trim_end_matches('=').to_owned();
    let wrapped = |between: &str| base64(plain.as_bytes()).as_bytes().chunks(60).map(String::from_utf8_lossy).collect::<Vec<_>>().join(between);
    // Marks stay as they are.
    let each = |write: &dyn Fn(u8) -> String| plain.chars().map(|c| u8::try_from(c).ok().filter(u8::is_ascii).map_or(c.to_string(), write)).collect();
    match name {
        "base64" => base64(plain.as_bytes()),
        "base64-lines" => wrapped("\n"),
        "base64-escaped-lines" => wrapped("\\n"),
        "base64-strings" => wrapped("\" +\n    \""),
        "utf16" => base64(&plain.bytes().flat_map(|byte| [byte, 0]).collect::<Vec<u8>>()),
        "gzip" => {
            let mut stream = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            stream.write_all(plain.as_bytes()).expect("memory can be written to");
            base64(&stream.finish().expect("memory can be written to"))
        }
        "zlib" => {
            let mut stream = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
            stream.write_all(plain.as_bytes()).expect("memory can be written to");
            base64(&stream.finish().expect("memory can be written to"))
        }
        "hex" => each(&|byte| format!("{byte:02x}")),
        "octal" => each(&|byte| format!("\\{byte:03o}")),
        "unicode" => each(&|byte| if byte == b'-' { format!("\\u{byte:04x}") } else { char::from(byte).to_string() }),
        "html" => each(&|byte| if byte.is_ascii_digit() || byte == b'-' { format!("&#x{byte:x};") } else { char::from(byte).to_string() }),
        other => panic!("there is no encoding `{other}`"),
    }
}

/// The text without its marks, and where the secret stands between them.
fn unmarked(marked: &str) -> (String, Range<usize>) {
    let (before, rest) = marked.split_once('«').unwrap_or((marked, "»"));
    let (secret, after) = rest.split_once('»').expect("a mark that opens is closed");
    ([before, secret, after].concat(), before.len()..before.len() + secret.len())
}

/// Names of the rules that found something, and where; weak evidence is hidden from users, and here.
fn found(bytes: &str, name: &str, scratch: &mut Scratch) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    text(&Text { bytes: bytes.as_bytes(), name, continued: false, prose: false, before: b"", trace_key: None }, scratch, &mut |sighting| {
        if let Evidence::Credential(credential) = sighting.evidence
            && credential.sureness > Sureness::Weak
        {
            let rule = pack().rule(credential.rule).expect("evidence names a rule of the pack");
            // A key block is shown with its marks; its secret is what stands between them.
            found.push((rule.name.clone(), sighting.secrets.into_iter().next().unwrap_or(sighting.span)));
        }
    });
    found
}

fn table(scores: &BTreeMap<String, Score>, floors: &Floors) -> String {
    let mut table =
        format!("{:24}{:>10}{:>10}{:>8}{:>8}{:>11}{:>8}{:>17}\n", "family", "positive", "negative", "found", "alarms", "precision", "recall", "floors");
    for (family, score) in scores {
        let floor = floors.get(family).map(|floor| format!("{:.3} {:.3}", floor.precision, floor.recall)).unwrap_or_default();
        let Score { positives, negatives, found, alarms, .. } = score;
        let (precision, recall) = (score.precision(), score.recall());
        writeln!(table, "{family:24}{positives:>10}{negatives:>10}{found:>8}{alarms:>8}{precision:>11.3}{recall:>8.3}{floor:>17}")
            .expect("strings take what is written");
    }
    table
}
