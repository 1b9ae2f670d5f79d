//! What a delta keeps of the bytes it starts from.

/// Bytes that stand in a base and in what was made from it. Of one delta they are coalesced (two that meet in both are one),
/// ascending in `to`, and do not overlap there; what none covers is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Where they stand in the base.
    pub from: usize,
    /// Where they stand in what was made from it.
    pub to: usize,
    pub length: usize,
}
