//! A symbolic pickle machine: follows a stream operation by operation without making anything, and notes which names it looks up and calls.
//!
//! Operations are those of Python's `pickletools`, protocols 0 to 5. Where Python would raise an error the stream is broken,
//! and what was called before counts, because loading would have called it too.

use super::tape::Tape;
use super::told::Told;
use super::value::{Dict, Memo, Value};
use super::{Stop, judge, may_open};

/// Operations in one blob; some seconds' worth.
const OPERATIONS: u64 = 1 << 26;
/// Operations that are tried where an array stands.
const SUSPECTED: u64 = 1 << 20;
/// Values on the stack, and bytes they hold on the heap.
const STACK: usize = 1 << 20;
const WEIGHT: usize = 64 << 20;
/// Pickles inside pickles.
pub(super) const DEPTH: u8 = 4;
/// Pickles one after another.
const STREAMS: u32 = 1 << 20;

/// Follows the pickles on a tape, one after another, and says what they tell.
pub(in super::super) fn follow(tape: &mut Tape<'_>) -> Told {
    let mut told = Told::default();
    stacked(tape, &mut told, 0);
    told
}

pub(super) fn stacked(tape: &mut Tape<'_>, told: &mut Told, depth: u8) {
    loop {
        if Machine::new(tape, told, depth).run().is_err() {
            told.trailing = true;
            return;
        }
        told.streams += 1;
        match tape.peek(1).first() {
            None => return,
            Some(first) if may_open(*first) && told.streams < STREAMS => {}
            Some(_) => {
                told.trailing = true;
                return;
            }
        }
    }
}

pub(super) struct Machine<'m, 't> {
    pub(super) tape: &'m mut Tape<'t>,
    pub(super) told: &'m mut Told,
    pub(super) depth: u8,
    stack: Vec<Value>,
    weight: usize,
    memo: Memo,
}

impl<'m, 't> Machine<'m, 't> {
    pub(super) fn new(tape: &'m mut Tape<'t>, told: &'m mut Told, depth: u8) -> Self {
        Self { tape, told, depth, stack: Vec::new(), weight: 0, memo: Memo::default() }
    }

    /// Follows one pickle to its `STOP`.
    pub(super) fn run(&mut self) -> Result<(), Stop> {
        loop {
            self.told.operations += 1;
            if self.told.operations > OPERATIONS {
                return self.give_up("it has more operations than are followed");
            }
            let operation = self.tape.byte()?;
            match operation {
                b'.' => return self.pop().map(drop),
                0x80 => {
                    if self.tape.byte()? > 5 {
                        return Err(Stop::Broken);
                    }
                }
                0x95 => self.tape.skip(8)?,
                b'(' | b'0' | b'1' | b'2' | b'a' | b'e' | b'u' | b's' | b't' | b'l' | b'd' | 0x85..=0x87 | 0x90 | 0x91 | 0x98 => self.gather(operation)?,
                b'p' | b'q' | b'r' | b'g' | b'h' | b'j' | 0x94 => self.memory(operation)?,
                b'c' | b'i' | b'o' | b'R' | b'b' | b'Q' | 0x81 | 0x92 | 0x93 | 0x82..=0x84 => self.name_or_call(operation)?,
                _ => {
                    let value = self.literal(operation)?;
                    self.push(value)?;
                }
            }
        }
    }

    /// To joblib the bytes ahead are an array; to plain `pickle.load` they are operations. Numbers make no sense as those:
    /// what does, and runs code, was written for the second reader.
    pub(super) fn suspect(&mut self) {
        if self.depth > 0 || self.told.suspected > SUSPECTED {
            return;
        }
        let mut told = Told::default();
        let mut tape = Tape::of_start(self.tape.peek(4096));
        let mut other = Machine::new(&mut tape, &mut told, 1);
        // The stack and the memo that they would meet are not known here.
        other.stack = vec![Value::Other; 64];
        other.memo = Memo::forgotten();
        let _ = other.run();
        self.told.suspected += told.operations;
        if told.calls > 0 && judge::runs_code(&told) {
            told.operations = 0;
            self.told.absorb(told);
        }
    }

