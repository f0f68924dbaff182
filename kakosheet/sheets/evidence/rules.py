"""Whether a piece of evidence is there, until when it is needed, and how to make it count.

A piece is there once a file, the day on which it was taken, or who provided it is filled in. Fingerprints are taken by
the command `evidence attach`, which writes them into the row; refresh keeps what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from kakosheet.core.records import Record, attempt, groups, via
from kakosheet.core.rules import Fault, check, rule, table_rule
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.policy.nodes import all_rules
from kakosheet.sheets.casework.case import Case, folded
from kakosheet.sheets.casework.nodes import Node, last_good_day
from kakosheet.sheets.casework.pieces import Needed, Piece
from kakosheet.sheets.casework.verdicts import Accepted, NodeDate
from kakosheet.sheets.evidence.maker import item_of
from kakosheet.sheets.words import Say, days_text

_NO_NAME = re.compile(r"[^\w-]+")


class PieceDue(Record, of="evidence"):
    """By when a piece should be there."""

    due: date | None


@rule("evidence.state", reads=(Piece, Needed, Accepted, via("evidence.dispute", Case)))
def state(piece: Piece, needed: Needed, accepted: Accepted, case: Case | None, *, today: date, policy: Policy) -> str:
    """waived; have (expiring, expired by *Valid until*); else not_applicable where it is not called for any more or the
    case is closed, optional where the type can do without it, or missing. Once the platform's own day has passed, a
    piece that is there stays so: whether it was handed in before cannot be seen here."""
    if piece.waived is not None:
        return "waived"
    if not piece.is_there:
        if piece.wanted is False or (case is not None and case.closed_on is not None):
            return "not_applicable"
        return "optional" if needed.required is False else "missing"
    until = piece.valid_until or accepted.accepted_until
    if until is None:
        return "have"
    left = (until - today).days
    if left < 0:
        return "expired" if piece.valid_until is not None else "have"
    return "expiring" if left <= policy.settings["evidence_expiring_days"] else "have"


@rule(
    "evidence.category",
    "evidence.required",
    "evidence.why_it_matters",
    "evidence.how_to_make_it",
    reads=(Piece, via("evidence.dispute", Case)),
)
def from_type(
    piece: Piece, case: Case | None, *, policy: Policy
) -> tuple[str | None, bool | None, str | None, str | None]:
    """What the type says of this piece; empty for people's own rows."""
    item = item_of(policy, case, piece.key)
    return (
        (None, None, None, None) if item is None else (item.category, item.required, item.why or None, item.how or None)
    )


_OF_CASE = (Piece, via("evidence.dispute", Case), Node, NodeDate)


def _why_due(
    at: int,
    pieces: Sequence[Piece],
    cases: Sequence[Case | None],
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    *,
    policy: Policy,
    say: Say,
) -> list[str]:
    """The type's own days from the opening, or the platform's earlier date."""
    piece, case = pieces[at], cases[at]
    item = item_of(policy, case, piece.key)
    if item is None or case is None or case.opened_on is None or case.closed_on is not None:
        return [say("evidence.why_no_due")]
    own = case.opened_on.date() + timedelta(item.days)
    told = [say("evidence.why_days", days=days_text(item.days, say), opened=case.opened_on.date(), day=own)]
    platform = _platform_date(by_case(nodes, dates).get(folded(piece.dispute) or "", ())) or own
    return [*told, say("evidence.why_platform", day=platform)] if platform < own else told


@table_rule("evidence.due", why=_why_due, reads=_OF_CASE)
def due(
    pieces: Sequence[Piece],
    cases: Sequence[Case | None],
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    *,
    policy: Policy,
) -> list[Any]:
    """Days after the opening as the type says, or the platform's own date for evidence if that is earlier; empty for a
    closed case."""
    found = by_case(nodes, dates)
    return [
        attempt(lambda piece, case: _due(piece, case, found.get(folded(piece.dispute) or "", ()), policy), piece, case)
        for piece, case in zip(pieces, cases, strict=True)
    ]


def _due(piece: Piece, case: Case | None, dates: Dates, policy: Policy) -> date | None:
    item = item_of(policy, case, piece.key)
    if item is None or case is None or case.opened_on is None or case.closed_on is not None:
        return None
    own = case.opened_on.date() + timedelta(item.days)
    return min(own, _platform_date(dates) or own)


def _why_accepted(
    at: int,
    pieces: Sequence[Piece],
    cases: Sequence[Case | None],
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    *,
    today: date,
    policy: Policy,
    say: Say,
) -> list[str]:
    """Which step of the platform it is, or that there is none."""
    day = _accepted(
        pieces[at], cases[at], by_case(nodes, dates).get(folded(pieces[at].dispute) or "", ()), _takers(policy), today
    )
    return [say("evidence.why_accepted", day=day) if day is not None else say("evidence.why_not_accepted")]


