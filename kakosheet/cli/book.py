"""Commands on a whole book: new, refresh, check, undo."""

from __future__ import annotations

import sys
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
    say_changes,
    say_json,
    talk,
    today_option,
)
from kakosheet.core.issues import EXIT_LOCKED, KakosheetError
from kakosheet.core.text import as_typed

PATIENCE = 60.0
"""Seconds that a refresh waits for a held book when people look on."""


@click.command("new")
@book_argument
@click.option(
    "--profile", default="shopper", show_default=True, help="shopper, merchant, daigou, groupbuy or procurement."
)
@click.option("--lang", default="en", show_default=True, help="Language of the sheets: en, zh.")
@click.option("--sample", is_flag=True, help="Fill it with a sample to look around in.")
@click.option("--no-launcher", is_flag=True, help="Leave out the file that refreshes the book by a double click.")
@today_option
@force_option
@dry_run_option
@json_option
@reported
def new_command(
    book: Path,
    profile: str,
    lang: str,
    sample: bool,
    no_launcher: bool,
    today: str | None,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Make a workbook that explains itself."""
    from kakosheet.app.new import new

    done = new(
        book,
        profile=profile,
        lang=lang,
        sample=sample,
        today=_day(today),
        force=force,
        launcher=not no_launcher,
        dry_run=dry_run,
    )
    if as_json:
        say_json(done)
    else:
        rows = ", ".join(f"{sheet} {count}" for sheet, count in done["sheets"].items())
        say(f"{done['file']}: {'would be ' if dry_run else ''}made for {profile}.{f' Rows: {rows}.' if rows else ''}")
        say(
            "Nothing was written."
            if dry_run
            else "Type in the white cells, save, then run: kakosheet refresh " + as_typed(book)
        )
        for note in done["notes"]:
            talk(note)
    return 0


@click.command("refresh", short_help="Recompute flags, deadlines, alerts, scores and charts.")
@book_argument
@click.option("-o", "--out", type=FILE, help="Write the result here and leave the book alone.")
@click.option(
    "--wait", type=float, help="Seconds to wait for a book that is open in another program (on a terminal: 60)."
)
@click.option(
    "--verify", is_flag=True, help="Have a second reader confirm, before it is written, that nothing else changed."
)
@today_option
@force_option
@dry_run_option
@json_option
@reported
def refresh_command(
    book: Path,
    out: Path | None,
    wait: float | None,
    verify: bool,
    today: str | None,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Recompute flags, deadlines, alerts, scores and charts in place; what is yours stays as it is."""
    from kakosheet import files
    from kakosheet.app.refresh import refresh
    from kakosheet.book.refreshed import Refreshed

    patience = wait if wait is not None else (PATIENCE if sys.stdin.isatty() and sys.stderr.isatty() else 0.0)
    if out is None and not dry_run:
        files.wait_until_free(book, patience)
    seen: list[Refreshed] = []
    try:
        done = refresh(
            book, out=out, today=_day(today), dry_run=dry_run, force=force, verify=verify, report=seen.append
        )
    except KakosheetError as error:
        if error.exit_code == EXIT_LOCKED and not as_json:
            _alerts_of_saved(book, _day(today))
        raise
    for copy in files.conflict_copies(book):
        talk(f"{copy.name} looks like a conflict copy of this book: compare the two, then delete one.")
    if as_json:
        say_json(done)
    else:
        _print_refresh(done, seen[0], book, dry_run=dry_run)
    return exit_of(done["issues"])


def _print_refresh(done: dict[str, Any], refreshed: Any, book: Path, *, dry_run: bool) -> None:
    from kakosheet.cli.telling import told

    for line in issue_lines(done["issues"], book):
        talk(line)
    if dry_run:
        say_changes(refreshed)
    for line in told(done, refreshed, dry_run=dry_run):
        say(line)
    for note in done["notes"]:
        talk(note)


def _alerts_of_saved(book: Path, today: date | None) -> None:
    """What is due, from the bytes as they were last saved."""
    from kakosheet import files
    from kakosheet.book.refreshed import refreshed_bytes
    from kakosheet.cli.telling import alert_lines

    try:
        refreshed = refreshed_bytes(files.load(book).data, today=today)
    except KakosheetError:
        return
    for line in alert_lines(refreshed):
        say(line)


@click.command("check", short_help="List what is wrong, with the cell and the cure.")
@book_argument
@today_option
@json_option
@reported
def check_command(book: Path, today: str | None, as_json: bool) -> int:
    """List everything that is wrong, with the cell and the cure; write nothing."""
    from kakosheet.app.check import check

    found = check(book, today=_day(today))
    if as_json:
        say_json(found)
    else:
        for line in issue_lines(found["issues"], book):
            say(line)
        talk(f"{len(found['issues'])} found." if found["issues"] else "Nothing wrong.")
    return exit_of(found["issues"])


@click.command("undo", short_help="Put the book back as it was before the last refresh.")
@book_argument
@force_option
@dry_run_option
@json_option
@reported
def undo_command(book: Path, force: bool, dry_run: bool, as_json: bool) -> int:
    """Put the book back as it was before the last refresh; once more puts it forward again."""
    from kakosheet.app.undo import undo

    done = undo(book, force=force, dry_run=dry_run)
    if as_json:
        say_json(done)
    elif dry_run:
        say(f"{book.name} would be put back as it was before the last write. Nothing was written.")
    else:
        say(f"{book.name} is as it was before the last write. Run undo again to go forward.")
    return 0


def _day(text: str | None) -> date | None:
    return None if text is None else parse_today(text)
