//! Formats that are told by a magic number and the sanity of the few numbers behind it.

use super::flatbuffer;
use super::pages::Pages;
use super::plain::fact;
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const GGML: Format = Format { name: "ggml", read: ggml };
pub(super) const LITERTLM: Format = Format { name: "litertlm", read: litertlm };
pub(super) const TENSORRT: Format = Format { name: "tensorrt", read: tensorrt };
pub(super) const MXNET: Format = Format { name: "mxnet-params", read: mxnet };
pub(super) const CTRANSLATE2: Format = Format { name: "ctranslate2", read: ctranslate2 };
pub(super) const RKNN: Format = Format { name: "rknn", read: rknn };
pub(super) const NCNN: Format = Format { name: "ncnn-param-bin", read: ncnn };
pub(super) const DARKNET: Format = Format { name: "darknet-weights", read: darknet };
pub(super) const OCDBT: Format = Format { name: "ocdbt", read: ocdbt };

/// The formats before GGUF; each magic number is a word read backwards.
fn ggml(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let (magic, rest) = head.split_first_chunk::<4>()?;
    let first = u32_at(rest, 0)?;
    let (variant, sane) = match magic {
        b"lmgg" => ("ggml", (1..1 << 20).contains(&first) && (1..1 << 17).contains(&u32_at(rest, 4)?)),
        b"fmgg" => ("ggmf", first == 1),
        b"tjgg" => ("ggjt", (1..=3).contains(&first)),
        b"algg" => ("ggla", first == 1),
        _ => return None,
    };
    let mut facts = Facts { role: if variant == "ggla" { "adapter" } else { "" }, ..certain("ggml") };
    fact(&mut facts, "variant", variant);
    (sane && head.len() >= 24).then_some(facts)
}

/// `LITERTLM`, then major, minor and patch version.
fn litertlm(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let rest = head.strip_prefix(b"LITERTLM")?;
    let version = [u32_at(rest, 0)?, u32_at(rest, 4)?, u32_at(rest, 8)?];
    version.iter().all(|part| *part < 1000).then(|| certain("litert"))
}

/// A serialised engine: a tag, then the version of the serialisation. Newer ones have a description in JSON before it, with its length.
fn tensorrt(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let engine = match head {
        [_, _, _, _, b'{', ..] => head.get(4 + usize::try_from(u32_at(head, 0)?).ok()?..)?,
        _ => head,
    };
    let rest = engine.strip_prefix(b"ptrt").or_else(|| engine.strip_prefix(b"ftrt"))?;
    ((1..0x400).contains(&u32_at(rest, 0)?) && blob.len() >= 24).then(|| certain("tensorrt"))
}

/// A list of arrays: magic, reserved, count, then an array with a magic number of its own.
fn mxnet(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let (header, rest) = head.split_first_chunk::<24>()?;
    let sane = header.starts_with(&[0x12, 1, 0, 0, 0, 0, 0, 0]) && header[8..16] == [0; 8] && u32_at(header, 20)? == 0 && u32_at(header, 16)? < 1 << 24;
    (sane && matches!(rest.get(..4)?, [0xc8..=0xca, 0xfa, 0x93, 0xf9])).then(|| certain("mxnet"))
}

/// A version, then the name of a model specification with its length: `TransformerSpec`, `WhisperSpec`.
fn ctranslate2(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let [2..=9, 0, 0, 0, len @ 6..=64, 0, rest @ ..] = head else { return None };
    let (name, end) = rest.get(..usize::from(*len))?.split_at(usize::from(*len) - 1);
    if end != [0] || !name.ends_with(b"Spec") || !name.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let mut facts = certain("ctranslate2");
    fact(&mut facts, "architecture", String::from_utf8_lossy(name.strip_suffix(b"Spec")?));
    Some(facts)
}

/// Rockchip: a magic number, a version, the length of what follows.
fn rknn(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if head.starts_with(b"CYPTRKNN") {
        return head.iter().skip(8).take(64).any(|byte| !byte.is_ascii()).then(|| certain("rknn"));
    }
    // Lite models are FlatBuffers with the letters as their identifier.
    if head.get(4..8)? == b"RKNN" {
        return flatbuffer::root(&mut Pages::new(blob, head, 4096, 4), 0).map(|_| certain("rknn"));
    }
    let rest = head.strip_prefix(b"RKNN\0\0\0\0")?;
    let len = u64::from_le_bytes(*rest.get(8..)?.first_chunk()?);
    (u32_at(rest, 0)? < 100 && u32_at(rest, 4)? == 0 && len <= blob.len()).then(|| certain("rknn"))
}

