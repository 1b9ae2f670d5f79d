//! Ed25519 seeds in base 32 with a CRC-16 at their end: NATS nkeys, and Stellar's keys, after which they were made.

use super::{Checksum, base32, filler};

/// `S` and the letter of a role, in two bytes, then the seed. <https://github.com/nats-io/nkeys> (`strkey.go`)
pub(super) const NKEY: Checksum = Checksum { name: "nkey-seed", valid: is_nkey, complete: Some(complete_nkey) };

/// One byte that makes the first letter an `S`, then the seed.
/// <https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0023.md>
pub(super) const STELLAR: Checksum = Checksum { name: "stellar-seed", valid: is_stellar, complete: Some(|_| complete(&[STELLAR_SEED])) };

const NKEY_SEED: u8 = 18 << 3;
const STELLAR_SEED: u8 = 18 << 3;
const SEED: usize = 32;

fn is_nkey(token: &[u8]) -> bool {
    body(token, 2).is_some_and(|body| body[0] & 0xf8 == NKEY_SEED)
}

fn is_stellar(token: &[u8]) -> bool {
    body(token, 1).is_some_and(|body| body[0] == STELLAR_SEED)
}

/// All before the checksum, if it holds and has a prefix of so many bytes.
fn body(token: &[u8], prefix: usize) -> Option<Vec<u8>> {
    let mut bytes = base32::decode(token).filter(|bytes| bytes.len() == prefix + SEED + 2)?;
    let check = bytes.split_off(prefix + SEED);
    (crc16(&bytes).to_le_bytes() == check[..]).then_some(bytes)
}

/// CRC-16/XMODEM.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| crc << 1 ^ if crc & 0x8000 == 0 { 0 } else { 0x1021 }))
}

/// For an account, or for the role whose letter stands already.
fn complete_nkey(token: &str) -> String {
    let role = token.as_bytes().get(1).map_or(0, |letter| letter - b'A');
    let whole = complete(&[NKEY_SEED | role >> 2, role << 6]);
    whole.get(token.len()..).unwrap_or_default().to_owned()
}

fn complete(prefix: &[u8]) -> String {
    let seed = filler("seed", SEED, &(0..=127).collect::<Vec<u8>>());
    let body = [prefix, seed.as_bytes()].concat();
    base32::encode(&[&body[..], &crc16(&body).to_le_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_catalogue() {
        assert_eq!(crc16(b"123456789"), 0x31c3);
    }

    /// A key pair of the documentation of both.
    #[test]
    fn published_seeds_hold() {
        let stellar = ["SBU2RRGLXH3E5CQHTD3ODLDF2BWDCYUSSBLLZ5GNW7JX", "HDIYKXZWHOKR"].concat();
        let nkey = ["SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIE", "DNPPQYYYCU3VY"].concat();
        assert!(is_stellar(stellar.as_bytes()) && is_nkey(nkey.as_bytes()));
        assert!(!is_stellar(stellar.replace("KXZ", "KXY").as_bytes()) && !is_nkey(nkey.replace("DNP", "DNQ").as_bytes()));
        assert!(!is_nkey(stellar.as_bytes()));
    }
}