@table_rule("evidence.accepted_until", why=_why_accepted, reads=_OF_CASE)
def accepted_until(
    pieces: Sequence[Piece],
    cases: Sequence[Case | None],
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    *,
    today: date,
    policy: Policy,
) -> list[Any]:
    """The last day on which the platform takes evidence of our side: the next one, else the last that is over. Empty
    for what is waived or not called for, and once the case is closed, let rest or answered, or somebody wrote that it
    was handed in."""
    found, takers = by_case(nodes, dates), _takers(policy)
    return [
        attempt(
            lambda piece, case: _accepted(piece, case, found.get(folded(piece.dispute) or "", ()), takers, today),
            piece,
            case,
        )
        for piece, case in zip(pieces, cases, strict=True)
    ]


Dates = Sequence[tuple[Node, NodeDate]]


def by_case(nodes: Sequence[Node], dates: Sequence[NodeDate]) -> dict[str, list[tuple[Node, NodeDate]]]:
    """The dates of each case (folded number)."""
    return groups(zip(nodes, dates, strict=True), lambda pair: folded(pair[0].dispute))


def _accepted(
    piece: Piece, case: Case | None, dates: Dates, takers: Mapping[str, tuple[str, ...]], today: date
) -> date | None:
    settled = case is not None and (case.settled or case.platforms_answer is not None)
    if piece.dispute is None or piece.waived is not None or settled or (piece.wanted is False and not piece.is_there):
        return None
    role = "buyer" if case is None else case.role
    days = [
        day
        for node, found in dates
        if role in takers.get(found.node or "", ())
        and found.clock == "platform"
        and (day := last_good_day(node, found)) is not None
        and found.phase in (None, "done")
        and node.done_on is None
        and node.waived is None
    ]
    return min((day for day in days if day >= today), default=max(days, default=None))


def _takers(policy: Policy) -> dict[str, tuple[str, ...]]:
    """The steps by which a platform takes evidence, and of which sides."""
    return {rule.step: rule.accepts for rule in all_rules(policy) if rule.accepts}


def _platform_date(dates: Dates) -> date | None:
    """The earliest running date of the platform by which we must hand in evidence."""
    days = [
        day
        for node, found in dates
        if found.clock == "platform"
        and found.acts == "we"
        and found.node in ("evidence", "vouchers")
        and (day := last_good_day(node, found)) is not None
        and found.phase is None
        and node.done_on is None
    ]
    return min(days, default=None)


@rule("evidence.days_left", reads=(Piece, Accepted, PieceDue))
def days_left(piece: Piece, accepted: Accepted, needed: PieceDue, *, today: date) -> int | None:
    """Twin of the live formula (columns.DAYS_LEFT): until it expires or is not taken any more, or while it is missing
    until it is due."""
    if piece.waived is not None:
        return None
    if piece.valid_until is not None:
        return (piece.valid_until - today).days
    if piece.is_there:
        until = accepted.accepted_until
        return (until - today).days if until is not None and until >= today else None
    return None if needed.due is None else (needed.due - today).days


@rule("evidence.label", reads=(Piece,))
def label(piece: Piece) -> str | None:
    """`<dispute>_<piece>_<day>_<id>`: a clear name for the file, different for every row."""
    name = (piece.key or "").partition("/")[2] or _NO_NAME.sub("_", piece.what or "").strip("_").lower()
    day = None if piece.taken_on is None else f"{piece.taken_on:%Y%m%d}"
    parts = (piece.dispute, name, day, piece.id)
    return "_".join(part for part in parts if part) if piece.dispute and name else None


@rule("evidence.sha_256", "evidence.bytes", reads=("evidence.sha_256@read", "evidence.bytes@read"))
def fingerprint(sha_256: str | None, size: int | None) -> tuple[str | None, int | None]:
    """What `evidence attach` wrote."""
    return sha_256, size


@check("evidence", reads=(Piece, "evidence.translation_of"))
def piece_makes_sense(piece: Piece, translation_of: str | None, *, today: date, say: Say) -> Iterator[Fault]:
    """Taken in the future, expired before it was taken, a translation of itself."""
    taken_on, valid_until = piece.taken_on, piece.valid_until
    if taken_on is not None and taken_on.date() > today:
        yield Fault("taken_on", "K312", say("evidence.fault_future", day=taken_on.date()), say("evidence.cure_future"))
    if taken_on is not None and valid_until is not None and valid_until < taken_on.date():
        yield Fault(
            "valid_until",
            "K312",
            say("evidence.fault_order", until=valid_until, taken=taken_on.date()),
            say("evidence.cure_order"),
        )
    if piece.id is not None and translation_of is not None and fold(piece.id) == fold(translation_of):
        yield Fault("translation_of", "K401", say("evidence.fault_itself"), say("evidence.cure_itself"))
