"""Runs Norma, DuckDB and Polars in turn over the same data, holds their findings against each other, and prints a table.

    measure.py NORMA FOLDER [ROWS] [RUNS]
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = """norma: 1
organization: {{zh: 青山县, en: Qingshan County}}
rules: [{rules}]
since: {since}
timezone: Asia/Shanghai
language: en
data:
{data}
"""


def run(command):
    """Runs a command and returns its wall-clock seconds, its peak memory in MB, and its exit code."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    return time.monotonic() - begun, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def measure(commands, runs):
    """Runs commands in turn, the first round not counted, and returns the median time and the greatest memory of each."""
    times = {name: [] for name in commands}
    memory = {name: 0.0 for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            seconds, peak, code = run(command)
            if code not in (0, 1, 2):
                sys.exit(f"{name} ended with {code}: {' '.join(command)}")
            if turn > 0:
                times[name].append(seconds)
            memory[name] = max(memory[name], peak)
    return {name: (statistics.median(times[name]), memory[name]) for name in commands}


def milliseconds(title, measured):
    """Prints a table of commands that take milliseconds and have nothing in common."""
    print(f"\n{title}\n")
    print("| | median, ms | peak memory, MB |\n| --- | --- | --- |")
    for name, (seconds, peak) in measured.items():
        print(f"| {name} | {seconds * 1000:.0f} | {peak:.0f} |")


def table(title, measured, base):
    print(f"\n{title}\n")
    print(f"| | median, s | times {base} | peak memory, MB |\n| --- | --- | --- | --- |")
    for name, (seconds, peak) in measured.items():
        print(f"| {name} | {seconds:.2f} | {seconds / measured[base][0]:.2f} | {peak:.0f} |")


def project(folder, name, rules, since="2026-01-01", **data):
    path = os.path.join(folder, name)
    os.makedirs(path, exist_ok=True)
    files = "\n".join(f"  {dataset}: {file}" for dataset, file in data.items())
    with open(os.path.join(path, "norma.yaml"), "w", encoding="utf-8") as target:
        target.write(PROJECT.format(rules=", ".join(rules), since=since, data=files))
    return path


def audit(norma, path, *options, as_of="2026-11-23"):
    return [norma, "audit", path, "--as-of", as_of, *options]


def rules_of(name):
    return os.path.join(HERE, name, "rules.yaml")


def generate(*arguments):
    subprocess.run([sys.executable, os.path.join(HERE, "generate.py"), *map(str, arguments)], check=True)


def peer(engine, work, data, target, *rest):
    return [sys.executable, os.path.join(HERE, "peers.py"), engine, work, data, target, *rest]


def findings_of(norma, path, **options):
    report = os.path.join(path, "report.json")
    run(audit(norma, path, "--evidence", "1", "-o", report, **options))
    with open(report, encoding="utf-8") as source:
        return json.load(source)["findings"]


def agree(norma, path, found, limit_of):
    """Holds the findings of an audit against the rows and shares that a peer has found; `limit_of` a rule is its least
    percentage."""
    findings = findings_of(norma, path)
    with open(found, encoding="utf-8") as source:
        peer = json.load(source)
    records = {name: [] for name in peer["records"] if name != "unreadable"}
    shares = {}
    for finding in findings:
        if finding["rule"].startswith("records."):
            records[finding["rule"].removeprefix("records.")].append(finding["subject"]["child_id"])
        else:
            figures = [finding["figures"][part][0] for part in ("numerator", "denominator")]
            shares.setdefault(finding["rule"], {})[finding["subject"]["village"]] = figures
    short = {
        name: {village: pair for village, pair in villages.items() if pair[0] * 100 < pair[1] * limit_of(name)}
        for name, villages in peer["shares"].items()}
    for name, children in records.items():
        if sorted(children) != peer["records"][name]:
            sys.exit(f"{name}: {len(children)} rows, and the peer has {len(peer['records'][name])}")
    if shares != {name: villages for name, villages in short.items() if villages}:
        sys.exit("the coverages differ")
    print(f"findings agree: {sum(map(len, records.values()))} rows, {sum(map(len, short.values()))} coverages", flush=True)


def register(norma, folder, rows, runs):
    data = os.path.join(folder, f"register-{rows}.csv")
    if not os.path.exists(data):
        generate("register", rows, data)
    path = project(folder, "register", [rules_of("register")], children=data)
    results = {engine: os.path.join(folder, f"{engine}.json") for engine in ("duckdb", "polars")}
    for engine, result in results.items():
        run(peer(engine, "register", data, result))
        agree(norma, path, result, lambda rule: 80 if rule.endswith("-infants") else 83)
    measured = measure(
        {
            "wc -l": ["wc", "-l", data],
            "Norma": audit(norma, path),
            "Norma, JSON with digests": audit(norma, path, "--format", "json"),
            "Norma, one job": audit(norma, path, "--jobs", "1"),
            "DuckDB": peer("duckdb", "register", data, results["duckdb"]),
            "Polars": peer("polars", "register", data, results["polars"]),
        }, runs)
    table(f"A register of {rows:,} rows, {os.path.getsize(data) / 1e6:.0f} MB", measured, "Norma")


def variants(norma, folder, rows, runs):
    commands = {}
    for variant in ("plain", "quoted", "crlf", "gb18030", "reversed", "unreadable"):
        data = os.path.join(folder, f"register-{rows}-{variant}.csv")
        if not os.path.exists(data):
            generate("register", rows, data, variant)
        path = project(folder, f"register-{variant}", [rules_of("register")], children=data)
        commands[variant] = audit(norma, path)
    # In the last, one cell in twenty of the dates and of the fee can't be read.
    table(f"Ways of writing a register of {rows:,} rows", measure(commands, runs), "plain")


def many_rules(norma, folder, rows, runs):
    data = os.path.join(folder, f"register-{rows}-plain.csv")
    datasets = os.path.join(folder, "datasets.yaml")
    with open(rules_of("register"), encoding="utf-8") as source:
        text = source.read()
    with open(datasets, "w", encoding="utf-8") as target:
        target.write(text[:text.index("\nrules:")] + "\n")
    commands = {}
    for count in (10, 1000):
        rules = os.path.join(folder, f"rules-{count}.yaml")
        generate("rules", count, rules)
        path = project(folder, f"rules-{count}", [datasets, rules], children=data)
        commands[f"Norma, {count} rules"] = audit(norma, path)
    result = os.path.join(folder, "duckdb-rules.json")
    commands["DuckDB, 1000 rules"] = peer(
        "duckdb", "rules", data, result, os.path.join(folder, "rules-1000.yaml"))
    measured = measure(commands, runs)
    report = os.path.join(folder, "rules.json")
    run(audit(norma, os.path.join(folder, "rules-1000"), "--evidence", "0", "-o", report))
    with open(report, encoding="utf-8") as source:
        broken = {rule["id"]: rule["breached"] for rule in json.load(source)["rules"]}
    with open(result, encoding="utf-8") as source:
        if json.load(source)["broken"] != broken:
            sys.exit("the rules differ")
    print("\nfindings of 1,000 rules agree")
    table(f"Row rules over {rows:,} rows", measured, "Norma, 10 rules")


def of_peers(norma, path, folder, data, work, as_of):
    """The commands that do a work over the files of a folder."""
    results = {engine: os.path.join(folder, f"{engine}-{work}.json") for engine in ("duckdb", "polars")}
    for engine, result in results.items():
        run(peer(engine, work, data, result))
    commands = {
        "Norma": audit(norma, path, as_of=as_of),
        "DuckDB": peer("duckdb", work, data, results["duckdb"]),
        "Polars": peer("polars", work, data, results["polars"]),
    }
    return commands, results


def generated(folder, kind, *sizes):
    """The folder of generated files of a kind and size, made where it is not there yet."""
    data = os.path.join(folder, "-".join([kind, *map(str, sizes)]))
    if not os.path.isdir(data):
        # Under its name it is there as a whole or not at all.
        part = data + ".part"
        os.makedirs(part, exist_ok=True)
        generate(kind, *sizes, part)
        os.rename(part, data)
    return data


def events(norma, folder, stays, runs):
    as_of = "2026-01-05"
    data = generated(folder, "events", stays, 52)
    path = project(
        folder, "events", [rules_of("events")], since="2025-01-06",
        **{name: os.path.join(data, f"{name}.csv") for name in ("stays", "inspections")})
    commands, results = of_peers(norma, path, folder, data, "events", as_of)
    missed = sorted([f["subject"]["stay"], f["period"]] for f in findings_of(norma, path, as_of=as_of))
    for engine, result in results.items():
        with open(result, encoding="utf-8") as source:
            if json.load(source)["missed"] != missed:
                sys.exit(f"the weeks without inspection differ from those of {engine}")
    print(f"\nfindings agree: {len(missed)} weeks without inspection")
    title = f"About {stays * 100:,} inspections of {stays:,} farm stays, {stays * 52:,} obligations"
    table(title, measure(commands, runs), "Norma")


def related(norma, folder, children, runs):
    data = generated(folder, "doses", children)
    path = project(
        folder, "doses", [rules_of("doses")],
        **{name: os.path.join(data, f"{name}.csv") for name in ("children", "doses")})
    commands, results = of_peers(norma, path, folder, data, "doses", "2026-11-23")
    for result in results.values():
        agree(norma, path, result, lambda rule: 88)
    title = f"Coverage of {children:,} children by their doses, twelve rows each"
    table(title, measure(commands, runs), "Norma")


def start(norma, folder, runs):
    """What a command takes that has few data: reading the rules, above all."""
    rules = os.path.join(folder, "lint")
    os.makedirs(rules, exist_ok=True)
    with open(rules_of("register"), encoding="utf-8") as source:
        text = source.read()
    with open(os.path.join(rules, "datasets.yaml"), "w", encoding="utf-8") as target:
        target.write(text[:text.index("\nrules:")] + "\n")
    generate("rules", 10000, os.path.join(rules, "rules.yaml"))
    example = os.path.join(HERE, "..", "..", "Examples", "township")
    commands = {
        "`norma due` on the example": [norma, "due", example, "--as-of", "2026-11-23"],
        "`norma lint` of 10,000 rules in one file": [norma, "lint", rules],
    }
    milliseconds("Little data", measure(commands, runs * 5))


def main():
    norma, folder, *rest = sys.argv[1:]
    rows = int(rest[0]) if rest else 4_000_000
    runs = int(rest[1]) if len(rest) > 1 else 5
    with open("/proc/cpuinfo", encoding="utf-8") as source:
        model = next((line.split(":")[1].strip() for line in source if line.startswith("model name")), "")
    print(f"{platform.system()} {platform.machine()}, {model}, {os.cpu_count()} processors")
    # First of all: the system counts what memory the one who starts a command has as the command's.
    start(norma, folder, runs)
    register(norma, folder, rows, runs)
    variants(norma, folder, rows // 4, runs)
    many_rules(norma, folder, rows // 4, runs)
    events(norma, folder, rows // 40, runs)
    related(norma, folder, rows // 4, runs)


if __name__ == "__main__":
    main()
