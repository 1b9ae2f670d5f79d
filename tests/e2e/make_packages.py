#!/usr/bin/env python3
"""Writes packages of models (archives and folders with a description), files beside models, and what such files can be made to run.

    make_packages.py FOLDER LABELS      needs: requirements.txt; more where installed: spacy

skops, sentencepiece, ONNX's printer and Keras-like zips come from the libraries; the others are laid out after their formats' descriptions.
"""
import bz2, gzip, io, json, lzma, os, pickle, struct, tarfile, tempfile, zipfile

import labels
from labels import maker, maker_with, put, token

TOKEN = token()


def see(format, role="model", **more):
    return {"format": format, "role": role, "runs": 0, "other": 0, "bases": [], "holds": 0, **more}


def zipped(members, method=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, content in members.items():
            file.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return buffer.getvalue()


def tarred(members, mode="w"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=tarfile.USTAR_FORMAT) as file:
        for name, content in members.items():
            content = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


class Runs:
    def __init__(self, function, argument):
        self.call = function, (argument,)

    def __reduce__(self):
        return self.call


SHELL = pickle.dumps(Runs(os.system, "echo heliodon-test"), 2)
# `{"w": tensor}` as torch.save writes it, the tensor being a storage of four floats.
WEIGHTS = (b"\x80\x02}q\x00X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x04tQ"
           b"K\x00K\x04\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtRs.")


def torch_zip(data=WEIGHTS):
    return zipped({"m/data.pkl": data, "m/byteorder": "little", "m/data/0": bytes(16), "m/version": "3\n", "m/.data/serialization_id": "0" * 40})


# ---------------------------------------------------------------- archives

@maker
def skops():
    import numpy as np
    import skops.io
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    rows, marks = np.random.default_rng(1).random((40, 3)), np.arange(40) % 2
    models = {
        "linear": LogisticRegression().fit(rows, marks),
        "forest": RandomForestClassifier(n_estimators=5).fit(rows, marks),
        "pipeline": make_pipeline(StandardScaler(), FunctionTransformer(np.arctan), LogisticRegression()).fit(rows, marks),
    }
    for name, model in models.items():
        whole = put(f"skops/{name}.skops", skops.io.dumps(model), see("skops", facts={"architecture": type(model).__name__}))
        put(f"skops/{name}.zip", whole, see("skops"))
    put("skops/packed.dat", skops.io.dumps(models["forest"], compression=zipfile.ZIP_DEFLATED), see("skops"))
    put("skops/keyed.skops", skops.io.dumps({"model": models["linear"], "openai_key": TOKEN}), see("skops", holds=1))
    put("malicious/function.skops", skops.io.dumps({"f": os.system}), see("skops", runs=1))
    put("malicious/transformer.skops", skops.io.dumps(FunctionTransformer(os.system)), see("skops", runs=1))
    put("no/schema.zip", zipped({"schema.json": '{"type": "object"}'}), None)


@maker
def torchserve():
    manifest = {"createdOn": "01/11/2026 10:00:00", "runtime": "python", "archiverVersion": "0.12.0",
                "model": {"modelName": "churn", "modelVersion": "1.0", "serializedFile": "model.pt", "handler": "image_classifier"}}
    text = json.dumps(manifest)
    facts = {"name": "churn", "version": "1.0", "producer": "torch-model-archiver 0.12.0"}
    put("mar/churn.mar", zipped({"model.pt": torch_zip(), "MAR-INF/MANIFEST.json": text}), see("torchserve", facts=facts))
    put("mar/churn", zipped({"model.pt": torch_zip(), "MAR-INF/MANIFEST.json": text}, zipfile.ZIP_DEFLATED), see("torchserve", facts=facts))
    own = text.replace("image_classifier", "handler.py")
    keyed = f"KEY = '{TOKEN}'\ndef handle(data, context):\n    return data\n"
    put("mar/own.mar", zipped({"model.pt": torch_zip(), "handler.py": keyed, "MAR-INF/MANIFEST.json": own}), see("torchserve", other=1, holds=1))
    put("malicious/inside.mar", zipped({"model.pt": torch_zip(SHELL), "MAR-INF/MANIFEST.json": text}), see("torchserve", runs=1))
    put("malicious/beside.mar", zipped({"model.pt": torch_zip(), "extra.bin": SHELL, "MAR-INF/MANIFEST.json": text}), see("torchserve", runs=1))
    put("malicious/slip.mar", zipped({"../../handler.py": "pass", "MAR-INF/MANIFEST.json": text}), see("torchserve", runs=1))
    put("no/manifest.zip", zipped({"MAR-INF/MANIFEST.json": '{"name": "boat"}'}), None)


@maker
def nemo():
    config = "target: nemo.collections.asr.models.EncDecCTCModel\nnemo_version: 2.1.0\nencoder:\n  _target_: nemo.collections.asr.modules.ConvASREncoder\noptim:\n  _target_: torch.optim.AdamW\n"
    facts = {"framework": "nemo", "producer": "nemo 2.1.0"}
    put("nemo/asr.nemo", tarred({"./model_weights.ckpt": torch_zip(), "./model_config.yaml": config}), see("nemo", facts=facts))
    put("nemo/asr.dat", tarred({"model_config.yaml": config, "model_weights.ckpt": torch_zip()}, "w:gz"), see("nemo-config", "config", facts=facts, parts=2))
    put("malicious/target.nemo", tarred({"model_config.yaml": config + "hook:\n  _target_: os.system\n  command: id\n", "model_weights.ckpt": torch_zip()}), see("nemo", runs=1))
    put("malicious/weights.nemo", tarred({"model_config.yaml": config, "model_weights.ckpt": torch_zip(SHELL)}), see("nemo", runs=1))
    put("malicious/slip.nemo", tarred({"model_config.yaml": config, "../../.bashrc": "id", "model_weights.ckpt": torch_zip()}), see("nemo", runs=1))
    put("no/config.tar", tarred({"model_config.yaml": "target: production\nlr: 0.1\n", "model_weights.ckpt": "x"}), None)


@maker
def other_archives():
    ini = "[info]\nh2o_version = 3.46.0.1\nmojo_version = 1.40\nalgorithm = Gradient Boosting Machine\n\n[columns]\na\n"
    put("zip/gbm.zip", zipped({"model.ini": ini, "trees/t00_000.bin": bytes(40)}), see("h2o-mojo", facts={"architecture": "Gradient Boosting Machine"}))
    net = {"TrainingInfo/Version.txt": "3.0.1 @BuiltBy: x", "TransformerChain/Transform_000/Model.key": bytes(40), "Schema": bytes(20)}
    put("zip/model.zip", zipped(net, zipfile.ZIP_DEFLATED), see("mlnet", facts={"producer": "ml.net 3.0.1"}))
    put("zip/model", zipped({name.replace("/", "\\"): content for name, content in net.items()}), see("mlnet"))
    lite = struct.pack("<I", 28) + b"TFL3" + bytes(60)
    put("zip/hand.task", zipped({"hand_detector.tflite": lite, "hand_landmarks.tflite": lite}), see("mediapipe-task"))
    put("zip/llm", zipped({"TF_LITE_PREFILL_DECODE": lite, "TOKENIZER_MODEL": "x", "METADATA": "y"}), see("mediapipe-task"))
    pmml = '<?xml version="1.0"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><TreeModel modelName="churn"/></PMML>'
    put("zip/churn.jar", zipped({"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n", "com/acme/churn.pmml": pmml}, zipfile.ZIP_DEFLATED), see("pmml", facts={"name": "churn"}))
    put("no/text.task", zipped({"notes.tflite": "in words"}), None)
    put("no/aeroplane.zip", zipped({"model.ini": "[aeroplane]\nscale = 1:72\n"}), None)


@maker
def numpy_archives():
    import numpy as np

    def archive(**arrays):
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)
        return buffer.getvalue()

    layers = {f"layer{n}/{part}": np.ones(3, np.float32) for n in range(3) for part in ("kernel", "bias")}
    put("npz/vit.npz", archive(**layers), see("npz-weights", "weights"))
    put("malicious/objects.npz", archive(**layers, extra=np.array([Runs(os.system, "echo heliodon-test"), 1], dtype=object)), see("npz-weights", "weights", runs=1))
    put("no/data.npz", archive(x=np.ones(3), y=np.ones(3), weights=np.ones(3)), None)


