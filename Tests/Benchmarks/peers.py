"""Does the work of the benchmarks with DuckDB or Polars, and writes what it finds as JSON.

    peers.py duckdb|polars register CSV RESULT
    peers.py duckdb rules CSV RESULT RULES
"""

import json
import re
import sys

from generate import DOSES

AS_OF = "2026-11-23"
INFANTS = ["hepb1", "opv1", "dpt1", "mena", "measles"]
ALL = ["bcg", "hepb2", "opv2", "dpt2", "je"]
ORDER = [name for name, _, _ in DOSES]
TEXTS = {"儿童编号": "child_id", "村": "village", "姓名": "name"}
NUMBERS = {"接种卡号": "card_no", "接种证号": "certificate_no"}


def duckdb_view(file):
    import duckdb

    connection = duckdb.connect()
    connection.execute("set threads = 2")
    columns = {heading: "VARCHAR" for heading in TEXTS} | {"出生日期": "DATE"}
    columns |= {heading: "DATE" for _, heading, _ in DOSES} | {heading: "VARCHAR" for heading in NUMBERS}
    columns["收费金额"] = "DECIMAL(18,2)"
    names = TEXTS | {"出生日期": "birth_date"} | {heading: name for name, heading, _ in DOSES} | NUMBERS
    names["收费金额"] = "fee"
    selected = ", ".join(f'"{heading}" as {name}' for heading, name in names.items())
    connection.execute(
        f"create view children as select {selected} from read_csv('{file}', header = true, columns = {columns})")
    return connection


def duckdb_register(file):
    connection = duckdb_view(file)
    infant = f"birth_date > date '{AS_OF}' - interval 1 year"
    shares = [f"count({dose}) filter (infant), count(*) filter (infant)" for dose in INFANTS]
    shares += [f"count({dose}), count(*)" for dose in ALL]
    falls = " or ".join(f"{ORDER[i]} < greatest({', '.join(ORDER[:i])})" for i in range(1, len(ORDER)))
    early = " or ".join(f"{dose} < birth_date" for dose in ORDER)
    faults = [
        "certificate_no is distinct from card_no", "fee <> 0", falls, early,
        f"child_id is null or village is null or birth_date is null or birth_date > date '{AS_OF}'"]
    lists = [f"list(child_id) filter ({fault})" for fault in faults]
    rows = connection.execute(
        f"""select village, {', '.join(shares)}, {', '.join(lists)}
            from (select *, {infant} as infant from children) group by village""").fetchall()
    twice = connection.execute("select child_id from children group by 1 having count(*) > 1").fetchall()
    return result(rows, len(twice))


def polars_register(file):
    import polars as pl

    dates = ["出生日期"] + [heading for _, heading, _ in DOSES]
    names = TEXTS | {"出生日期": "birth_date"} | {heading: name for name, heading, _ in DOSES} | NUMBERS
    names["收费金额"] = "fee"
    schema = {heading: pl.Date if heading in dates else pl.String for heading in names}
    schema["收费金额"] = pl.Float64
    frame = pl.scan_csv(file, schema={heading: schema[heading] for heading in header(file)}).rename(names)
    infant = pl.col("birth_date") > pl.lit(AS_OF).str.to_date().dt.offset_by("-1y")
    shares = []
    for number, dose in enumerate(INFANTS):
        shares += [(infant & pl.col(dose).is_not_null()).sum().alias(f"h{number}"), infant.sum().alias(f"n{number}")]
    for number, dose in enumerate(ALL):
        shares += [pl.col(dose).count().alias(f"H{number}"), pl.len().alias(f"N{number}")]
    falls = pl.any_horizontal(pl.col(ORDER[i]) < pl.max_horizontal(ORDER[:i]) for i in range(1, len(ORDER)))
    early = pl.any_horizontal(pl.col(dose) < pl.col("birth_date") for dose in ORDER)
    faults = [
        pl.col("certificate_no").ne_missing(pl.col("card_no")), pl.col("fee") != 0, falls, early,
        pl.any_horizontal(pl.col("child_id", "village", "birth_date").is_null())
        | (pl.col("birth_date") > pl.lit(AS_OF).str.to_date())]
    lists = [pl.col("child_id").filter(fault.fill_null(False)).alias(f"f{n}") for n, fault in enumerate(faults)]
    grouped = frame.group_by("village").agg(shares + lists)
    twice = frame.group_by("child_id").len().filter(pl.col("len") > 1).select(pl.len())
    found, count = pl.collect_all([grouped, twice], engine="streaming")
    return result(found.rows(), count.item())


def header(file):
    with open(file, encoding="utf-8") as source:
        return source.readline().rstrip("\r\n").split(",")


def result(rows, twice):
    """What was found: the shares by rule and village, the faulty rows by rule."""
    names = [f"coverage.{dose}-infants" for dose in INFANTS] + [f"coverage.{dose}" for dose in ALL]
    faults = ["certificate-equals-card", "no-fee", "doses-in-order", "not-before-birth", "unreadable"]
    shares = {name: {row[0]: [row[1 + 2 * n], row[2 + 2 * n]] for row in rows} for n, name in enumerate(names)}
    start = 1 + 2 * len(names)
    records = {
        fault: sorted(child for row in rows for child in row[start + n] or []) for n, fault in enumerate(faults)}
    return {"shares": shares, "records": records, "twice": twice}


def duckdb_rules(file, rules):
    """Counts the rows that break each of many conditions, in one query."""
    connection = duckdb_view(file)
    with open(rules, encoding="utf-8") as source:
        conditions = re.findall(r'require: "(.*)"', source.read())
    sql = [
        re.sub(r"(\w+) == null", r"\1 is null", condition).replace("&&", "and").replace("||", "or")
        for condition in conditions]
    counts = ", ".join(f"count(*) filter (not ({condition}))" for condition in sql)
    row = connection.execute(f"select {counts} from children").fetchone()
    return {"broken": {f"rules.r{number}": count for number, count in enumerate(row)}}


if __name__ == "__main__":
    engine, work, file, target, *rest = sys.argv[1:]
    found = {"duckdb": duckdb_register, "polars": polars_register}[engine](file) if work == "register" \
        else duckdb_rules(file, rest[0])
    with open(target, "w", encoding="utf-8") as output:
        json.dump(found, output, ensure_ascii=False)
