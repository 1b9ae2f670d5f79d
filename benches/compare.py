#!/usr/bin/env python3
"""Whole processes beside each other: Heliodon, kingfisher and ripgrep over the same tree, or Heliodon, kingfisher and git over the same history.

    benches/compare.py TREE [--rounds 7] [--heliodon target/release/heliodon] [--kingfisher kingfisher] [--rg rg]
    benches/compare.py --history REPOSITORY [--rounds 5]

Runs are paired: each round starts every program once, one after another, on a warm cache. Given are medians of wall time,
of CPU time (user + system) and of peak memory, and ratios to Heliodon. A tool that is not there is left out, and said.
"""
import argparse, os, pathlib, shutil, statistics, subprocess, sys, tempfile, time


def tree_commands(options, tree, out):
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


def history_commands(options, repository, out):
    """All objects with attribution and output; git only decodes them, which is the floor of whoever reads every object by itself."""
    scan = [options.heliodon, "scan", "--no-registry", "--fail-on", "never", "--quiet", "-j2"]
    cached = scan + ["--cache-dir", f"{out}/cache"]
    staged = staged_repository(pathlib.Path(out, "staged"))
    return {
        "heliodon, history": scan + ["--no-cache", f"git:{repository}", "-o", f"{out}/history.sarif"],
        "kingfisher, history": [options.kingfisher, "scan", "--no-update-check", "--no-validate", "--git-history", "full", "--format", "jsonl", "-j", "2", repository, "-o", f"{out}/fisher.jsonl"],
        "git cat-file, history": ["git", "-C", repository, "cat-file", "--batch", "--batch-all-objects", "--unordered", "--buffer"],
        "heliodon again with its cache, history": cached + [f"git:{repository}", "-o", f"{out}/again.sarif"],
        "heliodon --staged, one staged file": scan + ["--staged", str(staged), "-o", f"{out}/staged.sarif"],
    }


def staged_repository(path):
    """A repository with a hundred committed files and one changed file in its index."""
    path.mkdir()
    git = ["git", "-C", str(path), "-c", "user.name=bench", "-c", "user.email=bench@example.com"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    for number in range(100):
        (path / f"module{number}.py").write_text("import os\nkey = os.environ['KEY']\n" * 100)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "--quiet", "-m", "first"], check=True)
    (path / "module7.py").write_text("import os\nkey = os.environ['OTHER']\n" * 100)
    subprocess.run([*git, "add", "."], check=True)
    return path


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
    parser.add_argument("--history", action="store_true", help="TREE is a repository whose history is scanned")
    parser.add_argument("--rounds", type=int, default=7)
    for tool, default in (("heliodon", "target/release/heliodon"), ("kingfisher", "kingfisher"), ("rg", "rg")):
        parser.add_argument(f"--{tool}", default=default)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as out:
        commands = history_commands if options.history else tree_commands
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
        base = medians.get("heliodon, " + name.rsplit(", ", 1)[1], (wall, cpu, memory))
        print(f"{name:36} {wall * 1000:9.1f} {cpu * 1000:9.1f} {memory:7.1f} {wall / base[0]:7.2f} {cpu / base[1]:7.2f}")


if __name__ == "__main__":
    main()
