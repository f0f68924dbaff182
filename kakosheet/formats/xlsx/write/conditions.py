"""Conditional formats and data bars as XlsxWriter has them."""

from __future__ import annotations

from typing import Any

from kakosheet.core.address import cell_name
from kakosheet.core.schema import TableSchema
from kakosheet.formats.palette import DATA_BAR
from kakosheet.formats.plan.conditions import Bar, Block, Ground, bars, blocks, runs
from kakosheet.formats.xlsx.write.job import XlsxJob


def add_conditions(job: XlsxJob, sheet: Any, table: TableSchema, ground: Ground) -> None:
    """All rules of a table."""
    for bar in bars(job, table, ground):
        _data_bar(sheet, bar)
    for block in blocks(job, table, ground):
        _write_block(job, sheet, block)


def _write_block(job: XlsxJob, sheet: Any, block: Block) -> None:
    ranges = " ".join(
        f"{cell_name(block.first, first)}:{cell_name(block.last, last)}" for first, last in runs(block.columns)
    )
    left = min(block.columns) - 1
    for rule in block.rules:
        form = job.styles.differential(rule.fill, rule.colour, bold=rule.bold, numbers=rule.numbers, line=rule.line)
        sheet.conditional_format(
            block.first - 1,
            left,
            block.last - 1,
            left,
            {
                "type": "formula",
                "criteria": "=" + rule.test,
                "format": form,
                "stop_if_true": True,
                "multi_range": ranges,
            },
        )


def _data_bar(sheet: Any, bar: Bar) -> None:
    sheet.conditional_format(
        bar.first - 1,
        bar.column - 1,
        bar.last - 1,
        bar.column - 1,
        {
            "type": "data_bar",
            "data_bar_2010": True,
            "bar_solid": True,
            "bar_color": "#" + DATA_BAR,
            "bar_no_border": True,
            "min_type": "num",
            "max_type": "num",
            "min_value": 0,
            "max_value": bar.most,
            "bar_negative_color_same": True,
        },
    )
