"""Commands that tell: review, explain, schema, demo."""

from __future__ import annotations

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


@click.command("review")
@book_argument
@click.option("--period", metavar="PERIOD", help="2026Q3, 2026-09 or 2026; by default the last finished quarter.")
@click.option("-o", "--out", type=FILE, help="The file to write; by default beside the book.")
@today_option
@force_option
@dry_run_option
@json_option
@reported
def review_command(
    book: Path, period: str | None, out: Path | None, today: str | None, force: bool, dry_run: bool, as_json: bool
) -> int:
    """Write the review workbook of a period, with native charts."""
    from kakosheet.app.review import review

    done = review(
        book, period=period, out=out, today=None if today is None else parse_today(today), force=force, dry_run=dry_run
    )
    if as_json:
        say_json(done)
    else:
        say(f"{done['file']}: the review of {done['period']}{'; nothing was written' if dry_run else ''}.")
        for line in issue_lines(done["issues"], book):
            talk(line)
    return exit_of(done["issues"])


@click.command("explain", short_help="Tell how a value, a date or an issue came about.")
@book_argument
@click.argument("where")
@today_option
@json_option
@reported
def explain_command(book: Path, where: str, today: str | None, as_json: bool) -> int:
    """Tell how a value came about: WHERE is a cell ('Deadlines!B5'), an id (D-2026-0001) or an issue code (K302)."""
    from kakosheet.app.explain import explain
    from kakosheet.cli.telling import explained

    told = explain(book, where, today=None if today is None else parse_today(today))
    if as_json:
        say_json(told)
    else:
        for line in explained(told):
            say(line)
    return 0


@click.command("summary", short_help="Tell a case on one page, as Markdown or PDF.")
@book_argument
@click.argument("dispute")
@click.option("-o", "--out", type=FILE, help="Write it to a file .md or .pdf (one page) instead of printing it.")
@today_option
@force_option
@json_option
@reported
def summary_command(book: Path, dispute: str, out: Path | None, today: str | None, force: bool, as_json: bool) -> int:
    """Tell a case on one page: what happened, its dates, evidence and offers, who is responsible, how it ended."""
    from kakosheet.app.summary import summary

    done = summary(book, dispute, out=out, today=None if today is None else parse_today(today), force=force)
    if as_json:
        say_json(done)
    else:
        say(done["file"] or done["markdown"].rstrip("\n"))
        for line in issue_lines(done["issues"], book):
            talk(line)
    return exit_of(done["issues"])


@click.command("schema", short_help="Print what a workbook is: sheets and columns.")
@click.option("--markdown", is_flag=True, help="Print tables for people.")
@json_option
@reported
def schema_command(markdown: bool, as_json: bool) -> int:
    """Print what a workbook is: sheets, columns, who fills them."""
    from kakosheet.app.schema import schema, schema_markdown

    say(schema_markdown()) if markdown and not as_json else say_json(schema())
    return 0


@click.command("demo", short_help="Walk the whole way: new, import, refresh, review.")
@click.argument("where", nargs=-1, required=True, metavar="[agreement] DIRECTORY")
@today_option
@force_option
@json_option
@reported
def demo_command(where: tuple[str, ...], today: str | None, force: bool, as_json: bool) -> int:
    """Walk the whole way in DIRECTORY: new, import, refresh, review. `demo agreement DIR` walks every branch of an
    agreement dispute."""
    *name, directory = where
    if name not in ([], ["agreement"]):
        raise click.UsageError(f"there is no demo {' '.join(name)}; write: demo DIRECTORY, or demo agreement DIRECTORY")
    tell = (lambda _: None) if as_json else say
    if name:
        from kakosheet.app.agreement import agreement

        done = agreement(directory, force=force, tell=tell)
    else:
        from kakosheet.app.demo import demo

        done = demo(directory, today=None if today is None else parse_today(today), force=force, tell=tell)
    if as_json:
        say_json(done)
    return 0 if all(step.get("as_expected", True) for step in done["steps"] if isinstance(step, dict)) else 1


@click.command("due", short_help="Count a due date.")
@click.argument("amount")
@click.option(
    "--start", default="", metavar="T", help="A date, or a date-time with its offset: 2026-02-12T10:00+08:00."
)
@click.option("--calendar", default="", metavar="CODE", help="Whose working days: CN, DE, GB-SCT, US …")
@click.option(
    "--zone",
    default="",
    metavar="ZONE",
    help="IANA zone; by default the calendar's for business hours, else that of the start.",
)
@click.option("--hours", default="", metavar="PERIODS", help="Business hours: 09:00-12:00,13:00-18:00.")
@click.option(
    "--pause", "pauses", multiple=True, metavar="A/B", help="The clock stood still from A to B; A/ goes on. Repeatable."
)
@click.option("--roll", is_flag=True, help="An end on a day off moves to the next working day.")
@click.option(
    "--own/--platform", "own", default=True, help="Our own promise (it pauses), or a platform's clock (it never stops)."
)
@click.option("--now", default="", metavar="T", help="The moment to judge by.")
@json_option
@reported
def due_command(amount: str, start: str, own: bool, as_json: bool, **counted: Any) -> int:
    """Count a due date: AMOUNT is a number and a unit, '5 working_days', that count from --start.

    Units: natural_days, working_days, calendar_hours, business_hours, months, end_of_month. AMOUNT can also be the
    deadline itself, as a platform gave it: a date, an instant (2026-02-12T10:00Z) or seconds since 1970.
    """
    from kakosheet.app.due import due

    found = due(amount, start, platform=not own, **counted)
    if as_json:
        say_json(found)
    else:
        for step in found["steps"]:
            say(step["text"])
        say(f"{found['state']}: due {found['due']}")
    return 0
