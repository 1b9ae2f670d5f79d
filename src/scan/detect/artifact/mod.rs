//! Model artifacts, told by content under any name.
//!
//! To add a format: write `acme.rs` with a `FORMAT`, and list it in [`FORMATS`], or in [`ZIP_FORMATS`] when it is a zip. Order matters
//! where heads are ambiguous: the first format that reads the blob has it (`facts/models.md`, C.0).
//!
//! A format first looks at a few bytes of the head, so that other files cost nothing; then `pages` fetches what it needs by
//! offset, `protobuf`, `flatbuffer`, `json` and `ubjson` read the common grammars, and `plain` makes what is told fit to be shown.

mod annex;
mod caffe;
mod catboost;
mod companion;
mod coreml;
mod dvc;
mod embeddings;
mod executorch;
mod flatbuffer;
mod flax;
mod gguf;
mod graphdef;
mod hdf5;
#[cfg(test)]
mod hostile;
mod hub_cache;
mod huggingface;
mod jax_export;
mod joblib;
mod json;
mod json_models;
mod keras;
mod lfs;
mod lightgbm;
mod llamafile;
mod magic;
mod mediapipe;
mod mlflow;
mod mlnet;
mod mlpackage;
mod mnn;
mod modelfile;
mod mojo;
mod names;
mod nemo;
mod network_texts;
mod npz;
mod numpy;
mod ollama;
mod onnx;
mod ort;
mod paddle;
mod pages;
mod pickle;
mod plain;
mod protobuf;
mod rds;
mod safetensors;
mod safetensors_index;
mod savedmodel;
mod sentence_transformers;
mod sentencepiece;
mod skops;
mod spacy;
#[cfg(test)]
mod testing;
mod text_graph;
mod tf_checkpoint;
mod tflite;
mod tokenizer;
mod torch;
mod torch_legacy;
mod torchserve;
mod triton;
mod ubjson;
mod xet;
mod xgboost;
mod xml;
mod yaml_tags;
mod zipdir;

use std::io;

use sha2::{Digest as _, Sha256};

use self::plain::{hazard, printable};
use crate::domain::{Artifact, Blob, Digest, DigestKind, Hazard, Sureness, hex};

/// A model format.
pub(super) struct Format {
    pub(super) name: &'static str,
    /// What the blob says of itself, if it is of this format. The head is given, since all formats ask for it.
    pub(super) read: fn(&Blob<'_>, &[u8]) -> Option<Facts>,
}

/// A model format that is a zip file. Of each zip the directory is read once.
struct ZipFormat {
    name: &'static str,
    read: fn(&zipdir::Zip<'_>) -> Option<Facts>,
}

const ZIP_FORMATS: &[&ZipFormat] =
    &[&torch::FORMAT, &keras::FORMAT, &skops::FORMAT, &torchserve::FORMAT, &mojo::FORMAT, &mlnet::FORMAT, &mediapipe::FORMAT, &npz::FORMAT];

const FORMATS: &[&Format] = &[
    &safetensors::FORMAT,
    &gguf::FORMAT,
    &hdf5::FORMAT,
    &tflite::FORMAT,
    &executorch::FORMAT,
    &ort::FORMAT,
    &llamafile::FORMAT,
    &magic::GGML,
    &magic::LITERTLM,
    &magic::TENSORRT,
    &magic::MXNET,
    &magic::CTRANSLATE2,
    &magic::RKNN,
    &magic::OCDBT,
    &magic::NCNN,
    &magic::DARKNET,
    &embeddings::FASTTEXT,
    &tf_checkpoint::FORMAT,
    &catboost::FORMAT,
    &xgboost::UBJ_FORMAT,
    &xgboost::BINARY_FORMAT,
    &torch_legacy::FORMAT, // before pickle, of which it is a stack
    &joblib::FORMAT,       // before pickle, of which it is a variant; after safetensors, whose length may look like zlib
    &pickle::FORMAT,
    &numpy::FORMAT,
    &flax::FORMAT,
    &spacy::THINC,
    &onnx::FORMAT,
    &coreml::FORMAT,
    &savedmodel::FORMAT,
    &sentencepiece::FORMAT,
    &paddle::PROGRAM,
    &paddle::WEIGHTS,
    &graphdef::FORMAT,
    &caffe::FORMAT,
    &nemo::FORMAT,
    &rds::FORMAT,
    &jax_export::FORMAT,
    &mnn::FORMAT,
    &lightgbm::FORMAT,
    &xgboost::JSON_FORMAT,
    &catboost::JSON_FORMAT,
    &lfs::FORMAT,
    &annex::FORMAT,
    &dvc::FORMAT,
    &xet::FORMAT,
    &mlflow::FORMAT,
    &ollama::FORMAT,
    &huggingface::CONFIG,
    &huggingface::ADAPTER,
    &huggingface::PIPELINE,
    &huggingface::TOKENIZER,
    &huggingface::CARD,
    &sentence_transformers::MODULES,
    &sentence_transformers::VERSIONS,
    &tokenizer::FORMAT,
    &tokenizer::TEMPLATE,
    &spacy::META,
    &mlpackage::FORMAT,
    &safetensors_index::FORMAT,
    &json_models::TFJS,
    &json_models::PADDLE,
    &json_models::SPARK,
    &json_models::ORBAX,
    &json_models::MXNET,
    &xml::PMML,
    &xml::OPENVINO,
    &network_texts::DARKNET,
    &network_texts::NCNN,
    &network_texts::PROTOTXT,
    &text_graph::TENSORFLOW,
    &text_graph::ONNX,
    &triton::FORMAT,
    &nemo::CONFIG,
    &modelfile::MODELFILE,
    &modelfile::KITFILE,
    &embeddings::WORD2VEC,
    &yaml_tags::FORMAT,
    &companion::FORMAT, // last: told by what lies beside it
];

/// What a format reads from a blob.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Empty for `model`; else a role of [`Artifact::role`].
    pub(super) role: &'static str,
    pub(super) sureness: Sureness,
    /// Absent: the blob's own length.
    pub(super) size: Option<u64>,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) bases: Vec<String>,
    pub(super) relation: Option<&'static str>,
    pub(super) digests: Vec<Digest>,
    pub(super) hazards: Vec<Hazard>,
    /// Text fields in which a secret could lie: name and bytes.
    pub(super) texts: Vec<(String, Vec<u8>)>,
    /// An archive whose members are to be looked at as files are: each is of a format of its own.
    pub(super) holds_artifacts: bool,
}

