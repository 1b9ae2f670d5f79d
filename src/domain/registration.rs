//! What the organisation says it runs. The fields are those of `heliodon-registry.yaml`.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a model stands on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    Research,
    Candidate,
    Production,
    Retired,
}

/// A model version and its limits.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// The name people use for the model.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Who answers for it: an address or a team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The use case it is approved for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_case: Option<String>,
    /// public, internal, confidential, … in the organisation's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<String>,
    /// Risk tier, one of the policy's; without it the classification decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Zones in which it may be found. Empty: anywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<String>,
    /// Content digests, one for each file: `sha256:<64 hex>`, `md5:<32 hex>`, or `header:<64 hex>` (tensor names, types and shapes; proves less).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub digests: Vec<String>,
    /// Where it lies: paths or globs relative to the registry file, or addresses (`s3://…`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<String>,
    /// Names under which code refers to it: `hf:org/name`, `mlflow:churn/3`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// The model it was made from, `name@revision`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The data it was trained on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// The version to go back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback: Option<String>,
    /// The day by which someone must look at it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// The last day of its test window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
}

impl ModelEntry {
    /// `name` or `name version`, for messages.
    pub fn title(&self) -> String {
        self.version.as_ref().map_or_else(|| self.name.clone(), |version| format!("{} {version}", self.name))
    }

    /// Is the field filled? `lineage` is `base` or `data`; names that are no field are not filled.
    pub fn has(&self, field: &str) -> bool {
        match field {
            "name" => !self.name.is_empty(),
            "version" => self.version.is_some(),
            "owner" => self.owner.is_some(),
            "use_case" => self.use_case.is_some(),
            "classification" => self.classification.is_some(),
            "tier" => self.tier.is_some(),
            "stage" => self.stage.is_some(),
            "scope" => !self.scope.is_empty(),
            "digests" => !self.digests.is_empty(),
            "locations" => !self.locations.is_empty(),
            "references" => !self.references.is_empty(),
            "base" => self.base.is_some(),
            "data" => !self.data.is_empty(),
            "lineage" => self.base.is_some() || !self.data.is_empty(),
            "approvals" => !self.approvals.is_empty(),
            "rollback" => self.rollback.is_some(),
            "review_by" => self.review_by.is_some(),
            "expires" => self.expires.is_some(),
            "license" => self.license.is_some(),
            _ => false,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    pub by: String,
    pub on: Date,
    /// Ticket or record of the decision.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// A credential as an identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CredentialEntry {
    pub name: String,
    /// Identity as printed by `heliodon trace`.
    pub trace: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The one workload that uses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workload: Option<String>,
    /// Zones in which it may be found. Empty: anywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
    /// Rotation period, `90d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotate_every: Option<String>,
    /// The identity has left: the credential must be found nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offboarded: Option<Date>,
}

/// A risk-based exemption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// Name or code of a rule.
    pub rule: String,
    /// Glob over the place's path.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// A subject: a trace, a digest, a reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub reason: String,
    pub owner: String,
    pub approved_by: String,
    pub expires: Date,
}

/// Where an entry is declared, for messages and locations.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Declared {
    /// As the user named it, or relative to the target for side-cars.
    pub file: String,
    pub line: u32,
}

/// An entry and its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry<T> {
    pub declared: Declared,
    pub value: T,
}

/// Everything that was approved, from all registries together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registrations {
    pub models: Vec<Entry<ModelEntry>>,
    pub credentials: Vec<Entry<CredentialEntry>>,
    /// Globs over `scheme:name`: models that may be referenced without an entry of their own.
    pub allow: Vec<Entry<String>>,
    pub waivers: Vec<Entry<Waiver>>,
    /// Was any registry named or found? Without one, nothing is said about registration.
    pub present: bool,
}

impl Registrations {
    /// Does some entry name content, so that the map has to read artifacts whole ([`Wanted::digests`](super::Wanted))?
    pub fn name_digests(&self) -> bool {
        self.models.iter().flat_map(|entry| &entry.value.digests).any(|digest| !digest.starts_with("header:"))
    }
}
