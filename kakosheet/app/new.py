"""`new`: a workbook that explains itself, empty or with a sample, computed before it is written."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kakosheet import files
from kakosheet.book.computing import ID, LANG, PROFILE, SEQUENCE, VERSION, Births, collector_at_rest, run_rules
from kakosheet.book.moment import Moment, local_zone, moment_of
from kakosheet.book.refreshed import refreshed_bytes
from kakosheet.core.bind import typed_by_people
from kakosheet.core.ids import Sequences
from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.schema import Owner
from kakosheet.core.table import Table, Tables
from kakosheet.core.titles import Titles
from kakosheet.files import PathLike
from kakosheet.formats import WRITERS
from kakosheet.policy.model import Policy
from kakosheet.sheets import SCHEMA

ROUNDS = 4
"""Runs after which sample rows that hang on each other must have settled."""


def new(
    path: PathLike,
    *,
    profile: str = "shopper",
    lang: str = "en",
    sample: bool = False,
    today: date | None = None,
    force: bool = False,
    settings: Mapping[str, Any] | None = None,
    launcher: bool = True,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Make a workbook at `path`. KakosheetError K504 for an unknown profile or language, K705 if the file exists."""
    target = Path(path)
    kind = _kind(target)
    zone = local_zone()
    own = {**({"zone": zone} if zone and not zone.endswith("UTC") else {}), **(settings or {})}
    data, counts = new_book(profile=profile, lang=lang, sample=sample, today=today, settings=own, kind=kind)
    beside, notes = list[str](), list[str]()
    if not dry_run:
        files.create(target, data, force=force)
        if launcher:
            beside, notes = _launcher(target)
    return {
        "file": str(target),
        "written": not dry_run,
        "profile": profile,
        "rows": counts,
        "sheets": _filled(counts, lang, profile),
        "launcher": beside,
        "notes": notes,
    }


def _kind(target: Path) -> str:
    """The file format that a name asks for. KakosheetError K108 if no book is made in it."""
    kind = target.suffix.lower().removeprefix(".")
    if kind not in WRITERS:
        raise KakosheetError(
            "K108",
            f"{target.name}: a new book is an .xlsx or an .ods file",
            "give a name that ends in .xlsx or .ods",
            exit_code=EXIT_USAGE,
        )
    return kind


def _launcher(target: Path) -> tuple[list[str], list[str]]:
    """Make a launcher: its path, and a note if there is none. The book is there, and is good without one."""
    from kakosheet.files.launcher import write_launcher

    try:
        return [str(write_launcher(target))], []
    except KakosheetError as error:
        return [], [f"No launcher was made: {error.message}"]


def _filled(counts: Mapping[str, int], lang: str, profile: str) -> dict[str, int]:
    """How many rows the registers have that people fill, by the name of their sheet."""
    from kakosheet.policy.loader import load_titles

    names = load_titles(lang, profile).sheets
    return {
        names.get(key) or SCHEMA.sheet_by_key[key].title: count
        for key, count in counts.items()
        if key not in ("settings", "rules")
    }


def new_book(
    *,
    profile: str,
    lang: str,
    sample: bool = False,
    today: date | None = None,
    settings: Mapping[str, Any] | None = None,
    births: Births | None = None,
    computed: bool = True,
    book_id: str | None = None,
    kind: str = "xlsx",
) -> tuple[bytes, dict[str, int]]:
    """The bytes of a new book and how many rows each register has. `births` are rows of people's; with `computed=False`
    they stand as typed, and nothing has been refreshed since. `book_id` is a new one if left out; with "" the book gets
    one at its first refresh. `kind` is the file format."""
    from kakosheet.book.sample import sample_tables
    from kakosheet.policy.loader import load_policy, load_titles

    titles, policy = load_titles(lang, profile), load_policy(profile, lang)
    moment = moment_of(today, None, str((settings or {}).get("zone") or policy.settings["zone"]))
    rows = dict(births or {})
    if sample:
        for key, values in sample_tables(moment.today, profile, titles).items():
            rows[key] = [*rows.get(key, ()), *values]
    with collector_at_rest():
        tables, in_force, sequences = _settled(rows if computed else {}, settings or {}, policy, titles, moment)
        if not computed:
            _place(tables, rows)
        book = _as_new_book(
            tables, in_force, titles, moment, sequences, profile, str(uuid.uuid4()) if book_id is None else book_id
        )
        data = WRITERS[kind](book)
    if computed:
        data = refreshed_bytes(data, today=today, give_id=False).result.data
    return data, {key: len(table) for key, table in tables.items() if table.schema.slots is None and len(table)}


