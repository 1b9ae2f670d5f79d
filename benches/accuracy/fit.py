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
FOLDS = 5
# Of the weight: what each source has, whatever its size.
SHARES = {"creddata": 0.40, "unlabelled": 0.08, "corpus": 0.17, "everyday": 0.25, "quiet": 0.10}
# What looks alike in our own corpus is there because it must stay quiet.
WARY = {"corpus": 5, "everyday": 2}
# Logits from which on a candidate is shown at each level of --min-confidence.
LEVELS = {"low": -3.0, "medium": -0.5, "high": 2.0}
# A deviation of one kind of name costs so much more than what all kinds share.
DEVIATION = 0.5
STRENGTH = 0.3
GENERIC = ("HEL1700", "HEL1701", "HEL1702", "HEL1703", "HEL1704")
Row = collections.namedtuple("Row", "source group path first last kind label features old capped")


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
    print_kinds(rows, labels, scores)
    print_categories(rows, scores, units, others)
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
    return [made(row, "everyday" if "everyday" in row["group"] else "corpus", row["group"], row["path"], row["label"]) for row in read(path)]


def of_quiet(path):
    """What the filters find there are keys of tests: neither credentials of anybody's nor quiet."""
    return [made(row, "quiet", row["path"], row["path"], False) for row in read(path) if row["sureness"] in (None, "weak")]


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def made(row, source, group, path, label):
    return Row(source, group, path, row["first"], row["last"], KINDS[row["select"]], label, row["features"], row["sureness"], row["capped"])


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
    weights = numpy.array([SHARES[row.source] / total[row.source] * (1 if row.label else WARY.get(row.source, 1)) for row in rows])
    return matrix, labels, weights * 20000


def fitted(matrix, labels, weights, strength):
    """Equal rows are one of their common weight: the forms of a corpus repeat themselves."""
    keys = [(label, row.indices.tobytes()) for label, row in zip(labels, matrix)]
    first, same = {}, numpy.zeros(len(keys), dtype=int)
    for at, key in enumerate(keys):
        same[at] = first.setdefault(key, at)
    kept = numpy.array(sorted(first.values()))
    weights = numpy.bincount(same, weights, len(keys))[kept]
    matrix, labels = matrix[kept], labels[kept]
    model = LogisticRegression(C=strength, max_iter=150, tol=1e-3, solver="lbfgs")
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
    print(f"{'threshold':10}{'creddata core P':>16}{'R':>7}{'strict P':>10}{'corpus P':>10}{'R':>7}{'everyday P':>12}{'R':>7}{'quiet':>7}")
    order = [(name, numpy.array([row.old in kept for row in rows])) for name, kept in (("now", ("likely", "certain")), ("now weak", ("weak", "likely", "certain")))]
    free = numpy.array([not row.capped for row in rows])
    order += [(f"{cut:.1f}", (logits >= cut) & (free | (cut < LEVELS["medium"]))) for cut in (-3, -2.5, -2, -1.7, -1.5, -1, -0.5, 0, 0.5, 1, 2, 3, 4)]
    for name, kept in order:
        marks = [creddata.Mark(row.path, row.first, row.last, "generic", False) for row, keep in zip(rows, kept) if keep and row.source in ("creddata", "unlabelled")]
        hits, elsewhere = creddata.touched(units, marks + others)
        scores = creddata.figures([unit for unit in units if unit.core], hits)
        strict = creddata.ratio(scores[2], scores[2] + scores[3] + len(elsewhere))
        own = [cells for source in ("corpus", "everyday") for cells in shares(kept, labels, numpy.array([row.source == source for row in rows]))]
        quiet = (kept & numpy.array([row.source == "quiet" for row in rows])).sum()
        print(f"{name:10}{scores[4]:16.3f}{scores[5]:7.3f}{strict:10.3f}{own[0]:10.3f}{own[1]:7.3f}{own[2]:12.3f}{own[3]:7.3f}{quiet:7}")


def print_kinds(rows, labels, scores):
    """Candidates at `medium`, by source and by what their name names."""
    print(f"\n{'at medium':24}{'candidates':>12}{'credentials':>12}{'precision':>10}{'recall':>8}")
    kept = (scores >= LEVELS["medium"]) & numpy.array([not row.capped for row in rows])
    for source in SHARES:
        for kind, name in enumerate(COLUMNS):
            among = numpy.array([row.source == source and row.kind == kind for row in rows])
            precision, recall = shares(kept, labels, among)
            print(f"{source + ' ' + name:24}{among.sum():12}{(labels & among).sum():12}{precision:10.3f}{recall:8.3f}")


def print_categories(rows, scores, units, others):
    """Lines of CredData at `medium`, by its categories."""
    kept = [row for row, score in zip(rows, scores) if score >= LEVELS["medium"] and not row.capped and row.source in ("creddata", "unlabelled")]
    hits, _ = creddata.touched(units, [creddata.Mark(row.path, row.first, row.last, "generic", False) for row in kept] + others)
    print()
    creddata.print_categories([unit for unit in units if unit.core], hits, 0)


def shares(kept, labels, among):
    """Precision and recall over the candidates of one source."""
    right, alarms = (kept & labels & among).sum(), (kept & ~labels & among).sum()
    return creddata.ratio(right, right + alarms), creddata.ratio(right, (labels & among).sum())


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
    lines += [name + f"\t{round(100 * least)}" * len(COLUMNS) for name, least in LEVELS.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
