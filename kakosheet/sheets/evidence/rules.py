"""Whether a piece of evidence is there, until when it is needed, and how to make it count.

A piece is there once a file, the day on which it was taken, or who provided it is filled in. Fingerprints are taken by
the command `evidence attach`, which writes them into the row; refresh keeps what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from kakosheet.core.rules import Fault, check, rule, table_rule
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.policy.nodes import all_rules
from kakosheet.sheets.casework.pieces import is_there
from kakosheet.sheets.evidence.maker import item_of
from kakosheet.sheets.words import Say, days_text

_NO_NAME = re.compile(r"[^\w-]+")
_CASE = ("evidence.dispute -> disputes.type", "evidence.dispute -> disputes.our_role")


@rule(
    "evidence.state",
    reads=(
        "evidence.#wanted",
        "evidence.waived",
        "evidence.file",
        "evidence.taken_on",
        "evidence.provided_by",
        "evidence.valid_until",
        "evidence.accepted_until",
        "evidence.required",
        "evidence.dispute -> disputes.closed_on",
        *_CASE,
        "evidence.dispute -> disputes.opened_on",
    ),
)
def state(
    wanted: bool | None,
    waived: str | None,
    file: str | None,
    taken_on: datetime | None,
    provided_by: str | None,
    valid_until: date | None,
    accepted_until: date | None,
    required: bool | None,
    closed: datetime | None,
    *_case: Any,
    today: date,
    policy: Policy,
) -> str:
    """The case is read since the maker reads it: where it cannot be read, whether a piece is called for cannot be told.

    waived; have (expiring, expired by *Valid until*); else not_applicable where it is not called for any more or the
    case is closed, optional where the type can do without it, or missing. Once the platform's own day has passed, a
    piece that is there stays so: whether it was handed in before cannot be seen here."""
    if waived is not None:
        return "waived"
    if not is_there(file, taken_on, provided_by):
        if wanted is False or closed is not None:
            return "not_applicable"
        return "optional" if required is False else "missing"
    until = valid_until or accepted_until
    if until is None:
        return "have"
    left = (until - today).days
    if left < 0:
        return "expired" if valid_until is not None else "have"
    return "expiring" if left <= policy.settings["evidence_expiring_days"] else "have"


@rule(
    "evidence.category",
    "evidence.required",
    "evidence.why_it_matters",
    "evidence.how_to_make_it",
    reads=("evidence.key", *_CASE),
)
def from_type(
    key: str | None, type_: str | None, role: str | None, *, policy: Policy
) -> tuple[str | None, bool | None, str | None, str | None]:
    """What the type says of this piece; empty for people's own rows."""
    item = item_of(policy, type_, role, key)
    return (
        (None, None, None, None) if item is None else (item.category, item.required, item.why or None, item.how or None)
    )


def _why_due(at: int, *columns: list[Any], policy: Policy, say: Say) -> list[str]:
    """The type's own days from the opening, or the platform's earlier date."""
    key, dispute, type_, role, opened, closed = (column[at] for column in columns[:6])
    item = item_of(policy, type_, role, key)
    if item is None or opened is None or closed is not None:
        return [say("evidence.why_no_due")]
    own = opened.date() + timedelta(item.days)
    told = [say("evidence.why_days", days=days_text(item.days, say), opened=opened.date(), day=own)]
    platform = _platform_dates(*columns[6:]).get(fold(dispute or ""), own)
    return [*told, say("evidence.why_platform", day=platform)] if platform < own else told


_WINDOWS = (
    "deadlines.dispute",
    "deadlines.node",
    "deadlines.clock",
    "deadlines.last_day",
    "deadlines.phase",
    "deadlines.done_on",
    "deadlines.waived",
)


def _why_accepted(at: int, *columns: list[Any], today: date, policy: Policy, say: Say) -> list[str]:
    """Which step of the platform it is, or that there is none."""
    day = accepted_until(*columns, today=today, policy=policy)[at]
    return [say("evidence.why_accepted", day=day) if day is not None else say("evidence.why_not_accepted")]


@table_rule(
    "evidence.due",
    why=_why_due,
    reads=(
        "evidence.key",
        "evidence.dispute",
        *_CASE,
        "evidence.dispute -> disputes.opened_on",
        "evidence.dispute -> disputes.closed_on",
        "deadlines.dispute",
        "deadlines.node",
        "deadlines.clock",
        "deadlines.acts",
        "deadlines.last_day",
        "deadlines.phase",
        "deadlines.done_on",
    ),
)
def due(
    keys: list[Any],
    disputes: list[Any],
    types: list[Any],
    roles: list[Any],
    opened: list[Any],
    closed: list[Any],
    *nodes: list[Any],
    policy: Policy,
) -> list[date | None]:
    """Days after the opening as the type says, or the platform's own date for evidence if that is earlier; empty for a
    closed case."""
    platforms = _platform_dates(*nodes)
    found: list[date | None] = []
    for key, dispute, type_, role, day, end in zip(keys, disputes, types, roles, opened, closed, strict=True):
        item = item_of(policy, type_, role, key)
        if item is None or day is None or end is not None:
            found.append(None)
            continue
        own = day.date() + timedelta(item.days)
        found.append(min(own, platforms.get(fold(dispute or ""), own)))
    return found


