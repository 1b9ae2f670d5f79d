//! MITRE ATLAS: techniques against systems that learn.

use super::{Class, Taxonomy};

pub(super) const TAXONOMY: Taxonomy = Taxonomy {
    name: "MITRE ATLAS",
    version: "2026.05",
    organization: "MITRE",
    uri: "https://atlas.mitre.org/",
    summary: "Tactics and techniques of adversaries against systems that use artificial intelligence.",
    contains: true,
    link: |id| format!("https://atlas.mitre.org/techniques/{id}"),
    classes: CLASSES,
};

#[rustfmt::skip]
const CLASSES: &[Class] = &[
    Class("AML.T0010", "AI Supply Chain Compromise", "Adversaries get in through hardware, data, software or models that a system is built from.", "What arrives by the supply chain is trusted from the start."),
    Class("AML.T0010.001", "AI Supply Chain Compromise AI Software", "Adversaries change the libraries and tools that models are made and run with.", "Everything made with them afterwards is theirs."),
    Class("AML.T0010.002", "AI Supply Chain Compromise Data", "Adversaries change data that models learn from.", "What is learned from it cannot easily be unlearned."),
    Class("AML.T0010.003", "AI Supply Chain Compromise Model", "Adversaries change a model that others fetch and build upon.", "Fine-tunes and merges inherit what is hidden in the base."),
    Class("AML.T0011", "User Execution", "Adversaries rely on somebody to run or load what they made.", "One load on one machine is enough."),
    Class("AML.T0011.000", "Unsafe AI Artifacts", "A model file runs code when it is loaded.", "Loading looks harmless, and happens with the rights of a pipeline."),
    Class("AML.T0011.001", "Malicious Package", "A package brings code that serves an adversary.", "Installation is execution."),
    Class("AML.T0012", "Valid Accounts", "Adversaries use credentials that work.", "They look like those who own them."),
    Class("AML.T0018", "Manipulate AI Model", "Adversaries change weights, layers or files of a model.", "The model goes on working, and does something more."),
    Class("AML.T0018.000", "Poison AI Model", "Adversaries change weights so that a model misbehaves when they want.", "Ordinary tests do not show it."),
    Class("AML.T0018.002", "Embed Malware", "Adversaries hide code in a model file.", "It runs where the model is loaded, often beside data and keys."),
    Class("AML.T0020", "Poison Training Data", "Adversaries plant data that a model will learn from.", "The model learns what they want."),
    Class("AML.T0025", "Exfiltration via Cyber Means", "Adversaries carry models or data away.", "A model is the distilled value of its data."),
    Class("AML.T0035", "AI Artifact Collection", "Adversaries gather models, data and logs.", "Artifacts outside the inventory are those nobody misses."),
    Class("AML.T0044", "Full AI Model Access", "Adversaries have all of a model at hand.", "With the weights they can search for its weaknesses at leisure."),
    Class("AML.T0055", "Unsecured Credentials", "Adversaries find credentials that lie about.", "Notebooks, configuration and histories of ML projects are full of them."),
];
