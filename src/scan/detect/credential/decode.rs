//! What the text spells in an encoding: base64 and hexadecimal runs, gzip, zlib and UTF-16 inside them, and escapes (`%2B`, `\u002b`,
//! `\x2b`, `\053`, `\/`, `&#43;`, `=2B`).
//!
//! Runs are decoded only if what they begin with decodes to printable text, so that names, hashes and pictures cost next to nothing.

mod escapes;
mod radix;

use std::ops::Range;

/// Encodings inside encodings are followed so deep.
pub(super) const DEPTH: usize = 3;
/// Shortest piece that is looked at, in characters.
const SHORTEST_PIECE: usize = 24;

/// Text that came out of an encoding.
pub(super) struct Decoded {
    /// Where the piece of text begins that it came out of.
    pub(super) anchor: usize,
    pub(super) bytes: Vec<u8>,
    /// Names of the encodings, outermost first.
    pub(super) steps: Vec<&'static str>,
    map: Map,
}

/// Where decoded bytes come from.
enum Map {
    /// All of them from this run.
    Run(Range<usize>),
    /// Each byte from where the next number begins; one number more than bytes.
    Each(Vec<usize>),
}

impl Decoded {
    /// The encoded range that a decoded range came from.
    pub(super) fn source(&self, range: &Range<usize>) -> Range<usize> {
        match &self.map {
            Map::Run(run) => run.clone(),
            Map::Each(starts) => {
                let at = |index: usize| starts.get(index).or(starts.last()).copied().unwrap_or(0);
                at(range.start)..at(range.end).max(at(range.start))
            }
        }
    }
}

/// Bytes that may still be decoded; a share of the text's length, so that no encoding is a bomb.
pub(in crate::scan::detect) struct Budget {
    left: usize,
    refused: bool,
}

impl Budget {
    pub(in crate::scan::detect) fn for_text(text: &[u8]) -> Self {
        Self { left: text.len().saturating_mul(8).saturating_add(32 << 10), refused: false }
    }

    /// What is left when so much is spent already.
    pub(in crate::scan::detect) fn less(self, spent: usize) -> Self {
        Self { left: self.left.saturating_sub(spent), refused: self.refused || self.left <= spent }
    }

    /// What was spent of the budget that this one was, unless something had to be left out for the lack of it.
    pub(in crate::scan::detect) fn spent(&self, before: &Self) -> Option<usize> {
        (!self.refused && self.left > 0).then(|| before.left - self.left)
    }

    /// Takes `bytes` if there are so many.
    fn spend(&mut self, bytes: usize) -> bool {
        let left = self.left.checked_sub(bytes);
        self.left = left.unwrap_or(self.left);
        self.refused |= left.is_none();
        left.is_some()
    }
}

/// Pieces of a text that look like an encoding, gathered while its runs are gone through.
#[derive(Default)]
pub(super) struct Pieces {
    /// End of the last run that was looked at.
    done: usize,
    found: Vec<Range<usize>>,
}

impl Pieces {
    /// Looks at a run of value characters; `+` and `/` join such runs to longer ones. Printable text encodes to few of those
    /// two, so each piece that is long enough has a long run.
    #[inline]
    pub(super) fn consider(&mut self, text: &[u8], run: &Range<usize>) {
        if run.end <= self.done {
            return;
        }
        let before = text[self.done..run.start].iter().rev().take_while(|byte| radix::is_digit(**byte)).count();
        let after = text[run.end..].iter().take_while(|byte| radix::is_digit(**byte)).count();
        let piece = run.start - before..run.end + after;
        self.done = piece.end;
        if radix::is_plausible(&text[piece.clone()]) {
            self.found.push(piece);
        }
    }
}

/// Everything that can be decoded in this text: what was gathered of it, and the escapes in the zones.
pub(super) fn all<'z>(text: &[u8], pieces: Pieces, zones: impl Iterator<Item = &'z Range<usize>>, budget: &mut Budget) -> Vec<Decoded> {
    let mut found = Vec::new();
    let mut done = 0;
    for piece in pieces.found {
        // A wrapped encoding reaches over the pieces of its later lines.
        if piece.start >= done
            && let Some((decoded, end)) = radix::decode(text, piece, budget)
        {
            done = end;
            found.push(decoded);
        }
    }
    zones.for_each(|zone| escapes::all(text, zone, budget, &mut found));
    found
}

/// The nearest place before `at`, or `at`, that stands in no piece of an encoding and divides none.
pub(in crate::scan::detect) fn border_before(text: &[u8], mut at: usize) -> usize {
    loop {
        let before = escapes::border_before(text, radix::border_before(text, at));
        if before == at {
            return at;
        }
        at = before;
    }
}

/// The same, behind `at`.
pub(in crate::scan::detect) fn border_behind(text: &[u8], mut at: usize) -> usize {
    loop {
        let behind = escapes::border_behind(text, radix::border_behind(text, at));
        if behind == at {
            return at;
        }
        at = behind;
    }
}

