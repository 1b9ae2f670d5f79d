//! Servers that are given the password which they ask for: they share it with each client, as they must.

use crate::scan::detect::credential::entries::Entry;

/// Parts of the names of their images.
#[rustfmt::skip] // a list, not code
const SERVERS: [&[u8]; 24] = [
    b"postgres", b"postgis", b"pgvector", b"timescale", b"mysql", b"mariadb", b"percona", b"mongo", b"redis", b"valkey", b"rabbitmq", b"minio",
    b"elasticsearch", b"opensearch", b"clickhouse", b"neo4j", b"cassandra", b"couchdb", b"influxdb", b"mssql", b"qdrant", b"weaviate", b"keycloak", b"vault",
];

/// Is the service or container around the value such a server?
pub(super) fn asks_for_passwords(all: &[Entry], entry: &Entry, bytes: &[u8]) -> bool {
    let image = (1..entry.path.len()).rev().find_map(|depth| {
        let is_image = |other: &&Entry| other.path.len() == depth + 1 && other.shares(entry, depth) && bytes[other.path[depth].clone()] == *b"image";
        all.iter().find(is_image)
    });
    let Some(image) = image.map(|image| bytes[image.value.clone()].to_ascii_lowercase()) else { return false };
    let name = image.split(|byte| *byte == b'@').next().unwrap_or_default().rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    SERVERS.iter().any(|server| memchr::memmem::find(name, server).is_some())
}
