"""`due` on the command line: the engine by itself, as its user meets it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import kakosheet
from kakosheet.cli import main


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["due", *arguments])
    return result.exit_code, result.output


def test_each_skipped_or_made_up_day_is_said() -> None:
    code, said = run("2 working_days", "--start", "2026-02-12", "--calendar", "CN", "--now", "2026-02-13")
    assert (
        code == 0
        and "2026-02-14 is day 2: a weekend day worked to make up" in said
        and said.rstrip().endswith("open: due 2026-02-14")
    )


def test_an_instant_comes_with_its_offset() -> None:
    code, said = run(
        "1 business_hours",
        "--start",
        "2026-11-20T16:30+01:00",
        "--zone",
        "Europe/Berlin",
        "--hours",
        "09:00-17:00",
        "--calendar",
        "DE",
        "--now",
        "2026-11-23T09:30+01:00",
        "--json",
    )
    found = json.loads(said)
    assert code == 0 and (found["due"], found["state"]) == ("2026-11-23T09:30:00+01:00", "overdue")


def test_only_our_own_clock_stands_still_and_only_a_platforms_defaults() -> None:
    pause = (
        "--pause",
        "2026-11-20T10:00+00:00/2026-11-20T12:00+00:00",
        "--start",
        "2026-11-20T09:00+00:00",
        "--now",
        "2026-11-21T10:00+00:00",
        "--json",
    )
    own, platform = (json.loads(run("24 calendar_hours", *pause, side)[1]) for side in ("--own", "--platform"))
    assert (own["due"], own["state"]) == ("2026-11-21T11:00:00+00:00", "open")
    assert (platform["due"], platform["state"]) == ("2026-11-21T09:00:00+00:00", "defaulted")


@pytest.mark.parametrize(
    ("given", "due", "before", "after"),
    [
        ("1795000000", "2026-11-18T19:06:40+08:00", "2026-11-18T11:06:39+00:00", "2026-11-18T11:06:40+00:00"),
        ("2026-11-18T11:06:40Z", "2026-11-18T19:06:40+08:00", "2026-11-18T11:06:39+00:00", "2026-11-18T11:06:40+00:00"),
        ("2026-11-18", "2026-11-18", "2026-11-17", "2026-11-19"),
    ],
)
def test_a_deadline_that_the_platform_gave_is_taken_as_it_is(given: str, due: str, before: str, after: str) -> None:
    found = [
        json.loads(run(given, "--zone", "Asia/Shanghai", "--platform", "--now", now, "--json")[1])
        for now in (before, after)
    ]
    assert [(one["due"], one["state"]) for one in found] == [(due, "open"), (due, "defaulted")]


@pytest.mark.parametrize(
    ("calendar", "start", "due"),
    [
        ("CN", "2026-02-13", "2026-02-13T11:00:00+08:00"),
        ("GB-SCT", "2026-03-27T16:00+00:00", "2026-03-30T10:00:00+01:00"),
        ("AU-NSW", "2026-03-05T22:30Z", "2026-03-06T11:30:00+11:00"),
        ("US", "2026-03-06T16:00-05:00", "2026-03-09T10:00:00-05:00"),
    ],
)
def test_business_hours_are_in_the_zone_of_the_calendar_where_none_is_named(
    calendar: str, start: str, due: str
) -> None:
    found = json.loads(run("2 business_hours", "--start", start, "--calendar", calendar, "--now", start, "--json")[1])
    assert found["due"] == due and ("zone" in [step["what"] for step in found["steps"]]) is (calendar != "US")


@pytest.mark.parametrize(
    "wrong",
    [
        ("5 frogs", "--start", "2026-02-12"),
        ("5 natural_days", "--start", "2026-02-30"),
        ("5 working_days", "--start", "2026-02-12", "--calendar", "XX"),
        ("5 natural_days", "--start", "2026-02-12", "--zone", "Mars"),
        ("1 business_hours", "--start", "2026-02-12", "--hours", "9-25"),
        ("--start", "2026-02-12", "--", "-1 natural_days"),
        ("5 natural_days", "--start", "9999-12-31"),
        ("5 natural_days",),
        ("1e9 natural_days", "--start", "2026-02-12"),
        ("24 calendar_hours", "--start", "0001-01-01", "--zone", "Asia/Shanghai"),
        ("24 calendar_hours", "--start", "2026-02-12", "--platform", "--pause", "2026-02-14/2026-02-13"),
    ],
)
def test_what_cannot_be_counted_is_a_mistake_of_usage(wrong: tuple[str, ...]) -> None:
    code, said = run(*wrong)
    assert code == 2 and len(said.splitlines()) == 1 and said.startswith("error K")


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("5 working_days", "--start", "2026-12-28", "--calendar", "CN"), "unannounced"),
        (("5 working_days", "--start", "2026-12-28"), "no_calendar"),
        (("24 calendar_hours", "--start", "2026-12-28", "--roll"), "no_roll"),
        (
            ("24 calendar_hours", "--start", "2026-12-28", "--platform", "--pause", "2026-12-28/2026-12-29"),
            "never_stops",
        ),
    ],
)
def test_what_does_not_count_or_is_not_certain_is_said(arguments: tuple[str, ...], what: str) -> None:
    steps = json.loads(run(*arguments, "--now", "2026-12-28", "--json")[1])["steps"]
    assert what in [step["what"] for step in steps] and steps[-1]["what"] == "due"


def test_the_library_gives_what_the_command_prints() -> None:
    printed = json.loads(
        run("2 working_days", "--start", "2026-02-12", "--calendar", "cn", "--now", "2026-02-13", "--json")[1]
    )
    assert kakosheet.due("2 working_days", "2026-02-12", calendar="CN", now="2026-02-13") == printed
