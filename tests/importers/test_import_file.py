"""An export in a real book: once, as text, and without touching what stands."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import kakosheet
from kakosheet.core.issues import KakosheetError

TODAY = date(2026, 11, 21)
HEAD = "Item,Seller,Price,Currency,Platform,Order no.,Line,Bought on,Problem?,Noticed on\n"
LAMP = "Lamp,Lux,12.50,EUR,eBay,0017,1,2026-11-01,Damaged goods,2026-11-20\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "orders.xlsx"
    kakosheet.new(path, today=TODAY, launcher=False, settings={"zone": "UTC"})
    return path


def bring(book: Path, rows: str, **options: Any) -> dict[str, Any]:
    export = book.with_name("export.csv")
    export.write_text(HEAD + rows, encoding="utf-8")
    return kakosheet.import_file(book, export, today=TODAY, **options)


def formulas(book: Path) -> list[bytes]:
    with zipfile.ZipFile(book) as package:
        return [
            text
            for name in package.namelist()
            if name.startswith("xl/worksheets/")
            for text in re.findall(rb"<f[ >/].*?</f>", package.read(name))
        ]


def test_an_imported_order_gives_what_a_typed_one_gives(book: Path) -> None:
    done = bring(book, LAMP)
    tables = kakosheet.export(book)
    assert (done["rows_imported"], done["written"]) == (1, True)
    row = tables["purchases"][0]
    assert (row["id"], row["order_no"], row["price"], row["platform"], row["problem"]) == (
        "P-0001",
        "0017",
        12.5,
        "ebay",
        "product_damage",
    )
    assert [dispute["order"] for dispute in tables["disputes"]] == ["P-0001"]
    assert tables["deadlines"] and tables["evidence"]
    assert [seller["seller"] for seller in tables["sellers"]] == ["Lux"]


def test_a_second_import_writes_nothing(book: Path) -> None:
    bring(book, LAMP)
    before = book.read_bytes()
    done = bring(book, LAMP)
    assert (done["rows_imported"], done["same"], done["written"], done["cells_changed"]) == (0, 1, False, 0)
    assert book.read_bytes() == before


def test_a_conflict_is_told_with_its_cell_and_the_cell_is_kept(book: Path) -> None:
    bring(book, LAMP)
    done = bring(book, LAMP.replace("12.50", "13.50"))
    assert done["conflicts"] == 1
    told = next(issue for issue in done["issues"] if issue["code"] == "K405")
    assert (told["severity"], told["sheet"]) == ("warning", "Purchase Checklist")
    assert re.fullmatch(r"[A-Z]+4", told["cell"])
    assert kakosheet.export(book)["purchases"][0]["price"] == 12.5


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "＝1", '=HYPERLINK(""http://x.example"",""y"")']
)
def test_no_text_of_an_export_becomes_a_formula(book: Path, text: str) -> None:
    before = len(formulas(book))
    bring(book, f'"{text}","{text}",1,EUR,"{text}","{text}",1,2026-11-01,,\n')
    row = kakosheet.export(book)["purchases"][0]
    plain = text.replace('""', '"')
    assert [row[key] for key in ("item", "seller", "platform", "order_no")] == [plain] * 4
    assert not any(re.search(rb"cmd|SUM\(1\)|x\.example", formula) for formula in formulas(book))
    assert len(formulas(book)) >= before


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_characters_that_no_cell_can_show_are_left_out_and_told(tmp_path: Path, suffix: str) -> None:
    book = tmp_path / f"orders{suffix}"
    kakosheet.new(book, today=TODAY, launcher=False, settings={"zone": "UTC"})
    row = 'La\x01mp\uffff,"Lux\x0b2",12.50,EUR,,,,,,\n'
    done = bring(book, row)
    assert [issue["code"] for issue in done["issues"] if issue["sheet"] == "export.csv"] == ["K314"]
    assert [(one["item"], one["seller"]) for one in kakosheet.export(book)["purchases"]] == [("Lamp", "Lux\n2")]
    assert bring(book, row)["rows_imported"] == 0


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_an_error_in_an_export_stops_neither_the_import_nor_goes_unsaid(
    book: Path, tmp_path: Path, suffix: str
) -> None:
    export = tmp_path / f"other{suffix}"
    kakosheet.new(export, today=TODAY, launcher=False, settings={"zone": "UTC"})
    kakosheet.add(
        export, "purchases", {"item": "Lamp", "seller": "Lux", "price": 12.5, "order_no": "#REF!"}, today=TODAY
    )
    done = kakosheet.import_file(book, export, today=TODAY)
    row = kakosheet.export(book)["purchases"][0]
    assert (row["item"], row["order_no"], done["rows_imported"]) == ("Lamp", None, 1)
    assert [issue["code"] for issue in done["issues"] if issue["severity"] == "error"] == ["K306"]


def test_a_dry_run_writes_nothing(book: Path) -> None:
    before = book.read_bytes()
    done = bring(book, LAMP, dry_run=True)
    assert (done["rows_imported"], done["written"]) == (1, False)
    assert book.read_bytes() == before


def test_a_map_of_ones_own_is_used_and_a_wrong_one_is_refused(book: Path, tmp_path: Path) -> None:
    export, rules = tmp_path / "my.csv", tmp_path / "my.toml"
    export.write_text("Was;Wieviel\nLampe;12,50\n", encoding="utf-8")
    rules.write_text(
        'table = "purchases"\ndecimal = ","\n[columns]\nitem = "Was"\nprice = "Wieviel"\n', encoding="utf-8"
    )
    kakosheet.import_file(book, export, map_file=rules, today=TODAY)
    assert [(row["item"], row["price"]) for row in kakosheet.export(book)["purchases"]] == [("Lampe", 12.5)]
    before = book.read_bytes()
    for text, options in (
        ('table = "settings2"\n[columns]\nitem = "Was"\n', {}),
        ('table = "purchases"\n[columns]\nrisk = "Was"\n', {}),
        ('table = "alerts"\n[columns]\ndue = "Was"\n', {}),
        ('table = "purchases"\n[columns]\nitem = "Was"\n', {"from_": "generic"}),
    ):
        rules.write_text(text, encoding="utf-8")
        with pytest.raises(KakosheetError) as caught:
            kakosheet.import_file(book, export, map_file=rules, today=TODAY, **options)
        assert caught.value.code in ("K501", "K504")
    assert book.read_bytes() == before
