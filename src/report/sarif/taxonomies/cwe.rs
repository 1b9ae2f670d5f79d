//! Common Weakness Enumeration. The name is exactly `CWE`, and ids keep their prefix: consumers look for both.

use super::{Class, Taxonomy};

pub(super) const TAXONOMY: Taxonomy = Taxonomy {
    name: "CWE",
    version: "4.18",
    organization: "MITRE",
    uri: "https://cwe.mitre.org/",
    summary: "The Common Weakness Enumeration: kinds of flaws in software and systems.",
    contains: true,
    link: |id| format!("https://cwe.mitre.org/data/definitions/{}.html", id.trim_start_matches("CWE-")),
    classes: CLASSES,
};

#[rustfmt::skip]
const CLASSES: &[Class] = &[
    Class("CWE-200", "Exposure of Sensitive Information to an Unauthorized Actor", "Information reaches somebody who has no right to it.", "What was seen cannot be made unseen; it has to be made worthless."),
    Class("CWE-256", "Plaintext Storage of a Password", "A password is stored as it is.", "Whoever reads the storage can log in."),
    Class("CWE-259", "Use of Hard-coded Password", "A password is part of the code.", "It is the same for every installation and cannot be changed without a release."),
    Class("CWE-262", "Not Using Password Aging", "Nothing makes a credential be replaced in time.", "The longer a credential lives, the more copies exist and the longer a theft stays useful."),
    Class("CWE-263", "Password Aging with Long Expiration", "A credential expires, but only after a long time.", "A stolen copy stays useful for months or years."),
    Class("CWE-266", "Incorrect Privilege Assignment", "A subject is given a privilege that it should not have.", "What it can reach by mistake, an attacker reaches on purpose."),
    Class("CWE-269", "Improper Privilege Management", "Privileges are not assigned, tracked or taken away as they should be.", "Rights pile up, and each forgotten one is a way in."),
    Class("CWE-276", "Incorrect Default Permissions", "What is created can be changed by more subjects than intended.", "Defaults are what most installations run with."),
    Class("CWE-284", "Improper Access Control", "A resource is open to subjects that should not reach it.", "Everything built on the resource inherits the gap."),
    Class("CWE-285", "Improper Authorization", "An action is done without asking whether its subject may do it.", "Approval becomes a matter of habit instead of control."),
    Class("CWE-312", "Cleartext Storage of Sensitive Information", "Sensitive information is stored where it can be read.", "Backups, images and caches carry it on to places nobody watches."),
    Class("CWE-321", "Use of Hard-coded Cryptographic Key", "A key is part of the code.", "All that it signs or encrypts can be forged or read by anybody who has the code."),
    Class("CWE-324", "Use of a Key Past its Expiration Date", "A key or password is still in use after its end.", "Its end was set because trust in it has one."),
    Class("CWE-345", "Insufficient Verification of Data Authenticity", "Data is taken without checking where it comes from.", "Whoever can put data in its place decides what happens with it."),
    Class("CWE-353", "Missing Support for Integrity Check", "Nothing shows that data was not changed on its way.", "A changed model or package is used like the right one."),
    Class("CWE-359", "Exposure of Private Personal Information to an Unauthorized Actor", "Personal information reaches somebody who has no right to it.", "The persons concerned bear the damage, and the law asks for it to be reported."),
    Class("CWE-494", "Download of Code Without Integrity Check", "Code is fetched and run without checking that it is the right one.", "Whoever controls the origin or the way controls the machine."),
    Class("CWE-502", "Deserialization of Untrusted Data", "Data is turned into objects without checking what it makes the reader do.", "Pickles and their relatives run code while they are loaded."),
    Class("CWE-522", "Insufficiently Protected Credentials", "Credentials are sent or stored in a way that can be read.", "An intercepted credential works from anywhere."),
    Class("CWE-532", "Insertion of Sensitive Information into Log File", "Sensitive information is written to a log.", "Logs are copied widely and kept long."),
    Class("CWE-538", "Insertion of Sensitive Information into Externally-Accessible File or Directory", "Sensitive information lies in a file that others can fetch.", "Archives, images and buckets are shared as a whole, with all that is in them."),
    Class("CWE-540", "Inclusion of Sensitive Information in Source Code", "Source code holds information that it should not.", "Code is cloned, forked and kept for ever, history included."),
    Class("CWE-552", "Files or Directories Accessible to External Parties", "Files can be reached by parties that should not reach them.", "What lies beside public data is found by those who look."),
    Class("CWE-613", "Insufficient Session Expiration", "A session or token can be used again long after it should have ended.", "A token copied once is a way in for as long as it works."),
    Class("CWE-653", "Improper Isolation or Compartmentalization", "Parts that need different privileges or rights are not kept apart.", "A breach of the weaker part is a breach of the stronger."),
    Class("CWE-668", "Exposure of Resource to Wrong Sphere", "A resource is reachable from a sphere that it does not belong to.", "What was safe in one place is not safe in the other."),
    Class("CWE-672", "Operation on a Resource after Expiration or Release", "Something is used after its end.", "Nobody watches it any more, and nobody mends it."),
    Class("CWE-732", "Incorrect Permission Assignment for Critical Resource", "A critical resource can be read or changed by more subjects than needed.", "One compromised subject is enough to change what everybody relies on."),
    Class("CWE-798", "Use of Hard-coded Credentials", "Credentials are part of code, configuration or data.", "Everybody who can read the file can act as the owner of the credential, until it is revoked."),
    Class("CWE-829", "Inclusion of Functionality from Untrusted Control Sphere", "Code or a model from outside becomes part of the system.", "The system does what its supplier, or whoever took the supplier's place, wants."),
    Class("CWE-1059", "Insufficient Technical Documentation", "What is needed to run, review or mend something is not written down.", "Without owner, purpose and origin on record nobody can judge it, and nobody does."),
    Class("CWE-1104", "Use of Unmaintained Third Party Components", "A component is used that nobody maintains.", "Flaws found in it will not be mended."),
    Class("CWE-1188", "Initialization of a Resource with an Insecure Default", "Something starts with a setting that is not safe.", "Defaults are what most installations run with."),
    Class("CWE-1357", "Reliance on Insufficiently Trustworthy Component", "The system is built on a component whose trustworthiness nobody established.", "Its flaws, and the intentions of its makers, become those of the system."),
    Class("CWE-1391", "Use of Weak Credentials", "A credential can be guessed, is shared, or does not end.", "A credential without an end works for a thief as long as for its owner."),
    Class("CWE-1392", "Use of Default Credentials", "A credential is the one that the product came with.", "Default credentials are published, and tried first."),
];
