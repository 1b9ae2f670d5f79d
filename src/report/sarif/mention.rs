//! Descriptors of the rules that found nothing. There are many, so each says only what it is: at length all rules have several MB.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use serde_sarif::sarif::ReportingConfiguration;

use super::rules::configuration;
use super::typed::{pascal, sentence};
use crate::domain::Mention;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'m> {
    default_configuration: ReportingConfiguration,
    full_description: Words<'m>,
    help: Words<'m>,
    help_uri: &'m str,
    id: String,
    name: String,
    properties: Properties<'m>,
    short_description: Words<'m>,
}

#[derive(Serialize)]
struct Words<'m> {
    text: Cow<'m, str>,
}

#[derive(Serialize)]
struct Properties<'m> {
    #[serde(rename = "rule-name")]
    name: &'m str,
    /// A number in a string, as in the descriptors of the others.
    #[serde(rename = "security-severity")]
    severity: String,
    tags: [&'static str; 2],
}

pub(super) fn write(mention: &Mention, out: &mut dyn Write) -> io::Result<()> {
    let own = mention.help_url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let descriptor = Descriptor {
        default_configuration: configuration(mention.level, mention.severity),
        full_description: Words { text: sentence(&mention.summary) },
        help: Words { text: format!("It found nothing here. What it is, and how to revoke it: heliodon rules show {}", mention.name).into() },
        help_uri: own.unwrap_or(super::run::HOME),
        id: format!("HEL{}", mention.code),
        name: pascal(&mention.name),
        properties: Properties { name: &mention.name, severity: format!("{:.1}", mention.severity), tags: ["security", "secret"] },
        // Equal to the full one, a short description is dropped by those who write a log anew with Microsoft's SDK.
        short_description: Words { text: sentence(&mention.title) },
    };
    Ok(serde_json::to_writer(out, &descriptor)?)
}