@table_rule(
    "evidence.accepted_until",
    why=_why_accepted,
    reads=(
        "evidence.dispute",
        "evidence.#wanted",
        "evidence.waived",
        "evidence.file",
        "evidence.taken_on",
        "evidence.provided_by",
        "evidence.dispute -> disputes.our_role",
        "evidence.dispute -> disputes.closed_on",
        "evidence.dispute -> disputes.waived",
        "evidence.dispute -> disputes.platforms_answer",
        *_WINDOWS,
    ),
)
def accepted_until(*columns: list[Any], today: date, policy: Policy) -> list[date | None]:
    """The last day on which the platform takes evidence of our side: the next one, else the last that is over. Empty
    for what is waived or not called for, and once the case is closed, let rest or answered, or somebody wrote that it
    was handed in."""
    windows = _windows(columns[10:], policy)
    found: list[date | None] = []
    for dispute, wanted, waived, *there, role, closed, rests, answer in zip(*columns[:10], strict=True):
        settled = closed is not None or rests is not None or answer is not None
        if dispute is None or waived is not None or settled or (wanted is False and not is_there(*there)):
            found.append(None)
            continue
        days = windows.get((fold(dispute), role or "buyer"), ())
        found.append(min((day for day in days if day >= today), default=max(days, default=None)))
    return found


def _windows(columns: Sequence[list[Any]], policy: Policy) -> dict[tuple[str, str], list[date]]:
    """By case (folded number) and side: the days until which the platform takes evidence; those that have not begun are
    not known."""
    takers: dict[str, tuple[str, ...]] = {rule.step: rule.accepts for rule in all_rules(policy) if rule.accepts}
    found: dict[tuple[str, str], list[date]] = {}
    for dispute, node, clock, last_day, phase, done_on, waived in zip(*columns, strict=True):
        if (
            node in takers
            and dispute is not None
            and clock == "platform"
            and last_day is not None
            and phase in (None, "done")
            and done_on is None
            and waived is None
        ):
            for side in takers[node]:
                found.setdefault((fold(dispute), side), []).append(last_day)
    return found


def _platform_dates(
    disputes: list[Any],
    nodes: list[Any],
    clocks: list[Any],
    acts: list[Any],
    last_days: list[Any],
    phases: list[Any],
    done: list[Any],
) -> dict[str, date]:
    """By case (folded number): the earliest running date of the platform by which we must hand in evidence."""
    found: dict[str, date] = {}
    for dispute, node, clock, actor, last, phase, done_on in zip(
        disputes, nodes, clocks, acts, last_days, phases, done, strict=True
    ):
        if (
            dispute is not None
            and clock == "platform"
            and actor == "we"
            and node in ("evidence", "vouchers")
            and last is not None
            and phase is None
            and done_on is None
        ):
            found[fold(dispute)] = min(found.get(fold(dispute), last), last)
    return found


@rule(
    "evidence.days_left",
    reads=(
        "evidence.waived",
        "evidence.file",
        "evidence.taken_on",
        "evidence.provided_by",
        "evidence.valid_until",
        "evidence.accepted_until",
        "evidence.due",
    ),
)
def days_left(
    waived: str | None,
    file: str | None,
    taken_on: datetime | None,
    provided_by: str | None,
    valid_until: date | None,
    accepted_until: date | None,
    due_on: date | None,
    *,
    today: date,
) -> int | None:
    """Twin of the live formula (columns.DAYS_LEFT): until it expires or is not taken any more, or while it is missing
    until it is due."""
    if waived is not None:
        return None
    if valid_until is not None:
        return (valid_until - today).days
    if is_there(file, taken_on, provided_by):
        return (accepted_until - today).days if accepted_until is not None and accepted_until >= today else None
    return None if due_on is None else (due_on - today).days


@rule("evidence.label", reads=("evidence.dispute", "evidence.key", "evidence.what", "evidence.taken_on", "evidence.id"))
def label(
    dispute: str | None, key: str | None, what: str | None, taken_on: datetime | None, number: str | None
) -> str | None:
    """`<dispute>_<piece>_<day>_<id>`: a clear name for the file, different for every row."""
    piece = (key or "").partition("/")[2] or _NO_NAME.sub("_", what or "").strip("_").lower()
    parts = (dispute, piece, f"{taken_on:%Y%m%d}" if taken_on is not None else None, number)
    return "_".join(part for part in parts if part) if dispute and piece else None


@rule("evidence.sha_256", "evidence.bytes", reads=("evidence.sha_256@read", "evidence.bytes@read"))
def fingerprint(sha_256: str | None, size: int | None) -> tuple[str | None, int | None]:
    """What `evidence attach` wrote."""
    return sha_256, size


@check("evidence", reads=("evidence.taken_on", "evidence.valid_until", "evidence.translation_of", "evidence.id"))
def piece_makes_sense(
    taken_on: datetime | None,
    valid_until: date | None,
    translation_of: str | None,
    number: str | None,
    *,
    today: date,
    say: Say,
) -> Iterator[Fault]:
    """Taken in the future, expired before it was taken, a translation of itself."""
    if taken_on is not None and taken_on.date() > today:
        yield Fault("taken_on", "K312", say("evidence.fault_future", day=taken_on.date()), say("evidence.cure_future"))
    if taken_on is not None and valid_until is not None and valid_until < taken_on.date():
        yield Fault(
            "valid_until",
            "K312",
            say("evidence.fault_order", until=valid_until, taken=taken_on.date()),
            say("evidence.cure_order"),
        )
    if number is not None and translation_of is not None and fold(number) == fold(translation_of):
        yield Fault("translation_of", "K401", say("evidence.fault_itself"), say("evidence.cure_itself"))
