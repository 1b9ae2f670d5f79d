//! The repository's own configuration file, read for the few keys that decide how the repository is read.
//!
//! Included files and the configuration of the user and the machine are left alone: they do not change what the repository holds.

/// What a configuration says, in order.
#[derive(Debug, Default)]
pub(super) struct Config {
    settings: Vec<Setting>,
}

#[derive(Debug)]
struct Setting {
    /// Section and key in lower case, as git compares them.
    section: String,
    /// Second part of the section's name, as written.
    subsection: String,
    key: String,
    /// None: the key stands alone, which means true.
    value: Option<String>,
}

impl Config {
    /// Reads a file. What is no setting is handed to `trouble` with its line, and left out.
    pub(super) fn parse(text: &str, trouble: &mut dyn FnMut(usize)) -> Self {
        let mut config = Self::default();
        let mut section = None;
        let mut lines = (1..).zip(text.lines());
        while let Some((number, line)) = lines.next() {
            let line = line.trim();
            let rest = match line.strip_prefix('[').map(header) {
                None => line,
                Some(Some((name, rest))) => {
                    section = Some(name);
                    rest.trim()
                }
                Some(None) => {
                    section = None;
                    trouble(number);
                    continue;
                }
            };
            if rest.is_empty() || rest.starts_with(['#', ';']) {
                continue;
            }
            let mut more = || lines.next().map(|(_, line)| line);
            match section.as_ref().zip(setting(rest, &mut more)) {
                Some(((section, subsection), (key, value))) => {
                    config.settings.push(Setting { section: section.clone(), subsection: subsection.clone(), key, value });
                }
                None => trouble(number),
            }
        }
        config
    }

    /// The last value of a key.
    pub(super) fn get(&self, section: &str, subsection: &str, key: &str) -> Option<&str> {
        let is = |setting: &&Setting| setting.section == section && setting.subsection == subsection && setting.key == key;
        self.settings.iter().rev().find(is).and_then(|setting| setting.value.as_deref())
    }

    /// Is a key set to true, in any subsection?
    pub(super) fn any(&self, section: &str, key: &str) -> bool {
        self.settings.iter().any(|setting| setting.section == section && setting.key == key && truth(setting.value.as_deref()))
    }

    /// The subsections that have a key, in order.
    pub(super) fn subsections(&self, section: &str, key: &str) -> impl Iterator<Item = &str> {
        let is = move |setting: &&Setting| setting.section == section && setting.key == key;
        self.settings.iter().filter(is).map(|setting| setting.subsection.as_str())
    }
}

fn truth(value: Option<&str>) -> bool {
    value.is_none_or(|value| ["true", "yes", "on"].iter().any(|word| value.eq_ignore_ascii_case(word)) || value.parse::<i64>().is_ok_and(|n| n != 0))
}

/// `section "subsection"]` or, as of old, `section.subsection]`; and what follows on the line.
fn header(text: &str) -> Option<((String, String), &str)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.'))?;
    let (name, rest) = text.split_at(end);
    if let Some(rest) = rest.strip_prefix(']') {
        let (section, subsection) = name.split_once('.').unwrap_or((name, ""));
        return Some(((section.to_ascii_lowercase(), subsection.to_ascii_lowercase()), rest));
    }
    let mut chars = rest.trim_start().strip_prefix('"')?.chars();
    let mut subsection = String::new();
    loop {
        match chars.next()? {
            '"' => break,
            '\\' => subsection.push(chars.next()?),
            c => subsection.push(c),
        }
    }
    Some(((name.to_ascii_lowercase(), subsection), chars.as_str().trim_start().strip_prefix(']')?))
}

/// `key = value`, `key`; a backslash at the end goes on with the next line.
fn setting<'t>(text: &'t str, more: &mut dyn FnMut() -> Option<&'t str>) -> Option<(String, Option<String>)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(text.len());
    let (key, rest) = text.split_at(end);
    if !key.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let key = key.to_ascii_lowercase();
    let rest = rest.trim_start();
    if rest.is_empty() || rest.starts_with(['#', ';']) {
        return Some((key, None));
    }
    value(rest.strip_prefix('=')?.trim_start(), more).map(|value| (key, Some(value)))
}

fn value<'t>(text: &'t str, more: &mut dyn FnMut() -> Option<&'t str>) -> Option<String> {
    let (mut value, mut quoted, mut kept) = (String::new(), false, 0);
    let mut chars = text.chars();
    loop {
        match chars.next() {
            None if quoted => return None,
            None => break,
            Some('#' | ';') if !quoted => break,
            Some('"') => quoted = !quoted,
            Some('\\') => match chars.next() {
                None => chars = more().unwrap_or_default().chars(),
                Some(c @ ('"' | '\\')) => value.push(c),
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some('b') => drop(value.pop()),
                Some(_) => return None,
            },
            Some(c) => value.push(c),
        }
        // Spaces at the end count only inside quotes.
        if quoted || !value.ends_with(char::is_whitespace) {
            kept = value.len();
        }
    }
    value.truncate(kept);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Config, Vec<usize>) {
        let mut wrong = Vec::new();
        (Config::parse(text, &mut |line| wrong.push(line)), wrong)
    }

    #[test]
    fn values_read_as_git_reads_them() {
        let text = "[core]\n\tbare = false # no\n[Remote \"My \\\"one\\\"\"]\n URL = \"a b\" ; c\n[remote \"x\"] url=one \\\n  two\n\tpromisor\n[branch.Old]\nremote=x\\ty\n";
        let (config, wrong) = read(text);
        assert_eq!(wrong, [] as [usize; 0]);
        assert_eq!(config.get("core", "", "bare"), Some("false"));
        assert_eq!(config.get("remote", "My \"one\"", "url"), Some("a b"));
        assert_eq!(config.get("remote", "x", "url"), Some("one   two"));
        assert_eq!(config.get("branch", "old", "remote"), Some("x\ty"));
        assert!(config.any("remote", "promisor") && !config.any("core", "bare"));
        assert_eq!(config.subsections("remote", "url").collect::<Vec<_>>(), ["My \"one\"", "x"]);
    }

    #[test]
    fn what_is_no_setting_is_told_by_its_line() {
        let (config, wrong) = read("lost = 1\n[core\n[core]\n= 1\na = \"open\nb = \\q\nc = 1\n[remote \"x]\nurl = y\n");
        assert_eq!(wrong, [1, 2, 4, 5, 6, 8, 9]);
        assert_eq!(config.get("core", "", "c"), Some("1"));
    }
}
