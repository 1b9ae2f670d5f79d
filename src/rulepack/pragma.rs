//! Words by which people ask a scanner to leave something alone: ours, and those of others.

/// A word, and what it speaks of.
pub struct Pragma {
    /// Lower case; found in any case.
    pub literal: &'static str,
    /// Who heeds it.
    pub tool: &'static str,
    pub reach: Reach,
}

/// What a pragma speaks of besides its own line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The line behind it when it has one of its own, and a text of many lines that begins or ends there.
    Beside,
    /// Its own line.
    Line,
    /// What the words behind it say: this line, the next, or all up to the word that ends it.
    Said,
}

const fn row(literal: &'static str, tool: &'static str, reach: Reach) -> Pragma {
    Pragma { literal, tool, reach }
}

/// Ours is the first.
pub const PRAGMAS: &[Pragma] = &[
    row("heliodon:", "heliodon", Reach::Beside),
    row("gitleaks:allow", "gitleaks", Reach::Line),
    row("betterleaks:allow", "betterleaks", Reach::Line),
    row("trufflehog:ignore", "trufflehog", Reach::Line),
    row("kingfisher:ignore", "kingfisher", Reach::Beside),
    row("kingfisher:allow", "kingfisher", Reach::Beside),
    row("noseyparker:ignore", "noseyparker", Reach::Line),
    row("titus:ignore", "titus", Reach::Line),
    row("ggignore", "ggshield", Reach::Line),
    row("pragma:", "detect-secrets", Reach::Said),
    row("secretlint-disable", "secretlint", Reach::Said),
    row("nosec", "bandit", Reach::Line),
    row("noqa:", "flake8", Reach::Line),
    row("nosonar", "sonar", Reach::Line),
];
