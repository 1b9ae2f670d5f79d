//! AWS: whose access key id or long-term Bedrock key it is. Neither holds a date.

use super::super::checksum::aws;
use super::{LifeReader, Read};
use crate::domain::Class;

pub(super) const KEY_ID: LifeReader = LifeReader { name: "aws-key-id", read: key_id };
pub(super) const BEDROCK: LifeReader = LifeReader { name: "bedrock-key", read: bedrock };

fn key_id(token: &[u8]) -> Option<Read> {
    let account = token.starts_with(b"A").then(|| aws::account(token)).flatten()?;
    let mut read = Read { class: token.starts_with(b"ASIA").then_some(Class::Ephemeral), ..Read::default() };
    read.fact("account", account);
    Some(read)
}

fn bedrock(token: &[u8]) -> Option<Read> {
    let (user, account) = aws::bedrock(token)?;
    let mut read = Read::default();
    read.fact("account", account);
    read.fact("user", user);
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_told() {
        let key_id = ["ASIA", "Y34FZKBOKMUTVV7A"].concat();
        let told = super::key_id(key_id.as_bytes()).expect("it holds an account");
        assert_eq!((told.class, told.facts), (Some(Class::Ephemeral), vec![("account".to_owned(), "609629065308".to_owned())]));
    }
}
