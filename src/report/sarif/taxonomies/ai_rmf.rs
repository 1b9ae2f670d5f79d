//! NIST AI Risk Management Framework 1.0.

use super::{Class, Taxonomy};

pub(super) const TAXONOMY: Taxonomy = Taxonomy {
    name: "NIST AI RMF",
    version: "1.0",
    organization: "NIST",
    uri: "https://www.nist.gov/itl/ai-risk-management-framework",
    summary: "Outcomes by which an organisation governs, maps, measures and manages the risks of artificial intelligence.",
    contains: false,
    link: |_| "https://doi.org/10.6028/NIST.AI.100-1".to_owned(),
    classes: CLASSES,
};

#[rustfmt::skip]
const CLASSES: &[Class] = &[
    Class("GOVERN 1.4", "Risk Management Process", "Risks are managed by policies and controls that can be seen.", "Controls that nobody can inspect cannot be relied on."),
    Class("GOVERN 1.5", "Monitoring and Review", "Risk management is monitored and reviewed at planned times.", "A review that does not happen is an approval that does not end."),
    Class("GOVERN 1.6", "Inventory of AI Systems", "There is an inventory of AI systems, and means to keep it.", "What is not in the inventory is not reviewed, not monitored and not retired."),
    Class("GOVERN 1.7", "Decommissioning", "AI systems are taken out of service safely.", "A model that was retired and still runs is run by nobody."),
    Class("GOVERN 2.1", "Roles and Responsibilities", "It is written down who answers for which risk.", "Without an owner nobody acts."),
    Class("GOVERN 4.1", "Safety First Practices", "Policies make design, change and use of AI careful.", "Changes without a second pair of eyes go where their author errs."),
    Class("GOVERN 6.1", "Third Party Policies", "Policies address the risks of models, data and software of third parties.", "Using somebody's model is trusting its maker."),
    Class("GOVERN 6.2", "Third Party Contingency", "There are plans for failures of third-party data or systems.", "A model that is withdrawn or changed by its provider stops what was built on it."),
    Class("MAP 1.1", "Context of Use", "Purpose, setting and limits of a system are understood and written down.", "A model used outside what it was approved for is a model nobody approved."),
    Class("MAP 4.1", "Third Party Risk Mapping", "Risks of components of third parties are mapped, legal ones included.", "Licences and lineage bind those who build upon them."),
    Class("MEASURE 2.7", "Security and Resilience", "Security and resilience of the system are evaluated and documented.", "A leaked key or an unsafe file undoes the rest of the evaluation."),
    Class("MANAGE 2.4", "Disengagement and Deactivation", "There are means and duties to stop systems that misbehave.", "Without a version to return to, stopping is the only way back."),
    Class("MANAGE 3.1", "Third Party Monitoring", "Risks and benefits of third-party resources are monitored regularly.", "A reference that is not pinned changes without notice."),
    Class("MANAGE 3.2", "Pretrained Model Monitoring", "Pre-trained models in use are monitored and maintained as part of the system.", "A model that was fetched once is nobody's to maintain, unless somebody owns it."),
    Class("MANAGE 4.1", "Post Deployment Monitoring", "Systems in use are monitored, and changes to them managed.", "A change without approval is found by its effects."),
];
