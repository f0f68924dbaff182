"""How a date came about, in plain words: from the event over every day that was skipped to the end, and what silence
does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from kakosheet.core.records import sure
from kakosheet.core.titles import Titles
from kakosheet.policy.calendars import holiday_in
from kakosheet.policy.clock import DAY_UNITS, Step
from kakosheet.policy.model import NodeSpec, Policy
from kakosheet.sheets.casework.case import Case, Offer
from kakosheet.sheets.casework.news import Word
from kakosheet.sheets.casework.nodes import (
    FIRST,
    Node,
    is_agents_window,
    is_promise,
    is_protection,
    is_refund,
    is_request,
    parse_key,
)
from kakosheet.sheets.casework.pieces import Needed, Piece
from kakosheet.sheets.casework.sentences import event_text, limit_text, silence_text
from kakosheet.sheets.casework.verdicts import CaseDates
from kakosheet.sheets.deadlines.chain import Cases, Chain, Course, NodeRow, chains_of, given_day
from kakosheet.sheets.deadlines.clocks import End
from kakosheet.sheets.words import Say, number_text


def why(
    at: int,
    nodes: Sequence[Node],
    cases: Sequence[Case],
    dates: Sequence[CaseDates],
    offers: Sequence[Offer],
    pieces: Sequence[Piece],
    needed: Sequence[Needed],
    log: Sequence[Word],
    *,
    now: datetime,
    policy: Policy,
    say: Say,
    titles: Titles,
) -> list[str]:
    """The sentences for the row of Deadlines at that index."""
    key, agreed = parse_key(nodes[at].key), nodes[at].agreed_date
    if key is None:
        return (
            [say("deadlines.why_reminder", day=shown(agreed))] if agreed is not None else [say("deadlines.why_no_date")]
        )
    for chain, rows in chains_of(
        nodes, Cases.of(cases, dates, offers, pieces, needed, log, nodes, now=now, policy=policy)
    ):
        row = next((row for row in rows if row.at == at), None)
        if row is not None:
            return list(_told(sure(chain), row, say, titles))
    return [say("deadlines.why_no_case")]


def _told(chain: Chain, row: NodeRow, say: Say, titles: Titles) -> Iterator[str]:
    spec, offer = chain.specs.get(row.key.node), chain.offers.get(row.key.offer)
    if spec is None or row.typed.wanted is False or (row.key.offer != FIRST and offer is None):
        yield say("deadlines.why_not_applicable")
        return
    found = chain.follow(spec.key, row.key.offer)
    event = event_text("offer" if offer is not None else spec.start, titles, say)
    if found.started is None or given_day(spec, chain.case, chain.dates) is None:
        yield say("deadlines.why_rule", limit=limit_text(spec, say, titles), event=event)
        yield say("nodes.from_source", source=spec.rule.source, checked=spec.rule.checked_on or "–")
        if spec.rule.own:
            yield say("deadlines.why_own_rule")
    if found.started is None:
        yield (
            say("deadlines.why_waits_for", event=event)
            if found.phase == "waiting"
            else say("deadlines.why_not_applicable")
        )
    else:
        yield from _begun(chain, spec, found, offer, event, say, titles)
    ended = sure(found.ended)
    if ended is not None:
        yield say("deadlines.why_done", day=shown(ended)) if found.dated else say("deadlines.why_over")
    elif found.phase == "not_applicable" and found.started is not None:
        yield say("deadlines.why_not_applicable")
    if row.typed.agreed_date is not None:
        yield say("deadlines.why_agreed", day=shown(row.typed.agreed_date))
    silence = silence_text(spec, chain.case, say, titles) if ended is None else None
    if silence:
        yield say("deadlines.why_silence", effect=silence)


def _begun(
    chain: Chain, spec: NodeSpec, found: Course, offer: Offer | None, event: str, say: Say, titles: Titles
) -> Iterator[str]:
    """From the start to the end: the day that the case names, or every step of the count."""
    assert found.started is not None
    if offer is not None and offer.answer == "modified" and found.started != offer.on:
        yield say("deadlines.why_modified", day=shown(found.started))
    else:
        yield say("deadlines.why_started", event=event, day=shown(found.started))
    day = given_day(spec, chain.case, chain.dates)
    if day is not None:
        if is_request(spec) or is_agents_window(spec):
            yield say("deadlines.from_answer_by" if is_request(spec) else "deadlines.from_window")
            yield say("deadlines.why_last_day", day=day)
            return
        by_days = is_refund(spec) and day != chain.case.plan_due
        yield (
            say("deadlines.from_expected")
            if is_promise(spec)
            else say("deadlines.from_protection")
            if is_protection(spec)
            else say("deadlines.from_refund_days")
            if by_days
            else say("deadlines.why_plan", day=day)
        )
        yield say("deadlines.why_last_day", day=day)
        return
    due = chain.clocks.explained(spec, found.started, chain.pauses_for(spec))
    if chain.clocks.from_day_end(spec) and found.started.time() == time():
        yield say("deadlines.why_from_day_end")
    if chain.pauses and spec.clock == "platform":
        yield say("deadlines.why_never_stops")
    for step in due.steps[1:] if due is not None else ():
        yield _step(step, spec, chain.clocks.calendar_of(spec), say, titles)
    if due is not None and due.paused:
        yield say("deadlines.why_paused")
    if spec.zone:
        yield say("deadlines.why_zone", zone=spec.zone)
    end = sure(found.end)
    if due is not None and end is not None:
        yield from _in_the_sheet(end, shown(due.due) if spec.unit in DAY_UNITS else minute(due.due), say)


def _in_the_sheet(end: End, told: str, say: Say) -> Iterator[str]:
    """What the cell shows, where the count ends in other words: at midnight, in another zone, or as if a wait ended
    now."""
    if end.paused:
        yield say("deadlines.why_last_day", day=shown(end.last_day))
    elif shown(end.due) != told:
        yield say("deadlines.why_last_day" if end.due.time() == time() else "deadlines.why_here", day=shown(end.due))


def _step(step: Step, spec: NodeSpec, calendar: str, say: Say, titles: Titles) -> str:
    """One step of the clock; natural days have nothing but an end, so that says that all of them count."""
    if step.what == "due" and spec.unit == "natural_days":
        return say("deadlines.why_all_count", day=shown(step.at))
    told = shown if spec.unit in DAY_UNITS else minute
    name = holiday_in(step.at, calendar, titles.lang) if step.what in ("holiday", "rolled") else step.name
    return say(
        f"nodes.clock_{step.what}",
        day=told(step.at),
        until=told(step.until),
        number=number_text(step.number or 0),
        name=name,
    )


def minute(at: date | None) -> str:
    """A moment of an hour clock, midnight too; whole days that it skips stay days."""
    return f"{at:%Y-%m-%d %H:%M}" if isinstance(at, datetime) else shown(at)


def shown(at: date | None) -> str:
    """A day, or a day with its time."""
    if isinstance(at, datetime) and (at.hour or at.minute or at.second):
        return f"{at:%Y-%m-%d %H:%M}"
    return f"{at:%Y-%m-%d}" if at is not None else ""
