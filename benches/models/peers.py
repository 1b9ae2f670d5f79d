#!/usr/bin/env python3
"""Holds heliodon and other scanners of models against the labelled artifacts that tests/e2e/run writes, and prints what each found and judged.

    tests/e2e/run                                       # leaves target/e2e/work
    python3 -m venv V && V/bin/pip install modelscan picklescan fickling typing_extensions modelaudit
    benches/models/peers.py target/e2e/work V/bin/python [--families] [--tool=NAME…]

found: files with a model (or what describes or points to one) that the tool looked into as such. calls: look-alikes that it did so, or
that it called unsafe. judged: files that run code, called unsafe. harmed: harmless artifacts, called unsafe. Nothing is loaded. The
others run without network: their telemetry is switched off.
"""
import collections
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

HELIODON = pathlib.Path("target/release/heliodon")

# Each prints {file: [found, judged]} as JSON; `root` is the folder, `files` are all files below it.
PRELUDE = "import json, os, sys\nroot = sys.argv[1]\nfiles = [os.path.join(d, f) for d, _, names in os.walk(root) for f in names]\nseen = {}\n"
PICKLESCAN = PRELUDE + """
import logging, picklescan.scanner as scanner
logging.disable(logging.CRITICAL)
for path in files:
    try:
        told = scanner.scan_file_path(path)
        seen[path] = [bool(told.globals), told.issues_count > 0] # it counts every file as scanned
    except Exception:
        pass
print(json.dumps(seen))
"""
# fickling fails where it finds nothing it knows; that is no judgement.
FICKLING = PRELUDE + """
import logging, warnings, fickling
logging.disable(logging.CRITICAL); warnings.simplefilter("ignore")
for path in files:
    try:
        seen[path] = [True, not fickling.is_likely_safe(path)]
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
print(json.dumps(seen))
"""


def quiet(command, **more):
    environment = dict(os.environ, PROMPTFOO_DISABLE_TELEMETRY="1", NO_ANALYTICS="1", PYTHONWARNINGS="ignore", PATH=os.environ["PATH"])
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=3600, **more)


def heliodon(root, _):
    with tempfile.TemporaryDirectory() as folder:
        quiet([HELIODON, "plan", root, "--no-registry", "-o", f"{folder}/plan"], check=True)
        quiet([HELIODON, "observe", "--quiet", "--plan", f"{folder}/plan", "-o", f"{folder}/shard"], check=True)
        seen = {}
        for line in map(json.loads, pathlib.Path(folder, "shard").read_text().splitlines()):
            artifact = line.get("observation", {}).get("evidence", {}).get("artifact")
            if artifact:
                # Paths are told from the repository's root, which is the folder above.
                path = os.path.join(os.path.dirname(root), line["observation"]["place"]["origin"]["uri"])
                found, judged = seen.get(path, (False, False))
                runs = any(hazard["runs_code"] for hazard in artifact.get("hazards", []))
                seen[path] = [found or artifact["role"] != "data" or runs, judged or runs]
        return seen


def python_tool(program):
    return lambda root, python: json.loads(quiet([python, "-c", program, root]).stdout.splitlines()[-1])


def modelscan(root, python):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "out.json")
        quiet([str(pathlib.Path(python).parent / "modelscan"), "-p", root, "--show-skipped", "-r", "json", "-o", out])
        told = json.loads(out.read_text())
    file = lambda source: os.path.join(root, source.split(":")[0])
    seen = {file(name): [True, False] for name in told["summary"]["scanned"].get("scanned_files", [])}
    seen.update({file(issue["source"]): [True, True] for issue in told["issues"]})
    return seen


def modelaudit(root, python):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "out.json")
        quiet([str(pathlib.Path(python).parent / "modelaudit"), "scan", root, "--format", "json", "-o", out])
        told = json.loads(out.read_text())
    general = {"unknown", "text", "zip", "tar", "compressed", "manifest", "metadata", "jinja2_template"}
    seen = {asset["path"].split(":")[0]: [asset["type"] not in general, False] for asset in told["assets"]}
    for issue in told["issues"]:
        if issue["severity"] == "critical" and issue.get("location"):
            seen.setdefault(issue["location"].split(":")[0], [True, True])[1] = True
    return seen


TOOLS = {"heliodon": heliodon, "modelaudit": modelaudit, "picklescan": python_tool(PICKLESCAN), "fickling": python_tool(FICKLING), "modelscan": modelscan}


def labels(work):
    for file in sorted(pathlib.Path(work, "labels").glob("*.json")):
        for name, label in json.loads(file.read_text()).items():
            yield f"{work}/estate/artifacts/{file.stem}/{name}", label["family"], label["expected"]


def counted(rows, seen):
    """found, artifacts; calls, look-alikes; judged, unsafe; harmed, harmless."""
    count = collections.Counter()
    for path, _, expected in rows:
        found, judged = seen.get(path, (False, False))
        if expected is None:
            count.update(others=1, calls=found or judged)
            continue
        if expected["role"] not in ("data", "any"):
            count.update(artifacts=1, found=found)
        kind, verdict = ("unsafe", "judged") if expected.get("runs") else ("harmless", "harmed")
        count.update({kind: 1, verdict: judged})
    return count


def main(work, python, *options):
    work = os.path.realpath(work)
    rows, results = list(labels(work)), {}
    chosen = [option.removeprefix("--tool=") for option in options if option.startswith("--tool=")]
    for name, tool in ((name, tool) for name, tool in TOOLS.items() if name in (chosen or TOOLS)):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            seen = tool(f"{work}/estate/artifacts", python)
        except Exception as error:
            print(f"{name}: {error!r}", file=sys.stderr)
            continue
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        results[name] = seen, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{'':<12}{'found':>14}{'look-alikes':>14}{'judged':>14}{'harmless':>14}{'CPU s':>9}")
    for name, (seen, seconds) in results.items():
        c = counted(rows, seen)
        pairs = [f"{c[a]} of {c[b]}" for a, b in (("found", "artifacts"), ("calls", "others"), ("judged", "unsafe"), ("harmed", "harmless"))]
        print(f"{name:<12}" + "".join(f"{pair:>14}" for pair in pairs) + f"{seconds:>9.1f}")
    if "--families" in options:
        print(f"\n{'':<22}" + "".join(f"{name:>24}" for name in results) + "\n" + " " * 22 + f"{'found/judged/false':>24}" * len(results))
        for family in sorted({family for _, family, _ in rows}):
            cells = []
            for seen, _ in results.values():
                c = counted([row for row in rows if row[1] == family], seen)
                cells.append(f"{c['found']}:{c['artifacts']} {c['judged']}:{c['unsafe']} {c['calls'] + c['harmed']}:{c['others'] + c['harmless']}")
            print(f"{family:<22}" + "".join(f"{cell:>24}" for cell in cells))


if __name__ == "__main__":
    main(*sys.argv[1:])
