//! Which part of a text a comment speaks of.

use std::ops::Range;

/// A text of many lines is followed so far.
const FARTHEST: usize = 64 << 10;
/// Lines of one comment.
const LONGEST_COMMENT: usize = 4;
const TRIPLES: [&[u8]; 2] = [b"\"\"\"", b"'''"];

/// The line that a place is on, without its end.
pub(super) fn line(text: &[u8], at: usize) -> Range<usize> {
    let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |feed| feed + 1);
    let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length);
    start..end
}

/// The line behind it.
pub(super) fn next_line(text: &[u8], at: usize) -> Range<usize> {
    let start = (line(text, at).end + 1).min(text.len());
    line(text, start)
}

/// The comment's own line, and the next one if nothing but the comment is on it; with a text of many lines that begins or ends there.
pub(super) fn beside(text: &[u8], at: usize) -> Range<usize> {
    let own = line(text, at);
    let before = &text[own.start..at];
    if !stands_alone(before) {
        let covers = behind_comment(text, &own, at).unwrap_or(own.clone());
        return covers.start.min(own.start)..covers.end.max(own.end);
    }
    let leader = before.trim_ascii();
    let mut target = next_line(text, at);
    for _ in 1..LONGEST_COMMENT {
        let goes_on = !leader.is_empty() && text[target.clone()].trim_ascii_start().starts_with(leader);
        if !goes_on || target.end >= text.len() {
            break;
        }
        target = next_line(text, target.start);
    }
    own.start..opened(text, &target).max(target.end)
}

/// Nothing but the marks of a comment, or the key of one where comments are no part of the language.
fn stands_alone(before: &[u8]) -> bool {
    let before = before.to_ascii_lowercase();
    let marks = before.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&before).trim_ascii_start();
    let marks =
        ["rem ", "dnl ", "\"_comment", "\"comment", "_comment", "\"$comment"].iter().find_map(|word| marks.strip_prefix(word.as_bytes())).unwrap_or(marks);
    let ends_text = marks.contains(&b'`') || TRIPLES.iter().any(|quote| count(marks, quote) > 0);
    !ends_text && marks.iter().all(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric())
}

/// For a comment behind something on its line: what ended or began on the line, up to the comment.
fn behind_comment(text: &[u8], own: &Range<usize>, at: usize) -> Option<Range<usize>> {
    let said = &text[own.start..at];
    for quote in TRIPLES {
        // Behind quotes that began a text the comment would be part of it.
        if count(said, quote) % 2 == 1 {
            return Some(last(text, own.start, quote)?..own.end);
        }
    }
    if count(said, b"`") % 2 == 1 {
        return Some(last(text, own.start, b"`")?..own.end);
    }
    if count(said, b"-----END ") > 0 && count(said, b"-----BEGIN ") == 0 {
        return Some(last(text, own.start, b"-----BEGIN ")?..own.end);
    }
    let said = said.trim_ascii_end();
    let said = said.strip_suffix(b"#").unwrap_or(said);
    let end = here_document(text, own, said).or_else(|| block_scalar(text, own, said))?;
    Some(own.start..end)
}

/// Where that ends which begins on a line.
fn opened(text: &[u8], line: &Range<usize>) -> usize {
    let said = &text[line.clone()];
    let closed = |mark: &[u8]| Some(line.end + memchr::memmem::find(&text[line.end..text.len().min(line.end + FARTHEST)], mark)? + mark.len());
    for quote in TRIPLES {
        if count(said, quote) % 2 == 1 {
            return closed(quote).unwrap_or(line.end);
        }
    }
    if count(said, b"-----BEGIN ") > count(said, b"-----END ") {
        return closed(b"-----END ").unwrap_or(line.end);
    }
    if count(said, b"`") % 2 == 1 {
        return closed(b"`").unwrap_or(line.end);
    }
    here_document(text, line, said).or_else(|| block_scalar(text, line, said)).or_else(|| continued(text, line)).unwrap_or(line.end)
}

