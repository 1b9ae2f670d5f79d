//! Shapes of changes as people write them: `rules/changes/*.yaml`; the same data is baked into the program.

use serde::{Deserialize, Serialize};

use super::literal::Literal;
use super::rule::Anchors;
use super::shape::FileKind;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeFile {
    changes: Vec<ChangeShape>,
}

/// One way in which code changes a model, or a file lets somebody do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeShape {
    pub name: String,
    pub does: Does,
    /// As people call the operation. Without it, what the group `operation` matched, or all that matched.
    #[serde(default)]
    pub operation: Option<String>,
    /// Literals that wake the shape; the pattern begins with one of them.
    pub anchors: Vec<String>,
    /// Kinds of files in which it counts.
    pub files: Vec<FileKind>,
    /// Must match the text that ends where the anchor begins (`$` is that place).
    #[serde(default)]
    pub before: Option<String>,
    /// Must match somewhere in the file: what tells that this `trainer` trains a model.
    #[serde(default)]
    pub needs: Option<String>,
    /// Regular expression over bytes from the anchor on; groups `operation`, `target`, `role`. The anchor itself when absent.
    #[serde(default)]
    pub pattern: Option<String>,
    /// Group `target`, looked for behind the match, up to the end of the call or command.
    #[serde(default)]
    pub later: Option<String>,
    /// Must not match in the rest of the call or command: the upload of a data set is none of a model.
    #[serde(default)]
    pub unless: Option<String>,
    /// Where the target is looked up: `hf`, `mlflow`, `sagemaker`, …
    #[serde(default)]
    pub scheme: String,
    /// It describes what shall be, and somebody else applies it.
    #[serde(default)]
    pub declared: bool,
    /// Of a role: whose it is.
    #[serde(default)]
    pub cloud: String,
    /// Of a role: it allows all of its service; else parts of it.
    #[serde(default)]
    pub wide: bool,
    #[serde(default)]
    pub examples: Vec<String>,
    #[serde(default)]
    pub negatives: Vec<String>,
}

/// What a shape stands for: an operation, or a reason to look for grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    Train,
    Push,
    Register,
    Promote,
    Guardrail,
    Deploy,
    /// A word that policies about models hold.
    Policy,
    /// A role that its cloud defines.
    Role,
}

/// What the keyword filter knows of the shapes.
pub fn anchors(shapes: &[ChangeShape]) -> Vec<Anchors> {
    let literals = |shape: &ChangeShape| shape.anchors.iter().map(|anchor| Literal::exact(anchor.as_bytes())).collect();
    // The filter tells shapes by name, and a reference may be called like a change.
    shapes.iter().map(|shape| Anchors { name: format!("change {}", shape.name), literals: literals(shape) }).collect()
}

/// The shapes of one YAML file.
///
/// # Errors
/// A sentence that names the field.
pub fn parse(text: &str) -> Result<Vec<ChangeShape>, String> {
    let file: ChangeFile = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    Ok(file.changes)
}
