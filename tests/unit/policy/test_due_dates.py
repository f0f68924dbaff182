"""Worked due dates, each with where the expected value comes from. C numbers: the conventions in kakosheet/policy/clock.py."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from kakosheet.policy.clock import Limit, compute
from kakosheet.policy.clock_text import parse_amount, parse_hours, parse_moment, parse_pause

OFFICE = "09:00-17:00"
LUNCH = "09:00-12:00,13:00-18:00"
SHANGHAI, BERLIN, LONDON, NEW_YORK, UTC = "Asia/Shanghai", "Europe/Berlin", "Europe/London", "America/New_York", "UTC"


class Worked(NamedTuple):
    limit: str
    start: str
    due: str
    source: str
    calendar: str = ""
    zone: str = UTC
    hours: str = OFFICE
    pauses: tuple[str, ...] = ()
    now: str = ""
    roll: bool = False


CN_2025 = "State Council notice for 2025: off 28 Jan to 4 Feb and 1 to 8 Oct, worked 26 Jan, 8 Feb, 28 Sep, 11 Oct"
CN_2026 = "State Council notice for 2026: off 1-3 Jan, 15-23 Feb, 1-5 May, 25-27 Sep, 1-7 Oct; worked 4 Jan, 14 and 28 Feb, 9 May, 20 Sep, 10 Oct"
GOV_UK = "gov.uk/bank-holidays"
OPM = "opm.gov federal holidays"
GUARANTEE = "Directive (EU) 2019/771 art. 10: two years"
EU_ROLL = "Regulation 1182/71 art. 3(4): an end on a Saturday, Sunday or holiday moves to the next working day"
PAUSED = "pauses: their union, only what lies inside the running time (C11)"

NATURAL = [
    Worked(
        "5 natural_days",
        "2026-11-20",
        "2026-11-25",
        "agreement dispute: the seller answers within five days; day 0 is the day itself (C1)",
    ),
    Worked(
        "5 natural_days",
        "2026-11-20T23:59+08:00",
        "2026-11-25",
        "time of day of the start is dropped (C1)",
        zone=SHANGHAI,
    ),
    Worked(
        "5 natural_days",
        "2026-11-20T00:01+08:00",
        "2026-11-25",
        "time of day of the start is dropped (C1)",
        zone=SHANGHAI,
    ),
    Worked(
        "5 natural_days",
        "2026-11-20T23:30+00:00",
        "2026-11-26",
        "it is 21 November already in the clock's zone (C1)",
        zone=SHANGHAI,
    ),
    Worked(
        "5 natural_days",
        "2026-11-21T02:00+08:00",
        "2026-11-25",
        "it is 20 November still in the clock's zone (C1)",
        zone=NEW_YORK,
    ),
    Worked("3 natural_days", "2026-11-20", "2026-11-23", "vouchers within three natural days, over a weekend (C4)"),
    Worked("4 natural_days", "2026-11-17", "2026-11-21", "an end on a Saturday stays (C4)"),
    Worked("2 natural_days", "2028-02-27", "2028-02-29", "leap year"),
    Worked("2 natural_days", "2026-02-27", "2026-03-01", "no leap year"),
    Worked("5 natural_days", "2026-12-30", "2027-01-04", "over the end of the year"),
    Worked(
        "180 natural_days", "2026-01-01", "2026-06-30", "PayPal: 180 days from payment; 30 June is day 181 of the year"
    ),
    Worked("20 natural_days", "2026-11-21", "2026-12-11", "PayPal: 20 days until a dispute must be escalated"),
    Worked("0 natural_days", "2026-11-21", "2026-11-21", "no days: the day itself"),
    Worked(
        "14 natural_days",
        "2026-03-23",
        "2026-04-06",
        "Easter Monday counts where nothing says otherwise (C4)",
        calendar="DE",
    ),
    Worked(
        "14 natural_days",
        "2026-03-23",
        "2026-04-07",
        EU_ROLL + "; Easter Monday is 6 April 2026",
        calendar="DE",
        roll=True,
    ),
    Worked(
        "14 natural_days",
        "2026-03-20",
        "2026-04-07",
        EU_ROLL + "; Good Friday to Easter Monday",
        calendar="DE",
        roll=True,
    ),
    Worked(
        "14 natural_days", "2026-04-17", "2026-05-04", EU_ROLL + "; 1 May 2026 is a Friday", calendar="DE", roll=True
    ),
    Worked(
        "14 natural_days",
        "2026-12-12",
        "2026-12-28",
        EU_ROLL + "; 26 December 2026 is a Saturday",
        calendar="DE",
        roll=True,
    ),
    Worked("14 natural_days", "2026-11-02", "2026-11-16", EU_ROLL + "; a Monday stays", calendar="DE", roll=True),
]

WORKING = [
    Worked("5 working_days", "2026-11-20", "2026-11-27", "a Friday to the next"),
    Worked("1 working_days", "2026-11-21", "2026-11-23", "from a Saturday: Monday is day 1 (C5)"),
    Worked("1 working_days", "2026-11-22", "2026-11-23", "from a Sunday: Monday is day 1 (C5)"),
    Worked("2 working_days", "2026-11-19", "2026-11-23", "ruling within two working days, over a weekend"),
    Worked("1 working_days", "2026-11-19T23:30+00:00", "2026-11-20", "no cut-off hour (C5)"),
    Worked("10 working_days", "2026-11-02", "2026-11-16", "two weeks of five days"),
    Worked("2 working_days", "2026-02-12", "2026-02-14", CN_2026, "CN", SHANGHAI),
    Worked("3 working_days", "2026-02-12", "2026-02-24", CN_2026, "CN", SHANGHAI),
    Worked("2 working_days", "2026-02-14", "2026-02-25", CN_2026, "CN", SHANGHAI),
    Worked("1 working_days", "2026-02-18", "2026-02-24", CN_2026 + "; asked inside the break", "CN", SHANGHAI),
    Worked("1 working_days", "2026-02-27", "2026-02-28", CN_2026, "CN", SHANGHAI),
    Worked("2 working_days", "2026-02-27", "2026-03-02", CN_2026, "CN", SHANGHAI),
    Worked("1 working_days", "2025-12-31", "2026-01-04", CN_2026 + "; 4 January is a Sunday", "CN", SHANGHAI),
    Worked("2 working_days", "2026-04-30", "2026-05-07", CN_2026, "CN", SHANGHAI),
    Worked("4 working_days", "2026-04-30", "2026-05-09", CN_2026, "CN", SHANGHAI),
    Worked("1 working_days", "2026-09-18", "2026-09-20", CN_2026 + "; 20 September is a Sunday", "CN", SHANGHAI),
    Worked("1 working_days", "2026-09-24", "2026-09-28", CN_2026, "CN", SHANGHAI),
    Worked("1 working_days", "2026-09-30", "2026-10-08", CN_2026, "CN", SHANGHAI),
    Worked("3 working_days", "2026-09-30", "2026-10-10", CN_2026, "CN", SHANGHAI),
    Worked("1 working_days", "2025-01-24", "2025-01-26", CN_2025, "CN", SHANGHAI),
    Worked("3 working_days", "2025-01-24", "2025-02-05", CN_2025, "CN", SHANGHAI),
    Worked("1 working_days", "2025-09-30", "2025-10-09", CN_2025, "CN", SHANGHAI),
    Worked("3 working_days", "2026-04-02", "2026-04-09", GOV_UK + ": Good Friday and Easter Monday", "GB-ENG", LONDON),
    Worked("3 working_days", "2026-04-02", "2026-04-09", "GB without a region is England (C8)", "GB", LONDON),
    Worked("3 working_days", "2026-04-02", "2026-04-08", GOV_UK + ": no Easter Monday in Scotland", "GB-SCT", LONDON),
    Worked("1 working_days", "2026-08-28", "2026-09-01", GOV_UK + ": summer bank holiday 31 August", "GB-ENG", LONDON),
    Worked("1 working_days", "2026-08-28", "2026-08-31", GOV_UK + ": in Scotland it is 3 August", "GB-SCT", LONDON),
    Worked(
        "1 working_days",
        "2026-12-24",
        "2026-12-29",
        GOV_UK + ": Boxing Day moves to Monday 28 December 2026",
        "GB-ENG",
        LONDON,
    ),
    Worked(
        "1 working_days",
        "2026-07-02",
        "2026-07-06",
        OPM + ": Saturday 4 July 2026 is observed on Friday",
        "US",
        NEW_YORK,
    ),
    Worked("1 working_days", "2026-11-25", "2026-11-27", OPM + ": Thanksgiving 26 November 2026", "US", NEW_YORK),
    Worked(
        "1 working_days",
        "2027-12-30",
        "2028-01-03",
        OPM + ": Saturday 1 January 2028 is observed on 31 December 2027",
        "US",
        NEW_YORK,
    ),
    Worked(
        "1 working_days", "2026-10-02", "2026-10-05", "German holidays on a Saturday do not move (C8)", "DE", BERLIN
    ),
    Worked(
        "1 working_days", "2026-05-13", "2026-05-15", "Ascension Day 14 May 2026, nation-wide in Germany", "DE", BERLIN
    ),
    Worked("1 working_days", "2027-01-05", "2027-01-06", "Epiphany is no holiday of all Germany (C8)", "DE", BERLIN),
    Worked("1 working_days", "2027-01-05", "2027-01-07", "Epiphany is a holiday in Bavaria", "DE-BY", BERLIN),
    Worked(
        "1 working_days",
        "2026-05-01",
        "2026-05-07",
        "Japan: 3 May 2026 is a Sunday, its substitute 6 May (C8)",
        "JP",
        "Asia/Tokyo",
    ),
    Worked(
        "1 working_days", "2026-09-04", "2026-09-08", "Brazil: 7 September, Independence Day", "BR", "America/Sao_Paulo"
    ),
    Worked(
        "1 working_days",
        "2026-08-14",
        "2026-08-17",
        "India: Saturday 15 August does not move (C8)",
        "IN",
        "Asia/Kolkata",
    ),
    Worked(
        "1 working_days",
        "2026-04-02",
        "2026-04-03",
        "India: Good Friday is not observed everywhere",
        "IN",
        "Asia/Kolkata",
    ),
    Worked(
        "1 working_days",
        "2026-10-01",
        "2026-10-05",
        "India: Friday 2 October is observed everywhere",
        "IN",
        "Asia/Kolkata",
    ),
    Worked(
        "1 working_days",
        "2026-11-19",
        "2026-11-22",
        "Saudi Arabia: weekend Friday and Saturday (C7)",
        "SA",
        "Asia/Riyadh",
    ),
    Worked(
        "1 working_days", "2026-11-19", "2026-11-22", "Israel: weekend Friday and Saturday (C7)", "IL", "Asia/Jerusalem"
    ),
    Worked(
        "1 working_days",
        "2021-12-16",
        "2021-12-19",
        "Emirates until 2021: weekend Friday and Saturday (C7)",
        "AE",
        "Asia/Dubai",
    ),
    Worked(
        "1 working_days", "2022-02-03", "2022-02-04", "Emirates from 2022: Friday is worked (C7)", "AE", "Asia/Dubai"
    ),
]

HOURS = [
    Worked(
        "24 calendar_hours",
        "2026-11-20T10:00+08:00",
        "2026-11-21T10:00+08:00",
        "our promise of 24 hours",
        zone=SHANGHAI,
    ),
    Worked(
        "72 calendar_hours",
        "2026-11-20T10:00+08:00",
        "2026-11-23T10:00+08:00",
        "our promise of 72 hours; weekends count (C9)",
        zone=SHANGHAI,
    ),
    Worked(
        "24 calendar_hours",
        "2026-11-20",
        "2026-11-21T00:00+08:00",
        "a plain date counts from 00:00 (C19)",
        zone=SHANGHAI,
    ),
    Worked(
        "24 calendar_hours",
        "2026-03-28T12:00+01:00",
        "2026-03-29T13:00+02:00",
        "summer time begins: elapsed hours (C9)",
        zone=BERLIN,
    ),
    Worked(
        "24 calendar_hours",
        "2026-10-24T12:00+02:00",
        "2026-10-25T11:00+01:00",
        "summer time ends: elapsed hours (C9)",
        zone=BERLIN,
    ),
    Worked(
        "24 calendar_hours",
        "2026-03-07T12:00-05:00",
        "2026-03-08T13:00-04:00",
        "summer time begins in New York",
        zone=NEW_YORK,
    ),
    Worked(
        "24 calendar_hours",
        "2026-10-31T12:00-04:00",
        "2026-11-01T11:00-05:00",
        "summer time ends in New York",
        zone=NEW_YORK,
    ),
    Worked(
        "1 calendar_hours", "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", "the hour that comes twice", zone=BERLIN
    ),
    Worked(
        "48 calendar_hours",
        "2026-11-20T20:00-05:00",
        "2026-11-23T09:00+08:00",
        "start and clock in two zones",
        zone=SHANGHAI,
    ),
    Worked(
        "1 business_hours",
        "2026-11-20T16:30+01:00",
        "2026-11-23T09:30+01:00",
        "glpi 22678, erpnext 38745: Friday 16:30 + 1 hour",
        zone=BERLIN,
    ),
    Worked(
        "0.5 business_hours",
        "2026-11-20T16:45+01:00",
        "2026-11-23T09:15+01:00",
        "the same with half an hour",
        zone=BERLIN,
    ),
    Worked(
        "2 business_hours",
        "2026-11-20T15:00+01:00",
        "2026-11-20T17:00+01:00",
        "hours that end at closing are due at closing (C10)",
        zone=BERLIN,
    ),
    Worked(
        "1 business_hours",
        "2026-11-20T18:00+01:00",
        "2026-11-23T10:00+01:00",
        "glpi 15429: not at 00:00 but in business hours",
        zone=BERLIN,
    ),
    Worked(
        "1 business_hours",
        "2026-11-19T07:00+01:00",
        "2026-11-19T10:00+01:00",
        "a start before opening begins at opening (C10)",
        zone=BERLIN,
    ),
    Worked(
        "1 business_hours",
        "2026-11-21T12:00+01:00",
        "2026-11-23T10:00+01:00",
        "a start on Saturday begins on Monday (C10)",
        zone=BERLIN,
    ),
    Worked("8 business_hours", "2026-11-16T09:00+01:00", "2026-11-16T17:00+01:00", "one whole day", zone=BERLIN),
    Worked("9 business_hours", "2026-11-16T09:00+01:00", "2026-11-17T10:00+01:00", "a day and an hour", zone=BERLIN),
    Worked(
        "1 business_hours",
        "2026-11-19T11:30+01:00",
        "2026-11-19T13:30+01:00",
        "helpdesk 2212, chatwoot 14009: lunch break",
        zone=BERLIN,
        hours=LUNCH,
    ),
    Worked(
        "1 business_hours",
        "2026-11-19T11:00+01:00",
        "2026-11-19T12:00+01:00",
        "ends when lunch begins (C10)",
        zone=BERLIN,
        hours=LUNCH,
    ),
    Worked(
        "1 business_hours",
        "2026-11-19T12:30+01:00",
        "2026-11-19T14:00+01:00",
        "a start during lunch",
        zone=BERLIN,
        hours=LUNCH,
    ),
    Worked(
        "2 business_hours",
        "2026-04-02T16:00+01:00",
        "2026-04-07T10:00+01:00",
        "zammad 390: a holiday inside, over Easter",
        "GB-ENG",
        LONDON,
    ),
    Worked(
        "2 business_hours",
        "2026-02-13T16:00+08:00",
        "2026-02-14T10:00+08:00",
        CN_2026 + "; ordinary hours on a made-up day (C10)",
        "CN",
        SHANGHAI,
    ),
    Worked(
        "2 business_hours",
        "2026-03-27T16:00+01:00",
        "2026-03-30T10:00+02:00",
        "chatwoot 13392: summer time begins in between",
        zone=BERLIN,
    ),
    Worked(
        "8 business_hours",
        "2026-11-19T23:00+01:00",
        "2026-11-20T23:00+01:00",
        "a night shift belongs to the day it opens",
        zone=BERLIN,
        hours="22:00-06:00",
    ),
    Worked(
        "1 business_hours",
        "2026-11-20T20:00-05:00",
        "2026-11-23T10:00+08:00",
        "Saturday morning already in the clock's zone",
        zone=SHANGHAI,
    ),
]

PAUSES = [
    Worked(
        "24 calendar_hours",
        "2026-11-20T10:00+00:00",
        "2026-11-21T12:00+00:00",
        PAUSED,
        pauses=("2026-11-20T12:00+00:00/2026-11-20T14:00+00:00",),
    ),
    Worked(
        "24 calendar_hours",
        "2026-11-20T10:00+00:00",
        "2026-11-21T13:00+00:00",
        "helpdesk 1554: overlapping pauses count once",
        pauses=("2026-11-20T12:00+00:00/2026-11-20T14:00+00:00", "2026-11-20T13:00+00:00/2026-11-20T15:00+00:00"),
    ),
    Worked(
        "24 calendar_hours",
        "2026-11-20T10:00+00:00",
        "2026-11-21T11:00+00:00",
        PAUSED,
        pauses=("2026-11-20T08:00+00:00/2026-11-20T11:00+00:00",),
    ),
    Worked(
        "24 calendar_hours",
        "2026-11-20T10:00+00:00",
        "2026-11-21T10:00+00:00",
        "a pause that begins when it is due changes nothing (C11)",
        pauses=("2026-11-21T10:00+00:00/2026-11-22T10:00+00:00",),
    ),
    Worked(
        "24 calendar_hours",
        "2026-11-20T10:00+00:00",
        "2026-11-21T16:00+00:00",
        "a pause across the first due time",
        pauses=("2026-11-21T09:00+00:00/2026-11-21T15:00+00:00",),
    ),
    Worked(
        "72 calendar_hours",
        "2026-11-20T10:00+00:00",
        "2026-11-23T12:00+00:00",
        "glpi 15605: another grade keeps start and pauses (C13)",
        pauses=("2026-11-20T12:00+00:00/2026-11-20T14:00+00:00",),
    ),
    Worked(
        "4 business_hours",
        "2026-11-20T10:00+00:00",
        "2026-11-23T10:00+00:00",
        "only business time of a pause counts (C11)",
        pauses=("2026-11-20T11:00+00:00/2026-11-20T15:00+00:00",),
    ),
    Worked(
        "2 business_hours",
        "2026-11-20T16:00+00:00",
        "2026-11-23T10:00+00:00",
        "osTicket 3034: a pause over the weekend adds nothing",
        pauses=("2026-11-20T17:00+00:00/2026-11-23T09:00+00:00",),
    ),
    Worked(
        "24 calendar_hours",
        "2026-11-20T10:00+00:00",
        "2026-11-21T14:00+00:00",
        "a pause that goes on is taken to end now (C12)",
        pauses=("2026-11-20T12:00+00:00/",),
        now="2026-11-20T16:00+00:00",
    ),
    Worked(
        "3 natural_days",
        "2026-11-20",
        "2026-11-25",
        "two paused days of a clock in days",
        pauses=("2026-11-21/2026-11-23",),
    ),
    Worked(
        "3 natural_days",
        "2026-11-20",
        "2026-11-23",
        "a pause after the due date changes nothing",
        pauses=("2026-11-24/2026-11-30",),
    ),
    Worked(
        "2 working_days",
        "2026-11-19",
        "2026-11-24",
        "a paused Friday does not count",
        pauses=("2026-11-20/2026-11-21",),
    ),
]

MONTHS = [
    Worked("1 months", "2026-01-31", "2026-02-28", "clamped to the month's last day (C15)"),
    Worked("1 months", "2028-01-31", "2028-02-29", "clamped to the month's last day (C15)"),
    Worked("2 months", "2026-01-31", "2026-03-31", "from the original start, never chained (C15)"),
    Worked("6 months", "2026-08-31", "2027-02-28", "over the end of the year (C15)"),
    Worked("24 months", "2026-11-21", "2028-11-21", GUARANTEE),
    Worked("12 months", "2028-02-29", "2029-02-28", "from a leap day (C15)"),
    Worked("0 end_of_month", "2026-11-21", "2026-11-30", "end of this month (C15)"),
    Worked("1 end_of_month", "2026-11-21", "2026-12-31", "end of the next month (C15)"),
    Worked("2 end_of_month", "2026-12-31", "2027-02-28", "end of the second month after (C15)"),
    Worked("1 months", "2026-12-31", "2027-02-01", EU_ROLL + "; 31 January 2027 is a Sunday", calendar="DE", roll=True),
]


@pytest.mark.parametrize(
    "case",
    NATURAL + WORKING + HOURS + PAUSES + MONTHS,
    ids=lambda case: f"{case.limit} from {case.start} {case.calendar}".strip(),
)
def test_a_clock_is_due_when_its_source_says(case: Worked) -> None:
    amount, unit = parse_amount(case.limit)
    limit = Limit(amount, unit, case.calendar, parse_hours(case.hours), case.roll)
    now = datetime.fromisoformat(case.now) if case.now else None
    due = compute(
        limit,
        parse_moment(case.start),
        ZoneInfo(case.zone),
        pauses=[parse_pause(pause) for pause in case.pauses],
        now=now,
        explain=True,
    )
    shown = due.due.isoformat(timespec="minutes") if isinstance(due.due, datetime) else due.due.isoformat()
    assert shown == case.due, case.source
    assert due.steps[0].what == "start" and due.steps[-1].what == "due"
    assert due.paused is bool(case.now)
