"""Scenes of what needs no worked book: help, schema, due dates, demos, imports, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from tests.golden.layout import D0, layout, rows_of
from tests.golden.scene import Scene
from tests.golden.stage import Stage, book

EXAMPLES = Path(__file__).resolve().parents[2] / "templates" / "sample" / "export.csv"
DAY = ("--today", D0)
DUE = (
    ("5 working_days", "--start", "2026-02-12", "--calendar", "CN"),
    ("5 working_days", "--start", "2026-02-12"),
    ("14 natural_days", "--start", "2026-02-12T10:00+08:00"),
    ("2 months", "--start", "2026-12-31"),
    ("1 end_of_month", "--start", "2026-01-15"),
    ("48 calendar_hours", "--start", "2026-03-28T12:00", "--zone", "Europe/Berlin"),
    ("10 business_hours", "--start", "2026-04-02T16:00", "--calendar", "DE", "--hours", "09:00-12:00,13:00-18:00"),
    ("3 working_days", "--start", "2026-04-30", "--calendar", "DE", "--roll"),
    ("3 natural_days", "--start", "2026-05-21", "--calendar", "DE", "--roll"),
    ("7 natural_days", "--start", "2026-01-01", "--pause", "2026-01-03/2026-01-05"),
    ("7 natural_days", "--start", "2026-01-01", "--pause", "2026-01-03/"),
    ("7 natural_days", "--start", "2026-01-01", "--pause", "2026-01-03/2026-01-05", "--platform"),
    ("2026-02-12",),
    ("2026-02-12T10:00Z",),
    ("1770890400",),
    ("2026-02-12", "--platform"),
    ("5 working_days", "--start", "2026-12-22", "--calendar", "GB-SCT"),
    ("5 working_days", "--start", "2026-11-20", "--calendar", "US"),
    ("0 natural_days", "--start", "2026-02-12"),
    ("1 working_days", "--start", "2026-02-14", "--calendar", "XX"),
    ("five days", "--start", "2026-02-12"),
    ("5 fortnights", "--start", "2026-02-12"),
    ("5 natural_days",),
    ("5 natural_days", "--start", "soon"),
    ("5 natural_days", "--start", "2026-02-12", "--zone", "Mars/Base"),
    ("8 business_hours", "--start", "2026-02-12T10:00", "--hours", "9-5"),
)
GENERIC = """Product,Shop,Price,Currency,Order date,Order no,Qty,Tracking,Delivered on,Problem?,Noticed on,Notes
Desk lamp,Lux,"1,299.50",EUR,2026-10-01,A-1,1,T1,2026-10-09,Damaged,2026-10-10,plain
Cup,Cups & Co,¥199,CNY,2026年10月2日,A-2,2,,,,,=1+1
Chair,Lux,45.00,USD,2026/10/03,A-3,4,,,,,"two
lines"
,Nobody,1,EUR,2026-10-05,A-4,1,,,,,no item
Desk lamp,Lux,"1,299.50",EUR,2026-10-01,A-1,1,T1,2026-10-09,,,again
"""
BAD = "Product,Shop,Price,Order date,Qty,Problem?\nChair,Lux,45.00,03/04/2026,x,\nCup,Lux,cheap,soon,1,exploded\nLamp,Lux,5,2026-10-01,1,\n"
CHINESE = "商品名称\t店铺\t实付款\t币种\t下单时间\t订单号\t数量\t问题\t发现日期\n台灯\t光明\t１２９.５\tCNY\t2026-10-01 09:30\t88\t1\t商品损坏\t2026-10-12\n"
OWN_MAP = 'table = "purchases"\nabout = "Mine"\nneeds = ["item"]\n[columns]\nitem = ["What"]\nseller = ["Who"]\nprice = { header = ["Sum"], decimal = "," }\n'
QUICK = {"help", "due", "schema", "refused-xlsx", "import-xlsx"}


def scenes() -> Iterator[Scene]:
    acts = {
        "help": (_help,),
        "due": (_due,),
        "schema": (_schema,),
        "demo": (_demo,),
        "demo-agreement": (_agreement,),
        "codes": (_codes,),
        "pdf": (_pdf,),
        **{f"import-{kind}": (_import, kind) for kind in ("xlsx", "ods")},
        "zone": (_zone,),
        "export-as-source": (_source,),
    }
    for name, (act, *args) in acts.items():
        yield Scene(f"clean/commands/{name}", act, tuple(args), quick=name in QUICK)
    yield Scene("faulty/commands/import", _import_bad)
    for kind in ("xlsx", "ods"):
        yield Scene(f"faulty/commands/refused-{kind}", _refused, (kind,), quick=f"refused-{kind}" in QUICK)


def _help(stage: Stage) -> None:
    from kakosheet.cli import main

    stage.run("main", "--help")
    stage.run("version", "--version")
    stage.run("nothing")
    stage.run("unknown", "frobnicate")
    for name in sorted(main.list_commands(None)):  # type: ignore[arg-type]
        stage.run(name, name, "--help")
        stage.run(f"{name}-bare", name)
        stage.run(f"{name}-odd", name, "--no-such-option")


def _due(stage: Stage) -> None:
    for number, args in enumerate(DUE):
        stage.run(f"{number:02}", "due", *args, "--now", "2026-02-20T12:00")
        stage.run(f"{number:02}-json", "due", *args, "--now", "2026-02-20T12:00", "--json")


def _schema(stage: Stage) -> None:
    stage.run("json", "schema")
    stage.run("markdown", "schema", "--markdown")


def _demo(stage: Stage) -> None:
    stage.run("told", "demo", "one", *DAY)
    stage.run("taken", "demo", "one", *DAY)
    stage.run("json", "demo", "two", *DAY, "--json")
    stage.run("unknown", "demo", "nobody", "three")


def _agreement(stage: Stage) -> None:
    stage.run("told", "demo", "agreement", "walk")


def _codes(stage: Stage) -> None:
    """What each issue code means; whoever knows none says so."""
    file = stage.put("BOOK.xlsx", book("shopper", "xlsx", "en", D0, sample=False))
    for hundred in range(1, 10):
        for number in range(15):
            stage.run(f"K{hundred}{number:02}", "explain", file, f"K{hundred}{number:02}", *DAY)


def _pdf(stage: Stage) -> None:
    file = stage.put("BOOK.xlsx", book("merchant", "xlsx", "en", D0))
    case = rows_of("merchant", "en")["disputes"][2]["dispute_id"]
    stage.run("case", "summary", file, case, *DAY, "-o", "case.pdf", "--json")
    stage.run("odd", "summary", file, case, *DAY, "-o", "case.docx")


def _import(stage: Stage, kind: str) -> None:
    lang = "en" if kind == "xlsx" else "zh"
    file = stage.put(f"BOOK.{kind}", book("daigou", kind, lang, D0))
    stage.put("generic.csv", GENERIC)
    stage.put("chinese.tsv", CHINESE)
    stage.put("gbk.csv", CHINESE.replace("\t", ",").encode("gb18030"))
    stage.put("semicolon.csv", "\ufeffWhat;Who;Sum\nLamp;Lux;1.299,50\nCup;Lux;7\n")
    stage.put("own.toml", OWN_MAP)
    stage.put("bad.toml", OWN_MAP.replace("purchases", "spaceships"))
    stage.put("empty.csv", "")
    stage.put("other.csv", "a,b\n1,2\n")
    stage.put("orders.csv", _dated(EXAMPLES.read_text(encoding="utf-8")))
    for label, args in {
        "generic-dry": ("generic.csv", "--dry-run"),
        "generic": ("generic.csv", "--from", "generic"),
        "generic-again": ("generic.csv", "--json"),
        "chinese": ("chinese.tsv",),
        "gbk": ("gbk.csv", "--json"),
        "own": ("semicolon.csv", "--map", "own.toml"),
        "bad-map": ("semicolon.csv", "--map", "bad.toml"),
        "empty": ("empty.csv",),
        "other": ("other.csv",),
        "none": ("none.csv",),
        "orders": ("orders.csv", "--from", "orders"),
        "orders-json": ("orders.csv", "--from", "orders", "--json"),
        "unknown": ("generic.csv", "--from", "nobody"),
        "itself": (file, "--dry-run", "--json"),
    }.items():
        stage.run(label, "import", file, *args, *DAY)
    stage.run("refresh", "refresh", file, *DAY, "--json")


def _import_bad(stage: Stage) -> None:
    """Lines with words where none can be read."""
    file = stage.put("BOOK.xlsx", book("shopper", "xlsx", "en", D0))
    stage.put("bad.csv", BAD)
    stage.run("dry", "import", file, "bad.csv", *DAY, "--dry-run")
    stage.run("told", "import", file, "bad.csv", *DAY)
    stage.run("again", "import", file, "bad.csv", *DAY, "--json")
    stage.run("refresh", "refresh", file, *DAY, "--json")


def _dated(text: str) -> str:
    """The embedded export with days for its day counts."""
    return re.sub(r"@(-?\d+)", lambda match: str(date.fromisoformat(D0) + timedelta(days=int(match[1]))), text)


def _source(stage: Stage) -> None:
    """Another book of ours as the list to bring in."""
    file = stage.put("BOOK.xlsx", book("shopper", "xlsx", "en", D0, sample=False))
    stage.put("other.ods", book("procurement", "ods", "zh", D0))
    stage.run("import", "import", file, "other.ods", *DAY, "--json")
    stage.run("again", "import", file, "other.ods", *DAY)
    stage.run("refresh", "refresh", file, *DAY)


def _zone(stage: Stage) -> None:
    import os

    os.environ["TZ"] = "Asia/Shanghai"
    stage.run("new", "new", "here.xlsx", *DAY, "--lang", "zh")
    stage.run("refresh", "refresh", "here.xlsx", "--today", "2026-12-01T23:30")


def _refused(stage: Stage, kind: str) -> None:
    """Wrong words, files and cells: what is said, and that nothing is written."""
    file = stage.put(f"BOOK.{kind}", book("shopper", kind, "en", D0))
    broken, none = stage.put(f"broken.{kind}", book("shopper", kind, "en", D0)[:50_000]), f"none.{kind}"
    empty, text = stage.put(f"empty.{kind}", b""), stage.put("list.csv", "a,b\n1,2\n")
    for name in (broken, none, empty, text):
        for command in (
            ("refresh", *DAY),
            ("check", *DAY),
            ("export",),
            ("review", *DAY),
            ("undo",),
            ("repair",),
            ("upgrade",),
            ("today", *DAY),
        ):
            stage.run(f"{command[0]}-{name}", command[0], name, *command[1:])
        stage.run(f"set-{name}", "set", name, "Sheet!A1=1")
        stage.run(f"check-json-{name}", "check", name, *DAY, "--json")
    for number, args in enumerate(_wrong(file)):
        stage.run(f"wrong-{number:02}", *args)
        stage.run(f"wrong-{number:02}-json", *args, "--json")


def _wrong(file: str) -> Iterator[tuple[str, ...]]:
    yield ("new", "x.txt", *DAY)
    yield ("new", "x.xlsx", "--profile", "nobody", *DAY)
    yield ("new", "x.xlsx", "--lang", "xx", *DAY)
    yield ("refresh", file, "--today", "soon")
    yield ("add", file, "spaceships", "a=1", *DAY)
    yield ("add", file, "purchases", "nothing", *DAY)
    yield ("add", file, "purchases", "colour=red", *DAY)
    yield ("add", file, "purchases", "item=Lamp", "price=much", *DAY)
    yield ("add", file, "purchases", "item=Lamp", "platform=no such word", "bought_on=soon", *DAY)
    yield ("add", file, "disputes", "order=P-9999", "type=product_damage", *DAY)
    yield ("add", file, "alerts", "state=overdue", *DAY)
    yield ("set", file, "No such sheet!A1=1")
    yield ("set", file, "Start")
    yield ("set", file, "Offers!A0=1")
    yield ("set", file, f"{layout('shopper', 'en').at('disputes.due', 5)}=2026-01-01")
    yield ("explain", file, "D-1999-0001", *DAY)
    yield ("explain", file, "Start!A1", *DAY)
    yield ("explain", file, "No such sheet!B2", *DAY)
    yield ("summary", file, "D-1999-0001", *DAY)
    yield ("review", file, "--period", "2026Q5", *DAY)
    yield ("review", file, "--period", "1999", *DAY)
    yield ("review", file, "-o", "x.txt", *DAY)
    yield ("remind", file, "--who", "Nobody", *DAY)
    yield ("today", file, "--who", "Nobody", *DAY)
    yield ("remind", file, "--send", "--dry-run", *DAY)
    yield ("schedule", file, "25:00", "--dry-run")
