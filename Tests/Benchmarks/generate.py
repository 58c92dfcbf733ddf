"""Writes the data of the benchmarks: invented, the same in every run, and told apart by the size alone.

    generate.py register ROWS FILE [plain|quoted|crlf|gb18030|reversed|unreadable]
    generate.py rules COUNT FILE
    generate.py events STAYS WEEKS FOLDER
    generate.py doses CHILDREN FOLDER
"""

import sys

import duckdb

# A draw is a whole number below m that hangs on the row and on what is drawn, and on nothing else.
DRAW = """create macro draw(i, k, m) as
  ((((i * 2654435761 + k * 40503 + 977) % 4294967291) * 69621 + k * 16807) % 2147483647) % m"""

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "一乙丁安宁平春夏秋冬山川云月星海江河林竹松梅兰"

# The doses of the register in the order in which they are given: name, heading, the day of life on which each is due.
DOSES = [
    ("bcg", "卡介苗", 0), ("hepb1", "乙肝一", 3), ("hepb2", "乙肝二", 30), ("opv1", "脊灰一", 60),
    ("opv2", "脊灰二", 90), ("dpt1", "百白破一", 95), ("opv3", "脊灰三", 120), ("dpt2", "百白破二", 125),
    ("dpt3", "百白破三", 155), ("hepb3", "乙肝三", 180), ("mena", "流脑", 200), ("measles", "麻疹", 240),
    ("je", "乙脑", 270),
]


def register_columns():
    """The columns of the child register as SQL over a row number `i` and a day `birth`."""
    days = [day for _, _, day in DOSES] + [400]
    columns = [
        ("儿童编号", "'C' || lpad(i::varchar, 8, '0')"),
        ("村", "'第' || lpad(draw(i, 2, 600)::varchar, 3, '0') || '村'"),
        ("姓名", f"substr('{SURNAMES}', (1 + draw(i, 3, 20))::int, 1)"
                f" || substr('{GIVEN}', (1 + draw(i, 4, 23))::int, 1)"
                f" || substr('{GIVEN}', (1 + draw(i, 5, 23))::int, 1)"),
        ("出生日期", "strftime(birth, '%Y-%m-%d')"),
    ]
    for place, (_, heading, day) in enumerate(DOSES):
        # One dose in twenty thousand is dated before the birth, and so before the dose that precedes it.
        early = f"case when draw(i, {place + 70}, 20000) = 0 then {day} + 40 else 0 end"
        given = f"birth + ({day} + draw(i, {place + 40}, {days[place + 1] - day}) - {early})::int"
        columns.append(
            (heading, f"case when draw(i, {place + 10}, 100) < 15 then null else strftime({given}, '%Y-%m-%d') end"))
    columns += [
        ("接种卡号", "'K' || lpad(i::varchar, 8, '0')"),
        ("接种证号", "'K' || lpad((i + (draw(i, 6, 10000) = 0)::int)::varchar, 8, '0')"),
        ("收费金额", "case when draw(i, 7, 10000) = 0 then '12.50' else '0' end"),
    ]
    return columns


def register(rows, file, variant):
    columns = register_columns()
    if variant == "unreadable":
        # One cell in twenty of the dates and of the fee can't be read.
        def spoilt(place, heading, expression):
            if heading in ("儿童编号", "村", "姓名", "接种卡号", "接种证号"):
                return expression
            return f"case when draw(i, {place + 200}, 20) = 0 then '不详' else {expression} end"

        columns = [(heading, spoilt(place, heading, expression)) for place, (heading, expression) in enumerate(columns)]
    if variant == "reversed":
        columns.reverse()
    connection = duckdb.connect()
    connection.execute(DRAW)
    fields = ", ".join(f'{expression} as "{heading}"' for heading, expression in columns)
    quotes = ", force_quote *, nullstr ''" if variant == "quoted" else ""
    connection.execute(
        f"""copy (select {fields} from
              (select i, date '2023-01-01' + draw(i, 1, 1420)::int as birth from range({rows}) rows(i)) order by i)
            to '{file}' (header, delimiter ','{quotes})""")
    if variant in ("crlf", "gb18030"):
        rewrite(file, variant)


