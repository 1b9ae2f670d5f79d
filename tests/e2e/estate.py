#!/usr/bin/env python3
"""An estate to be scanned: the artifacts that were made, some of them approved, and a small project whose code loads models.

    estate.py lay ESTATE                adds `approved/`, `tuned/` and `project/` beside `artifacts/`
    estate.py change ESTATE             changes one registered file by a byte
    estate.py expect ESTATE LABELS      prints what a scan must say: {path: {"says": [rule, …], "not": [rule, …]}}; `a|b` is either
"""
import hashlib
import json
import pathlib
import shutil
import sys

import numpy
from safetensors.numpy import save_file

from check import read_labels

# What `run` registers, with all fields and without.
APPROVED = ["base.safetensors", "forest.joblib", "net.onnx", "weights.pt"]
CHANGED = "trees.cbm"
INCOMPLETE = ["booster.ubj", "talker.gguf"]
COPIES = {
    "forest.joblib": "python/honest/forest.joblib",
    "net.onnx": "formats/onnx/small.onnx",
    "weights.pt": "python/honest/torch.pt",
    "trees.cbm": "formats/cat/model.cbm",
    "booster.ubj": "formats/xgb/model.ubj",
    "talker.gguf": "formats/gguf/long-vocabulary.bin",
}
PROJECT = {
    "app/serve.py": """from transformers import AutoModel, AutoTokenizer
import joblib

forest = joblib.load("../../approved/forest.joblib")
tokenizer = AutoTokenizer.from_pretrained("org/base", revision="0123456789abcdef0123456789abcdef01234567")
""",
    "app/try_out.py": """from transformers import pipeline, AutoModel

model = AutoModel.from_pretrained("stranger/large-model")
""",
    "README.md": "# A service\n\nIt answers questions about forests.\n",
}
MODEL_RULES = ["unregistered-artifact", "unregistered-derivative", "artifact-drift", "incomplete-registration", "unsafe-serialization", "secret-in-artifact"]
ABOUT_ENTRIES = MODEL_RULES[:4]


def lay(estate):
    approved, tuned = estate / "approved", estate / "tuned"
    approved.mkdir()
    tuned.mkdir()
    weights = {"layer.weight": numpy.ones((16, 8), numpy.float32)}
    save_file(weights, approved / "base.safetensors", {"format": "pt", "modelspec.title": "org/base"})
    for name, source in COPIES.items():
        shutil.copy(estate / "artifacts" / source, approved / name)
    lora = {f"base_model.layers.0.q_proj.lora_{side}.weight": numpy.ones((2, 2), numpy.float32) for side in "AB"}
    save_file(lora, tuned / "adapter.safetensors", {"format": "pt", "base_model": "org/base"})
    save_file({"layer.weight": weights["layer.weight"] * 2}, tuned / "tuned.safetensors", {"base_model_name_or_path": "org/base"})
    for name, text in PROJECT.items():
        path = estate / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def change(estate):
    path = estate / "approved" / CHANGED
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    path.write_bytes(content)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def expectations(estate, labels):
    says = lambda *rules: {"says": list(rules), "not": [rule for rule in MODEL_RULES if not any(rule in either.split("|") for either in rules)]}
    approved = {digest(estate / "approved" / name) for name in APPROVED} | {digest(estate / "artifacts" / COPIES[CHANGED])}
    incomplete = {digest(estate / "approved" / name) for name in INCOMPLETE}
    for path, label in read_labels(labels):
        expected = label["expected"]
        if expected is None:
            yield path, says()
            continue
        if path.endswith("adapter_config.json"):
            continue  # describes an adapter that is not here
        rules = ["unsafe-serialization"] if expected.get("runs") else []
        if expected["role"] in ("model", "adapter", "weights"):
            known = digest(estate / path) in approved | incomplete
            # The nets call themselves by name and version of the one that was approved.
            stranger = "artifact-drift" if path.startswith("artifacts/formats/onnx/") else "unregistered-artifact|unregistered-derivative"
            rules += [] if known else [stranger]
            rules += ["secret-in-artifact"] if expected.get("holds") else []
            yield path, {**says(*rules), "not": ABOUT_ENTRIES if digest(estate / path) in approved else []}
        elif rules:
            yield path, {"says": rules, "not": []}
    for name in APPROVED:
        yield f"approved/{name}", says()
    yield f"approved/{CHANGED}", says("artifact-drift")
    for name in INCOMPLETE:
        holds = ["secret-in-artifact"] if name == "booster.ubj" else []
        yield f"approved/{name}", says("incomplete-registration", *holds)
    yield "tuned/adapter.safetensors", says("unregistered-derivative")
    yield "tuned/tuned.safetensors", says("unregistered-derivative")
    yield "project/app/try_out.py", {"says": ["unregistered-reference", "unpinned-model-reference"], "not": MODEL_RULES}
    yield "project/app/serve.py", {"says": [], "not": ["unregistered-reference", "unpinned-model-reference", *MODEL_RULES]}
    yield "project/README.md", {"says": [], "not": ["unregistered-reference", *MODEL_RULES]}


def main(command, estate, *labels):
    estate = pathlib.Path(estate)
    if command == "lay":
        lay(estate)
    elif command == "change":
        change(estate)
    else:
        print(json.dumps(dict(expectations(estate, *labels)), indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
