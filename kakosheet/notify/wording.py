"""A digest in words, in the reader's language. All words come from templates/titles; what people wrote in the book
stands between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from kakosheet.core.titles import Titles
from kakosheet.notify.model import UNDATED, Digest, Reminder, one_line

MOST_LINES = 15
"""Reminders in a short message, and old ones in a long one; the rest is counted."""


class Message(NamedTuple):
    """`subject` holds nothing that people wrote but the book's name; `text` is for mail, `short` for a phone or a
    chat."""

    subject: str
    text: str
    short: str


def compose(digest: Digest, titles: Titles, book: str, zone: str) -> Message:
    """What one person is told on one day. `book` is the book's name on one line, `zone` what its times are in."""
    count = len(digest.news)
    subject = titles.say(
        "remind.subject_one" if count == 1 else "remind.subject", count=count, book=book, day=digest.day
    )
    return Message(subject, "\n".join(_long(digest, titles, zone)) + "\n", "\n".join(_short(digest, titles)))


def _long(digest: Digest, titles: Titles, zone: str) -> Iterator[str]:
    yield titles.say("remind.hello", name=digest.person.name) if digest.person.name else titles.say("remind.hello_you")
    yield ""
    for reminder in digest.news:
        yield headline(reminder, titles)
        yield f"  {sentence(reminder, titles)}"
        if reminder.date.silence and not reminder.date.over:
            yield f"  {titles.say('remind.silence', what=reminder.date.silence)}"
        yield from _draft_line(reminder, titles)
        yield ""
    if digest.rest:
        yield titles.say("remind.still_open")
        yield from (
            f"{headline(reminder, titles)} ({sentence(reminder, titles)})" for reminder in digest.rest[:MOST_LINES]
        )
        yield from _more(len(digest.rest), titles)
        yield ""
    yield titles.say("remind.footer", zone=zone)


def _short(digest: Digest, titles: Titles) -> Iterator[str]:
    for reminder in digest.news[:MOST_LINES]:
        one = reminder.date
        brief = reminder._replace(
            date=one._replace(
                what=one_line(one.what, 80), about=one_line(one.about, 40), silence=one_line(one.silence, 60)
            )
        )
        yield f"{headline(brief, titles)} ({sentence(brief, titles)})"
    yield from _more(len(digest.news), titles)


def told_by(digest: Digest, lines: int) -> tuple[Digest, Digest]:
    """What the first lines of its short message tell of a digest, and what is left of it."""
    count = min(lines, MOST_LINES)
    return digest._replace(news=tuple(islice(digest.news, count))), digest._replace(
        news=tuple(islice(digest.news, count, None))
    )


def listing(digest: Digest, titles: Titles) -> Iterator[str]:
    """All of it, a line a date, below the person's name."""
    whose = titles.say("remind.list_of_you")
    yield f"{digest.person.name or whose[:1].upper() + whose[1:]} ({len(digest.news)})"
    for reminder in digest.news:
        yield f"  {headline(reminder, titles)} ({sentence(reminder, titles)})"
        yield from (f"  {line}" for line in _draft_line(reminder, titles))


def draft(reminder: Reminder) -> str:
    """What to write to whoever is late, in the tone of the rung; "" where nobody is to be urged, or the person only
    hears of it."""
    drafts = reminder.date.drafts
    return "" if not drafts or reminder.behind else drafts[0 if reminder.rung.level == "friendly" else -1]


def _draft_line(reminder: Reminder, titles: Titles) -> Iterator[str]:
    if text := draft(reminder):
        yield f"  {titles.say('remind.draft', text=text)}"


def _more(count: int, titles: Titles) -> Iterator[str]:
    if count > MOST_LINES:
        yield titles.say("remind.more", count=count - MOST_LINES)


def headline(reminder: Reminder, titles: Titles) -> str:
    """When, which case, what to do, about what."""
    one = reminder.date
    mark = titles.say(
        "remind.mark_late"
        if reminder.rung.level in ("friendly", "firm", "escalated", UNDATED)
        else "remind.mark_today"
        if reminder.rung.level == "today"
        else "remind.mark_ahead"
    )
    parts = (
        (one.what,)
        if one.undated
        else (due_text(one.due), one.dispute, one.what or titles.say("remind.no_words"), one.about)
    )
    return f"{mark} " + " · ".join(part for part in parts if part)


def sentence(reminder: Reminder, titles: Titles) -> str:
    """How much time is left or has passed, in the tone of the rung."""
    one, level = reminder.date, reminder.rung.level
    if one.undated:
        return titles.say("remind.undated")
    if one.over:
        return titles.say("remind.over", day=one.last_day, what=one.silence)
    if reminder.behind:
        return titles.say("remind.behind", name=reminder.behind, day=one.last_day)
    actor = titles.choice("actor", one.acts) or ""
    if level == "today" and isinstance(one.due, datetime):
        level = "today_until"
    time = f"{one.due:%H:%M}" if isinstance(one.due, datetime) else ""
    return titles.say(f"remind.{level}{'' if one.ours else '_other'}", actor=actor, time=time, day=one.last_day)


def due_text(due: object) -> str:
    """ "2026-11-21", with the time where there is one."""
    return f"{due:%Y-%m-%d %H:%M}" if isinstance(due, datetime) else str(due)
