"""What was told to whom, in the state folder: so that nothing goes twice, also when a run is killed, and nothing is
forgotten.

A digest is `trying` while it is prepared and its recipient is named, `handing` from just before the other side can take
it, `sent` once it said that it did. One in several parts is `trying` again between them: what a part tells is noted as
told as soon as the part was taken, and nothing before. What a killed run left as `trying` goes again. What it left as
`handing` may or may not have arrived: it never goes again on that day, and since its dates are not noted as told, the
next day's digest tells them. That is the one window which stays open: between handing over and the answer nobody can
know (RFC 1047). Every step is on the disk before the next begins.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kakosheet.core.issues import KakosheetError
from kakosheet.core.titles import fold
from kakosheet.notify.ics import CalendarEntry, Version
from kakosheet.notify.model import Digest, OpenDate, Person

TRYING, HANDING, SENT, FAILED = "trying", "handing", "sent", "failed"
_KEPT_DAYS = 400
_TABLES = (
    "CREATE TABLE IF NOT EXISTS digests (day TEXT, person TEXT, channel TEXT, state TEXT NOT NULL, PRIMARY KEY (day, person, channel))",
    "CREATE TABLE IF NOT EXISTS told_on (person TEXT, channel TEXT, date_key TEXT, last_day TEXT NOT NULL, days INTEGER NOT NULL,"
    " day TEXT NOT NULL, PRIMARY KEY (person, channel, date_key))",
    "CREATE TABLE IF NOT EXISTS entries (scope TEXT, uid TEXT, fingerprint TEXT NOT NULL, sequence INTEGER NOT NULL, stamp TEXT NOT NULL,"
    " due TEXT NOT NULL, title TEXT NOT NULL, PRIMARY KEY (scope, uid))",
)
_FIRST_MINUTE = datetime(2020, 1, 1, tzinfo=UTC)


class SentLog:
    """The open record of one book. Persons are known by name, channels by theirs."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection

    def state(self, digest: Digest, channel: str) -> str | None:
        """How far this day's digest of that person came on that channel."""
        row = self._sql.execute(
            "SELECT state FROM digests WHERE day = ? AND person = ? AND channel = ?", _digest_key(digest, channel)
        ).fetchone()
        return None if row is None else str(row[0])

    def note(self, digest: Digest, channel: str, state: str) -> None:
        """Write down how far it came; `sent` together with the dates that were told by it."""
        self._write(digest, channel, state, arrived=state == SENT)

    def note_part(self, digest: Digest, channel: str) -> None:
        """Write down that a part which tells what is in `digest` was taken, and that more is to follow."""
        self._write(digest, channel, TRYING, arrived=True)

    def _write(self, digest: Digest, channel: str, state: str, *, arrived: bool) -> None:
        self._sql.execute("BEGIN IMMEDIATE")
        self._sql.execute("INSERT OR REPLACE INTO digests VALUES (?, ?, ?, ?)", (*_digest_key(digest, channel), state))
        if arrived:
            self._sql.executemany(
                "INSERT OR REPLACE INTO told_on VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (
                        fold(digest.person.name),
                        channel,
                        one.date.key,
                        one.date.last_day.isoformat(),
                        one.rung.days,
                        digest.day.isoformat(),
                    )
                    for one in digest.news
                ],
            )
        self._sql.execute("COMMIT")

    def told(self, person: Person, one: OpenDate, channel: str, today: date) -> int | None:
        """The rung (its days) that was told last for the last day that the date has now.

        What was told on a day well ahead of today was told while the clock was wrong: its late rung would silence all
        those before it.
        """
        row = self._sql.execute(
            "SELECT days FROM told_on WHERE person = ? AND channel = ? AND date_key = ? AND last_day = ? AND day <= ?",
            (fold(person.name), channel, one.key, one.last_day.isoformat(), (today + timedelta(days=1)).isoformat()),
        ).fetchone()
        return None if row is None else int(row[0])

    def version(self, scope: str, entry: CalendarEntry, fingerprint: str, now: datetime) -> Version:
        """The version of a calendar entry: as it was while its content is the same, else a higher one.

        A version counts the minutes since 2020, so that one from another computer, or after this record was lost, takes
        its place by the clock. `scope` is whose calendar it is.
        """
        row = self._sql.execute(
            "SELECT fingerprint, sequence, stamp FROM entries WHERE scope = ? AND uid = ?", (scope, entry.uid)
        ).fetchone()
        if row is not None and row[0] == fingerprint:
            return Version(int(row[1]), datetime.fromisoformat(row[2]))
        minutes = max((now - _FIRST_MINUTE) // timedelta(minutes=1), 0)
        made = Version(minutes if row is None else max(int(row[1]) + 1, minutes), now)
        self._sql.execute(
            "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
            (scope, entry.uid, fingerprint, made.sequence, now.isoformat(), entry.due.isoformat(), entry.title),
        )
        return made

    def gone(self, scope: str, current: Iterable[CalendarEntry], today: date) -> list[CalendarEntry]:
        """What a calendar was given before, is still to come and not open any more: to be taken out of it."""
        here = {entry.uid for entry in current}
        rows = self._sql.execute(
            "SELECT uid, due, title FROM entries WHERE scope = ? AND due >= ? ORDER BY due, uid",
            (scope, today.isoformat()),
        ).fetchall()
        return [CalendarEntry(uid, _due(due), title, cancelled=True) for uid, due, title in rows if uid not in here]

    def forget_old(self, today: date) -> None:
        """Drop what concerns days long past."""
        before = (today - timedelta(days=_KEPT_DAYS)).isoformat()
        self._sql.execute("DELETE FROM digests WHERE day < ?", (before,))
        self._sql.execute("DELETE FROM told_on WHERE last_day < ?", (before,))
        self._sql.execute("DELETE FROM entries WHERE due < ?", (before,))


@contextmanager
def record(file: Path) -> Iterator[SentLog]:
    """Open the record at `file`, which is made if it is missing. KakosheetError K703: without a record nothing may be
    sent."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as connection:
            connection.execute("PRAGMA synchronous = EXTRA")
            for table in _TABLES:
                connection.execute(table)
            yield SentLog(connection)
    except sqlite3.Error as error:
        raise KakosheetError(
            "K703",
            f"the record of what was sent, {file}, cannot be used: {error}",
            "move it away if it is damaged; today's reminders may then come a second time",
        ) from None


def _digest_key(digest: Digest, channel: str) -> tuple[str, str, str]:
    return digest.day.isoformat(), fold(digest.person.name), channel


def _due(text: str) -> date:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
