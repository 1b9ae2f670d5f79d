//! What SARIF says of a repository and its history: provenance, the commits that results point into, links to them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif::{ArtifactLocation, VersionControlDetails};

use super::locations::ROOT;
use super::typed::bag;
use crate::domain::{History, Place, Presence, Repository};

/// The repository that a run is about, and the commits that its results point into.
#[derive(Default)]
pub(super) struct Provenance {
    repository: Option<Repository>,
    /// Address of the repository's pages, where the forge is known.
    forge: Option<(Forge, String)>,
    /// Base of each commit, and its full id.
    commits: BTreeMap<String, String>,
    /// Tell who made a commit.
    pii: bool,
}

/// Programs that show repositories, by how they address a line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Forge {
    GitHub,
    GitLab,
    Bitbucket,
    Azure,
    Forgejo,
}

impl Provenance {
    pub(super) fn of(repository: Option<&Repository>, pii: bool) -> Self {
        let forge = repository.and_then(|repository| forge(repository.remote.as_deref()?));
        Self { repository: repository.cloned(), forge, commits: BTreeMap::new(), pii }
    }

    /// The base of URIs as of a commit.
    pub(super) fn base(&mut self, commit: &str) -> String {
        let base = format!("COMMIT:{}", commit.get(..12).unwrap_or(commit));
        self.commits.entry(base.clone()).or_insert_with(|| commit.to_owned());
        base
    }

    /// The state that was scanned, then each commit that a result points into. Without an address nothing can be said: SARIF demands one.
    pub(super) fn details(&self) -> Vec<VersionControlDetails> {
        let Some(repository) = &self.repository else { return Vec::new() };
        let Some(remote) = repository.remote.as_deref().and_then(address) else { return Vec::new() };
        let mapped = |base: &str| Some(ArtifactLocation { uri_base_id: Some(base.to_owned()), ..ArtifactLocation::default() });
        let details = |revision: Option<String>, branch: Option<String>, base: &str| VersionControlDetails {
            repository_uri: remote.clone(),
            revision_id: revision,
            branch,
            mapped_to: mapped(base),
            as_of_time_utc: None,
            properties: None,
            revision_tag: None,
        };
        let mut all = vec![details(repository.head.clone(), repository.branch.clone(), ROOT)];
        if let Some(first) = all.first_mut().filter(|_| repository.shallow || repository.partial) {
            first.properties = bag([("shallow", repository.shallow), ("partial", repository.partial)].map(|(name, is)| (name.to_owned(), json!(is))).into());
        }
        all.extend(self.commits.iter().map(|(base, commit)| details(Some(commit.clone()), None, base)));
        all
    }

    /// Where a browser shows the line as of its first commit.
    pub(super) fn permalink(&self, place: &Place) -> Option<String> {
        let (forge, pages) = self.forge.as_ref()?;
        let commit = &place.history.as_ref()?.first.id;
        // Brackets end a link in a message.
        let path = place.origin.uri.trim_start_matches('/').replace('(', "%28").replace(')', "%29");
        let line = place.region.as_ref().filter(|_| place.steps.is_empty() && place.origin.scheme == "git").map(|region| region.start_line.max(1));
        let anchor = |before: &str| line.map_or_else(String::new, |line| format!("{before}{line}"));
        Some(match forge {
            Forge::GitHub => format!("{pages}/blob/{commit}/{path}{}", anchor("#L")),
            Forge::GitLab => format!("{pages}/-/blob/{commit}/{path}{}", anchor("#L")),
            Forge::Bitbucket => format!("{pages}/src/{commit}/{path}{}", anchor("#lines-")),
            Forge::Azure => format!("{pages}?path=/{path}&version=GC{commit}{}", anchor("&line=")),
            Forge::Forgejo => format!("{pages}/src/commit/{commit}/{path}{}", anchor("#L")),
        })
    }

    /// A place's history for machines.
    pub(super) fn property(&self, place: &Place) -> Option<Value> {
        let History { first, last, in_head, unreachable, .. } = place.history.as_deref()?;
        let gone = place.history.as_ref().and_then(|history| history.gone());
        let as_of_then = place.origin.scheme == "git";
        Some(json!({
            "commit": first.id, "authorDate": first.dated().map(|at| at.to_string()), "path": as_of_then.then(|| place.uri()),
            "line": place.region.as_ref().filter(|_| as_of_then).map(|region| region.start_line), "lastCommit": last.id,
            "removedIn": gone.map(|gone| &gone.id), "removedDate": gone.and_then(|gone| gone.dated()).map(|at| at.to_string()),
            "inHead": in_head, "inWorkingTree": (place.presence() == Presence::Here).then_some(true), "unreachable": unreachable.then_some(true),
            "permalink": self.permalink(place), "author": Some(&first.by).filter(|by| self.pii && !by.is_empty()),
        }))
    }
}

/// An address that others may see: https, http or ssh, without user, query and fragment.
fn address(remote: &str) -> Option<String> {
    let (scheme, rest) = remote.split_once("://").filter(|(scheme, _)| matches!(*scheme, "https" | "http" | "ssh"))?;
    let rest = rest.split(['?', '#']).next()?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit('@').next().filter(|host| !host.is_empty())?;
    let clean =
        |text: &str| text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' | '[' | ']' | '(' | ')'));
    (clean(host) && clean(path)).then(|| format!("{scheme}://{host}/{path}"))
}

