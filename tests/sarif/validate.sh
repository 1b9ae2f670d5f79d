#!/usr/bin/env bash
# Holds SARIF logs against the rules of Microsoft's multitool: no error, no warning; and each log survives being read and written by its SDK.
#
#   tests/sarif/validate.sh FILE.sarif...
#
# SARIF_MULTITOOL names the binary, if it is installed already; else npm fetches it into the cache once.
set -euo pipefail

version=5.7.0
cache=${SARIF_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/heliodon/sarif-multitool-$version}
# The wrapper of the package goes through a shell, which breaks `Sarif;Ghas` at the semicolon.
tool=${SARIF_MULTITOOL:-$cache/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool}

[ $# -gt 0 ] || { echo "usage: $0 FILE.sarif..." >&2; exit 2; }
mkdir -p "$cache"
(
    flock 9 # several validations may begin at once with an empty cache
    [ -f "$tool" ] || npm install --prefix "$cache" --no-audit --no-fund --ignore-scripts --silent "@microsoft/sarif-multitool@$version" >&2
    [ -x "$tool" ] || chmod u+x "$tool"
) 9>"$cache/.lock"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# The exit status of the tool is 0 whatever it finds, even for a log that it cannot load: its own log says what it did.
judge() {
    python3 - "$1" "$2" <<'PY'
import json, sys
log, name = sys.argv[1:]
with open(log, encoding="utf-8-sig") as file:
    run = json.load(file)["runs"][0]
results = run.get("results") or []
notes = [n for i in run.get("invocations", []) for n in i.get("toolExecutionNotifications", []) + i.get("toolConfigurationNotifications", [])]
bad = [n["message"].get("text", n["message"].get("id")) for n in notes if n.get("level") == "error"]
rules = run["tool"]["driver"].get("rules", [])
counts = {"error": 0, "warning": 0, "note": 0}
notes_seen = set()
for result in results:
    # Whether an address answers is no property of the log.
    if result["ruleId"].startswith("SARIF2006"):
        continue
    rule = rules[result["ruleIndex"]] if "ruleIndex" in result else next(r for r in rules if r["id"] == result["ruleId"])
    level = result.get("level") or rule.get("defaultConfiguration", {}).get("level", "warning")
    counts[level] = counts.get(level, 0) + 1
    if level == "note":
        notes_seen.add(result["ruleId"])
        continue
    message = result["message"]
    text = message.get("text") or rule["messageStrings"][message["id"]]["text"]
    for n, argument in enumerate(message.get("arguments", [])):
        text = text.replace("{%d}" % n, argument)
    print(f"{name}: {level}: {result['ruleId']}: {text}")
for message in bad:
    print(f"{name}: error: {message}")
print(f"{name}: {counts['error'] + len(bad)} errors, {counts['warning']} warnings, {counts['note']} notes ({', '.join(sorted(notes_seen))})")
sys.exit(1 if counts["error"] or counts["warning"] or bad else 0)
PY
}

validate() { # FILE NAME
    "$tool" validate "$1" --rule-kind 'Sarif;Ghas' --level 'Error;Warning;Note' --max-file-size-in-kb 4000000 \
        --output "$work/out.sarif" --log ForceOverwrite >"$work/said" 2>&1 || true
    if ! grep -q "^Done. 1 files scanned" "$work/said" || [ ! -s "$work/out.sarif" ]; then
        echo "$2: error: was not analysed" >&2
        return 1
    fi
    judge "$work/out.sarif" "$2"
}

for file in "$@"; do
    [ -s "$file" ] || { echo "$file: is not there, or empty" >&2; failed=1; continue; }
    name=$(basename "$file")
    # First the SDK has to load it: what it cannot load it validates silently as nothing.
    "$tool" rewrite "$file" --output "$work/$name" --log ForceOverwrite >"$work/said" 2>&1 || true
    if [ ! -s "$work/$name" ]; then
        echo "$name: error: cannot be loaded" >&2
        sed -n 2,3p "$work/said" >&2
        failed=1
        continue
    fi
    for copy in "$file" "$work/$name"; do
        label=$name
        [ "$copy" = "$file" ] || label="$name (rewritten)"
        validate "$copy" "$label" || failed=1
        rm -f "$work/out.sarif"
    done
    rm -f "$work/$name"
done
exit $failed