/// The binary form of ncnn's parameters: the magic number of the text, counts of layers and blobs, then a layer's type and counts.
fn ncnn(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if u32_at(head, 0)? != 7_767_517 {
        return None;
    }
    let [layers, blobs, kind, inputs, outputs] = [4, 8, 12, 16, 20].map(|at| u32_at(head, at).unwrap_or(u32::MAX));
    let sane = (1..1 << 16).contains(&layers) && (1..1 << 17).contains(&blobs) && kind < 1 << 10 && inputs < 1 << 10 && outputs < 1 << 10;
    sane.then(|| Facts { role: "config", ..certain("ncnn") })
}

/// Darknet's weights: version 0.1 or 0.2, the number of images seen, then floats. Small numbers are many, so the name counts.
fn darknet(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let [major, minor, revision] = [0, 4, 8].map(|at| u32_at(head, at));
    if !blob.encoded_name().ends_with(".weights") || major? != 0 || !(1..=2).contains(&minor?) || revision? > 9 {
        return None;
    }
    // The number of images has 64 bits since version 0.2.
    let header = if minor? == 2 { 20 } else { 16 };
    (blob.len() > header && (blob.len() - header).is_multiple_of(4)).then(|| Facts { role: "weights", sureness: Sureness::Likely, ..certain("darknet") })
}

/// TensorStore's key-value store, in which JAX keeps checkpoints: the manifest knows its own length.
fn ocdbt(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let rest = head.strip_prefix(&[0x0c, 0xdb, 0x3a, 0x2a])?;
    (u64::from_le_bytes(*rest.first_chunk()?) == blob.len()).then(|| Facts { role: "index", sureness: Sureness::Likely, ..certain("jax") })
}

fn certain(framework: &'static str) -> Facts {
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", framework);
    facts
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

/// One file of each, for the tests.
#[cfg(test)]
pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let mut ocdbt = [&[0x0c, 0xdb, 0x3a, 0x2a][..], &[0; 60]].concat();
    ocdbt[4] = 64;
    vec![
        ("ggml", [b"tjgg".to_vec(), numbers(&[3, 32000, 4096, 256, 32])].concat()),
        ("litertlm", [b"LITERTLM".to_vec(), numbers(&[1, 4, 0, 0])].concat()),
        ("tensorrt", [b"ptrt".to_vec(), numbers(&[0x61, 0, 0, 0, 0, 0])].concat()),
        ("mxnet-params", [numbers(&[0x112, 0, 0, 0, 1, 0, 0xf993_fac9]), vec![0; 32]].concat()),
        ("ctranslate2", [numbers(&[6]), vec![16, 0], b"TransformerSpec\0".to_vec(), vec![0; 32]].concat()),
        ("rknn", [b"RKNN\0\0\0\0".to_vec(), numbers(&[6, 0, 32, 0]), vec![0; 32]].concat()),
        ("ocdbt", ocdbt),
        ("tensorrt", [numbers(&[16]), b"{\"version\":\"10\"}".to_vec(), b"ftrt".to_vec(), numbers(&[0xef, 0, 0, 0, 0, 0])].concat()),
        ("rknn", flatbuffer::write::strings(b"RKNN", &[Some("graph")])),
        ("ncnn-param-bin", numbers(&[7_767_517, 2, 2, 16, 0, 1, 0, 0])),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::testing::read_as;
    use super::*;

    #[test]
    fn words_that_begin_alike_are_no_models() {
        for text in [
            &b"lmgg is not a word, but a text may hold it"[..],
            b"LITERTLM is a container",
            b"ptrtest passed in 3 seconds, all well",
            b"RKNN toolkit",
            b"CYPTRKNN in words only, no bytes",
        ] {
            for format in [&GGML, &LITERTLM, &TENSORRT, &MXNET, &CTRANSLATE2, &RKNN, &OCDBT, &NCNN, &DARKNET] {
                assert!(read_as("x", text, format.read).is_none(), "{}", format.name);
            }
        }
    }

    #[test]
    fn the_weights_of_darknet_need_their_name() {
        let weights: Vec<u8> = [0u32, 2, 5, 7, 0, 1, 2].iter().flat_map(|number| number.to_le_bytes()).collect();
        assert!(read_as("yolo.weights", &weights, darknet).is_some() && read_as("yolo.dat", &weights, darknet).is_none());
        assert!(read_as("gym.weights", b"80 kg, 90 kg, and so on", darknet).is_none());
    }
}
