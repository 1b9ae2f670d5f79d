//! What can be seen: credentials, artifacts, references, manifests, changes of models and grants of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::change::{Change, Grant};
use super::lifetime::Lifetime;
use super::place::Region;
use super::registration::ModelEntry;
use super::trace::Trace;

/// Closed, so that the compiler shows every place that must think about a new kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    Credential(Credential),
    Artifact(Artifact),
    Reference(Reference),
    /// A side-car: a registration that lies beside an artifact.
    Manifest(Box<ModelEntry>),
    Change(Box<Change>),
    Grant(Box<Grant>),
}

/// How sure the map is. Weak evidence stays out of reports unless asked for ([`Confidence`](super::policy::Confidence)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sureness {
    Weak,
    #[default]
    Likely,
    Certain,
}

/// A credential, never its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Credential {
    /// Code of the rule, as in `HEL1042`.
    pub rule: u32,
    pub trace: Trace,
    /// The name it is assigned to, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    pub lifetime: Lifetime,
    /// Public facts read from the token or beside it: `account`, `host`, `user`, `workspace`, …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// The zone that the token itself names (`sk_live_`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    pub sureness: Sureness,
    /// Why a value without a shape of its own was taken for a credential: the strongest reasons, in words, none of them from the value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<String>,
}

/// A companion of a credential: the secret half of a key pair, the host it opens.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Part {
    pub name: String,
    pub region: Region,
}

/// A model artifact, or something that lies beside one and speaks of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Artifact {
    /// Name in the table of formats: `safetensors`, `gguf`, `torch-zip`, …
    pub format: String,
    /// `model`, `adapter`, `weights` (a shard or a part), `index`, `config`, `card`, `tokenizer`, `pointer`, `data` (recognised, but not a model);
    /// `prompt`, `dataset`, `evaluation` for what belongs to models.
    pub role: String,
    pub sureness: Sureness,
    /// Bytes of the artifact; of a pointer, the bytes it points to.
    pub size: u64,
    /// What the artifact says of itself: `name`, `version`, `architecture`, `license`, `parameters`, `quantisation`, `producer`, `framework`, …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// Models that this one says it was made from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bases: Vec<String>,
    /// `fine-tune`, `adapter`, `quantized`, `merge`, where it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub digests: Vec<Digest>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hazards: Vec<Hazard>,
}

/// Of one artifact; more say no more.
const MOST_HAZARDS: usize = 64;

impl Artifact {
    /// Takes over what is said of a member of this archive.
    pub fn take_part(&mut self, part: &Self, member: &str) {
        let fresh = part.hazards.iter().filter(|hazard| !self.hazards.contains(hazard));
        let hazards: Vec<_> = fresh.map(|hazard| Hazard { runs_code: hazard.runs_code, what: format!("{} (in {member})", hazard.what) }).collect();
        self.hazards.extend(hazards.into_iter().take(MOST_HAZARDS.saturating_sub(self.hazards.len())));
        self.bases.extend(part.bases.iter().filter(|base| !self.bases.contains(base)).cloned().collect::<Vec<_>>());
        // The first model among them speaks for the whole where it says nothing itself.
        for name in ["architecture", "license", "quantisation", "parameters"] {
            if let Some(value) = part.facts.get(name).filter(|_| part.role == "model" && !self.facts.contains_key(name)) {
                self.facts.insert(name.to_owned(), value.clone());
            }
        }
    }
}

/// How bytes are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DigestKind {
    Sha256,
    Md5,
    /// SHA-256 over the parsed header (sorted tensor names, types, shapes) and the size: tensor identity, from a ranged read.
    Header,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest {
    pub kind: DigestKind,
    /// Lower-case hexadecimal.
    pub hex: String,
}

/// Something that happens when an artifact is loaded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hazard {
    /// `true`: loading runs code that the artifact brings. `false`: it needs a class nobody vouches for.
    pub runs_code: bool,
    /// What would run: `os.system`, `keras Lambda layer`, …
    pub what: String,
}

/// Code or configuration that names a model.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reference {
    /// Name of the shape in `rules/references/`.
    pub shape: String,
    pub identity: Identity,
    /// Revision, tag or version that the reference asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The revision names bytes that cannot change (a commit, a digest, a numbered version).
    pub pinned: bool,
    /// The name is computed at run time; the identity holds the expression.
    pub dynamic: bool,
}

/// What a reference points at, as `scheme:name`: `hf:org/name`, `mlflow:churn/3`, `openai:gpt-4o`, `ollama:llama3`, `path:weights/x.pt`, …
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identity {
    pub scheme: String,
    pub name: String,
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.scheme, self.name)
    }
}