/// Text that a person could have written, rather than bytes.
fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::super::runs;
    use super::*;
    use crate::rulepack::template::base64;

    fn decoded(text: &str) -> Vec<(String, Vec<&'static str>, Range<usize>)> {
        let (mut map, mut pieces) = (Vec::new(), Pieces::default());
        runs::fill(&mut map, text.as_bytes());
        runs::each_run(&map, 16, |run| pieces.consider(text.as_bytes(), &run));
        let all = all(text.as_bytes(), pieces, std::iter::once(&(0..text.len())), &mut Budget::for_text(text.as_bytes()));
        all.iter().map(|one| (String::from_utf8_lossy(&one.bytes).into_owned(), one.steps.clone(), one.source(&(0..one.bytes.len())))).collect()
    }

    #[test]
    fn runs_are_decoded_whole_and_point_at_the_run() {
        let inner = "user=alice; role=admin; id=77";
        let run = base64(inner.as_bytes());
        let run = run.trim_end_matches('=');
        let text = format!("data: {run}== # {}", inner.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
        let found = decoded(&text);
        assert_eq!(found[0], (inner.to_owned(), vec!["base64"], 6..6 + run.len()));
        assert_eq!((found[1].0.as_str(), &found[1].1[..]), (inner, &["hex"][..]));
    }

    #[test]
    fn the_run_may_begin_before_the_encoding_and_go_on_on_the_next_line() {
        let inner = "a line of text that is long enough to be wrapped when it is written down in base64";
        let run = base64(inner.as_bytes());
        assert_eq!(decoded(&format!("x/{run}"))[0].0, inner);
        let wrapped = format!("{}\n  {}\n", &run[..64], &run[64..]);
        assert_eq!(decoded(&wrapped)[0].0, inner);
        assert_eq!(decoded(&wrapped).len(), 1);
    }

    #[test]
    fn names_and_hashes_are_left_alone() {
        assert!(decoded("getElementsByClassNameAndTagName 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08").is_empty());
    }

    #[test]
    fn escapes_are_decoded_with_their_lines() {
        let found = decoded("first\nkey = abc%2Fdef\\u002bghi\\x41 'x'\nlast");
        assert_eq!(found[0].0, "key = abc/def+ghiA 'x'\n");
        assert!(decoded("100% of \\d+ and \\n or %zz").is_empty());
    }

    #[test]
    fn gzip_inside_base64_is_opened() {
        use std::io::Write as _;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"inside the stream").expect("memory can be written to");
        let run = base64(&gzip.finish().expect("memory can be written to"));
        let found = decoded(&format!("x: {run}"));
        assert_eq!((found[0].0.as_str(), &found[0].1[..]), ("inside the stream", &["base64", "gzip"][..]));
    }

    #[test]
    fn zlib_and_utf16_inside_base64_are_opened() {
        use std::io::Write as _;
        let inner: String = (100_000..100_040u64).map(|number| format!("{} ", number * number)).collect();
        for level in [flate2::Compression::none(), flate2::Compression::fast(), flate2::Compression::default(), flate2::Compression::best()] {
            let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), level);
            zlib.write_all(inner.as_bytes()).expect("memory can be written to");
            let run = base64(&zlib.finish().expect("memory can be written to"));
            let found = decoded(&format!("x: {run}"));
            assert_eq!((found[0].0.as_str(), &found[0].1[..]), (&inner[..], &["base64", "zlib"][..]));
        }
        let wide: Vec<u8> = "echo 'a command'".bytes().flat_map(|byte| [byte, 0]).collect();
        let found = decoded(&format!("powershell -e {}", base64(&wide)));
        assert_eq!((found[0].0.as_str(), &found[0].1[..]), ("echo 'a command'", &["base64", "utf-16le"][..]));
    }

    #[test]
    fn lines_may_be_joined_by_a_program() {
        let inner = "a line of text that is long enough to be wrapped when it is written down in base64, twice over, for good measure";
        let run = base64(inner.as_bytes());
        let run = run.trim_end_matches('=');
        let lines = [&run[..60], &run[60..120], &run[120..]];
        for (before, between, behind) in [
            ("{\"content\": \"", "\\n", "\\n\"}"),
            ("x = (\"", "\"\n     \"", "\")"),
            ("x = '", "' +\n '", "';"),
            ("x = \"", "\\n\" +\r\n \"", "\";"),
            ("", "\r\n", "\r\n"),
        ] {
            let text = format!("{before}{}{behind}", lines.join(between));
            let found = decoded(&text);
            assert!(found.iter().any(|(text, steps, _)| text == inner && steps == &["base64"]), "{text}: {found:?}");
            let (start, end) = (before.len(), text.len() - behind.len());
            for at in start..=end {
                assert!(border_before(text.as_bytes(), at) <= start || at == end && behind.is_empty(), "{text}: {at}");
                assert!(border_behind(text.as_bytes(), at) >= end, "{text}: {at}");
            }
        }
        let two = format!("[\"{}\",\n \"{}\"]", &run[..60], &run[60..120]);
        assert_eq!(decoded(&two).len(), 2, "of two strings each is its own");
    }
}
