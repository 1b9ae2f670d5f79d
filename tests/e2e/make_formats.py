#!/usr/bin/env python3
"""Writes model artifacts of the formats that hold numbers, with the libraries that people use, and look-alikes.

    make_formats.py FOLDER LABELS       needs: requirements.txt; more where installed: keras tensorflow coremltools gensim onnxruntime flax openvino orbax
"""
import json
import os
import pathlib
import struct
import sys
import tempfile

import labels
from labels import RANDOM, maker, maker_with, put, token

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
TOKEN = token()


def see(format, role="model", **more):
    return {"format": format, "role": role, "runs": 0, "other": 0, "truncated": False, "bases": [], "holds": 0, **more}


def scratch(suffix=""):
    handle, name = tempfile.mkstemp(suffix=suffix)
    os.close(handle)
    return pathlib.Path(name)


# ---------------------------------------------------------------- safetensors

@maker
def safetensors():
    import numpy as np
    from safetensors.numpy import save

    weights = {"layer.weight": np.ones((8, 4), np.float16), "layer.bias": np.zeros(8, np.float32)}
    metadata = {
        "format": "pt", "modelspec.title": "Tiny Painter", "modelspec.architecture": "stable-diffusion-xl-v1-base",
        "modelspec.license": "openrail", "modelspec.author": "Ann Example", "ss_sd_model_name": "org/base-model", "training_env": TOKEN,
    }
    facts = {"name": "Tiny Painter", "architecture": "stable-diffusion-xl-v1-base", "license": "openrail", "author": "Ann Example",
             "parameters": "40", "quantisation": "F16+F32", "framework": "pytorch"}
    described = see("safetensors", facts=facts, bases=["org/base-model"], holds=1)
    whole = put("st/described.safetensors", save(weights, metadata), described)
    put("st/photo.jpg", whole, described)
    put("st/blobs/sha256-0123", whole, described)
    put("st/plain.safetensors", save(weights), see("safetensors", facts={"parameters": "40"}))
    put("st/cut.safetensors", whole[:-9], {**described, "truncated": True})
    lora = {f"base_model.model.layers.{n}.q_proj.lora_{ab}.weight": np.ones((2, 2), np.float32) for n in range(3) for ab in "AB"}
    put("st/adapter_model.safetensors", save(lora, {"format": "pt"}), see("safetensors", "adapter", relation="adapter", facts={"parameters": "24"}))
    kohya = {f"lora_unet_down_{n}.lora_{d}.weight": np.ones((2, 2), np.float16) for n in range(2) for d in ("down", "up")}
    network = {"ss_network_module": "networks.lora", "ss_output_name": "my-style", "ss_sd_model_name": "sd_xl_base_1.0.safetensors", "ss_base_model_version": "sdxl_base_v1-0"}
    put("st/style", save(kohya, network), see("safetensors", "adapter", bases=["sd_xl_base_1.0.safetensors"], facts={"name": "my-style", "producer": "networks.lora"}))
    many = {f"model.layers.{n}.weight": np.ones(1, np.uint8) for n in range(2000)}
    put("st/long-header.bin", save(many), see("safetensors", facts={"parameters": "2000", "quantisation": "U8"}))
    header = b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'.ljust(0x178)
    put("st/zlib-like.safetensors", struct.pack("<Q", len(header)) + header + bytes(8), see("safetensors", facts={"parameters": "2"}))
    shards = {"weight_map": {}, "metadata": {"total_size": 96}}
    for number in (1, 2):
        name = f"model-{number:05}-of-00002.safetensors"
        put(f"st/sharded/{name}", save({f"part.{number}": np.ones((4, 3), np.float32)}), see("safetensors", "weights", facts={"parameters": "12"}))
        shards["weight_map"][f"part.{number}"] = name
    put("st/sharded/model.safetensors.index.json", json.dumps(shards, indent=2).encode(),
        see("safetensors-index", "index", facts={"shards": "model-00001-of-00002.safetensors, model-00002-of-00002.safetensors"}))
    put("no/empty.safetensors", b"", None)
    put("no/no-tensors.safetensors", struct.pack("<Q", 2) + b"{}", None)
    sound, length = save(weights), struct.unpack("<Q", save(weights)[:8])[0]
    lies = {
        "shape": sound.replace(b"[8,4]", b"[9,4]"), "type": sound.replace(b'"F16"', b'"F61"'), "backwards": sound.replace(b"[0,", b"[9,"),
        "length": struct.pack("<Q", length + 5) + sound[8:], "short-length": struct.pack("<Q", 40) + sound[8:], "no-tensor": sound.replace(b'"dtype":"F32"', b'"dtipe":"F32"'),
    }
    for name, lying in lies.items():
        assert lying != sound
        put(f"st/lying-{name}.safetensors", lying, see("safetensors", sureness="likely"))
    put("st/lying-huge.safetensors", struct.pack("<Q", 1 << 40) + sound[8:], see("safetensors", truncated=True, sureness="likely"))
    put("st/cut-in-header.safetensors", sound[: 8 + length - 1], see("safetensors", truncated=True, sureness="likely"))
    put("no/quoted.txt", b'header: {"a":{"dtype":"F32","shape":[9],"data_offsets":[0,8]}}', None)
    put("no/other-json.safetensors", struct.pack("<Q", 20) + b'{"users": ["a","b"]}', None)
    put("no/app.index.json", b'{"metadata": {"total_size": 3}, "weight_map": {"apple": "heavy"}}', None)


