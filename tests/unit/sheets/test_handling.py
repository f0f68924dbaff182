"""How cases are handled: reminders and what they brought about, paces by quarter, ages, against an independent computation with pandas."""

import random
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import pytest

from kakosheet.core.records import Record
from kakosheet.policy.loader import load_policy, load_titles
from kakosheet.policy.periods import parse_period
from kakosheet.sheets import dashboard
from kakosheet.sheets.casework.case import Case, Offer
from kakosheet.sheets.casework.news import Word
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.verdicts import CaseLoss, NodeDate
from kakosheet.sheets.dashboard.cases import outcomes
from kakosheet.sheets.dashboard.handling import about_pace
from kakosheet.sheets.dashboard.pace import Answered, Taken, ages, pace
from kakosheet.sheets.dashboard.reminders import Urging, read_reminders

pd = pytest.importorskip("pandas")
TODAY = date(2026, 11, 21)
QUARTERS = pd.period_range(end=pd.Period("2026Q4"), periods=8, freq="Q")
D = {"disputes.dispute_id": "D-1", "disputes.our_role": "buyer"}
WORD = ("log.dispute", "log.at", "log.direction", "log.counterpart", "log.kind")
STEP = ("deadlines.dispute", "deadlines.acts", "deadlines.done_on")
OFFER = ("offers.dispute", "offers.by", "offers.on", "offers.answer", "offers.answered_on")
HANGS_ON = {
    "buyer": {"disputes.order -> purchases.id": "P-1"},
    "seller": {"disputes.order -> sales.id": "S-1"},
    None: {},
}


def read(kind: type[Record], rows: list[dict[str, Any]]) -> list[Any]:
    """Records of rows that are named like reads; a case hangs on an order of the side that we are on."""
    whole = [{**HANGS_ON[row.get("disputes.our_role")], **row} for row in rows]
    return [kind(**{field.name: row.get(field.reads[0]) for field in kind.fields}) for row in whole]


def told(log: list[tuple[Any, ...]], *, cases: Any = (D,), steps: Any = (), offers: Any = ()) -> list[Urging]:
    """Reminders of a small book; a line of the log is (case, at, direction, with, kind)."""
    lines = [dict(zip(WORD, line, strict=True)) for line in log]
    return read_reminders(
        read(Case, cases), read(Word, lines), read(Node, steps), read(NodeDate, steps), read(Offer, offers)
    )


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 9, day, hour)


def urge(
    day: int,
    hour: int = 0,
    whom: str | None = "seller",
    kind: str | None = "follow_up",
    direction: str = "out",
    case: str = "D-1",
) -> tuple[Any, ...]:
    return case, at(day, hour), direction, whom, kind


def answer(day: int, hour: int = 0, whom: str = "seller", case: str = "d-1") -> tuple[Any, ...]:
    return case, at(day, hour), "in", whom, None


def days(*args: Any, **named: Any) -> list[float | None]:
    return [one.days for one in told(*args, **named)]


def test_from_the_reminder_to_the_next_message_of_those_who_were_reminded() -> None:
    assert days([urge(1, 8), answer(3, 20)]) == [2.5]
    assert days([urge(1), answer(4, 20)]) == [3], "without a time of day whole days count"
    assert days([answer(1), urge(2), answer(2, 9)]) == [0]
    assert days([urge(5, 12), answer(5, 9)]) == [None], "what was said before was not brought about"
    assert days([urge(1), answer(4, whom="carrier"), answer(4, case="D-2")]) == [None]


def test_reminders_until_they_act_are_one_and_count_from_the_first() -> None:
    assert days([urge(1), urge(3), urge(4), answer(6)]) == [5]
    assert days([urge(1), answer(3), urge(8), answer(10), answer(11)]) == [2, 2]
    assert days([urge(1), answer(3), urge(3, 9)]) == [2], "of one day and without hours: nobody knows which was first"
    assert days([urge(1), urge(2, whom="carrier"), answer(4)]) == [3, None]


def test_only_an_outgoing_follow_up_in_a_case_that_runs_is_a_reminder() -> None:
    assert (
        days(
            [
                urge(1, kind="query"),
                urge(2, kind=None),
                urge(3, direction="in"),
                urge(4, whom="customer"),
                urge(5, whom=None),
            ]
        )
        == []
    )
    assert days([urge(1, case="D-9")]) == [], "about no case that is known"
    assert days([urge(1)], cases=[{**D, "disputes.waived": "not worth it"}]) == []
    closed = {**D, "disputes.closed_on": at(5).date()}
    assert days([urge(5, 9), answer(7)], cases=[closed]) == [2] and days([urge(6), answer(7)], cases=[closed]) == []
    assert [one.open_at(at(day).date()) for one in told([urge(3)], cases=[closed]) for day in (2, 3, 4, 5)] == [
        False,
        True,
        True,
        False,
    ]


