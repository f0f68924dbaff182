"""A digest of many dates goes in several messages: each date counts as told with the message that names it, and none goes twice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from kakosheet.notify.gateways import MOST_PARTS
from tests.notify.conftest import TODAY, Gateway, gateway_env

Run = Callable[..., "CompletedProcess[str]"]
MANY = [f"Ask <script>{nth:03}</script> @everyone" for nth in range(20)]


@pytest.fixture
def full(book: Path) -> Path:
    """A book in which Jo has more to do than one message names."""
    from kakosheet.app.add import add_rows

    add_rows(
        book,
        "deadlines",
        [{"what_to_do": what, "agreed_date": "2026-11-25", "who": "Jo"} for what in MANY],
        today=TODAY,
    )
    return book


def send(
    run: Run, book: Path, gateway: Gateway, *more: str, today: str = "2026-11-24", **env: str
) -> CompletedProcess[str]:
    url = f"Jo=json://127.0.0.1:{gateway.port}/hook"
    return run(
        "remind",
        str(book),
        "--send",
        "--json",
        "--today",
        today,
        *more,
        env=gateway_env(gateway, KAKOSHEET_NOTIFY_URLS=url, **env),
        servers=(gateway,),
    )


def named(gateway: Gateway) -> list[str]:
    return [
        what for post in gateway.posts for what in re.findall(r"Ask <script>\d{3}</script> @everyone", post["message"])
    ]


def sent(done: CompletedProcess[str]) -> dict[str, object]:
    return next(one for one in json.loads(done.stdout)["sent"] if one["who"] == "Jo")


def test_all_of_it_goes_on_the_same_day_and_nothing_twice(full: Path, gateway: Gateway, run: Run) -> None:
    done = sent(send(run, full, gateway))
    assert (done["state"], done["told"]) == ("sent", 21)
    assert sorted(named(gateway)) == MANY
    assert len(gateway.posts) == 2
    send(run, full, gateway)
    send(run, full, gateway, today="2026-11-24")
    assert len(gateway.posts) == 2


def test_what_a_refused_message_names_is_tried_again_and_nothing_else(full: Path, gateway: Gateway, run: Run) -> None:
    gateway.takes = 1
    first = send(run, full, gateway)
    done, before = sent(first), named(gateway)
    assert first.returncode == 5
    assert done["state"] == "failed" and 0 < len(before) < len(MANY)
    assert done["told"] == 15
    gateway.takes = 1000
    again = sent(send(run, full, gateway))
    assert (again["state"], again["told"]) == ("sent", 6)
    assert sorted(named(gateway)) == MANY


def test_a_run_killed_between_two_messages_doubles_and_loses_nothing(full: Path, gateway: Gateway, run: Run) -> None:
    gateway.kill_at = 2
    assert send(run, full, gateway).returncode == -9
    gateway.kill_at = 0
    assert len(gateway.posts) == 2
    send(run, full, gateway)
    assert len(gateway.posts) == 2, "whether the second arrived nobody knows: not again today"
    send(run, full, gateway, today="2026-11-25")
    assert set(named(gateway)) == set(MANY)


def test_more_than_a_day_may_bring_waits_and_is_said(full: Path, gateway: Gateway, run: Run) -> None:
    from kakosheet.app.add import add_rows

    more = [
        {"what_to_do": f"More {nth:03}", "agreed_date": "2026-11-26", "who": "Jo"} for nth in range(15 * MOST_PARTS)
    ]
    add_rows(full, "deadlines", more, today=TODAY)
    done = sent(send(run, full, gateway))
    told = 15 * MOST_PARTS
    assert (done["state"], done["told"]) == ("sent", told)
    assert f"{21 + len(more) - told} more wait until tomorrow" == done["reason"]
    assert len(gateway.posts) == MOST_PARTS
    send(run, full, gateway, today="2026-11-25")
    text = "".join(post["message"] for post in gateway.posts)
    assert all(one["what_to_do"] in text for one in more)
