"""Values into cells (ODF 1.3 part 3, 9.1.4): their type, their value, and the text that shows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from math import isfinite
from typing import Any

from kakosheet.core.address import cell_name
from kakosheet.core.issues import KakosheetError
from kakosheet.core.raw import Scalar
from kakosheet.core.schema import Column, TableSchema
from kakosheet.core.values import encoder
from kakosheet.formats.ods.openformula import from_ooxml
from kakosheet.formats.ods.write.job import OdsJob
from kakosheet.formats.ods.write.numbers import shown
from kakosheet.formats.ods.write.xml import escape, paragraphs, quoted
from kakosheet.formats.palette import Style
from kakosheet.formats.plan.plan import MAX_TEXT, WrittenCell

CELL = "<table:table-cell"
BLANK = "<table:table-cell/>"
_PROBES = 777_777, 888_888

Write = Callable[[int, Any], str]
"""(row, value) → the cell's element."""


def validated(name: str) -> str:
    """The attribute by which a cell has a validation."""
    return f' table:content-validation-name="{name}"' if name else ""


def cell(attributes: str, style: Style, value: Scalar, formula: str = "", inside: str = "", where: str = "") -> str:
    """A cell's element. `attributes` name its style and validation, `formula` is OpenFormula, `inside` follows its text
    (a drawing)."""
    if formula:
        attributes += f' table:formula="of:={quoted(formula)}"'
        if value is None or value == "":
            attributes, value = attributes + ' office:value-type="string" office:string-value=""', None
    typed, text = typed_value(value, style.numbers, where)
    content = text + inside
    return f"{CELL}{attributes}{typed}>{content}</table:table-cell>" if content else f"{CELL}{attributes}{typed}/>"


def plain_cell(job: OdsJob, given: WrittenCell, validation: str = "", inside: str = "") -> str:
    """A cell of the plan, with its style."""
    attributes = f' table:style-name="{job.styles.cell(given.style)}"{validated(validation)}'
    return cell(attributes, given.style, given.value, from_ooxml(given.formula) if given.formula else "", inside)


def typed_value(value: Scalar, numbers: str, where: str = "") -> tuple[str, str]:
    """The attributes of a value and the paragraphs that show it; two empty strings for no value."""
    if value is None or value == "":
        return "", ""
    if isinstance(value, str):
        return ' office:value-type="string"', paragraphs(fitting(value, where))
    if isinstance(value, bool):
        return (
            f' office:value-type="boolean" office:boolean-value="{str(value).lower()}"',
            f"<text:p>{str(value).upper()}</text:p>",
        )
    if isinstance(value, date):
        return (
            f' office:value-type="date" office:date-value="{_iso(value)}"',
            f"<text:p>{shown(numbers)(value)}</text:p>",
        )
    if not isfinite(value):
        return "", ""
    kind = "percentage" if "%" in numbers else "float"
    return f' office:value-type="{kind}" office:value="{value!r}"', f"<text:p>{escape(shown(numbers)(value))}</text:p>"


def _iso(value: date) -> str:
    """A date, or a date-time with its time of day (xsd:date, xsd:dateTime)."""
    return value.isoformat(timespec="auto") if isinstance(value, datetime) else value.isoformat()


def fitting(text: str, where: str = "") -> str:
    if len(text) > MAX_TEXT // 2 and len(text.encode("utf-16-le", "surrogatepass")) // 2 > MAX_TEXT:
        raise KakosheetError(
            "K310",
            f"the text for {where} has more than {MAX_TEXT:,} characters",
            "shorten it, or keep it in a file and write the file's name",
        )
    return text


def column_writer(job: OdsJob, table: TableSchema, column: Column, style: Style, validation: str) -> tuple[str, Write]:
    """A register column's blank cell, and how its values are written."""
    blank = f"{CELL}{validated(validation)}/>"
    attributes = f' table:style-name="{job.styles.cell(style)}"{validated(validation)}'
    encode, formula = encoder(column, job.book.titles), row_formula(job, table, column)
    sheet = job.place(table).sheet
    at = job.place(table).columns[column.key]
    if formula is None:
        return blank, _plain_writer(attributes, style, encode, blank, lambda row: f"{sheet}!{cell_name(row, at)}")

    def write(row: int, value: Any) -> str:
        text = formula(row, value)
        if text is None and (value is None or value == ""):
            return blank
        return cell(attributes, style, encode(value), text or "", where=f"{sheet}!{cell_name(row, at)}")

    return blank, write


def _plain_writer(
    attributes: str, style: Style, encode: Callable[[Any], Scalar], blank: str, place: Callable[[int], str]
) -> Write:
    """Plain values; the common kinds have a short way."""
    texts = f'{CELL}{attributes} office:value-type="string">'
    kind = "percentage" if "%" in style.numbers else "float"
    numbers, show = f'{CELL}{attributes} office:value-type="{kind}" office:value="', shown(style.numbers)

    def write(row: int, value: Any) -> str:
        value = encode(value)
        if value is None or value == "":
            return blank
        if type(value) is str:
            return f"{texts}{paragraphs(value if len(value) < 9999 else fitting(value, place(row)))}</table:table-cell>"
        if (type(value) is float and isfinite(value)) or type(value) is int:
            return f'{numbers}{value!r}"><text:p>{show(value)}</text:p></table:table-cell>'
        return cell(attributes, style, value, where=place(row))

    return write


def row_formula(job: OdsJob, table: TableSchema, column: Column) -> Callable[[int, Any], str | None] | None:
    """(row, value) → a cell's formula in OpenFormula; translated once where only the row differs."""
    render = job.formula_of(table, column)
    if render is None:
        return None
    if not column.formula:
        return lambda row, value: from_ooxml(text) if (text := render(row, value)) is not None else None
    pieces, others = (from_ooxml(render(probe, None) or "").split(str(probe)) for probe in _PROBES)
    if pieces != others or job.place(table).offsets:
        return lambda row, value: from_ooxml(render(row, value) or "")
    return lambda row, value: str(row).join(pieces)
