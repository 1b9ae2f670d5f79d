//! A credential rule as compiled: what wakes it, what it matches, what is known of what it finds.

use serde::{Deserialize, Serialize};

use super::literal::{ByteSet, Literal};
use super::program::Program;
use super::tables::Buckets;

/// Everything about one kind of credential. It begins with the fields of [`Name`], in their order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// Stable, never reused: 1042 is `HEL1042`.
    pub code: u32,
    pub name: String,
    /// A noun phrase.
    pub title: String,
    pub provider: String,
    pub severity: Severity,
    pub rotate_url: Option<String>,
    /// Absent for native rules.
    pub shape: Option<Shape>,
    pub wake: Wake,
    /// The parser that finds it, for native rules, and which of its results.
    pub native: Option<String>,
    /// How it is found, for rules of other programs.
    pub foreign: Option<Box<Foreign>>,
    pub select: Vec<String>,
    pub checksum: Option<String>,
    /// Least Shannon bits per character.
    pub entropy: Option<f32>,
    pub demand: Demand,
    /// Lower case. One of them must stand within `near` bytes before the value.
    pub words: Vec<String>,
    pub near: u32,
    pub confidence: Confidence,
    pub lifetime: LifeFacts,
    /// How to revoke and replace it.
    pub rotate: String,
    /// Prefix of the secret, and the zone it speaks of; longest prefix first.
    pub zones: Vec<(String, String)>,
    pub parts: Vec<Part>,
    pub examples: Vec<String>,
    pub negatives: Vec<String>,
    pub misses: Vec<String>,
}

/// The beginning of a rule, which can be read without the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    pub code: u32,
    pub name: String,
    pub title: String,
    pub provider: String,
    pub severity: Severity,
    pub rotate_url: Option<String>,
}

/// A pattern, ready to run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shape {
    /// As written, for the fallback and for people.
    pub pattern: String,
    pub program: Program,
    /// Bytes that a match can begin with.
    pub first: ByteSet,
    /// Bytes that must not stand before a match, unless they end an escape.
    pub left: ByteSet,
    /// Bytes that must not stand after a match.
    pub right: ByteSet,
    /// Longest match in bytes.
    pub longest: u32,
    /// Length of the public prefix: the bytes that every match begins with.
    pub prefix: u32,
    /// It has a mark of its own (a prefix, an inner literal), if too short a one to wake the rule. Unmarked values count only
    /// where a value stands.
    pub marked: bool,
}

/// What makes the engine look closer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wake {
    /// A literal of the pattern; so many bytes of the match stand before it (least, most).
    Anchor { before: (u32, u32) },
    /// One of the words; the value follows.
    Word,
    /// A run of value characters at least so long, so many bytes at most into the match; the words are common.
    Run { length: u32, before: u32 },
    /// An anchor of the native parser.
    Native,
    /// A literal of another program's pattern, or one of its keywords.
    Foreign,
}

/// A rule of another program, as it is run: its pattern holds what stands around the value.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Foreign {
    /// For the regex crate, over bytes.
    pub pattern: String,
    /// The group of the value; without one the first that takes part, or all of the match.
    pub group: Option<u32>,
    /// Bytes before and behind the start of the literal in which a match may lie.
    pub before: u32,
    pub behind: u32,
    /// The literal is part of every match.
    pub within: bool,
    /// It asks for little but a telling name before the value, as our own generic rules do.
    pub guess: bool,
    /// So many at least of these characters.
    pub special: Option<(u32, String)>,
    /// Values that are left alone.
    pub unless: Vec<Unless>,
    /// Patterns of paths: where it counts alone, and where it does not. They are asked when paths are known.
    pub only: Option<String>,
    pub never: Vec<String>,
}

/// What is left alone: when one of the patterns or words is there, or all kinds of them that are given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unless {
    pub target: Target,
    pub patterns: Vec<String>,
    /// Lower case; in the value.
    pub stopwords: Vec<String>,
    /// Both a pattern and a word must be there.
    pub all: bool,
    /// Left alone is what does *not* match.
    pub negated: bool,
}

/// What a pattern is held against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    #[default]
    Secret,
    Match,
    Line,
}

/// A companion that belongs to the credential.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Part {
    pub name: String,
    pub shape: Shape,
    pub words: Vec<String>,
    /// Bytes before or after the credential.
    pub within: u32,
    /// No finding without it.
    pub required: bool,
}

/// At least so many characters of a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Demand {
    pub digit: u32,
    pub upper: u32,
    pub lower: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    Low,
    Medium,
    #[default]
    High,
    Critical,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

/// The words of `domain::Class`; build scripts do not know the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LifeClass {
    Static,
    Capped,
    Dated,
    Ephemeral,
    Refresh,
    KeyMaterial,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LifeFacts {
    pub class: LifeClass,
    /// Seconds.
    pub life: Option<u64>,
    /// What reads mint date and expiry from the token.
    pub reader: Option<String>,
    /// A sentence for people.
    pub says: String,
    /// Where it is documented.
    pub source: String,
}

/// Who is to be woken by a literal; the number is a place in the pack's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Owner {
    Credential(u16),
    Native(u16),
    Reference(u16),
    /// By its place in `pragma::PRAGMAS`.
    Pragma(u16),
}

/// A reference shape as the filter knows it: a name, and the literals that wake it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Anchors {
    pub name: String,
    pub literals: Vec<Literal>,
}

/// What the engine must know of all rules before it reads a text: what wakes whom.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Data {
    /// Names of the native parsers that rules ask for.
    pub natives: Vec<String>,
    /// Names of reference shapes.
    pub references: Vec<String>,
    pub literals: Vec<Literal>,
    /// Who is woken by each literal.
    pub owners: Vec<Vec<Owner>>,
    pub buckets: Buckets,
}
