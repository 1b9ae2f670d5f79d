//! HashiCorp Vault: the prefix tells service, batch and recovery tokens apart; the end itself is kept by the server.
//! <https://developer.hashicorp.com/vault/docs/concepts/tokens>

use super::{LifeReader, Read};
use crate::domain::Class;

pub(super) const READER: LifeReader = LifeReader { name: "vault", read };

/// Prefix, older prefix, class, sentence.
const KINDS: [(&str, &str, Option<Class>, &str); 3] = [
    ("hvs.", "s.", None, "A service token: it can be renewed, lives 32 days unless the server says otherwise, and for ever when it is a root token."),
    ("hvb.", "b.", Some(Class::Ephemeral), "A batch token: it cannot be renewed and ends at a fixed time."),
    ("hvr.", "r.", Some(Class::Static), "A recovery token: it works while the server is in recovery mode."),
];

/// What stands behind the prefix is at least so long.
const SHORTEST: usize = 20;

fn read(token: &[u8]) -> Option<Read> {
    let (_, _, class, sentence) = KINDS
        .iter()
        .find(|(prefix, older, ..)| [prefix, older].iter().any(|start| token.strip_prefix(start.as_bytes()).is_some_and(|rest| rest.len() >= SHORTEST)))?;
    let mut read = Read { class: *class, ..Read::default() };
    read.say((*sentence).to_owned());
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_prefix() {
        let of = |prefix: &str| read(format!("{prefix}{}", "aB3".repeat(8)).as_bytes()).map(|read| read.class);
        assert_eq!(
            [of("hvs."), of("hvb."), of("b."), of("hvr."), of("hvx.")],
            [Some(None), Some(Some(Class::Ephemeral)), Some(Some(Class::Ephemeral)), Some(Some(Class::Static)), None]
        );
    }
}
