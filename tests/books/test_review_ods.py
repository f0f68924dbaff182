"""A review is of its book's format, and says the same in both."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import kakosheet
from kakosheet.app.new import new_book
from kakosheet.book.computing import Computed, compute
from kakosheet.core.dates import to_serial
from kakosheet.core.issues import KakosheetError
from kakosheet.formats import read, sniff
from kakosheet.reviews import build_review

TODAY = date(2026, 11, 21)


@cache
def sample() -> Computed:
    data, _ = new_book(profile="merchant", lang="en", sample=True, today=TODAY)
    return compute(read(data), today=TODAY)


def values(kind: str) -> dict[tuple[str, int, int], Any]:
    book = sample()
    raw = read(build_review(book.book.tables, book.policy, book.titles, period=None, today=TODAY, kind=kind))
    assert raw.names == {} and raw.format == kind
    return {
        (sheet.name, row, column): plain(value)
        for sheet in raw.sheets.values()
        for row, cells in sheet.rows.items()
        for column, value in cells.items()
    }


def plain(value: Any) -> Any:
    number = to_serial(value, date1904=False) if isinstance(value, date) else value
    return round(number, 6) if isinstance(number, float) else number


def test_both_formats_say_the_same() -> None:
    ours, theirs = values("ods"), values("xlsx")
    assert {
        key: (ours.get(key), theirs.get(key)) for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)
    } == {}


def test_the_review_of_an_ods_book_is_an_ods_file_unless_its_name_says_otherwise(tmp_path: Path) -> None:
    book = tmp_path / "book.ods"
    kakosheet.new(book, today=TODAY, launcher=False)
    told = kakosheet.review(book, today=TODAY)
    assert Path(told["file"]).name == "book-review-2026Q3.ods" and sniff(Path(told["file"]).read_bytes()) == "ods"
    other = kakosheet.review(book, today=TODAY, out=tmp_path / "r.xlsx")
    assert sniff(Path(other["file"]).read_bytes()) == "xlsx"
    with pytest.raises(KakosheetError) as refused:
        kakosheet.review(book, today=TODAY, out=tmp_path / "r.pdf")
    assert refused.value.code == "K108"


def test_a_new_book_is_of_the_format_that_its_name_says(tmp_path: Path) -> None:
    for kind in ("ods", "xlsx"):
        kakosheet.new(tmp_path / f"book.{kind}", today=TODAY, launcher=False)
        data = (tmp_path / f"book.{kind}").read_bytes()
        assert sniff(data) == kind
        assert not kakosheet.refresh(tmp_path / f"book.{kind}", today=TODAY)["written"]
    with pytest.raises(KakosheetError) as refused:
        kakosheet.new(tmp_path / "book.xls", launcher=False)
    assert refused.value.code == "K108" and refused.value.exit_code == 2
