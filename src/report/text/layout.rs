//! Widths, wrapping and colours.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::domain::Level;

/// Colours, or none.
#[derive(Clone, Copy)]
pub(super) struct Paint {
    pub(super) colour: bool,
}

impl Paint {
    pub(super) fn title(self, text: &str) -> String {
        self.styled(Style::new().bold().underline(), text)
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.styled(Style::new().bold(), text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.styled(Style::new().dimmed(), text)
    }

    pub(super) fn level(self, level: Level, text: &str) -> String {
        let colour = match level {
            Level::Error => AnsiColor::Red,
            Level::Warning => AnsiColor::Yellow,
            Level::Note => AnsiColor::Cyan,
        };
        self.styled(Style::new().bold().fg_color(Some(colour.into())), text)
    }

    fn styled(self, style: Style, text: &str) -> String {
        match self.colour && !text.is_empty() {
            true => format!("{style}{text}{style:#}"),
            false => text.to_owned(),
        }
    }
}

/// Text that cannot steer a terminal: no control characters, and none that turn the direction of writing.
pub(super) fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c == '\t' {
                ' '
            } else if c.is_control() || is_direction(c) {
                '?'
            } else {
                c
            }
        })
        .collect()
}

fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Columns that a terminal gives to a text.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Near enough for names and code: East Asian wide characters and pictures take two columns, marks that combine none.
fn width(c: char) -> usize {
    match c as u32 {
        0x0300..=0x036f | 0x200b..=0x200d | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 => 2,
        0x1f300..=0x1faff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Lines of at most this many columns, broken between words, within words that are longer.
pub(super) fn wrapped(text: &str, room: usize) -> Vec<String> {
    let room = room.max(1);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is a line from the start");
        if line.is_empty() || columns(line) + 1 + columns(word) <= room {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
        while let Some(rest) = lines.last_mut().and_then(|line| overflow(line, room)) {
            lines.push(rest);
        }
    }
    lines
}

/// Cuts a line at its room; what was cut off.
fn overflow(line: &mut String, room: usize) -> Option<String> {
    let fits = fitting(line, room);
    (fits < line.len()).then(|| line.split_off(fits))
}

/// Bytes of the longest beginning that fits; at least one character.
fn fitting(text: &str, room: usize) -> usize {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += width(c);
        if used > room && at > 0 {
            return at;
        }
    }
    text.len()
}

/// A line of code around `mark`, cut to `room` columns, and where the mark stands in it.
pub(super) struct Excerpt {
    pub(super) line: String,
    pub(super) before: usize,
    pub(super) marked: usize,
}

/// `column` says which of several equal marks is meant; redaction before it moves it, so the nearest is taken.
pub(super) fn excerpt(line: &str, mark: &str, column: usize, room: usize) -> Excerpt {
    let (line, mark) = (harmless(line), harmless(mark.lines().next().unwrap_or_default()));
    let nearest = line.match_indices(&mark).map(|(at, _)| at).min_by_key(|at| line[..*at].chars().count().abs_diff(column));
    let (start, end) = match nearest {
        Some(at) if !mark.is_empty() => (at, at + mark.len()),
        _ => (0, 0),
    };
    let marked = columns(&line[start..end]);
    let lead = room.saturating_sub(marked) / 2;
    // What is before the mark keeps its end, and all that follows its beginning.
    let before = if columns(&line) <= room { &line[..start] } else { tail(&line[..start], lead) };
    let (before, cut) = if before.len() < start { (format!("…{before}"), true) } else { (before.to_owned(), false) };
    let mut shown = format!("{before}{}", &line[start..]);
    if columns(&shown) > room {
        shown.truncate(fitting(&shown, room.saturating_sub(1)));
        shown.push('…');
    }
    let indent = if cut { 0 } else { shown.len() - shown.trim_start_matches(' ').len() };
    // Deep indentation tells nothing here.
    let indent = if columns(&before) >= indent { indent } else { 0 };
    let before = columns(&before) - indent;
    Excerpt { marked: marked.min(columns(&shown[indent..]).saturating_sub(before)), line: shown.split_off(indent), before }
}

fn tail(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices().rev() {
        used += width(c);
        if used >= room {
            return &text[at + c.len_utf8()..];
        }
    }
    text
}

/// `1204567` → `1,204,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 file`, `2 files`.
pub(super) fn counted(number: u64, one: &str) -> String {
    format!("{} {one}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// `31.2 MB`.
pub(super) fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    let (mut amount, mut unit) = (number as f64, 0);
    while amount >= 999.95 && unit + 1 < UNITS.len() {
        amount /= 1000.0;
        unit += 1;
    }
    let mut text = String::new();
    let written = if unit == 0 { write!(text, "{}", counted(number, "byte")) } else { write!(text, "{amount:.1} {}", UNITS[unit]) };
    written.expect("a string takes all that is written");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!((grouped(1_204_567).as_str(), grouped(204).as_str()), ("1,204,567", "204"));
        assert_eq!([0, 1, 999, 1000, 31_234_567, u64::MAX].map(bytes), ["0 bytes", "1 byte", "999 bytes", "1.0 kB", "31.2 MB", "18446744.1 TB"]);
    }

    #[test]
    fn words_are_wrapped_and_long_ones_broken() {
        assert_eq!(wrapped("ab cd efghijk l", 5), ["ab cd", "efghi", "jk l"]);
        assert_eq!(wrapped("", 5), [""]);
        assert_eq!(wrapped("日本語", 4), ["日本", "語"]);
    }

    #[test]
    fn the_mark_stays_in_sight() {
        let line = format!("{}KEY{}", "a".repeat(300), "b".repeat(300));
        let Excerpt { line, before, marked } = excerpt(&line, "KEY", 301, 21);
        assert_eq!(columns(&line), 21);
        assert_eq!((line.chars().skip(before).take(marked).collect::<String>(), marked), ("KEY".to_owned(), 3));
    }

    /// Whatever stands in a file: nothing is cut within a character, and nothing runs over the edge.
    #[test]
    fn any_text_fits() {
        let letters = ['a', ' ', '\t', 'é', '日', '\u{301}', '🦀', '\u{202e}', '\x1b', '[', '\n'];
        let mut state = 7_u64;
        let mut draw = |most: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from((state >> 33) % most).unwrap_or(0)
        };
        for _ in 0..2000 {
            let line: String = (0..draw(60)).map(|_| letters[draw(11)]).collect();
            let mark: String = line.chars().skip(draw(30)).take(draw(12)).collect();
            let room = 4 + draw(40);
            let shown = excerpt(&line, &mark, draw(60), room);
            assert!(columns(&shown.line) <= room && shown.before + shown.marked <= room, "{line:?} {mark:?} {room}");
            assert!(wrapped(&line, room).iter().all(|line| columns(line) <= room), "{line:?} {room}");
        }
    }

    #[test]
    fn of_equal_marks_the_nearest_is_meant() {
        assert_eq!(excerpt("[REDACTED] [REDACTED]", "[REDACTED]", 12, 80).before, 11);
    }

    #[test]
    fn indentation_is_left_out_and_wide_characters_are_two() {
        let Excerpt { line, before, marked } = excerpt("    鍵 = 'x'", "x", 10, 80);
        assert_eq!((line.as_str(), before, marked), ("鍵 = 'x'", 6, 1));
    }
}
