"""What the writer makes, LibreOffice opens and saves with nothing lost: values, formulas' results, names, drop-downs, charts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib import util
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from kakosheet.formats.xlsx.writer import write_workbook

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


_NO_CHARACTERS = re.compile("_x0007_|\x07|_xfffe_|\ufffe", re.IGNORECASE)


def demo_book() -> Any:
    """The demo book of the unit tests."""
    spec = util.spec_from_file_location("writer_demo", Path(__file__).parents[1] / "unit" / "formats" / "conftest.py")
    assert spec is not None and spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.make_book(13)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The book as written, and as LibreOffice saved it."""
    folder = tmp_path_factory.mktemp("writer")
    ours = folder / "ours.xlsx"
    ours.write_bytes(write_workbook(demo_book()))
    (folder / "out").mkdir()
    command = [
        "soffice",
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(folder / "out"),
        str(ours),
    ]
    subprocess.run(
        command, check=True, capture_output=True, timeout=180, env={**os.environ, "SAL_USE_VCLPLUGIN": "svp"}
    )
    return ours, folder / "out" / "ours.xlsx"


def values(path: Path) -> dict[tuple[str, str], Any]:
    """All values; what becomes of control characters is LibreOffice's business."""
    found = {}
    for sheet in openpyxl.load_workbook(path, data_only=True):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value not in (None, ""):
                    plain = _NO_CHARACTERS.sub("", cell.value) if isinstance(cell.value, str) else cell.value
                    found[sheet.title, cell.coordinate] = round(plain, 9) if isinstance(plain, float) else plain
    return found


def test_every_value_is_kept(saved: tuple[Path, Path]) -> None:
    ours, theirs = map(values, saved)
    assert {key: (value, theirs.get(key)) for key, value in ours.items() if theirs.get(key) != value} == {}


def test_names_and_drop_downs_are_kept(saved: tuple[Path, Path]) -> None:
    ours, theirs = (openpyxl.load_workbook(path) for path in saved)
    assert set(ours.defined_names) <= set(theirs.defined_names)
    lists = {rule.formula1 for rule in theirs["Tasks & more"].data_validations.dataValidation if rule.type == "list"}
    assert lists == {"list_of_people", "list_colour", "list_size", "list_yes_no"}
    assert theirs["Tasks & more"].tables["kako_tasks"].ref == "A3:P16"


def test_charts_are_kept(saved: tuple[Path, Path]) -> None:
    with ZipFile(saved[1]) as package:
        assert sum(name.startswith("xl/charts/chart") for name in package.namelist()) == 4
