//! Operations that push what they carry: numbers, strings, bytes; a pickle inside a string or bytes is followed at once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::machine::{DEPTH, Machine, stacked};
use super::tape::{PIECE, Tape};
use super::told::Told;
use super::value::{Dict, Value};
use super::{Stop, judge, opens};

impl Machine<'_, '_> {
    /// Operations that push what they carry.
    pub(super) fn literal(&mut self, operation: u8) -> Result<Value, Stop> {
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
