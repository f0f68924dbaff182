"""The pages of the review: what each of them says of the figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kakosheet.core.layout import MONEY_AXIS, SHARE_AXIS, ChartKind, Ink, Look, Stroke
from kakosheet.core.records import known
from kakosheet.core.schema import Kind
from kakosheet.policy.model import Policy
from kakosheet.policy.periods import Period
from kakosheet.policy.stats import change, mean
from kakosheet.review import findings
from kakosheet.review.figures import Dispute, Figures, Group, groups
from kakosheet.review.page import LAST, Drawn, Field, Page, interval, series
from kakosheet.sheets.dashboard.cases import CAUSES
from kakosheet.sheets.dashboard.facts import Facts
from kakosheet.sheets.dashboard.orders import DisputeRate, certain

TOP = 10
By = Callable[[Dispute], str | None]
"""What a case is counted by; None where it says nothing."""

_I, _N, _P, _M = Kind.INTEGER, Kind.NUMBER, Kind.PERCENT, Kind.MONEY

_GROUP = (
    Field("opened", _I),
    Field("before", _I),
    Field("change", _I),
    Field("closed", _I),
    Field("settled_share", _P),
    Field("median_days", _N),
    Field("claimed", _M),
    Field("recovered", _M),
    Field("lost", _M),
)
_RATE = (
    Field("of", _I),
    Field("hits", _I),
    Field("rate", _P),
    Field("low", _P),
    Field("high", _P),
    Field("minus", _P),
    Field("plus", _P),
    Field("verdict", wide=2),
)


def label(period: Period, found: Figures) -> str:
    """A quarter's name, with a star if the review sees only a part of it."""
    return period.label + ("*" if period.shifted(0).last > found.period.last else "")


def head(page: Page, found: Figures, currency: str) -> None:
    """Title, period and currency."""
    page.line(page.say(f"title_{page.key}", period=found.whole.label), Look.TITLE)
    page.line(
        page.say(
            "about",
            first=found.period.first.isoformat(),
            last=found.period.last.isoformat(),
            before=f"{found.before.first.isoformat()} – {found.before.last.isoformat()}",
            currency=currency,
        ),
        Look.SUBLINE,
    )


def group_row(group: Group, unnamed: str) -> list[Any]:
    return [
        group.name or unnamed,
        group.opened,
        group.before,
        group.opened - group.before,
        group.closed,
        group.settled_share,
        group.median_days,
        group.claimed,
        group.recovered,
        group.lost,
    ]


def group_table(page: Page, found: Figures, name: Field, by: By, *, section: str = "") -> None:
    """A table of the period's cases by what `by` says."""
    page.table(
        name.key, (name, *_GROUP), (group_row(row, page.say("unnamed")) for row in groups(found, by)), section=section
    )


# -- one page each -----------------------------------------------------------------------------------------------------


def summary(page: Page, found: Figures, policy: Policy) -> None:
    """What happened, in words and numbers, beside the period before."""
    base = policy.settings["base_currency"]
    head(page, found, base)
    page.gap()
    for words in _findings(page, found, policy):
        page.line(words)
    page.band(
        Drawn(
            "quarters",
            ChartKind.LINE,
            "quarter",
            (
                series(page.key, "quarters", "opened", Ink.BLUE, Stroke.THICK),
                series(page.key, "quarters", "closed", Ink.GREY),
            ),
            findings.flow(page, found),
            about(page, "flow", "quarters"),
        ),
        _money(page, found, policy),
    )
    page.gap()
    page.line(page.say("section_numbers"), Look.SECTION_REVIEW, last_column=LAST)
    page.line(page.say("note_numbers"), Look.SUBLINE)
    for at, (key, kind, rows) in enumerate(_measures(found)):
        page.table(
            key,
            (
                Field("measure"),
                Field("now", kind),
                Field("then", kind),
                Field("difference", kind),
                Field("from", wide=7),
            ),
            (
                [page.say(f"kpi_{name}"), now, then, change(now, then), page.say(f"from_{name}")]
                for name, now, then in rows
            ),
            shown=at == 0,
        )
    page.table(
        "quarters",
        (
            Field("quarter"),
            Field("opened", _I),
            Field("closed", _I),
            Field("settled_share", _P),
            Field("median_days", _N),
            Field("missed", _I),
            Field("claimed", _M),
            Field("recovered", _M),
            Field("lost", _M),
            Field("recovered_share", _P),
        ),
        (
            [
                label(q.period, found),
                q.opened,
                q.closed,
                q.resolution_rate,
                q.median_days,
                q.missed,
                q.claimed,
                q.recovered,
                q.lost,
                q.recovered_share,
            ]
            for q in found.quarters
        ),
        section="section_quarters",
    )


