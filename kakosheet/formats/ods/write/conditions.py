"""Live colours and data bars. ODF's own conditions (style:map) know neither bars nor ranges to the sheet's end, so
these are LibreOffice's calc extensions, which it has written since version 4.0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kakosheet.core.layout import Emphasis
from kakosheet.core.schema import TableSchema
from kakosheet.formats.ods.openformula import from_ooxml
from kakosheet.formats.ods.write.job import OdsJob
from kakosheet.formats.ods.write.xml import address, area, element
from kakosheet.formats.palette import DATA_BAR, TONES, Style
from kakosheet.formats.plan.conditions import Bar, Block, Condition, Ground, bars, blocks, runs


def conditional_formats(job: OdsJob, table: TableSchema, ground: Ground, styles: Mapping[int, Style]) -> str:
    """The conditional formats of a table; `styles` are those of its cells by spreadsheet column."""
    sheet = job.place(table).sheet
    drawn = {bar.column: bar for bar in bars(job, table, ground)}
    found = []
    for block in blocks(job, table, ground):
        for (style, bar), columns in _alike(block.columns, styles, drawn).items():
            found.append(_format(job, sheet, block, style, columns, "" if bar is None else _bar(drawn.pop(bar))))
    return "".join(found) + "".join(
        _conditions(area(sheet, bar.first, bar.column, bar.last, bar.column), [_bar(bar)]) for bar in drawn.values()
    )


def positive_in_red(job: OdsJob, sheet: str, row: int, column: int, last_row: int, style: Style) -> str:
    """A tile's number that is bad as soon as it is more than zero."""
    red = job.styles.conditional(style, Condition("", colour=TONES[Emphasis.BAD].colour))
    return _conditions(area(sheet, row, column, last_row, column), [_entry(red, ">0", address(sheet, row, column))])


def _alike(
    columns: Iterable[int], styles: Mapping[int, Style], drawn: Mapping[int, Bar]
) -> dict[tuple[Style, int | None], list[int]]:
    """Columns that share a style; one with bars stands alone, since LibreOffice draws a bar beside a true rule only
    within one format."""
    found: dict[tuple[Style, int | None], list[int]] = {}
    for column in columns:
        found.setdefault((styles[column], column if column in drawn else None), []).append(column)
    return found


def _format(job: OdsJob, sheet: str, block: Block, style: Style, columns: list[int], bar: str) -> str:
    ranges = " ".join(area(sheet, block.first, first, block.last, last) for first, last in runs(columns))
    base = address(sheet, block.first, min(columns))
    rules = [
        _entry(job.styles.conditional(style, rule), f"formula-is({from_ooxml(rule.test)})", base)
        for rule in block.rules
    ]
    return _conditions(ranges, [*rules, bar])


def _conditions(ranges: str, entries: list[str]) -> str:
    return element("calcext:conditional-format", {"calcext:target-range-address": ranges}, "".join(entries))


def _entry(style: str, value: str, base: str) -> str:
    return element(
        "calcext:condition",
        {"calcext:apply-style-name": style, "calcext:value": value, "calcext:base-cell-address": base},
    )


def _bar(bar: Bar) -> str:
    ends = "".join(
        element("calcext:formatting-entry", {"calcext:value": end, "calcext:type": "number"}) for end in (0, bar.most)
    )
    return element(
        "calcext:data-bar",
        {
            "calcext:gradient": "false",
            "calcext:min-length": 0,
            "calcext:max-length": 100,
            "calcext:positive-color": f"#{DATA_BAR}",
            "calcext:negative-color": f"#{DATA_BAR}",
            "calcext:axis-position": "none",
        },
        ends,
    )
