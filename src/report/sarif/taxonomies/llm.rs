//! OWASP Top 10 for Large Language Model Applications, 2025.

use super::{Class, Taxonomy};

pub(super) const TAXONOMY: Taxonomy = Taxonomy {
    name: "OWASP LLM Top 10",
    version: "2025",
    organization: "OWASP",
    uri: "https://genai.owasp.org/llm-top-10/",
    summary: "The ten gravest risks of applications built on large language models.",
    contains: true,
    link: |_| "https://genai.owasp.org/llm-top-10/".to_owned(),
    classes: CLASSES,
};

#[rustfmt::skip]
const CLASSES: &[Class] = &[
    Class("LLM01:2025", "Prompt Injection", "Text that the model reads changes what it does.", "The model's rights become those of whoever wrote the text."),
    Class("LLM02:2025", "Sensitive Information Disclosure", "Secrets or personal data come out through the model or what surrounds it.", "Prompts, logs and provider accounts hold what users and systems said in confidence."),
    Class("LLM03:2025", "Supply Chain", "A model, data set or component comes from outside without a check.", "Weights are opaque: a changed model looks like the right one until it acts."),
    Class("LLM04:2025", "Data and Model Poisoning", "Training data or weights are changed to change behaviour.", "A back door in weights survives fine-tuning and is hard to find by testing."),
    Class("LLM05:2025", "Improper Output Handling", "What a model says is used without a check.", "Its words become commands, queries or markup."),
    Class("LLM06:2025", "Excessive Agency", "A model may do more than its task needs.", "A mistake or an injected instruction has the reach of all its tools."),
    Class("LLM07:2025", "System Prompt Leakage", "Instructions to the model hold what must not be known.", "Prompts come out; credentials in them come out too."),
    Class("LLM08:2025", "Vector and Embedding Weaknesses", "Stored embeddings leak or mislead.", "They can be read back, or planted."),
    Class("LLM09:2025", "Misinformation", "A model says what is not so, and is believed.", "Decisions rest on it."),
    Class("LLM10:2025", "Unbounded Consumption", "A model can be made to work without limit.", "The bill, or the outage, falls on the owner; stolen provider keys are used this way."),
];
