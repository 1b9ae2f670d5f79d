//! Places as SARIF locations, and the run's tables that they point into: artifacts, logical locations, bases of URIs.
//!
//! A member of an archive is shown as `bundle.zip!/inner/config.py`, a path that no tracked file can have and that dashboards list readably;
//! the nested form of the specification is in the run's artifacts.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif::{Artifact, ArtifactContent, ArtifactLocation, Location, LogicalLocation, PhysicalLocation, Region};

use super::history::Provenance;
use super::typed::{Role, file, plain, small, snippet, word};
use crate::domain::{self, Place, Presence, Related, Step, Target, decode_uri, encode_uri};

pub(super) const ROOT: &str = "%SRCROOT%";
const STORE: &str = "OBJECTSTORE";
/// Said of the related place of what a history shows.
const AS_IT_WAS: &str = "in the commit that introduced it";

/// The tables of one run, filled as its results pass.
#[derive(Default)]
pub(super) struct Locations {
    /// Bucket or container of an object store, percent-encoded; empty for others.
    bucket: String,
    artifacts: Vec<Artifact>,
    /// Base, file and members of each artifact, to its index.
    known: BTreeMap<(String, String, Vec<String>), usize>,
    logical: Vec<LogicalLocation>,
    pointers: BTreeMap<String, usize>,
    bases: BTreeMap<String, ArtifactLocation>,
    pub(super) provenance: Provenance,
}

/// Where a result is.
pub(super) struct Located {
    pub(super) location: Location,
    /// The container, when the location is inside one.
    pub(super) analysis_target: Option<ArtifactLocation>,
    /// The place as it was, when the location is only the beginning of what has its path today.
    pub(super) then: Option<Related>,
    /// What SARIF has no word for.
    pub(super) properties: BTreeMap<String, Value>,
}

impl Locations {
    pub(super) fn of(target: &Target, pii: bool) -> Self {
        let scheme = format!("{}://", target.scheme);
        let bucket = target.root.strip_prefix(&scheme).unwrap_or(&target.root).trim_matches('/');
        let bucket = if is_store(&target.scheme) { bucket.to_owned() } else { String::new() };
        let mut locations = Self { bucket, provenance: Provenance::of(target.repository.as_ref(), pii), ..Self::default() };
        locations.base(ROOT, "The root of what was scanned.");
        locations
    }

    /// The place of a result. `digest` names the bytes of the whole blob.
    ///
    /// What a history shows at a path that HEAD still has would be shown at that line of today's file, where something else stands: the
    /// beginning of the file stands for it, and the place as it was is related.
    pub(super) fn primary(&mut self, place: &Place, digest: Option<&str>) -> Located {
        let anchored = place.presence() != Presence::Here && place.history.as_ref().is_some_and(|history| history.in_head || history.path_in_head);
        let mut located = match anchored {
            true => {
                let mut today = place.clone();
                (today.region, today.origin.revision) = (None, None);
                Located { then: Some(Related { place: place.clone(), message: AS_IT_WAS.to_owned() }), ..self.exact(&today, None) }
            }
            false => self.exact(place, digest),
        };
        located.properties.extend(layers(place));
        located.properties.extend(self.provenance.property(place).map(|history| ("history".to_owned(), history)));
        located
    }

    fn exact(&mut self, place: &Place, digest: Option<&str>) -> Located {
        let (uri, base) = self.address(place);
        let members: Vec<&Step> = place.steps.iter().filter(|step| step.kind == "member").collect();
        let names: Vec<String> = members.iter().map(|step| step.name.clone()).collect();
        let index = self.artifact(&uri, &base, &names, digest);
        let mut properties = BTreeMap::new();
        let own = file(uri.clone(), &base);
        let (shown, analysis_target) = match names.is_empty() {
            true => (ArtifactLocation { index: Some(index), ..own }, None),
            false => {
                properties.insert("archive".into(), json!({"container": uri, "members": names, "artifactIndex": index}));
                let container = self.artifact(&uri, &base, &[], None);
                (file(joined(&uri, &names), &base), Some(ArtifactLocation { index: Some(container), ..own }))
            }
        };
        let mut location = located(place, shown);
        location.logical_locations = self.logical(place);
        Located { location, analysis_target, then: None, properties }
    }