def rewrite(file, variant):
    """Gives a file other line breaks, or another encoding."""
    with open(file, encoding="utf-8", newline="") as source:
        lines = source.readlines()
    encoding, ending = ("gb18030", "\n") if variant == "gb18030" else ("utf-8", "\r\n")
    with open(file, "w", encoding=encoding, newline="") as target:
        target.writelines(line.rstrip("\n") + ending for line in lines)


def rules(count, file):
    """Row rules over the register: each a condition of three parts, which others have too."""
    doses = [name for name, _, _ in DOSES]
    pairs = [(left, right) for place, left in enumerate(doses) for right in doses[place + 1:]]
    with open(file, "w", encoding="utf-8") as target:
        target.write("rules:\n")
        for number in range(count):
            first, second = pairs[number % len(pairs)], pairs[(number * 7 + number // len(pairs)) % len(pairs)]
            target.write(
                f"  - id: rules.r{number}\n    title: r{number}\n    record:\n      of: children\n"
                f"      require: \"({first[0]} == null || {first[1]} == null || {first[0]} <= {first[1]})"
                f" && ({second[0]} == null || {second[0]} >= birth_date)"
                f" || {second[1]} == null\"\n")


def events(stays, weeks, folder):
    """Inspections of farm stays: about two a week for each, and a week in a thousand without any."""
    connection = duckdb.connect()
    connection.execute(DRAW)
    connection.execute(
        f"""copy (select 'N' || lpad(s::varchar, 6, '0') as "编号" from range({stays}) stays(s))
            to '{folder}/stays.csv' (header)""")
    connection.execute(
        f"""copy (select 'N' || lpad(s::varchar, 6, '0') as "农家乐",
                    strftime(date '2025-01-06' + (w * 7 + draw(s * {weeks} + w, 31 + n, 7))::int, '%Y-%m-%d') as "检查日期"
                  from range({weeks}) weeks(w), range({stays}) stays(s), range(3) visits(n)
                  where draw(s * {weeks} + w, 17, 1000) <> 0 and (n < 1 or draw(s * {weeks} + w, 50 + n, 100) < 46)
                  order by w, s, n)
            to '{folder}/inspections.csv' (header)""")


def doses(children, folder):
    """Children, and their doses in a table of their own: about twelve for each of them, in the order of the children."""
    connection = duckdb.connect()
    connection.execute(DRAW)
    connection.execute(
        f"""copy (select 'C' || lpad(i::varchar, 8, '0') as "儿童编号",
                    '第' || lpad(draw(i, 2, 600)::varchar, 3, '0') || '村' as "村"
                  from range({children}) children(i) order by i)
            to '{folder}/children.csv' (header)""")
    names = ", ".join(f"({place}, '{name}', {day})" for place, (name, _, day) in enumerate(DOSES))
    connection.execute(
        f"""copy (select 'C' || lpad(i::varchar, 8, '0') as "儿童编号", name as "疫苗",
                    strftime(date '2023-01-01' + (draw(i, 1, 1420) + day)::int, '%Y-%m-%d') as "接种日期"
                  from range({children}) children(i), (values {names}) doses(place, name, day)
                  where draw(i, place + 10, 1000) >= 77 order by i, place)
            to '{folder}/doses.csv' (header)""")


if __name__ == "__main__":
    kind, *arguments = sys.argv[1:]
    if kind == "register":
        register(int(arguments[0]), arguments[1], arguments[2] if len(arguments) > 2 else "plain")
    elif kind == "rules":
        rules(int(arguments[0]), arguments[1])
    elif kind == "events":
        events(int(arguments[0]), int(arguments[1]), arguments[2])
    else:
        doses(int(arguments[0]), arguments[1])