def test_other_ways_to_act() -> None:
    step = dict(zip(STEP, ("D-1", "seller", at(4)), strict=True))
    assert days([urge(1)], steps=[step]) == [3] and days([urge(1, whom="platform")], steps=[step]) == [None]
    offer = dict(zip(OFFER, ("D-1", "seller", at(6, 12), None, None), strict=True))
    assert days([urge(1, 12)], offers=[offer]) == [5]
    ours = dict(zip(OFFER, ("D-1", "buyer", at(1), "rejected", at(3)), strict=True))
    assert days([urge(2)], offers=[ours]) == [1]
    assert days([urge(2)], offers=[{**ours, "offers.answer": "withdrawn"}]) == [None], "that was our own act"
    assert days([urge(1)], cases=[{**D, "disputes.refund_received_on": at(9).date()}]) == [8]
    decided = {**D, "disputes.your_decision": "carrier", "disputes.answered_on": at(3).date()}
    assert days([urge(1), urge(1, whom="carrier")], cases=[decided]) == [2, None]


def test_where_we_sell_the_supplier_acts_by_what_is_his() -> None:
    sold = {**D, "disputes.our_role": "seller", "disputes.refund_received_on": at(2).date()}
    offer = dict(zip(OFFER, ("D-1", "seller", at(2), None, None), strict=True))
    assert days([urge(1)], cases=[sold], offers=[offer]) == [None], "our own offer and refund"
    assert days([urge(1), answer(4)], cases=[sold], offers=[offer]) == [3]


# -- against pandas ---------------------------------------------------------------------------------------------------------------


@cache
def book(seed: int = 3) -> dict[str, list[dict[str, Any]]]:
    """Cases, messages, steps and offers of two years and a half."""
    rng = random.Random(seed)
    cases: list[dict[str, Any]] = []
    log, steps, offers = [], [], []
    for number in range(150):
        name, opened = f"D-{number}", datetime(2024, 6, 1) + timedelta(days=rng.randrange(900))
        ended = opened.date() + timedelta(days=rng.randrange(5, 120)) if rng.random() < 0.6 else None
        cases.append(
            {
                "disputes.dispute_id": name,
                "disputes.our_role": rng.choice(["buyer", "buyer", "seller"]),
                "disputes.opened_on": opened,
                "disputes.closed_on": ended if ended is not None and ended <= TODAY else None,
                "disputes.waived": "no" if rng.random() < 0.1 else None,
                "disputes.amount": rng.choice([10.0, 25.5, None]),
                "disputes.currency": rng.choice(["EUR", "XXX"]),
                "disputes.assigned_to": rng.choice(["Li", None]),
                "disputes.first_answer_days": rng.choice([None, 0.5, 2.0, 11.0]),
            }
        )
        for _ in range(rng.randrange(9)):
            moment = opened + timedelta(days=rng.randrange(60), hours=rng.choice([0, 0, 9, 17]))
            log.append(
                dict(
                    zip(
                        WORD,
                        (
                            rng.choice([name, name.lower()]),
                            moment,
                            rng.choice(["in", "out"]),
                            rng.choice(["seller", "seller", "carrier", "customer"]),
                            rng.choice(["follow_up", "follow_up", "query", None]),
                        ),
                        strict=True,
                    )
                )
            )
        for _ in range(rng.randrange(3)):
            done, spent = opened + timedelta(days=rng.randrange(50)), rng.randrange(12)
            steps.append(
                {
                    "deadlines.dispute": name,
                    "deadlines.acts": rng.choice(["seller", "we", "carrier"]),
                    "deadlines.done_on": done,
                    "deadlines.node": rng.choice(["responsibility", "report"]),
                    "deadlines.days_taken": spent,
                    "deadlines.ended": None,
                    "deadlines.waived": "no" if rng.random() < 0.1 else None,
                }
            )
        offers.append(
            dict(
                zip(
                    OFFER,
                    (
                        name,
                        rng.choice(["seller", "buyer", "platform"]),
                        opened + timedelta(days=rng.randrange(50)),
                        rng.choice([None, "accepted", "withdrawn"]),
                        opened + timedelta(days=60),
                    ),
                    strict=True,
                )
            )
        )
    return {"cases": cases, "log": log, "steps": steps, "offers": offers}


def frame(name: str) -> Any:
    return pd.DataFrame(book()[name], dtype=object).rename(columns=lambda key: key.partition(".")[2])


