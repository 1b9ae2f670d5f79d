//! AWS: whose access key id or long-term Bedrock key it is. Neither holds a date.

use super::super::checksum::aws;
use super::{LifeReader, Read};
use crate::domain::Class;

pub(super) const KEY_ID: LifeReader = LifeReader { name: "aws-key-id", read: key_id };
pub(super) const BEDROCK: LifeReader = LifeReader { name: "bedrock-key", read: bedrock };

/// Accounts in which canaries are made: keys that are laid out so that whoever tries one gives himself away. Named by those who make
/// them or found by those who tried: <https://trufflesecurity.com/canaries>.
#[rustfmt::skip] // a list, not code
const CANARIES: [(&str, &[&str]); 2] = [
    ("Thinkst Canarytokens", &["052310077262", "171436882533", "266735846894", "534261010715", "595918472158", "717712589309", "729780141977", "730335385048", "819147034852", "992382622183"]),
    ("AWS canary", &[
        "044858866125", "251535659677", "344043088457", "351906852752", "390477818340", "426127672474", "427150556519", "439872796651", "445142720921", "465867158099", "528757803018",
        "538784191382", "637958123769", "693412236332", "732624840810", "735421457923", "893192397702", "959235150393", "982842642351",
    ]),
];

fn key_id(token: &[u8]) -> Option<Read> {
    let account = token.starts_with(b"A").then(|| aws::account(token)).flatten()?;
    let mut read = Read { class: token.starts_with(b"ASIA").then_some(Class::Ephemeral), ..Read::default() };
    if let Some((kind, _)) = CANARIES.iter().find(|(_, accounts)| accounts.contains(&account.as_str())) {
        read.fact("canary", *kind);
    }
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

    #[test]
    fn canaries_are_named() {
        // The account is 052310077262.
        let told = super::key_id(["AKIA", "QYLPMN5H", "AAAAAAAA"].concat().as_bytes()).expect("it holds an account");
        assert_eq!(told.facts[0], ("canary".to_owned(), "Thinkst Canarytokens".to_owned()));
    }
}
