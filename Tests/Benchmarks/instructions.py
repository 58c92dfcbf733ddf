"""Counts the instructions that an audit takes for each row, and holds them against the figures in instructions.json.

    instructions.py NORMA FOLDER [renew]

A figure is the difference between audits of two sizes, so that what an audit takes however few rows there are does not
count. Instructions, unlike seconds, are the same in every run.
"""

import json
import os
import re
import subprocess
import sys

from measure import HERE, audit, generate, generated, project, rules_of

FIGURES = os.path.join(HERE, "instructions.json")
# How far a figure may be off, as a share.
TOLERANCE = 0.03


def register(folder, rows):
    data = os.path.join(folder, f"register-{rows}.csv")
    if not os.path.exists(data):
        generate("register", rows, data)
    return project(folder, f"count-register-{rows}", [rules_of("register")], children=data), "2026-11-23"


def events(folder, stays):
    data = generated(folder, "events", stays, 52)
    files = {name: os.path.join(data, f"{name}.csv") for name in ("stays", "inspections")}
    return project(folder, f"count-events-{stays}", [rules_of("events")], since="2025-01-06", **files), "2026-01-05"


def doses(folder, children):
    data = generated(folder, "doses", children)
    files = {name: os.path.join(data, f"{name}.csv") for name in ("children", "doses")}
    return project(folder, f"count-doses-{children}", [rules_of("doses")], **files), "2026-11-23"


# For each work two sizes, and how many rows one of them is.
WORKS = {
    "register": (register, 200_000, 400_000, 1),
    "events": (events, 2_000, 4_000, 100),
    "doses": (doses, 20_000, 40_000, 12),
}


def count(norma, project, as_of):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    command += audit(norma, project, "--jobs", "1", "--evidence", "1", as_of=as_of)
    ended = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    found = re.search(r"Collected : (\d+)", ended.stderr)
    if ended.returncode not in (0, 1, 2) or not found:
        sys.exit(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stderr}")
    return int(found[1])


def main():
    norma, folder, *rest = sys.argv[1:]
    found = {}
    for name, (make, small, large, rows) in WORKS.items():
        counts = [count(norma, *make(folder, size)) for size in (small, large)]
        found[name] = round((counts[1] - counts[0]) / ((large - small) * rows))
    if rest == ["renew"]:
        with open(FIGURES, "w", encoding="utf-8") as target:
            json.dump(found, target, indent=2)
            target.write("\n")
    with open(FIGURES, encoding="utf-8") as source:
        committed = json.load(source)
    print("\n| instructions per row | committed | counted | change |\n| --- | --- | --- | --- |")
    for name, figure in found.items():
        print(f"| {name} | {committed[name]} | {figure} | {figure / committed[name] - 1:+.1%} |")
    off = [name for name, figure in found.items() if abs(figure / committed[name] - 1) > TOLERANCE]
    if off:
        sys.exit(f"more than {TOLERANCE:.0%} off: {', '.join(off)}")


if __name__ == "__main__":
    main()