# ---------------------------------------------------------------- GGUF

@maker
def gguf():
    import gguf as g
    import numpy as np

    def write(texts=(), numbers=(), arrays=(), tensors=1, architecture="llama", endian=g.GGUFEndian.LITTLE):
        path = scratch(".gguf")
        writer = g.GGUFWriter(path, architecture, endianess=endian)
        for key, value in texts:
            writer.add_string(key, value)
        for key, value in numbers:
            writer.add_uint32(key, value)
        for key, value in arrays:
            writer.add_array(key, value)
        for number in range(tensors):
            writer.add_tensor(f"blk.{number}.attn_q.weight", np.ones((4, 32), np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path

    words = [f"token-{number}" for number in range(30000)]
    texts = [("general.name", "Tiny Talker"), ("general.version", "1.2"), ("general.license", "apache-2.0"), ("general.finetune", "chat"),
             ("general.base_model.0.name", "Base"), ("general.base_model.0.repo_url", "https://huggingface.co/org/base"), ("general.quantized_by", "someone"), ("acme.note", TOKEN)]
    facts = {"name": "Tiny Talker", "version": "1.2", "license": "apache-2.0", "architecture": "llama", "quantisation": "Q4_K_M", "parameters": "256", "producer": "someone"}
    numbers = [("general.base_model.count", 1), ("general.file_type", 15)]
    described = see("gguf", facts=facts, bases=["org/base"], relation="fine-tune", holds=1)
    whole = put("gguf/model.gguf", write(texts, numbers, tensors=2), described)
    put("gguf/notes.txt", whole, described)
    put("gguf/cut.gguf", whole[:-64], {**described, "truncated": True})
    put("gguf/long-vocabulary.bin", write([("tokenizer.chat_template", "{{ messages }}")], [("zz.after", 1)], [("tokenizer.ggml.tokens", words)]),
        see("gguf", facts={"parameters": "128", "quantisation": "F32"}))
    put("gguf/template.gguf", write([("tokenizer.chat_template", "{{ self.__init__.__globals__ }}")], [], [("tokenizer.ggml.tokens", words)]), see("gguf", runs=1))
    lies = {"tensors": whole[:8] + b"\xff" * 8 + whole[16:], "pairs": whole[:16] + b"\x40" + whole[17:], "key": whole.replace(b"general.license", b"general\nlicense")}
    for name, lying in lies.items():
        put(f"gguf/lying-{name}.gguf", lying, see("gguf", sureness="likely", facts={"name": "Tiny Talker"}, bases=["org/base"], relation="fine-tune", holds=1))
    put("gguf/lora.gguf", write([("general.type", "adapter"), ("adapter.type", "lora")]), see("gguf", "adapter", relation="adapter"))
    put("gguf/m-00002-of-00003.gguf", write([], [("split.no", 1), ("split.count", 3)]), see("gguf", "weights", facts={"shard": "2 of 3"}))
    put("gguf/vocab.gguf", write([], [], [("tokenizer.ggml.tokens", words[:10])], tensors=0), see("gguf", "tokenizer"))
    put("gguf/big-endian.gguf", write(texts, endian=g.GGUFEndian.BIG), see("gguf", facts={"name": "Tiny Talker", "parameters": "128"}, bases=["org/base"], relation="fine-tune", holds=1))
    put("no/text.gguf", b"GGUF is a format of llama.cpp.\n" * 10, None)
    put("no/zeros.gguf", b"GGUF\3\0\0\0" + bytes(200), None)
    put("no/huge.gguf", b"GGUF\3\0\0\0" + b"\xff" * 200, None)


# ---------------------------------------------------------------- ONNX

@maker
def onnx():
    import numpy as np
    import onnx as o
    from onnx import TensorProto, helper, numpy_helper

    def model(size=4, attributes=None, domain="", imports=None, location=None):
        weight = numpy_helper.from_array(np.arange(size, dtype=np.float32), "w")
        if location:
            weight.ClearField("raw_data")
            weight.data_location = TensorProto.EXTERNAL
            entry = weight.external_data.add()
            entry.key, entry.value = "location", location
        values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [size]) for name in "xy"]
        node = helper.make_node("Add", ["x", "w"], ["y"], domain=domain)
        graph = helper.make_graph([node], "churn-net", values[:1], values[1:], [weight])
        made = helper.make_model(graph, producer_name="pytorch", producer_version="2.5.0", opset_imports=[helper.make_opsetid(*pair) for pair in imports or [("", 17)]])
        made.model_version = 3
        helper.set_model_props(made, attributes or {})
        return made.SerializeToString()

    facts = {"name": "churn-net", "producer": "pytorch 2.5.0", "version": "3", "parameters": "4", "quantisation": "FLOAT"}
    small = put("onnx/small.onnx", model(), see("onnx", facts=facts))
    put("onnx/small.log", small, see("onnx", facts=facts))
    properties = {"author": "Ultralytics", "license": "AGPL-3.0", "task": "detect", "note": TOKEN}
    large = put("onnx/large", model(100000, properties), see("onnx", facts={"author": "Ultralytics", "license": "AGPL-3.0", "parameters": "100000"}, holds=1))
    put("onnx/cut.onnx", large[:-1000], see("onnx", truncated=True))
    put("onnx/external.onnx", model(location="weights.bin"), see("onnx", facts={"external_data": "weights.bin"}))
    put("onnx/traversal.onnx", model(location="../../../etc/passwd"), see("onnx", runs=1))
    put("onnx/foreign.onnx", model(domain="ai.onnx.contrib", imports=[("", 17), ("ai.onnx.contrib", 1)]), see("onnx", other=1))
    put("no/record.pb", b"\x08\x08\x12\x04name\x1a\x05value\x22\x06domain", None)
    put("no/firmware.bin", b"\x08\x00\x12\x00" + RANDOM.randbytes(4000), None)
    put("no/noise.onnx", b"\x08\x08\x12" + RANDOM.randbytes(4000), None)
    put("no/text.onnx", b"this is not a model\n", None)
    put("no/contacts.pb", b"\n\x16\n\x03Ann\x12\x0fann@example.com", None)


