"""`today`: each person's own small list of open dates, to read and not to write in: a text and a calendar, in a
folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kakosheet import files
from kakosheet.book.computing import UNKNOWN
from kakosheet.core.titles import Titles, fold
from kakosheet.files import PathLike
from kakosheet.files.names import beside
from kakosheet.notify.model import UNDATED, OpenDate, Person
from kakosheet.notify.wording import due_text
from kakosheet.reminders.diary import export, put, safe_name
from kakosheet.reminders.open_dates import Dates, read_dates

MARK = "<!-- kakosheet today -->"
"""The first line of a list of ours, which may be replaced by a later one."""
_PARTS = {
    UNDATED: UNDATED,
    "overdue": "late",
    "defaulted": "late",
    "due_today": "today",
    "due_soon": "soon",
    "on_track": "later",
}
_ORDER = tuple(dict.fromkeys((UNDATED, "last", *_PARTS.values())))
_MARKUP = re.compile(r"([\\`*_\[\]<>#!|~$&])")


def today(
    path: PathLike,
    *,
    today: date | None = None,
    who: str | None = None,
    out: PathLike | None = None,
    dry_run: bool = False,
    force: bool = False,
) -> dict[str, Any]:
    """Write the lists of all people, or of one, into the folder `out` (by default "NAME today" beside the book)."""
    dates = read_dates(path, today=today)
    folder = Path(out) if out is not None else beside(Path(path), "", Path(path).stem, " today")
    if not dry_run:
        files.made_folder(folder)
    lists = [_list(dates, person, folder, dry_run=dry_run, force=force) for person in _readers(dates, who)]
    unknown = [issue.as_dict() for issue in dates.computed.issues if issue.code == UNKNOWN]
    return {
        "file": str(path),
        "today": dates.today.isoformat(),
        "folder": str(folder),
        "lists": lists,
        "issues": unknown,
    }


def _readers(dates: Dates, who: str | None) -> Sequence[Person]:
    """Whom to write a list for: everybody of People, and whoever has a date."""
    if who is not None:
        return [dates.person(who)]
    return list({fold(one.name): one for one in (*dates.people, *map(dates.owner, dates.open))}.values()) or [
        Person("")
    ]


def _list(dates: Dates, person: Person, folder: Path, *, dry_run: bool, force: bool) -> dict[str, Any]:
    own, titles = [one for one in dates.open if fold(dates.owner(one).name) == fold(person.name)], dates.titles(person)
    name = safe_name(person, titles.say("remind.list_of_you"))
    text, calendar = folder / f"{name}.md", folder / f"{name}.ics" if own or person.name else None
    if not dry_run:
        put(
            text,
            markdown(own, person, dates, titles).encode("utf-8", "replace"),
            lambda data: data.startswith(MARK.encode()),
            force,
        )
        if calendar is not None:
            export(dates, calendar, person.name, force=force)
    counts = {part: sum(1 for one in own if _part(one) == part) for part in _ORDER}
    return {"who": person.name, "text": str(text), "calendar": calendar and str(calendar), **counts}


def _part(one: OpenDate) -> str:
    """Under which heading a date stands."""
    return "last" if one.presses else _PARTS[one.state]


def markdown(own: Sequence[OpenDate], person: Person, dates: Dates, titles: Titles) -> str:
    """One person's list, the most urgent first. What people wrote is shown as it is, never as markup."""
    return "\n".join((MARK, "", *_lines(own, person, dates, titles))) + "\n"


def _lines(own: Sequence[OpenDate], person: Person, dates: Dates, titles: Titles) -> Iterator[str]:
    title = "remind.list_title" if person.name else "remind.list_title_you"
    yield f"# {titles.say(title, name=plain(person.name), day=dates.today)}"
    yield ""
    yield titles.say("remind.list_note", book=plain(dates.path.name))
    yield ""
    if not own:
        yield titles.say("remind.list_nothing")
    for part in _ORDER:
        inside = [one for one in own if _part(one) == part]
        if inside:
            yield f"## {titles.say(f'remind.list_{part}')} ({len(inside)})"
            yield ""
            yield from _items(inside, titles)
            yield ""


def _items(inside: Iterable[OpenDate], titles: Titles) -> Iterator[str]:
    for one in inside:
        actor = "" if one.ours else titles.choice("actor", one.acts) or ""
        if one.undated:
            yield f"- {plain(one.what)}"
            continue
        yield "- " + " · ".join(
            part
            for part in (
                f"**{due_text(one.due)}**",
                plain(one.dispute),
                plain(one.what or titles.say("remind.no_words")),
                plain(one.about),
                plain(actor),
            )
            if part
        )
        if one.silence:
            yield f"  {titles.say('remind.silence', what=plain(one.silence))}"


def plain(text: str) -> str:
    """A text of the book inside Markdown: no character of it is markup."""
    return _MARKUP.sub(r"\\\1", text)
