//! Files that are one model: shard sets, and the folders of Hugging Face, diffusers, MLflow and TensorFlow SavedModels.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::{Part, is_content};
use super::times::{State, epochs, is_now};
use crate::domain::{DigestKind, Place};

/// Formats of files that describe everything in their folder and below.
const DESCRIBING: [&str; 5] = ["spacy", "mlpackage", "triton-config", "nemo-config", "sentence-transformers"];

/// One model: its files, and the path that people would name.
pub(super) struct Bundle<'a> {
    /// Path of the file, of the folder, or of the shard set without its numbers; as in [`Place::display`].
    pub(super) root: String,
    pub(super) parts: Vec<Part<'a>>,
}

/// Where a file lies: everything that must agree for two files to lie together, and its path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Home<'a> {
    target: u32,
    scheme: &'a str,
    revision: Option<&'a str>,
    path: String,
}

impl<'a> Home<'a> {
    fn of(place: &'a Place) -> Self {
        let origin = &place.origin;
        match State::of(place) {
            State::Now(revision) => Self { target: origin.target, scheme: &origin.scheme, revision, path: place.display() },
            State::Then(_) => Self::timeless(place),
        }
    }

    /// At any time: what lay together when is looked at afterwards.
    fn timeless(place: &'a Place) -> Self {
        Self { target: place.origin.target, scheme: "git", revision: None, path: place.display() }
    }

    fn at(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }
}

/// Folders that hold one model, by how far down it reaches.
#[derive(Default)]
struct Folders<'a> {
    /// Everything below belongs to it (MLflow, diffusers, sentence-transformers).
    deep: BTreeSet<Home<'a>>,
    /// The folder, `variables/` and `assets/` (SavedModel).
    saved: BTreeSet<Home<'a>>,
    /// What lies in the folder itself (Hugging Face).
    flat: BTreeSet<Home<'a>>,
    /// Files of one name with different endings (OpenVINO, Caffe, Darknet, TensorFlow checkpoints); paths without the ending.
    stems: BTreeSet<Home<'a>>,
}

/// Groups artifacts; `parts` are in the order of places, and so are the bundles' parts. Files of different times are never one model.
pub(super) fn bundles<'a>(parts: &[Part<'a>]) -> Vec<Bundle<'a>> {
    let (now, then): (Vec<_>, Vec<_>) = parts.iter().copied().partition(|part| is_now(part.place));
    let mut bundles: Vec<_> = grouped(&now, Home::of).into_iter().map(|(root, parts)| Bundle { root: root.path, parts }).collect();
    if !then.is_empty() {
        // What describes a model may have outlived the bytes that it described.
        let companions = now.into_iter().filter(|part| part.place.history.is_some() && !is_content(part.artifact));
        let mut then: Vec<_> = then.into_iter().chain(companions).collect();
        then.sort_by_key(|part| part.place);
        let past = grouped(&then, Home::timeless).into_iter();
        bundles.extend(past.flat_map(|(root, parts)| epochs(parts).into_iter().map(move |parts| Bundle { root: root.path.clone(), parts })));
    }
    merged(bundles)
}

fn grouped<'a>(parts: &[Part<'a>], home_of: fn(&'a Place) -> Home<'a>) -> BTreeMap<Home<'a>, Vec<Part<'a>>> {
    let folders = folders(parts, home_of);
    let mut grouped: BTreeMap<Home<'a>, Vec<Part<'a>>> = BTreeMap::new();
    for part in parts {
        let home = home_of(part.place);
        let root = folders.root(&home, part).unwrap_or_else(|| home.at(&without_shard(&home.path)));
        grouped.entry(root).or_default().push(*part);
    }
    grouped
}

fn folders<'a>(parts: &[Part<'a>], home_of: fn(&'a Place) -> Home<'a>) -> Folders<'a> {
    let mut folders = Folders::default();
    for part in parts {
        let home = home_of(part.place);
        let (folder, file) = split(&home.path);
        let here = home.at(folder);
        match (file, part.artifact.role.as_str()) {
            ("MLmodel" | "model_index.json" | "modules.json" | "_CHECKPOINT_METADATA" | "_METADATA" | "manifest.ocdbt", _) => drop(folders.deep.insert(here)),
            _ if DESCRIBING.contains(&part.artifact.format.as_str()) => drop(folders.deep.insert(here)),
            ("saved_model.pb" | "saved_model.pbtxt", _) => drop(folders.saved.insert(here)),
            // A store keeps files of many models under the names of their digests.
            _ if split(folder).1 == "blobs" => {}
            ("config.json" | "adapter_config.json", "config" | "adapter") | (_, "card") => drop(folders.flat.insert(here)),
            (_, "index") if file.ends_with(".index.json") => drop(folders.flat.insert(here)),
            // A kit and a recipe lie beside what they pack; OpenVINO's topology has its weights in a file of its name.
            ("Kitfile" | "Modelfile", _) => {}
            (_, "config" | "index") => drop(folders.stems.insert(home.at(without_ending(&home.path)))),
            _ if part.artifact.format == "openvino" => drop(folders.stems.insert(home.at(without_ending(&home.path)))),
            _ => {}
        }
    }
    folders
}

