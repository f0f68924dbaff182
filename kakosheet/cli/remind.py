"""Commands by which nobody misses a date: remind, watch, schedule, today."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import click

from kakosheet.book.moment import parse_today
from kakosheet.cli.common import (
    FILE,
    book_argument,
    dry_run_option,
    exit_of,
    force_option,
    issue_lines,
    json_option,
    reported,
    say,
    say_json,
    talk,
    today_option,
)
from kakosheet.core.issues import EXIT_IO, EXIT_ISSUES, EXIT_USAGE, KakosheetError


@click.command("remind", short_help="Tell who has to look after which date, and send it.")
@book_argument
@click.option("--who", metavar="NAME", help="Only this person.")
@click.option(
    "--ics", "calendar", type=FILE, metavar="FILE", help="Write all open dates as a calendar; again: updates it."
)
@click.option("--eml", "mails", type=FILE, metavar="DIR", help="Write each person's mail of today as a file.")
@click.option(
    "--send", is_flag=True, help="Send them: by mail (KAKOSHEET_SMTP_HOST …) and by gateways (KAKOSHEET_NOTIFY_URLS)."
)
@click.option("--refresh", "refresh_first", is_flag=True, help="Refresh the book first.")
@today_option
@force_option
@dry_run_option
@json_option
@reported
def remind_command(
    book: Path,
    who: str | None,
    calendar: Path | None,
    mails: Path | None,
    send: bool,
    refresh_first: bool,
    today: str | None,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Tell who has to look after which date: list it, or send each person one message a day; nothing goes twice."""
    from kakosheet.app.remind import remind

    done = remind(
        book,
        today=_day(today),
        who=who,
        calendar=calendar,
        mails=mails,
        send=send,
        refresh_first=refresh_first,
        dry_run=dry_run,
        force=force,
    )
    if as_json:
        say_json(done)
    else:
        _print_reminders(done, book)
    return _exit_code(done)


def _print_reminders(done: Mapping[str, Any], book: Path) -> None:
    for digest in done["digests"]:
        say(digest["text"].rstrip("\n"))
    if not done["digests"]:
        say("Nothing to remind of today.")
    if calendar := done.get("calendar"):
        talk(f"{calendar}: the open dates as a calendar.")
    for file in done.get("mails", ()):
        talk(f"{file}: a mail, not sent.")
    if reason := done.get("not_sent"):
        talk(f"Nothing was sent: {reason}.")
    for one in done.get("sent", ()):
        talk(_sent_line(one))
    if "sent" in done and not done["sent"] and not done.get("not_sent"):
        talk("Nothing new to send.")
    for note in done["notes"]:
        talk(note)
    for line in issue_lines([issue for issue in done["issues"] if issue["severity"] == "error"], book):
        talk(line)


def _sent_line(one: Mapping[str, Any]) -> str:
    who = one["who"] or "you"
    if one["state"] == "sent":
        return f"{who}: sent, {one['told']} told ({one['channel'].partition('-')[0]})" + (
            f"; {one['reason']}" if one["reason"] else ""
        )
    if one["state"] == "would_be_sent":
        return f"{who}: {one['told']} would be sent"
    if one["state"] == "no_address":
        return f"{who}: no address; write one under Contact in Settings, group People" + (
            f' ("{one["reason"]}" is none)' if one["reason"] else ""
        )
    again = "it is told again tomorrow" if one["state"] == "unsure" else "run it again"
    return f"{who}: {one['state']} ({one['channel'].partition('-')[0]}): {one['reason']}; {again}"


def _exit_code(done: Mapping[str, Any]) -> int:
    states = {one["state"] for one in done.get("sent", ())}
    if states & {"failed", "unsure"}:
        return EXIT_IO
    return EXIT_ISSUES if "no_address" in states else exit_of(done["issues"])


@click.command("watch", short_help="Refresh the book after each save.")
@book_argument
@click.option("--once", is_flag=True, help="Stop after the first refresh.")
@today_option
@json_option
@reported
def watch_command(book: Path, once: bool, today: str | None, as_json: bool) -> int:
    """Refresh the book after each save, as soon as it is closed; until Ctrl+C."""
    from kakosheet.app.watch import watch

    def tell(done: Mapping[str, Any], refreshed: Any) -> None:
        if as_json:
            say(json.dumps(done, ensure_ascii=False))
            return
        from kakosheet.cli.telling import told

        for line in issue_lines(done["issues"], book):
            talk(line)
        if "error" in done:
            talk(f"error {done['error']['code']}: {done['error']['message']}. Nothing was written.")
            return
        for line in told(done, refreshed, dry_run=False):
            say(line)
        for note in done["notes"]:
            talk(note)

    with suppress(KeyboardInterrupt):
        watch(
            book,
            tell,
            today=_day(today),
            once=once,
            ready=lambda: talk(f"Watching {book.name}: save and close it, and it is refreshed. Ctrl+C ends this."),
        )
    return 0


@click.command("schedule", short_help="Refresh and remind every day at a time of yours.")
@book_argument
@click.argument("at", required=False, metavar="[HH:MM]")
@click.option("--show", "do_show", is_flag=True, help="Show what the timetable of this computer has for the book.")
@click.option("--remove", "do_remove", is_flag=True, help="Take the book out of the timetable.")
@dry_run_option
@json_option
@reported
def schedule_command(book: Path, at: str | None, do_show: bool, do_remove: bool, dry_run: bool, as_json: bool) -> int:
    """Every day at HH:MM: refresh the book and send the reminders, by this computer's own timetable."""
    from kakosheet.app.schedule import schedule

    if sum((at is not None, do_show, do_remove)) > 1:
        raise KakosheetError(
            "K804", "a time, --show and --remove do not go together", "give one of them", exit_code=EXIT_USAGE
        )
    done = schedule(book, at, remove=do_remove, dry_run=dry_run)
    if at is not None:
        line = f"{book.name}: every day at {done['at']}" + (" (not written)" if dry_run else "") + f"\n{done['job']}"
    else:
        line = (
            f"{'Removed: ' if done.get('written') else ''}{done['job']}"
            if done["job"]
            else f"{book.name} is not in the timetable."
        )
    say_json(done) if as_json else say(line)
    for note in () if as_json else done.get("notes", ()):
        talk(note)
    return 0


@click.command("today", short_help="Write each person's own list of open dates.")
@book_argument
@click.option("--who", metavar="NAME", help="Only this person.")
@click.option("-o", "--out", type=FILE, metavar="DIR", help='The folder; by default "NAME today" beside the book.')
@today_option
@force_option
@dry_run_option
@json_option
@reported
def today_command(
    book: Path, who: str | None, out: Path | None, today: str | None, force: bool, dry_run: bool, as_json: bool
) -> int:
    """Write each person's own list of open dates, as a text to read and as a calendar."""
    from kakosheet.app.today import today as lists_of_today

    done = lists_of_today(book, today=_day(today), who=who, out=out, dry_run=dry_run, force=force)
    if as_json:
        say_json(done)
    else:
        for one in done["lists"]:
            undated = f"{one['undated']} cannot be dated, " if one["undated"] else ""
            last = f"{one['last']} cannot be undone afterwards, " if one["last"] else ""
            say(
                f"{one['text']}: {undated}{last}{one['late']} late, {one['today']} today, {one['soon']} soon, {one['later']} later"
            )
        for line in issue_lines(done["issues"], book):
            talk(line)
    return exit_of(done["issues"])


def _day(text: str | None) -> date | None:
    return None if text is None else parse_today(text)