# ---------------------------------------------------------------- descriptions

@maker
def described():
    meta = {"lang": "en", "name": "core_web_sm", "version": "3.8.0", "spacy_version": ">=3.8.0,<3.9.0", "license": "MIT", "author": "Explosion",
            "sources": [{"name": "OntoNotes 5"}], "pipeline": ["tok2vec", "ner"]}
    put("spacy/meta.json", json.dumps(meta, indent=2), see("spacy", "config", facts={"name": "en_core_web_sm", "version": "3.8.0", "license": "MIT", "datasets": "OntoNotes 5"}))
    modules = [{"idx": n, "name": str(n), "path": p, "type": f"sentence_transformers.models.{t}"} for n, (p, t) in enumerate((("", "Transformer"), ("1_Pooling", "Pooling")))]
    put("st/modules.json", json.dumps(modules, indent=2), see("sentence-transformers", "config"))
    put("st/config_sentence_transformers.json", json.dumps({"__version__": {"sentence_transformers": "5.0.0"}}), see("sentence-transformers-config", "config"))
    put("st/tokenizer.json", json.dumps({"version": "1.0", "truncation": None, "added_tokens": [], "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}), see("tokenizer", "tokenizer"))
    put("st/chat_template.jinja", "{% for message in messages %}{{ message.content }}{% endfor %}", see("chat-template", "tokenizer"))
    put("malicious/chat_template.jinja", "{{ cycler.__init__.__globals__.os.popen('id').read() }}", see("chat-template", "tokenizer", runs=1))
    put("malicious/chat_template.json", json.dumps({"chat_template": "{{ ''['\\x5f\\x5fclass\\x5f\\x5f'] }}"}), see("chat-template", "tokenizer", runs=1))
    put("ml.mlpackage/Manifest.json", json.dumps({"fileFormatVersion": "1.0.0", "itemInfoEntries": {"A": {"path": "com.apple.CoreML/model.mlmodel"}}, "rootModelIdentifier": "A"}), see("mlpackage", "index"))
    put("triton/config.pbtxt", 'name: "ranker"\nbackend: "onnxruntime"\nmax_batch_size: 8\ninput [ { name: "x" data_type: TYPE_FP32 dims: [ 4 ] } ]\n', see("triton-config", "config", facts={"name": "ranker"}))
    put("pack/Modelfile", 'FROM llama3:8b\nADAPTER ./lora.gguf\nPARAMETER temperature 1\nSYSTEM """\nBe brief.\n"""\n', see("modelfile", "config", bases=["llama3:8b"], relation="adapter"))
    put("pack/recipe.txt", "FROM qwen2.5:7b\nPARAMETER top_p 0.9\n", see("modelfile", "config", bases=["qwen2.5:7b"]))
    put("pack/Kitfile", "manifestVersion: 1.0.0\npackage:\n  name: churn\n  version: 1.2.0\nmodel:\n  path: ./m.onnx\n  framework: onnx\n  license: MIT\n",
        see("kitfile", "config", facts={"name": "churn", "version": "1.2.0", "license": "MIT"}))
    put("pointers/m.safetensors", f"# xet version 0\nfilesize = 123456\nhash = '{'3c' * 32}'\n", see("xet-pointer", "pointer"))
    symbol = {"nodes": [{"op": "null", "name": "data", "inputs": []}, {"op": "FullyConnected", "name": "fc", "inputs": [[0, 0, 0]]}], "arg_nodes": [0], "heads": [[1, 0, 0]]}
    put("mx/net-symbol.json", json.dumps(symbol, indent=2), see("mxnet-symbol", "config"))
    for name, text in {
        "Dockerfile": "FROM python:3.12\nRUN pip install x\n", "meta.json": '{"lang": "en", "pipeline": "oil"}', "modules.json": '[{"type": "module", "path": "./a.js"}]',
        "Manifest.json": '{"name": "app", "itemInfoEntries": {}}', "config.pbtxt": "item {\n  name: 'cat'\n  id: 1\n}\n", "graph.json": '{"nodes": [{"op": "add"}], "edges": []}',
        "page.jinja": "{{ self.__class__ }}", "from.txt": "FROM here on\nPARAMETER matters.\n",
    }.items():
        put(f"no/{name}", text, None)


@maker_with("spacy")
def spacy_itself():
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("textcat_multilabel").add_label("good")
    nlp.initialize()
    with tempfile.TemporaryDirectory() as folder:
        nlp.to_disk(folder)
        read = lambda name: open(os.path.join(folder, name), "rb").read()
        put("spacy/real/meta.json", read("meta.json"), see("spacy", "config"))
        put("spacy/real/textcat/model", read("textcat_multilabel/model"), see("thinc", "weights"))


@maker
def yaml_tags():
    put("malicious/hparams.yaml", "lr: 0.1\nact: !!python/object/apply:os.system ['echo heliodon-test']\n", see("yaml-python", "data", runs=1))
    put("malicious/tag.yml", "model: !<tag:yaml.org,2002:python/object/apply:subprocess.check_output> [['id']]\n", see("yaml-python", "data", runs=1))
    put("yaml/hparams.yaml", "lr: 0.1\nbetas: !!python/tuple [0.9, 0.99]\n", None)
    put("yaml/notes.yaml", "# never write !!python/object/apply:os.system\nlr: 0.1\n", None)


# ---------------------------------------------------------------- numbers

@maker
def sentencepiece():
    import sentencepiece as s

    buffer = io.BytesIO()
    words = [f"the {a} of {b}" for a in ("model", "shadow", "weight", "letter") for b in ("night", "noon", "morning", "autumn")] * 20
    s.SentencePieceTrainer.train(sentence_iterator=iter(words), model_writer=buffer, vocab_size=24, minloglevel=2)
    whole = put("sp/tokenizer.model", buffer.getvalue(), see("sentencepiece", "tokenizer"))
    put("sp/spiece", whole, see("sentencepiece", "tokenizer"))


@maker
def texts_of_graphs():
    import onnx
    from onnx import TensorProto, helper

    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N"]) for name in "xy"]
    model = helper.make_model(helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "churn", values[:1], values[1:]), opset_imports=[helper.make_opsetid("", 17)])
    put("text/net.onnxtxt", onnx.printer.to_text(model), see("onnx-text"))
    node = lambda name, op: f'node {{\n  name: "{name}"\n  op: "{op}"\n}}\n'
    put("text/frozen.pbtxt", node("x", "Placeholder") + node("y", "Relu"), see("tf-graph-text"))
    put("malicious/saved_model.pbtxt", "saved_model_schema_version: 1\nmeta_graphs {\n  graph_def {\n    " + node("f", "PyFunc") + "  }\n}\n", see("tf-graph-text", runs=1))


@maker
def r_objects():
    """Version 3 of R's serialisation, as saveRDS and save write it."""
    text = lambda text: bytes([0, 4, 0, 9]) + struct.pack(">I", len(text)) + text
    header = b"X\n" + struct.pack(">III", 3, 0x040301, 0x030500) + struct.pack(">I", 5) + b"UTF-8"

    def object_of(kind):
        numbers = struct.pack(">II", 14, 3) + struct.pack(">3d", 1, 2, 3)
        names = struct.pack(">II", 0x402, 1) + text(b"names") + struct.pack(">II", 16, 1) + text(b"coefficients")
        attribute = struct.pack(">II", 0x402, 1) + text(b"class") + struct.pack(">II", 16, 1) + text(kind) + struct.pack(">I", 0xFE)
        return header + struct.pack(">II", 0x313, 1) + numbers + names + attribute

    for name, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)):
        put(f"r/forest.{name}.rds", pack(object_of(b"randomForest")), see("r-model", facts={"architecture": "randomForest"}))
    put("r/work.RData", gzip.compress(b"RDX3\n" + object_of(b"lm")), see("r-model", facts={"architecture": "lm"}))
    put("no/table.rds", gzip.compress(object_of(b"data.frame")), None)