Measure = tuple[str, float | None, float | None]


def _measures(found: Figures) -> tuple[tuple[str, Kind, list[Measure]], ...]:
    def both(name: str, value: Callable[[Facts], float | None]) -> Measure:
        return name, value(found.now), value(found.then)

    return (
        (
            "counts",
            _I,
            [
                both("ordered", lambda f: f.ordered),
                both("opened", lambda f: f.opened),
                both("closed", lambda f: f.closed),
                both("open", lambda f: f.open),
                both("missed", lambda f: f.missed),
            ],
        ),
        (
            "shares",
            _P,
            [
                both("dispute_rate", lambda f: f.dispute_rate),
                both("resolution_rate", lambda f: f.resolution_rate),
                both("recovered_share", lambda f: f.recovered_share),
                both("on_time", lambda f: f.on_time),
            ],
        ),
        (
            "days",
            _N,
            [
                both("median_days", lambda f: f.median_days),
                both("mean_days", lambda f: mean(f.days)),
                both("slow_days", lambda f: f.slow_days),
            ],
        ),
        (
            "money",
            _M,
            [
                both("claimed", lambda f: f.claimed),
                both("recovered", lambda f: f.recovered),
                both("lost", lambda f: f.lost),
            ],
        ),
    )


def _findings(page: Page, found: Figures, policy: Policy) -> list[str]:
    now, base, limit = found.now, policy.settings["base_currency"], policy.settings["high_dispute_rate"]
    if found.empty:
        return [page.say("empty")]
    lines = [page.say("cases", opened=now.opened, closed=now.closed, open=now.open)]
    if now.closed:
        lines.append(
            page.say(
                "money",
                lost=f"{now.lost:,.0f}",
                recovered=f"{now.recovered:,.0f}",
                claimed=f"{now.claimed:,.0f}",
                currency=base,
            )
        )
    most = next(
        (group for group in groups(found, lambda dispute: dispute.outcome.type) if group.name and group.opened), None
    )
    if most is not None:
        lines.append(
            page.say("most", type=page.titles.choice("dispute_type", most.name), count=most.opened, of=now.opened)
        )
    above = [rate.name for rate in found.sellers if certain(rate.of, rate.hits, rate.low, limit)]
    if found.sellers:
        text = "none_above" if not above else "above_one" if len(above) == 1 else "above"
        lines.append(page.say(text, count=len(above), limit=f"{limit:.0%}", sellers=", ".join(above[:3])))
    if now.causeless:
        lines.append(page.say("causeless", count=now.causeless))
    if now.missed:
        lines.append(page.say("missed", count=now.missed, ours=now.ours_missed))
    if found.without_rate:
        lines.append(page.say("without_rate", count=found.without_rate))
    return lines


def about(page: Page, what: str, when: str, **places: str) -> str:
    """What a chart measures, and over which time."""
    return page.say(
        "about_chart", what=page.say(f"chart_{what}"), when=page.say(when if places else f"chart_{when}", **places)
    )


def _money(page: Page, found: Figures, policy: Policy) -> Drawn:
    bars = (series(page.key, "quarters", "recovered"), series(page.key, "quarters", "lost", Ink.LOST))
    return Drawn(
        "quarters",
        ChartKind.STACKED,
        "quarter",
        bars,
        findings.money(page, found, policy),
        about(page, "money", "quarters"),
        MONEY_AXIS,
    )