# ---------------------------------------------------------------- trees

@maker
def xgboost():
    import numpy as np
    import xgboost as x

    rows, labels = np.random.default_rng(1).random((50, 4)), np.arange(50) % 2
    booster = x.train({"objective": "binary:logistic", "max_depth": 2}, x.DMatrix(rows, labels, feature_names=list("abcd")), 3)
    booster.set_attr(name="churn", note=TOKEN)
    facts = {"name": "churn", "objective": "binary:logistic", "booster": "gbtree", "features": "4", "producer": f"xgboost {x.__version__}"}
    for kind in ("json", "ubj"):
        raw = bytes(booster.save_raw(kind))
        put(f"xgb/model.{kind}", raw, see(f"xgboost-{kind}", facts=facts, holds=1))
        put(f"xgb/hidden-{kind}.dat", raw, see(f"xgboost-{kind}", facts=facts, holds=1))
    put("xgb/snapshot", bytes(booster.__getstate__()["handle"]), see("xgboost-ubj", facts={"objective": "binary:logistic"}, holds=1))
    put("no/teacher.json", b'{"learner": "alice", "version": [1, 2]}', None)


@maker
def xgboost_binary():
    """The layout of XGBoost before 3.1, which no longer writes it."""
    name = lambda text: struct.pack("<Q", len(text)) + text
    head = struct.pack("<fIiii", 0.5, 4, 0, 0, 0) + struct.pack("<II", 1, 7) + bytes(136 - 28)
    dump = b"binf" + head + name(b"reg:squarederror") + name(b"gbtree") + bytes(400)
    put("xgb/old.model", dump, see("xgboost-binary", facts={"objective": "reg:squarederror"}))
    import base64
    put("xgb/old.txt", b"bs64\t" + base64.b64encode(dump), see("xgboost-binary"))
    put("no/binford.txt", b"binford tools, reg:squarederror and gbtree\n" * 20, None)