@maker
def by_the_book():
    words = lambda *numbers: struct.pack(f"<{len(numbers)}I", *numbers)
    block = b"\x08\x00\x10" + b"\xff" * 9 + b"\x01" + b"\x22\x08\x1a\x06matmul"
    put("paddle/inference.pdmodel", b"\x0a" + bytes([len(block)]) + block + b"\x22\x02\x08\x00", see("paddle-program"))
    put("paddle/inference.pdiparams", bytes(16) + words(6) + b"\x08\x05\x10\x04\x10\x02" + bytes(32), see("paddle-params", "weights"))
    calling = block.replace(b"\x22\x08\x1a\x06matmul", b"\x22\x09\x1a\x07py_func")
    put("malicious/calls.pdmodel", b"\x0a" + bytes([len(calling)]) + calling, see("paddle-program", runs=1))
    put("ncnn/net.param.bin", words(7767517, 2, 2, 16, 0, 1, 0, 0), see("ncnn-param-bin", "config"))
    put("darknet/yolo.weights", words(0, 2, 5, 7, 0) + bytes(400), see("darknet-weights", "weights"))
    put("trt/new.engine", words(16) + b'{"version":"10"}' + b"ftrt" + words(0xEF) + bytes(64), see("tensorrt"))
    put("jax/f.bin", flat_strings(b"main", b"cpu") + b"ML\xefR\x0dStableHLO_v1.9.1\0" + bytes(40), see("jax-export"))
    net = words(24) + struct.pack("<10H", 20, 12, 0, 0, 0, 4, 0, 0, 0, 8) + words(20, 8, 24, 1, 8) + struct.pack("<2H", 4, 4) + words(4, 0, 1, 4, 1) + b"x\0\0\0"
    put("mnn/net.mnn", net, see("mnn"))
    put("no/zeros.pdiparams", bytes(5000), None)
    put("no/gym.weights", b"80 kg, 90 kg, and so on", None)
    put("no/flat.bin", flat_strings(b"a", b"b"), None)
    put("no/llvm.bc", b"ML\xefR\x0dLLVM_v19\0" + bytes(20), None)


def flat_strings(*texts):
    """A FlatBuffer whose root holds these texts."""
    vtable = struct.pack(f"<{2 + len(texts)}H", 4 + 2 * len(texts), 4 + 4 * len(texts), *(4 + 4 * n for n in range(len(texts))))
    root = 8 + len(vtable)
    table, strings, at = b"", b"", root + 4
    for n, text in enumerate(texts):
        table += struct.pack("<I", 4 * (len(texts) - n) + len(strings))
        strings += struct.pack("<I", len(text)) + text + bytes(4 - len(text) % 4)
    return struct.pack("<II", root, 0) + vtable + struct.pack("<i", root - 8) + table + strings


if __name__ == "__main__":
    labels.main(*__import__("sys").argv[1:])
