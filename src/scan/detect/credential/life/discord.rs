//! Discord bot tokens: the bot's id says when the bot was made; in tokens before 2022 the second part says when the token was.
//! <https://discord.com/developers/docs/reference#snowflakes>

use super::super::{base64, checksum};
use super::{LifeReader, Read, day, moment};

pub(super) const READER: LifeReader = LifeReader { name: "discord-snowflake", read };

/// `<id>/<token>`: the id is as old as the webhook.
pub(super) const WEBHOOK: LifeReader = LifeReader { name: "discord-webhook", read: webhook };

const EPOCH_MILLISECONDS: u64 = 1_420_070_400_000;
/// Tokens issued later hold other bytes in their second part.
const LAST_DATED: i64 = 1_646_092_800;
/// The oldest ones counted their seconds from 2011.
const OLD_EPOCH: i64 = 1_293_840_000;

fn read(token: &[u8]) -> Option<Read> {
    let id = checksum::discord::id(token)?;
    let created = created(id)?;
    let mut read = Read { minted: token_time(token, created).and_then(moment), ..Read::default() };
    match read.minted {
        Some(minted) => read.say(format!("The token itself says that it was made on {}.", day(minted))),
        None => read.say(format!("Its bot was made on {}; the token is not older.", day(moment(created)?))),
    }
    read.fact("account", id.to_string());
    Some(read)
}

fn webhook(secret: &[u8]) -> Option<Read> {
    let (id, _) = std::str::from_utf8(secret).ok()?.split_once('/')?;
    let minted = moment(created(id.parse().ok()?)?)?;
    let mut read = Read { minted: Some(minted), ..Read::default() };
    read.say(format!("Its id says that the webhook was made on {}.", day(minted)));
    Some(read)
}

/// Seconds since 1970.
fn created(id: u64) -> Option<i64> {
    i64::try_from(((id >> 22) + EPOCH_MILLISECONDS) / 1000).ok()
}

fn token_time(token: &[u8], created: i64) -> Option<i64> {
    let part = token.split(|byte| *byte == b'.').nth(1)?;
    let seconds = i64::from(u32::from_be_bytes(*base64::decode(part)?.first_chunk()?));
    [seconds, seconds + OLD_EPOCH].into_iter().find(|at| (created..LAST_DATED).contains(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(id: &str, second: &str) -> Vec<u8> {
        format!("{}.{second}.{}", base64::encode(id.as_bytes()), "s".repeat(38)).into_bytes()
    }

    /// Pairs of id and second part as published in the documentation of nostrum and discord.py.
    #[test]
    fn older_tokens_are_dated_and_newer_ones_bounded() {
        assert_eq!(read(&token("868071853032357978", "YPqU6Q")).and_then(|read| read.minted).map(day).as_deref(), Some("2021-07-23"));
        assert_eq!(read(&token("245559087524216832", "DulyxA")).and_then(|read| read.minted).map(day).as_deref(), Some("2018-12-05"));
        let newer = read(&token("968556348390391859", "G49NjP")).expect("it is a token");
        assert_eq!(newer.minted, None);
        assert_eq!(newer.because, ["Its bot was made on 2022-04-26; the token is not older."]);
    }

    #[test]
    fn a_webhook_is_as_old_as_its_id() {
        let secret = format!("868071853032357978/{}", "s".repeat(68));
        assert_eq!(webhook(secret.as_bytes()).and_then(|read| read.minted).map(day).as_deref(), Some("2021-07-23"));
    }
}
