//! What a name says: do people give it to models, to parts of them, to digests?

/// Endings that models go by. They decide only where there is no content: for pointers.
const MODEL_ENDINGS: [&str; 38] = [
    "safetensors",
    "gguf",
    "ggml",
    "pt",
    "pth",
    "ckpt",
    "bin",
    "onnx",
    "h5",
    "hdf5",
    "keras",
    "pb",
    "tflite",
    "mlmodel",
    "pkl",
    "pickle",
    "joblib",
    "npz",
    "msgpack",
    "engine",
    "plan",
    "nemo",
    "model",
    "cbm",
    "pdparams",
    "pdiparams",
    "mnn",
    "rknn",
    "pte",
    "ort",
    "ubj",
    "skops",
    "llamafile",
    "dill",
    "sav",
    "ptl",
    "pt2",
    "task",
];

pub(super) fn is_of_model(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| MODEL_ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// Lower-case hexadecimal of this length.
pub(super) fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The name of one part of a sharded model: `model-00001-of-00003.safetensors`.
pub(super) fn is_shard_name(name: &str) -> bool {
    let digits = |text: &str| text.len() >= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    name.match_indices("-of-").any(|(at, _)| {
        let before = name[..at].rsplit(['-', '_', '.']).next().unwrap_or_default();
        let after: &str = name[at + 4..].split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        digits(before) && digits(after) && after.bytes().any(|byte| byte != b'0') && after.trim_start_matches('0') != "1"
    })
}

/// Does a path, joined to a folder, lead out of it?
pub(super) fn leaves_folder(path: &str) -> bool {
    path.starts_with(['/', '\\']) || path.split(['/', '\\']).any(|name| name == "..") || path.get(1..3) == Some(":\\") || path.get(1..3) == Some(":/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shard_names_count_to_more_than_one() {
        assert!(is_shard_name("model-00001-of-00003.safetensors"));
        assert!(is_shard_name("qwen-q4_k_m-00002-of-00002.gguf"));
        assert!(!is_shard_name("model-00001-of-00001.safetensors"));
        assert!(!is_shard_name("best-of-breed.gguf"));
        assert!(!is_shard_name("2-of-3.gguf"));
    }

    #[test]
    fn paths_that_lead_out_of_their_folder() {
        assert!(["../x", "a/../../x", "/etc/passwd", "..\\x", "C:\\x"].into_iter().all(leaves_folder));
        assert!(!["a/b", "a..b", "...", "x:y"].into_iter().any(leaves_folder));
    }
}
