//! PGP keys: the key's packet holds the second it was made, a self-signature may hold how long it lives.
//! <https://www.rfc-editor.org/rfc/rfc4880> (sections 4.2, 5.2.3, 5.5)

use super::super::base64;
use super::{LifeReader, Read, day, moment};

pub(super) const READER: LifeReader = LifeReader { name: "pgp-key", read };

const SIGNATURE: u8 = 2;
const SECRET_KEY: u8 = 5;
/// Of a user's name by the key itself, in four degrees, or of the key alone.
const SELF_SIGNATURES: [u8; 5] = [0x10, 0x11, 0x12, 0x13, 0x1f];
const KEY_EXPIRATION: u8 = 9;

fn read(body: &[u8]) -> Option<Read> {
    let bytes = dearmoured(body)?;
    let mut rest = &bytes[..];
    let (mut made, mut life) = (None, None);
    while let Some((tag, packet)) = packet(&mut rest) {
        match (tag, packet) {
            (SECRET_KEY, [4..=6, a, b, c, d, ..]) if made.is_none() => made = Some(i64::from(u32::from_be_bytes([*a, *b, *c, *d]))),
            // A later signature renews an earlier one.
            (SIGNATURE, _) => life = key_expiration(packet).or(life),
            _ => {}
        }
    }
    let made = made?;
    let mut read = Read { minted: moment(made), ..Read::default() };
    // Zero seconds are no end. The end binds who trusts the key, not who has it: the class stays the rule's.
    read.expires = life.filter(|life| *life > 0).and_then(|life| moment(made + i64::from(life)));
    read.say(format!("The key itself says that it was made on {}.", day(read.minted?)));
    if let Some(at) = read.expires {
        read.say(format!("Its self-signature lets it end on {}; whoever has it can move that day.", day(at)));
    }
    Some(read)
}

/// Lines of base64, real or escaped, without headers and the checksum.
fn dearmoured(body: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(body).replace("\\r", "\n").replace("\\n", "\n");
    let is_base64 = |line: &&str| !line.starts_with('=') && line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    let lines: String = text.lines().map(str::trim).filter(is_base64).collect();
    base64::decode(lines.as_bytes())
}

/// Tag and body of the next packet; none of those whose length is not told beforehand.
fn packet<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&head, after) = rest.split_first().filter(|(head, _)| **head & 0x80 != 0)?;
    let (tag, length, after) = if head & 0x40 != 0 {
        let (length, after) = length(after)?;
        (head & 0x3f, length, after)
    } else {
        let width = [1, 2, 4].get(usize::from(head & 3)).copied()?;
        let (digits, after) = after.split_at_checked(width)?;
        (head >> 2 & 0xf, digits.iter().fold(0, |number, digit| number << 8 | usize::from(*digit)), after)
    };
    let (body, after) = after.split_at_checked(length)?;
    *rest = after;
    Some((tag, body))
}

/// Of one, two or five bytes; packets in parts have no length here.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match bytes {
        [short @ ..=191, rest @ ..] => Some((usize::from(*short), rest)),
        [high @ 192..=223, low, rest @ ..] => Some((((usize::from(*high) - 192) << 8) + usize::from(*low) + 192, rest)),
        [255, a, b, c, d, rest @ ..] => Some((usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).ok()?, rest)),
        _ => None,
    }
}

/// Seconds that a self-signature of version 4 gives the key, in its hashed part.
fn key_expiration(packet: &[u8]) -> Option<u32> {
    let [4, kind, _, _, high, low, rest @ ..] = packet else { return None };
    let mut hashed = rest.get(..usize::from(*high) << 8 | usize::from(*low)).filter(|_| SELF_SIGNATURES.contains(kind))?;
    while let Some((length, rest)) = length(hashed) {
        let (part, after) = rest.split_at_checked(length)?;
        hashed = after;
        // The highest bit says that a reader has to know the kind.
        if let [kind, a, b, c, d] = part
            && kind & 0x7f == KEY_EXPIRATION
        {
            return Some(u32::from_be_bytes([*a, *b, *c, *d]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(life: Option<u32>) -> Vec<u8> {
        let secret = [&[4][..], &1_735_689_600u32.to_be_bytes(), &[22; 60]].concat();
        let hashed: Vec<u8> = [&[5, 2][..], &1_735_689_600u32.to_be_bytes()].concat();
        let hashed = [hashed, life.map(|life| [&[5, 0x89][..], &life.to_be_bytes()].concat()).unwrap_or_default()].concat();
        let signature = [&[4, 0x13, 22, 8, 0, u8::try_from(hashed.len()).unwrap_or_default()][..], &hashed, &[1; 40]].concat();
        let packet = |head: u8, body: &[u8]| [&[head, u8::try_from(body.len()).unwrap_or_default()], body].concat();
        [packet(0x94, &secret), packet(0xcd, b"Ada <ada@acme.io>"), packet(0xc2, &signature)].concat()
    }

    #[test]
    fn birth_and_end_are_read() {
        let armour = |bytes: &[u8]| {
            let letters = base64::encode(bytes).replace('-', "+").replace('_', "/");
            format!("\nVersion: GnuPG v2\n\n{}\n{}\n=Ab1+\n", &letters[..64], &letters[64..])
        };
        let dated = read(armour(&key(Some(86_400 * 365))).as_bytes()).expect("it is a key");
        assert_eq!((dated.minted.map(day).as_deref(), dated.expires.map(day).as_deref()), (Some("2025-01-01"), Some("2026-01-01")));
        assert_eq!(read(armour(&key(None)).as_bytes()).map(|read| (read.minted.is_some(), read.expires)), Some((true, None)));
        assert!(read(armour(&key(Some(0))).replace('\n', "\\n").as_bytes()).is_some_and(|read| read.expires.is_none()), "zero is no end");
        for cut in 0..100 {
            read(armour(&key(Some(9))[..100.min(60 + cut)]).as_bytes()); // whatever the answer, no panic
        }
    }
}
