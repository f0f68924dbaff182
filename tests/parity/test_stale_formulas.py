"""LibreOffice opens what was patched and shows right numbers in the user's own formulas, and its copy needs no patch again."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import xlsxwriter

from kakosheet import formats
from kakosheet.core.patch import Patch, SheetPatch, TableGrowth
from kakosheet.core.raw import Area, FormulaCell, TableRange

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")

FORMULAS = {  # the formula, its cached value before, what it must show after
    'COUNTIF(Data!B2:B11,"LATE")': (0, 2),
    'COUNTIF(states,"LATE")': (0, 2),
    'SUMIF(T[State],"LATE",T[Amount])': (0, 1029),
    "A1*100": (0, 200),
    'COUNTIF(INDIRECT("Data!B2:B11"),"LATE")': (0, 2),
    "SUM(Data!C2:C11)": (550, 550),
    'IF(A3>0,"late money","none")': ("none", "late money"),
    "SUM(C1:C3)": (60, 90),
}


def book() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as out:
        data, user = out.add_worksheet("Data"), out.add_worksheet("User")
        for row in range(1, 11):
            data.write_row(row, 0, [f"P-{row}", "open", row * 10])
        data.add_table(
            0, 0, 10, 2, {"name": "T", "columns": [{"header": "ID"}, {"header": "State"}, {"header": "Amount"}]}
        )
        out.define_name("states", "=Data!$B$2:$B$11")
        for row, (formula, (cached, _)) in enumerate(FORMULAS.items()):
            user.write_formula(row, 0, "=" + formula, None, cached)
        user.write_array_formula("C1:C3", '{=Data!C2:C4*IF(Data!B2:B4="LATE",2,1)}', None, 10)
        user.write("C2", 20)
        user.write("C3", 30)
    return buffer.getvalue()


def test_dependants_show_right_numbers_after_a_patch(tmp_path: Path) -> None:
    patch = Patch(
        {
            "Data": SheetPatch(
                {2: {2: "LATE"}, 3: {2: "LATE"}, 12: {1: "P-11", 2: "LATE", 3: 999}},
                first_new_row=12,
                style_row=11,
                tables=[TableGrowth("T", 12)],
            )
        },
        {"kakosheet.id": "x"},
    )
    result = formats.apply(book(), patch)
    assert result.stale == 8
    (tmp_path / "book.xlsx").write_bytes(result.data)
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(tmp_path / "saved"),
            str(tmp_path / "book.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env=os.environ | {"SAL_USE_VCLPLUGIN": "svp"},
    )
    saved = (tmp_path / "saved" / "book.xlsx").read_bytes()
    found = formats.read(saved)
    shown = [found.sheets["User"].rows[row][1] for row in range(1, len(FORMULAS) + 1)]
    assert [cell.value if isinstance(cell, FormulaCell) else cell for cell in shown] == [
        after for _, after in FORMULAS.values()
    ]
    assert found.sheets["Data"].tables == [TableRange("T", Area("Data", 1, 1, 12, 3), False)]
    assert found.properties == {"kakosheet.id": "x"}
    assert formats.apply(saved, patch).data is saved
