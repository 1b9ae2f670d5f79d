//! Just enough of MessagePack to walk through a value: <https://github.com/msgpack/msgpack/blob/master/spec.md>

/// Arrays inside arrays are followed so deep.
const DEPTH: usize = 16;

#[derive(Debug, PartialEq)]
pub(in super::super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Array(Vec<Value<'a>>),
    /// Anything else, maps among them.
    Other,
}

impl<'a> Value<'a> {
    pub(in super::super) fn array(&self) -> Option<&[Value<'a>]> {
        if let Value::Array(values) = self { Some(values) } else { None }
    }

    pub(in super::super) fn bytes(&self) -> Option<&'a [u8]> {
        if let Value::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub(in super::super) fn number(&self) -> Option<u64> {
        if let Value::Number(number) = self { Some(*number) } else { None }
    }
}

/// The value that the bytes are, all of them.
pub(super) fn whole(mut bytes: &[u8]) -> Option<Value<'_>> {
    value(&mut bytes, DEPTH).filter(|_| bytes.is_empty())
}

fn value<'a>(rest: &mut &'a [u8], depth: usize) -> Option<Value<'a>> {
    let depth = depth.checked_sub(1)?;
    let tag = number(rest, 1)?;
    Some(match tag {
        0x00..=0x7f => Value::Number(tag),
        0x80..=0x8f => map(rest, tag & 0xf, depth)?,
        0x90..=0x9f => array(rest, tag & 0xf, depth)?,
        0xa0..=0xbf => bytes(rest, tag & 0x1f)?,
        0xc0 | 0xc2 | 0xc3 | 0xe0..=0xff => Value::Other,
        0xc4 | 0xd9 => number(rest, 1).and_then(|length| bytes(rest, length))?,
        0xc5 | 0xda => number(rest, 2).and_then(|length| bytes(rest, length))?,
        0xc6 | 0xdb => number(rest, 4).and_then(|length| bytes(rest, length))?,
        0xcc..=0xcf => Value::Number(number(rest, 1 << (tag - 0xcc))?),
        // Those with a sign that have none are numbers too.
        0xd0..=0xd3 => {
            let width = 1 << (tag - 0xd0);
            let number = number(rest, width)?;
            if number >> (8 * width - 1) == 0 { Value::Number(number) } else { Value::Other }
        }
        0xca | 0xcb => number(rest, 4 << (tag - 0xca)).map(|_| Value::Other)?,
        0xdc => number(rest, 2).and_then(|count| array(rest, count, depth))?,
        0xdd => number(rest, 4).and_then(|count| array(rest, count, depth))?,
        0xde => number(rest, 2).and_then(|count| map(rest, count, depth))?,
        0xdf => number(rest, 4).and_then(|count| map(rest, count, depth))?,
        _ => return None,
    })
}

/// Big-endian, of so many bytes.
fn number(rest: &mut &[u8], width: u64) -> Option<u64> {
    let (digits, after) = rest.split_at_checked(usize::try_from(width).ok()?)?;
    *rest = after;
    Some(digits.iter().fold(0, |number, digit| number << 8 | u64::from(*digit)))
}

fn bytes<'a>(rest: &mut &'a [u8], length: u64) -> Option<Value<'a>> {
    let (bytes, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = after;
    Some(Value::Bytes(bytes))
}

/// A count is not believed beforehand: each value takes a byte at least.
fn array<'a>(rest: &mut &'a [u8], count: u64, depth: usize) -> Option<Value<'a>> {
    let mut values = Vec::new();
    for _ in 0..count {
        values.push(value(rest, depth)?);
    }
    Some(Value::Array(values))
}

fn map<'a>(rest: &mut &'a [u8], count: u64, depth: usize) -> Option<Value<'a>> {
    array(rest, count.checked_mul(2)?, depth).map(|_| Value::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_whole() {
        let read = whole(&[0x95, 7, 0xcd, 1, 2, 0xc4, 2, b'a', b'b', 0xa1, b'c', 0x81, 1, 0xc0]);
        assert_eq!(read, Some(Value::Array(vec![Value::Number(7), Value::Number(258), Value::Bytes(b"ab"), Value::Bytes(b"c"), Value::Other])));
        for broken in [&[0x92, 1][..], &[0xc4, 9, 0], &[1, 2], &[0xdd, 0xff, 0xff, 0xff, 0xff], &[0x91; 40], &[0xc1], &[]] {
            assert_eq!(whole(broken), None, "{broken:?}");
        }
    }
}
