//! What the fit of the model of `rules/weights.tsv` learns from: the features of each candidate, one JSON line each. Numbers and names
//! of features only, never a value.
//!
//! ```text
//! cargo run --release --example candidates -- DIRECTORY... tests/corpus/*.yaml > candidates.jsonl
//! ```
//!
//! A YAML file is a labelled corpus of ours (`tests/suite/truth.rs` tells its forms); of directories the labels are elsewhere.

use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::Path;

use heliodon::domain::Sureness;
use heliodon::rulepack::template;
use heliodon::scan::detect::{Text, credential};
use serde::{Deserialize, Serialize};

/// Larger files are left out.
const LARGEST: u64 = 2 << 20;
/// Each text of a corpus is made so often, with other random characters.
const SEEDS: u64 = 3;

#[derive(Serialize)]
struct Row<'a> {
    path: &'a str,
    /// What cross-validation keeps together.
    group: &'a str,
    first: usize,
    last: usize,
    select: &'a str,
    /// Of a labelled corpus.
    label: Option<bool>,
    sureness: Option<Sureness>,
    capped: bool,
    features: Vec<&'static str>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Corpus {
    Sets { sets: Vec<Set> },
    Texts { texts: Vec<Single> },
    Documents(Vec<Single>),
}

#[derive(Deserialize)]
struct Set {
    family: String,
    expect: Option<String>,
    values: Vec<String>,
    forms: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Single {
    #[serde(default)]
    family: String,
    file: String,
    text: String,
    #[serde(default)]
    expect: Option<String>,
    /// Of a set: its number, and the value's in it.
    #[serde(skip)]
    group: Option<String>,
}

fn main() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for argument in std::env::args().skip(1) {
        let path = Path::new(&argument);
        if path.is_dir() {
            directory(path, &mut out)?;
        } else {
            corpus(path, &mut out)?;
        }
    }
    out.flush()
}

fn directory(path: &Path, out: &mut impl Write) -> io::Result<()> {
    let mut entries: Vec<_> = path.read_dir()?.filter_map(Result::ok).collect();
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let kind = entry.file_type()?;
        if kind.is_dir() {
            directory(&entry.path(), out)?;
        } else if kind.is_file() && entry.metadata()?.len() <= LARGEST {
            let bytes = std::fs::read(entry.path())?;
            if !bytes.iter().take(8000).any(|byte| *byte == 0) {
                rows(&entry.path().to_string_lossy(), "", &bytes, None, out)?;
            }
        }
    }
    Ok(())
}

fn corpus(path: &Path, out: &mut impl Write) -> io::Result<()> {
    let name = path.to_string_lossy();
    let corpus: Corpus = serde_saphyr::from_str(&std::fs::read_to_string(path)?).map_err(|error| io::Error::other(format!("{name}: {error}")))?;
    let texts: Vec<Single> = match corpus {
        Corpus::Texts { texts } | Corpus::Documents(texts) => texts,
        Corpus::Sets { sets } => sets.iter().enumerate().flat_map(|(number, set)| singles(number, set)).collect(),
    };
    for (number, single) in texts.iter().enumerate() {
        let whole = single.expect.is_none() && !single.family.is_empty();
        for seed in 0..SEEDS {
            let marked = expanded(&single.text, number as u64 * SEEDS + seed);
            let (text, secrets) = unmarked(&marked);
            let label = |span: &Range<usize>| !whole && secrets.iter().any(|secret| secret.start < span.end && span.start < secret.end);
            let group = format!("{name} {}", single.group.clone().unwrap_or_else(|| number.to_string()));
            rows(&single.file, &group, text.as_bytes(), Some(&label), out)?;
        }
    }
    Ok(())
}

/// The forms of one value stay together: a fit that knows one knows them all.
fn singles(number: usize, set: &Set) -> impl Iterator<Item = Single> {
    set.values.iter().enumerate().flat_map(move |(which, value)| {
        set.forms.iter().map(move |(file, form)| Single {
            family: set.family.clone(),
            file: file.clone(),
            text: form.replace("«»", &format!("«{value}»")),
            expect: set.expect.clone(),
            group: Some(format!("{number}.{which}")),
        })
    })
}

/// Expands `{{…}}` one by one, `{{text:…}}` to what it says; documents hold the braces of template languages too.
fn expanded(text: &str, seed: u64) -> String {
    let (mut made, mut rest, mut seed) = (String::new(), text, seed * 1000);
    while let Some((before, after)) = rest.split_once("{{") {
        seed += 1;
        let inner = after.split_once("}}").map_or("", |(inner, _)| inner);
        let value = inner.strip_prefix("text:").map(str::to_owned).or_else(|| template::expand(&format!("{{{{{inner}}}}}"), seed, &|_| None).ok());
        made += before;
        made += value.as_deref().unwrap_or("{{");
        rest = &rest[before.len() + 2 + if value.is_some() { inner.len() + 2 } else { 0 }..];
    }
    made + rest
}

/// The text without its marks, and what stood between them.
fn unmarked(marked: &str) -> (String, Vec<Range<usize>>) {
    let (mut text, mut secrets) = (String::new(), Vec::new());
    for (number, part) in marked.split(['«', '»']).enumerate() {
        let start = text.len();
        text.push_str(part);
        if number % 2 == 1 {
            secrets.push(start..text.len());
        }
    }
    (text, secrets)
}

type Label<'l> = Option<&'l dyn Fn(&Range<usize>) -> bool>;

fn rows(path: &str, group: &str, bytes: &[u8], label: Label<'_>, out: &mut impl Write) -> io::Result<()> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let line = |at: usize| 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
    for candidate in credential::candidates(&Text { bytes, name, continued: false, prose: false, before: b"", trace_key: None }) {
        let row = Row {
            path,
            group,
            first: line(candidate.span.start),
            last: line(candidate.span.end),
            select: candidate.select,
            label: label.map(|label| label(&candidate.span)),
            sureness: candidate.sureness,
            capped: candidate.capped,
            features: candidate.features,
        };
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
