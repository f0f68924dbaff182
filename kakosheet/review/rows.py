"""The pages of rows: dates that were missed, improvements, and the rows that all numbers were counted from."""

from __future__ import annotations

from typing import Any

from kakosheet.core.layout import Look
from kakosheet.core.schema import Kind
from kakosheet.core.table import Tables
from kakosheet.policy.model import Policy
from kakosheet.policy.stats import share
from kakosheet.review.figures import Dispute, Figures, on_day, register
from kakosheet.review.page import Field, Page
from kakosheet.review.pages import head
from kakosheet.sheets.dashboard.nodes import Node

_I, _P, _M, _D = Kind.INTEGER, Kind.PERCENT, Kind.MONEY, Kind.DATE


def overdue(page: Page, found: Figures, policy: Policy) -> None:
    """Dates of the period: kept and missed by who had to act, then each that was missed."""
    head(page, found, policy.settings["base_currency"])
    as_of = found.period.last
    counted = [(node, node.kept(as_of)) for node in found.nodes if node.day in found.period]
    by_actor: dict[str | None, list[bool]] = {}
    for node, kept in counted:
        if kept is not None:
            by_actor.setdefault(node.acts, []).append(kept)
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
    about = {dispute.case.number: dispute for dispute in found.disputes}
    late = sorted(
        (node for node, kept in counted if kept is False),
        key=lambda node: (node.day, str(node.dispute), str(node.what)),
    )
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
        (_missed(node, about.get(node.dispute), found) for node in late),
        section="section_missed",
    )


def _missed(node: Node, dispute: Dispute | None, found: Figures) -> list[Any]:
    done = node.done if node.done is not None and node.done <= found.period.last else None
    late = ((done or found.period.last) - node.day).days
    return [node.what, node.day, done, late, node.acts, node.dispute, dispute.seller if dispute else None]


def improvements(page: Page, found: Figures, policy: Policy, tables: Tables) -> None:
    """What was proposed and decided, and whether it helped."""
    head(page, found, policy.settings["base_currency"])
    page.gap()
    rows = register(
        tables,
        "improvements",
        "what",
        "kind",
        "metric",
        "decision",
        "decided_on",
        "started_on",
        "before",
        "after",
        "effect",
        "word",
        "expected_saving",
    )
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
        rows,
    )


def data(page: Page, found: Figures, policy: Policy) -> None:
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
        (_case(dispute) for dispute in found.disputes if found.touched(dispute.case) or _in_quarters(dispute, found)),
    )


def _in_quarters(dispute: Dispute, found: Figures) -> bool:
    """Whether the tables by quarter, or the period before, count it."""
    first = min(found.quarters[0].period.first, found.before.first)
    return any(
        day is not None and first <= day <= found.period.last for day in (dispute.case.opened, dispute.case.closed)
    )


def _case(dispute: Dispute) -> list[Any]:
    case = dispute.case
    return [
        case.number,
        case.type,
        dispute.order,
        dispute.item,
        dispute.seller,
        dispute.category,
        dispute.carrier,
        dispute.platform,
        dispute.handler,
        case.opened,
        case.closed,
        case.days,
        dispute.result,
        case.settled if case.closed else None,
        dispute.root_cause,
        case.cause,
        dispute.amount,
        dispute.currency,
        dispute.money_back,
        case.claimed,
        case.recovered,
        case.lost,
    ]


def data_orders(page: Page, found: Figures, tables: Tables) -> None:
    """Every order line that a rate counted, and whether it was disputed."""
    page.line(page.say("data_orders"), Look.SUBLINE)
    page.frozen = page.row
    first = min(found.window.first, found.before.first)
    rows = []
    for table, day, name in (("purchases", "bought_on", "seller"), ("sales", "sold_on", "customer")):
        for number, at, who, category, carrier in register(tables, table, "id", day, name, "category", "carrier"):
            if number is not None and at is not None and first <= (on := on_day(at) or first) <= found.period.last:
                rows.append(
                    [number, on, who if table == "purchases" else None, category, carrier, number in found.disputed]
                )
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
        rows,
    )


def data_dates(page: Page, found: Figures) -> None:
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
            [node.what, node.acts, node.dispute, node.day, node.done, node.kept(found.period.last)]
            for node in sorted(found.nodes, key=lambda node: (node.day, str(node.dispute), str(node.what)))
            if first <= node.day <= found.period.last
        ),
    )