    /// A related place, numbered from 1. It is no artifact of the run: nothing was found there.
    pub(super) fn related(&mut self, related: &Related, number: usize) -> Location {
        let (uri, base) = self.address(&related.place);
        let names: Vec<String> = related.place.steps.iter().filter(|step| step.kind == "member").map(|step| step.name.clone()).collect();
        let mut location = located(&related.place, file(joined(&uri, &names), &base));
        location.id = i64::try_from(number).ok();
        location.message = Some(plain(super::results::clean(&super::typed::sentence(&related.message))));
        location
    }

    /// The file alone; nothing for a place without a name.
    pub(super) fn bare(&mut self, place: &Place) -> Option<ArtifactLocation> {
        let names: Vec<String> = place.steps.iter().filter(|step| step.kind == "member").map(|step| step.name.clone()).collect();
        let (uri, base) = (!place.origin.uri.is_empty()).then(|| self.address(place))?;
        Some(file(joined(&uri, &names), &base))
    }

    pub(super) fn artifacts(&self) -> &[Artifact] {
        &self.artifacts
    }

    pub(super) fn logical_locations(&self) -> &[LogicalLocation] {
        &self.logical
    }

    /// Descriptions only: a URI would tell where the scan ran.
    pub(super) fn bases(&self) -> &BTreeMap<String, ArtifactLocation> {
        &self.bases
    }

