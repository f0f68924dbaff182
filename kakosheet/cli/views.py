"""Commands that tell: review, explain, schema, demo."""

from __future__ import annotations

from pathlib import Path

import click

from kakosheet.app.moment import parse_today
from kakosheet.cli.common import book_argument, dry_run_option, force_option, json_option, reported, say, say_json, today_option


@click.command("review")
@book_argument
@click.option("--period", metavar="PERIOD", help="2026Q3, 2026-09 or 2026; by default the last finished quarter.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The file to write; by default beside the book.")
@today_option
@force_option
@dry_run_option
@json_option
@reported
def review_command(book: Path, period: str | None, out: Path | None, today: str | None, force: bool, dry_run: bool, as_json: bool) -> int:
    """Write the review workbook of a period, with native charts."""
    from kakosheet.app.reviewing import review
    done = review(book, period=period, out=out, today=None if today is None else parse_today(today), force=force, dry_run=dry_run)
    say_json(done) if as_json else say(f"{done['file']}: the review of {done['period']}.")
    return 0


@click.command("explain")
@book_argument
@click.argument("where")
@today_option
@json_option
@reported
def explain_command(book: Path, where: str, today: str | None, as_json: bool) -> int:
    """Tell how a value came about: WHERE is a cell ('Deadlines!B5'), an id (D-2026-0001) or an issue code (K302)."""
    from kakosheet.app.explaining import explain
    from kakosheet.app.telling import explained
    told = explain(book, where, today=None if today is None else parse_today(today))
    if as_json:
        say_json(told)
    else:
        for line in explained(told):
            say(line)
    return 0


@click.command("schema")
@click.option("--markdown", is_flag=True, help="Print tables for people.")
@json_option
@reported
def schema_command(markdown: bool, as_json: bool) -> int:
    """Print what a workbook is: sheets, columns, who fills them."""
    from kakosheet.app.exporting import schema, schema_markdown
    say(schema_markdown()) if markdown and not as_json else say_json(schema())
    return 0


@click.command("demo")
@click.argument("directory", type=click.Path(path_type=Path))
@today_option
@force_option
@json_option
@reported
def demo_command(directory: Path, today: str | None, force: bool, as_json: bool) -> int:
    """Walk the whole way in DIRECTORY: new, import, refresh, review."""
    from kakosheet.app.demo import demo
    done = demo(directory, today=None if today is None else parse_today(today), force=force, tell=(lambda _: None) if as_json else say)
    if as_json:
        say_json(done)
    return 0
