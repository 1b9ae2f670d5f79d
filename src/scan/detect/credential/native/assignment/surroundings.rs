//! Where a name stands: in what kind of file, inside a string, an address, a flow of YAML.

use std::sync::LazyLock;

use super::super::cut;
use super::key::Key;
use crate::scan::detect::Text;

/// What a value without quotes means there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    /// A name of the program.
    Code,
    /// A word.
    Shell,
    /// The rest of the line.
    Configuration,
    /// A number or a keyword.
    Data,
    /// Prose.
    Text,
    /// A hash: the file locks versions.
    Lock,
    /// Something to show to people.
    Translation,
}

pub(super) struct Surroundings {
    pub(super) setting: Setting,
    /// The quote that is open before the name, on its line.
    pub(super) inside: Option<u8>,
    /// Behind `?` or `&`: a query.
    pub(super) in_query: bool,
    /// Behind `;`: a connection string.
    pub(super) in_list: bool,
    /// Inside `{…}` of YAML, on one line.
    pub(super) in_flow: bool,
    /// The name is an option of a command.
    pub(super) is_flag: bool,
    /// Nothing stands on the line before the name but marks of lists and comments.
    pub(super) begins_line: bool,
    /// In a row of a table in Markdown.
    pub(super) in_row: bool,
    /// Inside `s/…/…/` of sed.
    pub(super) in_substitution: bool,
    /// What stands on the line before the name.
    pub(super) line_start: usize,
}

/// Lines are looked back over so far.
pub(super) const LOOK_BACK: usize = 240;

impl Surroundings {
    pub(super) fn of(text: &Text<'_>, key: &Key) -> Self {
        let from = key.span.start.saturating_sub(LOOK_BACK);
        let before = cut(text.bytes, from..key.span.start);
        let line_start = memchr::memrchr(b'\n', before).map_or(from, |newline| from + newline + 1);
        let line = cut(text.bytes, line_start..key.span.start);
        // A name in quotes of its own stands in no string.
        let enclosed = |mark: &u8| line.last() == Some(mark) && text.bytes.get(key.span.end) == Some(mark);
        let inside = open_quote(line).filter(|mark| !enclosed(mark));
        let in_query = matches!(line.last(), Some(b'?' | b'&'));
        let in_list = line.last() == Some(&b';');
        let in_flow = memchr::memrchr(b'{', line).is_some_and(|open| memchr::memchr(b'}', &line[open..]).is_none());
        let setting = if text.prose { Setting::Text } else { of_line(setting(text.name), line) };
        let setting = if setting == Setting::Data && is_page(text.name) && is_between_tags(line) { Setting::Text } else { setting };
        let begins_line = begins(line);
        let in_substitution = inside.is_some() && memchr::memmem::find(line, b"sed ").is_some();
        let in_row = (line_start > from || from == 0) && line.trim_ascii_start().first() == Some(&b'|');
        Self { setting, inside, in_query, in_list, in_flow, is_flag: key.flag, begins_line, in_row, in_substitution, line_start }
    }

    /// A value may stand without quotes.
    pub(super) fn takes_bare(&self) -> bool {
        match self.setting {
            Setting::Shell | Setting::Configuration | Setting::Text => true,
            Setting::Code | Setting::Data => self.inside.is_some() || self.in_query || self.in_list,
            Setting::Lock | Setting::Translation => false,
        }
    }
}

fn is_page(name: &str) -> bool {
    name.ends_with(".html") || name.ends_with(".htm")
}

/// A tag has ended on the line, and no other has begun.
fn is_between_tags(line: &[u8]) -> bool {
    memchr::memrchr2(b'<', b'>', line).is_some_and(|at| line[at] == b'>' && line[..at].contains(&b'<') && !line.ends_with(b">"))
}

