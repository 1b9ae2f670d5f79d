//! Base 58 with four bytes of a double SHA-256 at the end: Bitcoin's private keys and extended keys.
//! <https://en.bitcoin.it/wiki/Base58Check_encoding>, <https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki>

use sha2::{Digest, Sha256};

use super::{Checksum, filler};

/// Wallet import format: a version, 32 bytes, and a mark where the public key is compressed.
pub(super) const WIF: Checksum = Checksum { name: "bitcoin-wif", valid: is_wif, complete: Some(complete_wif) };

/// BIP 32: 78 bytes, of which those before the key are a version, a depth and numbers.
pub(super) const EXTENDED: Checksum = Checksum { name: "bip32-private", valid: is_extended, complete: Some(complete_extended) };

const DIGITS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// Versions of the main and the test network.
const WIF_VERSIONS: [u8; 2] = [0x80, 0xef];
/// `xprv`, `yprv`, `zprv`, `tprv`, `uprv`, `vprv` (SLIP-132).
const EXTENDED_VERSIONS: [u32; 6] = [0x0488_ade4, 0x049d_7878, 0x04b2_430c, 0x0435_8394, 0x044a_4e28, 0x045f_18bc];
/// Longer texts are nothing that is known here.
const LONGEST: usize = 120;

fn is_wif(token: &[u8]) -> bool {
    checked(token).is_some_and(|body| WIF_VERSIONS.contains(&body[0]) && (body.len() == 33 || body.len() == 34 && body[33] == 1))
}

fn is_extended(token: &[u8]) -> bool {
    let Some(body) = checked(token).filter(|body| body.len() == 78) else { return false };
    // A private key is led by a zero.
    body.first_chunk().is_some_and(|version| EXTENDED_VERSIONS.contains(&u32::from_be_bytes(*version))) && body[45] == 0
}

/// What stands before the checksum, if that holds; never empty.
fn checked(token: &[u8]) -> Option<Vec<u8>> {
    let mut body = decode(token).filter(|bytes| bytes.len() > 4)?;
    let check = body.split_off(body.len() - 4);
    (checksum(&body) == check[..]).then_some(body)
}

fn checksum(body: &[u8]) -> [u8; 4] {
    let hash = Sha256::digest(Sha256::digest(body));
    [hash[0], hash[1], hash[2], hash[3]]
}

fn decode(text: &[u8]) -> Option<Vec<u8>> {
    // Lowest byte first while digits come in.
    let mut bytes: Vec<u8> = Vec::new();
    for letter in text.get(..text.len().min(LONGEST + 1)).filter(|text| text.len() <= LONGEST)? {
        let mut carry = DIGITS.iter().position(|digit| digit == letter)?;
        for byte in &mut bytes {
            carry += usize::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            bytes.push(carry as u8);
        }
    }
    bytes.extend(text.iter().take_while(|letter| **letter == b'1').map(|_| 0));
    bytes.reverse();
    Some(bytes)
}

fn encode(bytes: &[u8]) -> String {
    let mut digits: Vec<usize> = Vec::new();
    for byte in bytes {
        let mut carry = usize::from(*byte);
        for digit in &mut digits {
            carry += *digit << 8;
            *digit = carry % 58;
            carry /= 58;
        }
        while carry > 0 {
            digits.push(carry % 58);
            carry /= 58;
        }
    }
    digits.iter().rev().map(|digit| char::from(DIGITS[*digit])).collect()
}

fn sealed(body: &[u8]) -> String {
    encode(&[body, &checksum(body)].concat())
}

/// Compressed (`K…`, `L…`), unless a `5` stands already.
fn complete_wif(token: &str) -> String {
    let key = filler("wif", 32, &(1..=127).collect::<Vec<u8>>());
    let body = [&[0x80][..], key.as_bytes(), if token.starts_with('5') { &[][..] } else { &[1][..] }].concat();
    sealed(&body).get(token.len()..).unwrap_or_default().to_owned()
}

fn complete_extended(token: &str) -> String {
    let version = EXTENDED_VERSIONS[usize::from(token.starts_with("tprv")) * 3];
    let rest = filler("bip32", 41 + 32, &(0..=127).collect::<Vec<u8>>());
    let (chain, key) = rest.as_bytes().split_at(41);
    let body = [&version.to_be_bytes()[..], chain, &[0], key].concat();
    sealed(&body).get(token.len()..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of <https://en.bitcoin.it/wiki/Wallet_import_format> and of BIP 32's first test vector.
    #[test]
    fn published_keys_hold() {
        let wif = ["5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ", "1jvhTVqvbTLvyTJ"].concat();
        let extended = ["xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvN", "KmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"].concat();
        assert!(is_wif(wif.as_bytes()) && is_extended(extended.as_bytes()));
        assert!(!is_wif(wif.replace("rMj", "rMk").as_bytes()) && !is_extended(extended.replace("LXw", "LXv").as_bytes()));
        assert!(!is_extended(wif.as_bytes()) && !is_wif(extended.as_bytes()) && !is_wif(b"") && !is_wif(&[b'1'; 200]));
    }
}
