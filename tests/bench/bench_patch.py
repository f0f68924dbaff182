"""What reading and patching one large sheet costs, against its floor and its peers: one table of ratios, all measured in this run.

    python tests/bench/bench_patch.py [ROWS ...]        default 20000 100000; LibreOffice is used for one shape if `soffice` is there

25 columns, 6 of them rewritten in every row. Each number is CPU time (user and system) of one child process, the best of three (one for
openpyxl), less what the child took to import; memory is its peak. The floor is what no patcher can go below: calamine's reading plus inflating and
deflating the sheet. No number here is a promise about another machine: compare within one table.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
REWRITTEN = (3, 6, 8, 12, 13, 5)  # numbers, numbers, numbers, text, text, the cached value of a formula
SHEET = "xl/worksheets/sheet1.xml"


def make_uniform(rows: int, path: Path, gaps: bool = False) -> None:
    """Numbers, texts, dates and formulas by column; with `gaps` two cells of three are missing or blank, and styles abound."""
    import xlsxwriter

    rng = random.Random(1)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Data")
        styles = [
            book.add_format({"num_format": code, "bold": bold})
            for code in ("0.00", "yyyy-mm-dd", "General")
            for bold in (True, False)
        ]
        for column in range(25):
            sheet.write(0, column, f"Column {column + 1}")
        for row in range(1, rows + 1):
            for column in range(25):
                style = styles[(row + column) % 6] if gaps else styles[1 if column % 5 == 3 else 4]
                if gaps and column + 1 not in REWRITTEN and rng.random() < 0.66:
                    if rng.random() < 0.5:
                        sheet.write_blank(row, column, None, style)
                elif column % 5 == 4:
                    sheet.write_formula(row, column, f'=IF(A{row + 1}<>"","Waived",B{row + 1})', style, "Waived")
                elif column % 5 == 1 or column in (11, 12):
                    sheet.write_string(
                        row,
                        column,
                        ("Overdue", "Due soon", "On track")[row % 3] if column < 10 else f"text {row % 500} {column}",
                        style,
                    )
                else:
                    sheet.write_number(
                        row, column, 45_000 + row % 300 if column % 5 == 3 else round(rng.random() * 1000, 4), style
                    )


def make_gaps(rows: int, path: Path) -> None:
    make_uniform(rows, path, gaps=True)


def make_libreoffice(rows: int, path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, path.name)
        make_uniform(rows, source)
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--convert-to",
                "xlsx",
                "--outdir",
                f"{folder}/out",
                str(source),
            ],
            check=True,
            capture_output=True,
            env=os.environ | {"SAL_USE_VCLPLUGIN": "svp"},
        )
        shutil.move(f"{folder}/out/{path.name}", path)


SHAPES: dict[str, Callable[[int, Path], None]] = {
    "uniform": make_uniform,
    "gaps": make_gaps,
    "LibreOffice": make_libreoffice,
}


# What the children do. Each returns nothing; its cost is what counts.


def floor_read(path: Path) -> None:
    from python_calamine import CalamineWorkbook

    CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def floor_pack(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(SHEET)
    deflater = zlib.compressobj(6, zlib.DEFLATED, -15)
    deflater.compress(xml)
    deflater.flush()


def new_value(row: int, column: int) -> float | str:
    return f"late {row % 50}" if column in (12, 13) else "Overdue" if column == 5 else row * 0.5 + column


def ours(path: Path) -> None:
    import gc

    from kakosheet import formats
    from kakosheet.core.patch import Cached, Patch, SheetPatch
    from kakosheet.core.raw import Area

    gc.disable()
    data = path.read_bytes()
    book = formats.read(data)
    rows = book.sheets["Data"].rows
    cells = {
        row: {column: Cached(new_value(row, column)) if column == 5 else new_value(row, column) for column in REWRITTEN}
        for row in rows
        if row > 1
    }
    del book, rows  # as a refresh gives up what it read before it writes
    result = formats.apply(data, Patch({"Data": SheetPatch(cells, own=[Area("Data", 2, 1, 1_048_576, 25)])}))
    path.with_suffix(".out").write_bytes(result.data)


def wolfxl(path: Path) -> None:
    import wolfxl as peer

    book = peer.load_workbook(str(path), modify=True)
    sheet = book["Data"]
    for row in range(2, sheet.max_row + 1):
        for column in REWRITTEN:
            if column != 5:  # it has no way to refresh a cached value alone
                sheet.cell(row, column).value = new_value(row, column)
    book.save(str(path.with_suffix(".out")))


def lxml_edit(path: Path) -> None:
    from lxml import etree

    with zipfile.ZipFile(path) as archive:
        tree = etree.fromstring(archive.read(SHEET), etree.XMLParser(huge_tree=True))
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    letters = {chr(64 + column): column for column in REWRITTEN}
    for row in tree.find(f"{space}sheetData")[1:]:
        for cell in row:
            column = letters.get(cell.get("r").rstrip("0123456789"))
            value = cell.find(f"{space}v")
            if column and value is not None:
                value.text = str(new_value(int(row.get("r")), column))
    with zipfile.ZipFile(path.with_suffix(".out"), "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        out.writestr(SHEET, etree.tostring(tree, xml_declaration=True, encoding="UTF-8"))


def openpyxl(path: Path) -> None:
    import openpyxl as peer

    book = peer.load_workbook(path)
    book.save(path.with_suffix(".out"))


CHILDREN = {child.__name__: child for child in (floor_read, floor_pack, ours, wolfxl, lxml_edit, openpyxl)}
IMPORTS = {
    "ours": "kakosheet.formats.xlsx.patcher",
    "wolfxl": "wolfxl",
    "lxml_edit": "lxml.etree",
    "openpyxl": "openpyxl",
    "floor_read": "python_calamine",
}


def measure(name: str, path: Path, times: int) -> tuple[float, float]:
    """(CPU seconds, peak MB): the best of so many runs."""
    runs = []
    for _ in range(times):
        done = subprocess.run(
            [sys.executable, __file__, "--child", name, str(path)],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        runs.append(tuple(json.loads(done.stdout)))
    return min(run[0] for run in runs), min(run[1] for run in runs)


def child(name: str, path: Path) -> None:
    if name in IMPORTS:
        __import__(IMPORTS[name])
    start = time.process_time()
    CHILDREN[name](path)
    print(json.dumps([time.process_time() - start, peak_megabytes()]))


def peak_megabytes() -> float:
    """What this program took; ru_maxrss would count the parent as it was when it started the child."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(sizes: list[int]) -> None:
    shapes = [name for name in SHAPES if name != "LibreOffice" or shutil.which("soffice")]
    for shape in shapes:
        earlier: dict[str, float] = {}
        for rows in sizes:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, "book.xlsx")
                SHAPES[shape](rows, path)
                with zipfile.ZipFile(path) as archive:
                    megabytes = archive.getinfo(SHEET).file_size / 1e6
                report(
                    shape,
                    rows,
                    megabytes,
                    {name: measure(name, path, 1 if name == "openpyxl" else 3) for name in CHILDREN},
                    earlier,
                )


def report(
    shape: str, rows: int, megabytes: float, found: dict[str, tuple[float, float]], earlier: dict[str, float]
) -> None:
    floor = found["floor_read"][0] + found["floor_pack"][0]
    print(f"\n{shape}, {rows} rows x 25 columns, sheet of {megabytes:.1f} MB; floor {floor:.2f} s of CPU")
    print(f"{'':16}{'CPU s':>8}{'x floor':>9}{'openpyxl/it':>13}{'peak MB':>9}{'x sheet':>9}{'growth':>8}")
    for name, (cpu, peak) in found.items():
        growth = f"{cpu / earlier[name]:8.2f}" if name in earlier else ""
        print(
            f"{name:16}{cpu:8.2f}{cpu / floor:9.2f}{found['openpyxl'][0] / cpu:13.1f}{peak:9.0f}{peak / megabytes:9.1f}{growth}"
        )
        earlier[name] = cpu
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]))
    else:
        main([int(size) for size in sys.argv[1:]] or [20_000, 100_000])