/// Marks of lists and comments, words that export, and quotes of a name.
fn begins(line: &[u8]) -> bool {
    let rest = line.trim_ascii_start().trim_ascii_start();
    let rest = &rest[rest
        .iter()
        .position(|byte| !matches!(byte, b'-' | b'#' | b';' | b'*' | b' ' | b'"' | b'\'' | b'$' | b'?' | b'<' | b'/' | b'!' | b'|'))
        .unwrap_or(rest.len())..];
    rest.is_empty() || [&b"export"[..], b"set", b"env", b"setenv"].iter().any(|word| rest.trim_ascii_end().eq_ignore_ascii_case(word))
}

/// Code holds lines of another kind: comments, and a notebook's commands.
fn of_line(setting: Setting, line: &[u8]) -> Setting {
    if setting != Setting::Code {
        return setting;
    }
    match line.trim_ascii_start() {
        [b'%', b'e' | b's', ..] | [b'!', b'a'..=b'z', ..] => Setting::Shell,
        b"export " => Setting::Shell,
        [b'#', b' ' | b'#' | b'!', ..] | [b'/', b'/' | b'*', b' ' | b'*' | b'!', ..] | [b'*', b' ', ..] | [b'-', b'-', b' ', ..] => Setting::Text,
        _ => setting,
    }
}

/// The quote that is still open at the end of `line`, skipping escapes and apostrophes in words.
fn open_quote(line: &[u8]) -> Option<u8> {
    let mut open = None;
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        match (open, byte) {
            (_, b'\\') => at += 1,
            (None, b'"' | b'`') => open = Some(byte),
            (None, b'\'') if !at.checked_sub(1).and_then(|before| line.get(before)).is_some_and(u8::is_ascii_alphanumeric) => open = Some(byte),
            (Some(mark), _) if byte == mark => open = None,
            _ => {}
        }
        at += 1;
    }
    open
}

#[rustfmt::skip] // a list, not code
const ENDINGS: &[(Setting, &[&str])] = &[
    (Setting::Code, &[
        "py", "pyi", "js", "mjs", "cjs", "ts", "tsx", "jsx", "java", "kt", "kts", "scala", "go", "rs", "c", "cc", "cpp", "cxx", "h", "hpp", "cs", "swift", "rb", "erb", "php", "phtml", "pl", "pm", "lua",
        "dart", "m", "mm", "ex", "exs", "erl", "hs", "clj", "groovy", "gradle", "vue", "svelte", "ml", "r", "jl", "fs", "vb", "pas", "sol", "nim", "pyx", "pxd", "pxi", "inc", "hh", "hxx", "cu", "cuh", "zig", "ipynb", "sql", "tf", "hcl", "tfvars", "bicep", "nix",
        "proto", "graphql", "cshtml", "jsp", "asp", "aspx", "ejs", "hbs", "coffee", "elm", "d", "cr", "v", "rake", "gemspec", "toml",
    ]),
    (Setting::Shell, &["sh", "bash", "zsh", "fish", "ksh", "ps1", "psm1", "bat", "cmd", "mk", "dockerfile", "containerfile", "bashrc", "zshrc", "profile", "bash_profile", "bash_history", "zsh_history", "history"]),
    (Setting::Configuration, &[
        "env", "ini", "cfg", "conf", "cnf", "config", "properties", "props", "yaml", "yml", "netrc", "pypirc", "npmrc", "pgpass", "rc", "envrc", "cf", "service", "desktop", "ovpn", "local", "prod", "production",
        "development", "staging", "sample", "dist", "template", "tpl", "j2", "settings", "my", "s3cfg", "boto", "credentials", "flaskenv",
    ]),
    (Setting::Data, &["json", "json5", "jsonc", "xml", "html", "htm", "plist", "csv", "tsv", "har", "svg", "resx", "xaml", "wsdl", "tfstate", "postman_collection", "lock", "sum", "jsonl", "xsd", "pom"]),
    (Setting::Text, &["md", "markdown", "rst", "txt", "adoc", "log", "text", "tex", "org", "wiki", "mdx", "eml"]),
];

/// Names without an ending that documents have.
const DOCUMENTS: [&str; 12] = ["changelog", "changes", "news", "readme", "install", "copyright", "copying", "license", "authors", "todo", "faq", "history"];

