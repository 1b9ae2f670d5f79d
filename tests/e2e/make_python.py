#!/usr/bin/env python3
"""Writes artifacts of the formats that Python loads as programs (pickle, joblib, PyTorch, Keras), with the real libraries where they are small,
and the files that describe models or stand for them.

    make_python.py FOLDER LABELS        needs: requirements.txt

Honest artifacts, honest ones in disguise, malicious ones (their payload prints a word, should anyone load them), look-alikes.
PyTorch and Keras are too large to install for this: their zips are laid out by hand, as the libraries write them.
"""
import base64, collections, functools, importlib, io, json, os, pickle, struct, sys, zipfile, zlib

import cloudpickle, joblib, numpy, pandas
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, IsolationForest, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.utils import Bunch

import labels
from labels import maker

TOKEN = labels.token()


def put(path, content, role, runs=False, **more):
    expected = None if role is None else {"role": role, "runs": runs, "holds": 0, **more}
    return labels.put(path, content, expected)


class Runs:
    """Unpickling an instance calls a function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def joblib_bytes(value, **options):
    buffer = io.BytesIO()
    joblib.dump(value, buffer, **options)
    return buffer.getvalue()


def estimators():
    random = numpy.random.default_rng(7)
    x, y = random.normal(size=(80, 6)), random.integers(0, 2, 80)
    words = ["red apple pie", "green apple", "blue sky", "red sky at night"] * 20
    return {
        "logistic": LogisticRegression().fit(x, y),
        "forest": RandomForestClassifier(n_estimators=20).fit(x, y),
        "boosting": GradientBoostingClassifier(n_estimators=10).fit(x, y),
        "histogram": HistGradientBoostingClassifier(max_iter=10).fit(x, y),
        "isolation": IsolationForest(n_estimators=10).fit(x),
        "neighbours": KNeighborsClassifier(algorithm="kd_tree").fit(x, y),
        "balls": KNeighborsClassifier(algorithm="ball_tree").fit(x, y),
        "svm": SVC(probability=False).fit(x, y),
        "sgd": SGDClassifier(loss="log_loss").fit(x, y),
        "mlp": MLPClassifier(hidden_layer_sizes=(8,), max_iter=20).fit(x, y),
        "gaussian": GaussianProcessClassifier().fit(x[:20], y[:20]),
        "clusters": KMeans(3, n_init=1).fit(x),
        "words": make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(words, y),
        "pipeline": make_pipeline(StandardScaler(), FunctionTransformer(numpy.arctan), LogisticRegression()).fit(x, y),
        "columns": make_pipeline(ColumnTransformer([("n", StandardScaler(), ["a"]), ("c", OneHotEncoder(), ["b"])]), LogisticRegression()).fit(
            pandas.DataFrame({"a": x[:, 0], "b": ["u", "v"] * 40}), y
        ),
    }


MODELS = estimators()


@maker
def honest():
    for name, model in MODELS.items():
        for protocol in range(6):
            put(f"honest/{name}.p{protocol}.pkl", pickle.dumps(model, protocol), "model")
        put(f"honest/{name}.joblib", joblib_bytes(model), "model")
        put(f"disguised/{name}.jpg", joblib_bytes(model, compress=("zlib", 3)), "model")
    model = MODELS["forest"]
    put("disguised/no_extension", pickle.dumps(model), "model")
    put("disguised/notes.txt", pickle.dumps(model, 0), "model")
    put("disguised/lzma.dat", joblib_bytes(model, compress=("lzma", 3)), "model")
    put("honest/with_array.joblib", joblib_bytes({"model": model, "data": numpy.arange(300_000), "names": numpy.array(["a", "b"], dtype=object)}), "model")
    put("honest/cut.pkl", pickle.dumps(model)[:2000], "model")
    nested = pickle.dumps({"model": pickle.dumps(model)})
    put("honest/in_bytes.pkl", nested, "model")
    put("honest/stacked.pkl", pickle.dumps({"format": 1}) + pickle.dumps(model), "model")


@maker
def plain_data():
    put("data/dictionary.pkl", pickle.dumps({"a": 1, "b": [1.5, None, True], "c": {"d": (1, 2)}}), "data")
    put("data/array.pkl", pickle.dumps(numpy.arange(1000)), "data")
    put("data/array.joblib", joblib_bytes(numpy.arange(1000)), "data")
    put("data/frame.pkl", pickle.dumps(pandas.DataFrame({"a": range(9), "b": list("abcdefghi"), "t": pandas.date_range("2026-01-01", periods=9)})), "data")
    put("data/ordered.pkl", pickle.dumps(collections.OrderedDict(a=1, b=collections.Counter("abc"), c=frozenset([1]))), "data")
    put("data/objects.npy", lambda path: numpy.save(path, numpy.array(["a", None], dtype=object), allow_pickle=True), "data")
    put("data/bunch.pkl", pickle.dumps(Bunch(data=numpy.zeros(3), target=[1])), "data")


# The layout of torch.save


class Storage:
    def __init__(self, kind, key, elements):
        self.kind, self.key, self.elements = kind, key, elements


class TorchPickler(pickle._Pickler):
    def persistent_id(self, value):
        return ("storage", Global("torch", value.kind), value.key, "cpu", value.elements) if isinstance(value, Storage) else None

    def save(self, value, *rest, **more):
        if isinstance(value, Global):
            self.write(f"c{value.module}\n{value.name}\n".encode())
        elif isinstance(value, Tensor):
            self.save(Global("torch._utils", "_rebuild_tensor_v2"))
            self.save((value.storage, 0, value.shape, (1,) * len(value.shape), False, Global("collections", "OrderedDict"), ))
            self.write(b"R")
        else:
            super().save(value, *rest, **more)


class Global:
    def __init__(self, module, name):
        self.module, self.name = module, name


class Tensor:
    def __init__(self, key, *shape, kind="FloatStorage"):
        self.shape = shape
        self.elements = int(numpy.prod(shape))
        self.storage = Storage(kind, str(key), self.elements)


def torch_pickle(value):
    buffer = io.BytesIO()
    TorchPickler(buffer, 2).dump(value)
    return buffer.getvalue()


def tensors(value):
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from tensors(inner)


def torch_zip(value, root="archive", extra=(), method=zipfile.ZIP_STORED, data=None):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        file.writestr(f"{root}/data.pkl", data if data is not None else torch_pickle(value))
        file.writestr(f"{root}/.format_version", "1")
        file.writestr(f"{root}/byteorder", "little")
        for tensor in tensors(value):
            file.writestr(f"{root}/data/{tensor.storage.key}", os.urandom(4 * tensor.elements))
        for name, content in extra:
            file.writestr(f"{root}/{name}", content)
        file.writestr(f"{root}/version", "3\n")
        file.writestr(f"{root}/.data/serialization_id", "0123456789012345678901234567890123456789")
    return buffer.getvalue()


def torch_legacy(value):
    magic = bytes.fromhex("80028a0a6cfc9c46f9206aa850192e")
    keys = [tensor.storage.key for tensor in tensors(value)]
    raw = b"".join(struct.pack("<q", tensor.elements) + os.urandom(4 * tensor.elements) for tensor in tensors(value))
    system = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    return magic + pickle.dumps(1001, 2) + pickle.dumps(system, 2) + torch_pickle(value) + pickle.dumps(keys, 2) + raw


WEIGHTS = {"fc.weight": Tensor(0, 16, 8), "fc.bias": Tensor(1, 16)}


@maker
def torch_files():
    put("honest/torch.pt", torch_zip(WEIGHTS), "model")
    put("disguised/torch.bin.txt", torch_zip(WEIGHTS, root="anything"), "model")
    put("honest/torch_deflated.pth", torch_zip(WEIGHTS, method=zipfile.ZIP_DEFLATED), "model")
    checkpoint = {"epoch": 3, "pytorch-lightning_version": "2.4.0", "state_dict": WEIGHTS, "hyper_parameters": {"arch": "resnet18", "lr": 0.1}}
    put("honest/lightning.ckpt", torch_zip(checkpoint), "model")
    lora = {"base_model.model.q_proj.lora_A.weight": Tensor(0, 4, 8), "base_model.model.q_proj.lora_B.weight": Tensor(1, 8, 4)}
    put("honest/adapter_model.bin", torch_zip(lora), "adapter")
    put("honest/torch_legacy.pt", torch_legacy(WEIGHTS), "model")
    put("disguised/torch_legacy.jpg", torch_legacy(WEIGHTS), "model")
    put("data/scheduler.pt", torch_zip(None, data=pickle.dumps({"last_epoch": 3}, 2)), "data")
    script = [("constants.pkl", pickle.dumps((), 2)), ("code/__torch__/net.py", "class Net(Module):\n  pass\n")]
    put("honest/script.pt", torch_zip(None, extra=script, data=b"\x80\x02c__torch__.net\nNet\n)\x81}b."), "model")
    secretive = {**checkpoint, "hyper_parameters": {"arch": "resnet18", "openai_key": TOKEN}}
    put("honest/lightning_with_key.ckpt", torch_zip(secretive), "model", holds=1)
    textual = b"c__builtin__\ndict\n(tR(S'openai_key'\nS'" + TOKEN.encode() + b"'\nd."
    put("honest/textual_with_key.pt", torch_zip(WEIGHTS, extra=[("settings.pkl", textual)]), "model", holds=1)
    put("malicious/package.pt", torch_zip(None, root="pkg", extra=[(".data/extern_modules", "torch\n"), ("net.py", "import os\n")], data=b"\x80\x02N."), "model", True)


def payloads():
    """Pickles that run code, by the road they take."""
    shell = Runs(os.system, "echo heliodon-test")
    yield "system", pickle.dumps(shell)
    for protocol in range(6):
        yield f"eval_p{protocol}", pickle.dumps(Runs(eval, "print('heliodon-test')"), protocol)
    yield "no_protocol", b"cposix\nsystem\n(S'echo heliodon-test'\ntR."
    yield "leading_noise", b"I1\n0N0]0}0cposix\nsystem\n(S'echo heliodon-test'\ntR."
    yield "inst", b"(S'echo heliodon-test'\niposix\nsystem\n."
    yield "object", b"(cposix\nsystem\nS'echo heliodon-test'\no."
    yield "broken_after_call", pickle.dumps(shell)[:-1] + b"\xff\xff garbage"
    yield "dotted", b"\x80\x04\x8c\x07pathlib\x8c\x09os.system\x93\x8c\x02id\x85R."
    yield "dotted_trusted", b"\x80\x04\x8c\x0dsklearn.utils\x8c\x12_testing.os.system\x93\x8c\x02id\x85R."
    yield "extension_code", b"\x80\x02\x82\x2a)R."
    yield "getattr", b"\x80\x04cbuiltins\ngetattr\ncposix\nopen\n\x8c\x08__self__\x86R\x8c\x06system\x86R."
    yield "memo", b"\x80\x04\x8c\x05posixq\x090\x8c\x06system\x940h\x09h\x01\x93\x8c\x02id\x85R."
    yield "in_bytes", pickle.dumps({"blob": pickle.dumps(shell)})
    yield "in_base64", pickle.dumps({"blob": base64.b64encode(pickle.dumps(shell)).decode()})
    yield "stacked", pickle.dumps([1]) + pickle.dumps(shell)
    yield "torch_hub", b"\x80\x02ctorch.hub\nload\nX\x03\x00\x00\x00a/b\x85R."
    yield "torch_load", b"\x80\x02ctorch\nload\nX\x03\x00\x00\x00a/b\x85R."
    yield "numpy_load", b"\x80\x02cnumpy\nload\nX\x03\x00\x00\x00a/b\x85R."
    yield "pandas_read", b"\x80\x02cpandas\nread_pickle\nX\x03\x00\x00\x00a/b\x85R."
    yield "import_module", pickle.dumps(Runs(importlib.import_module, "antigravity"))
    yield "asyncio", b"\x80\x02casyncio.unix_events\n_UnixSubprocessTransport._start\n)R."
    yield "partial", pickle.dumps(functools.partial(os.system, "echo heliodon-test"))
    yield "cloudpickle", cloudpickle.dumps(lambda x: x + 1)
    import dill  # here, because it changes how the pickler of joblib writes types

    yield "dill", dill.dumps(lambda x: x + 1)
    yield "hidden_in_model", pickle.dumps([LogisticRegression(), shell])


@maker
def malicious():
    for name, content in payloads():
        put(f"malicious/{name}.pkl", content, "any", True)
        if content[:1] == b"\x80":
            put(f"malicious/{name}.zlib", zlib.compress(content), "any", True)
            put(f"malicious/torch_{name}.pt", torch_zip(WEIGHTS, data=content), "model", True)
    shell = Runs(os.system, "echo heliodon-test")
    behind = {"data": numpy.arange(50_000.0), "more": shell}
    put("malicious/behind_array.joblib", joblib_bytes(behind), "any", True)
    put("malicious/behind_array.zlib.joblib", joblib_bytes(behind, compress=3), "any", True)
    put("malicious/behind_array.lzma.joblib", joblib_bytes(behind, compress=("lzma", 3)), "any", True)
    put("malicious/in_object_array.joblib", joblib_bytes({"data": numpy.array([shell, 1], dtype=object)}), "any", True)
    structured = numpy.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
    put("malicious/behind_structured.joblib", joblib_bytes({"data": structured, "names": numpy.array(["ä", "bc"]), "when": numpy.array(["2026-01-01"], "M8[D]"), "more": shell}), "any", True)
    put("malicious/forest_and_shell.joblib", joblib_bytes([MODELS["forest"], shell]), "model", True)
    put("malicious/objects.npy", lambda path: numpy.save(path, numpy.array([shell, 1], dtype=object), allow_pickle=True), "data", True)
    bad = pickle.dumps(shell, 2)
    put("malicious/torch_other_member.pt", torch_zip(WEIGHTS, extra=[("extra.bin", bad)]), "model", True)
    put("malicious/torch_legacy.pt", torch_legacy(WEIGHTS)[:15] + bad + torch_legacy(WEIGHTS)[15:], "model", True)
    honest_zip = torch_zip(WEIGHTS, data=bad)
    at = honest_zip.index(b"PK\x01\x02")
    wrong_crc = bytearray(honest_zip)
    wrong_crc[at + 16] ^= 0xFF
    wrong_crc[14] ^= 0xFF
    put("malicious/torch_bad_crc.pt", bytes(wrong_crc), "model", True, trouble=1)
    put("malicious/torch_lying_name.pt", honest_zip.replace(b"archive/data.pkl", b"archive/data.txt", 1), "model", True)


def keras_zip(layers, metadata=True, **more):
    buffer = io.BytesIO()
    config = {"module": "keras", "class_name": "Sequential", "config": {"name": "sequential", "layers": layers}, "registered_name": None, **more}
    with zipfile.ZipFile(buffer, "w") as file:
        if metadata:
            file.writestr("metadata.json", json.dumps({"keras_version": "3.11.0", "date_saved": "2026-11-01@10:00:00"}))
        file.writestr("config.json", json.dumps(config))
        file.writestr("model.weights.h5", b"\x89HDF\r\n\x1a\n" + bytes(200))
    return buffer.getvalue()


@maker
def keras_files():
    dense = {"module": "keras.layers", "class_name": "Dense", "config": {"name": "dense", "units": 1, "activation": "relu"}, "registered_name": None}
    put("honest/dense.keras", keras_zip([dense]), "model")
    put("disguised/dense.zip", keras_zip([dense], metadata=False), "model")
    lambda_layer = {"module": "keras.layers", "class_name": "Lambda", "config": {"function": {"class_name": "__lambda__", "config": {"code": "4wEAAA=="}}}}
    put("malicious/lambda.keras", keras_zip([dense, lambda_layer]), "model", True)
    put("malicious/module.keras", keras_zip([{"module": "os", "class_name": "function", "config": "system", "registered_name": "function"}]), "model", True)
    put("malicious/get_file.keras", keras_zip([{"module": "keras.utils", "class_name": "get_file", "config": {}}]), "model", True)
    keyed = {**dense, "config": {**dense["config"], "comment": TOKEN}}
    put("honest/keyed.keras", keras_zip([keyed]), "model", holds=1)
    put("honest/custom.keras", keras_zip([{"module": "acme.layers", "class_name": "Gate", "config": {}}]), "model")


@maker
def describing():
    put("hub/config.json", json.dumps({"_name_or_path": "org/base", "architectures": ["BertModel"], "model_type": "bert", "transformers_version": "5.0"}, indent=2), "config")
    put("hub/adapter_config.json", json.dumps({"base_model_name_or_path": "org/base", "peft_type": "LORA", "r": 8}, indent=2), "adapter")
    put("hub/model_index.json", json.dumps({"_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.35.0", "unet": ["diffusers", "UNet2DConditionModel"]}), "config")
    template = "{% for message in messages %}{{ message.content }}{% endfor %}"
    put("hub/tokenizer_config.json", json.dumps({"chat_template": template, "tokenizer_class": "LlamaTokenizer"}), "tokenizer")
    escaping = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
    put("malicious/tokenizer_config.json", json.dumps({"chat_template": escaping, "tokenizer_class": "LlamaTokenizer"}), "tokenizer", True)
    put("hub/README.md", "---\nlicense: apache-2.0\nbase_model: org/base\npipeline_tag: text-classification\n---\n# Model\n", "card")
    put("mlruns/1/model/MLmodel", "artifact_path: churn\nflavors:\n  sklearn:\n    pickled_model: model.pkl\nrun_id: 0123456789abcdef0123456789abcdef\n", "config")
    sha = "5e" * 32
    put("pointers/model.safetensors", f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha}\nsize 123456789\n", "pointer")
    put("pointers/model.pkl.dvc", f"outs:\n- md5: {'1d' * 16}\n  size: 9\n  hash: md5\n  path: model.pkl\n", "pointer")
    put("pointers/dvc.lock", f"schema: '2.0'\nstages:\n  train:\n    cmd: make\n    outs:\n    - path: out/model.joblib\n      md5: {'2d' * 16}\n      size: 3\n", "pointer")
    put("pointers/annexed", f"/annex/objects/SHA256E-s12--{sha}.gguf\n", "pointer")
    layer = {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{sha}", "size": 77}
    put("ollama/manifests/registry.ollama.ai/library/llama3/8b", json.dumps({"schemaVersion": 2, "config": {}, "layers": [layer]}), "pointer")
    put(f"hub/models--org--name/blobs/{sha}", torch_zip(WEIGHTS), "model")
    put(f"hub/models--org--name/snapshots/{'4c' * 20}/pytorch_model.bin", torch_zip(WEIGHTS), "model")


@maker
def look_alikes():
    texts = {
        "cos.pkl": "cos\nsin\ntan\n.",
        "lp0.pickle": "(lp0 is where the list begins, they say\n.",
        "import.pt": "import os\nimport sys\nos.system('ls')\n",
        "words.joblib": "copy\npaste\ncut\n",
        "empty.pkl": "",
        "distutils-precedence.pth": "import os; var = 'SETUPTOOLS_USE_DISTUTILS'\n",
        "list_p0.txt": "(lp0\nI1\naI2\na.",
        "lfs.md": f"A pointer looks so:\nversion https://git-lfs.github.com/spec/v1\noid sha256:{'00' * 32}\nsize 1\n",
        "logo.png": f"version https://git-lfs.github.com/spec/v1\noid sha256:{'00' * 32}\nsize 1\n",
        "data.csv.dvc": f"outs:\n- md5: {'1d' * 16}\n  path: data.csv\n",
        "config.json": json.dumps({"model_type": "sedan", "architectures": "gothic"}),
        "app/config.json": json.dumps({"architectures": ["amd64"], "port": 80}),
        "post.md": "---\ntitle: Hello\nlicense: mit\ntags: [a]\n---\nText\n",
        "dataset/README.md": "---\nlicense: mit\ntask_categories:\n- text-classification\n---\n",
        "image.json": json.dumps({"schemaVersion": 2, "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "sha256:00"}]}),
        "MLmodel": "flavors of ice cream: vanilla\n",
    }
    for name, content in texts.items():
        put(f"lookalikes/{name}", content, None)
    put("lookalikes/numbers.npy", lambda path: numpy.save(path, numpy.arange(9)), None)
    put("lookalikes/random.pkl", b"\x80\x04\xfe\xfd\xfc" + bytes(range(200)), None)
    put("lookalikes/none_and_more.bin", b"\x80\x02N.then something else", None)
    put("lookalikes/zlib.bin", zlib.compress(b"just text " * 100), None)
    put("lookalikes/git_object", zlib.compress(b"blob 12\0hello world\n"), None)
    for name, members in {
        "plain.zip": {"a.txt": b"hello"},
        "docs.zip": {"data.pkl.md": b"# docs", "version": b"3"},
        "settings.zip": {"config.json": b"{}", "metadata.json": b"{}"},
        "version.zip": {"data.txt": b"x", "version": b"3", "data/0": b"x"},
    }.items():
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as file:
            for member, content in members.items():
                file.writestr(member, content)
        put(f"lookalikes/{name}", buffer.getvalue(), None)


if __name__ == "__main__":
    labels.main(*sys.argv[1:])