    /// URI of the outermost file and the base that it is relative to.
    fn address(&mut self, place: &Place) -> (String, String) {
        let origin = &place.origin;
        // A leading slash would make it absolute; an empty one would name nothing.
        let uri = origin.uri.trim_start_matches('/');
        let uri = if uri.is_empty() { "unnamed" } else { uri };
        match &origin.revision {
            Some(revision) if origin.scheme == "git" => {
                let base = self.provenance.base(revision);
                self.base(&base, &format!("The root of the repository as of commit {revision}."));
                (uri.to_owned(), base)
            }
            _ if is_store(&origin.scheme) => {
                self.base(STORE, &format!("'{0}/BUCKET/KEY' stands for '{0}://BUCKET/KEY'.", origin.scheme));
                let parts = [origin.scheme.as_str(), &self.bucket, uri];
                (parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"), STORE.to_owned())
            }
            _ => (uri.to_owned(), ROOT.to_owned()),
        }
    }

    fn base(&mut self, name: &str, description: &str) {
        self.bases.entry(name.to_owned()).or_insert_with(|| ArtifactLocation { description: Some(plain(description)), ..ArtifactLocation::default() });
    }

    /// Index of the artifact, which is entered, after its containers, when it is new.
    fn artifact(&mut self, uri: &str, base: &str, members: &[String], digest: Option<&str>) -> i64 {
        let key = (base.to_owned(), uri.to_owned(), members.to_vec());
        let index = match self.known.get(&key) {
            Some(index) => *index,
            None => {
                let mut artifact = match members.split_last() {
                    None => Artifact { location: Some(file(uri, base)), roles: Some(vec![word(Role::AnalysisTarget)]), ..Artifact::default() },
                    Some((name, outer)) => Artifact {
                        location: Some(ArtifactLocation { uri: Some(relative(name)), ..ArtifactLocation::default() }),
                        parent_index: Some(self.artifact(uri, base, outer, None)),
                        roles: Some(vec![word(Role::ResultFile)]),
                        ..Artifact::default()
                    },
                };
                let index = self.artifacts.len();
                if let Some(location) = &mut artifact.location {
                    location.index = i64::try_from(index).ok();
                }
                self.artifacts.push(artifact);
                self.known.insert(key, index);
                index
            }
        };
        if let (Some(digest), Some(artifact)) = (digest, self.artifacts.get_mut(index)) {
            artifact.hashes.get_or_insert_default().insert("sha-256".into(), digest.to_owned());
        }
        i64::try_from(index).unwrap_or(i64::MAX)
    }

    /// JSON pointer of a notebook's cell, key of an object, field of an artifact's metadata.
    fn logical(&mut self, place: &Place) -> Option<Vec<LogicalLocation>> {
        let reference = |index: usize, table: &[LogicalLocation]| LogicalLocation {
            index: i64::try_from(index).ok(),
            fully_qualified_name: table.get(index).and_then(|entry| entry.fully_qualified_name.clone()),
            ..LogicalLocation::default()
        };
        let mut found = Vec::new();
        for step in &place.steps {
            let name = String::from_utf8_lossy(&decode_uri(&step.name)).into_owned();
            match step.kind.as_str() {
                "cell" => found.extend(self.pointer(&format!("/{}", name.trim_matches('/')), "value")),
                "metadata" => found.extend(self.entry(&name, &name, "property", None)),
                _ => {}
            }
        }
        if is_store(&place.origin.scheme) {
            let key = String::from_utf8_lossy(&decode_uri(&place.origin.uri)).into_owned();
            let bucket = String::from_utf8_lossy(&decode_uri(&self.bucket)).into_owned();
            found.extend(self.entry(&format!("{}://{bucket}/{key}", place.origin.scheme), &key, "resource", None));
        }
        (!found.is_empty()).then(|| found.into_iter().map(|index| reference(index, &self.logical)).collect())
    }

    /// Enters a JSON pointer after its parents.
    fn pointer(&mut self, path: &str, kind: &str) -> Option<usize> {
        let (outer, name) = path.rsplit_once('/')?;
        let outer_kind = if name.bytes().all(|byte| byte.is_ascii_digit()) { "array" } else { "object" };
        let parent = self.pointer(outer, outer_kind);
        self.entry(path, name, kind, parent)
    }

    fn entry(&mut self, path: &str, name: &str, kind: &str, parent: Option<usize>) -> Option<usize> {
        if let Some(index) = self.pointers.get(path) {
            return Some(*index);
        }
        let index = self.logical.len();
        self.logical.push(LogicalLocation {
            name: Some(super::results::clean(name)),
            fully_qualified_name: Some(super::results::clean(path)),
            kind: Some(kind.to_owned()),
            parent_index: parent.and_then(|parent| i64::try_from(parent).ok()),
            ..LogicalLocation::default()
        });
        self.pointers.insert(path.to_owned(), index);
        Some(index)
    }
}

/// Sources whose addresses are no paths.
fn is_store(scheme: &str) -> bool {
    !matches!(scheme, "" | "file" | "stdin" | "git")
}

fn joined(uri: &str, members: &[String]) -> String {
    members.iter().fold(uri.to_owned(), |uri, name| format!("{uri}!/{}", name.trim_start_matches('/')))
}

/// A member's name as a relative reference: archives may hold absolute names and colons.
fn relative(name: &str) -> String {
    encode_uri(&decode_uri(name.trim_start_matches('/')))
}

fn located(place: &Place, artifact: ArtifactLocation) -> Location {
    // Text of metadata has lines of its own, which are not lines of the file.
    let region = place.region.as_ref().filter(|_| !in_metadata(place));
    let physical = PhysicalLocation {
        artifact_location: Some(artifact),
        region: Some(region.map_or_else(anchor, text_region)),
        context_region: region.and_then(context),
        ..PhysicalLocation::default()
    };
    Location { physical_location: Some(physical), ..Location::default() }
}

fn in_metadata(place: &Place) -> bool {
    place.steps.iter().any(|step| step.kind == "metadata")
}

/// The beginning of a file, for what concerns the whole of it: dashboards refuse results without a line.
fn anchor() -> Region {
    let nothing = ArtifactContent { text: Some(String::new()), ..ArtifactContent::default() };
    Region { start_line: Some(1), start_column: Some(1), end_line: Some(1), end_column: Some(1), snippet: Some(nothing), ..Region::default() }
}

fn text_region(region: &domain::Region) -> Region {
    let (start_line, start_column) = (region.start_line.max(1), region.start_column.max(1));
    let end_line = region.end_line.max(start_line);
    let least = if end_line == start_line { start_column } else { 1 };
    Region {
        start_line: Some(small(start_line)),
        start_column: Some(small(start_column)),
        end_line: Some(small(end_line)),
        end_column: Some(small(region.end_column.max(least))),
        snippet: snippet(&region.snippet),
        ..Region::default()
    }
}

/// The line around a region of one line; never the neighbouring lines, which may hold secrets that nobody detected.
fn context(region: &domain::Region) -> Option<Region> {
    if region.end_line > region.start_line || region.line.is_empty() || region.line == region.snippet {
        return None;
    }
    let line = Some(small(region.start_line.max(1)));
    Some(Region { start_line: line, end_line: line, snippet: snippet(&region.line), ..Region::default() })
}

fn layers(place: &Place) -> BTreeMap<String, Value> {
    let mut properties = BTreeMap::new();
    let encodings: Vec<_> = place.steps.iter().filter(|step| matches!(step.kind.as_str(), "encoding" | "stream")).map(|step| step.name.as_str()).collect();
    if !encodings.is_empty() {
        properties.insert("decodePath".to_owned(), json!(encodings));
    }
    if let Some(cell) = place.steps.iter().find(|step| step.kind == "cell") {
        properties.insert("notebook".to_owned(), json!({"cell": cell.name, "line": place.cell_line}));
    }
    if let (Some(field), Some(region)) = (place.steps.iter().find(|step| step.kind == "metadata"), &place.region) {
        let at = json!({"field": field.name, "line": region.start_line, "column": region.start_column, "snippet": region.snippet});
        properties.insert("metadata".to_owned(), at);
    } else if let Some(region) = &place.region {
        properties.insert("offset".to_owned(), json!(region.offset));
    }
    if let Some(revision) = place.origin.revision.as_ref().filter(|_| place.history.is_none()) {
        properties.insert("revision".to_owned(), json!(revision));
    }
    properties
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Origin;

    fn place(uri: &str, steps: &[(&str, &str)]) -> Place {
        let origin = Origin { scheme: "file".into(), uri: uri.into(), ..Origin::default() };
        let steps: Vec<_> = steps.iter().map(|(kind, name)| Step { kind: (*kind).into(), name: (*name).into() }).collect();
        Place::whole(&origin, &steps)
    }

    fn json(value: impl serde::Serialize) -> Value {
        serde_json::to_value(value).expect("SARIF objects are JSON")
    }

    #[test]
    fn a_member_of_a_member() {
        let mut locations = Locations::default();
        let located = locations.primary(&place("a.zip", &[("member", "in/b.tar"), ("member", "/etc/c%3Ad")]), None);
        assert_eq!(json(located.location)["physicalLocation"]["artifactLocation"], json!({"uri": "a.zip!/in/b.tar!/etc/c%3Ad", "uriBaseId": ROOT}));
        assert_eq!(json(located.analysis_target), json!({"uri": "a.zip", "uriBaseId": ROOT, "index": 0}));
        let artifacts = json(locations.artifacts());
        assert_eq!(artifacts[1]["parentIndex"], 0);
        assert_eq!(artifacts[2], json!({"location": {"uri": "etc/c%3Ad", "index": 2}, "parentIndex": 1, "roles": ["resultFile"]}));
    }

    #[test]
    fn a_cell_has_a_pointer_with_parents() {
        let mut locations = Locations::default();
        let located = locations.primary(&place("n.ipynb", &[("cell", "cells/3/source")]), None);
        assert_eq!(json(located.location)["logicalLocations"], json!([{"index": 2, "fullyQualifiedName": "/cells/3/source"}]));
        let kinds: Vec<_> = locations.logical_locations().iter().filter_map(|entry| entry.kind.clone()).collect();
        assert_eq!(kinds, ["array", "object", "value"]);
        assert_eq!(locations.logical_locations()[2].parent_index, Some(1));
    }

    #[test]
    fn an_object_has_a_base_of_its_own() {
        let mut locations = Locations::of(
            &Target { scheme: "s3".into(), root: "s3://models".into(), start: String::new(), name: "s3://models".into(), repository: None },
            false,
        );
        let mut place = place("v1/a.pt", &[]);
        place.origin.scheme = "s3".into();
        let located = locations.primary(&place, Some("ab"));
        assert_eq!(json(&located.location)["physicalLocation"]["artifactLocation"], json!({"uri": "s3/models/v1/a.pt", "uriBaseId": STORE, "index": 0}));
        assert_eq!(json(locations.logical_locations())[0]["fullyQualifiedName"], "s3://models/v1/a.pt");
        assert_eq!(json(locations.artifacts())[0]["hashes"], json!({"sha-256": "ab"}));
    }

    #[test]
    fn a_commit_has_a_base_of_its_own() {
        let mut locations = Locations::default();
        let mut place = place("a.env", &[]);
        place.origin.scheme = "git".into();
        place.origin.revision = Some("0123456789abcdef".into());
        locations.primary(&place, None);
        assert!(locations.bases().contains_key("COMMIT:0123456789ab"));
    }

    #[test]
    fn what_is_past_is_shown_at_the_beginning_of_a_file_that_is_still_there() {
        let mut place = place("a.env", &[]);
        (place.origin.scheme, place.origin.revision) = ("git".into(), Some("0123456789abcdef".into()));
        place.region = Some(domain::Region { start_line: 90, start_column: 7, end_line: 90, end_column: 9, ..domain::Region::default() });
        let first = domain::Commit { id: "0123456789abcdef".into(), ..domain::Commit::default() };
        let history = domain::History { removed: Some(first.clone()), first, ..domain::History::default() };
        place.history = Some(Box::new(history.clone()));
        let gone = Locations::default().primary(&place, None);
        assert_eq!(json(&gone.location)["physicalLocation"]["artifactLocation"]["uriBaseId"], "COMMIT:0123456789ab");
        assert_eq!(json(&gone.location)["physicalLocation"]["region"]["startLine"], 90);
        assert!(gone.then.is_none());
        place.history = Some(Box::new(domain::History { path_in_head: true, ..history }));
        let mut locations = Locations::default();
        let there = locations.primary(&place, None);
        assert_eq!(json(&there.location)["physicalLocation"]["artifactLocation"], json!({"uri": "a.env", "uriBaseId": ROOT, "index": 0}));
        assert_eq!(json(&there.location)["physicalLocation"]["region"]["startLine"], 1);
        let then = json(locations.related(&there.then.expect("the place as it was"), 1));
        assert_eq!((&then["physicalLocation"]["region"]["startLine"], &there.properties["history"]["line"]), (&json!(90), &json!(90)));
    }

    #[test]
    fn metadata_is_shown_at_the_beginning_of_its_file() {
        let mut place = place("m.gguf", &[("metadata", "tokenizer.chat_template")]);
        place.region =
            Some(domain::Region { start_line: 90, start_column: 7, end_line: 90, end_column: 9, snippet: "[REDACTED]".into(), ..domain::Region::default() });
        let located = Locations::default().primary(&place, None);
        assert_eq!(json(located.location)["physicalLocation"]["region"]["startLine"], 1);
        assert_eq!(located.properties["metadata"]["line"], 90);
    }
}
