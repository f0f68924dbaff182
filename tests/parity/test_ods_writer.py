"""LibreOffice finds in a new .ods all that it finds in its .xlsx twin: names, panes, drop-downs, rules, filters, charts, paper, values."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import kakosheet
from kakosheet.core.address import MAX_ROW, column_letters
from kakosheet.core.schema import SheetKind
from kakosheet.formats import read
from kakosheet.sheets import SCHEMA

TODAY = date(2026, 11, 21)
PLAIN = -1
"""What LibreOffice gives for a colour that a style does not name."""


@pytest.fixture(scope="module", params=["merchant-en", "shopper-zh"])
def twins(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    profile, lang = request.param.split("-")
    paths = {kind: tmp_path_factory.mktemp("twins") / f"book.{kind}" for kind in ("ods", "xlsx")}
    for path in paths.values():
        kakosheet.new(path, profile=profile, lang=lang, sample=True, today=TODAY, launcher=False)
    return paths


@pytest.fixture(scope="module")
def seen(office: Any, twins: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """What LibreOffice says of each of the two."""
    found = {}
    for kind, path in twins.items():
        raw = read(path.read_bytes())
        office("open", path)
        found[kind] = {
            "names": office("names"),
            "panes": office("panes"),
            "filters": office("filters"),
            "facts": office("facts"),
        }
        for name, of in (("rules", office), ("paper", office), ("charts", office)):
            found[kind][name] = {sheet: of(name, sheet) for sheet in list(raw.sheets)[:-1]}
        found[kind]["columns"] = {sheet: office("columns", sheet, 80) for sheet in list(raw.sheets)[:-1]}
        cells = [(sheet, column, row) for sheet, column in registers(raw) for row in (4, MAX_ROW)]
        found[kind]["validations"] = {
            f"{sheet}!{column}:{row}": office("validation", sheet, row, column) for sheet, column, row in cells
        }
        found[kind]["looks"] = {
            f"{sheet}!{column}:{row}": office("look", sheet, row, column)
            for sheet, column, row in cells
            if row == MAX_ROW
        }
        office("close")
    return found


def registers(raw: Any) -> list[tuple[str, int]]:
    """Every column of every register, by the names on its header cells."""
    found = []
    for sheet in SCHEMA.sheets:
        if sheet.kind is SheetKind.REGISTER:
            for column in sheet.tables[0].columns:
                area = raw.names[f"_kako_{sheet.tables[0].key}_{column.key}"]
                found.append((area.sheet, area.column))
    return found


@pytest.mark.parametrize("what", ["names", "panes", "filters", "validations", "paper"])
def test_both_have_the_same(seen: dict[str, dict[str, Any]], what: str) -> None:
    ours, theirs = seen["ods"][what], seen["xlsx"][what]
    assert {
        key: (ours.get(key), theirs.get(key)) for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)
    } == {}
    assert len(ours) >= 7


def test_cells_look_alike_down_to_the_last_row(seen: dict[str, dict[str, Any]]) -> None:
    def comparable(looks: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {
            key: {**look, "numbers": look["numbers"].partition(";")[0].replace('" "', "_ ").replace("% ", "%_ ")}
            for key, look in looks.items()
        }

    ours, theirs = comparable(seen["ods"]["looks"]), comparable(seen["xlsx"]["looks"])
    assert {key: (ours[key], theirs[key]) for key in theirs if ours[key] != theirs[key]} == {}


def test_sheets_are_shown_or_hidden_alike(seen: dict[str, dict[str, Any]]) -> None:
    shown = [{sheet: fact["visible"] for sheet, fact in seen[kind]["facts"].items()} for kind in ("ods", "xlsx")]
    assert list(shown[0].items()) == list(shown[1].items())


def test_columns_are_as_wide_and_as_hidden(seen: dict[str, dict[str, Any]]) -> None:
    for sheet, columns in seen["ods"]["columns"].items():
        used = max((place[4] for place in seen["ods"]["filters"].values() if place[0] == sheet), default=13)
        for (ours, shown), (theirs, as_shown) in zip(columns[:used], seen["xlsx"]["columns"][sheet], strict=False):
            assert shown == as_shown and abs(ours - theirs) <= 12, sheet


def by_column(blocks: list[Any]) -> dict[str, list[Any]]:
    """The rules of each range, in their order."""
    found: dict[str, list[Any]] = {}
    for ranges, rules in blocks:
        for part in ranges.split(","):
            first, last = part.rpartition(".")[2].split(":") if ":" in part else [part.rpartition(".")[2]] * 2
            letters, end = first.rstrip("0123456789"), last.rstrip("0123456789")
            at = letters
            while True:
                found.setdefault(f"{at}{first[len(letters) :]}:{last[len(end) :]}", []).extend(rules)
                if at == end:
                    break
                at = next_letters(at)
    return found


def next_letters(letters: str) -> str:
    from kakosheet.core.address import column_number

    return column_letters(column_number(letters) + 1)


def test_every_rule_is_there_with_its_colours(seen: dict[str, dict[str, Any]]) -> None:
    """What an .xlsx rule names, the .ods rule says too; what it leaves to the cell, the .ods style has from its parent."""
    count = 0
    for sheet, blocks in seen["xlsx"]["rules"].items():
        theirs, ours = by_column(blocks), by_column(seen["ods"]["rules"][sheet])
        assert ours.keys() == theirs.keys(), sheet
        for place, rules in theirs.items():
            mine = ours[place]
            assert [rule[1] for rule in mine if rule[0] == "rule"] == [
                rule[1] for rule in rules if rule[0] == "rule"
            ], (sheet, place)
            assert [rule for rule in mine if rule[0] == "bar"] == [rule for rule in rules if rule[0] == "bar"]
            for own, other in zip(
                [r for r in mine if r[0] == "rule"], [r for r in rules if r[0] == "rule"], strict=True
            ):
                assert own[2] == other[2] or other[2] == PLAIN, (sheet, place, own, other)
                assert own[3] == other[3] or other[3] == PLAIN, (sheet, place, own, other)
                assert (own[5].startswith("cell") and own[4] != "General") or other[4] == "General", (
                    sheet,
                    place,
                    own,
                    other,
                )
                count += 1
    assert count > 300


def test_charts_draw_the_same_cells_in_the_same_colours(seen: dict[str, dict[str, Any]]) -> None:
    count = 0
    for sheet, charts in seen["xlsx"]["charts"].items():
        for ours, theirs in zip(seen["ods"]["charts"][sheet], charts, strict=True):
            assert {key: ours[key] for key in ("kind", "series", "about", "stacked", "lying", "legend", "anchor")} == {
                key: theirs[key] for key in ("kind", "series", "about", "stacked", "lying", "legend", "anchor")
            }
            assert all(abs(a - b) < 20 for a, b in zip(ours["size"], theirs["size"], strict=True)) and ours["title"]
            count += 1
    assert count == 10


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils is not installed")
def test_every_page_looks_the_same(office: Any, twins: dict[str, Path], tmp_path: Path) -> None:
    """At most one pixel of a hundred may differ: the rest is rounding at edges."""
    for kind, path in twins.items():
        office("open", path)
        office("save", tmp_path / f"{kind}.pdf", "calc_pdf_Export")
        office("close")
        subprocess.run(["pdftoppm", "-r", "45", "-gray", f"{kind}.pdf", kind], cwd=tmp_path, check=True)
    ours, theirs = (sorted(tmp_path.glob(f"{kind}-*.pgm")) for kind in ("ods", "xlsx"))
    assert len(ours) == len(theirs) > 5
    unlike = {}
    for own, other in zip(ours, theirs, strict=True):
        pairs = list(zip(own.read_bytes(), other.read_bytes(), strict=True))
        unlike[own.name] = sum(abs(a - b) > 60 for a, b in pairs) / len(pairs)
    assert {name: share for name, share in unlike.items() if share > 0.01} == {}
