//! Trouble as notifications. To add a kind of trouble: a row in [`KINDS`].

use serde_json::Value;
use serde_sarif::sarif::{Location, Message, Notification, PhysicalLocation, ReportingDescriptor, ReportingDescriptorReference};

use super::guid::guid;
use super::locations::Locations;
use super::results::clean;
use super::typed::{multi, pascal, result_level, sentence, word};
use crate::domain::{Level, Repository, Trouble};

/// A condition of the scan itself.
struct Kind {
    id: &'static str,
    level: Level,
    /// One sentence.
    says: &'static str,
    /// What follows from it.
    means: &'static str,
    /// What to do.
    help: &'static str,
    /// `{0}` is the place, `{1}` what is said of it.
    message: &'static str,
}

/// What a kind that is not in the table is reported as.
const OTHER: &str = "other-trouble";
/// A log is for results; ten thousand unreadable files are one problem.
const TROUBLES: usize = 1000;
const NOT_READ: &str = "'{0}' was not read, or not wholly: {1}.";

const fn kind(id: &'static str, says: &'static str, means: &'static str, help: &'static str) -> Kind {
    Kind { id, level: Level::Warning, says, means, help, message: NOT_READ }
}

#[rustfmt::skip]
const KINDS: &[Kind] = &[
    kind("archive-limit", "An archive was not unpacked to its end.", "It goes beyond a limit of depth, size, number or ratio; what lies behind the limit was not searched.", "Raise the limit with --max-depth or --max-unpacked if the archive is trusted."),
    kind("decode-error", "Something is not what its format says.", "It was searched as far as it could be decoded.", "Check whether the file is damaged."),
    kind("encrypted-archive", "An archive or a member of it is encrypted.", "Its contents were not searched.", "Decrypt it and scan the contents, or scan it where it is made."),
    kind("file-too-large", "A file is larger than what is read.", "It was searched up to the limit.", "Raise the limit, or split the file."),
    kind("internal-error", "Heliodon failed on an object.", "The object was not searched to its end; the scan went on.", "Please report it, with the version and, if it may be shared, the object."),
    kind("manifest-error", "A side-car manifest cannot be used.", "The model beside it is judged as if it had none.", "Mend the manifest; its schema comes with Heliodon."),
    Kind { id: "notifications-truncated", level: Level::Warning, says: "There is more trouble than a log should hold.", means: "The rest is of the same kind, or of others.", help: "Write JSON lines for all of it.", message: "{0} more troubles are not in this log." },
    kind("object-store-error", "An object store refused or failed a request.", "The objects concerned were not searched.", "Check address, permissions and limits of the store."),
    kind(OTHER, "Something could not be read, or not wholly.", "It was searched as far as it could be.", "See the message."),
    kind("partial-clone", "Objects of a repository are missing on purpose.", "What only a remote has was not searched.", "Fetch them (`git fetch --refetch` without a filter) and scan again."),
    kind("registry-error", "A registry cannot be read, or not wholly.", "Entries that are missing make approved models look unapproved.", "Mend the registry, or check its address and permissions."),
    Kind { id: "results-truncated", level: Level::Warning, says: "There are more results than dashboards take.", means: "Those of highest level and rank are in this log.", help: "Write --sarif-profile full or JSON lines for all of them.", message: "{0} of {1} results are in this log, those of highest level and rank; --sarif-profile full holds all." },
    kind("shallow-history", "The history of a repository is not all there.", "Commits before its boundary were not searched.", "Fetch the whole history and scan again."),
    kind("timeout", "Something took longer than it may.", "It was searched up to that moment.", "Raise the limit, or leave the object out."),
    kind("unit-missing", "A unit of the plan was neither read nor reported.", "What is in it was not searched.", "Run its shard again."),
    kind("unreadable-file", "A file could not be read.", "It was not searched.", "Check its permissions, and that it exists."),
    Kind { id: "unused-waiver", level: Level::Note, says: "A waiver covers nothing.", means: "What it was made for is gone, or its words do not match.", help: "Remove it, or mend it.", message: "the waiver '{0}' covers no finding." },
];

/// In the order of the table; their position is their index.
pub(super) fn descriptors() -> Vec<ReportingDescriptor> {
    KINDS.iter().map(descriptor).collect()
}

/// The first of them, and how many more there are.
pub(super) fn troubles(troubles: &[Trouble], locations: &mut Locations) -> Vec<Notification> {
    let more = troubles.len().checked_sub(TROUBLES).filter(|more| *more > 0);
    let told = troubles.iter().take(TROUBLES).map(|told| trouble(told, locations));
    told.chain(more.map(|more| notification("notifications-truncated", vec![more.to_string()]))).collect()
}

fn trouble(trouble: &Trouble, locations: &mut Locations) -> Notification {
    let place = trouble.place.display();
    let place = if place.is_empty() { ".".to_owned() } else { place };
    let mut notification = notification(&trouble.kind, vec![clean(&place), clean(trouble.message.trim_end_matches('.'))]);
    notification.locations = locations.bare(&trouble.place).map(|file| {
        let physical = PhysicalLocation { artifact_location: Some(file), ..PhysicalLocation::default() };
        vec![Location { physical_location: Some(physical), ..Location::default() }]
    });
    notification
}