impl<'a> Folders<'a> {
    /// The outermost folder that the file belongs to.
    fn root(&self, home: &Home<'a>, part: &Part<'a>) -> Option<Home<'a>> {
        let (folder, file) = split(&home.path);
        let mut ancestors: Vec<&str> = std::iter::successors(Some(folder), |path| (!path.is_empty()).then(|| split(path).0)).collect();
        ancestors.reverse();
        let deep = ancestors.iter().map(|path| home.at(path)).find(|path| self.deep.contains(path));
        let saved = || {
            let (parent, name) = split(folder);
            let inner = matches!(name, "variables" | "assets" | "assets.extra").then(|| home.at(parent));
            [Some(home.at(folder)), inner].into_iter().flatten().find(|path| self.saved.contains(path))
        };
        let flat = || Some(home.at(folder)).filter(|path| self.flat.contains(path) && is_of_hugging_face(part, file));
        let stem =
            || [without_shard(&home.path), without_ending(&home.path).to_owned()].iter().map(|path| home.at(path)).find(|path| self.stems.contains(path));
        deep.or_else(saved).or_else(flat).or_else(stem)
    }
}

/// Does the file belong to the Hugging Face model whose `config.json` or `adapter_config.json` lies beside it? Folders called
/// `models` hold other people's models too.
fn is_of_hugging_face(part: &Part<'_>, file: &str) -> bool {
    const NAMES: [&str; 9] = ["model", "pytorch_model", "adapter_", "tf_model", "flax_model", "rust_model", "diffusion_", "consolidated", "training_args"];
    let known = NAMES.iter().any(|name| file.starts_with(name));
    !is_content(part.artifact) || known || part.artifact.format == "safetensors" || part.artifact.format.starts_with("torch")
}

/// Folder and name. A member of an archive lies in the folder `bundle.zip!`.
pub(super) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// `m/yolo.cfg` as `m/yolo`.
fn without_ending(path: &str) -> &str {
    let start = path.len() - split(path).1.len();
    path.rfind('.').filter(|dot| *dot > start).and_then(|dot| path.get(..dot)).unwrap_or(path)
}

/// `model-00002-of-00003.safetensors` and `model.ckpt.data-00000-of-00001` without their numbers; other paths as they are.
pub(super) fn without_shard(path: &str) -> String {
    let (folder, file) = split(path);
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    for (at, _) in file.match_indices("-of-") {
        let (before, after) = (&file[..at], &file[at + 4..]);
        let total = after.bytes().take_while(u8::is_ascii_digit).count();
        let number = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        if number == 5 && total == 5 {
            let stem = before[..before.len() - number].trim_end_matches(['-', '.', '_']);
            return format!("{prefix}{}{}", stem.trim_end_matches(".data"), &after[total..]);
        }
    }
    path.to_owned()
}

