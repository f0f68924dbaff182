"""Commands on rows and cells: add, import, export, set."""

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
    say_changes,
    say_json,
    say_pieces,
    talk,
    today_option,
)
from kakosheet.core.issues import EXIT_USAGE, KakosheetError


@click.command("add")
@book_argument
@click.argument("sheet")
@click.argument("values", nargs=-1, required=True, metavar="KEY=VALUE...")
@today_option
@force_option
@dry_run_option
@json_option
@reported
def add_command(
    book: Path, sheet: str, values: tuple[str, ...], today: str | None, force: bool, dry_run: bool, as_json: bool
) -> int:
    """Append a row to a sheet and print its id."""
    from kakosheet.app.add import add

    seen: list[Any] = []
    done = add(
        book,
        sheet,
        _pairs(values),
        today=None if today is None else parse_today(today),
        dry_run=dry_run,
        force=force,
        report=seen.append,
    )
    if as_json:
        say_json(done)
    else:
        if dry_run:
            say_changes(seen[0])
        for name in done["ids"]:
            say(str(name))
        for line in issue_lines(done["issues"], book):
            talk(line)
        for note in done["notes"]:
            talk(note)
    return exit_of(done["issues"])


@click.command("import", short_help="Bring in orders from a .csv, .tsv, .xlsx or .ods file.")
@book_argument
@click.argument("source", type=FILE)
@click.option("--from", "source_name", help="A shipped column map, such as generic.")
@click.option("--map", "map_file", type=FILE, help="A column map of your own (TOML).")
@today_option
@force_option
@dry_run_option
@json_option
@reported
def import_command(
    book: Path,
    source: Path,
    source_name: str | None,
    map_file: Path | None,
    today: str | None,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Bring in orders from a .csv, .tsv, .xlsx or .ods file; what is there already is never overwritten."""
    from kakosheet.app.import_file import import_file

    seen: list[Any] = []
    done = import_file(
        book,
        source,
        from_=source_name,
        map_file=map_file,
        dry_run=dry_run,
        force=force,
        today=None if today is None else parse_today(today),
        report=seen.append,
    )
    if as_json:
        say_json(done)
    else:
        for line in issue_lines(done["issues"], book):
            talk(line)
        if dry_run:
            say_changes(seen[0])
        say(
            f"{done['rows_imported']} rows {'would be ' if dry_run else ''}imported, {done['same']} were there already."
        )
        for note in done["notes"]:
            talk(note)
    return exit_of(done["issues"])


@click.command("export")
@book_argument
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--sheet", help="Only this table, by its key (needed for csv on stdout).")
@click.option("-o", "--out", type=FILE, help="json: the file. csv: the folder for one file a table.")
@force_option
@reported
def export_command(book: Path, form: str, as_json: bool, sheet: str | None, out: Path | None, force: bool) -> int:
    """Print or write the tables as data, by column key."""
    from kakosheet import files
    from kakosheet.app import export as exporting

    tables = exporting.tables_of(book)
    if sheet is not None:
        exporting.csv_columns(sheet)
        tables = {sheet: tables[sheet]}
    if as_json or form == "json":
        pieces = exporting.json_pieces(tables)
        say_pieces(pieces) if out is None else files.create(
            out, b"".join(map(str.encode, pieces)), force=force, beside=book
        )
        return 0
    if out is None:
        if len(tables) > 1:
            raise KakosheetError(
                "K113",
                "several tables do not fit into one CSV",
                "name one with --sheet, or a folder with -o",
                exit_code=EXIT_USAGE,
            )
        say_pieces(exporting.csv_pieces(next(iter(tables.values()))))
        return 0
    files.made_folder(out)
    for key, table in tables.items():
        files.create(
            out / f"{key}.csv", b"".join(map(str.encode, ("\ufeff", *exporting.csv_pieces(table)))), force=force
        )
    return 0


@click.command("set", short_help="Set single cells of any workbook, and nothing else.")
@book_argument
@click.argument("cells", nargs=-1, required=True, metavar="'SHEET!CELL=VALUE'...")
@click.option("-o", "--out", type=FILE, help="Write the result here and leave the book alone.")
@click.option("--drop-signature", is_flag=True, help="Change a signed workbook although that voids its signature.")
@force_option
@dry_run_option
@json_option
@reported
def set_command(
    book: Path,
    cells: tuple[str, ...],
    out: Path | None,
    drop_signature: bool,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Set single cells of any workbook: numbers, ISO dates, text; never a formula. Nothing else changes."""
    from kakosheet.app.set_cells import set_cells
    from kakosheet.book.cells import parse_assignment

    pairs = dict(parse_assignment(text) for text in cells)
    done = set_cells(book, pairs, out=out, force=force, drop_signature=drop_signature, dry_run=dry_run)
    if as_json:
        say_json(done)
    else:
        for cell, change in done.get("cells", {}).items():
            old, new = ("(empty)" if value in (None, "") else value for value in (change["old"], change["new"]))
            say(f"{cell}: {old} → {new}")
        if not dry_run:
            say(f"{len(pairs)} cell{'s' if len(pairs) > 1 else ''} set." if done["written"] else "nothing to change")
        else:
            say("Nothing was written." if done["cells"] else "nothing to change")
        for note in done["notes"]:
            talk(note)
    return 0


def _pairs(values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for value in values:
        key, equals, text = value.partition("=")
        if not equals or not key.strip():
            raise KakosheetError(
                "K301", f'"{value}" is not of the form key=value', "write it like item=Lamp", exit_code=EXIT_USAGE
            )
        pairs[key.strip()] = text
    return pairs


@click.command("did")
@book_argument
@click.argument("dispute")
@click.argument("what", required=False)
@click.argument("day", required=False)
@click.option("--list", "listed", is_flag=True, help="Say what could be done now, and where it is written down.")
@today_option
@force_option
@dry_run_option
@json_option
@reported
def did_command(
    book: Path,
    dispute: str,
    what: str | None,
    day: str | None,
    listed: bool,
    today: str | None,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Write down that something was done in a case: without WHAT its next step, without DAY today."""
    from kakosheet.app import did as doing

    on = None if today is None else parse_today(today)
    if listed:
        found = doing.could(book, dispute, today=on)
        if as_json:
            say_json(found)
        for one in () if as_json else found:
            say(" · ".join(part for part in (one["what"], (one["due"] or "")[:10], one["text"], one["title"]) if part))
        return exit_of([])
    done = doing.did(
        book, dispute, what, None if day is None else parse_today(day), today=on, dry_run=dry_run, force=force
    )
    if as_json:
        say_json(done)
    else:
        say(f"{done['did']['title']} ({done['did']['cell']}): {done['did']['day']}")
        for line in issue_lines(done["issues"], book):
            talk(line)
        for note in done["notes"]:
            talk(note)
    return exit_of(done["issues"])
