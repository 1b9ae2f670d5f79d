//! GitLab's routable tokens name their owner; they hold no date.

use super::super::checksum::gitlab;
use super::{LifeReader, Read};

pub(super) const READER: LifeReader = LifeReader { name: "gitlab-routable", read };

const NAMES: [(u8, &str); 5] = [(b'c', "cell"), (b'o', "organization"), (b'g', "group"), (b'p', "project"), (b'u', "user")];

fn read(token: &[u8]) -> Option<Read> {
    let mut read = Read::default();
    for (letter, value) in gitlab::routing(token)? {
        if let Some((_, name)) = NAMES.iter().find(|(known, _)| *known == letter)
            && let Ok(id) = u64::from_str_radix(&value, 36)
        {
            read.fact(name, id.to_string());
        }
    }
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_told() {
        let token = format!("glpat-{}", super::super::super::checksum::complete("gitlab-routable", "glpat-").unwrap_or_default());
        let facts = read(token.as_bytes()).map(|read| read.facts).unwrap_or_default();
        assert_eq!(facts, [("cell", "1"), ("organization", "1"), ("project", "102"), ("user", "1000")].map(|(name, id)| (name.to_owned(), id.to_owned())));
    }
}
