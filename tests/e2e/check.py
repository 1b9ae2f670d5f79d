#!/usr/bin/env python3
"""Holds what heliodon saw against the labels, or what it found against the expectations of the estate.

    check.py seen LABELS OBSERVATIONS       LABELS: a folder; `formats.json` speaks of what lies below `formats/`
    check.py found EXPECTED REPORT          EXPECTED: see estate.py; REPORT: JSON lines of `heliodon scan`

Prints a table or the misses; exit status 1 when anything differs.
"""
import collections
import json
import pathlib
import sys


def lines(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]


def read_labels(folder):
    for file in sorted(pathlib.Path(folder).glob("*.json")):
        for name, label in json.loads(file.read_text()).items():
            yield f"artifacts/{file.stem}/{name}", label


class Seen:
    """What was observed in one file."""

    def __init__(self):
        self.artifacts, self.credentials, self.troubles = [], 0, []


def seen_by_file(path):
    seen = collections.defaultdict(Seen)
    for line in lines(path):
        if "observation" in line:
            file, evidence = seen[line["observation"]["place"]["origin"]["uri"]], line["observation"]["evidence"]
            file.credentials += "credential" in evidence
            file.artifacts += [evidence["artifact"]] if "artifact" in evidence else []
        elif "trouble" in line:
            seen[line["trouble"]["place"]["origin"]["uri"]].troubles.append(line["trouble"]["kind"])
    return seen


def agrees(wanted, hazards):
    return bool(hazards) == wanted if isinstance(wanted, bool) else len(hazards) == wanted


def differences(label, file):
    """What is wrong with what was seen of a file, in words."""
    if len(file.artifacts) != (label or {}).get("parts", len(file.artifacts[:1])):
        yield f"seen {len(file.artifacts)} times, as {[artifact['format'] for artifact in file.artifacts]}"
    if len(file.troubles) != (label or {}).get("trouble", 0):
        yield f"trouble: {file.troubles}"
    if label is None:
        if any(artifact["role"] != "data" for artifact in file.artifacts):
            yield f"is no artifact, but was seen as {file.artifacts[0]['format']}"
        return
    # Plain data may pass unnoticed.
    if not file.artifacts and label["role"] != "data":
        yield "was not seen"
    if file.credentials != label.get("holds", 0):
        yield f"{file.credentials} credentials, not {label.get('holds', 0)}"
    # Of several parts the one counts that is of the format.
    for artifact in file.artifacts if "parts" not in label else [part for part in file.artifacts if part["format"] == label["format"]]:
        yield from artifact_differences(label, artifact)


def artifact_differences(label, artifact):
    facts, hazards = artifact.get("facts", {}), artifact.get("hazards", [])
    if label["role"] not in ("any", artifact["role"]):
        yield f"role {artifact['role']}, not {label['role']}"
    for name in ("format", "relation", "sureness"):
        if name in label and label[name] != artifact.get(name):
            yield f"{name} {artifact.get(name)}, not {label[name]}"
    if "bases" in label and label["bases"] != artifact.get("bases", []):
        yield f"bases {artifact.get('bases', [])}, not {label['bases']}"
    if "truncated" in label and label["truncated"] != ("truncated" in facts):
        yield f"truncated: {facts.get('truncated')}"
    for kind, runs_code in (("runs", True), ("other", False)):
        if kind in label and not agrees(label[kind], [hazard for hazard in hazards if hazard["runs_code"] == runs_code]):
            yield f"{kind}: hazards {hazards}"
    for name, value in label.get("facts", {}).items():
        if facts.get(name) != value:
            yield f"{name} is {facts.get(name)!r}, not {value!r}"


def check_seen(folder, observations):
    seen, families, wrong = seen_by_file(observations), collections.defaultdict(collections.Counter), []
    labels = dict(read_labels(folder))
    for name, label in labels.items():
        expected, file = label["expected"], seen[name]
        family = families[label["family"]]
        told = list(differences(expected, file))
        if expected is None:
            family.update(others=1, alarms=bool(told))
        else:
            family.update(artifacts=1, right=not told)
            family.update(bad=bool(expected.get("runs")), caught=bool(expected.get("runs")) and not told)
        wrong += [f"{name}: {difference}" for difference in told]
    wrong += [f"{name}: has no label" for name in seen if name not in labels]
    print(f"  {'family':<22}{'artifacts':>10}{'right':>8}{'recall':>8}{'malicious':>11}{'caught':>8}{'others':>8}{'false alarms':>14}")
    for name, family in sorted(families.items()):
        recall = f"{100 * family['right'] / family['artifacts']:.0f}%" if family["artifacts"] else "-"
        print(f"  {name:<22}{family['artifacts']:>10}{family['right']:>8}{recall:>8}{family['bad']:>11}{family['caught']:>8}{family['others']:>8}{family['alarms']:>14}")
    return wrong


def check_found(expected, report):
    """Each expectation: a path, rules that must be said of it, and rules that must not; `3*` is a family."""
    said = collections.defaultdict(set)
    for finding in (line for line in lines(report) if line["type"] == "finding"):
        for place in [finding["place"], *finding.get("related", [])]:
            said[place["uri"].split("!/")[0]].add(finding["name"])
    wrong = []
    for path, rules in json.loads(pathlib.Path(expected).read_text()).items():
        missing = [rule for rule in rules["says"] if not said[path] & set(rule.split("|"))]
        surplus = [rule for rule in rules["not"] if rule in said[path]]
        if missing or surplus:
            wrong.append(f"{path}: missing {missing}, surplus {surplus}; said {sorted(said[path])}")
    return wrong


def main(command, expected, actual):
    wrong = {"seen": check_seen, "found": check_found}[command](expected, actual)
    print("".join(f"  {line}\n" for line in wrong[:40]), end="")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main(*sys.argv[1:])
