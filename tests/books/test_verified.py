"""`refresh --verify`: on real books, in both formats; and nothing is written where more would change than was to change."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import kakosheet
from kakosheet.book.refreshed import Refreshed, refreshed_bytes
from kakosheet.book.verifying import verified
from kakosheet.cli import main
from kakosheet.core.issues import KakosheetError
from kakosheet.formats.package import Package
from tests.books.sample import TODAY, sample

LATER = date(2026, 12, 10)
BIRTHS = {
    "purchases": [
        {
            "item": "Kettle",
            "seller": "Nobody yet",
            "price": 42,
            "problem": "not_received",
            "noticed_on": date(2026, 11, 30),
        }
    ]
}
CONTENT = {".xlsx": "xl/workbook.xml", ".ods": "styles.xml"}


@pytest.fixture
def book(path: Path) -> Path:
    path.write_bytes(sample(kind=path.suffix[1:]))
    return path


def test_a_refresh_with_new_rows_is_confirmed(book: Path) -> None:
    data = book.read_bytes()
    refreshed = refreshed_bytes(data, today=LATER, births=BIRTHS)
    found = verified(data, refreshed)
    assert refreshed.added > 3 and found["values_dropped"] == refreshed.result.stale
    assert found["cells_changed"] >= refreshed.changed > 100


def test_the_command_says_so(book: Path) -> None:
    before = book.read_bytes()
    dry = CliRunner().invoke(main, ["refresh", str(book), "--today", str(LATER), "--verify", "--dry-run"])
    assert "changed as listed, nothing else." in dry.stdout and book.read_bytes() == before
    done = CliRunner().invoke(main, ["refresh", str(book), "--today", str(LATER), "--verify", "--json"])
    assert json.loads(done.stdout)["written"] and json.loads(done.stdout)["verified"]["cells_changed"] > 100
    again = CliRunner().invoke(main, ["refresh", str(book), "--today", str(LATER), "--verify"])
    assert "Verified: 0 cells changed as listed, nothing else." in again.stdout
    assert "verified" not in kakosheet.refresh(book, today=TODAY)


def test_nothing_is_written_where_more_would_change(book: Path) -> None:
    before = book.read_bytes()
    name = CONTENT[book.suffix]

    def harm(found: Refreshed) -> None:
        package = Package(found.result.data)
        worse = package.rebuild({name: package.read(name).replace(b"?>", b"?><!-- x -->", 1)})
        object.__setattr__(found, "result", found.result._replace(data=worse))

    with pytest.raises(KakosheetError, match="would differ in more") as caught:
        kakosheet.refresh(book, today=LATER, verify=True, report=harm)
    assert caught.value.code == "K707"
    assert book.read_bytes() == before and not list(book.parent.glob(".~kakosheet*"))
