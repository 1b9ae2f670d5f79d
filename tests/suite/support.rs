//! What the tests share: the program in a clean environment, made-up secrets, archives of them.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The time at which the tests judge.
pub(crate) const NOW: &str = "2026-11-20T12:00:00Z";

/// What a run left behind.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the program, with nothing of the machine's environment but a path.
pub(crate) fn heliodon(directory: &Path, arguments: &[&str]) -> Run {
    heliodon_reading(directory, arguments, b"")
}

/// The same, with something on standard input.
pub(crate) fn heliodon_reading(directory: &Path, arguments: &[&str], input: &[u8]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heliodon"));
    command.args(arguments).current_dir(directory).env_clear().env("PATH", "/usr/bin:/bin");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program was built with the tests");
    // The program may end before it has read everything, or anything.
    let _ = child.stdin.take().expect("standard input is a pipe").write_all(input);
    let Output { status, stdout, stderr } = child.wait_with_output().expect("the program ends");
    let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
    Run { status: status.code().expect("no signal ends the program"), stdout: text(stdout), stderr: text(stderr) }
}

/// The lines of a shard of one kind (`observation`, `trouble`, `ack`).
pub(crate) fn lines(shard: &str, kind: &str) -> Vec<Value> {
    let values = shard.lines().map(|line| serde_json::from_str::<Value>(line).expect("shards are JSON lines"));
    values.filter_map(|mut value| value.get_mut(kind).map(Value::take)).collect()
}

/// What the map sees in a directory: plan and observe, all units in one shard.
pub(crate) fn observe(directory: &Path) -> String {
    let shards = TempDir::new().expect("a temporary directory");
    let plan = shards.path().join("plan.jsonl").display().to_string();
    let planned = heliodon(directory, &["plan", ".", "--no-registry", "-o", &plan]);
    assert_eq!(planned.status, 0, "{}", planned.stderr);
    let observed = heliodon(directory, &["observe", "--plan", &plan]);
    assert_eq!(observed.status, 0, "{}", observed.stderr);
    observed.stdout
}

/// A directory with these files.
pub(crate) fn tree(files: &[(&str, &[u8])]) -> TempDir {
    let directory = TempDir::new().expect("a temporary directory");
    for (name, bytes) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().expect("a file lies in a directory")).expect("the directory can be made");
        fs::write(path, bytes).expect("the file can be written");
    }
    directory
}

/// A made-up GitHub token with a sound checksum: the same for the same seed.
pub(crate) fn github_token(seed: u64) -> String {
    let body = random(seed, 30);
    format!("ghp_{body}{}", base62(crc32fast::hash(body.as_bytes())))
}

/// Letters and digits that no one chose.
pub(crate) fn random(seed: u64, length: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ALPHABET[(state >> 33) as usize % ALPHABET.len()] as char
    };
    (0..8).for_each(|_| {
        next();
    });
    (0..length).map(|_| next()).collect()
}

/// Six digits, as GitHub writes its checksums.
pub(crate) fn base62(mut value: u32) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(value % 62) as usize];
        value /= 62;
    }
    digits.iter().map(|digit| *digit as char).collect()
}

/// A zip with one member.
pub(crate) fn zip(name: &str, bytes: &[u8]) -> Vec<u8> {
    zip_of(&[(name, bytes)])
}

/// A zip with these members.
pub(crate) fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an open archive takes a member");
        writer.write_all(bytes).expect("a vector takes bytes");
    }
    writer.finish().expect("the archive can be ended").into_inner()
}

/// A tar with one member.
pub(crate) fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_data(&mut header, name, bytes).expect("a new archive takes a member");
    builder.into_inner().expect("the archive can be ended")
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("a vector takes bytes");
    encoder.finish().expect("the stream can be ended")
}

pub(crate) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).expect("a vector takes bytes");
    encoder.finish().expect("the stream can be ended")
}

pub(crate) fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).expect("the preset exists");
    encoder.write_all(bytes).expect("a vector takes bytes");
    encoder.finish().expect("the stream can be ended")
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// A notebook with one code cell.
pub(crate) fn notebook(source: &str) -> Vec<u8> {
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    serde_json::to_vec_pretty(&serde_json::json!({"cells": [{"cell_type": "code", "source": lines, "outputs": []}], "nbformat": 4}))
        .expect("plain data is JSON")
}

pub(crate) fn utf16(text: &str) -> Vec<u8> {
    [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}
