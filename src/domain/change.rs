//! What changes how a model behaves: operations that code and pipelines perform, and grants of them.

use serde::{Deserialize, Serialize};

use super::evidence::Identity;

/// What is done to a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// Training, fine-tuning, tuning, optimising.
    #[default]
    Train,
    /// Upload to a hub that others load from.
    Push,
    /// A new version in a model registry.
    Register,
    /// A version becomes the one that is used: a stage, an alias, an approval.
    Promote,
    /// What a model may be asked and may answer, and the log of it.
    Guardrail,
    /// An endpoint begins to serve it, or serves another.
    Deploy,
}

/// Code, configuration or a pipeline that changes a model.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Change {
    pub kind: ChangeKind,
    /// Name of the shape in `rules/changes/`.
    pub shape: String,
    /// As people write it: `sagemaker create-training-job`, `transition_model_version_stage`.
    pub operation: String,
    /// The model that is changed, if the file says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Identity>,
    /// It describes what shall be, and somebody else applies it: Terraform, a manifest, a configuration of a training.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub declared: bool,
    /// The job of the pipeline that does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<Job>,
}

/// A job of a pipeline, so far as its file tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Job {
    /// `github-actions`, `gitlab-ci`, `azure-pipelines`, `circleci`, `buildkite`, `jenkins`, `argo`, `tekton`.
    pub platform: String,
    pub name: String,
    /// What makes it wait for a person: `environment production`, `when: manual`, `input`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
    /// Names of stored keys to clouds that would accept the job's own identity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stored_keys: Vec<String>,
    /// It speaks of the version to go back to.
    pub way_back: bool,
    /// It takes down again what it deploys: a try.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub takes_down: bool,
}

/// A policy or role that lets somebody change models.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// `aws`, `gcp`, `azure`, `kubernetes`.
    pub cloud: String,
    /// The policy, as its file names it.
    pub name: String,
    /// As written: `sagemaker:Create*`, `roles/aiplatform.admin`.
    pub actions: Vec<String>,
    /// Some of the operations on models that they allow, and how many those are.
    pub reach: Vec<String>,
    pub count: u32,
    pub kinds: Vec<ChangeKind>,
    pub breadth: Breadth,
    /// On which resources, as written; empty when nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// To whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// What must hold besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// It ends by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ends: bool,
}

/// How much a grant takes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Breadth {
    /// Named operations on named resources.
    #[default]
    Exact,
    /// Named operations on whatever there is.
    AllResources,
    /// Whatever matches a pattern, or belongs to a role that others define.
    Wildcard,
}

impl ChangeKind {
    /// What a job or a grantee does, in the third person.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Train => "trains",
            Self::Push => "uploads",
            Self::Register => "registers",
            Self::Promote => "promotes",
            Self::Guardrail => "edits the guardrails of",
            Self::Deploy => "deploys",
        }
    }
}
