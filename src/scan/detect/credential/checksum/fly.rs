//! Fly.io's macaroons: a prefix and base64 of MessagePack, `[nonce, location, caveats, tail]`.
//! <https://github.com/superfly/macaroon> (`macaroon.go`, `nonce.go`, `caveat.go`)

use super::super::base64;
use super::msgpack::{self, Value};
use super::{Checksum, filler};

pub(super) const MACAROON: Checksum = Checksum { name: "fly-macaroon", valid: |token| caveats(token).is_some(), complete: Some(complete) };

/// Kinds of caveats, as numbered there.
const ORGANIZATION: u64 = 0;
const VALIDITY: u64 = 4;

/// What a token's caveats say.
#[derive(Debug, Default, PartialEq)]
pub(in super::super) struct Caveats {
    pub(in super::super) organization: Option<u64>,
    /// Seconds since 1970; the narrowest of all windows.
    pub(in super::super) from: Option<i64>,
    pub(in super::super) to: Option<i64>,
}

pub(in super::super) fn caveats(token: &[u8]) -> Option<Caveats> {
    let bytes = base64::decode(["fm1r_", "fm1a_", "fm2_"].iter().find_map(|prefix| token.strip_prefix(prefix.as_bytes()))?)?;
    let whole = msgpack::whole(&bytes)?;
    let [nonce, location, caveats, tail] = whole.array()? else { return None };
    let signed = nonce.array()?.len() >= 2 && location.bytes().is_some() && tail.bytes()?.len() >= 16;
    let mut read = Caveats::default();
    // Kind and body by turns.
    for pair in caveats.array().filter(|_| signed)?.chunks_exact(2) {
        match (pair[0].number(), pair[1].array()) {
            (Some(ORGANIZATION), Some([id, ..])) => read.organization = id.number(),
            (Some(VALIDITY), Some([from, to])) => {
                let seconds = |value: &Value<'_>| value.number().and_then(|seconds| i64::try_from(seconds).ok());
                read.from = read.from.max(seconds(from));
                read.to = read.to.into_iter().chain(seconds(to)).min();
            }
            _ => {}
        }
    }
    Some(read)
}

fn complete(token: &str) -> String {
    made(filler(token, 80, &(0..=127).collect::<Vec<u8>>()).as_bytes(), 1_735_689_600, 1_893_456_000)
}

/// Out of 80 random bytes, for an organization and a window of time.
pub(in super::super) fn made(random: &[u8], from: u32, to: u32) -> String {
    let blob = |bytes: &[u8]| [&[0xc4, u8::try_from(bytes.len()).unwrap_or_default()], bytes].concat();
    let nonce = [&[0x93][..], &blob(&random[..32]), &blob(&random[32..48]), &[0xc2]].concat();
    let location = [&[0xb5][..], b"https://api.fly.io/v1"].concat();
    let window = [&[0x04, 0x92, 0xce][..], &from.to_be_bytes(), &[0xce], &to.to_be_bytes()].concat();
    let caveats = [&[0x94, 0x00, 0x92, 0xcd, 0x30, 0x39, 0x1f][..], &window].concat();
    base64::encode(&[&[0x94][..], &nonce, &location, &caveats, &blob(&random[48..80])].concat()).replace('-', "+").replace('_', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caveats_are_read() {
        let token = format!("fm2_{}", complete(""));
        let expected = Caveats { organization: Some(12_345), from: Some(1_735_689_600), to: Some(1_893_456_000) };
        assert_eq!(caveats(token.as_bytes()), Some(expected));
        assert_eq!(caveats(&token.as_bytes()[..token.len() - 40]), None);
    }
}