@maker
def lightgbm():
    import lightgbm as l
    import numpy as np

    rows, labels = np.random.default_rng(1).random((200, 3)), np.arange(200) % 2
    booster = l.train({"objective": "binary", "verbose": -1, "min_data_in_leaf": 2}, l.Dataset(rows, labels), 4)
    text = booster.model_to_string().encode()
    for name in ("lgb/model.txt", "lgb/model", "lgb/readme.md"):
        put(name, text, see("lightgbm", facts={"objective": "binary sigmoid:1", "features": "3", "trees": "4"}))
    put("no/tree.txt", b"tree\nversion=v2.1.1\n.\n|-- src\n`-- tests\n", None)


@maker
def catboost():
    import catboost as c
    import numpy as np

    rows, labels = np.random.default_rng(1).random((60, 3)), np.arange(60) % 2
    model = c.CatBoostClassifier(iterations=3, depth=2, verbose=False, allow_writing_files=False).fit(rows, labels)
    for kind, format in (("cbm", "catboost"), ("json", "catboost-json")):
        path = scratch("." + kind)
        model.save_model(path, format=kind)
        whole = put(f"cat/model.{kind}", path, see(format, facts={"framework": "catboost", "objective": "Logloss", "producer": f"catboost {c.__version__}"}))
        put(f"cat/hidden-{kind}", whole, see(format))
    put("no/coal.cbm", b"CBM1 coal, bituminous, forty tonnes, delivered on Monday", None)
    put("no/trees.json", b'{"trees": ["oak", "elm"]}', None)


# ---------------------------------------------------------------- Keras, TensorFlow