def acts() -> Any:
    """Every act of the others by case and who, one a row."""
    roles = frame("cases").set_index("dispute_id")["our_role"]
    log, steps, offers = frame("log"), frame("steps"), frame("offers")
    told = log[log["direction"] == "in"][["dispute", "counterpart", "at"]]
    bought = offers["dispute"].map(roles) != "seller"
    theirs = offers[(offers["by"] == "seller") & bought].assign(at=lambda rows: rows["on"], counterpart="seller")
    answers = offers[(offers["by"] == "buyer") & bought & (offers["answer"] == "accepted")].assign(
        at=lambda rows: rows["answered_on"], counterpart="seller"
    )
    done = steps.rename(columns={"acts": "counterpart", "done_on": "at"})
    found = pd.concat([part[["dispute", "counterpart", "at"]] for part in (told, theirs, answers, done)])
    return found.assign(dispute=found["dispute"].str.upper(), at=pd.to_datetime(found["at"]))


def gap(begun: Any, end: Any) -> float:
    whole = begun == begun.normalize() or end == end.normalize()
    return (end.normalize() - begun.normalize()).days if whole else (end - begun) / pd.Timedelta(days=1)


@cache
def urged() -> Any:
    """The reminders as pandas finds them: at, acted, days, closed."""
    cases, log, done = frame("cases").set_index("dispute_id"), frame("log"), acts()
    log = log[(log["direction"] == "out") & (log["kind"] == "follow_up") & (log["counterpart"] != "customer")]
    log = log.assign(dispute=log["dispute"].str.upper(), at=pd.to_datetime(log["at"]))
    log = log[log["dispute"].map(cases["waived"]).isna()]
    closed = pd.to_datetime(log["dispute"].map(cases["closed_on"]))
    log = log[closed.isna() | (log["at"].dt.normalize() <= closed)].sort_values("at")
    rows = []
    for (name, whom), group in log.groupby(["dispute", "counterpart"]):
        mine, last = (
            done[(done["dispute"] == name) & (done["counterpart"] == whom)]["at"].sort_values(),
            pd.Timestamp("2000-01-01"),
        )
        for begun in group["at"]:
            if last is None or gap(last, begun) <= 0:
                continue
            after = mine[[end > last and gap(begun, end) >= 0 for end in mine]]
            first = min(((gap(begun, end), end) for end in after), default=(None, None))
            last = first[1]
            rows.append(
                {"at": begun, "acted": last, "days": first[0], "closed": pd.to_datetime(cases["closed_on"][name])}
            )
    return pd.DataFrame(rows).assign(
        acted=lambda found: pd.to_datetime(found["acted"]), days=lambda found: found["days"].astype(float)
    )


def approx(values: Any, within: float = 1e-9) -> Any:
    return [pytest.approx(value, abs=within) if value == value else None for value in values]


def test_quarters_agree_with_pandas() -> None:
    cases, steps = book()["cases"], book()["steps"]
    tables = {"disputes": cases, "deadlines": steps, "log": book()["log"], "offers": book()["offers"]}
    written = dashboard.quarter_pace(
        *(read(kind, tables[kind.table]) for kind in dashboard.quarter_pace.reads), today=TODAY
    )
    found = dict(zip((name.partition(".")[2] for name in dashboard.quarter_pace.writes), written, strict=True))
    assert found["quarter"] == [*(f"{quarter.year} Q{quarter.quarter}" for quarter in QUARTERS[:-1]), "2026 Q4*"]

    disputes = frame("cases")
    opened = disputes[disputes["waived"].isna() & (pd.to_datetime(disputes["opened_on"]) <= str(TODAY))]
    answers = (
        opened["first_answer_days"]
        .astype(float)
        .groupby(pd.to_datetime(opened["opened_on"]).dt.to_period("Q"))
        .median()
    )
    assert found["first_answer"] == approx(answers.reindex(QUARTERS))

    taken = frame("steps")
    taken = taken[
        (taken["node"] == "responsibility") & taken["waived"].isna() & (pd.to_datetime(taken["done_on"]) <= str(TODAY))
    ]
    by = taken["days_taken"].astype(float).groupby(pd.to_datetime(taken["done_on"]).dt.to_period("Q"))
    assert found["responsible"] == approx(by.median().reindex(QUARTERS)) and found["slow_responsible"] == approx(
        by.quantile(0.9).reindex(QUARTERS)
    )

    known = urged()
    in_time = known[known["acted"] < pd.Timestamp(TODAY) + pd.Timedelta(days=1)]
    middle = in_time["days"].groupby(in_time["acted"].dt.to_period("Q")).median()
    assert len(in_time) > 30 and found["reminder"] == approx(middle.reindex(QUARTERS), within=0.05)
    ends = [min(quarter.end_time.normalize(), pd.Timestamp(TODAY)) for quarter in QUARTERS]
    waiting = [
        (
            (known["at"].dt.normalize() <= end) & ~(known["acted"].dt.normalize() <= end) & ~(known["closed"] <= end)
        ).sum()
        for end in ends
    ]
    assert found["reminders_open"] == waiting and max(waiting) > 3


