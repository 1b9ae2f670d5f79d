//! CSA MAESTRO: seven layers of an agentic system. It has layers, not numbered controls; the ids are ours.

use super::{Class, Taxonomy};

pub(super) const TAXONOMY: Taxonomy = Taxonomy {
    name: "CSA MAESTRO",
    version: "1.0",
    organization: "Cloud Security Alliance",
    uri: "https://cloudsecurityalliance.org/blog/2025/02/06/agentic-ai-threat-modeling-framework-maestro",
    summary: "Seven layers by which threats to agentic systems are modelled.",
    contains: false,
    link: |_| "https://cloudsecurityalliance.org/blog/2025/02/06/agentic-ai-threat-modeling-framework-maestro".to_owned(),
    classes: CLASSES,
};

#[rustfmt::skip]
const CLASSES: &[Class] = &[
    Class("L1", "Foundation Models", "The models that agents think with.", "Who changes the model changes every agent on it."),
    Class("L2", "Data Operations", "Storage, preparation and retrieval of data for agents.", "Agents believe what they retrieve."),
    Class("L3", "Agent Frameworks", "The libraries that agents are made with.", "Their flaws are the flaws of all agents made with them."),
    Class("L4", "Deployment and Infrastructure", "The machines, containers and pipelines that agents run on.", "Keys and models that lie here are reached by whoever reaches the machine."),
    Class("L5", "Evaluation and Observability", "How agents are tested and watched.", "What is not seen is not stopped."),
    Class("L6", "Security and Compliance", "Controls that go through all layers.", "Credentials, approvals and guardrails hold the other layers together."),
    Class("L7", "Agent Ecosystem", "The market place in which agents meet users and each other.", "Trust given to one agent spreads to those it talks to."),
];
