//! Bounds on what containers may cost. When one bites, it is said.

use super::Error;

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

/// What is left of the budgets.
#[derive(Clone, Debug)]
pub struct Budget {
    limits: Budgets,
    members: u64,
    bytes: u64,
}

impl Budget {
    pub fn new(limits: Budgets) -> Self {
        Self { limits, members: 0, bytes: 0 }
    }

    pub fn limits(&self) -> &Budgets {
        &self.limits
    }

    /// Takes one member from the budget.
    pub fn member(&mut self) -> Result<(), Error> {
        self.members += 1;
        match self.members <= self.limits.members {
            true => Ok(()),
            false => Err(Error::Limit(format!("holds more than {} members; the rest is not read", self.limits.members))),
        }
    }

    /// Takes unpacked bytes from the budget; `packed` is what they came from.
    pub fn bytes(&mut self, unpacked: u64, packed: u64) -> Result<(), Error> {
        self.bytes += unpacked;
        if self.bytes > self.limits.bytes {
            return Err(Error::Limit(format!("unpacks to more than {} bytes; the rest is not read", self.limits.bytes)));
        }
        if unpacked > 1 << 20 && unpacked / packed.max(1) > self.limits.ratio {
            return Err(Error::Limit(format!("unpacks to more than {} times its size; the rest is not read", self.limits.ratio)));
        }
        Ok(())
    }

    /// Takes over what an inner container has spent.
    pub fn spend(&mut self, inner: &Budget) {
        self.members = self.members.max(inner.members);
        self.bytes = self.bytes.max(inner.bytes);
    }
}
