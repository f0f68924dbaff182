"""The parts of a small new workbook, kept: whoever changes how books are written reads the difference. `--update` writes them anew.

They are those of one version of XlsxWriter: another one may put the same things in other words.
"""

from __future__ import annotations

import re
from importlib import util
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from kakosheet.formats.xlsx.writer import write_workbook

HERE = Path(__file__).parent
KEPT = HERE / "writer"
PARTS = (
    "xl/workbook.xml",
    "xl/styles.xml",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet2.xml",
    "xl/worksheets/sheet3.xml",
    "xl/worksheets/sheet5.xml",
    "xl/tables/table1.xml",
    "xl/charts/chart1.xml",
    "xl/charts/chart4.xml",
    "docProps/custom.xml",
)


def demo_book() -> Any:
    """The demo book of the unit tests."""
    spec = util.spec_from_file_location("writer_demo", HERE.parent / "unit" / "formats" / "conftest.py")
    assert spec is not None and spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.make_book(6)


@pytest.fixture(scope="module")
def package(request: pytest.FixtureRequest) -> ZipFile:
    import xlsxwriter

    version = KEPT / "xlsxwriter.txt"
    if request.config.getoption("--update"):
        KEPT.mkdir(parents=True, exist_ok=True)
        version.write_text(xlsxwriter.__version__ + "\n", encoding="utf-8")
    if xlsxwriter.__version__ != version.read_text(encoding="utf-8").strip():
        pytest.skip(
            f"kept by XlsxWriter {version.read_text(encoding='utf-8').strip()}; here is {xlsxwriter.__version__}"
        )
    return ZipFile(BytesIO(write_workbook(demo_book())))


def lines(xml: bytes) -> str:
    """One element a line, so that a difference can be read."""
    return re.sub(r">\s*<", ">\n<", xml.decode()) + "\n"


@pytest.mark.parametrize("name", PARTS)
def test_a_new_workbook_is_written_as_it_was(name: str, package: ZipFile, request: pytest.FixtureRequest) -> None:
    kept, now = KEPT / name.replace("/", "_"), lines(package.read(name))
    if request.config.getoption("--update"):
        kept.write_text(now, encoding="utf-8")
    assert kept.exists(), "no kept part: run with --update and read the difference"
    assert now == kept.read_text(encoding="utf-8")
