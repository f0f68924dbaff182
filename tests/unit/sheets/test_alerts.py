from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest

from kakosheet.core.records import Cell, faulty
from kakosheet.core.titles import Titles
from kakosheet.policy.loader import load_titles
from kakosheet.policy.model import Policy, Rate
from kakosheet.sheets import alerts
from kakosheet.sheets.alerts.layout import LAYOUT
from kakosheet.sheets.alerts.undated import Inputs, Undated, undated
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.pieces import Piece
from kakosheet.sheets.casework.verdicts import Accepted, NodeDate, NodeState, PieceState

TODAY = date(2026, 11, 21)
POLICY = Policy(
    lang="en",
    profile="shopper",
    settings={"base_currency": "EUR", "due_soon_days": 3},
    shipped={},
    types={},
    clocks={},
    rates={"JPY": Rate("JPY", 0.006, "EUR")},
)
WRITTEN = [reference.partition(".")[2] for reference in alerts.soonest.writes]


def say(name: str, **values: object) -> str:
    return f"{name} {values.get('count', '')}".strip()


def listed(*nodes: dict[str, Any], pieces: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    typed = [
        Node(dispute=node.get("dispute"), what_to_do=node.get("what"), agreed_date=node.get("agreed")) for node in nodes
    ]
    dates = [
        NodeDate(
            due=node.get("due"),
            last_day=node.get("last_day"),
            acts=node.get("acts"),
            clock=node.get("clock"),
            if_nothing_happens=node.get("silence"),
            when_late=node.get("late"),
        )
        for node in nodes
    ]
    abouts = [
        alerts.About(item_and_seller=node.get("item"), amount=node.get("amount"), currency=node.get("currency"))
        for node in nodes
    ]
    proof = [
        Piece(
            id=cells.get("id"),
            dispute=cells.get("dispute"),
            what=cells.get("what"),
            valid_until=cells.get("valid_until"),
        )
        for cells in pieces
    ]
    found = alerts.soonest(
        typed,
        dates,
        [NodeState(state=node.get("state")) for node in nodes],
        proof,
        [PieceState(state=cells.get("state")) for cells in pieces],
        *([[]] * 9),
        abouts,
        [Accepted(accepted_until=cells.get("accepted_until")) for cells in pieces],
        today=TODAY,
        policy=POLICY,
        say=say,
        titles=load_titles("en"),
        mend=lambda cells: ", ".join(cell.column for cell in sorted(cells)),
    )
    return [dict(zip(WRITTEN, row, strict=True)) for row in zip(*found, strict=True)]


def _nodes(states: list[str | None]) -> list[NodeState]:
    return [NodeState(state=state) for state in states]


def _pieces(states: list[str | None]) -> list[PieceState]:
    return [PieceState(state=state) for state in states]


def node(day: int, **values: Any) -> dict[str, Any]:
    return {
        "state": "on_track",
        "last_day": date(2026, 11, day),
        "due": date(2026, 11, day),
        "what": f"step {day}",
        **values,
    }


def test_the_soonest_comes_first_then_the_larger_sum() -> None:
    rows = listed(
        node(25, what="b", amount=5.0, currency="EUR"),
        node(25, what="a", amount=9000.0, currency="JPY"),
        node(19, state="overdue"),
    )
    assert [row["what_to_do"] for row in rows] == ["step 19", "a", "b"]


def test_an_hour_of_the_day_comes_before_the_end_of_that_day() -> None:
    rows = listed(node(25, what="day", amount=500.0), node(25, what="noon", due=datetime(2026, 11, 25, 12)))
    assert [row["what_to_do"] for row in rows] == ["noon", "day"]


def test_an_agreed_date_wins_over_the_computed_one() -> None:
    agreed = datetime(2026, 12, 1)
    (row,) = listed(node(19, agreed=agreed, due=agreed, clock="ours"))
    assert row["due"] == datetime(2026, 12, 1)
    assert row["last_day"] == date(2026, 12, 1)


@pytest.mark.parametrize(("agreed", "day"), [(datetime(2026, 12, 1), 19), (datetime(2026, 11, 17), 17)])
def test_an_agreed_date_never_hides_an_earlier_one_of_the_platform(agreed: datetime, day: int) -> None:
    due = min(agreed, datetime(2026, 11, 19))
    (row,) = listed(node(19, agreed=agreed, due=due, clock="platform"))
    assert (row["due"], row["last_day"]) == (due, date(2026, 11, day))


def test_what_cannot_be_undone_comes_before_what_is_late_or_sooner() -> None:
    rows = listed(
        node(19, state="overdue", acts="we", clock="ours", what="our own, late"),
        node(22, acts="we", clock="platform", what="soon"),
        node(20, state="overdue", acts="seller", clock="platform", what="theirs, late"),
        node(30, acts="we", clock="platform", late="defaulted", what="for good in nine days"),
        node(24, acts="we", clock="platform", late="defaulted", what="for good in three days"),
    )
    assert [row["what_to_do"] for row in rows] == [
        "for good in three days",
        "for good in nine days",
        "theirs, late",
        "soon",
        "our own, late",
    ]


def test_a_day_agreed_before_the_platforms_does_not_make_its_last_day_less_pressing_once_it_has_passed() -> None:
    own = datetime(2026, 11, 10)
    of_platform = {"acts": "we", "clock": "platform", "late": "defaulted"}
    rows = listed(
        node(30, what="in nine days", **of_platform),
        node(21, what="its last day is today", agreed=own, due=own, state="overdue", **of_platform),
    )
    assert [row["what_to_do"] for row in rows] == ["its last day is today", "in nine days"]


@pytest.mark.parametrize("state", ["done", "waived", "waiting", "paused", "not_applicable", None])
def test_what_is_not_running_is_no_alert(state: str | None) -> None:
    (row,) = listed(node(19, state=state))
    assert row["what_to_do"] == "alerts.nothing"
    assert row["last_day"] is None and row["due"] is None


def test_every_date_is_listed_so_that_tomorrows_overdue_shows() -> None:
    assert len(listed(*(node(1 + at % 28) for at in range(150)))) == 150


@pytest.mark.parametrize(("count", "last"), [(200, "step"), (201, "alerts.more 2"), (236, "alerts.more 37")])
def test_what_does_not_fit_is_counted_in_the_last_slot(count: int, last: str) -> None:
    rows = listed(*(node(1 + at % 28) for at in range(count)))
    assert len(rows) == alerts.SLOTS
    assert rows[-1]["what_to_do"].startswith(last)


@pytest.mark.parametrize(
    ("day", "late", "word"),
    [
        (date(2026, 11, 20), None, "overdue"),
        (date(2026, 11, 20), "defaulted", "defaulted"),
        (date(2026, 11, 21), "defaulted", "due_today"),
        (date(2026, 11, 24), None, "due_soon"),
        (date(2026, 11, 25), None, "on_track"),
        (None, None, None),
    ],
)
def test_the_state_flips_overnight(day: date | None, late: str | None, word: str | None) -> None:
    assert alerts.state(day, late, today=TODAY, policy=POLICY) == word


def test_days_left_go_below_zero() -> None:
    assert alerts.days_left(date(2026, 11, 19), today=TODAY) == -2
    assert alerts.days_left(None, today=TODAY) is None


def test_the_line_counts_all_dates_of_deadlines() -> None:
    words = {
        "before_late": "■ ",
        "late": " overdue ▲ ",
        "within": " within ",
        "days": " days ● ",
        "later": " later",
        "expiring": " expiring: ",
    }
    states = ["overdue", "defaulted", "due_today", "due_soon", "on_track", "done", None, "waiting", "overdue"]
    titles = Titles("en", choices={"alert_count": words})
    assert alerts.count_line(_nodes(states), _pieces(["have", None]), policy=POLICY, titles=titles) == [
        "■ 3 overdue ▲ 2 within 3 days ● 1 later"
    ]
    assert alerts.count_line([], _pieces(["expiring", "missing", "expiring"]), policy=POLICY, titles=titles)[
        0
    ].endswith("later expiring: 2")


def test_evidence_that_expires_soon_stands_among_the_dates_with_what_its_case_is_about() -> None:
    piece = {
        "state": "expiring",
        "dispute": "d-2026-0001",
        "what": "waybill",
        "id": "E-0001",
        "valid_until": date(2026, 11, 24),
    }
    rows = listed(
        node(23), node(25, dispute="D-2026-0001", item="Lamp · Volt", amount=20.0, currency="EUR"), pieces=[piece]
    )
    assert [row["last_day"].day for row in rows] == [23, 24, 25]
    assert (rows[1]["acts"], rows[1]["item_and_seller"], rows[1]["at_stake"], rows[1]["if_nothing_happens"]) == (
        "we",
        "Lamp · Volt",
        20.0,
        "evidence.too_late",
    )


def test_every_column_has_its_place() -> None:
    for table in alerts.SHEET.tables:
        assert LAYOUT.placed(table.key).columns.keys() == table.by_key.keys()


@pytest.mark.parametrize("state", ["done", "waived", "on_track"])
def test_a_row_whose_key_cannot_be_known_is_told_whatever_its_state_since_none_is_made_beside_it(state: str) -> None:
    lost = frozenset({Cell("deadlines", "key", 0)})
    node = faulty(Node(dispute="D-2026-0001", done_on=datetime(2026, 11, 1)), {"key": lost})
    assert untold([node], [NodeDate()], [NodeState(state=state)]) == [Undated("dates", "D-2026-0001", lost)]


def test_what_names_no_case_is_not_told_beside_the_case_that_the_same_cell_is_told_for() -> None:
    lost = {"state": frozenset({Cell("disputes", "closed_on", 0)})}
    nodes = [Node(key="D-2026-0001/plan/1", dispute="D-2026-0001"), Node(key="R-0001")]
    states = [faulty(NodeState(), lost) for _ in nodes]
    days = [NodeDate() for _ in nodes]
    assert untold(nodes, days, states) == [Undated("dates", "D-2026-0001", lost["state"])]
    assert untold(nodes[1:], days[1:], states[1:]) == [Undated("dates", None, lost["state"])]


def untold(nodes: list[Node], dates: list[NodeDate], states: list[NodeState]) -> list[Undated]:
    return undated(Inputs(nodes, dates, states, *([[]] * (len(Inputs._fields) - 3))), TODAY)


def may_run(*days: date | None) -> Undated:
    """What is told of dates of one case of which nobody knows whether they still run."""
    lost = {"state": frozenset({Cell("disputes", "result", 0)})}
    nodes = [Node(key=f"D-2026-0001/n{at}/1", dispute="D-2026-0001") for at in range(len(days))]
    (told,) = untold(nodes, [NodeDate(last_day=day) for day in days], [faulty(NodeState(), lost) for _ in nodes])
    return told


def test_of_dates_that_may_run_the_next_is_told_with_its_day() -> None:
    told = may_run(date(2026, 11, 30), date(2026, 11, 25))
    assert told.day == date(2026, 11, 25)
    words = told.text(load_titles("en").say, lambda cells: "Result")
    assert words == "Mend Result: D-2026-0001 may have a date on 2026-11-25"


@pytest.mark.parametrize("other", [None, date(2026, 11, 1)])
def test_where_one_of_them_has_no_day_or_may_be_late_no_day_of_another_calms(other: date | None) -> None:
    for told in (may_run(other), may_run(date(2026, 11, 25), other)):
        assert told.day is None and "cannot be dated" in told.text(load_titles("en").say, lambda cells: "Result")
