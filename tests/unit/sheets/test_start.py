import re
import tomllib
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from kakosheet.core.layout import Text
from kakosheet.core.records import Record
from kakosheet.policy.model import Policy, Rate
from kakosheet.sheets import start
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.names import Seller
from kakosheet.sheets.casework.news import Word
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.orders import Purchase
from kakosheet.sheets.casework.pieces import Needed
from kakosheet.sheets.casework.verdicts import CaseStage, NodeDate, NodeState, PieceState, SellerRecord
from kakosheet.sheets.improvements.effects import Improvement
from kakosheet.sheets.start.counts import Checked
from kakosheet.sheets.start.layout import LAYOUT, SHEETS, layout
from kakosheet.sheets.start.next_dates import Actor, Alert
from kakosheet.sheets.start.tiles import Judgement

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
TITLES = Path(__file__).parents[3] / "templates" / "titles"


def say(name: str, **values: object) -> str:
    return name + "".join(f" {value}" for value in values.values())


def test_tiles_count_what_is_open() -> None:
    states = ["overdue", "defaulted", "due_today", "due_soon", "on_track", "open", "closed", "waived", None]
    assert start.overdue(_of(NodeState, state=states)) == [2]
    assert start.due_soon(_of(NodeState, state=states)) == [2]
    assert start.open_disputes(_of(Case, closed_on=[None, TODAY, None], waived=[None, None, "lost"])) == [1]


def _of(record: type[Record], **columns: list[Any]) -> list[Any]:
    """Records of columns, given by field."""
    return [record(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]


def tiles(**given: list[Any]) -> tuple[list[int], ...]:
    known: defaultdict[str, list[Any]] = defaultdict(list, given)
    result: tuple[list[int], ...] = start.other_tiles(
        _of(Case, amount=known["amounts"], currency=known["currencies"], closed_on=known["closed"]),
        _of(Needed, required=known["required"]),
        _of(PieceState, state=known["pieces"]),
        _of(Case, closed_on=known["case_closed"]),
        _of(Purchase, bought_on=known["bought"], risk_accepted=known["accepted"]),
        _of(Judgement, risk=known["risks"]),
        policy=POLICY,
    )
    return result


def test_money_at_stake_is_that_of_open_cases_in_the_base_currency() -> None:
    stake, _, _ = tiles(
        closed=[None, TODAY, None, None],
        amounts=[100.0, 50.0, 10000.0, 7.0],
        currencies=["EUR", "EUR", "JPY", "XAU"],
    )
    assert stake == [160]


def test_only_required_evidence_of_open_cases_is_missing() -> None:
    _, missing, _ = tiles(
        pieces=["missing", "missing", "have", "missing"],
        required=[True, False, True, True],
        case_closed=[None, None, None, TODAY],
    )
    assert missing == [1]


def test_a_risk_that_was_taken_or_paid_is_not_counted() -> None:
    _, _, risky = tiles(
        risks=["high"] * 3 + ["medium"], bought=[None, TODAY, None, None], accepted=[None, None, "only shop", None]
    )
    assert risky == [1]


def test_notes_name_days_so_that_they_stay_true_overnight() -> None:
    oldest, nearest, platform, stake = start.notes(
        _of(Node, agreed_date=[None, datetime(2026, 11, 18, 9), None, None]),
        _of(NodeDate, last_day=[date(2026, 11, 19), date(2026, 11, 30), date(2026, 11, 23), date(2026, 1, 1)]),
        _of(NodeState, state=["overdue", "overdue", "due_soon", "done"]),
        _of(Case, amount=[5.0, 5.0], currency=["XAU", "XAU"], closed_on=[None, TODAY]),
        _of(CaseStage, stage=["appeal", "appeal"]),
        policy=POLICY,
        say=say,
    )
    assert oldest == ["start.oldest 2026-11-18"]
    assert nearest == ["start.nearest 2026-11-23"]
    assert platform == ["start.at_platform 1"]
    assert stake == ["start.without_rate EUR 1"]


def test_an_empty_book_has_nothing_to_tell() -> None:
    assert tiles() == ([0], [0], [0])
    assert start.notes(*[[]] * 5, policy=POLICY, say=say)[:2] == ([None], [None])
    assert start.prevention(*[[]] * 4, today=TODAY, policy=POLICY) == [0] * 5
    assert start.handling([], []) == [0] * 5
    assert start.review(*[[]] * 3, today=TODAY) == [0] * 5


def test_prevention_counts_what_is_still_to_be_done_before_and_after_paying() -> None:
    found = start.prevention(
        _of(Purchase, bought_on=[None, None, TODAY], confirmed_on=[None, TODAY, None], shipped=[None, None, TODAY]),
        _of(
            Checked,
            risk=["high", "low", "high"],
            ask_the_seller=["By which day?", "Which size?", "Why?"],
            return_window_ends=[date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 20)],
        ),
        _of(Seller, list_status=["white", "watch", None]),
        _of(SellerRecord, proposed=["watch", "watch", None]),
        today=TODAY,
        policy=POLICY,
    )
    assert found == [1, 1, 1, 1, 1]


