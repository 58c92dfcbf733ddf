"""Does the work of the benchmarks with DuckDB or Polars, and writes what it finds as JSON.

    peers.py duckdb|polars register CSV RESULT
    peers.py duckdb rules CSV RESULT RULES
    peers.py duckdb|polars events|doses FOLDER RESULT
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


FIRST_WEEK, WEEKS, LAST_DAY = "2025-01-06", 52, "2026-01-05"
VACCINES = ["bcg", "hepb3", "opv3", "dpt3", "mena", "measles"]


def duckdb_events(folder):
    """The weeks in which a farm stay was not inspected: the calendar times the roster, joined to the counts."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("set threads = 2")
    rows = connection.execute(
        f"""with weeks as (select date '{FIRST_WEEK}' + (7 * w)::int as week from range({WEEKS}) weeks(w)),
              stays as (select "编号" as stay from read_csv('{folder}/stays.csv', header = true, columns = {{'编号': 'VARCHAR'}})),
              counts as (
                select "农家乐" as stay, date_trunc('week', "检查日期")::date as week, count(*) as visits
                from read_csv('{folder}/inspections.csv', header = true, columns = {{'农家乐': 'VARCHAR', '检查日期': 'DATE'}})
                where "检查日期" <= date '{LAST_DAY}' group by 1, 2)
            select stay, strftime(week, '%G-W%V') from stays cross join weeks left join counts using (stay, week)
            where coalesce(visits, 0) < 1""").fetchall()
    return {"missed": sorted(map(list, rows))}


def polars_events(folder):
    import polars as pl

    first = pl.lit(FIRST_WEEK).str.to_date()
    weeks = pl.LazyFrame({"number": range(WEEKS)}).select(
        (first + pl.duration(days=7 * pl.col("number"))).cast(pl.Date).alias("week"))
    stays = pl.scan_csv(f"{folder}/stays.csv", schema={"编号": pl.String}).rename({"编号": "stay"})
    counts = (
        pl.scan_csv(f"{folder}/inspections.csv", schema={"农家乐": pl.String, "检查日期": pl.Date})
        .rename({"农家乐": "stay", "检查日期": "day"})
        .filter(pl.col("day") <= pl.lit(LAST_DAY).str.to_date())
        .group_by("stay", pl.col("day").dt.truncate("1w").alias("week")).len("visits"))
    missed = (
        stays.join(weeks, how="cross").join(counts, on=["stay", "week"], how="left")
        .filter(pl.col("visits").fill_null(0) < 1)
        .select("stay", pl.col("week").dt.strftime("%G-W%V")))
    return {"missed": sorted(map(list, missed.collect(engine="streaming").rows()))}


def duckdb_doses(folder):
    """The children of each village that have had each vaccine."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("set threads = 2")
    had = ", ".join(f"bool_or(vaccine = '{name}' and given_on <= date '{AS_OF}') as {name}" for name in VACCINES)
    counts = ", ".join(f"count(*) filter ({name}), count(*)" for name in VACCINES)
    rows = connection.execute(
        f"""with children as (
              select "儿童编号" as child, "村" as village
              from read_csv('{folder}/children.csv', header = true, columns = {{'儿童编号': 'VARCHAR', '村': 'VARCHAR'}})),
            had as (
              select "儿童编号" as child, {had}
              from (select "儿童编号", "疫苗" as vaccine, "接种日期" as given_on
                    from read_csv('{folder}/doses.csv', header = true,
                                  columns = {{'儿童编号': 'VARCHAR', '疫苗': 'VARCHAR', '接种日期': 'DATE'}}))
              group by 1)
            select village, {counts} from children left join had using (child) group by village""").fetchall()
    return doses_result(rows)


def polars_doses(folder):
    import polars as pl

    day = pl.lit(AS_OF).str.to_date()
    children = pl.scan_csv(f"{folder}/children.csv", schema={"儿童编号": pl.String, "村": pl.String})
    doses = pl.scan_csv(
        f"{folder}/doses.csv", schema={"儿童编号": pl.String, "疫苗": pl.String, "接种日期": pl.Date})
    had = doses.group_by("儿童编号").agg(
        ((pl.col("疫苗") == name) & (pl.col("接种日期") <= day)).any().alias(name) for name in VACCINES)
    columns = []
    for name in VACCINES:
        columns += [pl.col(name).fill_null(False).sum().alias(f"h-{name}"), pl.len().alias(f"n-{name}")]
    rows = children.join(had, on="儿童编号", how="left").group_by("村").agg(columns)
    return doses_result(rows.collect(engine="streaming").rows())


def doses_result(rows):
    return {
        "shares": {
            f"coverage.{name}": {row[0]: [row[1 + 2 * n], row[2 + 2 * n]] for row in rows}
            for n, name in enumerate(VACCINES)},
        "records": {}}


if __name__ == "__main__":
    engine, work, file, target, *rest = sys.argv[1:]
    found = globals()[f"{engine}_{work}"](file, *rest)
    with open(target, "w", encoding="utf-8") as output:
        json.dump(found, output, ensure_ascii=False)
