//! Shapes of references as people write them: `rules/references/*.yaml`; the same data is baked into the program.

use serde::{Deserialize, Serialize};

use super::literal::Literal;
use super::rule::Anchors;

/// A file of shapes that share a scheme.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShapeFile {
    pub scheme: String,
    pub shapes: Vec<Shape>,
}

/// One way in which code or configuration names a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    pub name: String,
    /// The verb of the sentence "this file … `name`".
    pub says: String,
    /// Where the name is looked up: `hf`, `mlflow`, `path`, … Taken from the file when absent.
    #[serde(default)]
    pub scheme: String,
    /// Literals that wake the shape; the pattern begins with one of them.
    pub anchors: Vec<String>,
    /// Kinds of files in which it counts.
    pub files: Vec<FileKind>,
    /// Must match the text that ends where the anchor begins (`$` is that place).
    #[serde(default)]
    pub before: Option<String>,
    /// Regular expression over bytes from the anchor on; groups `name`, `revision`, `alias`. `%value%` is a string (its `name`) or an
    /// expression, `%variable%` a variable of a shell or a container: what they stand for is looked up in the file.
    pub pattern: String,
    pub accept: Accept,
    /// A path may stand in the place of the name.
    #[serde(default)]
    pub paths: bool,
    /// A name that only the running program knows is told as such.
    #[serde(default = "told")]
    pub unresolved: bool,
    /// Words of which one must stand in the file, in any case: the shape alone says too little.
    #[serde(default)]
    pub hints: Vec<String>,
    /// Looked for behind the name, up to the end of the call.
    #[serde(default)]
    pub revision: Option<String>,
    pub examples: Vec<String>,
    pub negatives: Vec<String>,
}

fn told() -> bool {
    true
}

/// What kind of text a file holds, as far as references are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    Code,
    Shell,
    Config,
}

/// Which names are believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Accept {
    Any,
    /// `organisation/name`.
    Hub,
    /// `organisation/name`, or the bare name of a well-known family.
    HubOrName,
    /// `organisation/name` in an address, where other things than models have addresses too.
    HubAddress,
    /// `organisation/name` behind a key that other things have too: the name must tell a size, a version or a kind.
    HubKey,
    /// A name behind a gateway's prefix that no other shape knows.
    Gateway,
    /// A constant of a library, named after a model.
    Constant,
    /// The name of a deployed model, written out.
    Endpoint,
    /// A hosted vendor's model name.
    Vendor,
    Bedrock,
    /// A path that ends as model files do.
    File,
    Ollama,
}

/// What the keyword filter knows of the shapes.
pub fn anchors(shapes: &[Shape]) -> Vec<Anchors> {
    let literals = |shape: &Shape| shape.anchors.iter().map(|anchor| Literal::exact(anchor.as_bytes())).collect();
    shapes.iter().map(|shape| Anchors { name: shape.name.clone(), literals: literals(shape) }).collect()
}

/// The shapes of one YAML file.
///
/// # Errors
/// A sentence that names the field.
pub fn parse(text: &str) -> Result<Vec<Shape>, String> {
    let file: ShapeFile = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    let scheme = |shape: Shape| if shape.scheme.is_empty() { Shape { scheme: file.scheme.clone(), ..shape } } else { shape };
    Ok(file.shapes.into_iter().map(scheme).collect())
}