@maker
def keras_layout():
    """What Keras writes, laid out with h5py."""
    import h5py
    import numpy as np

    config = {"class_name": "Sequential", "config": {"name": "churn", "layers": [{"class_name": "Dense", "config": {"name": TOKEN}}]}}
    lambdas = {"class_name": "Functional", "config": {"name": "evil", "layers": [{"class_name": "Lambda", "config": {"function": ["4wEAAAAAAAAA", None, None]}}]}}

    def write(config, as_text):
        path = scratch(".h5")
        with h5py.File(path, "w") as file:
            file.attrs["keras_version"] = "2.15.0" if as_text else b"2.15.0"
            file.attrs["backend"] = "tensorflow" if as_text else b"tensorflow"
            file.attrs["model_config"] = json.dumps(config) if as_text else json.dumps(config).encode()
            group = file.create_group("model_weights/d")
            group.attrs["weight_names"] = [b"d/kernel:0"]
            group["kernel:0"] = np.ones((300, 300), np.float32)
        return path

    facts = {"name": "churn", "architecture": "Sequential", "framework": "keras"}
    whole = put("h5/model.h5", write(config, False), see("keras-h5", facts={**facts, "producer": "keras 2.15.0"}, holds=1))
    put("h5/model.dat", whole, see("keras-h5", facts=facts, holds=1))
    put("h5/text-attributes.h5", write(config, True), see("keras-h5", facts=facts, holds=1))
    put("h5/lambda.h5", write(lambdas, False), see("keras-h5", runs=1))
    path = scratch(".h5")
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [b"d"]
        file.create_group("d").attrs["weight_names"] = [b"d/kernel:0"]
        file["d"]["kernel:0"] = np.ones((3, 3))
    put("h5/weights.h5", path, see("keras-h5", "weights"))
    path = scratch(".h5")
    with h5py.File(path, "w") as file:
        file["temperature"] = np.ones((30, 30))
        file["temperature"].attrs["layers"] = "of the sea"
    put("no/dataset.h5", path, None)


@maker_with("tensorflow")
def tensorflow():
    import numpy as np
    import tensorflow as tf

    class Module(tf.Module):
        def __init__(self, evil):
            self.weight, self.evil = tf.Variable([[1.0, 2.0]], name="weight"), evil

        @tf.function(input_signature=[tf.TensorSpec([None, 1], tf.float32)])
        def __call__(self, x):
            if self.evil == "write":
                tf.io.write_file("/tmp/" + TOKEN, tf.strings.as_string(x[0, 0]))
            if self.evil == "python":
                x = tf.numpy_function(np.negative, [x], tf.float32)
            return x @ self.weight

    for name, evil in (("plain", ""), ("writes", "write"), ("python", "python")):
        with tempfile.TemporaryDirectory() as folder:
            tf.saved_model.save(Module(evil), folder)
            data = pathlib.Path(folder, "saved_model.pb").read_bytes()
        more = {"runs": 1} if evil else {}
        if evil == "write":
            more["holds"] = 1
        put(f"tf/{name}/saved_model.pb", data, see("tf-savedmodel", facts={"producer": f"tensorflow {tf.__version__}", "tags": "serve"}, **more))
        put(f"tf/{name}.bin", data, see("tf-savedmodel", **more))
    module = Module("")
    concrete = module.__call__.get_concrete_function()
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2
    frozen = convert_variables_to_constants_v2(concrete).graph.as_graph_def()
    put("tf/frozen.pb", frozen.SerializeToString(), see("tf-graphdef"))
    put("tf/frozen", frozen.SerializeToString(), see("tf-graphdef"))
    with tempfile.TemporaryDirectory() as folder:
        tf.train.Checkpoint(weight=tf.Variable([[1.0, 2.0]])).save(folder + "/ckpt")
        put("tf/ckpt-1.index", pathlib.Path(folder, "ckpt-1.index"), see("tf-checkpoint", "index", facts={"shards": "ckpt-1.data-00000-of-00001"}))
    try:
        lite = tf.lite.TFLiteConverter.from_concrete_functions([concrete], module).convert()
        put("tf/model.tflite", lite, see("tflite", facts={"producer": "MLIR Converted."}))
        put("tf/icon.png", lite, see("tflite"))
    except Exception as error:  # the converter is a moving target
        print(f"make_formats: no tflite: {error!r}", file=sys.stderr)


