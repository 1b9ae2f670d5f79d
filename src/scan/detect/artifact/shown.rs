//! What artifacts say of themselves, made fit to be shown: short, on one line, without the credentials that addresses may hold.

/// Characters of a fact that are shown.
const LONGEST: usize = 400;

pub(super) fn shown(text: &str) -> String {
    let line: String = text.trim().chars().take(LONGEST).map(|c| if c.is_control() { '?' } else { c }).collect();
    without_credentials(&line)
}

/// `https://user:token@host/path` becomes `https://[REDACTED]@host/path`.
fn without_credentials(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        clean += before;
        clean += "://";
        let end = after.find(['/', '?', '#', ' ', ',']).unwrap_or(after.len());
        let (authority, behind) = after.split_at(end);
        match authority.rsplit_once('@') {
            Some((_, host)) => clean += &format!("[REDACTED]@{host}"),
            None => clean += authority,
        }
        rest = behind;
    }
    clean + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_credentials() {
        let address = format!("https://{}@example.org/a, git://x@y", ["me", "secret"].join(":"));
        assert_eq!(shown(&address), "https://[REDACTED]@example.org/a, git://[REDACTED]@y");
        assert_eq!(shown("org/name@v1"), "org/name@v1");
        assert_eq!(shown("a\nb\u{1b}[0m"), "a?b?[0m");
    }
}
