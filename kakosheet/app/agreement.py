"""`demo agreement`: the procedure of the agreement dispute, every branch walked day by day, once as the buyer and once
as the seller.

The script is templates/sample/agreement.toml. Everything goes the way that people go: rows are added, cells are typed,
and the book is refreshed with the day as *today*; what it then says is compared with what the procedure demands.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kakosheet import files
from kakosheet.app.add import add_rows
from kakosheet.app.export import export
from kakosheet.app.new import new
from kakosheet.app.refresh import refresh
from kakosheet.app.set_cells import set_cells
from kakosheet.book.computing import read_book
from kakosheet.book.refreshed import plain
from kakosheet.core.address import quote_sheet
from kakosheet.core.bind import Book
from kakosheet.core.titles import Titles
from kakosheet.files import PathLike
from kakosheet.formats import read
from kakosheet.policy import resources
from kakosheet.policy.loader import load_titles
from kakosheet.policy.model import ROLES

ORDERS = {"buyer": "purchases", "seller": "sales"}
PRICE, CURRENCY, PLATFORM = 120, "EUR", "agreement"
Row = dict[str, Any]
_OF_CASE = ("dispute_id", "stage", "stage_needs", "next_step", "offer_state", "refund_due", "suggested_offer")
_OF_NODE = ("node", "state", "acts", "last_day", "if_nothing_happens")


@dataclass
class Walk:
    """One book on its way through the script. `cases` and `offers` (the newest of each case) are ids by the key of the
    case."""

    book: Path
    role: str
    cases: dict[str, str] = field(default_factory=dict)
    offers: dict[str, str] = field(default_factory=dict)

    def begin(self, script: Mapping[str, Any], *, force: bool) -> None:
        """One order for each case, each with a problem: the refresh starts the disputes, which are filed on the same
        day."""
        new(self.book, profile="merchant", today=script["opened"], force=force, launcher=False)
        other = {"seller": "Shop A"} if self.role == "buyer" else {"customer": "Ana"}
        paid = "bought_on" if self.role == "buyer" else "sold_on"
        rows = [
            {
                "item": case["title"].capitalize(),
                "price": PRICE,
                "currency": CURRENCY,
                "platform": PLATFORM,
                "problem": case["type"],
                "noticed_on": script["opened"],
                paid: date(2026, 1, 5),
                **other,
            }
            for case in script["cases"]
        ]
        ids = add_rows(self.book, ORDERS[self.role], rows, today=script["opened"])["ids"]
        found = {row["order"]: row["dispute_id"] for row in export(self.book)["disputes"]}
        self.cases = {case["key"]: found[order] for case, order in zip(script["cases"], ids, strict=True)}
        book = read_book(read(self.book.read_bytes()))[0]
        filed = (self._cells(book, "disputes", case, {"filed_on": script["opened"]}) for case in self.cases.values())
        set_cells(self.book, {cell: value for one in filed for cell, value in one.items()})
        refresh(self.book, today=script["opened"])

    def do(self, today: date, steps: Iterable[tuple[str, Row]]) -> None:
        """What happens on that day: answers to the newest offers and cells of cases are typed, offers are added; then a
        refresh."""
        typed: dict[str, Any] = {}
        offers: dict[str, Row] = {}
        book = read_book(read(self.book.read_bytes()))[0]
        for key, step in steps:
            if "answer" in step:
                typed |= self._cells(book, "offers", self.offers[key], step["answer"])
            if "cells" in step:
                typed |= self._cells(book, "disputes", self.cases[key], step["cells"])
            if "offer" in step:
                offers[key] = {"dispute": self.cases[key], **step["offer"]}
        if typed:
            set_cells(self.book, typed)
        if offers:
            self.offers |= dict(
                zip(offers, add_rows(self.book, "offers", list(offers.values()), today=today)["ids"], strict=True)
            )
        else:
            refresh(self.book, today=today)

    def says(self, tables: Mapping[str, list[Row]], key: str, step: Row) -> Row:
        """What the book says of a case: the case, its newest offer, and the date of the step that is looked at."""
        case = next(row for row in tables["disputes"] if row["dispute_id"] == self.cases[key])
        offer = next((row for row in tables["offers"] if row["id"] == self.offers.get(key)), {})
        wanted = step["expect"].get("node")
        nodes = [row for row in tables["deadlines"] if row["dispute"] == self.cases[key] and row["node"] == wanted]
        node = next(
            (row for row in nodes if offer and row["key"].endswith(f"/{offer['id']}")), nodes[0] if nodes else {}
        )
        found = {name: case[name] for name in _OF_CASE}
        found |= {name: node.get(name) for name in _OF_NODE}
        return found | {"still_owed": case["still_owed"] or 0, "effect": offer.get("effect")}

    @staticmethod
    def _cells(book: Book, table: str, row: str, cells: Mapping[str, Any]) -> Row:
        """The addresses of cells in the row with that id, with what is to be typed there."""
        found = book.tables[table]
        at = found.rows[found.columns[found.schema.id_column].index(row)]
        sheet = quote_sheet(book.binding[table].sheet)
        return {f"{sheet}!{book.cell(table, column, at)}": value for column, value in cells.items()}


def agreement(directory: PathLike, *, force: bool = False, tell: Callable[[str], object] = print) -> dict[str, Any]:
    """Walk every branch in two books in `directory`; `tell` gets a line for each step.

    `{"books": {role: path}, "steps": [{"role", "case", "title", "day", "did", "says", "expected", "as_expected"}]}`.
    """
    folder, script, titles = (
        Path(directory),
        tomllib.loads(resources.open_text("sample/agreement.toml")),
        load_titles("en"),
    )
    files.made_folder(folder)
    steps: list[Row] = []
    books: dict[str, str] = {}
    for role in ROLES:
        walk = Walk(folder / f"agreement-{role}.xlsx", role)
        books[role] = str(walk.book)
        walk.begin(script, force=force)
        tell(f"As the {role}: {len(script['cases'])} disputes opened on {script['opened']} in {walk.book}")
        for today, together in rounds(script):
            walk.do(today, [(case["key"], step) for case, step in together])
            tables = export(walk.book)
            for case, step in together:
                expected = {name: plain(value) for name, value in step["expect"].items()}
                says = walk.says(tables, case["key"], step)
                steps.append(
                    {
                        "role": role,
                        "case": case["key"],
                        "title": case["title"],
                        "day": plain(today),
                        "did": step["did"],
                        "says": says,
                        "expected": expected,
                        "as_expected": expected.items() <= says.items(),
                    }
                )
                tell(_line(steps[-1], titles))
    return {"books": books, "steps": steps}


def rounds(script: Mapping[str, Any]) -> Iterator[tuple[date, list[tuple[Row, Row]]]]:
    """Every case with each of its steps, by day; the second step of a case on one day comes in a round of its own."""
    found: dict[tuple[date, int], list[tuple[Row, Row]]] = {}
    for case in script["cases"]:
        days: list[date] = []
        for step in case["steps"]:
            found.setdefault((step["day"], days.count(step["day"])), []).append((case, step))
            days.append(step["day"])
    for (day, _), together in sorted(found.items(), key=lambda item: item[0]):
        yield day, together


def _line(step: Mapping[str, Any], titles: Titles) -> str:
    """ "2026-02-08 D-2026-0002, no answer: day six … → Defaulted (Seller), good until 2026-02-07; Buyer's choice
    stands"."""
    says = step["says"]
    date_ = titles.choice("state", says["state"])
    if date_ is not None:
        date_ += f" ({titles.choice('actor', says['acts'])})" if says["acts"] else ""
        date_ += f", good until {says['last_day']}" if says["last_day"] else ""
    offer = titles.choice("offer_effect", says["effect"]) if "effect" in step["expected"] else None
    tip = titles.choice("offer_kind", says["suggested_offer"]) if "suggested_offer" in step["expected"] else None
    told = "; ".join(
        part for part in (date_, offer, tip, titles.choice("stage", says["stage"]), says["next_step"]) if part
    )
    mark = "" if step["as_expected"] else "  NOT AS THE PROCEDURE DEMANDS"
    return f"{step['day']} {says['dispute_id']}, {step['title']}: {step['did']} → {told}{mark}"
