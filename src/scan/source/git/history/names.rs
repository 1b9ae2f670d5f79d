//! The file name of every blob, from all trees there are. What is detected in a blob depends on it.

use std::collections::HashMap;
use std::sync::Mutex;

use super::super::objects::{Error, Hash, Kind, Number, Object, Objects, Visitor, Walk};
use super::outline::{Outline, UNMARKED};
use super::{HEAD, LARGEST};

/// The names of blobs, each without its directory.
#[derive(Debug)]
pub(in super::super) struct Names {
    texts: Vec<Box<[u8]>>,
    /// By number of the blob.
    of: Vec<u32>,
}

const NAMELESS: u32 = u32::MAX;

impl Names {
    /// Reads the names from the trees. Of several names of a blob it takes the one that tells most about the content, then the
    /// smallest. Trees that cannot be read are told.
    pub(in super::super) fn read(objects: &Objects, threads: usize, trouble: &mut dyn FnMut(String)) -> Self {
        let visitor = Namer { objects, hash: objects.hash(), found: Mutex::new(Found { of: vec![NAMELESS; objects.len()], ..Found::default() }) };
        objects.walk(Kind::Tree, &Walk { threads, part: (0, 1), largest: LARGEST, head: HEAD, wanted: &|_| true }, &visitor);
        let mut found = visitor.found.into_inner().expect(LOCK);
        found.troubles.sort();
        found.troubles.into_iter().for_each(trouble);
        Self { texts: found.ranked.into_iter().map(|(_, text)| text).collect(), of: found.of }
    }

    /// The name of a blob; empty if no tree holds it.
    pub(in super::super) fn of(&self, blob: Number) -> &[u8] {
        self.of.get(blob as usize).filter(|name| **name != NAMELESS).map_or(&[], |name| &self.texts[*name as usize])
    }
}

const LOCK: &str = "no thread panics while it holds the lock";

struct Namer<'o> {
    objects: &'o Objects,
    hash: Hash,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    numbers: HashMap<Box<[u8]>, u32>,
    /// Rank and text of each name, by its number.
    ranked: Vec<(u8, Box<[u8]>)>,
    of: Vec<u32>,
    troubles: Vec<String>,
}

impl Found {
    fn note(&mut self, blob: Number, text: &[u8]) {
        let name = match self.numbers.get(text) {
            Some(name) => *name,
            None => {
                let number = self.ranked.len() as u32;
                self.numbers.insert(text.into(), number);
                self.ranked.push((rank(text), text.into()));
                number
            }
        };
        let chosen = &mut self.of[blob as usize];
        if *chosen == NAMELESS || *chosen != name && self.ranked[name as usize] < self.ranked[*chosen as usize] {
            *chosen = name;
        }
    }
}

impl Visitor for Namer<'_> {
    type Thread = ();
    type State = Outline;

    fn thread(&self) {}

    fn visit(&self, (): &mut (), object: &Object<'_>, base: Option<&Outline>) -> Outline {
        let (outline, is_whole) = Outline::read(object, base, self.hash, &mut |entry| {
            if entry.is_blob()
                && let Some(blob) = self.objects.find(&entry.id)
            {
                self.found.lock().expect(LOCK).note(blob, entry.name);
            }
            UNMARKED
        });
        if !is_whole {
            self.tell(object.number, "is damaged, or too large to be read in whole");
        }
        outline
    }

    fn broken(&self, number: Number, error: &Error) {
        self.tell(number, &error.to_string());
    }
}

impl Namer<'_> {
    fn tell(&self, tree: Number, message: &str) {
        self.found.lock().expect(LOCK).troubles.push(format!("tree {}: {message}", self.objects.id(tree)));
    }
}

