//! Compiles `rules/` into the binary. What is wrong with a rule stops the build, with the file and the rule named.

// In a build script nothing is reachable from outside, and parts of the compiler only run at run time.
#![allow(unreachable_pub, dead_code)]

use std::path::{Path, PathBuf};
use std::{env, fs, process};

#[path = "src/rulepack/analyse.rs"]
mod analyse;
#[path = "src/rulepack/anchor.rs"]
mod anchor;
#[path = "src/rulepack/change.rs"]
mod change;
#[path = "src/rulepack/choose.rs"]
mod choose;
#[path = "src/rulepack/compile.rs"]
mod compile;
#[path = "src/rulepack/digest.rs"]
mod digest;
#[path = "src/rulepack/frequency.rs"]
mod frequency;
#[path = "src/rulepack/literal.rs"]
mod literal;
#[path = "src/rulepack/machine.rs"]
mod machine;
#[path = "src/rulepack/pragma.rs"]
mod pragma;
#[path = "src/rulepack/program.rs"]
mod program;
#[path = "src/rulepack/rule.rs"]
mod rule;
#[path = "src/rulepack/schema.rs"]
mod schema;
#[path = "src/rulepack/shape.rs"]
mod shape;
#[path = "src/rulepack/store.rs"]
mod store;
#[path = "src/rulepack/tables.rs"]
mod tables;
#[path = "src/rulepack/words.rs"]
mod words;

fn main() {
    for watched in ["build.rs", "rules/credentials", "rules/references", "rules/changes", "rules/frequencies.bin"] {
        println!("cargo:rerun-if-changed={watched}");
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it for build scripts"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it for build scripts"));
    let table = fs::read(root.join("rules/frequencies.bin")).expect("rules/frequencies.bin is checked in; examples/frequencies.rs makes it");
    let frequencies = frequency::Frequencies::new(&table).expect("rules/frequencies.bin has its full length");
    let files = yaml_files(&root, "rules/credentials");
    let shapes = shapes(&root);
    let shape_bytes = postcard::to_allocvec(&shapes).expect("shapes are plain data");
    let changes = changes(&root);
    let change_bytes = postcard::to_allocvec(&changes).expect("shapes are plain data");
    let anchors = [shape::anchors(&shapes), change::anchors(&changes)].concat();
    let write = |name: &str, bytes: &[u8]| fs::write(out.join(name), bytes).expect("OUT_DIR can be written to");
    match compile::compile(&files, &anchors, &frequencies) {
        Ok(compile::Made { data, entries, rules, words, pairs }) => {
            let bytes = postcard::to_allocvec(&(&data, &entries)).expect("compiled rules are plain data");
            write("digest.bin", &digest::of(&[&bytes, &rules, &shape_bytes, &change_bytes]));
            write("shapes.bin", &shape_bytes);
            write("changes.bin", &change_bytes);
            write("pack.bin", &bytes);
            write("rules.bin", &rules);
            write("words.bin", &postcard::to_allocvec(&words).expect("words are plain data"));
            write("pairs.bin", &pairs);
        }
        Err(problems) => {
            problems.iter().for_each(|problem| println!("cargo:error={}", problem.replace('\n', " ")));
            process::exit(1);
        }
    }
}

/// The shapes of `rules/references/*.yaml`, in the order in which `Owner::Reference` numbers them.
fn shapes(root: &Path) -> Vec<shape::Shape> {
    parsed(root, "rules/references", shape::parse)
}

/// The shapes of `rules/changes/*.yaml`, which are numbered behind those of references.
fn changes(root: &Path) -> Vec<change::ChangeShape> {
    parsed(root, "rules/changes", change::parse)
}

fn parsed<T>(root: &Path, folder: &str, parse: impl Fn(&str) -> Result<Vec<T>, String>) -> Vec<T> {
    let parse = |(name, text): (String, String)| {
        parse(&text).unwrap_or_else(|problem| {
            println!("cargo:error={name}: {}", problem.replace('\n', " "));
            process::exit(1);
        })
    };
    yaml_files(root, folder).into_iter().flat_map(parse).collect()
}

/// Name and text of every YAML file of a folder, by name.
fn yaml_files(root: &Path, folder: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|ending| ending == "yaml")).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (format!("{folder}/{}", path.file_name().unwrap_or_default().to_string_lossy()), text)
    };
    paths.into_iter().map(read).collect()
}