/// An artifact and its text fields.
pub struct Found {
    pub artifact: Artifact,
    pub texts: Vec<(String, Vec<u8>)>,
    /// Artifacts among its members are parts of it.
    pub holds_artifacts: bool,
}

/// Names of all formats, for help texts.
pub fn names() -> impl Iterator<Item = &'static str> {
    ZIP_FORMATS.iter().map(|format| format.name).chain(FORMATS.iter().map(|format| format.name))
}

/// The artifact that a blob is, if any.
pub fn recognise(blob: &Blob<'_>, head: &[u8]) -> Option<Found> {
    let (format, mut facts) = zipped(blob, head).or_else(|| FORMATS.iter().find_map(|format| Some((format.name, (format.read)(blob, head)?))))?;
    hub_cache::add(blob, &mut facts);
    ollama::add(blob, &mut facts);
    let artifact = Artifact {
        format: format.to_owned(),
        role: if facts.role.is_empty() { "model" } else { facts.role }.to_owned(),
        sureness: facts.sureness,
        size: facts.size.unwrap_or(blob.len()),
        facts: facts.facts.into_iter().map(|(name, value)| (name.to_owned(), printable(&value))).collect(),
        bases: facts.bases.iter().map(|base| printable(base)).collect(),
        relation: facts.relation.map(str::to_owned),
        digests: facts.digests,
        hazards: facts.hazards.into_iter().map(|hazard| Hazard { what: printable(&hazard.what), ..hazard }).collect(),
    };
    Some(Found { artifact, texts: facts.texts, holds_artifacts: facts.holds_artifacts })
}

/// The zip format of a blob, and what it says.
fn zipped(blob: &Blob<'_>, head: &[u8]) -> Option<(&'static str, Facts)> {
    if !head.starts_with(b"PK\x03\x04") {
        return None;
    }
    let zip = zipdir::Zip::open(blob)?;
    let (name, mut facts) = ZIP_FORMATS.iter().find_map(|format| Some((format.name, (format.read)(&zip)?)))?;
    zip.members.iter().filter(|member| names::leaves_folder(&member.name)).take(3).for_each(|member| {
        hazard(&mut facts, true, format!("a member that unpacks outside of its folder: {}", member.name));
    });
    Some((name, facts))
}

/// Digest of the whole blob, streamed.
pub fn sha256(blob: &Blob<'_>) -> io::Result<Digest> {
    const PIECE: u64 = 1 << 20;
    let mut hasher = Sha256::new();
    let mut at = 0;
    while at < blob.len() {
        let piece = blob.window(at..at + PIECE)?;
        if piece.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "became shorter while it was read"));
        }
        hasher.update(&piece);
        at += piece.len() as u64;
    }
    Ok(Digest { kind: DigestKind::Sha256, hex: hex(&hasher.finalize()) })
}

/// Names, types and shapes of all tensors (one line each, sorted here) and the size: tensor identity, from the header alone.
fn tensor_identity(tensors: impl Iterator<Item = String>, size: u64) -> Digest {
    let mut lines: Vec<String> = tensors.collect();
    lines.sort_unstable();
    let mut hasher = Sha256::new();
    lines.iter().for_each(|line| hasher.update(line));
    hasher.update(size.to_string());
    Digest { kind: DigestKind::Header, hex: hex(&hasher.finalize()) }
}
