#!/usr/bin/env python3
"""Fits `rules/weights.tsv`, by which generic candidates are weighed, and says how good it is on what it has not seen.

    cargo run --release --example candidates -- DATA > creddata.jsonl                     # CredData, laid out as for creddata.py
    cargo run --release --example candidates -- tests/corpus/*.yaml > corpus.jsonl        # our own, labelled
    cargo run --release --example candidates -- /usr/lib/python3 … > quiet.jsonl          # code without credentials of anybody's
    heliodon scan DATA --no-registry --fail-on never --min-confidence low --format jsonl -o found.jsonl
    benches/accuracy/fit.py --data DATA --meta META --list creddata-dev.txt --creddata creddata.jsonl --found found.jsonl \\
        --corpus corpus.jsonl --quiet quiet.jsonl [--write rules/weights.tsv]

A logistic regression over yes-or-no features; each kind of name (password, secret, token, key) may deviate from what all share.
Neither corpus decides alone: CredData, our own corpora and the quiet code each have a fixed share of the weight, however many
candidates they have. Folds are whole repositories, whole documents, whole values. Needs numpy and scikit-learn from PyPI.
"""
import argparse, collections, json, pathlib, re, zlib

import numpy
from scipy import sparse
from sklearn.linear_model import LogisticRegression

import creddata