/// Endings of names without which nothing would be seen at all: notebooks, password files, entries and pointers of models.
const OPENING: [&str; 9] = [".ipynb", "pgpass", "pgpass.conf", "model.yaml", ".dvc", "dvc.lock", "mlmodel", ".index", ".index.json"];
/// Endings of programs and settings, where references to models count and values stand behind `=`.
const TELLING: [&str; 59] = [
    "py",
    "pyi",
    "js",
    "jsx",
    "ts",
    "tsx",
    "mjs",
    "cjs",
    "go",
    "java",
    "kt",
    "scala",
    "cs",
    "rb",
    "php",
    "rs",
    "swift",
    "r",
    "jl",
    "cpp",
    "cc",
    "ex",
    "dart",
    "vue",
    "svelte",
    "yaml",
    "yml",
    "json",
    "jsonc",
    "toml",
    "ini",
    "cfg",
    "conf",
    "properties",
    "env",
    "tf",
    "tfvars",
    "hcl",
    "xml",
    "tpl",
    "bicep",
    "sh",
    "bash",
    "zsh",
    "ps1",
    "bat",
    "mk",
    "cmd",
    "fish",
    "pem",
    "key",
    "safetensors",
    "gguf",
    "pt",
    "pth",
    "bin",
    "onnx",
    "pkl",
    "h5",
];
/// Beginnings of names that tell as much.
const BEGINNINGS: [&str; 9] = ["dockerfile", "containerfile", "makefile", "justfile", "procfile", "modelfile", ".env", "env.", "jenkinsfile"];
/// Under these names hashes are expected, and less is said.
const LOCKS: [&str; 6] = [".lock", "-lock.json", "-lock.yaml", "go.sum", "shrinkwrap.json", "packages.lock.json"];

/// How much a name tells: smaller is more.
fn rank(name: &[u8]) -> u8 {
    let lower = name.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending.as_bytes()));
    let ending = lower.iter().rposition(|byte| *byte == b'.').map_or(&b""[..], |dot| &lower[dot + 1..]);
    if ends(&OPENING) || lower.starts_with(b"sha256-") {
        0
    } else if ends(&LOCKS) {
        3
    } else if TELLING.iter().any(|telling| telling.as_bytes() == ending) || BEGINNINGS.iter().any(|start| lower.starts_with(start.as_bytes())) {
        1
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::super::testing::Made;
    use super::*;

    #[test]
    fn the_name_that_tells_most_is_taken() {
        let ranks = |names: &[&str]| names.iter().map(|name| rank(name.as_bytes())).collect::<Vec<_>>();
        assert_eq!(ranks(&["a.IPYNB", ".pgpass", "x.model.yaml"]), [0, 0, 0]);
        assert_eq!(ranks(&["a.py", ".env.local", "Dockerfile.dev", "x.json"]), [1, 1, 1, 1]);
        assert_eq!(ranks(&["README.md", "a", "py"]), [2, 2, 2]);
        assert_eq!(ranks(&["Cargo.lock", "package-lock.json", "go.sum"]), [3, 3, 3]);
    }

    #[test]
    fn every_blob_has_one_of_the_names_that_git_shows() {
        let made = Made::new();
        let lines = |from: u32, to: u32| (from..to).fold(String::new(), |text, line| text + &format!("{line}\n"));
        for step in 0..30 {
            let files: Vec<(String, String)> = (0..12).map(|file| (format!("d{}/f{file}.txt", file % 3), lines(file, file + step * (file % 4)))).collect();
            made.commit(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>());
        }
        made.commit(&[("a.txt", "same"), ("deep/er/b.ipynb", "same"), ("c.py", "same"), ("z", "lone")]);
        made.git(&["notes", "add", "-m", "seen"]);
        made.git(&["repack", "-q", "-adf", "--depth=50"]);
        let (objects, _) = made.read(&made.path());
        let names = Names::read(&objects, 2, &mut |trouble| panic!("{trouble}"));
        let mut shown: BTreeMap<Vec<u8>, BTreeSet<Vec<u8>>> = BTreeMap::new();
        for commit in made.git(&["rev-list", "--all"]).lines() {
            for line in made.git(&["ls-tree", "-r", commit]).lines() {
                let (head, path) = line.split_once('\t').expect("a path");
                let name = path.rsplit('/').next().expect("a name");
                shown.entry(head.as_bytes()[12..].to_vec()).or_default().insert(name.as_bytes().to_vec());
            }
        }
        for (id, all) in &shown {
            let id = super::super::super::objects::Id::from_hex(id).expect("an id");
            let best = all.iter().min_by_key(|name| (rank(name), name.as_slice())).expect("a name");
            assert_eq!(names.of(objects.find(&id).expect("a blob")), best);
        }
        assert!(shown.len() > 100);
    }
}
