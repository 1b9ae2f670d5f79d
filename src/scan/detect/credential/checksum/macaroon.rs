//! Macaroons, in the binary form of libmacaroons (`0x02`, then typed fields) and in the older one of text packets.

use super::super::base64;
use super::{Checksum, filler};

pub(super) const ANY: Checksum = Checksum { name: "macaroon", valid: |token| decode(token).is_some(), complete: Some(complete_any) };

/// `pypi-` and a binary macaroon whose location is an index: `pypi.org`, `test.pypi.org`.
pub(super) const PYPI: Checksum = Checksum { name: "pypi-macaroon", valid: |token| pypi(token).is_some(), complete: Some(complete_pypi) };

/// What a macaroon says of itself; the signature stays where it is.
pub(in super::super) struct Macaroon {
    pub(in super::super) location: String,
    pub(in super::super) caveats: Vec<Vec<u8>>,
}

pub(in super::super) fn pypi(token: &[u8]) -> Option<Macaroon> {
    decode(token.strip_prefix(b"pypi-")?).filter(|macaroon| macaroon.location.ends_with("pypi.org"))
}

pub(in super::super) fn decode(token: &[u8]) -> Option<Macaroon> {
    let bytes = base64::decode(token)?;
    binary(&bytes).or_else(|| packets(&bytes))
}

/// <https://github.com/rescrv/libmacaroons/blob/master/doc/format.txt>: sections of `type length data` closed by a zero.
fn binary(bytes: &[u8]) -> Option<Macaroon> {
    const LOCATION: u8 = 1;
    const IDENTIFIER: u8 = 2;
    const SIGNATURE: u8 = 6;
    let (&2, mut rest) = bytes.split_first()? else { return None };
    let mut location = String::new();
    let mut identifiers = Vec::new();
    let mut closed = false;
    loop {
        let (&kind, after) = rest.split_first()?;
        rest = after;
        if kind == 0 {
            // Two zeros in a row close the caveats; the signature follows.
            if std::mem::replace(&mut closed, true) {
                break;
            }
            continue;
        }
        closed = false;
        let data = field(&mut rest)?;
        match kind {
            LOCATION if identifiers.is_empty() => location = String::from_utf8(data.to_vec()).ok()?,
            IDENTIFIER => identifiers.push(data.to_vec()),
            _ => {}
        }
    }
    let (&SIGNATURE, mut rest) = rest.split_first()? else { return None };
    let signed = field(&mut rest)?.len() == 32;
    let caveats = identifiers.split_first().filter(|_| signed).map(|(_, caveats)| caveats.to_vec())?;
    Some(Macaroon { location, caveats })
}

/// A length as a varint, and so many bytes.
fn field<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut length = 0usize;
    for shift in [0, 7, 14] {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            let (data, after) = rest.split_at_checked(length)?;
            *rest = after;
            return Some(data);
        }
    }
    None
}

/// Packets of `<four hexadecimal digits of length><key> <value>\n`.
fn packets(mut bytes: &[u8]) -> Option<Macaroon> {
    let mut macaroon = Macaroon { location: String::new(), caveats: Vec::new() };
    let mut signed = false;
    while !bytes.is_empty() {
        let length = usize::from_str_radix(std::str::from_utf8(bytes.get(..4)?).ok()?, 16).ok()?;
        let packet = bytes.get(4..length)?.strip_suffix(b"\n")?;
        let (key, value) = packet.split_at(memchr::memchr(b' ', packet)?);
        match key {
            b"location" => macaroon.location = String::from_utf8_lossy(&value[1..]).into_owned(),
            b"cid" => macaroon.caveats.push(value[1..].to_vec()),
            b"signature" => signed = value.len() == 33,
            _ => {}
        }
        bytes = bytes.get(length.max(4)..)?;
    }
    signed.then_some(macaroon)
}

fn complete_any(token: &str) -> String {
    base64::encode(&made(token, b"storage.internal", b"expires = 2030-01-01"))
}

fn complete_pypi(token: &str) -> String {
    base64::encode(&made(token, b"pypi.org", br#"[2,["7c0a0e4e-0000-4000-8000-000000000000"]]"#))
}

fn made(seed: &str, location: &[u8], caveat: &[u8]) -> Vec<u8> {
    let field = |kind: u8, data: &[u8]| [&[kind, u8::try_from(data.len()).unwrap_or_default()], data].concat();
    let signature = filler(seed, 32, &(0..=127).collect::<Vec<u8>>());
    [
        &[2][..],
        &field(1, location),
        &field(2, filler(seed, 36, b"0123456789abcdef").as_bytes()),
        &[0],
        &field(2, caveat),
        &[0, 0],
        &field(6, signature.as_bytes()),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn location_and_caveats_are_read() {
        let macaroon = binary(&made("x", b"pypi.org", b"[0,1,2]")).expect("it was made valid");
        assert_eq!((macaroon.location.as_str(), macaroon.caveats), ("pypi.org", vec![b"[0,1,2]".to_vec()]));
        let caveats_none = [&[2, 1, 1, b'l', 2, 1, b'i', 0, 0, 6, 32][..], &[7; 32]].concat();
        assert!(binary(&caveats_none).is_some_and(|macaroon| macaroon.caveats.is_empty()));
    }

    #[test]
    fn packets_are_read() {
        let packet = |text: &[u8]| [format!("{:04x}", text.len() + 5).as_bytes(), text, b"\n"].concat();
        let bytes = [packet(b"location here"), packet(b"identifier id"), packet(b"cid a = 1"), packet(&[b"signature ", &[9; 32][..]].concat())].concat();
        assert!(packets(&bytes).is_some_and(|macaroon| macaroon.location == "here" && macaroon.caveats == [b"a = 1".to_vec()]));
        assert!(packets(&bytes[..bytes.len() - 50]).is_none());
    }
}