def test_ages_agree_with_pandas() -> None:
    policy = load_policy("merchant", "en")
    words, open_, unassigned, claimed = dashboard.open_ages(
        *(read(kind, book()["cases"]) for kind in dashboard.open_ages.reads),
        today=TODAY,
        policy=policy,
        say=load_titles("en").say,
    )
    disputes = frame("cases")
    opened = pd.to_datetime(disputes["opened_on"])
    disputes = disputes[
        disputes["waived"].isna() & disputes["closed_on"].isna() & (opened.dt.normalize() <= str(TODAY))
    ]
    age = (pd.Timestamp(TODAY) - pd.to_datetime(disputes["opened_on"]).dt.normalize()).dt.days
    groups = pd.cut(age, [-1, 3, 7, 14, 30, 60, 10_000])
    by = disputes.groupby(groups, observed=False)
    assert words == ["0–3 days", "4–7 days", "8–14 days", "15–30 days", "31–60 days", "over 60 days"]
    assert open_ == list(by.size()) and sum(open_) > 20
    assert unassigned == list(by["assigned_to"].apply(lambda names: names.isna().sum()))
    amounts = disputes["amount"].astype(float).where(disputes["currency"] == "EUR")
    assert claimed == approx(amounts.groupby(groups, observed=False).sum())


def test_a_book_without_cases_has_no_paces_and_no_ages() -> None:
    none = [[] for _ in dashboard.quarter_pace.reads]
    _, *paces = dashboard.quarter_pace(*none, today=TODAY)
    assert paces == [[None] * 8] * 4 + [[0] * 8]
    policy, titles = load_policy("shopper", "en"), load_titles("en")
    lines = dashboard.findings(
        *([] for _ in dashboard.findings.reads), today=TODAY, policy=policy, say=titles.say, titles=titles
    )
    assert lines == (["No case is open"], ["Too few cases yet to tell how fast they go (0)"])


def test_responsibility_is_told_beside_the_year_before() -> None:
    say = load_titles("en").say

    def steps(day: date, *taken: int) -> list[Taken]:
        return [Taken("responsibility", day, days) for days in taken]

    now, before = steps(date(2026, 2, 1), 1, 2, 2, 3, 9), steps(date(2025, 12, 31), 9, 9, 9, 1, 12)
    assert (
        about_pace([*now, *before], [], TODAY, say) == "Responsibility clear in 2 days, 7 days faster than a year ago"
    )
    assert about_pace([*now, *steps(date(2025, 2, 1), 1, 1, 1, 1, 1)], [], TODAY, say).endswith(
        "1 day slower than a year ago"
    )
    assert about_pace([*now, *before[1:]], [], TODAY, say) == "Responsibility clear in 2 days"
    assert about_pace([*now[1:], *before], [], TODAY, say) == "Too few cases yet to tell how fast they go (4)"


def test_where_nobody_settles_responsibility_the_first_answer_is_told() -> None:
    say = load_titles("en").say
    now, before = ([Answered(day, days) for days in (0.3, 1.0, 1.2, 4.0, 5.0)] for day in (TODAY, date(2025, 3, 1)))
    assert about_pace([], now, TODAY, say) == "A first answer after 1.2 days"
    assert about_pace([], [*now, *before], TODAY, say) == "A first answer after 1.2 days, as a year ago"
    slow = [Answered(date(2025, 3, 1), 1.3) for _ in range(5)]
    assert about_pace([], [*now, *slow], TODAY, say) == "A first answer after 1.2 days, 0.1 days faster than a year ago"


def test_a_period_counts_what_was_known_at_its_end() -> None:
    quarter = parse_period("2026Q3")
    assert quarter is not None
    urges = [
        Urging("seller", at(10), at(12).date(), 2, None),
        Urging("seller", at(20), date(2026, 10, 2), 12, None),
        Urging("seller", at(20), None, None, date(2026, 9, 30)),
        Urging("seller", at(20), None, None, date(2026, 10, 1)),
    ]
    found = pace(quarter, (), (), urges)
    assert (found.reminder, found.reminders_open) == (2, 2)


def test_a_case_opened_after_the_day_is_not_open_and_one_closed_on_it_neither() -> None:
    def case(opened: date | None, closed: date | None, who: str | None = None) -> Case:
        return Case(
            dispute_id="D",
            opened_on=None if opened is None else datetime.combine(opened, time()),
            closed_on=closed,
            assigned_to=who,
        )

    cases = [
        case(TODAY + timedelta(1), None),
        case(date(2026, 11, 1), TODAY),
        case(None, None),
        case(date(2026, 11, 18), None, "Li"),
        case(date(2026, 11, 17), None),
    ]
    known = outcomes(cases, [CaseLoss.blank()] * 5, load_policy("shopper", "en"))
    assert [(group.open, group.unassigned) for group in ages(known, TODAY)] == [(1, 0), (1, 1)] + [(0, 0)] * 4