@maker_with("keras", "tensorflow")
def keras():
    import keras as k

    model = k.Sequential([k.Input((4,)), k.layers.Dense(3, name="inner"), k.layers.Dense(1, name="score")], name="scorer")
    path = scratch(".h5")
    model.save(path)
    put("keras/legacy.h5", path, see("keras-h5", facts={"name": "scorer", "architecture": "Sequential", "producer": f"keras {k.__version__}"}))
    path = scratch(".weights.h5")
    model.save_weights(path)
    put("keras/only.weights.h5", path, see("keras-h5", "weights"))
    evil = k.Sequential([k.Input((4,)), k.layers.Lambda(lambda x: x + 1)])
    path = scratch(".h5")
    evil.save(path)
    put("keras/lambda.h5", path, see("keras-h5", runs=1))


# ---------------------------------------------------------------- others

@maker_with("coremltools")
def coreml():
    import coremltools.proto.Model_pb2 as pb

    model = pb.Model(specificationVersion=4)
    for values, name in ((model.description.input, "x"), (model.description.output, "y")):
        feature = values.add(name=name)
        feature.type.doubleType.SetInParent()
    metadata = model.description.metadata
    metadata.shortDescription, metadata.versionString, metadata.author, metadata.license = TOKEN, "1.4", "Ann Example", "MIT"
    model.glmRegressor.weights.add().value.extend([0.5])
    data = model.SerializeToString()
    facts = {"version": "1.4", "author": "Ann Example", "license": "MIT", "architecture": "generalized linear model"}
    put("coreml/scorer.mlmodel", data, see("coreml", facts=facts, holds=1))
    put("coreml/scorer", data, see("coreml", facts=facts))


@maker_with("gensim")
def word_vectors():
    from gensim.models import KeyedVectors
    import numpy as np

    vectors = KeyedVectors(16)
    vectors.add_vectors([f"word{number}" for number in range(20)], np.random.default_rng(1).random((20, 16), np.float32))
    for name, binary in (("vectors.bin", True), ("vectors.txt", False)):
        path = scratch()
        vectors.save_word2vec_format(path, binary=binary)
        put(f"w2v/{name}", path, see("word2vec", facts={"dimensions": "16", "parameters": "320"}))
    put("no/matrix.txt", b"3 4\n1 2 3 4\n5 6 7 8\n9 1 2 3\n", None)


