"""The first page of the review: what happened, in words and numbers, beside the period before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kakosheet.core.layout import ChartKind, Ink, Look, Stroke
from kakosheet.core.lookup import Lookup
from kakosheet.core.mending import MOST, mender
from kakosheet.core.schema import Kind
from kakosheet.policy.model import Policy
from kakosheet.policy.stats import change, mean
from kakosheet.reviews import findings
from kakosheet.reviews.figures import Figures, groups
from kakosheet.reviews.heading import about, head, label
from kakosheet.reviews.losses import money_chart
from kakosheet.reviews.page import LAST, Drawn, Field, ReviewPage, series
from kakosheet.sheets import SCHEMA
from kakosheet.sheets.dashboard.facts import Facts
from kakosheet.sheets.dashboard.orders import certain

_I, _N, _P, _M = Kind.INTEGER, Kind.NUMBER, Kind.PERCENT, Kind.MONEY

Measure = tuple[str, float | None, float | None]
"""Its name, its value in this period and in the one before."""

_QUARTER = (
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
)


def summary(page: ReviewPage, found: Figures, policy: Policy, lookup: Lookup) -> None:
    """What happened, in words and numbers, beside the period before; first of all what is missing since nobody can read
    it."""
    head(page, found, policy.settings["base_currency"])
    page.gap()
    _unread(page, lookup)
    for words in _findings(page, found, policy):
        page.line(words)
    page.band(_flow_chart(page, found), money_chart(page, found, policy))
    page.gap()
    page.line(page.say("section_numbers"), Look.SECTION_REVIEW, last_column=LAST)
    page.line(page.say("note_numbers"), Look.SUBLINE)
    for at, (key, kind, rows) in enumerate(_measures(found)):
        _measures_table(page, key, kind, rows, shown=at == 0)
    _quarters(page, found)


def _unread(page: ReviewPage, lookup: Lookup) -> None:
    """A line for each of the first cells that nobody can read, and what to do about them."""
    cells, mend = sorted(lookup.notes.cells), mender(SCHEMA, lookup.tables, page.titles)
    for cell in cells[:MOST]:
        page.line(page.say("unread", what=mend([cell])))
    if cells:
        page.line(page.say("unread_cure", count=len(cells)))
        page.gap()


def _flow_chart(page: ReviewPage, found: Figures) -> Drawn:
    lines = (
        series(page.key, "quarters", "opened", Ink.BLUE, Stroke.THICK),
        series(page.key, "quarters", "closed", Ink.GREY),
    )
    return Drawn(
        "quarters", ChartKind.LINE, "quarter", lines, findings.flow(page, found), about(page, "flow", "quarters")
    )


def _measures_table(page: ReviewPage, key: str, kind: Kind, rows: Sequence[Measure], *, shown: bool) -> None:
    """Measures of one kind, of this period and the one before; their columns are named if `shown`."""
    page.table(
        key,
        (Field("measure"), Field("now", kind), Field("then", kind), Field("difference", kind), Field("from", wide=7)),
        ([page.say(f"kpi_{name}"), now, then, change(now, then), page.say(f"from_{name}")] for name, now, then in rows),
        shown=shown,
    )


def _quarters(page: ReviewPage, found: Figures) -> None:
    page.table(
        "quarters",
        _QUARTER,
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


def _findings(page: ReviewPage, found: Figures, policy: Policy) -> list[str]:
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
