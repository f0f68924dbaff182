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

MOST_OF_OURS = 3


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


class Actor(Record, of="alerts"):
    """Who has to act on a line of Alerts."""

    acts: str | None


@table_rule(*(f"start_alerts.{field.name}" for field in Alert.fields), reads=(Alert, Actor))
def next_dates(alerts: Sequence[Alert], actors: Sequence[Actor], *, today: date) -> list[list[Any]]:
    """The first ten alerts, "Nothing is due." among them; what is merely late of ours takes three of them at most while
    there is something else."""
    shown = [(alert, _is_ours_late(alert, actor, today)) for alert, actor in zip(alerts, actors, strict=True)]
    late = [at for at, (_, is_late) in enumerate(shown) if is_late][MOST_OF_OURS:]
    put_off = [alerts[at] for at in late]
    lines = [alert for at, alert in enumerate(alerts) if at not in set(late) and alert.what_to_do is not None]
    return spread([*lines, *put_off, *[Alert.blank()] * TOP][:TOP], len(Alert.fields))


def _is_ours_late(alert: Alert, actor: Actor, today: date) -> bool:
    """A promise or reminder of our own whose day has passed."""
    passed = alert.last_day is not None and alert.last_day < today
    return passed and actor.acts in (None, "we") and alert.when_late != "defaulted"