fn setting(name: &str) -> Setting {
    const LOCKS: [&str; 12] = [
        "package-lock.json",
        "yarn.lock",
        "cargo.lock",
        "poetry.lock",
        "pnpm-lock.yaml",
        "go.sum",
        "composer.lock",
        "pipfile.lock",
        "gemfile.lock",
        "npm-shrinkwrap.json",
        "uv.lock",
        "packages.lock.json",
    ];
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, name));
    if LOCKS.into_iter().any(is) {
        return Setting::Lock;
    }
    if is_translation(stem, ending) {
        return Setting::Translation;
    }
    if ["makefile", "dockerfile", "jenkinsfile", "vagrantfile", "procfile"]
        .into_iter()
        .any(|file| name.get(..file.len()).is_some_and(|start| start.eq_ignore_ascii_case(file)))
    {
        return Setting::Shell;
    }
    if name.starts_with(".env") || name.starts_with("env.") {
        return Setting::Configuration;
    }
    if DOCUMENTS.into_iter().any(is) {
        return Setting::Text;
    }
    of_ending(ending).unwrap_or(if name.contains('.') || name.is_empty() { Setting::Text } else { Setting::Configuration })
}

/// From [`ENDINGS`], by first letter: it is asked for every name that a value may follow.
fn of_ending(ending: &str) -> Option<Setting> {
    static BY_START: LazyLock<[Vec<(&str, Setting)>; 256]> = LazyLock::new(|| {
        let mut all = [const { Vec::new() }; 256];
        ENDINGS.iter().flat_map(|(setting, endings)| endings.iter().map(|ending| (*ending, *setting))).for_each(|row| all[start(row.0)].push(row));
        all
    });
    let (_, setting) = BY_START[start(ending)].iter().find(|(other, _)| ending.eq_ignore_ascii_case(other))?;
    Some(*setting)
}

fn start(ending: &str) -> usize {
    ending.bytes().next().map_or(0, |byte| usize::from(byte.to_ascii_lowercase()))
}

/// `de.json`, `en-US.yml`, `messages_fr.properties`, `strings.xml`, `x.po`.
fn is_translation(stem: &str, ending: &str) -> bool {
    let language = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_lowercase()) && !matches!(part, "db" | "my" | "ci" | "qa" | "rc");
    let keeps = matches!(ending, "json" | "yml" | "yaml" | "properties" | "po" | "xlf" | "strings" | "arb" | "ts" | "js");
    let region = |stem: &str| {
        stem.split_once(['-', '_']).is_some_and(|(first, second)| language(first) && second.len() == 2 && second.bytes().all(|byte| byte.is_ascii_uppercase()))
    };
    let named = stem.starts_with("messages") || stem.starts_with("translation") || stem.starts_with("locale") || stem.starts_with("Localizable");
    matches!(ending, "po" | "pot" | "xlf" | "xliff" | "strings" | "arb")
        || (ending == "xml" && stem == "strings")
        || (keeps && (language(stem) || region(stem) || named))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_name() {
        for (name, expected) in [
            ("a.py", Setting::Code),
            (".env", Setting::Configuration),
            (".env.production", Setting::Configuration),
            ("application.yml", Setting::Configuration),
            ("Dockerfile", Setting::Shell),
            ("Dockerfile.prod", Setting::Shell),
            ("README.md", Setting::Text),
            ("ChangeLog", Setting::Text),
            ("yarn.lock", Setting::Lock),
            ("de.json", Setting::Translation),
            ("messages_fr.properties", Setting::Translation),
            ("config", Setting::Configuration),
            ("", Setting::Text),
        ] {
            assert_eq!(setting(name), expected, "{name}");
        }
    }

    #[test]
    fn an_open_quote_is_seen() {
        assert_eq!(open_quote(b"conn = \"Server=x;"), Some(b'"'));
        assert_eq!(open_quote(b"f('a', \"b\", "), None);
        assert_eq!(open_quote(b"don't "), None);
        assert_eq!(open_quote(b"say \"a\\\" "), Some(b'"'));
    }
}