def types(page: Page, found: Figures, policy: Policy) -> None:
    head(page, found, policy.settings["base_currency"])
    rows = groups(found, lambda dispute: dispute.outcome.type)
    if rows:
        counts = Drawn(
            "type",
            ChartKind.BAR,
            "type",
            (series(page.key, "type", "opened", labels="0"),),
            findings.types(page, rows),
            about(page, "types", "period"),
            axis="",
            rows=TOP,
        )
        page.band(counts, *lost_chart(page, "type", rows, policy, "dispute_type"))
    page.gap()
    group_table(page, found, Field("type", Kind.CHOICE, "dispute_type"), lambda dispute: dispute.outcome.type)


def lost_chart(
    page: Page, table: str, rows: Sequence[Group], policy: Policy, listing: str = "", what: str = "lost"
) -> list[Drawn]:
    """A chart of the money lost by group, if any was. `listing` names the choices that the groups are."""
    if not any(row.lost for row in rows):
        return []
    bars = (series(page.key, table, "lost", Ink.LOST, labels="#,##0"),)
    return [
        Drawn(
            table,
            ChartKind.BAR,
            table,
            bars,
            findings.costliest(page, rows, listing, policy),
            about(page, what, "period"),
            axis="",
            rows=TOP,
        )
    ]


def rates(page: Page, found: Figures, policy: Policy, rows: Sequence[DisputeRate], name: Field, by: By) -> None:
    """Sellers or categories: rates with their intervals, then the cases of the period."""
    head(page, found, policy.settings["base_currency"])
    limit = policy.settings["high_dispute_rate"]
    drawn = []
    if rows:
        when = about(
            page,
            f"rates_{page.key}",
            "window",
            first=found.window.first.isoformat(),
            last=found.window.last.isoformat(),
        )
        drawn.append(
            Drawn(
                "rates",
                ChartKind.BAR,
                name.key,
                (interval(page.key, "rates"),),
                findings.rates(page, rows, policy),
                when,
                SHARE_AXIS,
                TOP,
            )
        )
    page.band(*drawn, *lost_chart(page, name.key, groups(found, by), policy, name.choices))
    page.table(
        "rates",
        (name, *_RATE),
        (rate_row(page, rate, limit) for rate in rows),
        section="section_rates",
        note="note_rates",
    )
    group_table(page, found, name, by, section="section_cases")


def rate_row(page: Page, rate: DisputeRate, limit: float) -> list[Any]:
    """A rate, its interval, and whether it is above the limit of Settings: for certain or perhaps."""
    sure = certain(rate.of, rate.hits, rate.low, limit)
    verdict = "verdict_sure" if sure else "verdict_perhaps" if rate.rate > limit else "verdict_fine"
    return [rate.name, rate.of, rate.hits, rate.rate, rate.low, rate.high, rate.minus, rate.plus, page.say(verdict)]


def resolution(page: Page, found: Figures, policy: Policy) -> None:
    head(page, found, policy.settings["base_currency"])
    lines = (
        series(page.key, "quarters", "slowest", Ink.GREY, Stroke.THIN),
        series(page.key, "quarters", "median_days", Ink.BLUE, Stroke.THICK),
        series(page.key, "quarters", "target", Ink.LOST, Stroke.DASHED),
    )
    page.band(
        Drawn("quarters", ChartKind.LINE, "quarter", lines, findings.days(page, found), about(page, "days", "quarters"))
    )
    page.table(
        "quarters",
        (
            Field("quarter"),
            Field("closed", _I),
            Field("median_days", _N),
            Field("mean_days", _N),
            Field("slowest", _N),
            Field("target", _I),
        ),
        (
            [label(q.period, found), q.closed, q.median_days, mean(q.days), q.slow_days, policy.settings["target_days"]]
            for q in found.quarters
        ),
        section="section_quarters",
    )
    fields = (
        Field("closed", _I),
        Field("median_days", _N),
        Field("mean_days", _N),
        Field("settled_share", _P),
        Field("opened", _I),
    )
    for key, kind, choices, by in _WAYS:
        rows = (
            [row.name or page.say("unnamed"), row.closed, row.median_days, row.mean_days, row.settled_share, row.opened]
            for row in groups(found, by)
        )
        page.table(key, (Field(key, kind, choices), *fields), rows, section=f"section_by_{key}")


