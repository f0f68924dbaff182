"""What writing a new .ods costs, against its peers with the same table in the same run: python tests/bench/bench_ods_writer.py [ROWS …]

Every line is one whole process, measured by wait4: CPU is user and system time without what the imports took, RSS the peak; of repeated
runs the cheapest. The table has 25 columns: numbers, money, shares, days, moments, texts and one formula. Ours goes through the writer of
workbooks with all that it adds (rules, drop-downs, names); xlsxwriter writes the bare rows in its constant-memory mode. odfpy gets a
tenth of the rows, since it takes minutes, and is compared by the row.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

COLUMNS = 25
FORMULA = 22
WORDS = ("Overdue", "Due soon", "On track", "Waiting for the seller")


def value(row: int, column: int) -> Any:
    """The cell of a row; `FORMULA` gives the formula's value."""
    if column == FORMULA:
        return "late" if row % 7 else "ok"
    kind = column % 8
    if kind == 0:
        return row * 3 + column
    if kind == 1:
        return round(row * 1.37 % 5000, 2)
    if kind == 2:
        return row % 100 / 100
    if kind == 3:
        return date(2025, 1, 1) + timedelta(row % 700)
    if kind == 4:
        return datetime(2025, 1, 1, 9, 30) + timedelta(hours=row % 9000)
    return WORDS[row % 4] if kind == 5 else f"some words {row} & {column}"


class Lazy(Sequence[Any]):
    """A column that is made as it is read: no table stands in memory."""

    def __init__(self, rows: int, column: int) -> None:
        self.rows, self.column = rows, column

    def __len__(self) -> int:
        return self.rows

    def __getitem__(self, i: Any) -> Any:
        return [self[j] for j in range(*i.indices(self.rows))] if isinstance(i, slice) else value(i, self.column)

    def __iter__(self) -> Iterator[Any]:
        return (value(row, self.column) for row in range(self.rows))


def ours(path: Path, rows: int, only_import: bool) -> None:
    from kakosheet.core.newbook import NewBook
    from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema, WorkbookSchema
    from kakosheet.core.table import Table
    from kakosheet.core.titles import Titles
    from kakosheet.formats.ods.writer import write_to

    if only_import:
        return
    kinds = (Kind.INTEGER, Kind.MONEY, Kind.PERCENT, Kind.DATE, Kind.DATETIME, Kind.TEXT, Kind.TEXT, Kind.TEXT)
    columns = [Column(f"c{i}", f"Column {i}", kinds[i % 8]) for i in range(COLUMNS)]
    columns[FORMULA] = Column(f"c{FORMULA}", "Live", owner=Owner.FORMULA, formula='IF([c0]>5,"late","ok")')
    table = TableSchema(key="t", sheet="s", columns=tuple(columns))
    schema = WorkbookSchema(
        1, (SheetSchema(key="s", title="S", kind=SheetKind.REGISTER, tab="start", tables=(table,)),)
    )
    lazy: dict[str, Any] = {f"c{i}": Lazy(rows, i) for i in range(COLUMNS)}
    tables = {"t": Table(table, rows=range(rows), columns=lazy)}  # type: ignore[arg-type]
    with path.open("wb") as file:
        write_to(
            NewBook(
                schema=schema,
                titles=Titles("en"),
                tables=tables,
                visible=("s",),
                created=datetime(2026, 1, 1),
                sealed=False,
            ),
            file,
        )


def xlsxwriter(path: Path, rows: int, only_import: bool) -> None:
    import xlsxwriter

    if only_import:
        return
    book = xlsxwriter.Workbook(
        str(path),
        {"constant_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False},
    )
    sheet = book.add_worksheet("S")
    formats = [
        book.add_format({"num_format": code})
        for code in ("#,##0", "#,##0.00", "0%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "@", "@", "@")
    ]
    for column in range(COLUMNS):
        sheet.write_string(0, column, f"Column {column}")
    for row in range(rows):
        for column in range(COLUMNS):
            given, form = value(row, column), formats[column % 8]
            if column == FORMULA:
                sheet.write_formula(row + 1, column, f'=IF(A{row + 2}>5,"late","ok")', form, given)
            elif isinstance(given, str):
                sheet.write_string(row + 1, column, given, form)
            elif isinstance(given, date):
                sheet.write_datetime(row + 1, column, given, form)
            else:
                sheet.write_number(row + 1, column, given, form)
    book.close()


def odfpy(path: Path, rows: int, only_import: bool) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    if only_import:
        return
    document = OpenDocumentSpreadsheet()
    table = Table(name="S")
    for row in range(rows):
        line = TableRow()
        for column in range(COLUMNS):
            given = value(row, column)
            if column == FORMULA:
                cell = TableCell(valuetype="string", formula=f'of:=IF([.A{row + 2}]>5;"late";"ok")')
            elif isinstance(given, str):
                cell = TableCell(valuetype="string")
            elif isinstance(given, date):
                cell = TableCell(valuetype="date", datevalue=given.isoformat())
            else:
                cell = TableCell(valuetype="float", value=given)
            cell.addElement(P(text=str(given)))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))


WRITERS: dict[str, tuple[Callable[[Path, int, bool], None], str, int]] = {
    "kakosheet": (ours, "ods", 1),
    "xlsxwriter": (xlsxwriter, "xlsx", 1),
    "odfpy": (odfpy, "ods", 10),
}
"""Who writes, into which format, and what part of the rows it gets."""
_MODULES = {"xlsxwriter": "xlsxwriter", "odfpy": "odf"}


def writing(rows: int, folder: Path, repeat: int) -> None:
    """Measure all, and print a table: seconds and memory, and what a row costs compared with ours."""
    from bench_ods import measure

    base = 0.0
    print(f"{rows:,} rows × {COLUMNS} columns written")
    for name, (_, kind, part) in WRITERS.items():
        if name in _MODULES and importlib.util.find_spec(_MODULES[name]) is None:
            print(f"  {name}: not installed")
            continue
        count, target = rows // part, folder / f"{name}.{kind}"
        command = [sys.executable, __file__, "--child", name, target, str(count)]
        idle = measure([*command, "--import"], folder, repeat)
        cost = measure(command, folder, 1 if part > 1 else repeat)
        seconds = (cost.cpu - idle.cpu) * part
        base = base or seconds
        print(
            f"  {name:<11}{count:>8,} rows {cost.cpu - idle.cpu:8.2f} s {cost.rss:6.0f} MB {target.stat().st_size / 1e6:6.1f} MB of file"
            f"   {seconds / base:5.2f} × CPU a row"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", type=int, default=[50_000])
    parser.add_argument("--repeat", type=int, default=3)
    for rows in parser.parse_args().rows:
        with tempfile.TemporaryDirectory() as folder:
            writing(rows, Path(folder), parser.parse_args().repeat)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        WRITERS[sys.argv[2]][0](Path(sys.argv[3]), int(sys.argv[4]), "--import" in sys.argv)
    else:
        main()
