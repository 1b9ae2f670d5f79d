//! The map: units in, observations out. Joins `source`, `unpack` and `detect`, which do not know each other.

pub mod detect;
mod locate;
mod reader;
mod redact;
mod remember;
pub mod source;
pub mod unpack;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::domain::{Ack, Observation, Place, PlanHead, Shard, TraceKey, Trouble, Unit, Watch};

use source::{CachePlace, ListOptions, Listing};

use detect::Scratch;
#[cfg(test)]
pub(crate) use detect::examples;
pub use reader::Reader;
use reader::Work;
pub use remember::{Held, Remembered};

/// What the user may turn.
#[derive(Clone, Default)]
pub struct Options {
    pub budgets: unpack::Budgets,
    /// Key for the identity of guessable secrets.
    pub trace_key: Option<TraceKey>,
    /// Threads that may read one unit; 0 is one.
    pub threads: usize,
    /// Told of the pieces of units that are read in many.
    pub watch: Option<Arc<Watch>>,
    /// Where results of history are kept; none to read everything anew.
    pub cache: Option<CachePlace>,
}

/// Lists the units of every target of a plan, numbered as they come.
pub fn list(plan: &PlanHead, options: &ListOptions, listing: &Listing<'_>) -> Result<(), source::Error> {
    let numbers = AtomicU64::new(0);
    let numbered = Listing {
        unit: &|unit| {
            listing.watch.unit_listed();
            (listing.unit)(Unit { number: numbers.fetch_add(1, Ordering::Relaxed), ..unit })
        },
        ..*listing
    };
    (0..).zip(&plan.targets).try_for_each(|(index, target)| source::list(target, index, plan, options, &numbered))
}

/// Scratch buffers for as many threads as ask.
#[derive(Default)]
pub struct Pool(Mutex<Vec<detect::Scratch>>);

impl Pool {
    /// Lends one to a piece of work.
    pub fn lend<T>(&self, work: impl FnOnce(&mut detect::Scratch) -> T) -> T {
        let idle = "the lock is held for a push or a pop alone";
        let mut scratch = self.0.lock().expect(idle).pop().unwrap_or_default();
        let result = work(&mut scratch);
        self.0.lock().expect(idle).push(scratch);
        result
    }
}

/// Reads one unit and says what is in it. Never fails: what goes wrong is trouble in the shard, and the unit is
/// acknowledged all the same, because someone has seen it and said so.
pub fn observe(unit: &Unit, plan: &PlanHead, options: &Options, scratch: &mut detect::Scratch) -> Shard {
    let mut reader = Reader::new(unit, plan, options, scratch);
    let ended = catch_unwind(AssertUnwindSafe(|| source::read(unit, plan, &mut reader)));
    let place = Place::whole(&unit.origin, &[]);
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => reader.trouble(Trouble { place, kind: "unreadable-file".into(), message: error.to_string() }),
        Err(_) => reader.trouble(Trouble {
            place,
            kind: "internal-error".into(),
            message: "a bug in heliodon ended the reading of this unit; please report it".into(),
        }),
    }
    reader.into_shard()
}

/// A shard of one unit.
fn shard(unit: u64, ack: Ack, observations: Vec<Observation>, troubles: Vec<Trouble>) -> Shard {
    Shard { observations, troubles, acks: [(unit, ack)].into(), hidden: Default::default() }
}
