//! Services of compose files and workloads of a cluster: which of them is given which key.

use std::ops::Range;

use super::{User, image};
use crate::scan::detect::credential::entries::{self, Form};

pub(super) const SERVICE: &str = "service";

pub(super) const SERVICES: &[User] = &[User { mark: "services:", files: &[], at: "services/{}/**", named_by: &[], fact: SERVICE, agent: "" }];

/// A manifest of something that runs.
pub(super) fn is_of_cluster(bytes: &[u8]) -> bool {
    [&b"kind:"[..], b"ontainers:"].into_iter().all(|mark| memchr::memmem::find(bytes, mark).is_some())
}

/// `Deployment/chat`, for what stands in one of its containers.
pub(super) fn in_cluster<'b>(bytes: &'b [u8], span: &Range<usize>) -> Vec<(&'static str, &'b [u8])> {
    let start = memchr::memmem::rfind(&bytes[..span.start], b"\n---").map_or(0, |border| border + 1);
    let end = memchr::memmem::find(&bytes[span.start..], b"\n---").map_or(bytes.len(), |border| span.start + border);
    let document = &bytes[start..end];
    let all = entries::read(document, Form::Yaml);
    let in_container = |entry: &&entries::Entry| {
        entry.path.iter().any(|name| [&b"containers"[..], b"initContainers"].contains(&&document[name.clone()]))
            && !image::asks_for_passwords(&all, entry, document)
    };
    let at = |path: &str| all.iter().find(|entry| entries::matches(path, &entry.path, document).is_some()).map(|entry| &document[entry.value.clone()]);
    match entries::holding(&all, &(span.start - start..span.end - start)).filter(in_container) {
        Some(_) => at("metadata/name").map(|name| ("workload", name)).into_iter().chain(at("kind").map(|kind| ("kind", kind))).collect(),
        None => Vec::new(),
    }
}