/// The same bytes in two places are one subject.
fn merged(bundles: Vec<Bundle<'_>>) -> Vec<Bundle<'_>> {
    let mut merged: Vec<Bundle<'_>> = Vec::new();
    let mut by_bytes: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    for bundle in bundles {
        let known = identity(&bundle).map(|bytes| *by_bytes.entry(bytes).or_insert(merged.len()));
        match known.and_then(|index| merged.get_mut(index)) {
            Some(same) => same.parts.extend(bundle.parts),
            None => merged.push(bundle),
        }
    }
    merged
}

/// Digests of all files that hold the model, when all are known.
pub(super) fn identity<'a>(bundle: &Bundle<'a>) -> Option<Vec<&'a str>> {
    let digest = |part: &Part<'a>| {
        let of = |kind: DigestKind| part.artifact.digests.iter().find(|digest| digest.kind == kind);
        of(DigestKind::Sha256).or_else(|| of(DigestKind::Md5)).map(|digest| digest.hex.as_str())
    };
    let mut digests: Vec<_> = bundle.parts.iter().filter(|part| is_content(part.artifact)).map(digest).collect::<Option<_>>()?;
    digests.sort_unstable();
    digests.dedup();
    (!digests.is_empty()).then_some(digests)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Artifact, Digest, Origin};

    /// Roots and numbers of files, from `path role` or `path role digest`.
    fn roots(files: &[&str]) -> Vec<(String, usize)> {
        let mut seen: Vec<_> = files
            .iter()
            .map(|file| {
                let mut words = file.split(' ');
                let place = Place::whole(&Origin { uri: words.next().unwrap_or_default().into(), ..Origin::default() }, &[]);
                let role = words.next().unwrap_or_default().to_owned();
                let digests = words.map(|hex| Digest { kind: DigestKind::Sha256, hex: hex.into() }).collect();
                (place, Artifact { role, digests, ..Artifact::default() })
            })
            .collect();
        seen.sort();
        let parts: Vec<_> = seen.iter().map(|(place, artifact)| Part { place, artifact }).collect();
        bundles(&parts).into_iter().map(|bundle| (bundle.root, bundle.parts.len())).collect()
    }

    #[test]
    fn shards_are_one_model() {
        assert_eq!(without_shard("m/model-00002-of-00003.safetensors"), "m/model.safetensors");
        assert_eq!(without_shard("model.ckpt.data-00000-of-00001"), "model.ckpt");
        assert_eq!(without_shard("a-1-of-2.bin"), "a-1-of-2.bin");
        assert_eq!(without_shard("é-of-"), "é-of-");
        let shards = ["m/x-00001-of-00002.gguf weights", "m/x-00002-of-00002.gguf weights", "m/y.gguf model"];
        assert_eq!(roots(&shards), [("m/x.gguf".to_owned(), 2), ("m/y.gguf".to_owned(), 1)]);
    }

    #[test]
    fn a_stranger_in_the_folder_is_a_model_of_its_own() {
        let files = ["m/adapter_config.json adapter", "m/adapter_model.safetensors adapter", "m/churn.joblib model"];
        assert_eq!(roots(&files), [("m".to_owned(), 2), ("m/churn.joblib".to_owned(), 1)]);
    }

    #[test]
    fn folders_are_one_model() {
        let files = ["hf/config.json config", "hf/model.safetensors model", "hf/README.md card", "hf/checkpoint-1/model.safetensors model"];
        assert_eq!(roots(&files), [("hf".to_owned(), 3), ("hf/checkpoint-1/model.safetensors".to_owned(), 1)]);
        let files = ["ml/MLmodel index", "ml/model.pkl model", "ml/data/model/config.json config", "other.pkl model"];
        assert_eq!(roots(&files), [("ml".to_owned(), 3), ("other.pkl".to_owned(), 1)]);
        let files = ["sm/saved_model.pb model", "sm/variables/variables.index weights", "sm/eval/x.pt model"];
        assert_eq!(roots(&files), [("sm".to_owned(), 2), ("sm/eval/x.pt".to_owned(), 1)]);
        let files = ["m/adapter_config.json adapter", "m/adapter_model.safetensors model", "m/pytorch_model.bin model"];
        assert_eq!(roots(&files), [("m".to_owned(), 3)]);
        let files = ["o/_CHECKPOINT_METADATA index", "o/default/_METADATA index", "o/default/d/0a1b weights"];
        assert_eq!(roots(&files), [("o".to_owned(), 3)]);
        let blobs = ["models--a--b/blobs/1f model", "models--a--b/blobs/2e config"];
        assert_eq!(roots(&blobs).len(), 2);
    }

    #[test]
    fn packages_are_one_model() {
        let format = |path: &str, role: &str, format: &str| {
            let place = Place::whole(&Origin { uri: path.into(), ..Origin::default() }, &[]);
            (place, Artifact { role: role.into(), format: format.into(), ..Artifact::default() })
        };
        let seen = [
            format("en/meta.json", "config", "spacy"),
            format("en/ner/model", "weights", "thinc"),
            format("ov/net.bin", "weights", "raw-weights"),
            format("ov/net.xml", "model", "openvino"),
        ];
        let parts: Vec<_> = seen.iter().map(|(place, artifact)| Part { place, artifact }).collect();
        let roots: Vec<_> = bundles(&parts).into_iter().map(|bundle| (bundle.root, bundle.parts.len())).collect();
        assert_eq!(roots, [("en".to_owned(), 2), ("ov/net".to_owned(), 2)]);
    }

    #[test]
    fn files_of_one_name_are_one_model_when_one_of_them_describes_the_other() {
        let files = ["m/yolo.cfg config", "m/yolo.weights weights", "m/other.weights weights"];
        assert_eq!(roots(&files), [("m/other.weights".to_owned(), 1), ("m/yolo".to_owned(), 2)]);
        let files =
            ["t/ckpt-5.index index", "t/ckpt-5.data-00000-of-00002 weights", "t/ckpt-5.data-00001-of-00002 weights", "t/ckpt-5.pt model", ".cfg config"];
        assert_eq!(roots(&files), [(".cfg".to_owned(), 1), ("t/ckpt-5".to_owned(), 4)]);
        let files = ["m/yolo.pt model", "m/yolo.onnx model"];
        assert_eq!(roots(&files).len(), 2);
    }

    #[test]
    fn the_same_bytes_are_one_model_wherever_they_lie() {
        assert_eq!(roots(&["a.pt model aa", "b/copy.bin pointer aa", "c.pt model bb", "d.pt model"]).len(), 3);
    }
}
