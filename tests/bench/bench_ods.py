"""What patching an .ods costs, against its peers on the same file in the same run: python tests/bench/bench_ods.py [ROWS …] [--repeat N]

Every row of the table is one whole process, measured by wait4: CPU is user and system time, RSS the peak; of repeated runs the cheapest.
The file has 25 columns of numbers, days, texts and one formula. "few" changes three cells, "columns" two cells of every row. Needs odfdo
and odfpy (neither is a dependency) and LibreOffice; a peer that is missing is left out. odfpy takes minutes and is asked for by --odfpy.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "of": "urn:oasis:names:tc:opendocument:xmlns:of:1.2",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }.items()
)
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    'manifest:version="1.3"><manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" '
    'manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
CELLS = {
    "few": "{1: {1: 7.25}, rows // 2: {3: 'new'}, rows: {2: 9}}",
    "columns": "{row: {1: row * 1.5, 4: f'new {row}'} for row in range(1, rows + 1)}",
}
OURS = """
import sys
from pathlib import Path
from kakosheet import formats
from kakosheet.core.patch import Patch, SheetPatch
source, target, rows = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
target.write_bytes(formats.apply(source.read_bytes(), Patch({{"S": SheetPatch({cells})}})).data)
"""
ODFDO = """
import sys
from odfdo import Document
source, target, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
document = Document(source)
table = document.body.get_table(name="S")
for row, cells in ({cells}).items():
    for column, value in cells.items():
        table.set_value((column - 1, row - 1), value)
document.save(target)
"""
ODFPY = "import sys\nfrom odf.opendocument import load\nload(sys.argv[1]).save(sys.argv[2])\n"


class Cost(NamedTuple):
    """CPU in seconds, peak RSS in MB."""

    cpu: float
    rss: float


def make(path: Path, rows: int) -> None:
    """A sheet as LibreOffice writes one."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        with archive.open("content.xml", "w", force_zip64=True) as out:
            out.write(
                f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {NAMESPACES} office:version="1.3"><office:body>'
                '<office:spreadsheet><table:table table:name="S"><table:table-column table:number-columns-repeated="25"/>'.encode()
            )
            for row in range(1, rows + 1):
                out.write(
                    f"<table:table-row>{''.join(cell(row, column) for column in range(25))}</table:table-row>".encode()
                )
            out.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")
        archive.writestr(
            "styles.xml",
            f'<office:document-styles {NAMESPACES} office:version="1.3"><office:styles/></office:document-styles>',
        )
        archive.writestr(
            "meta.xml", f'<office:document-meta {NAMESPACES} office:version="1.3"><office:meta/></office:document-meta>'
        )
        archive.writestr("META-INF/manifest.xml", MANIFEST)


def cell(row: int, column: int) -> str:
    if column == 22:
        formula, kind, value, text = (
            f' table:formula="of:=IF([.A{row}]&gt;5;&quot;late&quot;;&quot;ok&quot;)"',
            "string",
            "string-value",
            "late",
        )
    elif column % 5 == 0:
        formula, kind, value, text = "", "float", "value", f"{row * column + 0.5}"
    elif column % 5 == 1:
        formula, kind, value, text = "", "date", "date-value", f"2026-{row % 12 + 1:02}-{column:02}"
    else:
        return (
            '<table:table-cell office:value-type="string" calcext:value-type="string">'
            f"<text:p>some words {row} and {column}</text:p></table:table-cell>"
        )
    return (
        f'<table:table-cell{formula} office:value-type="{kind}" office:{value}="{text}" calcext:value-type="{kind}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def measure(command: Sequence[str | Path], folder: Path, repeat: int) -> Cost:
    """The cheapest of some runs of a process, and of all that it starts."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SAL_USE_VCLPLUGIN": "svp"}
    costs = []
    for _ in range(repeat):
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(map(str, command))[:60]} failed")
        costs.append(Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
    return Cost(min(cost.cpu for cost in costs), min(cost.rss for cost in costs))


def patching(rows: int, folder: Path, repeat: int, with_odfpy: bool) -> dict[str, Cost]:
    source, target, profile = folder / "source.ods", folder / "target.ods", folder / "profile"
    make(source, rows)
    costs: dict[str, Cost] = {}
    for name, cells in CELLS.items():
        costs[f"kakosheet, {name}"] = measure(
            [sys.executable, "-c", OURS.format(cells=cells), source, target, str(rows)], folder, repeat
        )
    if importlib.util.find_spec("odfdo"):
        for name, cells in CELLS.items():
            costs[f"odfdo, {name}"] = measure(
                [sys.executable, "-c", ODFDO.format(cells=cells), source, target, str(rows)], folder, 1
            )
    if with_odfpy and importlib.util.find_spec("odf"):
        costs["odfpy, nothing"] = measure([sys.executable, "-c", ODFPY, source, target], folder, 1)
    office = shutil.which("soffice")
    if office:
        convert = [
            office,
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--convert-to",
            "ods",
            "--outdir",
            folder / "out",
            source,
        ]
        measure(convert, folder, 1)  # makes the profile
        costs["soffice --convert-to"] = measure(convert, folder, repeat)
    return costs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", type=int, default=[10_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--odfpy", action="store_true")
    parser.add_argument(
        "--writer", action="store_true", help="compare writers of new files instead (bench_ods_writer.py)"
    )
    options = parser.parse_args()
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as folder:
            if options.writer:
                from bench_ods_writer import writing

                writing(rows, Path(folder), options.repeat)
                continue
            costs = patching(rows, Path(folder), options.repeat, options.odfpy)
        base = costs.get("odfdo, few", costs["kakosheet, few"])
        print(f"{rows} rows × 25 columns")
        for name, cost in costs.items():
            print(
                f"  {name:<24}{cost.cpu:8.2f} s {cost.rss:7.0f} MB   {cost.cpu / base.cpu:5.2f} × CPU  {cost.rss / base.rss:5.2f} × RSS"
            )


if __name__ == "__main__":
    main()
