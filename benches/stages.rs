//! The stages of the map, each over the same corpus, in bytes a second, so that a slow-down has an address.
//!
//! `cargo bench --bench stages`; whole processes beside other tools are measured by `benches/compare.py`.

use std::io::Write;
use std::path::Path;

use divan::Bencher;
use divan::counter::BytesCount;
use heliodon::domain::{Blob, Content, Origin, PlanHead, Target, Unit, Wanted};
use heliodon::scan::detect::{self, Scratch, Text};
use heliodon::scan::unpack::{self, Budget, Budgets};
use heliodon::scan::{self, Options};

fn main() {
    divan::main();
}

/// Our own sources, rules and lock file, several times over: 8 MiB of code, data and prose.
fn corpus() -> Vec<u8> {
    const SIZE: usize = 8 << 20;
    let mut once = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for part in ["src", "tests/suite", "rules/credentials", "Cargo.lock", "README.md"] {
        gather(&root.join(part), &mut once);
    }
    let mut corpus = once.repeat(SIZE / once.len().max(1) + 1);
    corpus.truncate(SIZE);
    corpus
}

fn gather(path: &Path, into: &mut Vec<u8>) {
    if let Ok(bytes) = std::fs::read(path) {
        return into.extend(bytes);
    }
    let Ok(entries) = std::fs::read_dir(path) else { return };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths.iter().for_each(|path| gather(path, into));
}

/// Credentials and references in text, decodings included.
#[divan::bench]
fn text(bencher: Bencher<'_, '_>) {
    let corpus = corpus();
    let mut scratch = Scratch::default();
    let text = Text { bytes: &corpus, name: "corpus.py", prose: false, continued: false, before: b"", trace_key: None };
    bencher.counter(BytesCount::of_slice(&corpus)).bench_local(|| {
        let mut count = 0;
        detect::text(&text, &mut scratch, &mut |_| count += 1);
        count
    });
}

/// Recognising formats where there are none: the cost that every file pays.
#[divan::bench]
fn recognise(bencher: Bencher<'_, '_>) {
    let corpus = corpus();
    let origin = Origin { uri: "corpus.py".into(), ..Origin::default() };
    let blob = Blob::of_unit(&origin, Content::Whole(&corpus));
    bencher.bench_local(|| detect::artifact::recognise(&blob, &corpus[..64 << 10]).is_some());
}

/// Opening an archive of the corpus, in pieces of 64 KiB.
#[divan::bench]
fn unpack_zip(bencher: Bencher<'_, '_>) {
    let corpus = corpus();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (index, piece) in corpus.chunks(64 << 10).enumerate() {
        writer.start_file(format!("{index}.py"), zip::write::SimpleFileOptions::default()).expect("a new archive takes members");
        writer.write_all(piece).expect("a vector takes bytes");
    }
    let archive = writer.finish().expect("the archive can be ended").into_inner();
    let origin = Origin::default();
    let blob = Blob::of_unit(&origin, Content::Whole(&archive));
    let container = unpack::container(&blob, &archive).expect("it is a zip");
    bencher.counter(BytesCount::of_slice(&corpus)).bench_local(|| {
        let mut count = 0;
        (container.unpack)(&blob, &Budget::new(Budgets::default()), &mut |_| count += 1).expect("the archive is sound");
        count
    });
}

/// One unit from the file system to a shard.
#[divan::bench]
fn unit(bencher: Bencher<'_, '_>) {
    let corpus = corpus();
    let directory = tempfile::TempDir::new().expect("a temporary directory");
    std::fs::write(directory.path().join("corpus.py"), &corpus).expect("the file can be written");
    let root = heliodon::domain::encode_uri(directory.path().as_os_str().as_encoded_bytes());
    let target = Target { scheme: "file".into(), root, start: String::new(), name: ".".into(), repository: None };
    let plan = PlanHead {
        version: String::new(),
        rules: String::new(),
        targets: vec![target],
        wanted: Wanted::default(),
        reach: Default::default(),
        excludes: Vec::new(),
    };
    let unit = Unit { number: 0, origin: Origin { scheme: "file".into(), uri: "corpus.py".into(), ..Origin::default() }, size: None };
    let mut scratch = Scratch::default();
    bencher.counter(BytesCount::of_slice(&corpus)).bench_local(|| scan::observe(&unit, &plan, &Options::default(), &mut scratch).observations.len());
}
