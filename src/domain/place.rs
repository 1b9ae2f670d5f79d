//! Where something was seen: the origin of the bytes, the steps taken into them, the region inside.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use serde::{Deserialize, Serialize};

use super::history::{History, Presence};
use super::pragma::Pragma;

/// Bytes that stay as they are in a URI; all others are percent-encoded, `:` included, so that no path reads as a scheme.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'@')
    .remove(b'/');

/// Percent-encodes the bytes of a path. Lossless: names that are not UTF-8 survive.
pub fn encode_uri(path: &[u8]) -> String {
    let encoded = Cow::from(percent_encode(path, KEPT)).into_owned();
    if encoded.contains('!') { encoded.replace("!/", "%21/") } else { encoded }
}

/// The bytes behind an encoded path; most are the path itself.
pub fn decode_uri(uri: &str) -> Cow<'_, [u8]> {
    percent_decode_str(uri).into()
}

/// The address of bytes that can be read on their own. Open data: a new source is a new `scheme`, not a new variant.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// Position of the target in the run's list of targets.
    pub target: u32,
    /// `file`, `stdin`, …
    pub scheme: String,
    /// Path relative to the target's root, percent-encoded, with `/` between names.
    pub uri: String,
    /// Commit, object version or other name of a state, where the source has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
}

/// One step into a container or an encoding.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Step {
    /// `member` (a name inside an archive), `stream` (a compressed stream), `cell` (part of a notebook), `encoding` (base64, hex, utf-16…), `metadata` (a text field of an artifact).
    pub kind: String,
    /// Percent-encoded member name, `cells/3/source`, `base64`, …
    pub name: String,
}

/// Where in a text. Lines and columns count from 1, columns in UTF-16 code units, the end is exclusive; breaks are LF and CRLF.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Region {
    pub start_line: u32,
    pub start_column: u32,
    pub end_line: u32,
    pub end_column: u32,
    /// Byte offset in the text, for tools; never in SARIF regions.
    pub offset: u64,
    /// The text of the region, redacted.
    pub snippet: String,
    /// The first line of the region, redacted, cut to 120 columns on each side.
    pub line: String,
}

/// A place that a person can go to.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    pub origin: Origin,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// Absent when the finding is about the whole blob. In the text of the innermost *visible* layer: the file or archive
    /// member for notebook cells and encodings, so that an editor can jump there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// For a notebook: the line inside the cell, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell_line: Option<u32>,
    /// When it was there, where a version-control history tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<Box<History>>,
    /// Comments there that ask a scanner to leave it alone, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pragmas: Vec<Pragma>,
}

impl Place {
    /// The whole of a blob.
    pub fn whole(origin: &Origin, steps: &[Step]) -> Self {
        Self { origin: origin.clone(), steps: steps.to_vec(), ..Self::default() }
    }

    /// Encoded path with `!/` before each archive member: `bundle.zip!/inner/config.py`.
    pub fn uri(&self) -> String {
        let members = self.steps.iter().filter(|step| step.kind == "member");
        members.fold(self.origin.uri.clone(), |uri, step| format!("{uri}!/{}", step.name))
    }

    /// Path for people: decoded, with control characters replaced.
    pub fn display(&self) -> String {
        let uri = self.uri();
        String::from_utf8_lossy(&decode_uri(&uri)).chars().map(|c| if c.is_control() { '?' } else { c }).collect()
    }

    /// Where one can still meet what was seen here: a sight that comes from a history alone may be gone from the files.
    pub fn presence(&self) -> Presence {
        match &self.history {
            Some(history) if self.origin.scheme == "git" => history.presence(),
            _ => Presence::Here,
        }
    }

    /// Line of the region's start, 1 for a whole blob.
    pub fn line(&self) -> u32 {
        self.region.as_ref().map_or(1, |region| region.start_line)
    }
}
