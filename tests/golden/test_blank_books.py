"""The blank books in templates/workbooks: those that `new` makes, without an id. `--update` writes them anew where they are not current.

What counts is what stands in their members: how those are packed is the affair of the zlib at hand. The .xlsx are those of one version of
XlsxWriter (kept beside the other golden outputs); with another one they are held to say the same.
"""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

import kakosheet
from kakosheet.app.new import new_book
from kakosheet.book.computing import ID
from kakosheet.book.noted import noted
from kakosheet.core.issues import KakosheetError
from kakosheet.formats import read
from kakosheet.policy import resources

KEPT = resources.folder() / "workbooks"
MADE = date(2026, 1, 1)
"""The day on which they were refreshed last, as far as they say."""
TODAY = date(2026, 11, 21)
PROFILES = [name.removesuffix(".toml") for name in resources.listing("profiles")]
BOOKS = [f"{profile}.{kind}" for profile in PROFILES for kind in ("xlsx", "ods")]


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def said(data: bytes) -> Any:
    raw = read(data)
    return [(sheet.name, sheet.hidden, sheet.rows) for sheet in raw.sheets.values()], raw.names, raw.properties


def same_writer() -> bool:
    import xlsxwriter

    kept: str = (Path(__file__).parent / "writer" / "xlsxwriter.txt").read_text(encoding="utf-8")
    return bool(xlsxwriter.__version__ == kept.strip())


@pytest.mark.parametrize("name", BOOKS)
def test_a_blank_book_is_the_one_that_new_makes(name: str, request: pytest.FixtureRequest) -> None:
    profile, _, kind = name.partition(".")
    now, file = new_book(profile=profile, lang="en", today=MADE, book_id="", kind=kind)[0], KEPT / name
    if request.config.getoption("--update") and not (file.exists() and members(file.read_bytes()) == members(now)):
        KEPT.mkdir(parents=True, exist_ok=True)
        file.write_bytes(now)
    assert file.exists(), "no kept book: run with --update"
    if kind == "ods" or same_writer():
        assert members(file.read_bytes()) == members(now), "not current: run with --update"
    else:
        assert said(file.read_bytes()) == said(now), "not current: run with --update"


def test_there_is_a_blank_book_in_both_formats_for_each_profile_and_nothing_else() -> None:
    assert sorted(resources.listing("workbooks")) == sorted(BOOKS)
    assert sum(len(resources.open_bytes(f"workbooks/{name}")) for name in BOOKS) < 1_400_000


@pytest.fixture(params=["xlsx", "ods"])
def books(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Two people's copies of one blank book."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    paths = [tmp_path / f"{name}.{request.param}" for name in ("one", "two")]
    for path in paths:
        path.write_bytes(resources.open_bytes(f"workbooks/shopper.{request.param}"))
    return paths


def id_of(path: Path) -> Any:
    return noted(read(path.read_bytes())).get(ID)


def copies(path: Path) -> list[Any]:
    """What the hidden sheet says the id is."""
    return [
        cells.get(2)
        for sheet in read(path.read_bytes()).sheets.values()
        for cells in sheet.rows.values()
        if cells.get(1) == ID
    ]


def test_a_blank_book_gets_an_id_of_its_own_at_its_first_refresh_and_keeps_it(books: list[Path]) -> None:
    assert [(id_of(path), copies(path)) for path in books] == [(None, [None])] * 2
    for path in books:
        kakosheet.check(path, today=TODAY)
        kakosheet.refresh(path, today=TODAY, dry_run=True)
        assert id_of(path) is None, "only what writes gives an id"
        assert kakosheet.refresh(path, today=TODAY)["written"]
    given = [id_of(path) for path in books]
    assert len({*given, None}) == 3 and [copies(path) for path in books] == [[one] for one in given]
    before = [path.read_bytes() for path in books]
    for path in books:
        assert not kakosheet.refresh(path, today=TODAY)["written"]
    kakosheet.add(books[0], "purchases", {"item": "Lamp"}, today=TODAY)
    assert id_of(books[0]) == given[0] and books[1].read_bytes() == before[1]


def test_the_first_row_that_is_added_gives_the_id_in_the_same_write(books: list[Path]) -> None:
    kakosheet.add(books[0], "purchases", {"item": "Lamp", "seller": "Lux", "price": 5}, today=TODAY)
    after = books[0].read_bytes()
    assert (
        id_of(books[0]) and not kakosheet.refresh(books[0], today=TODAY)["written"] and books[0].read_bytes() == after
    )


def test_two_blank_books_are_never_taken_for_one_another(books: list[Path]) -> None:
    blank = books[0].read_bytes()
    for path, item in zip(books, ("Lamp", "Cup"), strict=True):
        kakosheet.add(path, "purchases", {"item": item, "seller": "Lux", "price": 5}, today=TODAY)
    mine = books[1].read_bytes()
    kakosheet.undo(books[0])
    assert books[0].read_bytes() == blank and books[1].read_bytes() == mine
    kakosheet.undo(books[1])
    assert books[1].read_bytes() == blank


def test_reminders_of_a_book_without_an_id_are_not_given_out(books: list[Path], tmp_path: Path) -> None:
    from kakosheet.app.remind import remind

    for path in books:
        assert remind(path, today=TODAY)["digests"] == []
        with pytest.raises(KakosheetError) as caught:
            remind(path, today=TODAY, calendar=tmp_path / "dates.ics")
        assert caught.value.code == "K212" and "refresh" in caught.value.hint
    found = []
    for path in books:
        kakosheet.add(
            path,
            "purchases",
            {"item": "Lamp", "seller": "Lux", "price": 5, "problem": "product_damage", "noticed_on": TODAY},
            today=TODAY,
        )
        remind(path, today=TODAY, calendar=path.with_suffix(".ics"))
        found.append(
            {
                line
                for line in path.with_suffix(".ics").read_text(encoding="utf-8").splitlines()
                if line.startswith("UID:")
            }
        )
    assert found[0] and not found[0] & found[1]
