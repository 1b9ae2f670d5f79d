//! Threads that share out work among themselves: who has none waits, and who has more than one piece gives one away.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub(super) struct Crew<T> {
    threads: usize,
    board: Mutex<Board<T>>,
    wake: Condvar,
    /// Threads that wait and for which no gift lies ready; read without the lock.
    hungry: AtomicUsize,
}

struct Board<T> {
    gifts: Vec<T>,
    idle: usize,
    over: bool,
}

/// Ends the work of all if the thread that holds it panics: nobody waits for its gifts.
pub(super) struct Watch<'c, T>(&'c Crew<T>);

impl<T> Crew<T> {
    pub(super) fn new(threads: usize) -> Self {
        let board = Board { gifts: Vec::new(), idle: 0, over: false };
        Self { threads, board: Mutex::new(board), wake: Condvar::new(), hungry: AtomicUsize::new(0) }
    }

    pub(super) fn watch(&self) -> Watch<'_, T> {
        Watch(self)
    }

    /// Waits for a gift; `None` when all wait, or someone left.
    pub(super) fn take(&self) -> Option<T> {
        let mut board = self.board();
        board.idle += 1;
        loop {
            if board.idle == self.threads && board.gifts.is_empty() {
                board.over = true;
                self.wake.notify_all();
            }
            if board.over {
                return None;
            }
            if let Some(gift) = board.gifts.pop() {
                board.idle -= 1;
                self.count(&board);
                return Some(gift);
            }
            self.count(&board);
            board = self.wake.wait(board).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether someone would take a gift.
    pub(super) fn hungry(&self) -> bool {
        self.hungry.load(Ordering::Relaxed) > 0
    }

    pub(super) fn give(&self, gift: T) {
        let mut board = self.board();
        board.gifts.push(gift);
        self.count(&board);
        self.wake.notify_one();
    }

    /// Ends the work: called by who was told that there is no more, or to stop.
    pub(super) fn leave(&self) {
        self.board().over = true;
        self.wake.notify_all();
    }

    fn count(&self, board: &Board<T>) {
        self.hungry.store(board.idle.saturating_sub(board.gifts.len()), Ordering::Relaxed);
    }

    fn board(&self) -> MutexGuard<'_, Board<T>> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Drop for Watch<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.leave();
        }
    }
}
