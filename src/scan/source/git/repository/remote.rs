//! Addresses of remotes, as they may be shown.

/// An address without user, password, query and fragment; None for a path on this machine and for what is no address.
/// The short form `user@host:path` becomes `ssh://host/path`.
pub(super) fn clean(address: &str) -> Option<String> {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest.to_owned()),
        None => ("ssh".to_owned(), short_form(address)?),
    };
    let scheme = match scheme.as_str() {
        "http" | "https" | "ssh" | "git" => scheme.as_str(),
        "git+ssh" | "ssh+git" => "ssh",
        "git+https" => "https",
        _ => return None,
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    // A password may hold an `@`, or even a `/` that nobody encoded: then what follows its last `@` is the host.
    let (authority, path) = match path.rsplit_once('@') {
        Some((_, rest)) if !authority.contains('@') && authority.contains(':') && !has_port(authority) => rest.split_once('/').unwrap_or((rest, "")),
        _ => (authority, path),
    };
    let host = authority.rsplit('@').next().unwrap_or_default();
    let plain = |c: char| !c.is_control() && !c.is_whitespace();
    (!host.is_empty() && host.chars().all(plain) && path.chars().all(|c| !c.is_control())).then(|| format!("{scheme}://{host}/{path}"))
}

/// `user@host:path`: a colon before any slash, and no drive letter. Git would take `user:password@host:path` for a host `user`; whoever
/// typed it meant something else, and it goes too.
fn short_form(address: &str) -> Option<String> {
    let start = address.split('/').next().and_then(|start| start.rfind('@')).map_or(0, |at| at + 1);
    let (typed, address) = (address, &address[start..]);
    let (host, path) = address.split_once(':')?;
    let is_address = !host.contains('/') && !path.starts_with(':') && (host.len() > 1 || typed.contains('@'));
    is_address.then(|| format!("{host}/{}", path.trim_start_matches('/')))
}

fn has_port(authority: &str) -> bool {
    authority.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn nothing_that_identifies_a_user_is_left() {
        let cases = [
            ("git@github.com:acme/churn.git", "ssh://github.com/acme/churn.git"),
            ("me:word@host.example:a/b.git", "ssh://host.example/a/b.git"),
            ("host.example:/srv/a.git", "ssh://host.example/srv/a.git"),
            ("ssh://git@host.example:2222/a/b", "ssh://host.example:2222/a/b"),
            ("https://me:pa@ss@host.example/a/b.git?x=1#y", "https://host.example/a/b.git"),
            ("https://me:pa/ss@host.example/a", "https://host.example/a"),
            ("https://host.example:8443/a@b/c", "https://host.example:8443/a@b/c"),
            ("HTTPS://token@host.example/a", "https://host.example/a"),
            ("git+ssh://git@host.example/a", "ssh://host.example/a"),
        ];
        for (address, cleaned) in cases {
            assert_eq!(clean(address).as_deref(), Some(cleaned), "{address}");
        }
    }

    #[test]
    fn paths_are_no_addresses() {
        for address in ["/srv/a.git", "../a", "./a:b", "C:\\a", "file:///srv/a", "helper::https://x/y", "https:///a", ""] {
            assert_eq!(clean(address), None, "{address}");
        }
    }
}
