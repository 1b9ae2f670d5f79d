//! What a file's name says of its kind, also when it is a copy: `_netrc`, `dot_netrc`, `.npmrc.bak`, `config (1).json`.

use crate::scan::detect::credential::entries::Form;

/// A file's name without what copying adds to it.
pub(in super::super) struct FileName(String);

/// What is put behind the names of copies.
const COPIES: [&str; 16] =
    [".bak", ".old", ".orig", ".backup", ".save", ".saved", ".swp", ".tmp", ".copy", ".local", ".prev", ".disabled", ".1", ".2", "~", ".txt"];

impl FileName {
    pub(in super::super) fn of(written: &str) -> Self {
        let lower = written.to_ascii_lowercase();
        let mut plain = lower.strip_prefix("dot_").unwrap_or(&lower).trim_start_matches(['.', '_']);
        while let Some(rest) = COPIES.iter().find_map(|copy| plain.strip_suffix(copy)).filter(|rest| rest.len() >= 4) {
            plain = rest;
        }
        let marked = [" (1)", "copy", ".bak."].into_iter().any(|mark| plain.contains(mark));
        Self(if marked { plain.replace(" (1)", "").replace(" copy", "").replace("-copy", "").replace(".bak.", ".") } else { plain.to_owned() })
    }

    /// `name` is lower case, without a dot before it.
    pub(in super::super) fn is(&self, name: &str) -> bool {
        self.0.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    }

    /// The name, and what stands behind each of its dots: all that [`Self::is`] may say yes to.
    pub(in super::super) fn endings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.0.as_str()).chain(self.0.match_indices('.').map(|(dot, _)| &self.0[dot + 1..]))
    }

    /// How the file writes names and values, if it is configuration at all.
    pub(in super::super) fn form(&self, bytes: &[u8]) -> Option<Form> {
        const FORMS: [(&str, Form); 14] = [
            (".json", Form::Json),
            (".jsonc", Form::Json),
            (".json5", Form::Json),
            (".tfstate", Form::Json),
            (".yaml", Form::Yaml),
            (".yml", Form::Yaml),
            (".toml", Form::Toml),
            (".ini", Form::Ini),
            (".cfg", Form::Ini),
            (".conf", Form::Ini),
            (".properties", Form::Ini),
            (".xml", Form::Xml),
            (".config", Form::Xml),
            (".tfrc", Form::Json),
        ];
        let by_ending = FORMS.iter().find(|(ending, _)| self.0.ends_with(ending)).map(|(_, form)| *form);
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        by_ending.or_else(|| (matches!(first, Some(b'{' | b'[')) && !self.0.contains('.')).then_some(Form::Json))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_have_the_name_of_what_they_copy() {
        for written in [".netrc", "_netrc", "netrc", ".netrc.bak", "netrc~", "dot_netrc", "NETRC.old.1", "home.netrc"] {
            assert!(FileName::of(written).is("netrc"), "{written}");
        }
        for written in ["netrc.py", "mynetrc", "netrc2", "old"] {
            assert!(!FileName::of(written).is("netrc"), "{written}");
        }
        assert!(FileName::of("config (1).json").is("config.json") && FileName::of("mcp.json.bak").form(b"{}") == Some(Form::Json));
    }
}
