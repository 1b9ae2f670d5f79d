//! Values of git's configuration files, as far as a hook's place depends on them.

/// The last value of a key of a section without a name, such as `core.hooksPath`. None of the files that `include` names are read.
pub(super) fn value(text: &str, section: &str, key: &str) -> Option<String> {
    let (mut inside, mut found) = (false, None);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut line = line.trim().to_owned();
        while continues(&line) {
            line.pop();
            line.push_str(lines.next().unwrap_or_default());
        }
        let mut rest = line.as_str();
        if let Some((name, after)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) {
            inside = name.trim().eq_ignore_ascii_case(section);
            rest = after.trim_start();
        }
        let (name, value) = rest.split_once('=').unwrap_or((rest, "true"));
        if inside && name.trim().eq_ignore_ascii_case(key) {
            found = Some(plain(value));
        }
    }
    found
}

/// A backslash at the end of the line that is not itself escaped, nor in a comment.
fn continues(line: &str) -> bool {
    let slashes = line.bytes().rev().take_while(|byte| *byte == b'\\').count();
    slashes % 2 == 1 && !line.starts_with(['#', ';'])
}

/// Without quotes, escapes and comment.
fn plain(value: &str) -> String {
    let (mut plain, mut quoted, mut kept) = (String::new(), false, 0);
    let mut letters = value.trim_start().chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => quoted = !quoted,
            '#' | ';' if !quoted => break,
            '\\' => match letters.next() {
                Some('n') => plain.push('\n'),
                Some('t') => plain.push('\t'),
                Some(other) => plain.push(other),
                None => {}
            },
            letter => plain.push(letter),
        }
        if quoted || !letter.is_whitespace() {
            kept = plain.len();
        }
    }
    plain.truncate(kept);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_git_reads_them() {
        let path = |text: &str| value(text, "core", "hooksPath");
        assert_eq!(path("[core]\n\tbare = false\n\thookspath = .husky # ours\n").as_deref(), Some(".husky"));
        assert_eq!(path("[CORE] HooksPath=\"a b;c\" ; x\n").as_deref(), Some("a b;c"));
        assert_eq!(path("[core]\nhooksPath = one\n[user]\nhooksPath = no\n[core]\nhooksPath = two\\\n three\n").as_deref(), Some("two three"));
        assert_eq!(path("[core]\nhooksPath = a\\\\b\\\"c\n").as_deref(), Some("a\\b\"c"));
        assert_eq!(path("[core \"x\"]\nhooksPath = no\n# [core]\n"), None);
        assert_eq!(value("[extensions]\n worktreeConfig\n", "extensions", "worktreeConfig").as_deref(), Some("true"));
    }
}
