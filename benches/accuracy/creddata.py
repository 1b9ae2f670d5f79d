#!/usr/bin/env python3
"""How well Heliodon finds what people labelled: precision and recall on the development split of CredData.

    heliodon scan DATA --no-registry --fail-on never --format jsonl -o found.jsonl
    benches/accuracy/creddata.py --data DATA --meta META --list creddata-dev.txt [--weak] [--lines 3] found.jsonl

DATA holds the labelled files as CredData's `download_data.py` lays them out (`<meta id>/…`), META its `<meta id>.csv`. Opened are
only repositories of the list; the others are kept for judging. A listed repository without data is left out, and said.
The report may also be the lines of `heliodon observe`; of these, weak observations count with --weak.

What is scored is a line, or a span of lines, that somebody labelled:
- positive: a row says T. Found, when a finding touches it.
- negative: all rows say F or X, and no T overlaps. A false alarm, when a finding touches it and nothing positive.
- findings elsewhere: nobody judged these lines. Strict precision takes each for a false alarm.
A companion of a credential (the id beside a secret) can find a line and never raises an alarm.

"Core" leaves out lines whose labels are only identifiers. A line labelled `Key:Token` counts in both categories.
Printed are counts, and with --lines also places; never what stands there.
"""
import argparse, collections, csv, json, pathlib, re, sys, urllib.parse

IDENTIFIERS = {"UUID", "AWS S3 Bucket", "Firebase Domain", "IPv4", "IPv6"}
Unit = collections.namedtuple("Unit", "path first last positive categories core")
Mark = collections.namedtuple("Mark", "path first last rule companion")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--meta", type=pathlib.Path, required=True)
    parser.add_argument("--list", type=pathlib.Path, required=True, help="repository, commit and meta id in each line")
    parser.add_argument("--weak", action="store_true", help="count weak observations")
    parser.add_argument("--lines", type=int, default=0, metavar="N", help="name N lines for each rule and category")
    parser.add_argument("report", type=argparse.FileType(encoding="utf-8"), help="JSON lines; - for standard input")
    options = parser.parse_args()
    listed = [line.split()[2] for line in options.list.read_text().splitlines() if line.strip() and not line.startswith("#")]
    present = [meta for meta in listed if (options.data / meta).is_dir()]
    units = labelled(options.meta / f"{meta}.csv" for meta in present)
    if not units:
        sys.exit(f"creddata.py: `{options.data}` holds no labelled repository of the list")
    hits, elsewhere = touched(units, marks(options.report, options.weak))
    print(f"{len(present)} of {len(listed)} repositories, {len({unit.path for unit in units})} files; findings on {len(elsewhere)} lines without a label\n")
    print_scores(units, hits, len(elsewhere))
    print_categories(units, hits, options.lines)
    print_rules(hits, elsewhere, options.lines)


