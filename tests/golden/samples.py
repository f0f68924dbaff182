"""Scenes over the samples: five profiles, both formats, both languages, three days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from tests.golden.layout import D0, layout, rows_of
from tests.golden.scene import Scene
from tests.golden.stage import Stage, book

PROFILES = ("shopper", "merchant", "daigou", "groupbuy", "procurement")
KINDS, LANGS = ("xlsx", "ods"), ("en", "zh")
DAYS = {"d0": D0, "d17": "2026-12-08", "d120": "2027-03-21"}
QUICK = {"shopper-xlsx-en/d17", "procurement-ods-en/d17", "merchant-xlsx-zh/rows", "shopper-xlsx-en/deadlines"}
WORK = {
    "shopper": ("xlsx-en", "ods-zh"),
    "merchant": ("xlsx-zh", "ods-en"),
    "daigou": ("xlsx-zh", "ods-en"),
    "groupbuy": ("xlsx-en", "ods-zh"),
    "procurement": ("xlsx-zh", "ods-en"),
}
"""Which of a profile's books are worked with, beyond what every day brings."""


def days() -> Iterator[Scene]:
    """The second day over every form; the first and the third over half of them each."""
    for profile, kind, lang in product(PROFILES, KINDS, LANGS):
        first = (PROFILES.index(profile) + KINDS.index(kind) + LANGS.index(lang)) % 2 == 0
        for part in ("d17", "d0" if first else "d120"):
            yield _scene("sample", _day, profile, kind, lang, part)


def work() -> Iterator[Scene]:
    for profile, books in WORK.items():
        for place, (kind, lang) in enumerate(one.split("-") for one in books):
            yield _scene("sample", _new, profile, kind, lang, "new")
            yield _scene("sample", _views, profile, kind, lang, "views")
            yield _scene("sample", _rows, profile, kind, lang, "rows")
            for number, part in enumerate(("disputes", "purchases", "deadlines", "others", "cells")):
                if number % 2 == place:
                    yield _scene("explain", _explain, profile, kind, lang, part)


def _scene(what: str, act: Callable[..., None], profile: str, kind: str, lang: str, part: str) -> Scene:
    name = f"{profile}-{kind}-{lang}/{part}"
    return Scene(f"clean/{what}/{name}", act, (profile, kind, lang, part), quick=name in QUICK)


def _new(stage: Stage, profile: str, kind: str, lang: str, _: str) -> None:
    """The sample made on each of the days, a blank book, and what `new` says."""
    made = ("--profile", profile, "--lang", lang)
    for key, day in DAYS.items():
        stage.run(f"sample-{key}", "new", f"{key}.{kind}", *made, "--sample", "--today", day, "--no-launcher")
    stage.run("blank", "new", f"blank.{kind}", *made, "--today", D0, "--json")
    stage.run("taken", "new", f"blank.{kind}", *made, "--today", D0)
    stage.run("dry", "new", f"dry.{kind}", *made, "--today", D0, "--dry-run")
    stage.run("blank-refresh", "refresh", f"blank.{kind}", "--today", DAYS["d17"])
    stage.run("blank-check", "check", f"blank.{kind}", "--today", DAYS["d17"])
    stage.run("blank-review", "review", f"blank.{kind}", "--today", DAYS["d17"])


def _day(stage: Stage, profile: str, kind: str, lang: str, key: str) -> None:
    """A day's work with the sample of the first day."""
    file, day = stage.put(f"BOOK.{kind}", book(profile, kind, lang, D0)), ("--today", DAYS[key])
    stage.run("check-before", "check", file, *day)
    stage.run("refresh-dry", "refresh", file, *day, "--dry-run")
    stage.run("refresh", "refresh", file, *day)
    stage.run("refresh-again", "refresh", file, *day, "--json")
    stage.run("check", "check", file, *day, "--json")
    stage.run("remind", "remind", file, *day)
    stage.run("remind-files", "remind", file, *day, "--ics", "dates.ics", "--eml", "mails", "--json")
    stage.run("today", "today", file, *day)
    stage.run("export", "export", file)
    stage.run("review", "review", file, *day)
    period = {"d0": "2026-09", "d17": "2026", "d120": "2026Q3"}[key]
    stage.run(f"review-{period}", "review", file, *day, "--period", period, "-o", f"R-{period}.{kind}")