/// The forge of an address, and the address of the repository's pages there.
fn forge(remote: &str) -> Option<(Forge, String)> {
    let address = address(remote)?;
    let (scheme, rest) = address.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let path = path.trim_matches('/').trim_end_matches(".git");
    // The port of ssh is not that of the pages.
    let host = if scheme == "ssh" { host.split(':').next()? } else { host }.to_ascii_lowercase();
    let name = host.split(':').next().unwrap_or_default();
    let begins = |word: &str| name.split('.').next().is_some_and(|first| first == word || first.starts_with(&format!("{word}-")));
    let known = match name {
        "github.com" => Forge::GitHub,
        "gitlab.com" => Forge::GitLab,
        "bitbucket.org" => Forge::Bitbucket,
        "codeberg.org" => Forge::Forgejo,
        "dev.azure.com" => Forge::Azure,
        "ssh.dev.azure.com" => return azure(path),
        _ if begins("github") => Forge::GitHub,
        _ if begins("gitlab") => Forge::GitLab,
        _ if begins("gitea") || begins("forgejo") || begins("codeberg") => Forge::Forgejo,
        _ => return None,
    };
    let scheme = if scheme == "http" { "http" } else { "https" };
    // A link in a message has to be https; pages that are not are left out.
    (scheme == "https" && !path.is_empty()).then(|| (known, format!("https://{host}/{path}")))
}

/// `v3/organisation/project/repository`.
fn azure(path: &str) -> Option<(Forge, String)> {
    let mut parts = path.strip_prefix("v3/")?.split('/');
    let (organisation, project, repository) = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then(|| (Forge::Azure, format!("https://dev.azure.com/{organisation}/{project}/_git/{repository}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Commit, Origin, Region};

    fn place(path: &str) -> Place {
        let first = Commit { id: "0123456789abcdef".into(), by: "A <a@example.com>".into(), ..Commit::default() };
        let origin = Origin { scheme: "git".into(), uri: path.into(), revision: Some(first.id.clone()), ..Origin::default() };
        let region = Some(Region { start_line: 12, ..Region::default() });
        Place { region, history: Some(Box::new(History { first, ..History::default() })), ..Place::whole(&origin, &[]) }
    }

    fn provenance(remote: &str) -> Provenance {
        Provenance::of(Some(&Repository { remote: Some(remote.into()), head: Some("ab".into()), ..Repository::default() }), false)
    }

    #[test]
    fn known_forges_show_the_line() {
        let link = |remote: &str| provenance(remote).permalink(&place("a/b%20(1).env")).unwrap_or_default();
        let expected = [
            ("https://github.com/o/r.git", "https://github.com/o/r/blob/0123456789abcdef/a/b%20%281%29.env#L12"),
            ("ssh://git.example.com/o/r", ""),
            ("ssh://gitlab.example.com:2222/g/s/r.git", "https://gitlab.example.com/g/s/r/-/blob/0123456789abcdef/a/b%20%281%29.env#L12"),
            ("https://bitbucket.org/o/r", "https://bitbucket.org/o/r/src/0123456789abcdef/a/b%20%281%29.env#lines-12"),
            ("https://codeberg.org/o/r", "https://codeberg.org/o/r/src/commit/0123456789abcdef/a/b%20%281%29.env#L12"),
            ("ssh://ssh.dev.azure.com/v3/o/p/r", "https://dev.azure.com/o/p/_git/r?path=/a/b%20%281%29.env&version=GC0123456789abcdef&line=12"),
            ("https://dev.azure.com/o/p/_git/r", "https://dev.azure.com/o/p/_git/r?path=/a/b%20%281%29.env&version=GC0123456789abcdef&line=12"),
            ("https://evil.example/github.com/o", ""),
            ("http://gitlab.local/o/r", ""),
            ("file:///home/me/r", ""),
        ];
        for (remote, expected) in expected {
            assert_eq!(link(remote), expected, "{remote}");
        }
    }

    #[test]
    fn users_and_queries_stay_out_of_addresses() {
        assert_eq!(address("https://user:x@example.com/o/r.git?t=1#a").as_deref(), Some("https://example.com/o/r.git"));
        assert_eq!(address("file:///home/me"), None);
        assert!(provenance("/home/me/r").details().is_empty());
    }

    #[test]
    fn every_commit_has_an_entry_behind_the_head() {
        let mut provenance = provenance("https://github.com/o/r.git");
        provenance.base("0123456789abcdef");
        let details = serde_json::to_value(provenance.details()).expect("details are JSON");
        let uri = "https://github.com/o/r.git";
        let expected = json!([
            {"repositoryUri": uri, "revisionId": "ab", "mappedTo": {"uriBaseId": ROOT}},
            {"repositoryUri": uri, "revisionId": "0123456789abcdef", "mappedTo": {"uriBaseId": "COMMIT:0123456789ab"}},
        ]);
        assert_eq!(details, expected);
    }

    #[test]
    fn authors_are_told_only_on_demand() {
        let repository = Repository::default();
        let told = |pii: bool| Provenance::of(Some(&repository), pii).property(&place("a")).map(|property| property["author"].clone());
        assert_eq!((told(false), told(true)), (Some(Value::Null), Some(json!("A <a@example.com>"))));
    }
}
