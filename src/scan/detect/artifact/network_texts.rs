//! Networks written as text: Darknet's configuration, ncnn's parameters, Caffe's definitions. The weights lie beside them.

use super::plain::{fact, first_fact};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const DARKNET: Format = Format { name: "darknet-cfg", read: darknet };
pub(super) const NCNN: Format = Format { name: "ncnn-param", read: ncnn };
pub(super) const PROTOTXT: Format = Format { name: "caffe-prototxt", read: prototxt };

/// An INI file that begins with the network and goes on with layers.
fn darknet(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    const LAYERS: [&str; 8] = ["[convolutional]", "[connected]", "[yolo]", "[region]", "[maxpool]", "[shortcut]", "[lstm]", "[softmax]"];
    if !matches!(head.first()?, b'[' | b'#' | b'\n' | b'\r') || memchr::memmem::find(&head[..head.len().min(4096)], b"[net").is_none() {
        return None;
    }
    let text = String::from_utf8_lossy(head);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    if !matches!(lines.next()?, "[net]" | "[network]") {
        return None;
    }
    let layers = lines.filter(|line| LAYERS.contains(line)).count();
    (layers > 0).then(|| companion("darknet"))
}

/// A magic number, counts of layers and blobs, then a line for each layer.
fn ncnn(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let text = String::from_utf8_lossy(head.strip_prefix(b"7767517")?);
    let mut lines = text.lines().skip(1);
    let counts: Vec<u32> = lines.next()?.split_whitespace().map_while(|count| count.parse().ok()).collect();
    let mut layer = lines.next()?.split_whitespace();
    let named = layer.next()?.starts_with(|c: char| c.is_ascii_uppercase()) && layer.next().is_some();
    let numbered = layer.take(2).filter(|count| count.parse::<u32>().is_ok()).count() == 2;
    (counts.len() == 2 && named && numbered).then(|| companion("ncnn"))
}

/// `layer { … type: "…" … top: … }`.
fn prototxt(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    // Most texts are dismissed by their first word.
    let start = head.trim_ascii_start();
    if ![&b"name"[..], b"layer", b"input", b"#"].iter().any(|word| start.starts_with(word))
        || memchr::memmem::find(&head[..head.len().min(4096)], b"layer").is_none()
    {
        return None;
    }
    let text = String::from_utf8_lossy(head);
    let lines = || text.lines().map(str::trim);
    let layer = lines().any(|line| matches!(line.split_once('{').map(|(word, _)| word.trim()), Some("layer" | "layers")));
    let kind = lines()
        .filter_map(|line| line.strip_prefix("type:"))
        .any(|kind| kind.trim_matches(|c: char| c == '"' || c.is_whitespace()).starts_with(|c: char| c.is_ascii_uppercase()));
    if !layer || !kind || !lines().any(|line| line.starts_with("top:") || line.starts_with("bottom:")) {
        return None;
    }
    let mut facts = companion("caffe");
    let name = lines().find_map(|line| line.strip_prefix("name:")).map(|name| name.trim_matches(|c: char| c == '"' || c.is_whitespace()));
    first_fact(&mut facts, "name", [name.filter(|_| start.starts_with(b"name"))]);
    Some(facts)
}

/// It speaks of a model whose weights are another file.
fn companion(framework: &str) -> Facts {
    let mut facts = Facts { role: "config", sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", framework);
    facts
}

/// One file of each, for the tests.
#[cfg(test)]
pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let prototxt = "name: \"LeNet\"\nlayer {\n  name: \"ip1\"\n  type: \"InnerProduct\"\n  bottom: \"data\"\n  top: \"ip1\"\n}\n";
    vec![
        ("darknet-cfg", b"# tiny\n[net]\nbatch=1\n\n[convolutional]\nfilters=16\n".to_vec()),
        ("ncnn-param", b"7767517\n2 2\nInput            data             0 1 data\nConvolution conv1 1 1 data c\n".to_vec()),
        ("caffe-prototxt", prototxt.into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn texts_that_begin_alike_are_none() {
        for text in [
            "[net]\naddress=10.0.0.1\n",
            "7767517\n1 2\n3 4\n",
            "name: \"x\"\nlayer: top\n",
            "# layer { } of the sea\n",
            "[network-manager]\n[convolutional]\n",
        ] {
            for format in [&DARKNET, &NCNN, &PROTOTXT] {
                assert!(read_as("x.cfg", text.as_bytes(), format.read).is_none(), "{text}");
            }
        }
    }

    #[test]
    fn a_definition_tells_its_name() {
        assert_eq!(fact_of(&read_as("x", &samples()[2].1, prototxt).expect("a definition"), "name"), Some("LeNet"));
    }
}
