"""Where the cells of a book of ours stand, read from the file alone: by the names on its header cells and of its lists."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import kakosheet
from tests.golden.stage import book, steady

D0 = "2026-11-21"


@dataclass(frozen=True)
class Layout:
    """`cells`: table.column → (sheet, header row, column letters); `lists`: the words of each list of choices."""

    cells: dict[str, tuple[str, int, str]]
    lists: dict[str, list[str]]

    def at(self, column: str, row: int) -> str:
        """ "offers.amount", 5 → `Offers!F5`, quoted as the command line takes it."""
        sheet, _, letters = self.cells[column]
        return f"'{sheet}'!{letters}{row}"


@cache
def layout(profile: str, lang: str) -> Layout:
    """The layout of a profile's sample book; both formats have the same."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opened = load_workbook(BytesIO(book(profile, "xlsx", lang, D0)))
    texts = {name: defined.attr_text for name, defined in opened.defined_names.items()}
    cells, lists = {}, {}
    for table, column in ((table, column) for table, columns in columns_of().items() for column in columns):
        match = re.fullmatch(r"'?(.+?)'?!\$([A-Z]+)\$(\d+)", texts.get(f"_kako_{table}_{column}", ""))
        if match:
            cells[f"{table}.{column}"] = (match[1].replace("''", "'"), int(match[3]), match[2])
    for name, text in texts.items():
        match = re.fullmatch(r"'?(.+?)'?!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)", text)
        if name.startswith("list_") and not name.startswith("list_of_") and match:
            words = [opened[match[1]][f"{match[2]}{row}"].value for row in range(int(match[3]), int(match[4]) + 1)]
            lists[name.removeprefix("list_")] = [str(word) for word in words if word is not None]
    return Layout(cells, lists)


@cache
def columns_of() -> dict[str, dict[str, dict[str, Any]]]:
    """The columns of each register as `kakosheet schema` tells them, by table and key."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for sheet in kakosheet.schema()["sheets"]:
        for column in sheet["columns"] if sheet["kind"] == "register" else ():
            found.setdefault(column["table"], {})[column["key"]] = column
    return found


@cache
def rows_of(profile: str, lang: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a sample book as `kakosheet export` tells them."""
    with steady(f"export/{profile}/{lang}") as folder:
        Path(folder, "book.xlsx").write_bytes(book(profile, "xlsx", lang, D0))
        return kakosheet.export("book.xlsx")
