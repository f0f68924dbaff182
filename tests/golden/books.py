"""Scenes over books that people worked in: many cells changed, rows copied, some that cannot be read; and over books with hardly a row."""

from __future__ import annotations

from collections.abc import Iterator

from tests.golden import dirt
from tests.golden.editing import edited
from tests.golden.layout import D0
from tests.golden.samples import PROFILES
from tests.golden.scene import Scene
from tests.golden.stage import Stage, book

FORMS = (("xlsx", "en"), ("ods", "zh"), ("xlsx", "zh"), ("ods", "en"))
SEEDS = (1, 2, 3)
QUICK = {
    "clean/dirty/shopper-ods-zh/1",
    "clean/dirty/merchant-xlsx-en/3",
    "faulty/dirty/daigou-xlsx-en/2",
    "clean/few/shopper-ods-zh/required",
}


def scenes() -> Iterator[Scene]:
    for place, profile in enumerate(PROFILES):
        for seed in SEEDS:
            kind, lang = FORMS[(place + seed) % len(FORMS)]
            for group in ("clean", "faulty"):
                yield _scene(f"{group}/dirty/{profile}-{kind}-{lang}/{seed}", _dirty, profile, kind, lang, seed)
        yield _scene(f"clean/over/{profile}-ods-en/5", _over, profile, "ods", "en", 5)
        yield _scene(f"faulty/cells/{profile}-xlsx-en/6", _cells, profile, "xlsx", "en", 6)
        for kind, lang in (("xlsx", "en"), ("ods", "zh")):
            for what in ("rows", "required"):
                yield _scene(f"clean/few/{profile}-{kind}-{lang}/{what}", _few, profile, kind, lang, what)


def _scene(name: str, act: object, profile: str, kind: str, lang: str, what: object) -> Scene:
    return Scene(name, act, (name.partition("/")[0], profile, kind, lang, what), quick=name in QUICK)  # type: ignore[arg-type]


def _dirty(stage: Stage, group: str, profile: str, kind: str, lang: str, seed: int) -> None:
    cells = dirt.typed(profile, lang, seed)
    if group == "faulty":
        cells |= dirt.unreadable(profile, lang, seed)
    day = dirt.today_of(seed)
    _used(stage, edited(book(profile, kind, lang, D0), kind, cells), kind, str(day))


def _over(stage: Stage, group: str, profile: str, kind: str, lang: str, seed: int) -> None:
    _used(stage, edited(book(profile, kind, lang, D0), kind, dirt.overtyped(profile, lang, seed)), kind, D0)


def _cells(stage: Stage, group: str, profile: str, kind: str, lang: str, seed: int) -> None:
    """A good book but for some cells: what is said of each."""
    cells = dirt.unreadable(profile, lang, seed)
    file, day = stage.put(f"BOOK.{kind}", edited(book(profile, kind, lang, D0), kind, cells)), ("--today", D0)
    stage.run("check", "check", file, *day)
    stage.run("check-json", "check", file, *day, "--json")
    for sheet, row, letters in list(cells)[:15]:
        stage.run(f"explain-{sheet}-{letters}{row}", "explain", file, f"{sheet}!{letters}{row}", *day)
    stage.run("add", "add", file, "purchases", "item=Lamp", "seller=Lux", "price=5", *day)
    stage.run("refresh", "refresh", file, *day)
    stage.run("export", "export", file)
    stage.run("review", "review", file, *day, "--period", "2026")
    stage.run("remind", "remind", file, *day)


def _few(stage: Stage, group: str, profile: str, kind: str, lang: str, what: str) -> None:
    cells = dirt.single_rows(profile, lang, required=what == "required")
    _used(stage, edited(book(profile, kind, lang, D0, sample=False), kind, cells), kind, D0)


def _used(stage: Stage, data: bytes, kind: str, today: str) -> None:
    file, day = stage.put(f"BOOK.{kind}", data), ("--today", today)
    stage.run("check", "check", file, *day)
    stage.run("refresh-dry", "refresh", file, *day, "--dry-run")
    stage.run("refresh", "refresh", file, *day, "--json")
    stage.run("again", "refresh", file, *day)
    stage.run("check-after", "check", file, *day, "--json")
    stage.run("export", "export", file)
    stage.run("review", "review", file, *day)
    stage.run("review-year", "review", file, *day, "--period", "2026", "-o", f"YEAR.{kind}")
    stage.run("remind", "remind", file, *day, "--ics", "dates.ics", "--json")
    stage.run("today", "today", file, *day)
    stage.run("later", "refresh", file, "--today", "2027-06-01")
    stage.run("undo", "undo", file)