/// `<<EOF`, `<<-'EOF'`, `<<~EOF`: up to the line of that word.
fn here_document(text: &[u8], line: &Range<usize>, said: &[u8]) -> Option<usize> {
    let rest = &said[memchr::memmem::find(said, b"<<")? + 2..];
    let rest = rest.strip_prefix(b"-").or(rest.strip_prefix(b"~")).unwrap_or(rest).trim_ascii_start();
    let word = rest.strip_prefix(b"'").or(rest.strip_prefix(b"\"")).unwrap_or(rest);
    let word = &word[..word.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').unwrap_or(word.len())];
    let is_word = word.first().is_some_and(u8::is_ascii_alphabetic);
    is_word.then(|| lines(text, line.end).find(|line| text[line.clone()].trim_ascii() == word).map(|line| line.end))?
}

/// `key: |` and the like: up to the first line that stands no deeper.
fn block_scalar(text: &[u8], line: &Range<usize>, said: &[u8]) -> Option<usize> {
    let said = said.trim_ascii_end();
    let mark = said.iter().rposition(|byte| !matches!(byte, b'+' | b'-' | b'0'..=b'9')).filter(|at| matches!(said[*at], b'|' | b'>'))?;
    let before = said[..mark].trim_ascii_end();
    if !before.ends_with(b":") && !before.ends_with(b"-") {
        return None;
    }
    let depth = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
    let own = depth(&text[line.clone()]);
    let inside = lines(text, line.end).take_while(|line| {
        let line = &text[line.clone()];
        line.trim_ascii().is_empty() || depth(line) > own
    });
    inside.last().map(|line| line.end)
}

/// Lines that end with a backslash go on.
fn continued(text: &[u8], line: &Range<usize>) -> Option<usize> {
    let goes_on = |line: &Range<usize>| text[line.clone()].trim_ascii_end().ends_with(b"\\");
    let mut end = goes_on(line).then_some(line.end)?;
    for line in lines(text, line.end) {
        end = line.end;
        if !goes_on(&line) {
            break;
        }
    }
    Some(end)
}

/// The lines behind a line's end, as far as they are followed.
fn lines(text: &[u8], end: usize) -> impl Iterator<Item = Range<usize>> {
    let mut next = end + 1;
    std::iter::from_fn(move || {
        let line = (next < text.len() && next - end <= FARTHEST).then(|| line(text, next))?;
        next = line.end + 1;
        Some(line)
    })
}

fn count(text: &[u8], mark: &[u8]) -> usize {
    memchr::memmem::find_iter(text, mark).count()
}

/// Where the mark stands last before a place.
fn last(text: &[u8], before: usize, mark: &[u8]) -> Option<usize> {
    let from = before.saturating_sub(FARTHEST);
    Some(from + memchr::memmem::rfind(&text[from..before], mark)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of the places marked `§` the comment `!!` speaks of.
    fn covered(text: &str) -> Vec<usize> {
        let at = text.find("!!").expect("the test has a comment");
        let covers = beside(text.as_bytes(), at);
        (0..).zip(text.match_indices('§')).filter(|(_, (at, _))| covers.contains(at)).map(|(number, _)| number).collect()
    }

    #[test]
    fn a_comment_speaks_of_its_line_or_of_the_next() {
        assert_eq!(covered("§\nk = § # !!\n§"), [1]);
        assert_eq!(covered("§\n  # !!\nk = §\n§"), [1]);
        assert_eq!(covered("<!-- !! -->\n§\n§"), [0]);
        assert_eq!(covered("{\n  \"_comment\": \"!!\",\n  \"k\": \"§\",\n \"l\": \"§\"}"), [0]);
        assert_eq!(covered("# !!\n# more words\nk = §\n§"), [0]);
        assert_eq!(covered("§ !!"), [0]);
        assert_eq!(covered("§\n!!"), [0; 0]);
    }

    #[test]
    fn a_text_of_many_lines_is_spoken_of_from_either_end() {
        for text in [
            "# !!\nk = \"\"\"§\n§\"\"\"\n§",
            "k = '''\n§\n§'''  # !!\n§",
            "k = '''\n§\n§\n'''  # !!\n§",
            "# !!\n-----BEGIN §\n§\n-----END X-----\n§",
            "-----BEGIN\n§ -----BEGIN §\n§\n-----END X----- # !!\n§",
            "# !!\nkey: |\n  §\n\n  §\nother: §",
            "key: |-  # !!\n  §\n  §\nother: §",
            "// !!\nconst k = `§\n§`;\n§",
            "# !!\ncat <<-'EOF'\n§\n§\nEOF\n§",
            "cat <<EOF # !!\n§\n§\nEOF\n§",
            "# !!\ncurl -u §\\\n §\n§",
        ] {
            let all = text.matches('§').count();
            let covered = covered(text);
            assert!(!covered.contains(&(all - 1)) && covered.len() >= 2, "{text}: {covered:?}");
        }
    }

    #[test]
    fn noise_is_harmless() {
        let mut state = 7u64;
        let alphabet: Vec<char> = "\"'`-|>:<\\\n #!kEOF".chars().collect();
        for _ in 0..3000 {
            let text: String = (0..60)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    alphabet[(state >> 33) as usize % alphabet.len()]
                })
                .collect();
            for at in 0..=text.len() {
                let covers = beside(text.as_bytes(), at);
                assert!(covers.start <= at && covers.end <= text.len());
            }
        }
    }
}