def labelled(tables):
    """The units of all rows; what decides (the T rows of a positive one) also gives the categories."""
    rows = collections.defaultdict(list)
    for table in tables:
        with open(table, encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                place = row["FilePath"].removeprefix("data/"), int(row["LineStart"]), int(row["LineEnd"])
                rows[place].append((row["GroundTruth"] == "T", frozenset(row["Category"].split(":"))))
    units = []
    for place, labels in rows.items():
        positive = any(true for true, _ in labels)
        deciding = [categories for true, categories in labels if true == positive]
        units.append(Unit(*place, positive, frozenset().union(*deciding), any(categories - IDENTIFIERS for categories in deciding)))
    positives = by_path(unit for unit in units if unit.positive)
    return [unit for unit in units if unit.positive or not any(overlap(unit, other) for other in positives[unit.path])]


def marks(lines, weak):
    """What the report points at: credentials and their companions, from findings or from observations."""
    for record in map(json.loads, filter(str.strip, lines)):
        seen = record.get("observation") or {}
        credential = seen.get("evidence", {}).get("credential")
        if credential and (weak or credential.get("sureness") != "weak"):
            rule = credential["rule"]
            rule = f"HEL{rule:04}" if isinstance(rule, int) else rule
            yield mark(seen["place"], rule)
            yield from (mark(seen["place"] | {"region": part["region"]}, rule, True) for part in credential.get("parts", ()))
        elif str(record.get("rule")).startswith("HEL1"):  # 1xxx: a credential lies here; the other verdicts speak of places already told
            rule = f"{record['rule']} {record.get('name') or ''}".rstrip()
            yield mark(record["place"], rule)
            yield from (mark(beside, rule, True) for beside in record.get("related", ()) if beside["message"].startswith("its "))


def mark(place, rule, companion=False):
    """A place as findings and as observations write it; the path counts from the meta id, whatever was the scan's root."""
    region = place.get("region") or place
    path = urllib.parse.unquote(place.get("origin", place)["uri"])
    inside = re.search(r"(?:^|/)([0-9a-f]{8}/.*)", path)
    first = region.get("start_line", region.get("line", 0))
    last = region.get("end_line", first)
    if last > first and region.get("end_column") == 1:  # the end is exclusive
        last -= 1
    return Mark(inside[1] if inside else path, first, last, rule, companion)


def touched(units, marks):
    """Rules by the unit they touch, and rules by the line where nobody put a label."""
    hits, elsewhere = collections.defaultdict(set), collections.defaultdict(set)
    files = by_path(units)
    for mark in marks:
        near = [unit for unit in files.get(mark.path, ()) if overlap(unit, mark)]
        found = [unit for unit in near if unit.positive]
        for unit in found or (() if mark.companion else near):
            hits[unit].add(mark.rule)
        if not near and not mark.companion:
            elsewhere[mark.path, mark.first].add(mark.rule)
    return hits, elsewhere


def by_path(units):
    files = collections.defaultdict(list)
    for unit in units:
        files[unit.path].append(unit)
    return files


def overlap(one, other):
    return one.first <= other.last and other.first <= one.last


def figures(units, hits):
    """Positives, negatives, found, false alarms, precision, recall, F1."""
    positives = sum(unit.positive for unit in units)
    found = sum(unit.positive for unit in units if unit in hits)
    false = sum(not unit.positive for unit in units if unit in hits)
    precision, recall = ratio(found, found + false), ratio(found, positives)
    return positives, len(units) - positives, found, false, precision, recall, ratio(2 * found, positives + found + false)


def ratio(part, whole):
    return part / whole if whole else float("nan")


def table(title, heads, rows):
    print(f"{title:44}" + "".join(f"{head:>10}" for head in heads))
    for name, *cells, note in rows:
        print(f"{name:44}" + "".join(f"{cell:10.3f}" if isinstance(cell, float) else f"{cell:10}" for cell in cells), note)
    print()


HEADS = ["positive", "negative", "found", "false", "precision", "recall", "F1"]


def print_scores(units, hits, elsewhere):
    rows = []
    for name, chosen in (("all", units), ("core", [unit for unit in units if unit.core])):
        scores = figures(chosen, hits)
        rows.append((name, *scores, ratio(scores[2], scores[2] + scores[3] + elsewhere), ""))
    table("", HEADS + ["strict"], rows)


def print_categories(units, hits, count):
    """Most misses first."""
    groups = collections.defaultdict(list)
    for unit in units:
        for category in unit.categories:
            groups[category].append(unit)
    rows = []
    for category, group in groups.items():
        missed = [unit for unit in group if unit.positive and unit not in hits]
        rows.append((category, len(missed), *figures(group, hits), places(missed, count)))
    table("category", ["missed"] + HEADS, sorted(rows, key=lambda row: (-row[1], -row[5], row[0])))


def print_rules(hits, elsewhere, count):
    """Most false alarms first."""
    groups = collections.defaultdict(lambda: ([], [], []))
    for unit, rules in hits.items():
        for rule in rules:
            groups[rule][not unit.positive].append(unit)
    for (path, line), rules in elsewhere.items():
        for rule in rules:
            groups[rule][2].append(Mark(path, line, line, rule, False))
    rows = [(rule, len(false), len(found), len(other), places(false, count)) for rule, (found, false, other) in groups.items()]
    table("rule", ["false", "found", "no label"], sorted(rows, key=lambda row: (-row[1], -row[3], row[0])))


def places(units, count):
    return "  ".join(f"{unit.path}:{unit.first}" for unit in sorted(units, key=lambda unit: unit[:2])[:count])


if __name__ == "__main__":
    main()
