"""Every branch of the agreement dispute, walked through the commands on both sides, is as the procedure demands."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import kakosheet
from kakosheet.app.agreement import agreement
from kakosheet.cli import main
from kakosheet.policy import resources

Steps = dict[tuple[str, str, str], list[dict[str, Any]]]
SCRIPT = tomllib.loads(resources.open_text("sample/agreement.toml"))
WALKED = [
    (role, case["key"], number)
    for role in ("buyer", "seller")
    for case in SCRIPT["cases"]
    for number in range(len(case["steps"]))
]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    said: list[str] = []
    done = agreement(tmp_path_factory.mktemp("agreement"), tell=said.append)
    return {**done, "said": said}


def steps(walked: dict[str, Any], role: str, case: str) -> list[dict[str, Any]]:
    return [step for step in walked["steps"] if (step["role"], step["case"]) == (role, case)]


@pytest.mark.parametrize(("role", "case", "number"), WALKED, ids=lambda part: str(part))
def test_the_book_says_what_the_procedure_demands(walked: dict[str, Any], role: str, case: str, number: int) -> None:
    step = steps(walked, role, case)[number]
    assert step["expected"]
    assert {name: step["says"][name] for name in step["expected"]} == step["expected"]


# The dates of the procedure, written down a second time: the script above must not be the only one that knows them.
@pytest.mark.parametrize(
    ("case", "day", "node", "last_day", "state"),
    [
        ("answered", "2026-02-07", "seller_answer", "2026-02-07", "due_today"),
        ("silence", "2026-02-08", "seller_answer", "2026-02-07", "defaulted"),
        ("rejected", "2026-02-06", "vouchers", "2026-02-09", "due_soon"),
        ("ruling", "2026-02-12", "ruling", "2026-02-14", "due_soon"),
        ("modified", "2026-02-06", "seller_answer", "2026-02-11", "on_track"),
        ("return", "2026-02-20", "refund", "2026-03-06", "on_track"),
    ],
)
@pytest.mark.parametrize("role", ["buyer", "seller"])
def test_the_dates_of_the_procedure(
    walked: dict[str, Any], role: str, case: str, day: str, node: str, last_day: str, state: str
) -> None:
    says = next(step["says"] for step in steps(walked, role, case) if step["day"] == day)
    assert (says["node"], says["last_day"], says["state"]) == (node, last_day, state)


def test_whose_clock_it_is_follows_from_the_side_that_we_are_on(walked: dict[str, Any]) -> None:
    acts = {
        role: {
            step["says"]["acts"]
            for step in walked["steps"]
            if step["role"] == role and step["says"]["node"] == "seller_answer"
        }
        for role in ("buyer", "seller")
    }
    assert acts == {"buyer": {"seller"}, "seller": {"we"}}


def test_a_line_is_said_for_each_step(walked: dict[str, Any]) -> None:
    assert len(walked["said"]) == len(walked["steps"]) + 2 == len(WALKED) + 2
    assert not [line for line in walked["said"] if "NOT AS" in line]


def test_the_books_are_in_order_and_settled(walked: dict[str, Any]) -> None:
    for book in walked["books"].values():
        before = Path(book).read_bytes()
        assert not kakosheet.refresh(book, today=SCRIPT["cases"][-2]["steps"][-1]["day"])["written"]
        assert Path(book).read_bytes() == before
        assert [issue for issue in kakosheet.check(book)["issues"] if issue["severity"] == "error"] == []


def test_there_is_no_other_demo(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["demo", "nonsense", str(tmp_path)]).exit_code == 2
