//! Bounds on what containers may cost. When one bites, it is said.

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

use super::Error;

/// A stream that unpacks to less than this may be as dense as it likes.
const SMALL: u64 = 1 << 20;
/// In a model's own archive, larger members are tensors.
const TENSOR: u64 = 4 << 20;

/// Limits for one unit, all containers in it together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budgets {
    /// Containers in containers.
    pub depth: u32,
    pub members: u64,
    /// Unpacked bytes in all.
    pub bytes: u64,
    /// Unpacked bytes of one member; members are held in memory.
    pub member_bytes: u64,
    /// Unpacked bytes for each packed byte, once more than a mebibyte came out.
    pub ratio: u64,
}

impl Default for Budgets {
    fn default() -> Self {
        Self { depth: 8, members: 100_000, bytes: 4 << 30, member_bytes: 256 << 20, ratio: 1000 }
    }
}

/// What is left of the budgets. Clones draw on the same account, so that containers in containers cannot add up.
#[derive(Clone, Debug)]
pub struct Budget {
    limits: Budgets,
    members: Rc<Cell<u64>>,
    bytes: Rc<Cell<u64>>,
    /// The container is a model: its tensors are not worth unpacking.
    model: bool,
}

/// Bytes that came out of a stream, and what ended them early.
pub(super) struct Unpacked {
    pub(super) bytes: Vec<u8>,
    pub(super) cut: Option<Error>,
}

impl Budget {
    pub fn new(limits: Budgets) -> Self {
        Self { limits, members: Rc::default(), bytes: Rc::default(), model: false }
    }

    /// Forgets what was drawn, for the next of many blobs that have nothing to do with each other.
    pub fn renew(&self) {
        self.members.set(0);
        self.bytes.set(0);
    }

    /// The same budget, for the archive of a model.
    pub fn of_model(&self) -> Self {
        Self { model: true, ..self.clone() }
    }

    /// Is a member of this size a model's tensor?
    pub(super) fn is_tensor(&self, size: u64) -> bool {
        self.model && size > TENSOR
    }

    /// Takes one member from the budget.
    pub(super) fn member(&self) -> Result<(), Error> {
        self.members.set(self.members.get() + 1);
        match self.members.get() <= self.limits.members {
            true => Ok(()),
            false => Err(Error::Limit(format!("holds more than {} members; the rest is not read", self.limits.members))),
        }
    }

    /// Reads a stream that was `packed` bytes long, as far as the budget goes. What came out before an error or a limit is kept.
    pub(super) fn read(&self, stream: impl Read, packed: u64) -> Unpacked {
        let dense = packed.saturating_mul(self.limits.ratio).max(SMALL);
        let left = self.limits.bytes.saturating_sub(self.bytes.get());
        let allowed = self.limits.member_bytes.min(dense).min(left);
        let mut bytes = Vec::new();
        let ended = stream.take(allowed + 1).read_to_end(&mut bytes);
        let over = bytes.len() as u64 > allowed;
        bytes.truncate(allowed as usize);
        self.bytes.set(self.bytes.get() + bytes.len() as u64);
        let cut = match ended {
            Err(error) => Some(Error::Broken(error.to_string())),
            Ok(_) if !over => None,
            Ok(_) if allowed == left => Some(Error::Limit(format!("unpacks to more than {} bytes; the rest is not read", self.limits.bytes))),
            Ok(_) if allowed == dense => Some(Error::Limit(format!("unpacks to more than {} times its size; the rest is not read", self.limits.ratio))),
            Ok(_) => Some(Error::Limit(format!("unpacks to more than {allowed} bytes in one piece; the rest is not read"))),
        };
        Unpacked { bytes, cut }
    }

    /// Is nothing left?
    pub(super) fn is_spent(&self) -> bool {
        self.bytes.get() >= self.limits.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget() -> Budget {
        Budget::new(Budgets { bytes: 3 << 20, member_bytes: 2 << 20, ratio: 2, ..Budgets::default() })
    }

    fn zeros(n: u64) -> impl Read {
        std::io::repeat(0).take(n)
    }

    #[test]
    fn a_stream_within_bounds_is_read_whole() {
        let unpacked = budget().read(zeros(1000), 1);
        assert_eq!((unpacked.bytes.len(), unpacked.cut.is_none()), (1000, true));
    }

    #[test]
    fn each_limit_is_named() {
        let said = |budget: &Budget, n, packed| budget.read(zeros(n), packed).cut.map(|cut| cut.to_string()).unwrap_or_default();
        assert_eq!(said(&budget(), 9 << 20, 1), "unpacks to more than 2 times its size; the rest is not read");
        assert_eq!(said(&budget(), 9 << 20, 9 << 20), "unpacks to more than 2097152 bytes in one piece; the rest is not read");
        let spent = budget();
        assert_eq!(said(&spent, 2 << 20, 2 << 20), "");
        assert_eq!(said(&spent, 2 << 20, 2 << 20), "unpacks to more than 3145728 bytes; the rest is not read");
        assert!(spent.is_spent());
    }
}