def _views(stage: Stage, profile: str, kind: str, lang: str, _: str) -> None:
    """What tells, over the book of the second day."""
    file, day = stage.put(f"BOOK.{kind}", book(profile, kind, lang, D0)), ("--today", DAYS["d17"])
    stage.run("refresh", "refresh", file, *day, "--json")
    stage.run("csv", "export", file, "--format", "csv", "-o", "csv")
    stage.run("csv-one", "export", file, "--format", "csv", "--sheet", "disputes")
    stage.run("csv-many", "export", file, "--format", "csv")
    stage.run("json-one", "export", file, "--sheet", "sellers", "-o", "sellers.json")
    cases = [row["dispute_id"] for row in rows_of(profile, lang)["disputes"]]
    for case in cases[::9]:
        stage.run(f"summary-{case}", "summary", file, case, *day)
    stage.run("summary-json", "summary", file, cases[1], *day, "--json")
    stage.run("summary-file", "summary", file, cases[2], *day, "-o", "case.md")
    stage.run("today-json", "today", file, *day, "--json", "-o", "lists")
    stage.run("today-dry", "today", file, *day, "--dry-run")
    stage.run("review-dry", "review", file, *day, "--dry-run")
    stage.run("review-json", "review", file, *day, "--json")
    stage.run("review-taken", "review", file, *day)
    for person in sorted({row["assigned_to"] for row in rows_of(profile, lang)["disputes"] if row["assigned_to"]})[:2]:
        stage.run(f"remind-{person}", "remind", file, *day, "--who", person, "--refresh", "--dry-run")
        stage.run(f"today-{person}", "today", file, *day, "--who", person, "-o", f"of {person}")
    for case in cases[4::12]:
        stage.run(f"explain-{case}", "explain", file, case, *day)
        stage.run(f"explain-json-{case}", "explain", file, case, *day, "--json")


def _rows(stage: Stage, profile: str, kind: str, lang: str, _: str) -> None:
    """What writes rows and cells, and what takes it back."""
    file, day = stage.put(f"BOOK.{kind}", book(profile, kind, lang, D0)), ("--today", DAYS["d17"])
    lamp = ("purchases", "item=Golden lamp", "seller=Lux", "price=12.50", "currency=EUR", "bought_on=2026-12-01")
    stage.run("undo-nothing", "undo", file)
    stage.run("add-dry", "add", file, *lamp, *day, "--dry-run")
    stage.run("add", "add", file, *lamp, "problem=product_damage", "noticed_on=2026-12-05", *day)
    stage.run(
        "add-json",
        "add",
        file,
        "log",
        "at=2026-12-06T10:00",
        "counterpart=seller",
        "channel=email",
        "direction=out",
        "what_was_said==not a formula",
        *day,
        "--json",
    )
    stage.run("undo-dry", "undo", file, "--dry-run")
    stage.run("undo", "undo", file, "--json")
    stage.run("redo", "undo", file)
    places, row = layout(profile, lang), rows_of(profile, lang)["purchases"][3]["_row"]
    cells = (
        f"{places.at('purchases.price', row)}=77.5",
        f"{places.at('purchases.bought_on', row)}=2026-11-30",
        f"{places.at('purchases.notes', row)}=golden note <&> 漢",
    )
    stage.run("set-dry", "set", file, *cells, "--dry-run")
    stage.run("set", "set", file, *cells)
    stage.run("set-same", "set", file, *cells, "--json")
    stage.run("set-out", "set", file, f"{places.at('purchases.notes', row)}=", "-o", f"OUT.{kind}")
    stage.run("refresh-dry", "refresh", file, *day, "--dry-run")
    stage.run("refresh-out", "refresh", file, *day, "-o", f"OTHER.{kind}")
    stage.run("refresh", "refresh", file, *day)
    _mended(stage, file, day)
    stage.run("undo-last", "undo", file)


def _mended(stage: Stage, file: str, day: tuple[str, ...]) -> None:
    stage.run("repair-dry", "repair", file, "--dry-run")
    stage.run("repair", "repair", file, "--yes", "--json")
    stage.run("upgrade-dry", "upgrade", file, "--dry-run")
    stage.run("upgrade", "upgrade", file, "--json")
    stage.run("refresh-last", "refresh", file, *day, "--json")


def _explain(stage: Stage, profile: str, kind: str, lang: str, what: str) -> None:
    """How values came about: all ids of some sheets, cells of every column."""
    file, day = stage.put(f"BOOK.{kind}", book(profile, kind, lang, D0)), ("--today", DAYS["d17"])
    for number, where in enumerate(_asked(profile, lang, what)):
        stage.run(f"{number:03}", "explain", file, where, *day, *(("--json",) if number % 3 else ()))


def _asked(profile: str, lang: str, what: str) -> list[str]:
    rows, places = rows_of(profile, lang), layout(profile, lang)
    if what == "disputes":
        return [row["dispute_id"] for row in rows["disputes"]]
    if what == "purchases":
        return [row["id"] for row in (*rows["purchases"][::9], *rows["sales"][::6])]
    if what == "deadlines":
        return [places.at("deadlines.due", row["_row"]) for row in rows["deadlines"][::20]]
    if what == "others":
        return [str(row["id"]) for table in ("offers", "evidence") for row in rows[table][::16]] + [
            row[key]
            for table, key in (("sellers", "seller"), ("carriers", "carrier"), ("customers", "customer"))
            for row in rows[table][::2]
        ]
    found = []
    for number, (column, (_, header, _)) in enumerate(places.cells.items()):
        table = column.partition(".")[0]
        if number % 9 == 0 and rows.get(table):
            found.append(places.at(column, rows[table][number % len(rows[table])]["_row"] or header + 1))
    return found
