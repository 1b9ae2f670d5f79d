//! Progress and cancellation, as a parameter.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Counters that workers add to and a progress bar reads; `stop` ends the work early.
#[derive(Debug, Default)]
pub struct Watch {
    listed: AtomicU64,
    done: AtomicU64,
    bytes: AtomicU64,
    seen: AtomicU64,
    listing_over: AtomicBool,
    pieces: AtomicU64,
    pieces_done: AtomicU64,
    stop: AtomicBool,
}

impl Watch {
    pub fn unit_listed(&self) {
        self.listed.fetch_add(1, Ordering::Relaxed);
    }

    pub fn unit_done(&self, bytes: u64, observations: u64) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.seen.fetch_add(observations, Ordering::Relaxed);
    }

    /// A unit will be read in so many pieces: the objects of a history.
    pub fn pieces_listed(&self, pieces: u64) {
        self.pieces.fetch_add(pieces, Ordering::Relaxed);
    }

    pub fn piece_done(&self) {
        self.pieces_done.fetch_add(1, Ordering::Relaxed);
    }

    /// Pieces that were listed, and that are done.
    pub fn pieces(&self) -> (u64, u64) {
        (self.pieces.load(Ordering::Relaxed), self.pieces_done.load(Ordering::Relaxed))
    }

    pub fn listing_ended(&self) {
        self.listing_over.store(true, Ordering::Relaxed);
    }

    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Units listed, units done, bytes, observations, and whether the listing is over.
    pub fn counts(&self) -> (u64, u64, u64, u64, bool) {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (get(&self.listed), get(&self.done), get(&self.bytes), get(&self.seen), self.listing_over.load(Ordering::Relaxed))
    }
}
