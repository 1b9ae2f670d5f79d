//! From byte spans to places: lines and columns in the text that an editor shows, with every secret on them redacted.

use std::ops::Range;

use super::detect::Sighting;
use crate::domain::{Blob, Evidence, Observation, Part, Place, Region};

/// Columns shown on each side of a region.
const CONTEXT: usize = 120;
const REDACTED: &str = "[REDACTED]";

/// Lines and columns passed by earlier windows of a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    /// Whole lines before the window.
    lines: u32,
    /// UTF-16 units of the window's first line that stand before the window.
    columns: u32,
    /// Bytes before the window.
    bytes: u64,
}

impl Lines {
    /// Goes past some text.
    pub(super) fn pass(&mut self, text: &[u8]) {
        self.bytes += text.len() as u64;
        self.lines += memchr::memchr_iter(b'\n', text).count() as u32;
        match memchr::memrchr(b'\n', text) {
            Some(end) => self.columns = utf16_len(&text[end + 1..]),
            None => self.columns += utf16_len(text),
        }
    }
}

/// Turns the sightings of one text (or one window of it) into observations.
pub(super) struct Locator<'l> {
    blob: &'l Blob<'l>,
    /// The text that lines are counted in.
    visible: &'l [u8],
    before: &'l Lines,
    /// What must not be shown, in `visible`, sorted and merged.
    secrets: Vec<Range<usize>>,
}

impl<'l> Locator<'l> {
    pub(super) fn new(blob: &'l Blob<'l>, bytes: &'l [u8], before: &'l Lines, sightings: &[Sighting]) -> Self {
        let visible = blob.mapping.map_or(bytes, |mapping| mapping.visible);
        let mut locator = Self { blob, visible, before, secrets: Vec::new() };
        let mut secrets: Vec<_> = sightings.iter().flat_map(|sighting| &sighting.secrets).map(|span| locator.visible_range(span)).collect();
        secrets.sort_by_key(|span| (span.start, span.end));
        for span in secrets {
            match locator.secrets.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => locator.secrets.push(span),
            }
        }
        locator
    }

    pub(super) fn observation(&self, sighting: Sighting) -> Observation {
        let mut steps = self.blob.steps.to_vec();
        steps.extend(sighting.steps);
        let region = self.region(&sighting.span);
        let cell_line = self.blob.mapping.is_some().then(|| self.cell_line(sighting.span.start));
        let mut evidence = sighting.evidence;
        if let Evidence::Credential(credential) = &mut evidence {
            credential.parts = sighting.parts.into_iter().map(|(name, span)| Part { name, region: self.region(&span) }).collect();
        }
        Observation {
            place: Place { origin: self.blob.origin.clone(), steps, region: Some(region), cell_line, history: None, pragmas: sighting.pragmas },
            evidence,
        }
    }

    fn visible_range(&self, span: &Range<usize>) -> Range<usize> {
        self.blob.mapping.map_or(span.clone(), |mapping| mapping.visible_range(span.clone()))
    }

    fn cell_line(&self, offset: usize) -> u32 {
        let crate::domain::Content::Whole(cell) = self.blob.content else { return 1 };
        1 + memchr::memchr_iter(b'\n', &cell[..offset.min(cell.len())]).count() as u32
    }

    fn region(&self, span: &Range<usize>) -> Region {
        let span = self.visible_range(span);
        let (start_line, start_column) = self.position(span.start);
        let (end_line, end_column) = self.position(span.end);
        let line_start = memchr::memrchr(b'\n', &self.visible[..span.start]).map_or(0, |at| at + 1);
        let line_end = memchr::memchr(b'\n', &self.visible[span.start..]).map_or(self.visible.len(), |at| span.start + at);
        let shown = floor(self.visible, line_start.max(span.start.saturating_sub(CONTEXT)))..ceil(self.visible, line_end.min(span.end.min(line_end) + CONTEXT));
        Region {
            start_line,
            start_column,
            end_line,
            end_column,
            offset: if self.blob.mapping.is_some() { span.start as u64 } else { self.before.bytes + span.start as u64 },
            snippet: self.redacted(&span),
            line: self.redacted(&shown),
        }
    }

    /// Line and column of an offset, from 1.
    fn position(&self, offset: usize) -> (u32, u32) {
        let text = &self.visible[..offset];
        let (line_start, first) = memchr::memrchr(b'\n', text).map_or((0, true), |at| (at + 1, false));
        let mut lead = &text[line_start..];
        let (lines, columns) = if self.blob.mapping.is_some() { (0, 0) } else { (self.before.lines, if first { self.before.columns } else { 0 }) };
        if lines == 0 && first && columns == 0 {
            lead = lead.strip_prefix("\u{feff}".as_bytes()).unwrap_or(lead);
        }
        let line = 1 + lines + memchr::memchr_iter(b'\n', &text[..line_start]).count() as u32;
        (line, 1 + columns + utf16_len(lead))
    }

    /// The text of a range with every secret in it replaced, and control characters made harmless.
    fn redacted(&self, range: &Range<usize>) -> String {
        let mut text = String::new();
        let mut at = range.start;
        for secret in self.secrets.iter().filter(|secret| secret.start < range.end && secret.end > range.start) {
            text += &String::from_utf8_lossy(&self.visible[at..secret.start.max(at)]);
            text += REDACTED;
            at = secret.end.min(range.end);
        }
        text += &String::from_utf8_lossy(&self.visible[at.min(range.end)..range.end]);
        text.chars().filter(|c| !matches!(c, '\r' | '\u{feff}')).map(|c| if c.is_control() && c != '\t' && c != '\n' { '?' } else { c }).collect()
    }
}

fn utf16_len(text: &[u8]) -> u32 {
    match text.is_ascii() {
        true => text.len() as u32,
        false => String::from_utf8_lossy(text).encode_utf16().count() as u32,
    }
}

/// The start of the character at an offset.
fn floor(text: &[u8], mut at: usize) -> usize {
    while at > 0 && text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80) {
        at -= 1;
    }
    at
}

fn ceil(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80) {
        at += 1;
    }
    at
}
