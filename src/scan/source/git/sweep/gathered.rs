//! What the threads of a sweep bring together.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::Trouble;
use crate::scan::Held;
use crate::scan::source::git::objects::Number;

/// What was found in a repository's objects.
#[derive(Default)]
pub(in crate::scan::source::git) struct Finds {
    /// Each piece of evidence once.
    pub(in crate::scan::source::git) held: Vec<Held>,
    /// Of each object that holds any, the places in `held`, ascending.
    pub(in crate::scan::source::git) objects: BTreeMap<Number, Arc<[u32]>>,
    pub(in crate::scan::source::git) troubles: Vec<Trouble>,
}

/// Finds, as threads add to them.
#[derive(Default)]
pub(super) struct Gathered {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    numbers: BTreeMap<Held, u32>,
    objects: BTreeMap<Number, Arc<[u32]>>,
    troubles: Vec<Trouble>,
}

impl Gathered {
    /// An object holds this. Gives the numbers of the pieces, for [`Gathered::again`].
    pub(super) fn add(&self, object: Number, held: &[Held]) -> Arc<[u32]> {
        let mut inner = self.inner();
        let mut numbers: Vec<u32> = held.iter().map(|held| inner.number(held)).collect();
        numbers.sort_unstable();
        let numbers: Arc<[u32]> = numbers.into();
        inner.objects.insert(object, numbers.clone());
        numbers
    }

    /// An object holds what another one holds.
    pub(super) fn again(&self, object: Number, numbers: Arc<[u32]>) {
        self.inner().objects.insert(object, numbers);
    }

    pub(super) fn trouble(&self, troubles: impl IntoIterator<Item = Trouble>) {
        self.inner().troubles.extend(troubles);
    }

    pub(super) fn finds(self) -> Finds {
        let inner = self.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut held: Vec<(Held, u32)> = inner.numbers.into_iter().collect();
        held.sort_by_key(|(_, number)| *number);
        Finds { held: held.into_iter().map(|(held, _)| held).collect(), objects: inner.objects, troubles: inner.troubles }
    }

    /// A thread that ended in a panic has left nothing half done: each addition is one insertion.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn number(&mut self, held: &Held) -> u32 {
        match self.numbers.get(held) {
            Some(number) => *number,
            None => {
                let number = self.numbers.len() as u32;
                self.numbers.insert(held.clone(), number);
                number
            }
        }
    }
}