    pub(super) fn give_up<T>(&mut self, reason: &'static str) -> Result<T, Stop> {
        self.told.gave_up = Some(reason);
        Err(Stop::Limit)
    }

    /// Operations that put values together.
    fn gather(&mut self, operation: u8) -> Result<(), Stop> {
        match operation {
            b'(' => self.push(Value::Mark),
            b'0' => self.pop_any().map(drop).ok_or(Stop::Broken),
            b'1' => self.pop_mark().map(drop),
            b'2' => self.top().cloned().and_then(|top| self.push(top)),
            b'a' => self.pop().and_then(|_| self.top().map(drop)),
            b'e' | 0x90 => self.pop_mark().and_then(|_| self.top().map(drop)),
            b'u' => {
                let values = self.pop_mark()?;
                self.entries(values.as_chunks().0)
            }
            b's' => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.entries(&[[key, value]])
            }
            b'd' => {
                let values = self.pop_mark()?;
                self.push(Value::Dict(Dict::default()))?;
                self.entries(values.as_chunks().0)
            }
            b'l' | 0x91 => self.pop_mark().and_then(|_| self.push(Value::Other)),
            b't' => self.pop_mark().and_then(|values| self.push(Value::tuple(values))),
            0x85..=0x87 => {
                let mut values = (0x85..=operation).map(|_| self.pop()).collect::<Result<Vec<_>, _>>()?;
                values.reverse();
                self.push(Value::tuple(values))
            }
            _ => self.top().map(drop),
        }
    }

    fn entries(&mut self, entries: &[[Value; 2]]) -> Result<(), Stop> {
        let into = self.stack.last().ok_or(Stop::Broken)?;
        for [key, value] in entries {
            self.told.pair(key, value);
            into.set(key, value);
        }
        Ok(())
    }

    /// Operations on the memo.
    fn memory(&mut self, operation: u8) -> Result<(), Stop> {
        let number = match operation {
            b'p' | b'g' => {
                let line = std::str::from_utf8(self.tape.line(64)?).map_err(|_| Stop::Broken)?;
                line.trim().parse().map_err(|_| Stop::Broken)?
            }
            b'q' | b'h' => self.tape.byte()?.into(),
            b'r' | b'j' => u32::from_le_bytes(self.tape.array()?).into(),
            _ => {
                let top = self.top()?.clone();
                self.memo.memoize(top);
                return Ok(());
            }
        };
        if matches!(operation, b'g' | b'h' | b'j') {
            let value = self.memo.get(number)?;
            return self.push(value);
        }
        let top = self.top()?.clone();
        self.memo.put(number, top);
        Ok(())
    }

    pub(super) fn push(&mut self, value: Value) -> Result<(), Stop> {
        self.weight += value.weight();
        if self.stack.len() >= STACK || self.weight > WEIGHT {
            return self.give_up("it needs more memory than is given to it");
        }
        self.stack.push(value);
        Ok(())
    }

    fn pop_any(&mut self) -> Option<Value> {
        let value = self.stack.pop()?;
        self.weight = self.weight.saturating_sub(value.weight());
        Some(value)
    }

    pub(super) fn pop(&mut self) -> Result<Value, Stop> {
        self.pop_any().filter(|value| !matches!(value, Value::Mark)).ok_or(Stop::Broken)
    }

    pub(super) fn top(&self) -> Result<&Value, Stop> {
        self.stack.last().filter(|value| !matches!(value, Value::Mark)).ok_or(Stop::Broken)
    }

    /// What stands above the last mark; the mark goes too.
    pub(super) fn pop_mark(&mut self) -> Result<Vec<Value>, Stop> {
        let mark = self.stack.iter().rposition(|value| matches!(value, Value::Mark)).ok_or(Stop::Broken)?;
        let values = self.stack.split_off(mark + 1);
        self.stack.truncate(mark);
        let weight: usize = values.iter().map(Value::weight).sum();
        self.weight = self.weight.saturating_sub(weight);
        Ok(values)
    }
}
