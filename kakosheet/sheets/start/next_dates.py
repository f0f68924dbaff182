"""The ten soonest dates on Start: the head of Alerts, which some profiles hide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from kakosheet.core.records import Record, spread
from kakosheet.core.rules import rule, table_rule
from kakosheet.policy.model import Policy
from kakosheet.sheets.alerts import open_state
from kakosheet.sheets.start.columns import TOP


@rule("start_alerts.state", reads=("start_alerts.last_day", "start_alerts.when_late"))
def state(last_day: date | None, when_late: str | None, *, today: date, policy: Policy) -> str | None:
    """Twin of the live formula."""
    return open_state(last_day, when_late, today, policy.settings["due_soon_days"])


@rule("start_alerts.days_left", reads=("start_alerts.last_day",))
def days_left(last_day: date | None, *, today: date) -> int | None:
    """Twin of the live formula."""
    return None if last_day is None else (last_day - today).days


class Alert(Record, of="alerts"):
    """One line of Alerts, as Start shows it."""

    due: datetime | None
    what_to_do: str | None
    dispute: str | None
    last_day: date | None
    when_late: str | None


@table_rule(*(f"start_alerts.{field.name}" for field in Alert.fields), reads=(Alert,))
def next_dates(alerts: Sequence[Alert]) -> list[list[Any]]:
    """The first ten alerts, "Nothing is due." among them."""
    return spread(alerts[:TOP], len(Alert.fields))
