#!/usr/bin/env python3
"""Whole processes beside each other: Heliodon, kingfisher and ripgrep over the same tree.

    benches/compare.py TREE [--rounds 7] [--heliodon target/release/heliodon] [--kingfisher kingfisher] [--rg rg]

Runs are paired: each round starts every program once, one after another, on a warm cache. Given are medians of wall time,
of CPU time (user + system) and of peak memory, and ratios to Heliodon. A tool that is not there is left out, and said.
"""
import argparse, os, pathlib, shutil, statistics, subprocess, sys, tempfile, time


def commands(options, tree, out):
    """Name and command line of each program; kingfisher without its network, archives and binaries, ripgrep for one word that is nowhere."""
    small = pathlib.Path(out, "small.py")
    small.write_text("import os\nkey = os.environ['KEY']\n" * 100)
    scan = [options.heliodon, "scan", "--no-registry", "--fail-on", "never", "--quiet", "-j2"]
    fisher = [options.kingfisher, "scan", "--no-update-check", "--no-validate", "--git-history", "none", "--format", "jsonl", "-j", "2"]
    plain = ["--turbo", "--no-binary", "--no-extract-archives"]
    return {
        "heliodon, tree": scan + [tree, "-o", f"{out}/tree.sarif"],
        "kingfisher --turbo, tree": fisher + plain + [tree, "-o", f"{out}/fisher.jsonl"],
        "kingfisher, tree": fisher + ["--no-binary", "--no-extract-archives", tree, "-o", f"{out}/fisher.jsonl"],
        "rg -uuu one literal, tree": [options.rg, "-uuu", "-j2", "zqxjkv-not-anywhere", tree],
        "heliodon, one small file": scan + [str(small), "-o", f"{out}/small.sarif"],
        "kingfisher --turbo, one small file": fisher + plain + [str(small), "-o", f"{out}/fisher.jsonl"],
    }


def run(command):
    """Wall seconds, CPU seconds and peak MiB of one process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) not in (0, 1, 200, 205):  # ripgrep: 1 for no match; kingfisher: 200 and 205 for findings
        sys.exit(f"{' '.join(command)}: ended with {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tree")
    parser.add_argument("--rounds", type=int, default=7)
    for tool, default in (("heliodon", "target/release/heliodon"), ("kingfisher", "kingfisher"), ("rg", "rg")):
        parser.add_argument(f"--{tool}", default=default)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as out:
        rows = {name: command for name, command in commands(options, options.tree, out).items() if shutil.which(command[0]) or print(f"left out, not installed: {name}")}
        for command in rows.values():
            run(command)
        figures = {name: [] for name in rows}
        for _ in range(options.rounds):
            for name, command in rows.items():
                figures[name].append(run(command))
    medians = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in figures.items()}
    print(f"{'':36} {'wall ms':>9} {'CPU ms':>9} {'MiB':>7} {'wall x':>7} {'CPU x':>7}")
    for name, (wall, cpu, memory) in medians.items():
        base = medians["heliodon, " + name.rsplit(", ", 1)[1]]
        print(f"{name:36} {wall * 1000:9.1f} {cpu * 1000:9.1f} {memory:7.1f} {wall / base[0]:7.2f} {cpu / base[1]:7.2f}")


if __name__ == "__main__":
    main()
