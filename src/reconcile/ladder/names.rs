//! References on the ladder: identities, numbered versions, registered addresses, `allow`.

use super::Ladder;
use crate::domain::{Entry, Identity, ModelEntry, Reference};

/// What covers a reference.
#[derive(Clone, Copy)]
pub(in crate::reconcile) enum Coverage<'a> {
    Entry(&'a Entry<ModelEntry>),
    /// `allow` in a registry.
    Allowed,
    /// The model is registered in other versions or revisions.
    OtherVersion(&'a Entry<ModelEntry>),
    Nothing,
}

impl<'a> Coverage<'a> {
    pub(in crate::reconcile) fn covers(&self) -> bool {
        matches!(self, Self::Entry(_) | Self::Allowed)
    }

    /// The entry of the model that is used.
    pub(in crate::reconcile) fn entry(&self) -> Option<&'a Entry<ModelEntry>> {
        match self {
            Self::Entry(entry) => Some(entry),
            _ => None,
        }
    }
}

impl<'a> Ladder<'a> {
    /// What covers a reference, artifacts aside.
    pub(in crate::reconcile) fn coverage(&self, reference: &Reference) -> Coverage<'a> {
        let names = names(&reference.identity);
        let named = self.by_identity(&names, reference).or_else(|| self.by_model_version(reference)).or_else(|| self.by_address(&reference.identity));
        match named {
            Some(coverage @ Coverage::Entry(_)) => coverage,
            _ if self.allows(&names) => Coverage::Allowed,
            named => named.unwrap_or(Coverage::Nothing),
        }
    }

    /// An entry lists the identity, with the revision that is asked for or without any; of hosted models also the name without its date
    /// (`gpt-4o` for `gpt-4o-2024-08-06`).
    fn by_identity(&self, names: &[String], reference: &Reference) -> Option<Coverage<'a>> {
        let revised = |name: &String| {
            let revision = reference.revision.as_ref()?;
            let revision = revision.strip_prefix('@').unwrap_or(revision);
            ['@', '/', ':'].iter().find_map(|mark| self.referred(&format!("{name}{mark}{revision}")))
        };
        let plain = |name: &String| self.referred(name).or_else(|| self.referred(undated(name)?));
        if let Some(entry) = names.iter().find_map(revised).or_else(|| names.iter().find_map(plain)) {
            return Some(Coverage::Entry(entry));
        }
        let other = |name: &String| {
            let prefix = format!("{name}@");
            let (_, others) = self.by_reference.range(prefix.clone()..).next().filter(|(listed, _)| listed.starts_with(&prefix))?;
            self.entry(*others.first()?)
        };
        names.iter().find_map(other).map(Coverage::OtherVersion)
    }

    /// Name and version of an entry, as in `models:/churn/3`. A stage or an alias (`@champion`) may be any version.
    fn by_model_version(&self, reference: &Reference) -> Option<Coverage<'a>> {
        if reference.identity.scheme != "mlflow" {
            return None;
        }
        let (name, asked) = match reference.identity.name.split_once(['/', '@']) {
            Some((name, version)) => (name, Some(version)),
            None => (reference.identity.name.as_str(), reference.revision.as_deref()),
        };
        let first = self.named(name).next()?;
        let numbered = asked.filter(|version| version.bytes().all(|byte| byte.is_ascii_digit()));
        Some(match numbered {
            None => Coverage::Entry(first),
            Some(version) => {
                let same = self.named(name).find(|entry| entry.value.version.as_deref() == Some(version));
                same.map_or(Coverage::OtherVersion(first), Coverage::Entry)
            }
        })
    }

    /// `s3://bucket/key`, `s3:bucket/key` and paths: a registered location.
    fn by_address(&self, identity: &Identity) -> Option<Coverage<'a>> {
        let address = match identity.name.contains("://") || identity.scheme == "path" {
            true => identity.name.trim_start_matches("./").to_owned(),
            false => format!("{}://{}", identity.scheme, identity.name),
        };
        self.located(&address).first().map(|entry| Coverage::Entry(entry))
    }

    /// Is one of these names under `allow`?
    pub(in crate::reconcile) fn allows(&self, names: &[String]) -> bool {
        self.allowed.iter().any(|glob| names.iter().any(|name| glob.is_match(name)))
    }
}

