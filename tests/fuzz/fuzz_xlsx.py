"""Damaged .xlsx files are read and patched, or refused with a typed error."""

from __future__ import annotations

import io
import random
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from mutating import loop, mutate_member, patch_twice

from kakosheet.app.new import new_book
from kakosheet.core.issues import KakosheetError


@cache
def seeds() -> list[bytes]:
    """A small workbook of XlsxWriter's with most kinds of cells, one of openpyxl's, and a new book of ours."""
    import openpyxl
    import xlsxwriter

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.xlsx")
        book = xlsxwriter.Workbook(path)
        sheet = book.add_worksheet("One")
        sheet.write_row(0, 0, ["a", 1, True, "=A1&B1"])
        sheet.write_formula(1, 0, "=SUM(B1:B9)", None, 1)
        sheet.write_array_formula("C3:D4", "{=B1:B2*2}")
        sheet.merge_range("A6:B7", "merged")
        sheet.add_table("F1:G4", {"columns": [{"header": "x"}, {"header": "y"}]})
        book.define_name("here", "=One!$A$1")
        book.close()
        first = path.read_bytes()
    other = openpyxl.Workbook()
    other.active.append(["b", 2.5, None, "=A1"])
    out = io.BytesIO()
    other.save(out)
    return [
        first,
        out.getvalue(),
        new_book(profile="shopper", lang="en", today=date(2026, 11, 21), book_id="a-book")[0],
    ]


def attempt(chance: random.Random) -> None:
    patch_twice(mutate_member(chance.choices(seeds(), weights=(6, 3, 1))[0], chance), chance)


if __name__ == "__main__":
    loop(attempt, (KakosheetError,))
