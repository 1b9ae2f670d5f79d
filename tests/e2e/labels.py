"""Writes files and remembers what must be seen of each: the one label format of the suite.

A label is null where nothing may be reported, else an object. `role` is a role of an artifact, or `any`. What is left out is not looked at:
  format, relation, sureness    as told
  facts                         must be told; more may be
  bases                         all of them
  runs, other                   hazards that run code, and others: a number, or true for at least one
  truncated                     the fact is told (false: it is not)
  holds                         so many credentials must be found inside, each once
  trouble                       so many parts cannot be read
  parts                         so many artifacts are seen in the file, one of them of the format
`family` is the function that made the file.
"""
import importlib.util
import json
import os
import pathlib
import random
import shutil
import string
import sys

MAKERS = []
LABELS = {}
ROOT = pathlib.Path()
RANDOM = random.Random(20261120)


def token():
    """A key that no one issued, in the shape of OpenAI's; made here, so that the repository holds none."""
    word = lambda: "".join(RANDOM.choices(string.ascii_letters + string.digits, k=40))
    return "sk-" + "proj-" + word() + "T3Blbk" + "FJ" + word()


def maker(function):
    MAKERS.append(function)
    return function


def maker_with(*libraries):
    """A maker whose libraries are large; without them, its files are left out, and that is said."""
    if all(map(importlib.util.find_spec, libraries)):
        return maker
    print(f"left out, because not installed: {' '.join(libraries)}", file=sys.stderr)
    return lambda function: function


def label(path, expected):
    LABELS[path] = {"family": FAMILY, "expected": expected}


def put(path, content, expected):
    """Writes bytes or text, moves a file in, or lets a function write; gives the bytes back."""
    full = ROOT / path
    full.parent.mkdir(parents=True, exist_ok=True)
    if callable(content):
        content(str(full))
    elif isinstance(content, os.PathLike):
        shutil.move(content, full)
    else:
        full.write_bytes(content.encode() if isinstance(content, str) else content)
    label(path, expected)
    return full.read_bytes()


def main(folder, labels):
    global ROOT, FAMILY
    ROOT = pathlib.Path(folder)
    for make in MAKERS:
        FAMILY = make.__name__.replace("_", " ")
        make()
    pathlib.Path(labels).write_text(json.dumps(LABELS, indent=1, sort_keys=True))
