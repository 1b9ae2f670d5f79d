//! Jenkinsfiles: stages by their braces; an `input` holds up its own stage and all that follow.

use std::sync::OnceLock;

use regex::bytes::Regex;

use super::{Described, Pipeline};
use crate::scan::detect::Text;

/// More stages no pipeline has.
const MOST: usize = 300;

pub(super) fn pipeline(text: &Text<'_>) -> Option<Pipeline> {
    let name = text.name.to_ascii_lowercase();
    if !name.starts_with("jenkinsfile") && !name.ends_with(".jenkinsfile") && !name.ends_with(".groovy") {
        return None;
    }
    static STAGE: OnceLock<(Regex, Regex)> = OnceLock::new();
    let (stage, input) = STAGE.get_or_init(|| {
        let regex = |pattern| Regex::new(pattern).expect("a constant pattern");
        (regex(r#"\bstage\s*\(\s*["'](?P<name>[^"'\n]{1,80})["']\s*\)\s*\{"#), regex(r"(?m)(?:^|[{;])\s*input\s*(?:[({'\x22]|message\b)"))
    });
    let waits = input.find(text.bytes).map(|found| found.start());
    let mut jobs: Vec<Described> = Vec::new();
    for groups in stage.captures_iter(text.bytes).take(MOST) {
        let (Some(whole), Some(name)) = (groups.get(0), groups.name("name")) else { continue };
        let end = closing(text.bytes, whole.end());
        // The `input` of a stage stands before its steps.
        let approval = waits.filter(|waits| *waits < end).map(|_| "input".to_owned());
        jobs.push(Described { at: whole.start()..end, name: String::from_utf8_lossy(name.as_bytes()).into_owned(), approval, ..Described::default() });
    }
    let common = jobs.first().map(|first| 0..first.at.start).into_iter().collect();
    Some(Pipeline { platform: "jenkins", jobs, common })
}

/// The end of a block that is open, or of the longest there may be.
fn closing(bytes: &[u8], from: usize) -> usize {
    const LONGEST: usize = 20_000;
    let mut depth = 1_u32;
    let end = bytes.len().min(from + LONGEST);
    for (index, byte) in bytes.iter().enumerate().take(end).skip(from) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return index,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    end
}
