"""Commands that mend a book's structure: repair, upgrade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from kakosheet.cli.common import (
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
)
from kakosheet.core.text import as_typed


@click.command("repair", short_help="Show and put back marks and columns that were lost.")
@book_argument
@click.option("--yes", is_flag=True, help="Write the repairs; without it they are only shown.")
@force_option
@dry_run_option
@json_option
@reported
def repair_command(book: Path, yes: bool, force: bool, dry_run: bool, as_json: bool) -> int:
    """Show, and with --yes put back, what the book has lost: marks of columns, headers, columns. What you typed is not
    touched.

    A missing column is added at the right end of its table. A sheet that is gone cannot be made again inside the book:
    make a new book with `kakosheet new`, open both in your spreadsheet, move the sheet over, and run repair once more.
    """
    from kakosheet.app.repair import repair

    done = repair(book, dry_run=dry_run or not yes, force=force)
    if as_json:
        say_json(done)
        return exit_of(done["issues"])
    for line in change_lines(done["changes"]):
        say(line)
    if not done["changes"]:
        say("nothing to repair")
    elif not done["written"]:
        talk(f"Nothing was written yet. To write this: kakosheet repair {as_typed(book)} --yes")
    _print_rest(done["issues"], done["notes"], book)
    return exit_of(done["issues"])


@click.command("upgrade", short_help="Bring a book of an older kakosheet up to this one.")
@book_argument
@force_option
@dry_run_option
@json_option
@reported
def upgrade_command(book: Path, force: bool, dry_run: bool, as_json: bool) -> int:
    """Bring a book of an older kakosheet up to this one; what you typed is not touched."""
    from kakosheet.app.upgrade import upgrade

    done = upgrade(book, dry_run=dry_run, force=force)
    if as_json:
        say_json(done)
        return exit_of(done["issues"])
    for line in change_lines(done["changes"]):
        say(line)
    if done["from"] == done["to"]:
        say("nothing to upgrade")
    elif done["written"]:
        say(f"{book.name} is of schema {done['to']} now. Run: kakosheet refresh {as_typed(book)}")
    _print_rest(done["issues"], done["notes"], book)
    return exit_of(done["issues"])


def change_lines(changes: Iterable[Mapping[str, str]]) -> list[str]:
    """`Purchase Checklist!G3: mark of 'Bought on': F3 → G3`."""
    lines = []
    for change in changes:
        place = "!".join(part for part in (change["sheet"], change["cell"]) if part)
        lines.append(f"{place}{': ' if place else ''}{change['what']}: {change['old'] or '(none)'} → {change['new']}")
    return lines


def _print_rest(issues: Iterable[Mapping[str, str]], notes: Iterable[str], book: Path) -> None:
    for line in issue_lines(issues, book):
        talk(line)
    for note in notes:
        talk(note)
