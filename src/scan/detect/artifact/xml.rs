//! Models in XML: PMML, and the topology of OpenVINO (its weights lie in a `.bin` beside it).

use super::plain::{fact, first_fact};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const PMML: Format = Format { name: "pmml", read: pmml };
pub(super) const OPENVINO: Format = Format { name: "openvino", read: openvino };

/// Comments and declarations before the root are short.
const PROLOGUE: usize = 2048;

fn pmml(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let text = root(head, "PMML")?;
    let tag = text.split('>').next()?;
    if !tag.contains("dmg.org/PMML") && attribute(tag, "version").is_none() {
        return None;
    }
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "pmml");
    first_fact(&mut facts, "format_version", [attribute(tag, "version")]);
    if let Some(application) = text.split_once("<Application").and_then(|(_, rest)| rest.split('>').next()) {
        let (name, version) = (attribute(application, "name").unwrap_or_default(), attribute(application, "version").unwrap_or_default());
        fact(&mut facts, "producer", format!("{name} {version}"));
    }
    first_fact(&mut facts, "name", [attribute(&text, "modelName")]);
    let kind = text
        .match_indices("Model ")
        .find_map(|(at, _)| text[..at].rsplit_once('<').map(|(_, kind)| kind).filter(|kind| kind.bytes().all(|byte| byte.is_ascii_alphabetic())));
    fact(&mut facts, "architecture", kind.map_or(String::new(), |kind| format!("{kind}Model")));
    Some(facts)
}

fn openvino(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let text = root(head, "net")?;
    let (tag, rest) = text.split_once('>')?;
    if attribute(tag, "version").is_none() || !rest.trim_start().starts_with("<layers") || !rest.contains("<layer ") {
        return None;
    }
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "openvino");
    first_fact(&mut facts, "name", [attribute(tag, "name")]);
    first_fact(&mut facts, "format_version", [attribute(tag, "version")]);
    Some(facts)
}

/// The text from the root element's name on, if it has this name.
fn root(head: &[u8], name: &str) -> Option<String> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if text.first() != Some(&b'<') {
        return None;
    }
    let prologue = &text[..text.len().min(PROLOGUE)];
    // The root is the first tag that is no declaration, no comment and no document type.
    let mut at = 0;
    loop {
        at += memchr::memchr(b'<', &prologue[at..])?;
        let rest = &prologue[at..];
        let end: &[u8] = match rest.get(1)? {
            b'?' => b"?>",
            b'!' if rest.starts_with(b"<!--") => b"-->",
            b'!' => b">",
            _ => break,
        };
        at += memchr::memmem::find(rest, end)? + end.len();
    }
    let named = text.get(at + 1..)?.strip_prefix(name.as_bytes())?;
    named.first().is_some_and(u8::is_ascii_whitespace).then(|| String::from_utf8_lossy(named).into_owned())
}

/// The value of the first attribute of this name.
fn attribute<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.match_indices(name).find_map(|(at, _)| {
        let whole = text[..at].ends_with(|c: char| c.is_whitespace());
        let value = text[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        value[1..].split(quote).next().filter(|_| whole)
    })
}

/// One file of each, for the tests.
#[cfg(test)]
pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let pmml = r#"<?xml version="1.0"?><!-- made --><PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header><Application name="JPMML" version="1.5"/></Header>
        <DataDictionary/><TreeModel modelName="churn" functionName="classification"></TreeModel></PMML>"#;
    let openvino = r#"<?xml version="1.0"?><net name="resnet" version="11"><layers><layer id="0" name="x" type="Parameter"/></layers></net>"#;
    vec![("pmml", pmml.into()), ("openvino", openvino.into())]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn roots_and_their_attributes() {
        let facts = read_as("x", &samples()[0].1, pmml).expect("a model");
        assert_eq!(
            ["name", "producer", "architecture", "format_version"].map(|name| fact_of(&facts, name).unwrap_or_default()),
            ["churn", "JPMML 1.5", "TreeModel", "4.4"]
        );
        let facts = read_as("x", &samples()[1].1, openvino).expect("a model");
        assert_eq!(["name", "format_version"].map(|name| fact_of(&facts, name).unwrap_or_default()), ["resnet", "11"]);
    }

    #[test]
    fn other_documents_are_none() {
        for text in [
            r#"<net name="lan" version="2"><router/></net>"#,
            "<html><body>&lt;PMML version=&quot;4&quot;></body></html>",
            "<PMMLish version='1'/>",
            "<!-- <PMML version='4.4'> -->",
        ] {
            assert!(read_as("x.xml", text.as_bytes(), pmml).is_none() && read_as("x.xml", text.as_bytes(), openvino).is_none(), "{text}");
        }
    }
}
