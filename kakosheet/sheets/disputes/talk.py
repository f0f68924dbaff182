"""What became of the offers, how long we waited for the other side, and how soon a complaint was answered."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from kakosheet.core.rules import rule, table_rule
from kakosheet.core.titles import fold
from kakosheet.policy.clock import Pause
from kakosheet.sheets.casework.case import CASE_READS, cases_by_id
from kakosheet.sheets.casework.pauses import LOG_READS, entries_by_case, pauses_of

DAY = timedelta(days=1)


@table_rule(
    "disputes.offer_state",
    reads=("disputes.dispute_id", "offers.dispute", "offers.on", "offers.id", "offers.answer", "offers.effect"),
)
def offer_state(
    ids: list[Any], disputes: list[Any], days: list[Any], numbers: list[Any], answers: list[Any], effects: list[Any]
) -> list[Any]:
    """The state of the latest offer: its answer, silence, or open."""
    latest: dict[str, tuple[datetime, str, str]] = {}
    for dispute, on, number, answer, effect in zip(disputes, days, numbers, answers, effects, strict=True):
        if dispute is not None and on is not None:
            word = answer or ("silent" if effect in ("late", "buyers_choice") else "open")
            latest[fold(dispute)] = max(latest.get(fold(dispute), (datetime.min, "", "")), (on, number or "", word))
    return [latest[fold(name)][2] if name is not None and fold(name) in latest else None for name in ids]


@table_rule("disputes.waits_over", "disputes.waiting_from", reads=(*CASE_READS, *LOG_READS))
def waits(*columns: list[Any]) -> tuple[list[float | None], list[datetime | None]]:
    """Days of the waits for the other side that are over, and when the one that goes on began; empty if there was
    none."""
    cases = cases_by_id(columns[: len(CASE_READS)])
    entries = entries_by_case(columns[len(CASE_READS) :])
    pauses = {
        name: pauses_of(case, entries.get(name, []))
        for name, case in cases.items()
        if name in entries or case.waiting_since is not None
    }
    each = [pauses.get(fold(str(name)), []) if name is not None else [] for name in columns[0]]
    return [_length(found) for found in each], [
        next((_naive(p.begin) for p in found if p.until is None), None) for found in each
    ]


def _length(pauses: list[Pause]) -> float | None:
    spans = [_naive(pause.until) - _naive(pause.begin) for pause in pauses if pause.until is not None]
    return sum(spans, timedelta()) / DAY if spans else None


def _naive(moment: date) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time())


@rule("disputes.waited_days", reads=("disputes.waits_over", "disputes.waiting_from"))
def waited_days(over: float | None, waiting_from: datetime | None, *, today: date) -> int | None:
    """Twin of the live formula (columns.WAITED_DAYS): whole days; a wait that goes on lasts until today."""
    if over is None and waiting_from is None:
        return None
    going_on = max(0.0, (_naive(today) - waiting_from) / DAY) if waiting_from is not None else 0.0
    return int(round((over or 0.0) + going_on, 4))


@table_rule(
    "disputes.first_answer_days",
    reads=("disputes.dispute_id", "disputes.our_role", "disputes.opened_on", "log.dispute", "log.at", "log.direction"),
)
def first_answer_days(
    ids: list[Any], roles: list[Any], opened: list[Any], disputes: list[Any], moments: list[Any], directions: list[Any]
) -> list[float | None]:
    """Days, with one decimal, from the first message of the buyer's side (without one: from the opening) to the first
    of the seller's after it.

    A message without a time of day counts by its day. Empty while there is no answer.
    """
    messages: dict[str, list[tuple[datetime, str]]] = {}
    for dispute, at, direction in zip(disputes, moments, directions, strict=True):
        if dispute is not None and at is not None and direction is not None:
            messages.setdefault(fold(dispute), []).append((at, direction))
    return [
        _answered_after(messages.get(fold(name), []), role, begun) if name is not None else None
        for name, role, begun in zip(ids, roles, opened, strict=True)
    ]


def _answered_after(messages: list[tuple[datetime, str]], role: str | None, opened: datetime | None) -> float | None:
    asks, answers = ("in", "out") if role == "seller" else ("out", "in")
    begun = min((at for at, direction in messages if direction == asks), default=opened)
    if begun is None:
        return None
    waits = [days_between(begun, at) for at, direction in messages if direction == answers]
    return min((wait for wait in waits if wait >= 0), default=None)


def days_between(begun: datetime, at: datetime) -> float:
    """Days between two messages: whole ones where one of the two has no time of day."""
    if begun.time() == time() or at.time() == time():
        return float((at.date() - begun.date()).days)
    return round((at - begun) / timedelta(days=1), 1) if at >= begun else -1.0