/// What a repository does not have, unless trouble of that kind was told.
pub(super) fn repository(repository: &Repository, troubles: &[Trouble]) -> Vec<Notification> {
    let kinds = [
        (repository.shallow, "shallow-history", "its history ends at a boundary, and what lies before was not there to be read"),
        (repository.partial, "partial-clone", "it is a partial clone, and what only its remote has was not there to be read"),
    ];
    let told = |kind: &str| troubles.iter().any(|trouble| trouble.kind == kind);
    kinds.into_iter().filter(|(is, kind, _)| *is && !told(kind)).map(|(_, kind, says)| notification(kind, vec![".".to_owned(), says.to_owned()])).collect()
}

pub(super) fn truncated(kept: u64, all: u64) -> Notification {
    notification("results-truncated", vec![kept.to_string(), all.to_string()])
}

pub(super) fn unused_waiver(waiver: &str) -> Notification {
    notification("unused-waiver", vec![clean(&without_folders(waiver))])
}

/// Absolute paths keep their last name only: the rest tells where the scan ran.
fn without_folders(text: &str) -> String {
    let short = |word: &str| match word.find('/') {
        Some(slash) if word[..slash].chars().all(|c| !c.is_alphanumeric() && c != '*' && c != '.') => {
            format!("{}{}", &word[..slash], word.rsplit('/').next().unwrap_or_default())
        }
        _ => word.to_owned(),
    };
    text.split(' ').map(short).collect::<Vec<_>>().join(" ")
}

fn notification(id: &str, arguments: Vec<String>) -> Notification {
    let known = KINDS.iter().position(|kind| kind.id == id);
    let index = known.or_else(|| KINDS.iter().position(|kind| kind.id == OTHER)).unwrap_or_default();
    let kind = &KINDS[index];
    let text = arguments.iter().enumerate().fold(kind.message.to_owned(), |text, (at, argument)| text.replacen(&format!("{{{at}}}"), argument, 1));
    let message = Message { text: Some(sentence(&text).into_owned()), id: Some("default".into()), arguments: Some(arguments), ..Message::default() };
    let descriptor = ReportingDescriptorReference { id: Some(kind.id.into()), index: i64::try_from(index).ok(), ..ReportingDescriptorReference::default() };
    let mut notification = Notification::builder().message(message).descriptor(descriptor).level(word(result_level(kind.level))).build();
    notification.properties = known.is_none().then(|| super::typed::bag([("kind".to_owned(), Value::from(id))].into())).flatten();
    notification
}

fn descriptor(kind: &Kind) -> ReportingDescriptor {
    let configuration = serde_sarif::sarif::ReportingConfiguration { level: Some(word(result_level(kind.level))), ..Default::default() };
    ReportingDescriptor::builder()
        .id(kind.id)
        .guid(guid(&format!("notification/{}", kind.id)))
        .name(pascal(&format!("{}-notification", kind.id)))
        .short_description(multi(kind.says))
        .full_description(multi(format!("{} {}", kind.says, kind.means)))
        .help(multi(kind.help))
        .message_strings([("default".to_owned(), multi(kind.message))])
        .default_configuration(configuration)
        .help_uri(super::run::HOME)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Origin, Place};

    fn told(kind: &str) -> Notification {
        let place = Place::whole(&Origin { scheme: "file".into(), uri: "a%20b.zip".into(), ..Origin::default() }, &[]);
        trouble(&Trouble { place, kind: kind.into(), message: "it has {1} braces".into() }, &mut Locations::default())
    }

    #[test]
    fn a_known_kind_has_its_descriptor() {
        let notification = told("archive-limit");
        assert_eq!(notification.message.text.as_deref(), Some("'a b.zip' was not read, or not wholly: it has (1) braces."));
        let descriptor = notification.descriptor.expect("a notification names its descriptor");
        let index = descriptor.index.and_then(|index| usize::try_from(index).ok()).expect("an index into the table");
        assert_eq!(descriptors()[index].id, "archive-limit");
    }

    #[test]
    fn an_unknown_kind_is_other_trouble() {
        let notification = told("cosmic-ray");
        assert_eq!(notification.descriptor.and_then(|descriptor| descriptor.id).as_deref(), Some(OTHER));
        assert_eq!(notification.properties.map(|bag| bag.additional_properties["kind"].clone()), Some(Value::from("cosmic-ray")));
    }

    #[test]
    fn much_trouble_is_cut_and_said() {
        let place = Place::whole(&Origin { uri: "a".into(), ..Origin::default() }, &[]);
        let many = vec![Trouble { place, kind: "unreadable-file".into(), message: "permission denied".into() }; TROUBLES + 7];
        let told = troubles(&many, &mut Locations::default());
        assert_eq!(told.len(), TROUBLES + 1);
        assert_eq!(told.last().and_then(|last| last.message.text.as_deref()), Some("7 more troubles are not in this log."));
    }

    #[test]
    fn a_waiver_does_not_tell_where_the_scan_ran() {
        let told = |waiver| unused_waiver(waiver).message.text.unwrap_or_default();
        assert_eq!(
            told("`stale-secret` at `old/**` (/home/me/registry.yaml:3)"),
            "the waiver '`stale-secret` at `old/**` (registry.yaml:3)' covers no finding."
        );
        assert_eq!(told("x at `**/y` (conf/registry.yaml:3)"), "the waiver 'x at `**/y` (conf/registry.yaml:3)' covers no finding.");
    }

    #[test]
    fn kinds_are_sorted_and_complete() {
        assert!(KINDS.is_sorted_by(|a, b| a.id < b.id));
        assert!(KINDS.iter().all(|kind| [kind.says, kind.means, kind.help].iter().all(|text| text.ends_with('.'))));
    }
}
