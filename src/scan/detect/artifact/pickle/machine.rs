//! A symbolic pickle machine: follows a stream operation by operation without making anything, and notes which names it looks up and calls.
//!
//! Operations are those of Python's `pickletools`, protocols 0 to 5. Where Python would raise an error the stream is broken,
//! and what was called before counts, because loading would have called it too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::tape::{PIECE, Tape};
use super::told::Told;
use super::value::{Dict, Memo, Value};
use super::{Stop, array, judge, opens};

/// Operations in one blob; some seconds' worth.
const OPERATIONS: u64 = 1 << 26;
/// Values on the stack, and bytes they hold on the heap.
const STACK: usize = 1 << 20;
const WEIGHT: usize = 64 << 20;
/// Pickles inside pickles.
const DEPTH: u8 = 4;
/// Pickles one after another.
const STREAMS: u32 = 64;

/// Follows the pickles on a tape, one after another, and says what they tell.
pub(in super::super) fn follow(tape: &mut Tape<'_>) -> Told {
    let mut told = Told::default();
    stacked(tape, &mut told, 0);
    told
}

fn stacked(tape: &mut Tape<'_>, told: &mut Told, depth: u8) {
    loop {
        if Machine::new(tape, told, depth).run().is_err() {
            told.trailing = true;
            return;
        }
        told.streams += 1;
        match tape.peek(2) {
            [] => return,
            [0x80, 0..=5] if told.streams < STREAMS => {}
            _ => {
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

    pub(super) fn give_up<T>(&mut self, reason: &'static str) -> Result<T, Stop> {
        self.told.gave_up = Some(reason);
        Err(Stop::Limit)
    }

    /// Operations that push what they carry.
    fn literal(&mut self, operation: u8) -> Result<Value, Stop> {
        Ok(match operation {
            b'I' | b'F' | b'L' => number_line(self.tape.line(4096)?)?,
            b'J' => Value::Int(i32::from_le_bytes(self.tape.array()?).into()),
            b'K' => Value::Int(self.tape.byte()?.into()),
            b'M' => Value::Int(u16::from_le_bytes(self.tape.array()?).into()),
            0x8a => {
                let length = self.tape.byte()?;
                self.long(length.into())?
            }
            0x8b => {
                let length = i32::from_le_bytes(self.tape.array()?);
                self.long(u64::try_from(length).map_err(|_| Stop::Broken)?)?
            }
            b'G' => self.tape.skip(8).map(|()| Value::Other)?,
            b'N' | 0x88 | 0x89 | b']' | 0x8f | 0x97 => Value::Other,
            b')' => Value::tuple(Vec::new()),
            b'}' => Value::Dict(Dict::default()),
            b'S' => self.quoted()?,
            b'V' => self.told.text(self.tape.line(PIECE)?),
            b'U' | 0x8c => {
                let length = self.tape.byte()?;
                self.text(length.into())?
            }
            b'T' | b'X' => {
                let length = u32::from_le_bytes(self.tape.array()?);
                self.text(length.into())?
            }
            0x8d => {
                let length = u64::from_le_bytes(self.tape.array()?);
                self.text(length)?
            }
            b'C' => {
                let length = self.tape.byte()?;
                self.bytes(length.into())?
            }
            b'B' => {
                let length = u32::from_le_bytes(self.tape.array()?);
                self.bytes(length.into())?
            }
            0x8e | 0x96 => {
                let length = u64::from_le_bytes(self.tape.array()?);
                self.bytes(length)?
            }
            b'P' => self.tape.line(4096).map(|_| Value::Other)?,
            _ => return Err(Stop::Broken),
        })
    }

    fn long(&mut self, length: u64) -> Result<Value, Stop> {
        if !(1..=8).contains(&length) {
            return self.tape.skip(length).map(|()| if length == 0 { Value::Int(0) } else { Value::Other });
        }
        let bytes = self.tape.take(length as usize)?;
        let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        let mut whole = [if negative { 0xff } else { 0 }; 8];
        whole.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        Ok(Value::Int(i64::from_le_bytes(whole)))
    }

    fn quoted(&mut self) -> Result<Value, Stop> {
        let line = self.tape.line(PIECE)?.trim_ascii();
        match line {
            [b'\'', text @ .., b'\''] | [b'"', text @ .., b'"'] => {
                let value = self.told.text(text);
                let nested = encoded(text, self.depth);
                self.absorb(nested);
                Ok(value)
            }
            _ => Err(Stop::Broken),
        }
    }

    fn text(&mut self, length: u64) -> Result<Value, Stop> {
        if length > PIECE as u64 {
            return self.bytes(length);
        }
        let text = self.tape.take(length as usize)?;
        let value = self.told.text(text);
        let nested = encoded(text, self.depth).or_else(|| plain(text, self.depth));
        self.absorb(nested);
        Ok(value)
    }

    fn bytes(&mut self, length: u64) -> Result<Value, Stop> {
        if length > PIECE as u64 {
            return self.long_bytes(length);
        }
        let bytes = self.tape.take(length as usize)?;
        self.told.line(bytes);
        let nested = plain(bytes, self.depth).or_else(|| encoded(bytes, self.depth));
        Ok(self.absorb(nested))
    }

    /// Bytes that are not held in memory: a pickle among them is followed where it stands.
    fn long_bytes(&mut self, length: u64) -> Result<Value, Stop> {
        let end = self.tape.position().checked_add(length).ok_or(Stop::Broken)?;
        let former = self.tape.narrow(length)?;
        let head = self.tape.peek(512);
        let mut inner = None;
        if encoded_head(head).is_some() {
            inner = encoded_start(self.tape.peek(PIECE), self.depth);
        } else if opens(head) && self.depth < DEPTH {
            stacked(self.tape, inner.insert(Told::default()), self.depth + 1);
        }
        self.tape.widen(former);
        let rest = end.checked_sub(self.tape.position()).ok_or(Stop::Broken)?;
        self.tape.skip(rest)?;
        Ok(self.absorb(inner))
    }

    /// Takes over what bytes inside the stream told, if they were a pickle.
    fn absorb(&mut self, nested: Option<Told>) -> Value {
        let Some(mut nested) = nested.filter(judge::is_pickle_within) else { return Value::Other };
        let whole = nested.streams > 0 && nested.gave_up.is_none();
        nested.globals.iter_mut().for_each(|global| global.nested = true);
        self.told.absorb(nested);
        if whole { Value::Followed } else { Value::Other }
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

    /// Operations that look names up, and operations that call.
    fn name_or_call(&mut self, operation: u8) -> Result<(), Stop> {
        let value = match operation {
            b'c' => self.global_lines()?,
            0x93 => {
                let name = self.pop()?;
                let module = self.pop()?;
                self.stack_global(&module, &name)?
            }
            0x82..=0x84 => {
                let code = self.tape.take(1 << (operation - 0x82))?.iter().rev().fold(0u32, |code, byte| code << 8 | u32::from(*byte));
                Value::Global(self.told.global("copyreg", &format!("extension code {code}")))
            }
            b'i' => {
                let callee = self.global_lines()?;
                let arguments = self.pop_mark()?;
                self.call(&callee, &arguments)
            }
            b'o' => {
                let values = self.pop_mark()?;
                let (callee, arguments) = values.split_first().ok_or(Stop::Broken)?;
                self.call(callee, arguments)
            }
            b'R' => {
                let arguments = self.pop()?;
                let callee = self.pop()?;
                if let Value::Tuple(arguments) = &arguments { self.call(&callee, arguments) } else { self.call(&callee, &[Value::Other]) }
            }
            0x81 | 0x92 => self.instance(operation)?,
            b'Q' => {
                let id = self.pop()?;
                self.told.persistent(&id);
                Value::Other
            }
            _ => return self.build(),
        };
        self.push(value)
    }

    /// `NEWOBJ` and `NEWOBJ_EX`: `class.__new__`, which no function has.
    fn instance(&mut self, operation: u8) -> Result<Value, Stop> {
        if operation == 0x92 {
            self.pop()?;
        }
        self.pop()?;
        let class = self.pop()?;
        Ok(match class {
            Value::Global(number) => {
                self.told.mark(number, |global| global.made = true);
                Value::Result(number)
            }
            _ => Value::Other,
        })
    }

    fn build(&mut self) -> Result<(), Stop> {
        let state = self.pop()?;
        let top = self.top()?.clone();
        match &top {
            Value::Result(number) if array::is_wrapper(self.told.names(*number)) => array::follow(self, &state),
            Value::Dtype(_) => {
                if array::holds_objects(&state) {
                    self.pop()?;
                    let code = self.told.text(b"O");
                    self.push(if let Value::Text(code) = code { Value::Dtype(code) } else { Value::Other })?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn global_lines(&mut self) -> Result<Value, Stop> {
        let text = |line: &[u8]| std::str::from_utf8(line).ok().filter(|line| may_be_name(line)).map(str::to_owned).ok_or(Stop::Broken);
        let module = text(self.tape.line(512)?)?;
        let name = text(self.tape.line(512)?)?;
        Ok(Value::Global(self.told.global(&module, &name)))
    }

    fn stack_global(&mut self, module: &Value, name: &Value) -> Result<Value, Stop> {
        let number = match (module, name) {
            (Value::Text(module), Value::Text(name)) => self.told.global(&module.text, &name.text),
            (Value::Result(_), _) | (_, Value::Result(_)) => self.told.global(judge::COMPUTED.0, judge::COMPUTED.1),
            (Value::Forgotten, _) | (_, Value::Forgotten) => self.told.global("…", "…"),
            _ => return Err(Stop::Broken),
        };
        Ok(Value::Global(number))
    }

    /// A call of anything that can be called; what it gives.
    fn call(&mut self, callee: &Value, arguments: &[Value]) -> Value {
        let (Value::Global(number) | Value::Result(number)) = *callee else { return Value::Other };
        let (module, name) = self.told.names(number);
        if let Some(resolution) = judge::resolve(module, name, arguments, self.told) {
            self.told.mark(number, |global| global.resolved = true);
            return resolution.map_or(Value::Other, |(module, name)| Value::Global(self.told.global(&module, &name)));
        }
        let dtype = if array::is_dtype((module, name)) { arguments.first().cloned() } else { None };
        // `copyreg._reconstructor(class, …)` makes an instance of the class.
        let made = if name == "_reconstructor" { arguments.first().cloned() } else { None };
        self.told.mark(number, |global| global.called = true);
        match (dtype, made) {
            (Some(Value::Text(code)), _) => Value::Dtype(code),
            (_, Some(Value::Global(class))) => {
                self.told.mark(class, |global| global.made = true);
                Value::Result(class)
            }
            _ => Value::Result(number),
        }
    }

    fn push(&mut self, value: Value) -> Result<(), Stop> {
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

    fn pop(&mut self) -> Result<Value, Stop> {
        self.pop_any().filter(|value| !matches!(value, Value::Mark)).ok_or(Stop::Broken)
    }

    fn top(&self) -> Result<&Value, Stop> {
        self.stack.last().filter(|value| !matches!(value, Value::Mark)).ok_or(Stop::Broken)
    }

    /// What stands above the last mark; the mark goes too.
    fn pop_mark(&mut self) -> Result<Vec<Value>, Stop> {
        let mark = self.stack.iter().rposition(|value| matches!(value, Value::Mark)).ok_or(Stop::Broken)?;
        let values = self.stack.split_off(mark + 1);
        self.stack.truncate(mark);
        let weight: usize = values.iter().map(Value::weight).sum();
        self.weight = self.weight.saturating_sub(weight);
        Ok(values)
    }
}

/// Python imports a file of any name; of blanks and control characters there is none in practice, and many in text.
fn may_be_name(line: &str) -> bool {
    !line.is_empty() && !line.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn number_line(line: &[u8]) -> Result<Value, Stop> {
    let text = std::str::from_utf8(line).map_err(|_| Stop::Broken)?.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || b"-+.eEinfaLx".contains(&byte));
    match (is_number, text.parse()) {
        (true, Ok(number)) => Ok(Value::Int(number)),
        (true, Err(_)) => Ok(Value::Other),
        (false, _) => Err(Stop::Broken),
    }
}

/// What bytes tell if they are a pickle.
fn plain(bytes: &[u8], depth: u8) -> Option<Told> {
    if depth >= DEPTH || !opens(bytes) {
        return None;
    }
    let mut told = Told::default();
    stacked(&mut Tape::of_bytes(bytes), &mut told, depth + 1);
    Some(told)
}

/// What base64 text tells if a pickle is in it.
fn encoded(text: &[u8], depth: u8) -> Option<Told> {
    let bytes = STANDARD_NO_PAD.decode(encoded_head(text)?).ok()?;
    plain(&bytes, depth)
}

/// The same for a text of which only the start is at hand.
fn encoded_start(text: &[u8], depth: u8) -> Option<Told> {
    let bytes = STANDARD_NO_PAD.decode(text.get(..text.len() / 4 * 4)?).ok()?;
    plain(&bytes, depth)
}

/// Base64 text that begins like a pickle of protocol 2 to 5; without its padding.
fn encoded_head(text: &[u8]) -> Option<&[u8]> {
    let [b'g', b'A', b'I' | b'J' | b'M' | b'N' | b'Q' | b'R' | b'S' | b'U' | b'V' | b'W', ..] = text else { return None };
    let end = text.iter().rposition(|byte| !b"=\r\n ".contains(byte))?;
    text.get(..=end).filter(|text| text.len() > 16)
}
