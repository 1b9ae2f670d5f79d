//! Times the credential engine alone over text held in memory, in windows as the reader cuts them.
//!
//! ```text
//! cargo run --release --example engine_speed -- ~/.cargo/registry/src /usr/local/go/src
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use heliodon::domain::Evidence;
use heliodon::scan::detect::{self, Text, credential};

/// Seconds that this thread was on a processor, where the system tells (Linux): other work on the machine does not count.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(stat.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

const LARGEST: u64 = 4 << 20;
const PASSES: u32 = 3;

fn main() {
    let mut texts = Vec::new();
    for root in std::env::args_os().skip(1) {
        for entry in ignore::WalkBuilder::new(PathBuf::from(root)).standard_filters(false).build().flatten() {
            if entry.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() <= LARGEST) {
                texts.extend(std::fs::read(entry.path()).ok().filter(|text| detect::is_text(text)));
            }
        }
    }
    let bytes: usize = texts.iter().map(Vec::len).sum();
    let mut scratch = credential::Scratch::default();
    for pass in 1..=PASSES {
        let mut found: BTreeMap<u32, u32> = BTreeMap::new();
        let (start, cpu_start) = (Instant::now(), cpu_seconds());
        for text in &texts {
            let text = Text { bytes: text, name: "", continued: false, prose: false, before: b"", trace_key: None };
            credential::search(&text, &mut scratch, &mut |sighting| {
                if let Evidence::Credential(credential) = sighting.evidence {
                    *found.entry(credential.rule).or_default() += 1;
                }
            });
        }
        let seconds = cpu_seconds().zip(cpu_start).map_or(start.elapsed().as_secs_f64(), |(now, start)| now - start);
        anstream::println!("pass {pass}: {} texts, {:.1} MB, {seconds:.3} s, {:.2} GB/s", texts.len(), bytes as f64 / 1e6, bytes as f64 / 1e9 / seconds);
        if pass == PASSES {
            let names = heliodon::rulepack::pack();
            let mut counts: Vec<_> = found.into_iter().map(|(code, count)| (count, names.rule(code).map_or("", |rule| &rule.name))).collect();
            counts.sort_unstable();
            counts.iter().rev().for_each(|(count, name)| anstream::println!("{count:6} {name}"));
        }
    }
}