KINDS = {"password": 0, "secret": 1, "token": 2, "api-key": 3, "private-key-value": 3}
COLUMNS = ["password", "secret", "token", "key"]
FOLDS = 10
# Of the weight: what each source has, whatever its size.
SHARES = {"creddata": 0.40, "unlabelled": 0.10, "corpus": 0.40, "quiet": 0.10}
# A deviation of one kind of name costs so much more than what all kinds share.
DEVIATION = 0.5
STRENGTH = 0.3
GENERIC = ("HEL1700", "HEL1701", "HEL1702", "HEL1703", "HEL1704")
Row = collections.namedtuple("Row", "source group path first last kind label features old")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("data", "meta", "list", "creddata", "found", "corpus", "quiet"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--strength", type=float, default=STRENGTH)
    parser.add_argument("--names", type=pathlib.Path, help="write the places of what is missed and of false alarms at `medium` here")
    options = parser.parse_args()
    listed = [line.split()[2] for line in options.list.read_text().splitlines() if line.strip() and not line.startswith("#")]
    present = [meta for meta in listed if (options.data / meta).is_dir()]
    units = creddata.labelled(options.meta / f"{meta}.csv" for meta in present)
    rows = of_creddata(options.creddata, options.data, units) + of_corpus(options.corpus) + of_quiet(options.quiet)
    features = sorted({name for row in rows for name in row.features})
    matrix, labels, weights = table(rows, features)
    print_sources(rows, weights)
    scores = numpy.zeros(len(rows))
    folds = fold(rows)
    for number in range(FOLDS):
        model = fitted(matrix[folds != number], labels[folds != number], weights[folds != number], options.strength)
        held = folds == number
        scores[held] = matrix[held] @ model[0] + model[1]
    others = list(creddata.marks(options.found.open(encoding="utf-8"), True))
    others = [mark for mark in others if not mark.rule.startswith(GENERIC)]
    print("\ncross-validated, whole repositories held out")
    print_thresholds(rows, labels, scores, units, others)
    whole = fitted(matrix, labels, weights, options.strength)
    print("\nin sample")
    print_thresholds(rows, labels, matrix @ whole[0] + whole[1], units, others)
    if options.names:
        names(options.names, rows, labels, scores)
    if options.write:
        options.write.write_text(tsv(features, *whole))


def of_creddata(path, data, units):
    by_path = creddata.by_path(units)
    rows = []
    for row in read(path):
        place = re.search(r"(?:^|/)([0-9a-f]{8}/.*)", row["path"])[1]
        touched = [unit for unit in by_path[place] if unit.first <= row["last"] and row["first"] <= unit.last]
        positive = any(unit.positive for unit in touched)
        source = "creddata" if touched else "unlabelled"
        rows.append(made(row, source, place.split("/")[0], place, positive))
    return rows


def of_corpus(path):
    return [made(row, "corpus", row["group"], row["path"], row["label"]) for row in read(path)]


def of_quiet(path):
    return [made(row, "quiet", row["path"], row["path"], False) for row in read(path)]


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def made(row, source, group, path, label):
    return Row(source, group, path, row["first"], row["last"], KINDS[row["select"]], label, row["features"], row["sureness"])


def table(rows, features):
    """Shared columns first, then those of each kind, a constant for each kind among them."""
    number = {name: at for at, name in enumerate(features)}
    width = len(features)
    entries, columns, starts = [], [], [0]
    for row in rows:
        for name in row.features:
            columns += [number[name], width + row.kind * (width + 1) + number[name]]
            entries += [1.0, DEVIATION]
        columns.append(width + row.kind * (width + 1) + width)
        entries.append(1.0)
        starts.append(len(columns))
    matrix = sparse.csr_matrix((entries, columns, starts), shape=(len(rows), width + len(COLUMNS) * (width + 1)))
    labels = numpy.array([row.label for row in rows])
    total = collections.Counter(row.source for row in rows)
    weights = numpy.array([SHARES[row.source] / total[row.source] for row in rows])
    return matrix, labels, weights * 20000


def fitted(matrix, labels, weights, strength):
    model = LogisticRegression(C=strength, max_iter=3000, solver="lbfgs")
    model.fit(matrix, labels, sample_weight=weights)
    return model.coef_[0], model.intercept_[0]


def fold(rows):
    """By a number made of the group's name, so that the folds stay what they are."""
    return numpy.array([zlib.crc32(row.group.encode()) % FOLDS for row in rows])


def print_sources(rows, weights):
    for source in SHARES:
        of = [row for row in rows if row.source == source]
        print(f"{source:12}{len(of):8} candidates{sum(row.label for row in of):8} credentials{len({row.group for row in of}):8} groups")


def print_thresholds(rows, labels, logits, units, others):
    """`now` is what the hand-written filters say; numbers are thresholds in logits."""
    print(f"{'threshold':10}{'creddata core P':>16}{'R':>7}{'strict P':>10}{'corpus P':>10}{'R':>7}{'quiet':>7}")
    order = [(name, numpy.array([row.old in kept for row in rows])) for name, kept in (("now", ("likely", "certain")), ("now weak", ("weak", "likely", "certain")))]
    order += [(f"{cut:.1f}", logits >= cut) for cut in (-3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4)]
    for name, kept in order:
        marks = [creddata.Mark(row.path, row.first, row.last, "generic", False) for row, keep in zip(rows, kept) if keep and row.source in ("creddata", "unlabelled")]
        hits, elsewhere = creddata.touched(units, marks + others)
        scores = creddata.figures([unit for unit in units if unit.core], hits)
        strict = creddata.ratio(scores[2], scores[2] + scores[3] + len(elsewhere))
        corpus = numpy.array([row.source == "corpus" for row in rows])
        right, alarms = (kept & labels & corpus).sum(), (kept & ~labels & corpus).sum()
        quiet = (kept & numpy.array([row.source == "quiet" for row in rows])).sum()
        print(f"{name:10}{scores[4]:16.3f}{scores[5]:7.3f}{strict:10.3f}{right / max(right + alarms, 1):10.3f}{right / max((labels & corpus).sum(), 1):7.3f}{quiet:7}")


def names(path, rows, labels, scores):
    with path.open("w", encoding="utf-8") as out:
        for row, label, score in sorted(zip(rows, labels, scores), key=lambda one: one[2]):
            out.write(f"{score:7.2f} {row.source:10} {'T' if label else 'F'} {row.old or '-':8} {COLUMNS[row.kind]:9} {row.path}:{row.first} {' · '.join(row.features)}\n")


def tsv(features, weights, constant):
    """Hundredths of a logit, by kind of name."""
    width = len(features)
    lines = ["feature\t" + "\t".join(COLUMNS)]
    def column(kind, at):
        shared = weights[at] if at < width else constant
        own = weights[width + kind * (width + 1) + at] * (DEVIATION if at < width else 1.0)
        return round(100 * (shared + own))
    for at, name in enumerate(features + ["always"]):
        lines.append(name + "\t" + "\t".join(str(column(kind, at)) for kind in range(len(COLUMNS))))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
