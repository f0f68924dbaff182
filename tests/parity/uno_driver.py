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
DATA_BAR = 2  # com.sun.star.sheet.ConditionEntryType


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
        self.document = self.desktop.loadComponentFromURL(
            uno.systemPathToFileUrl(path), "_blank", 0, (_property("Hidden", True),)
        )
        return self.document is not None

    def close(self):
        if self.document is not None:
            self.document.close(True)
            self.document = None

    def save(self, path, filter="Calc MS Excel 2007 XML"):
        self.document.storeToURL(
            uno.systemPathToFileUrl(path), (_property("FilterName", filter), _property("Overwrite", True))
        )

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
        """As Ctrl+Shift+F9."""
        self.document.calculateAll()

    def recalculate_changed(self):
        """As F9."""
        self.document.calculate()

    def calculate_by_hand(self):
        self.document.enableAutomaticCalculation(False)

    def calculates_by_hand(self):
        return not self.document.isAutomaticCalculationEnabled()

    def formulas(self):
        """{sheet: [[row, column, value]…]} of every formula cell; text as str, numbers as float, errors as {"error": code}."""
        found = {}
        for sheet in self.document.Sheets:
            rows = found[sheet.Name] = []
            broken = {(area.StartRow, area.StartColumn) for area in _areas(sheet.queryFormulaCells(ERRORS))}
            for area in sheet.queryContentCells(FORMULAS).RangeAddresses:
                block = sheet.getCellRangeByPosition(
                    area.StartColumn, area.StartRow, area.EndColumn, area.EndRow
                ).getDataArray()
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
        area.sort(
            (
                _property("SortFields", uno.Any("[]com.sun.star.table.TableSortField", (field,))),
                _property("ContainsHeader", False),
            )
        )

    def hide_rows(self, sheet, rows):
        for row in rows:
            self._sheet(sheet).Rows.getByIndex(row - 1).IsVisible = False

    def hide_columns(self, sheet, columns):
        for column in columns:
            self._sheet(sheet).Columns.getByIndex(column - 1).IsVisible = False

    def comment(self, sheet, row, column, text):
        cell = self._cell(sheet, row, column)
        self._sheet(sheet).Annotations.insertNew(cell.CellAddress, text)

    def comments(self, sheet):
        notes = self._sheet(sheet).Annotations
        return [notes.getByIndex(i).String for i in range(notes.Count)]

    def chart(self, sheet, name, first_row, last_row, column):
        """A chart of the user's own over one column."""
        area = (
            self._sheet(sheet).getCellRangeByPosition(column - 1, first_row - 1, column - 1, last_row - 1).RangeAddress
        )
        self._sheet(sheet).Charts.addNewByName(
            name, uno.createUnoStruct("com.sun.star.awt.Rectangle"), (area,), False, False
        )

    def chart_names(self, sheet):
        return list(self._sheet(sheet).Charts.ElementNames)

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
                "visible": bool(sheet.IsVisible),
                "conditional_formats": len(sheet.ConditionalFormats.getConditionalFormats()),
                "charts": [[len(chart.getRanges()), bool(chart.HasColumnHeaders)] for chart in charts],
            }
        return result

    def panes(self):
        """{sheet: [frozen rows, frozen columns]} of the sheets that can be shown, and whether grid lines are drawn."""
        controller, found = self.document.CurrentController, {}
        for sheet in self.document.Sheets:
            if sheet.IsVisible:
                controller.setActiveSheet(sheet)
                frozen = controller.hasFrozenPanes()
                found[sheet.Name] = [
                    controller.getSplitRow() if frozen else 0,
                    controller.getSplitColumn() if frozen else 0,
                    bool(controller.ShowGrid),
                ]
        return found

    def names(self):
        """{name: what it stands for} of the whole workbook."""
        return {
            name.Name: name.Content
            for name in (self.document.NamedRanges.getByIndex(i) for i in range(self.document.NamedRanges.Count))
        }

    def filters(self):
        """{name: [sheet, first row, first column, last row, last column, buttons]} of database ranges."""
        found = {}
        for name in self.document.DatabaseRanges.ElementNames:
            item = self.document.DatabaseRanges.getByName(name)
            area = item.DataArea
            sheet = self.document.Sheets.getByIndex(area.Sheet).Name
            found[name] = [
                sheet,
                area.StartRow + 1,
                area.StartColumn + 1,
                area.EndRow + 1,
                area.EndColumn + 1,
                bool(item.AutoFilter),
            ]
        return found

    def rules(self, sheet):
        """Conditional formats: [[ranges, ["rule", formula, colour, fill, number format, parent, how it stands] or ["bar", ends, colour, gradient]…]…]."""
        found = []
        for block in self._sheet(sheet).ConditionalFormats.getConditionalFormats():
            found.append(
                [block.Range.RangeAddressesAsString, [self._rule(block.getByIndex(i)) for i in range(block.getCount())]]
            )
        return found

    def _rule(self, entry):
        if entry.getType() == DATA_BAR:
            return ["bar", [end.getFormula() for end in entry.DataBarEntries], entry.Color, bool(entry.UseGradient)]
        style = self.document.StyleFamilies.getByName("CellStyles").getByName(entry.StyleName)
        code = self.document.NumberFormats.getByKey(style.NumberFormat).FormatString
        return [
            "rule",
            entry.Formula1,
            style.CharColor,
            style.CellBackColor,
            code,
            style.ParentStyle,
            style.VertJustify,
        ]

    def look(self, sheet, row, column):
        """Colours, number format and alignment of a cell."""
        cell = self._cell(sheet, row, column)
        code = self.document.NumberFormats.getByKey(cell.NumberFormat).FormatString
        return {
            "colour": cell.CharColor,
            "fill": cell.CellBackColor,
            "numbers": code,
            "bold": cell.CharWeight > 100,
            "size": cell.CharHeight,
            "font": cell.CharFontName,
            "wrap": bool(cell.IsTextWrapped),
            "protected": bool(self._sheet(sheet).isProtected()),
        }

    def paper(self, sheet):
        """How a sheet is printed, and the colour of its tab."""
        cells = self._sheet(sheet)
        page = self.document.StyleFamilies.getByName("PageStyles").getByName(cells.PageStyle)
        title = cells.getTitleRows()
        return {
            "tab": cells.TabColor,
            "landscape": bool(page.IsLandscape),
            "width": page.Width,
            "across": page.ScaleToPagesX,
            "down": page.ScaleToPagesY,
            "scale": page.PageScale,
            "rows": [title.StartRow + 1, title.EndRow + 1] if cells.getPrintTitleRows() else [],
            "areas": [
                [a.StartRow + 1, a.StartColumn + 1, a.EndRow + 1, a.EndColumn + 1] for a in cells.getPrintAreas()
            ],
        }

    def columns(self, sheet, count):
        """[[width in 1/100 mm, shown] …] of the first columns."""
        columns = self._sheet(sheet).Columns
        return [[columns.getByIndex(i).Width, bool(columns.getByIndex(i).IsVisible)] for i in range(count)]

    def charts(self, sheet):
        """Of each chart its kind, its series (colour, what it draws, whether it has intervals), its size and its descriptions."""
        page, found = self._sheet(sheet).DrawPage, []
        for i in range(page.Count):
            shape = page.getByIndex(i)
            diagram = shape.Model.getFirstDiagram()
            kind = diagram.CoordinateSystems[0].ChartTypes[0]
            series = []
            for one in kind.DataSeries:
                drawn = [data.Values.SourceRangeRepresentation for data in one.DataSequences]
                interval = one.ErrorBarY
                series.append([one.Color, drawn, bool(interval and interval.ShowPositiveError)])
            found.append(
                {
                    "kind": kind.ChartType.rpartition(".")[2],
                    "series": series,
                    "title": shape.Title,
                    "about": shape.Description,
                    "stacked": bool(kind.DataSeries) and kind.DataSeries[0].StackingDirection.value,
                    "lying": bool(diagram.CoordinateSystems[0].SwapXAndYAxis),
                    "legend": bool(shape.Model.HasLegend),
                    "size": [shape.Size.Width, shape.Size.Height],
                    "anchor": shape.Anchor.AbsoluteName,
                }
            )
        return found

    def validation(self, sheet, row, column):
        rule = self._cell(sheet, row, column).Validation
        return {
            "type": rule.Type.value,
            "formula": rule.getFormula1(),
            "title": rule.InputTitle,
            "message": rule.InputMessage,
        }


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
