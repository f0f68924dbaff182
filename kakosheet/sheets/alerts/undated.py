"""What cannot be dated or judged since a cell stands in its way: never calm, but a line of its own with the cell to
mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from kakosheet.core.mending import Mend
from kakosheet.core.records import CannotKnow, Cell, Cells, Record, attempt, is_faulty, known, or_blank
from kakosheet.core.text import cut
from kakosheet.sheets.casework.case import Case, Offer, folded
from kakosheet.sheets.casework.news import Word
from kakosheet.sheets.casework.nodes import Node, last_good_day
from kakosheet.sheets.casework.orders import Purchase, Sale
from kakosheet.sheets.casework.pieces import Piece
from kakosheet.sheets.casework.verdicts import (
    CaseDates,
    CaseDue,
    NodeDate,
    NodeState,
    PieceState,
    PurchaseRisk,
    ReturnWindow,
)
from kakosheet.sheets.words import Say


class Undated(NamedTuple):
    """What is not known, whose it is, and the cells to mend: `dates` of a case, `evidence` of it, its `stake`, whether a
    `case` begins, where an `offer` or a `message` belongs, the `risk` of an order that is planned.

    `day` is the next on which something may be due: when is known, not whether it still runs."""

    what: str
    dispute: str | None
    cells: Cells
    day: date | None = None

    def text(self, say: Say, mend: Mend) -> str:
        what = self.what if self.day is None else "next"
        return say(
            f"alerts.undated_{what}" if self.dispute else f"alerts.undated_{what}_of_none",
            dispute=cut(self.dispute or ""),
            what=mend(self.cells),
            day=self.day,
        )


class Inputs(NamedTuple):
    """What `undated` looks at: the records of `READS`, each table row by row."""

    nodes: Sequence[Node]
    dates: Sequence[NodeDate]
    states: Sequence[NodeState]
    pieces: Sequence[Piece]
    piece_states: Sequence[PieceState]
    offers: Sequence[Offer]
    log: Sequence[Word]
    bought: Sequence[Purchase]
    risks: Sequence[PurchaseRisk]
    windows: Sequence[ReturnWindow]
    sold: Sequence[Sale]
    cases: Sequence[Case]
    case_dates: Sequence[CaseDates]
    dues: Sequence[CaseDue]


READS: tuple[type[Record], ...] = (
    Node,
    NodeDate,
    NodeState,
    Piece,
    PieceState,
    Offer,
    Word,
    Purchase,
    PurchaseRisk,
    ReturnWindow,
    Sale,
    Case,
    CaseDates,
    CaseDue,
)


def undated(seen: Inputs, today: date) -> list[Undated]:
    """Each case once for the same cells, and what names no case only where no case is told of for them. An order about
    which there is a case needs none any more."""
    dates = [*_unknown("dates", seen.nodes, seen.states), *_keyless("dates", seen.nodes)]
    evidence = [*_unknown("evidence", seen.pieces, seen.piece_states), *_keyless("evidence", seen.pieces)]
    unsure = [order for order in (*seen.bought, *seen.sold) if is_faulty(order)]
    begun = (
        {name for name in known(lambda case: folded(case.order), seen.cases) if name is not None} if unsure else set()
    )
    begins = (
        Undated("case", None, mark.cells)
        for mark in (attempt(_begins, order) for order in unsure if or_blank(_number, order) not in begun)
        if isinstance(mark, CannotKnow)
    )
    returns = _marks("dates", ((None, partial(_ends, window)) for window in seen.windows if is_faulty(window)))
    given = _given(seen.cases, seen.case_dates, seen.dues)
    lost = [
        *_lost("offer", seen.offers),
        *_lost("message", seen.log),
        *_lost("evidence", seen.pieces),
        *of_no_case(seen.offers, seen.log, seen.cases),
    ]
    money = [*_stakes(seen.cases), *_risks(seen.bought, seen.risks)]
    told = dict.fromkeys((*dates, *given, *evidence, *begins, *returns, *lost, *money))
    named, ahead = (
        {(one.what, one.cells) for one in told if one.dispute is not None},
        _ahead(seen.nodes, seen.dates, seen.states, today),
    )
    return [
        one._replace(day=ahead.get((one.dispute, one.cells))) if one.what == "dates" else one
        for one in told
        if one.dispute is not None or (one.what, one.cells) not in named
    ]


def _ahead(
    nodes: Sequence[Node], found: Sequence[NodeDate], states: Sequence[NodeState], today: date
) -> dict[tuple[str | None, Cells], date]:
    """The next day of dates of which nobody knows whether they still run, by case and cells: where the days of all of
    them are known, and none has passed."""
    days: dict[tuple[str | None, Cells], list[date | None]] = {}
    for node, date_, state in zip(nodes, found, states, strict=True):
        mark = attempt(_state, state) if is_faulty(state) else None
        if isinstance(mark, CannotKnow):
            days.setdefault((or_blank(_dispute, node), mark.cells), []).append(or_blank(last_good_day, node, date_))
    ahead = {whose: [day for day in own if day is not None and day >= today] for whose, own in days.items()}
    return {whose: min(own) for whose, own in ahead.items() if own and len(own) == len(days[whose])}


def _state(row: NodeState | PieceState) -> str | None:
    return row.state


def _keyless(what: str, rows: Iterable[Node | Piece]) -> Iterator[Undated]:
    """Rows whose key cannot be known, whatever their state is: no further row is made that they may be."""
    yield from _marks(what, ((or_blank(_dispute, row), partial(_key, row)) for row in rows if is_faulty(row)))


def _dispute(row: Node | Piece | Offer | Word) -> str | None:
    return row.dispute


def _key(row: Node | Piece) -> str | None:
    return row.key


def _given(cases: Sequence[Case], dates: Sequence[CaseDates], dues: Sequence[CaseDue]) -> Iterator[Undated]:
    """*Due*, *Protected until* and *Refund due* of cases that are not closed."""
    for case, found, next_ in zip(cases, dates, dues, strict=True):
        if (is_faulty(found) or is_faulty(next_)) and or_blank(_closed_on, case) is None:
            asked = (partial(_due, next_), partial(_protected, found), partial(_refund, found))
            number = or_blank(_case_number, case)
            yield from _marks("dates", ((number, ask) for ask in asked))


def _marks(what: str, asked: Iterable[tuple[str | None, Callable[[], object]]]) -> Iterator[Undated]:
    """A line for each of these that cannot be known."""
    for dispute, ask in asked:
        found = attempt(ask)
        if isinstance(found, CannotKnow):
            yield Undated(what, dispute, found.cells)


def _lost(what: str, rows: Iterable[Offer | Word | Piece]) -> Iterator[Undated]:
    """Rows of which nobody knows to which case they belong: it is counted without them."""
    yield from _marks(what, ((None, partial(_dispute, row)) for row in rows if is_faulty(row)))


def of_no_case(offers: Sequence[Offer], log: Sequence[Word], cases: Sequence[Case]) -> Iterator[Undated]:
    """Offers and messages that name a case which is not there, where the numbers of all that are there are known."""
    numbers = [attempt(lambda case: folded(case.dispute_id), case) for case in cases]
    if any(isinstance(number, CannotKnow) for number in numbers):
        return
    there = set(numbers)
    rows = (("offer", Offer.table, offers), ("message", Word.table, log))
    for what, table, at, row in ((what, table, at, row) for what, table, own in rows for at, row in enumerate(own)):
        name = folded(or_blank(_dispute, row))
        if name is not None and name not in there:
            yield Undated(what, None, frozenset({Cell(table, "dispute", at)}))


def _stakes(cases: Iterable[Case]) -> Iterator[Undated]:
    """Open cases of which nobody knows how much they are about."""
    for case in cases:
        if is_faulty(case) and attempt(_settled, case) is False:
            yield from _marks("stake", [(or_blank(_case_number, case), partial(_amount, case))])


def _risks(bought: Iterable[Purchase], risks: Iterable[PurchaseRisk]) -> Iterator[Undated]:
    """Orders that nobody has paid for yet and that cannot be judged."""
    for order, found in zip(bought, risks, strict=True):
        if is_faulty(found) and attempt(_is_planned, order) is True:
            yield from _marks("risk", [(None, partial(_risk, found))])


def _settled(case: Case) -> bool:
    return case.settled


def _amount(case: Case) -> tuple[float | None, str | None]:
    return case.amount, case.currency


def _is_planned(order: Purchase) -> bool:
    return order.item is not None and order.bought_on is None and order.risk_accepted is None


def _risk(found: PurchaseRisk) -> str | None:
    return found.risk


def _ends(window: ReturnWindow) -> date | None:
    return window.ends


def _due(found: CaseDue) -> datetime | None:
    return found.due


def _protected(found: CaseDates) -> date | None:
    return found.protected_until


def _refund(found: CaseDates) -> date | None:
    return found.refund_due


def _closed_on(case: Case) -> date | None:
    return case.closed_on


def _case_number(case: Case) -> str | None:
    return case.dispute_id


def _number(order: Purchase | Sale) -> str | None:
    return folded(order.id)


def _unknown(
    what: str, rows: Sequence[Node | Piece], states: Sequence[NodeState] | Sequence[PieceState]
) -> Iterator[Undated]:
    for row, state in zip(rows, states, strict=True):
        found = attempt(_state, state) if is_faulty(state) else None
        if isinstance(found, CannotKnow):
            yield Undated(what, or_blank(_dispute, row), found.cells)


def _begins(order: Purchase | Sale) -> bool:
    """Whether a line calls for a case; one of the two cells alone does not."""
    cells = [attempt(lambda: order.problem), attempt(lambda: order.noticed_on)]
    marks = [cell for cell in cells if isinstance(cell, CannotKnow)]
    if marks and not any(cell is None for cell in cells):
        raise CannotKnow(_all(marks))
    return None not in cells


def _all(marks: Iterable[CannotKnow]) -> Cells:
    return frozenset(cell for mark in marks for cell in mark.cells)