_WAYS: tuple[tuple[str, Kind, str, By], ...] = (
    ("type", Kind.CHOICE, "dispute_type", lambda dispute: dispute.outcome.type),
    ("platform", Kind.CHOICE, "platform", lambda dispute: dispute.platform),
    ("handler", Kind.TEXT, "", lambda dispute: dispute.handler),
)


def losses(page: Page, found: Figures, policy: Policy) -> None:
    head(page, found, policy.settings["base_currency"])
    by_carrier = costliest(found, lambda dispute: dispute.carrier)
    page.band(_money(page, found, policy), *lost_chart(page, "carrier", by_carrier, policy, what="lost_carriers"))
    page.table(
        "quarters",
        (
            Field("quarter"),
            Field("claimed", _M),
            Field("recovered", _M),
            Field("lost", _M),
            Field("recovered_share", _P),
        ),
        ([label(q.period, found), q.claimed, q.recovered, q.lost, q.recovered_share] for q in found.quarters),
        section="section_quarters",
    )
    money = (Field("closed", _I), Field("claimed", _M), Field("recovered", _M), Field("lost", _M))
    ways = (
        *_WAYS,
        ("seller", Kind.TEXT, "", lambda dispute: dispute.seller),
        ("carrier", Kind.TEXT, "", lambda dispute: dispute.carrier),
        ("currency", Kind.TEXT, "", lambda dispute: dispute.case.currency),
    )
    for key, kind, choices, by in ways:
        if key != "handler":
            page.table(
                key,
                (Field(key, kind, choices), *money),
                (
                    [row.name or page.say("unnamed"), row.closed, row.claimed, row.recovered, row.lost]
                    for row in costliest(found, by)
                ),
                section=f"section_by_{key}",
            )


def costliest(found: Figures, by: By) -> list[Group]:
    """The closed cases of the period by what `by` says of them, the largest loss first."""
    return sorted(
        (row for row in groups(found, by) if row.closed), key=lambda row: (-row.lost, -row.closed, str(row.name))
    )


def causes(page: Page, found: Figures, policy: Policy) -> None:
    head(page, found, policy.settings["base_currency"])
    inks = (Ink.BLUE, Ink.ORANGE, Ink.GREY, Ink.PALE)
    page.band(
        Drawn(
            "quarters",
            ChartKind.STACKED,
            "quarter",
            tuple(series(page.key, "quarters", f"cause_{cause}", ink) for cause, ink in zip(CAUSES, inks, strict=True)),
            findings.causes(page, found),
            about(page, "causes", "quarters"),
        )
    )
    page.table(
        "quarters",
        (Field("quarter"), *(Field(f"cause_{cause}", _I) for cause in CAUSES)),
        ([label(q.period, found), *(q.causes.get(cause, 0) for cause in CAUSES)] for q in found.quarters),
        section="section_quarters",
    )
    group_table(
        page,
        found,
        Field("root_cause", Kind.CHOICE, "root_cause"),
        lambda dispute: dispute.case.root_cause,
        section="section_by_root_cause",
    )
    _pareto(page, found, "seller", lambda dispute: dispute.seller)
    _pareto(page, found, "carrier", lambda dispute: dispute.carrier)


def _pareto(page: Page, found: Figures, key: str, other: By) -> None:
    """Closed cases by cause and seller (or carrier), the most frequent pair first, with the running share."""
    counts: dict[tuple[str, str], int] = {}
    for cause, dispute in known(
        lambda one: (one.case.root_cause if one.outcome.closed in found.period else None, one), found.disputes
    ):
        if cause is not None:
            pair = (cause, other(dispute) or page.say("unnamed"))
            counts[pair] = counts.get(pair, 0) + 1
    total, running, rows = sum(counts.values()), 0, []
    for (cause, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        running += count
        rows.append([cause, name, count, count / total, running / total])
    page.table(
        f"pareto_{key}",
        (
            Field("root_cause", Kind.CHOICE, "root_cause"),
            Field(key, wide=2),
            Field("closed", _I),
            Field("part", _P),
            Field("running", _P),
        ),
        rows,
        section=f"section_pareto_{key}",
    )
