//! Makes `rules/frequencies.bin`: how common byte pairs and groups of four are in source code.
//!
//! ```text
//! cargo run --example frequencies -- ~/.cargo/registry/src /usr/local/go/src /usr/lib/python3 /usr/lib/node_modules
//! ```
//! Any large trees of ordinary source will do; the compiler asks for orders of magnitude.

use std::path::PathBuf;

use heliodon::rulepack::frequency::Counter;

/// Larger files are data, and a few of them would outweigh the code.
const LARGEST: u64 = 1 << 20;

fn main() -> std::io::Result<()> {
    let mut counter = Counter::default();
    let (mut files, mut bytes) = (0u64, 0u64);
    for root in std::env::args_os().skip(1) {
        for entry in ignore::WalkBuilder::new(PathBuf::from(root)).standard_filters(false).build().flatten() {
            if !entry.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() <= LARGEST) {
                continue;
            }
            let Ok(text) = std::fs::read(entry.path()) else { continue };
            if !text.contains(&0) {
                counter.add(&text);
                files += 1;
                bytes += text.len() as u64;
            }
        }
    }
    std::fs::write("rules/frequencies.bin", counter.table())?;
    anstream::println!("{files} files, {} MB counted into rules/frequencies.bin", bytes / 1_000_000);
    Ok(())
}