def _settled(
    rows: Births, settings: Mapping[str, Any], defaults: Policy, titles: Titles, moment: Moment
) -> tuple[Tables, Policy, Sequences]:
    """Tables with those rows after the rules ran, until no rule makes a row more; rows that name a made row's key fill
    it."""
    from kakosheet.policy.overlay import overlay
    from kakosheet.sheets.settings import overrides

    tables: Tables = {key: Table.empty(schema) for key, schema in SCHEMA.tables.items()}
    waiting = {key: [dict(row) for row in values] for key, values in rows.items()}
    waiting.setdefault("settings", []).extend({"key": key, "yours": value} for key, value in settings.items())
    policy, sequences = defaults, Sequences()
    for rounds_left in reversed(range(ROUNDS)):
        count = sum(map(len, tables.values()))
        left = _place(tables, waiting)
        policy = overlay(defaults, overrides(tables["settings"], tables["rules"], defaults))
        run_rules(tables, policy, titles, moment, sequences)
        if not rounds_left or (not left and sum(map(len, tables.values())) == count):
            break
        tables, waiting = {key: _reborn(table) for key, table in tables.items()}, left
    return tables, policy, sequences


def _place(tables: Tables, waiting: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Put rows into their tables: into the row with their key, or as new rows where they name none. What names no row
    yet is given back."""
    left: dict[str, list[dict[str, Any]]] = {}
    for key, rows in waiting.items():
        table = tables[key]
        name = table.schema.row_key
        at = {value: i for i, value in enumerate(table.columns[name]) if value is not None} if name else {}
        for row in rows:
            own = row.get(name) if name and name != table.schema.key_column else None
            if own is None:
                table.append(dict(row))
            elif own in at:
                for column, value in row.items():
                    table.old[column][at[own]] = table.columns[column][at[own]] = value
            else:
                left.setdefault(key, []).append(dict(row))
    return left


def _reborn(table: Table) -> Table:
    """The same rows as they would be read back: what people typed and the ids; nothing computed."""
    fresh = Table.empty(table.schema)
    if table.schema.slots is None:
        typed = {
            c.key: (table.columns if c.owner is Owner.ID else table.old)[c.key]
            for c in table.schema.columns
            if typed_by_people(c)
        }
        for i in range(len(table)):
            fresh.append({key: values[i] for key, values in typed.items()})
        fresh.wanted = [None] * len(fresh)
    return fresh


def _as_new_book(
    tables: Tables, policy: Policy, titles: Titles, moment: Moment, sequences: Sequences, profile: str, book_id: str
) -> Any:
    from kakosheet.book.looks import layouts
    from kakosheet.core.newbook import NewBook
    from kakosheet.policy.loader import load_profile
    from kakosheet.sheets.lists import named_cells
    from kakosheet.sheets.marks import MARKS

    shown = load_profile(profile, titles.lang)
    for sheet in SCHEMA.sheets:
        for schema in sheet.tables:
            if schema.slots is None:
                tables[schema.key].rows = [sheet.header_row + 1 + i for i in range(len(tables[schema.key]))]
    properties: dict[str, Any] = {
        ID: book_id or None,
        VERSION: SCHEMA.version,
        PROFILE: profile,
        LANG: titles.lang,
        "kakosheet.sheets": ",".join(sheet.key for sheet in SCHEMA.sheets),
    }
    properties |= {SEQUENCE + key: number for key, number in sequences.highest.items()}
    created = datetime.combine(moment.today, datetime.min.time())
    return NewBook(
        schema=SCHEMA,
        titles=titles,
        tables=tables,
        visible=shown.sheets,
        created=created,
        layouts=layouts(shown.sheets),
        marks=MARKS,
        named_cells=named_cells(policy, moment.today),
        properties=properties,
        hidden_columns=shown.hidden_columns,
    )
