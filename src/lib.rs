//! Heliodon: which credentials lie here and how long they live, which models nobody registered, and where that disagrees with what was approved.
//!
//! ```text
//!  Target ──list──▶ Unit ──read──▶ Blob ──unpack──▶ Blob … ──detect──▶ Observation ─┐  THE MAP      scan::*
//!                                                                                     ├─▶ Shard (JSON lines, merge is addition)
//!  registry files ────load────▶ Registrations ─┐                                      │
//!  heliodon.toml, clock ──────▶ Policy ────────┴───── correlate ─▶ Case ─ judge ─▶ Finding ─▶ report   THE REDUCE   reconcile::run
//! ```
//!
//! - [`domain`]: the nouns; plain data that every room knows.
//! - [`rulepack`]: `rules/` as compiled at build time: anchors, programs, faces.
//! - [`scan`]: the map. [`scan::source`] lists and reads units, [`scan::unpack`] opens containers, [`scan::detect`] says what is seen.
//! - [`registry`]: what the organisation approved.
//! - [`reconcile`]: the reduce, pure: observations × registrations × policy → findings.
//! - [`baseline`]: what a team knew of before, from its files and into them.
//! - [`ledger`]: what runs leave behind as evidence: a chain of records.
//! - [`report`]: findings → bytes, one at a time.
//! - [`cli`]: the door: flags, configuration, wiring, progress, exit status.
//!
//! Rooms know `domain` and nothing else of ours, but for the arrows in `tests/suite/architecture.rs`.
//! Things that come in kinds stand in a table; how to add one is said at the top of the `mod.rs` that lists them.

pub mod baseline;
pub mod cli;
pub mod domain;
pub mod ledger;
pub mod reconcile;
pub mod registry;
pub mod report;
pub mod rulepack;
pub mod scan;