@maker_with("onnxruntime")
def onnxruntime():
    import onnxruntime as ort
    from onnx import TensorProto, helper

    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [2]) for name in "xy"]
    model = helper.make_model(helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", values[:1], values[1:]), opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options, path = ort.SessionOptions(), scratch(".ort")
    options.optimized_model_filepath = str(path)
    options.add_session_config_entry("session.save_model_format", "ORT")
    ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    put("ort/model.ort", path, see("ort"))


@maker_with("flax")
def flax():
    import numpy as np
    from flax.serialization import to_bytes

    data = to_bytes({"params": {"dense": {"kernel": np.ones((3, 2), np.float32), "bias": np.zeros(2, np.float32)}}})
    put("flax/model.msgpack", data, see("flax-msgpack", facts={"quantisation": "float32"}))
    put("no/plain.msgpack", to_bytes({"params": {"kernel": [1, 2, 3], "dtype": "float32"}}), None)


@maker_with("orbax")
def orbax():
    import numpy as np
    import orbax.checkpoint as ocp

    with tempfile.TemporaryDirectory() as folder:
        ocp.StandardCheckpointer().save(folder + "/c", {"w": np.ones((4, 4), np.float32)})
        checkpointer = ocp.StandardCheckpointer()
        checkpointer.wait_until_finished()
        import time
        for _ in range(100):
            if os.path.exists(folder + "/c"):
                break
            time.sleep(0.1)
        for name, format in (("_METADATA", "orbax"), ("_CHECKPOINT_METADATA", "orbax"), ("manifest.ocdbt", "ocdbt")):
            put(f"orbax/{name}", pathlib.Path(folder, "c", name).read_bytes(), see(format, "index"))


@maker_with("openvino")
def openvino():
    import openvino as ov
    import openvino.opset13 as ops

    x = ops.parameter([2], name="x")
    with tempfile.TemporaryDirectory() as folder:
        ov.save_model(ov.Model([ops.relu(x)], [x], "tiny"), folder + "/m.xml")
        put("ov/model.xml", pathlib.Path(folder, "m.xml"), see("openvino", facts={"name": "tiny"}))
    put("no/router.xml", b'<net name="lan" version="2"><router/></net>', None)


@maker
def by_the_book():
    """Laid out after the formats' descriptions; their libraries are large or gone."""
    words = lambda *numbers: struct.pack(f"<{len(numbers)}I", *numbers)
    put("book/ggjt.bin", b"tjgg" + words(3, 32000, 4096, 256, 32, 32, 2), see("ggml", facts={"variant": "ggjt"}))
    put("book/model.litertlm", b"LITERTLM" + words(1, 4, 0, 0) + bytes(64), see("litertlm"))
    put("book/engine.plan", b"ptrt" + words(0x61) + bytes(64), see("tensorrt"))
    put("book/net.params", words(0x112, 0, 0, 0, 1, 0, 0xF993FAC9) + bytes(32), see("mxnet-params"))
    put("book/ct2/model.bin", words(6) + b"\x10\0TransformerSpec\0" + bytes(32), see("ctranslate2", facts={"architecture": "Transformer"}))
    put("book/cc.en.bin", b"\xba\x16\x4f\x2f" + words(12, 100, 5, 5, 1, 5, 1, 3, 3, 0, 0, 0) + bytes(64), see("fasttext", facts={"architecture": "supervised"}))
    put("book/part-00000", b'{"class":"org.apache.spark.ml.PipelineModel","sparkVersion":"3.5.1","uid":"P_1"}\n', see("spark-ml"))
    put("book/model.json", b'{"format": "graph-model", "generatedBy": "2.15.0", "modelTopology": {}, "weightsManifest": []}', see("tfjs"))
    put("book/tree.pmml", b'<?xml version="1.0"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header><Application name="JPMML" version="1"/></Header></PMML>', see("pmml"))
    text = b'name: "LeNet"\nlayer {\n  name: "ip1"\n  type: "InnerProduct"\n  bottom: "data"\n  top: "ip1"\n}\n'
    put("book/net.prototxt", text, see("caffe-prototxt", "config", facts={"name": "LeNet"}))
    put("book/yolo.cfg", b"# tiny\n[net]\nbatch=1\n\n[convolutional]\nfilters=16\n", see("darknet-cfg", "config"))
    put("book/ncnn.param", b"7767517\n2 2\nInput data 0 1 data\nConvolution conv 1 1 data c\n", see("ncnn-param", "config"))
    put("no/net.cfg", b"[net]\naddress=10.0.0.1\n", None)
    put("no/numbers.param", b"7767517\n1 2\n3 4\n", None)
    for name, text in (("lmgg.txt", b"lmgg is not a word, but a text may hold it"), ("ptrt.log", b"ptrtest passed in 3 seconds"), ("RKNN.md", b"RKNN toolkit"), ("litertlm.md", b"LITERTLM is a container")):
        put(f"no/{name}", text, None)


@maker
def look_alikes():
    put("no/counting.tflite", b"\1\2\3\4TFL3" + bytes(range(9, 250)), None)
    put("no/program.pte", b"\xff\xff\xff\x7fET12" + RANDOM.randbytes(500), None)
    put("no/saved_model.pb", b"saved model, but in words\n", None)
    put("no/newlines.txt", b"\n\n\n\nA text that begins with empty lines.\n", None)
    put("no/noise.bin", RANDOM.randbytes(200000), None)
    put("no/zeros.bin", bytes(100000), None)
    put("no/package.json", b'{"version": "1.0.0", "name": "learner"}', None)
    put("no/small.json", b'{"format": "layers-model"}', None)


if __name__ == "__main__":
    labels.main(*sys.argv[1:])
