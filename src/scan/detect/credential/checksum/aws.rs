//! AWS: the account number inside access key ids, and inside long-term Bedrock keys.

use super::super::base64;
use super::{Checksum, filler};

/// Access key ids are four letters and sixteen characters of base 32; those issued since 2019 hold the account number.
pub(super) const KEY_ID: Checksum = Checksum { name: "aws-key-id", valid: key_id_valid, complete: Some(complete_key_id) };

/// Long-term Bedrock keys are `ABSK` and base64 of `BedrockAPIKey-xxxx-at-<account>:<secret>`.
pub(super) const BEDROCK: Checksum = Checksum { name: "bedrock-key", valid: |token| bedrock(token).is_some(), complete: Some(complete_bedrock) };

const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn key_id_valid(token: &[u8]) -> bool {
    let Some((prefix, rest)) = token.split_first_chunk::<4>() else { return false };
    let shaped = prefix.starts_with(b"A") && rest.len() == 16 && rest.iter().all(|byte| BASE32.contains(byte));
    // The highest bit marks ids that hold an account, and account numbers have twelve digits.
    shaped && (!holds_account(rest) || account(token).is_some())
}

/// Ids issued before, which begin with `I` or `J` behind the prefix, hold none.
fn holds_account(rest: &[u8]) -> bool {
    rest.first().and_then(|first| digit(*first)).is_some_and(|first| first >= 16)
}

/// The twelve-digit account in an access key id, where it holds one: forty bits behind the first of the base 32 text.
pub(in super::super) fn account(key_id: &[u8]) -> Option<String> {
    let rest = key_id.get(4..20)?;
    let bits = rest.get(..10)?.iter().try_fold(0u64, |bits, byte| Some(bits << 5 | digit(*byte)?))?;
    let number = (bits >> 2 & 0x7fff_ffff_ff80) >> 7;
    (holds_account(rest) && number <= 999_999_999_999).then(|| format!("{number:012}"))
}

fn digit(byte: u8) -> Option<u64> {
    BASE32.iter().position(|other| *other == byte).and_then(|place| u64::try_from(place).ok())
}

fn complete_key_id(token: &str) -> String {
    let filled = filler(token, 16, BASE32);
    // `R` and `A` begin an account number below 10^12.
    let begun = token.get(4..).unwrap_or_default().len();
    ["R", "A", filled.get(2..).unwrap_or_default()].concat().get(begun..).unwrap_or_default().to_owned()
}

/// User and account of a long-term Bedrock key.
pub(in super::super) fn bedrock(token: &[u8]) -> Option<(String, String)> {
    let decoded = base64::decode(token.strip_prefix(b"ABSK")?)?;
    // One byte stands before the name in some keys.
    let name = decoded.strip_prefix(b"BedrockAPIKey-").or_else(|| decoded.get(1..)?.strip_prefix(b"BedrockAPIKey-"))?;
    let (user, secret) = name.split_at(memchr::memchr(b':', name)?);
    let user = std::str::from_utf8(user).ok()?;
    let (id, account) = user.rsplit_once("-at-")?;
    let account_shaped = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (account_shaped && secret.len() > 16).then(|| (format!("BedrockAPIKey-{id}"), account.to_owned()))
}

fn complete_bedrock(token: &str) -> String {
    let text = format!(
        "BedrockAPIKey-{}-at-210987654321:{}",
        filler(token, 4, b"abcdefghijklmnopqrstuvwxyz0123456789"),
        filler(token, 44, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    );
    base64::encode(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_read_from_a_key_id() {
        // The pair that was published with the discovery: https://awsteele.com/blog/2020/09/26/aws-access-key-format.html
        let published = ["ASIA", "Y34FZKBOKMUTVV7A"].concat();
        assert_eq!(account(published.as_bytes()).as_deref(), Some("609629065308"));
        assert!(key_id_valid(published.as_bytes()));
        assert_eq!(account(["AKIA", "IOSFODNN7ABCDEFG"].concat().as_bytes()), None);
        assert!(key_id_valid(["AKIA", "IOSFODNN7ABCDEFG"].concat().as_bytes()), "older ids hold no account");
        assert!(!key_id_valid(["AKIA", "7777777777777777"].concat().as_bytes()), "no account has that number");
        assert!(!key_id_valid(["AKIA", "Y34FZKBOKMUTVV71"].concat().as_bytes()), "1 is not base 32");
    }

    #[test]
    fn a_bedrock_key_names_user_and_account() {
        let key = format!("ABSK{}", complete_bedrock("x"));
        let (user, account) = bedrock(key.as_bytes()).expect("it was made valid");
        assert!(user.starts_with("BedrockAPIKey-") && account == "210987654321");
    }
}
