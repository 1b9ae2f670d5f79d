//! OWASP Non-Human Identities Top 10, 2025.

use super::{Class, Taxonomy};

pub(super) const TAXONOMY: Taxonomy = Taxonomy {
    name: "OWASP NHI Top 10",
    version: "2025",
    organization: "OWASP",
    uri: "https://owasp.org/www-project-non-human-identities-top-10/",
    summary: "The ten gravest risks of identities that belong to no person: keys, tokens, service accounts.",
    contains: true,
    link: |_| "https://owasp.org/www-project-non-human-identities-top-10/2025/top-10-2025".to_owned(),
    classes: CLASSES,
};

#[rustfmt::skip]
const CLASSES: &[Class] = &[
    Class("NHI1:2025", "Improper Offboarding", "An identity is still there after the need for it has gone.", "Nobody watches it, so nobody notices its use by others."),
    Class("NHI2:2025", "Secret Leakage", "A key, token or certificate lies in a place that was not meant to hold secrets.", "Code, configuration, chats and images are copied; each copy opens the same door."),
    Class("NHI3:2025", "Vulnerable Third-Party NHI", "A third party's tool holds an identity with rights in one's own systems.", "Its compromise is a compromise of everything it may reach."),
    Class("NHI4:2025", "Insecure Authentication", "A weak or outdated way to authenticate is used where a better one exists.", "Static keys are stolen where short-lived, federated identities cannot be."),
    Class("NHI5:2025", "Overprivileged NHI", "An identity has more rights than its work needs.", "The damage of a theft is the sum of its rights."),
    Class("NHI6:2025", "Insecure Cloud Deployment Configurations", "A pipeline's access to the cloud is configured in an unsafe way.", "Whoever can run a pipeline can act in production."),
    Class("NHI7:2025", "Long-Lived Secrets", "A secret has no end, or one far away.", "A copy taken today works for years."),
    Class("NHI8:2025", "Environment Isolation", "One identity or asset is used in testing and in production.", "What is easy to reach in testing opens production."),
    Class("NHI9:2025", "NHI Reuse", "One identity serves several applications or services.", "A breach of one is a breach of all, and rotation breaks all at once."),
    Class("NHI10:2025", "Human Use of NHI", "A person works with an identity that was made for a machine.", "The trail no longer says who did what, and the machine's rights become a person's."),
];
