"""Drives a LibreOffice listener for the parity tests. Runs under the system's Python, which has UNO; one JSON command a line on stdin."""

import json
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.table import CellRangeAddress
from com.sun.star.table.CellContentType import EMPTY, FORMULA, TEXT

FORMULAS = 16
ERRORS = 4


def _property(name, value):
    item = PropertyValue()
    item.Name, item.Value = name, value
    return item


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:
            time.sleep(0.25)
    raise SystemExit("no LibreOffice listens")


class Session:
    """One document at a time."""

    def __init__(self, desktop):
        self.desktop, self.document = desktop, None

    def open(self, path):
        self.close()
        self.document = self.desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, (_property("Hidden", True),))
        return self.document is not None

    def close(self):
        if self.document is not None:
            self.document.close(True)
            self.document = None

    def save(self, path, filter="Calc MS Excel 2007 XML"):
        self.document.storeToURL(uno.systemPathToFileUrl(path), (_property("FilterName", filter), _property("Overwrite", True)))

    def _sheet(self, name):
        return self.document.Sheets.getByName(name)

    def _cell(self, sheet, row, column):
        return self._sheet(sheet).getCellByPosition(column - 1, row - 1)

    def set(self, cells):
        """[[sheet, row, column, value]…]: numbers as values, other text as if typed."""
        for sheet, row, column, value in cells:
            cell = self._cell(sheet, row, column)
            if isinstance(value, (int, float)):
                cell.Value = value
            else:
                cell.String = value

    def formula(self, sheet, row, column, text):
        self._cell(sheet, row, column).Formula = text

    def get(self, sheet, row, column):
        return _value(self._cell(sheet, row, column))

    def recalculate(self):
        self.document.calculateAll()

    def formulas(self):
        """{sheet: [[row, column, value]…]} of every formula cell; text as str, numbers as float, errors as {"error": code}."""
        found = {}
        for sheet in self.document.Sheets:
            rows = found[sheet.Name] = []
            broken = {(area.StartRow, area.StartColumn) for area in _areas(sheet.queryFormulaCells(ERRORS))}
            for area in sheet.queryContentCells(FORMULAS).RangeAddresses:
                block = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow).getDataArray()
                for down, values in enumerate(block):
                    for right, value in enumerate(values):
                        row, column = area.StartRow + down, area.StartColumn + right
                        if (row, column) in broken:
                            value = {"error": sheet.getCellByPosition(column, row).getError()}
                        rows.append([row + 1, column + 1, value])
        return found

    def insert_columns(self, sheet, column, count=1):
        self._sheet(sheet).Columns.insertByIndex(column - 1, count)

    def insert_rows(self, sheet, row, count=1):
        self._sheet(sheet).Rows.insertByIndex(row - 1, count)

    def remove_columns(self, sheet, column, count=1):
        self._sheet(sheet).Columns.removeByIndex(column - 1, count)

    def move_column(self, sheet, column, before, last_row):
        """As a person drags a column: room is made, the cells move, the gap is closed."""
        cells = self._sheet(sheet)
        cells.Columns.insertByIndex(before - 1, 1)
        source = column if column < before else column + 1
        area = CellRangeAddress()
        area.Sheet, area.StartColumn, area.EndColumn = cells.RangeAddress.Sheet, source - 1, source - 1
        area.StartRow, area.EndRow = 0, last_row - 1
        cells.moveRange(cells.getCellByPosition(before - 1, 0).CellAddress, area)
        cells.Columns.removeByIndex(source - 1, 1)

    def sort(self, sheet, first_row, last_row, last_column, by, descending=False):
        area = self._sheet(sheet).getCellRangeByPosition(0, first_row - 1, last_column - 1, last_row - 1)
        field = uno.createUnoStruct("com.sun.star.table.TableSortField")
        field.Field, field.IsAscending = by - 1, not descending
        area.sort((_property("SortFields", uno.Any("[]com.sun.star.table.TableSortField", (field,))), _property("ContainsHeader", False)))

    def hide_rows(self, sheet, rows):
        for row in rows:
            self._sheet(sheet).Rows.getByIndex(row - 1).IsVisible = False

    def hide_columns(self, sheet, columns):
        for column in columns:
            self._sheet(sheet).Columns.getByIndex(column - 1).IsVisible = False

    def rename_sheet(self, sheet, name):
        self._sheet(sheet).Name = name

    def new_sheet(self, name):
        self.document.Sheets.insertNewByName(name, self.document.Sheets.Count)

    def facts(self):
        """What a person would see: validations, conditional formats, charts, frozen panes, visibility, by sheet."""
        result = {}
        for sheet in self.document.Sheets:
            charts = [sheet.Charts.getByIndex(i) for i in range(sheet.Charts.Count)]
            result[sheet.Name] = {
                "visible": bool(sheet.IsVisible), "conditional_formats": len(sheet.ConditionalFormats.getConditionalFormats()),
                "charts": [[len(chart.getRanges()), bool(chart.HasColumnHeaders)] for chart in charts],
            }
        return result

    def validation(self, sheet, row, column):
        rule = self._cell(sheet, row, column).Validation
        return {"type": rule.Type.value, "formula": rule.getFormula1(), "title": rule.InputTitle, "message": rule.InputMessage}


def _areas(ranges):
    """The single cells of a set of ranges."""
    for area in ranges.RangeAddresses:
        for row in range(area.StartRow, area.EndRow + 1):
            for column in range(area.StartColumn, area.EndColumn + 1):
                single = CellRangeAddress()
                single.StartRow, single.StartColumn = row, column
                yield single


def _value(cell):
    if cell.getError():
        return {"error": cell.getError()}
    kind = cell.FormulaResultType2 if cell.Type == FORMULA else None
    if cell.Type == EMPTY:
        return None
    if cell.Type == TEXT or kind == 2 or (kind is not None and kind & 4):
        return cell.String
    return cell.Value


def main():
    session = Session(connect(sys.argv[1]))
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = {"ok": getattr(session, command["do"])(*command.get("args", ()))}
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
    session.close()


main()
