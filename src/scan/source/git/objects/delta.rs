//! Deltas: instructions that build an object from pieces of its base and new bytes.

use super::Error;
use crate::domain::Copy;

/// A delta whose header has been read.
#[derive(Clone, Copy)]
pub(super) struct Delta<'d> {
    pub(super) base: u64,
    pub(super) result: u64,
    instructions: &'d [u8],
}

impl<'d> Delta<'d> {
    /// The most that a header takes.
    #[cfg(test)]
    pub(super) const HEADER: usize = 20;

    pub(super) fn new(bytes: &'d [u8]) -> Result<Self, Error> {
        let (base, bytes) = size(bytes).ok_or(Error::Delta)?;
        let (result, instructions) = size(bytes).ok_or(Error::Delta)?;
        Ok(Self { base, result, instructions })
    }

    /// Builds the object in a room of exactly its length, and says what came from the base: neighbours that also lie side by
    /// side in the base are one copy.
    pub(super) fn apply(&self, base: &[u8], room: &mut [u8], copies: &mut Vec<Copy>) -> Result<(), Error> {
        copies.clear();
        if self.base != base.len() as u64 || self.result != room.len() as u64 {
            return Err(Error::Delta);
        }
        match self.build(base, room, copies) {
            Some(built) if built == room.len() => Ok(()),
            _ => Err(Error::Delta),
        }
    }

    /// Builds as much of the start of the object as there is room for and the start of its base allows; says how much that is.
    pub(super) fn apply_start(&self, base: &[u8], room: &mut [u8]) -> usize {
        let mut built = 0;
        let mut rest = self.instructions;
        while let Some((instruction, after)) = next(rest) {
            rest = after;
            let (piece, complete) = match instruction {
                Instruction::Insert(new) => (new, true),
                Instruction::Copy { from, length } => {
                    let end = from.saturating_add(length);
                    (base.get(from..end.min(base.len())).unwrap_or_default(), end <= base.len())
                }
            };
            let fits = piece.len().min(room.len() - built);
            room[built..built + fits].copy_from_slice(&piece[..fits]);
            built += fits;
            if !complete || built == room.len() {
                break;
            }
        }
        built
    }

    /// How much was built; `None` if an instruction asks for what is not there.
    fn build(&self, base: &[u8], room: &mut [u8], copies: &mut Vec<Copy>) -> Option<usize> {
        let mut built = 0;
        let mut rest = self.instructions;
        while !rest.is_empty() {
            let (instruction, after) = next(rest)?;
            rest = after;
            let piece = match instruction {
                Instruction::Insert(new) => new,
                Instruction::Copy { from, length } => {
                    note(copies, Copy { from, to: built, length });
                    base.get(from..from.checked_add(length)?)?
                }
            };
            let end = built.checked_add(piece.len())?;
            room.get_mut(built..end)?.copy_from_slice(piece);
            built = end;
        }
        Some(built)
    }
}

enum Instruction<'d> {
    Copy { from: usize, length: usize },
    Insert(&'d [u8]),
}

fn note(copies: &mut Vec<Copy>, copy: Copy) {
    match copies.last_mut() {
        Some(last) if last.to + last.length == copy.to && last.from + last.length == copy.from => last.length += copy.length,
        _ => copies.push(copy),
    }
}

/// The next instruction and what follows it.
fn next(bytes: &[u8]) -> Option<(Instruction<'_>, &[u8])> {
    let (&code, mut rest) = bytes.split_first()?;
    if code & 0x80 == 0 {
        let (new, rest) = rest.split_at_checked(usize::from(code))?;
        return (code != 0).then_some((Instruction::Insert(new), rest));
    }
    let mut number = |bits: std::ops::Range<u32>| {
        let mut value = 0;
        for (place, bit) in bits.enumerate() {
            if code >> bit & 1 == 1 {
                let (&byte, after) = rest.split_first()?;
                value |= usize::from(byte) << (8 * place);
                rest = after;
            }
        }
        Some(value)
    };
    let from = number(0..4)?;
    let length = match number(4..7)? {
        0 => 0x10000,
        length => length,
    };
    Some((Instruction::Copy { from, length }, rest))
}

/// A size of seven bits a byte, lowest first.
fn size(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (place, &byte) in bytes.iter().enumerate().take(9) {
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[place + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(base: &[u8], delta: &[u8]) -> Result<(Vec<u8>, Vec<Copy>), Error> {
        let delta = Delta::new(delta)?;
        let mut room = vec![0; delta.result as usize];
        let mut copies = Vec::new();
        delta.apply(base, &mut room, &mut copies).map(|()| (room, copies))
    }

    #[test]
    fn copies_side_by_side_are_one() {
        let delta = [8, 8, 0x90, 3, 0x91, 3, 2, 1, b'x', 0x91, 6, 2];
        let (bytes, copies) = applied(b"abcdefgh", &delta).expect("the delta fits");
        assert_eq!(bytes, b"abcdexgh");
        assert_eq!(copies, [Copy { from: 0, to: 0, length: 5 }, Copy { from: 6, to: 6, length: 2 }]);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        for (what, delta) in [
            ("no header", &[8][..]),
            ("another base", &[7, 1, 1, b'x']),
            ("reserved", &[8, 1, 0]),
            ("copies behind the base", &[8, 4, 0x91, 6, 4]),
            ("more than declared", &[8, 2, 0x90, 3]),
            ("less than declared", &[8, 4, 0x90, 3]),
            ("a copy cut off", &[8, 3, 0x91, 0]),
            ("new bytes cut off", &[8, 3, 3, b'x']),
        ] {
            assert_eq!(applied(b"abcdefgh", delta), Err(Error::Delta), "{what}");
        }
        assert_eq!(applied(b"", &[0xff; 30]), Err(Error::Delta));
    }

    #[test]
    fn a_start_goes_as_far_as_the_start_of_the_base() {
        let delta = Delta::new(&[100, 60, 1, b'x', 0x90, 3, 0x91, 2, 50]).expect("there is a header");
        let mut room = [0; 16];
        assert_eq!(delta.apply_start(b"abcdefgh", &mut room), 10);
        assert_eq!(&room[..10], b"xabccdefgh");
    }
}
