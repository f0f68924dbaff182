"""The sample book of the tests here, made once, and the addresses of its cells."""

from __future__ import annotations

from datetime import date
from functools import cache

from kakosheet.app.new import new_book
from kakosheet.book.computing import read_book
from kakosheet.core.address import cell_name, quote_sheet
from kakosheet.core.bind import Book
from kakosheet.formats import read

TODAY = date(2026, 11, 21)


@cache
def sample(lang: str = "en", kind: str = "xlsx") -> bytes:
    """The bytes of a refreshed sample book."""
    return new_book(profile="shopper", lang=lang, sample=True, today=TODAY, kind=kind)[0]


PURCHASES = [
    {"item": f"Lamp {i}", "seller": "Volt Audio", "price": 10.0 * i, "currency": "EUR", "notes": f"note {i}"}
    for i in range(1, 5)
]


@cache
def small(lang: str = "en", kind: str = "xlsx") -> bytes:
    """The bytes of a refreshed book with the few purchases of `PURCHASES`."""
    return new_book(profile="shopper", lang=lang, today=TODAY, births={"purchases": PURCHASES}, kind=kind)[0]


@cache
def bound(lang: str = "en") -> Book:
    """The same as it is read."""
    return read_book(read(sample(lang)))[0]


def place(table: str, row: int, column: str) -> tuple[str, str]:
    """The sheet and the cell of a table's row, counted from 1 below the header."""
    where = bound().binding[table]
    return where.sheet, cell_name(where.header_row + row, where.columns[column])


def address(table: str, row: int, column: str) -> str:
    sheet, cell = place(table, row, column)
    return f"{quote_sheet(sheet)}!{cell}"
