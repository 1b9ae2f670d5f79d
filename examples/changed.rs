//! Follows the files of a git repository through its history, and holds the search of what changed against the search of all of it.
//!
//! ```text
//! cargo run --release --example changed -- path/to/repository 20000
//! ```
//!
//! The second argument is the number of changes to look at, newest first. What is copied is told from lines that both versions have, as a
//! delta would.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use heliodon::domain::Copy;
use heliodon::scan::detect::{self, Memory, Scratch, Text};

/// Seconds that this thread was on a processor: other work on the machine does not count. Linux only.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

/// Larger blobs are left out: they are searched in windows.
const LARGEST: usize = 4 << 20;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let repository = arguments.next().unwrap_or_else(|| ".".to_owned());
    let most = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(5000);
    let log = Command::new("git").args(["-C", &repository, "log", "--raw", "--no-abbrev", "--no-renames", "--format="]).stdout(Stdio::piped()).spawn();
    let mut log = log.expect("git runs");
    let mut blobs = Blobs::open(&repository);
    let (mut scratch, mut totals) = (Scratch::default(), Totals::default());
    let changes = BufReader::new(log.stdout.take().expect("standard output is a pipe")).lines().map_while(Result::ok);
    for line in changes.filter(|line| line.contains(" M\t")).take(most) {
        let words: Vec<&str> = line.split([' ', '\t']).collect();
        let (Some(old), Some(new)) = (blobs.read(words[2]), blobs.read(words[3])) else { continue };
        let path = line.split_once('\t').map_or("", |(_, path)| path);
        totals.compare(path, &old, &new, &mut scratch);
    }
    let _ = log.kill();
    let _ = log.wait();
    totals.print();
}

#[derive(Default)]
struct Totals {
    changes: usize,
    bytes: usize,
    found: usize,
    in_full: usize,
    wrong: usize,
    full: f64,
    part: f64,
}

impl Totals {
    fn compare(&mut self, path: &str, old: &[u8], new: &[u8], scratch: &mut Scratch) {
        let name = path.rsplit('/').next().unwrap_or_default();
        let text = |bytes| Text { bytes, name, prose: false, continued: false, before: b"", trace_key: None };
        let base = detect::remember(&text(old), scratch);
        let copies = copies(old, new);
        let start = cpu_seconds();
        let full = detect::remember(&text(new), scratch);
        self.full += cpu_seconds() - start;
        let start = cpu_seconds();
        let part = detect::changed(&text(new), &base, &copies, scratch);
        self.part += cpu_seconds() - start;
        self.in_full += usize::from(part.is_none());
        self.changes += 1;
        self.bytes += new.len();
        self.found += full.found().len();
        if part.is_some_and(|part| told(&part) != told(&full)) {
            self.wrong += 1;
            anstream::println!("differs: {path}");
        }
    }

    fn print(&self) {
        let Self { changes, bytes, found, in_full, wrong, full, part } = self;
        anstream::println!(
            "{changes} changes, {:.1} MB, {found} found, {in_full} for a full search, {wrong} wrong; full {full:.3} s, changed {part:.3} s",
            *bytes as f64 / 1e6
        );
    }
}

fn told(memory: &Memory) -> Vec<String> {
    memory.found().map(|(span, sighting)| format!("{span:?} {:?} {:?}", sighting.steps, sighting.evidence)).collect()
}

/// `git cat-file --batch`.
struct Blobs {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
}

impl Blobs {
    fn open(repository: &str) -> Self {
        let child = Command::new("git").args(["-C", repository, "cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.expect("git runs");
        let output = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
        Self { child, output }
    }

    /// A text of a size that is searched at once.
    fn read(&mut self, id: &str) -> Option<Vec<u8>> {
        writeln!(self.child.stdin.as_mut()?, "{id}").ok()?;
        let mut head = String::new();
        self.output.read_line(&mut head).ok()?;
        let mut bytes = vec![0; head.trim().rsplit(' ').next()?.parse::<usize>().ok()? + 1];
        self.output.read_exact(&mut bytes).ok()?;
        bytes.pop();
        (bytes.len() <= LARGEST && detect::is_text(&bytes)).then_some(bytes)
    }
}

/// Runs of lines that both have, longest first where there is a choice, found line by line.
fn copies(old: &[u8], new: &[u8]) -> Vec<Copy> {
    let mut places: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (at, line) in lines(old) {
        places.entry(line).or_default().push(at);
    }
    let (mut copies, mut done, mut expected): (Vec<Copy>, usize, usize) = (Vec::new(), 0, 0);
    for (at, line) in lines(new) {
        if at < done {
            continue;
        }
        let Some(known) = places.get(line) else { continue };
        let from = known.get(known.partition_point(|place| *place < expected)).or(known.first()).copied().unwrap_or_default();
        let length = old[from..].iter().zip(&new[at..]).take_while(|(a, b)| a == b).count();
        if length < 16 {
            continue;
        }
        (done, expected) = (at + length, from + length);
        match copies.last_mut().filter(|last| last.from + last.length == from && last.to + last.length == at) {
            Some(last) => last.length += length,
            None => copies.push(Copy { from, to: at, length }),
        }
    }
    copies
}

fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    text.split_inclusive(|byte| *byte == b'\n').map(move |line| {
        at += line.len();
        (at - line.len(), line)
    })
}