def test_handling_counts_open_cases_by_stage() -> None:
    assert start.handling(
        _of(Case, closed_on=[None, None, TODAY]), _of(CaseStage, stage=["appeal", "appeal", "closure"])
    ) == [0, 0, 0, 2, 0]


def test_review_counts_this_quarter() -> None:
    cases = _of(
        Case,
        closed_on=[TODAY, date(2026, 9, 30), TODAY, None],
        root_cause=[None, "misread", None, None],
        waived=[None, None, "double", None],
    )
    found = start.review(
        cases,
        _of(Word, at=[datetime(2026, 10, 1), datetime(2026, 9, 30), None]),
        _of(
            Improvement,
            kind=["proposal", "proposal", "measure"],
            decision=[None, "later", "adopt"],
            started_on=[None, None, TODAY],
        ),
        today=TODAY,
    )
    assert found == [1, 1, 1, 1, 1]


def test_only_the_head_of_the_alerts_is_shown() -> None:
    alerts = [Alert(what_to_do=f"step {at}", last_day=date(2026, 3, 9)) for at in range(200)]
    found = start.next_dates(alerts, [Actor(acts="seller")] * 200, today=date(2026, 3, 2))
    assert found[1] == [f"step {at}" for at in range(10)]


def test_what_is_merely_late_of_ours_takes_three_lines_at_most_while_there_is_something_else() -> None:
    def shown(late: int, others: int) -> list[Any]:
        alerts = [Alert(what_to_do=f"late {at}", last_day=date(2026, 3, 1), when_late="overdue") for at in range(late)]
        alerts += [Alert(what_to_do=f"other {at}", last_day=date(2026, 3, 9)) for at in range(others)]
        blanks = 200 - len(alerts)
        actors = [Actor(acts="we")] * len(alerts) + [Actor.blank()] * blanks
        return start.next_dates([*alerts, *[Alert.blank()] * blanks], actors, today=date(2026, 3, 2))[1]

    assert shown(9, 20) == ["late 0", "late 1", "late 2", *(f"other {at}" for at in range(7))]
    assert shown(5, 2) == ["late 0", "late 1", "late 2", "other 0", "other 1", "late 3", "late 4", None, None, None]


def test_every_column_has_its_place() -> None:
    for table in start.SHEET.tables:
        assert LAYOUT.placed(table.key).columns.keys() == table.by_key.keys()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_words_are_there_and_none_is_left_over(lang: str) -> None:
    words = tomllib.loads((TITLES / lang / "start.toml").read_text(encoding="utf-8"))["texts"]
    used = {text.text.removeprefix("start.") for text in LAYOUT.texts if isinstance(text, Text) and text.text}
    used |= {f"about_{sheet}" for sheet in SHEETS} | {
        "oldest",
        "nearest",
        "at_platform",
        "in_open_cases",
        "without_rate",
    }
    assert used == words.keys()
    assert all(len(words[f"use_{at}"]) <= 62 for at in range(1, 7))


def test_links_stand_in_two_columns_of_equal_length() -> None:
    (links,) = layout(("purchases", "disputes", "deadlines", "evidence", "sellers", "dashboard")).links
    assert links.lines == 3


def test_both_languages_fill_the_same_places() -> None:
    texts = [
        tomllib.loads((TITLES / lang / f"{name}.toml").read_text(encoding="utf-8"))["texts"]
        for name in ("start", "alerts")
        for lang in ("en", "zh")
    ]
    for english, chinese in (texts[:2], texts[2:]):
        assert {key: re.findall(r"{\w+}", text) for key, text in english.items()} == {
            key: re.findall(r"{\w+}", text) for key, text in chinese.items()
        }


def test_lines_of_the_loop_lead_where_something_can_be_seen() -> None:
    from kakosheet.sheets.start.layout import layout

    few = {text.text: text.link for text in layout(("start", "purchases", "disputes", "sellers", "dashboard")).texts}
    many = {
        text.text: text.link
        for text in layout(("start", "purchases", "disputes", "sellers", "dashboard", "log", "improvements")).texts
    }
    assert few["start.prevention_to_check"] == many["start.prevention_to_check"] == "purchases"
    assert (few["start.review_messages"], few["start.review_running"]) == ("", "")
    assert (many["start.review_messages"], many["start.review_running"]) == ("log", "improvements")
