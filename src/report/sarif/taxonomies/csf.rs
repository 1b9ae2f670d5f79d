//! NIST Cybersecurity Framework 2.0.

use super::{Class, Taxonomy};

pub(super) const TAXONOMY: Taxonomy = Taxonomy {
    name: "NIST CSF",
    version: "2.0",
    organization: "NIST",
    uri: "https://www.nist.gov/cyberframework",
    summary: "Outcomes of cybersecurity that an organisation works towards.",
    contains: false,
    link: |_| "https://doi.org/10.6028/NIST.CSWP.29".to_owned(),
    classes: CLASSES,
};

#[rustfmt::skip]
const CLASSES: &[Class] = &[
    Class("GV.PO-01", "Policy", "There is a policy for cybersecurity risks, and it is enforced.", "A rule that nothing enforces is a wish."),
    Class("GV.RM-01", "Risk Management Objectives", "Objectives of risk management are set and agreed.", "An entry without use case, classification or approval cannot be held against any objective."),
    Class("GV.RR-02", "Roles and Responsibilities", "Responsibilities for cybersecurity are assigned, known and enforced.", "Without an owner nobody rotates, reviews or retires."),
    Class("GV.SC-04", "Suppliers Are Known", "Suppliers are known and ranked by how critical they are.", "A model pulled from a hub has a supplier, too."),
    Class("GV.SC-07", "Supplier Risks", "Risks of suppliers and their products are understood, recorded and monitored.", "What was fetched without a record cannot be monitored."),
    Class("ID.AM-02", "Software Inventory", "Software, services and systems are in inventories.", "What is not in the inventory is not protected."),
    Class("ID.AM-04", "Supplier Service Inventory", "Services of suppliers are in inventories.", "Hosted models take part in decisions like one's own."),
    Class("ID.AM-07", "Data Inventory", "Data of designated kinds is in inventories.", "Weights, data sets and prompts are data, often the most valuable."),
    Class("ID.AM-08", "Life Cycle Management", "Systems, software, services and data are managed from beginning to end.", "What nobody retires lives on without care."),
    Class("ID.RA-07", "Change Management", "Changes and exceptions are managed, assessed, recorded and tracked.", "An exception without an end is the rule."),
    Class("ID.RA-09", "Authenticity and Integrity", "Authenticity and integrity of software and hardware are assessed before use.", "The right name on the wrong bytes is the oldest trick."),
    Class("PR.AA-01", "Identities and Credentials", "Identities and credentials of users, services and hardware are managed.", "A credential that is written down in a file is managed by whoever reads the file."),
    Class("PR.AA-03", "Authentication", "Users, services and hardware are authenticated.", "The strength of the proof bounds the strength of everything after it."),
    Class("PR.AA-05", "Access Permissions", "Permissions follow policy, least privilege and separation of duties, and are reviewed.", "Broad rights turn a small breach into a large one."),
    Class("PR.DS-01", "Data at Rest", "Confidentiality, integrity and availability of stored data are protected.", "A plaintext secret at rest is as safe as the worst place it was copied to."),
    Class("PR.IR-01", "Network and Environment Protection", "Networks and environments are kept from unauthorised access and use.", "Environments that share secrets or models are one environment."),
    Class("PR.PS-01", "Configuration Management", "Configuration management is established and applied.", "What is configured by hand drifts."),
    Class("PR.PS-06", "Secure Development", "Secure development is practised and monitored.", "A secret in a commit is a flaw of the process, not of a person."),
];
