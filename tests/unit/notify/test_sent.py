"""The record of what was sent: it survives, and it says no more than is known."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from kakosheet.core.issues import KakosheetError
from kakosheet.notify.model import Digest, OpenDate, Person, Reminder, Rung
from kakosheet.notify.sent import FAILED, HANDING, SENT, TRYING, record

DAY = date(2026, 11, 24)
ONE = OpenDate("k", DAY, DAY, "due_today", "x")
ANA = Person("Ana")
DIGEST = Digest(ANA, DAY, (Reminder(ONE, Rung("today", 0)),))


def test_only_what_was_sent_counts_as_told(tmp_path: Path) -> None:
    for state in (TRYING, HANDING, FAILED):
        with record(tmp_path / "r.sqlite") as kept:
            kept.note(DIGEST, "mail", state)
        with record(tmp_path / "r.sqlite") as kept:
            assert kept.state(DIGEST, "mail") == state
            assert kept.told(ANA, ONE, "mail", DAY) is None
    with record(tmp_path / "r.sqlite") as kept:
        kept.note(DIGEST, "mail", SENT)
    with record(tmp_path / "r.sqlite") as kept:
        assert kept.told(Person("ANA"), ONE, "mail", DAY) == 0
        assert kept.told(ANA, ONE, "slack-1", DAY) is None
        assert kept.state(DIGEST, "slack-1") is None


def test_a_date_that_moved_is_told_anew(tmp_path: Path) -> None:
    with record(tmp_path / "r.sqlite") as kept:
        kept.note(DIGEST, "mail", SENT)
        assert kept.told(ANA, ONE._replace(last_day=DAY + timedelta(days=1)), "mail", DAY) is None


def test_a_run_with_a_wrong_clock_silences_nothing_once_it_is_right_again(tmp_path: Path) -> None:
    with record(tmp_path / "r.sqlite") as kept:
        kept.note(Digest(ANA, date(2036, 1, 1), (Reminder(ONE, Rung("escalated", -3000)),)), "mail", SENT)
        assert kept.told(ANA, ONE, "mail", DAY) is None
        kept.note(DIGEST, "mail", SENT)
        assert kept.told(ANA, ONE, "mail", DAY) == 0
        assert kept.told(ANA, ONE, "mail", DAY - timedelta(days=1)) == 0, "a clock that goes back a day doubles nothing"


def test_what_is_long_past_is_forgotten(tmp_path: Path) -> None:
    with record(tmp_path / "r.sqlite") as kept:
        kept.note(DIGEST, "mail", SENT)
        kept.forget_old(DAY + timedelta(days=300))
        assert kept.state(DIGEST, "mail") == SENT
        kept.forget_old(DAY + timedelta(days=500))
        assert kept.state(DIGEST, "mail") is None
        assert kept.told(ANA, ONE, "mail", DAY) is None


def test_a_damaged_record_stops_the_sending(tmp_path: Path) -> None:
    (tmp_path / "r.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(KakosheetError, match="K703"), record(tmp_path / "r.sqlite"):
        pass
