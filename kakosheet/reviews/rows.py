"""The pages of rows: dates that were missed, improvements, and the rows that all numbers were counted from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from kakosheet.core.layout import Look
from kakosheet.core.lookup import Lookup
from kakosheet.core.records import Record, known, or_blank
from kakosheet.core.schema import Kind
from kakosheet.policy.model import Policy
from kakosheet.policy.stats import share
from kakosheet.reviews.figures import Dispute, Figures
from kakosheet.reviews.heading import head
from kakosheet.reviews.page import Field, ReviewPage
from kakosheet.sheets.casework.orders import Purchase, Sale
from kakosheet.sheets.dashboard.cases import Outcome
from kakosheet.sheets.dashboard.nodes import RanDate
from kakosheet.sheets.improvements.effects import Improvement

_I, _P, _M, _D = Kind.INTEGER, Kind.PERCENT, Kind.MONEY, Kind.DATE


class Effect(Record, of="improvements"):
    """What it may save, and whether it helped."""

    expected_saving: float | None
    before: float | None
    after: float | None
    effect: float | None
    word: str | None


def overdue(page: ReviewPage, found: Figures, policy: Policy) -> None:
    """Dates of the period: kept and missed by who had to act, then each that was missed."""
    head(page, found, policy.settings["base_currency"])
    as_of = found.period.last
    counted = list(known(lambda one: (one, one.kept(as_of)), (one for one in found.dates if one.day in found.period)))
    by_actor: dict[str | None, list[bool]] = {}
    for actor, kept in known(lambda pair: (pair[0].acts, pair[1]), counted):
        if kept is not None:
            by_actor.setdefault(actor, []).append(kept)
    rows = [
        [actor or page.say("unnamed"), sum(words), len(words) - sum(words), share(sum(words), len(words))]
        for actor, words in sorted(by_actor.items(), key=lambda item: (-len(item[1]), str(item[0])))
    ]
    page.table(
        "actors",
        (Field("acts", Kind.CHOICE, "actor"), Field("kept", _I), Field("missed", _I), Field("kept_share", _P)),
        rows,
        section="section_by_acts",
    )
    about = {dispute.outcome.number: dispute for dispute in found.disputes}
    page.table(
        "missed",
        (
            Field("what", wide=2),
            Field("last_day", _D),
            Field("done_on", _D),
            Field("days_late", _I),
            Field("acts", Kind.CHOICE, "actor"),
            Field("dispute", wide=2),
            Field("seller", wide=3),
        ),
        (_missed(one, about, found) for one in sorted((one for one, kept in counted if kept is False), key=_place)),
        section="section_missed",
    )


def _place(one: RanDate) -> tuple[date, str, str]:
    """By day, then by case and step."""
    return one.day, str(or_blank(lambda: one.dispute)), str(or_blank(lambda: one.what))


def _missed(one: RanDate, about: Mapping[str | None, Dispute], found: Figures) -> list[Any]:
    done = one.done if one.done is not None and one.done <= found.period.last else None
    late, number = ((done or found.period.last) - one.day).days, or_blank(lambda: one.dispute)
    dispute = about.get(number)
    return [
        or_blank(lambda: one.what),
        one.day,
        done,
        late,
        or_blank(lambda: one.acts),
        number,
        dispute.seller if dispute else None,
    ]


def improvements(page: ReviewPage, found: Figures, policy: Policy, lookup: Lookup) -> None:
    """What was proposed and decided, and whether it helped."""
    head(page, found, policy.settings["base_currency"])
    page.gap()
    rows = map(_improvement, lookup.rows(Improvement), lookup.rows(Effect))
    page.table(
        "rows",
        (
            Field("what", wide=2),
            Field("kind", Kind.CHOICE, "improvement_kind"),
            Field("metric", Kind.CHOICE, "metric", 2),
            Field("decision", Kind.CHOICE, "decision"),
            Field("decided_on", _D),
            Field("started_on", _D),
            Field("rate_before", _P),
            Field("rate_after", _P),
            Field("effect", _P),
            Field("word", Kind.CHOICE, "effect_word"),
            Field("expected_saving", _M),
        ),
        (row for row in rows if any(value is not None for value in row)),
    )


def _improvement(one: Improvement, effect: Effect) -> list[Any]:
    return _told(
        lambda: one.what,
        lambda: one.kind,
        lambda: one.metric,
        lambda: one.decision,
        lambda: one.decided_on,
        lambda: one.started_on,
        lambda: effect.before,
        lambda: effect.after,
        lambda: effect.effect,
        lambda: effect.word,
        lambda: effect.expected_saving,
    )


def _told(*cells: Callable[[], Any]) -> list[Any]:
    """The cells of a row, blank those that cannot be known."""
    return [or_blank(tell) for tell in cells]


def data(page: ReviewPage, found: Figures, policy: Policy) -> None:
    """Every case that was counted, with what its amounts come to."""
    page.line(page.say("data_cases"), Look.SUBLINE)
    page.frozen = page.row
    fields = (
        Field("number"),
        Field("type", Kind.CHOICE, "dispute_type"),
        Field("order"),
        Field("item"),
        Field("seller"),
        Field("category", Kind.CHOICE, "category"),
        Field("carrier"),
        Field("platform", Kind.CHOICE, "platform"),
        Field("handler"),
        Field("opened_on", _D),
        Field("closed_on", _D),
        Field("days", _I),
        Field("result", Kind.CHOICE, "result"),
        Field("settled", Kind.YESNO),
        Field("root_cause", Kind.CHOICE, "root_cause"),
        Field("cause_group", Kind.CHOICE, "cause_group"),
        Field("amount", _M),
        Field("currency", Kind.CURRENCY),
        Field("money_back", _M),
        Field("claimed", _M),
        Field("recovered", _M),
        Field("lost", _M),
    )
    page.table(
        "cases",
        fields,
        (
            _case(dispute)
            for dispute in found.disputes
            if found.touched(dispute.outcome) or _in_quarters(dispute.outcome, found)
        ),
    )


def _in_quarters(case: Outcome, found: Figures) -> bool:
    """Whether the tables by quarter, or the period before, count it."""
    first = min(found.quarters[0].period.first, found.before.first)
    return any(
        day is not None and first <= day <= found.period.last for day in _told(lambda: case.opened, lambda: case.closed)
    )


def _case(dispute: Dispute) -> list[Any]:
    case, found = dispute.case, dispute.outcome
    return [
        found.number,
        *_told(lambda: found.type, lambda: case.order),
        dispute.item,
        dispute.seller,
        dispute.category,
        dispute.carrier,
        dispute.platform,
        dispute.handler,
        *_told(
            lambda: found.opened,
            lambda: found.closed,
            lambda: found.days,
            lambda: case.result,
            lambda: found.settled if found.closed else None,
            lambda: case.root_cause,
            lambda: found.cause,
            lambda: case.amount,
            lambda: case.currency,
            lambda: case.money_back,
            lambda: found.claimed,
            lambda: found.recovered,
            lambda: found.lost,
        ),
    ]


def data_orders(page: ReviewPage, found: Figures, lookup: Lookup) -> None:
    """Every order line that a rate counted, and whether it was disputed."""
    page.line(page.say("data_orders"), Look.SUBLINE)
    page.frozen = page.row
    first, last = min(found.window.first, found.before.first), found.period.last

    def row(line: Purchase | Sale, on: date | None, seller: str | None) -> list[Any] | None:
        if line.id is None or on is None or not first <= on <= last:
            return None
        return [line.id, on, seller, *_told(lambda: line.category, lambda: line.carrier), line.id in found.disputed]

    rows = [
        *known(lambda line: row(line, line.bought_on, or_blank(lambda: line.seller)), lookup.rows(Purchase)),
        *known(lambda line: row(line, line.sold_on, None), lookup.rows(Sale)),
    ]
    page.table(
        "lines",
        (
            Field("order"),
            Field("ordered_on", _D),
            Field("seller"),
            Field("category", Kind.CHOICE, "category"),
            Field("carrier"),
            Field("disputed", Kind.YESNO),
        ),
        (row for row in rows if row is not None),
    )


def data_dates(page: ReviewPage, found: Figures) -> None:
    """Every date that was counted, kept or missed."""
    page.line(page.say("data_dates"), Look.SUBLINE)
    page.frozen = page.row
    first = min(found.quarters[0].period.first, found.before.first)
    page.table(
        "nodes",
        (
            Field("what"),
            Field("acts", Kind.CHOICE, "actor"),
            Field("dispute"),
            Field("last_day", _D),
            Field("done_on", _D),
            Field("in_time", Kind.YESNO),
        ),
        (
            _date(one, found.period.last)
            for one in sorted(found.dates, key=_place)
            if first <= one.day <= found.period.last
        ),
    )


def _date(one: RanDate, as_of: date) -> list[Any]:
    return _told(
        lambda: one.what,
        lambda: one.acts,
        lambda: one.dispute,
        lambda: one.day,
        lambda: one.done,
        lambda: one.kept(as_of),
    )