/// Beginnings of the names of hosted models, and the vendors as people write them in registries.
const VENDORS: [(&str, &str); 26] = [
    ("anthropic.", "anthropic"),
    ("amazon.", "amazon"),
    ("meta.", "meta"),
    ("cohere.", "cohere"),
    ("mistral.", "mistral"),
    ("ai21.", "ai21"),
    ("stability.", "stability"),
    ("deepseek.", "deepseek"),
    ("gpt-", "openai"),
    ("chatgpt-", "openai"),
    ("text-embedding-", "openai"),
    ("dall-e-", "openai"),
    ("ft:", "openai"),
    ("whisper", "openai"),
    ("claude-", "anthropic"),
    ("gemini-", "google"),
    ("command-", "cohere"),
    ("mistral-", "mistral"),
    ("open-mistral", "mistral"),
    ("mixtral-", "mistral"),
    ("codestral", "mistral"),
    ("deepseek-", "deepseek"),
    ("grok-", "xai"),
    ("llama-", "meta"),
    ("sonar", "perplexity"),
    ("o", "openai"),
];

/// All names of an identity: as it was seen, and for a hosted model with its vendor as the scheme (`openai:gpt-4o`).
fn names(identity: &Identity) -> Vec<String> {
    let mut names = vec![identity.to_string()];
    if identity.scheme == "hosted" {
        let name = identity.name.as_str();
        let numbered = |start: &str| start != "o" || name.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        let vendor = VENDORS.iter().find(|(start, _)| name.starts_with(start) && numbered(start));
        names.extend(vendor.map(|(_, vendor)| format!("{vendor}:{name}")));
        let on_bedrock = vendor.is_some_and(|(start, _)| start.ends_with('.'));
        names.extend(on_bedrock.then(|| format!("bedrock:{name}")));
    }
    names
}

/// The name without a date behind it: `-2024-08-06` or `-20240806`.
fn undated(name: &str) -> Option<&str> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (short, last) = name.rsplit_once('-')?;
    if last.len() == 8 && digits(last) && last.starts_with("20") {
        return Some(short);
    }
    let (short, month) = short.rsplit_once('-')?;
    let (short, year) = short.rsplit_once('-')?;
    let date = last.len() == 2 && month.len() == 2 && year.len() == 4 && [last, month, year].into_iter().all(digits);
    date.then_some(short)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Declared, Registrations};

    fn covered(scheme: &str, name: &str, revision: Option<&str>) -> &'static str {
        let entered = |value: ModelEntry| Entry { declared: Declared::default(), value };
        let references = ["openai:gpt-4o", "hf:org/pinned@abc", "mlflow:listed/7"].map(str::to_owned).to_vec();
        let churn = ModelEntry { name: "churn".into(), version: Some("3".into()), locations: vec!["s3://b/m/*".into()], references, ..ModelEntry::default() };
        let allow = vec![Entry { declared: Declared::default(), value: "anthropic:claude-*".to_owned() }];
        let registrations = Registrations { models: vec![entered(churn)], allow, ..Registrations::default() };
        let identity = Identity { scheme: scheme.into(), name: name.into() };
        let reference = Reference { identity, revision: revision.map(str::to_owned), ..Reference::default() };
        match Ladder::new(&registrations).coverage(&reference) {
            Coverage::Entry(_) => "entry",
            Coverage::Allowed => "allowed",
            Coverage::OtherVersion(_) => "other version",
            Coverage::Nothing => "nothing",
        }
    }

    #[test]
    fn references_climb_the_ladder() {
        assert_eq!(covered("openai", "gpt-4o", None), "entry");
        assert_eq!(covered("openai", "gpt-4o-2024-08-06", None), "entry");
        assert_eq!(covered("openai", "gpt-4o-mini", None), "nothing");
        assert_eq!(covered("hf", "org/pinned", Some("abc")), "entry");
        assert_eq!(covered("hf", "org/pinned", Some("main")), "other version");
        assert_eq!(covered("hf", "org/pinned", None), "other version");
        assert_eq!(covered("mlflow", "churn/3", None), "entry");
        assert_eq!(covered("mlflow", "churn/4", None), "other version");
        assert_eq!(covered("mlflow", "churn@champion", None), "entry");
        assert_eq!(covered("mlflow", "fraud/1", None), "nothing");
        assert_eq!(covered("s3", "b/m/model.pt", None), "entry");
        assert_eq!(covered("uri", "s3://b/m/model.pt", None), "entry");
        assert_eq!(covered("anthropic", "claude-sonnet-4", None), "allowed");
        assert_eq!(covered("hf", "claude-x", None), "nothing");
        assert_eq!(covered("hosted", "gpt-4o-2024-08-06", None), "entry");
        assert_eq!(covered("hosted", "claude-sonnet-4", None), "allowed");
        assert_eq!(covered("hosted", "anthropic.claude-3-haiku", None), "nothing");
        assert_eq!(covered("mlflow", "churn", Some("3")), "entry");
        assert_eq!(covered("mlflow", "churn", Some("4")), "other version");
        assert_eq!(covered("mlflow", "churn", Some("@champion")), "entry");
        assert_eq!(covered("mlflow", "listed", Some("7")), "entry");
        assert_eq!(covered("store", "s3://b/m/model.pt", None), "entry");
    }
}
