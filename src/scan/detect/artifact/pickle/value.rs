//! What the symbolic machine keeps of a value: names, and what is needed to measure arrays. Everything else is [`Value::Other`].

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{Stop, judge};

/// Elements that are kept of a tuple; shapes and arguments of interest are shorter.
const TUPLE: usize = 16;
/// Entries of a memo.
const ENTRIES: usize = 2 << 20;
/// Bytes that a memo's values may hold, and again as many for names that a judgement may need.
const WEIGHT: usize = 32 << 20;

#[derive(Clone, Debug)]
pub(super) enum Value {
    Mark,
    Other,
    /// Was known, but the memo was full.
    Forgotten,
    /// Bytes that were followed as a nested pickle to their end.
    Followed,
    Int(i64),
    Text(Rc<Text>),
    /// Number in [`super::told::Told::globals`].
    Global(u32),
    /// What a call of that global gave.
    Result(u32),
    /// `numpy.dtype(code)`.
    Dtype(Rc<Text>),
    /// Holds no tuples and no dictionaries, so that values nest no deeper than this.
    Tuple(Rc<Vec<Value>>),
    Dict(Dict),
}

/// A string that may be a name.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) text: String,
    /// Its line in [`super::told::Told`].
    pub(super) line: Option<u32>,
}

/// Shared between the stack and the memo, as in Python.
pub(super) type Dict = Rc<RefCell<Option<Box<Fields>>>>;

/// What joblib keeps of an array that follows in the stream.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub(super) shape: Option<Value>,
    pub(super) dtype: Option<Value>,
    pub(super) aligned: bool,
}

impl Value {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(&text.text),
            _ => None,
        }
    }

    pub(super) fn tuple(mut values: Vec<Value>) -> Self {
        values.truncate(TUPLE);
        for value in &mut values {
            if matches!(value, Self::Tuple(_) | Self::Dict(_)) {
                *value = Self::Other;
            }
        }
        Self::Tuple(Rc::new(values))
    }

    /// Keeps a dictionary's entry if an array may need it.
    pub(super) fn set(&self, key: &Value, value: &Value) {
        let (Self::Dict(dict), Some(key)) = (self, key.text()) else { return };
        if !ARRAY_KEYS.contains(&key) {
            return;
        }
        let mut fields = dict.borrow_mut();
        let fields = fields.get_or_insert_default();
        match key {
            "shape" if matches!(value, Self::Tuple(_)) => fields.shape = Some(value.clone()),
            "dtype" if matches!(value, Self::Dtype(_)) => fields.dtype = Some(value.clone()),
            "numpy_array_alignment_bytes" => fields.aligned = matches!(value, Self::Int(_)),
            _ => {}
        }
    }

    /// Bytes on the heap, roughly.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Text(text) => 64 + text.text.len(),
            Self::Tuple(values) => {
                64 + 16 * values.len() + values.iter().map(|value| if let Self::Text(text) = value { text.text.len() } else { 0 }).sum::<usize>()
            }
            Self::Dict(_) => 64,
            _ => 0,
        }
    }

    /// Is it among the words without which a stream cannot be judged?
    fn is_needed(&self) -> bool {
        self.text().is_none_or(|text| ARRAY_KEYS.contains(&text) || text.len() <= 80 && judge::is_known(text))
    }
}

const ARRAY_KEYS: [&str; 3] = ["shape", "dtype", "numpy_array_alignment_bytes"];

/// What a stream put aside, by number.
#[derive(Default)]
pub(super) struct Memo {
    dense: Vec<Option<Value>>,
    sparse: HashMap<u64, Value>,
    /// Distinct numbers, which is where `MEMOIZE` puts the next.
    count: u64,
    weight: usize,
    full: bool,
}

impl Memo {
    /// Gives whatever is asked for, but nothing is known of it.
    pub(super) fn forgotten() -> Self {
        Self { full: true, ..Self::default() }
    }

    pub(super) fn get(&self, number: u64) -> Result<Value, Stop> {
        let dense = usize::try_from(number).ok().and_then(|number| self.dense.get(number)).and_then(Option::as_ref);
        match dense.or_else(|| self.sparse.get(&number)) {
            Some(value) => Ok(value.clone()),
            None if self.full => Ok(Value::Forgotten),
            None => Err(Stop::Broken),
        }
    }

    pub(super) fn memoize(&mut self, value: Value) {
        self.put(self.count, value);
    }

    pub(super) fn put(&mut self, number: u64, mut value: Value) {
        let weight = value.weight();
        let room = if value.is_needed() { 2 * WEIGHT } else { WEIGHT };
        if self.weight + weight > room {
            value = Value::Forgotten;
        } else {
            self.weight += weight;
        }
        match usize::try_from(number) {
            Ok(number) if number < ENTRIES && number <= self.dense.len() + 1024 => {
                if self.dense.len() <= number {
                    self.dense.resize(number + 1, None);
                }
                if let Some(slot) = self.dense.get_mut(number) {
                    self.count += u64::from(slot.replace(value).is_none());
                }
            }
            _ if self.sparse.len() < ENTRIES / 16 => self.count += u64::from(self.sparse.insert(number, value).is_none()),
            _ => {
                self.full = true;
                self.count += 1;
            }
        }
    }
}
