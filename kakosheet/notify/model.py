"""The plain data of reminders."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

UNDATED = "undated"
"""The state of what cannot be dated; `due` is then the day on which that is told."""


PRESSING = 2
"""The ranks up to this one are of what cannot be undone and is near (sheets/casework/urgency.py)."""


class OpenDate(NamedTuple):
    """A date that is neither done nor waived. `key` names its row for good; `due` is an aware instant, or a date that
    is good until its end.

    `acts`: we, buyer, seller, platform, carrier; None is a reminder of people's own. `over`: silence has decided,
    nothing can be done any more. `what` and the other texts are one line each, as they stand in the book. `drafts` are
    what to write to who is late: the kind one first, the last one firm. `rank`: how pressing it is, the least first.
    """

    key: str
    due: date | datetime
    last_day: date
    state: str
    what: str
    acts: str | None = None
    who: str = ""
    dispute: str = ""
    about: str = ""
    silence: str = ""
    source: str = ""
    drafts: tuple[str, ...] = ()
    rank: int = 0

    @property
    def presses(self) -> bool:
        """Whether what is not done by then within two weeks can never be done."""
        return 0 < self.rank <= PRESSING

    @property
    def ours(self) -> bool:
        return self.acts in (None, "we")

    @property
    def over(self) -> bool:
        return self.state == "defaulted"

    @property
    def undated(self) -> bool:
        """Nobody knows the day, since a cell stands in the way; it is told each day until that is mended."""
        return self.state == UNDATED


class Person(NamedTuple):
    """Who is reminded. `email` and `phone` were checked, "" where there is none; `wrong` is a contact that is
    neither."""

    name: str
    email: str = ""
    phone: str = ""
    lang: str = ""
    wrong: str = ""


class Rung(NamedTuple):
    """A step of the ladder: `level` ahead, today, friendly, firm, escalated or undated; `days` before (positive) or
    after (negative) the last day."""

    level: str
    days: int


class Reminder(NamedTuple):
    """One date as it is told to one person. `behind` is who has to do it, where the person only hears of it."""

    date: OpenDate
    rung: Rung
    behind: str = ""


class Digest(NamedTuple):
    """All that one person is told on one day, the most urgent first. `news` are reminders whose rung is new; `rest`
    were told before."""

    person: Person
    day: date
    news: tuple[Reminder, ...]
    rest: tuple[Reminder, ...] = ()


def one_line(text: object, most: int = 300) -> str:
    """A text of the book on one line, without control characters, of at most so many characters."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in str(text or "")).split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"
