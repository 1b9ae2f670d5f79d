//! Bytes that mean harm: files cut at every length, bytes changed, lengths made huge. Whatever is said of them, it is said soon, and nothing panics.

use super::protobuf::write::{bytes, number};
use super::testing::on_both_roads;
use super::{
    caffe, coreml, embeddings, flatbuffer, flax, gguf, hdf5, jax_export, json_models, llamafile, magic, mlpackage, mnn, modelfile, nemo, network_texts, paddle,
    rds, safetensors, sentence_transformers, sentencepiece, spacy, text_graph, tf_checkpoint, tokenizer, ubjson, xml,
};

const CHANGES: u64 = 400;

/// A small file of each kind of structure, and its format.
fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let tensor =
        bytes(5, [number(1, 3), number(2, 1), bytes(8, "w"), bytes(9, [0; 12]), bytes(13, [bytes(1, "location"), bytes(2, "w.bin")].concat())].concat());
    let graph = [bytes(1, [bytes(2, "y"), bytes(4, "Relu"), bytes(5, bytes(4, "a text attribute"))].concat()), bytes(2, "net"), tensor].concat();
    let onnx = [number(1, 8), bytes(2, "pytorch"), bytes(7, graph), bytes(8, number(2, 17)), bytes(14, [bytes(1, "k"), bytes(2, "value")].concat())].concat();
    let node = bytes(1, [bytes(1, "x"), bytes(2, "Const"), bytes(5, bytes(1, "dtype"))].concat());
    let library = bytes(2, bytes(1, [bytes(1, "f"), bytes(3, &node[2..])].concat()));
    let saved =
        [number(1, 1), bytes(2, [bytes(1, [bytes(4, "serve"), bytes(5, "2.15.0")].concat()), bytes(2, [node.clone(), library].concat())].concat())].concat();
    let cbm = flatbuffer::write::strings(&[0; 4], &[Some("FlabuffersModel_v1")]);
    let booster = ubjson::write::object(&[("name", ubjson::write::string("gbtree"))]);
    let learner = ubjson::write::object(&[("gradient_booster", booster), ("attributes", ubjson::write::object(&[("name", ubjson::write::string("churn"))]))]);
    let config = r#"{"class_name": "Sequential", "config": {"name": "n", "layers": [{"class_name": "Lambda"}]}}"#;
    let described = vec![
        ("safetensors", safetensors::write(r#"{"__metadata__":{"format":"pt"},"a":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]}}"#, 4)),
        ("gguf", gguf::write(&[("general.architecture", "llama"), ("general.base_model.0.name", "b")], &[("general.file_type", 15)], 3)),
        (
            "keras-h5",
            [b"\x89HDF\r\n\x1a\n\0\0\0\0\0\0\0\0".to_vec(), hdf5::attribute("keras_version", "2.15.0"), hdf5::attribute("model_config", config)].concat(),
        ),
        ("tflite", flatbuffer::write::strings(b"TFL3", &[None, None, Some("a"), Some("description"), Some("b"), Some("c"), Some("d")])),
        ("executorch", flatbuffer::write::strings(b"ET12", &[None, Some("plans")])),
        ("catboost", [b"CBM1".to_vec(), (cbm.len() as u32).to_le_bytes().to_vec(), cbm].concat()),
        ("onnx", onnx),
        ("tf-savedmodel", saved),
        ("tf-graphdef", [node.clone(), node].concat()),
        ("xgboost-ubj", ubjson::write::object(&[("learner", learner), ("version", b"[#i\x02i\x01i\x07".to_vec())])),
        ("xgboost-json", br#"{"learner":{"gradient_booster":{"name":"gbtree"},"attributes":{"a":"b"}},"version":[1,7]}"#.to_vec()),
        ("catboost-json", br#"{"features_info":{},"model_info":{"params":{}},"oblivious_trees":[{}]}"#.to_vec()),
        ("safetensors-index", br#"{"metadata":{"total_size":1},"weight_map":{"a":"m-1.safetensors"}}"#.to_vec()),
        ("lightgbm", b"tree\nversion=v4\nnum_class=1\nobjective=binary\n\nTree=0\n".to_vec()),
        ("ort", flatbuffer::write::strings(b"ORTM", &[Some("5")])),
        ("coreml", coreml::write()),
        ("caffe", caffe::write()),
        ("flax-msgpack", flax::write()),
        ("llamafile", llamafile::write("tiny.gguf")),
        ("tf-checkpoint", tf_checkpoint::write()),
        ("nemo", nemo::write(&[("model_config.yaml", b"_target_: nemo.Model\n"), ("w.ckpt", b"x")])),
        ("mlpackage", mlpackage::sample()),
        ("mnn", mnn::write()),
        ("jax-export", jax_export::write()),
        ("r-model", rds::write("randomForest")),
        ("sentencepiece", sentencepiece::write()),
    ];
    described
        .into_iter()
        .chain(magic::samples())
        .chain(embeddings::samples())
        .chain(json_models::samples())
        .chain(xml::samples())
        .chain(network_texts::samples())
        .chain(spacy::samples())
        .chain(sentence_transformers::samples())
        .chain(tokenizer::samples())
        .chain(paddle::samples())
        .chain(text_graph::samples())
        .chain(modelfile::samples())
        .collect()
}

/// The format that is seen, on both roads.
fn seen(bytes: &[u8]) -> Option<String> {
    let [whole, ranged] = on_both_roads(bytes).map(|found| {
        let found = found?;
        assert!(found.texts.iter().map(|(_, text)| text.len()).sum::<usize>() <= 17 << 20);
        Some(found.artifact.format)
    });
    assert_eq!(whole, ranged, "the same bytes are the same, however they are read");
    whole
}

#[test]
fn the_samples_are_what_they_are_meant_to_be() {
    for (format, bytes) in samples() {
        assert_eq!(seen(&bytes).as_deref(), Some(format));
    }
}

#[test]
fn files_cut_anywhere() {
    for (_, bytes) in samples() {
        (0..bytes.len()).for_each(|cut| drop(seen(&bytes[..cut])));
    }
}

#[test]
fn files_with_changed_bytes_and_huge_lengths() {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize % below.max(1)
    };
    for (_, original) in samples() {
        for _ in 0..CHANGES {
            let mut bytes = original.clone();
            for _ in 0..=random(3) {
                let at = random(bytes.len());
                let width = [1, 1, 2, 4, 8][random(5)].min(bytes.len() - at);
                let value = [0, 0x7f, 0x80, 0xff, random(256) as u8][random(5)];
                bytes[at..at + width].fill(value);
            }
            seen(&bytes);
        }
    }
}

#[test]
fn nesting_without_end() {
    let deep = |open: &str, n: usize| [br#"{"learner":"#.to_vec(), open.repeat(n).into_bytes()].concat();
    assert_eq!(seen(&deep("[", 200_000)), None);
    assert_eq!(seen(&deep(r#"{"a":"#, 200_000)), None);
    let mut message = vec![0x0a, 0x00];
    (0..2000).for_each(|_| message = bytes(1, &message));
    assert_eq!(seen(&message), None);
}
