"""What every part of the writer shares while one workbook is being written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kakosheet.core.newbook import NewBook, placements
from kakosheet.formats.plan.plan import BookPlan
from kakosheet.formats.xlsx.write.styles import XlsxStyles


@dataclass
class XlsxJob(BookPlan):
    """One workbook being written. `sheets` holds XlsxWriter's worksheets by sheet key."""

    workbook: Any
    styles: XlsxStyles
    sheets: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def start(cls, book: NewBook, workbook: Any) -> XlsxJob:
        return cls(book, placements(book), workbook, XlsxStyles(workbook))

    def define_name(self, name: str, formula: str) -> None:
        """A workbook-scope name. XlsxWriter only warns where it leaves one out; we would never find the column
        again."""
        if self.workbook.define_name(name, formula) == -1:
            raise ValueError(f"{name} cannot be a defined name")
