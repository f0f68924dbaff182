"""What every part of the writer shares while one workbook is being written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kakosheet.core.newbook import NewBook, placements
from kakosheet.formats.ods.write.pages import PageSetup
from kakosheet.formats.ods.write.styles import OdsStyles
from kakosheet.formats.plan.plan import BookPlan
from kakosheet.formats.plan.validations import Validation


@dataclass
class SheetMarkup:
    """A sheet ready to be streamed: `columns` is markup, `rows` makes its rows when they are wanted, `after` follows
    them."""

    name: str
    style: str
    columns: str
    rows: Iterable[str]
    after: str = ""
    print_area: str = ""  # "" prints what is used
    printed: bool = True
    frozen: tuple[int, int] = (0, 0)  # rows, columns
    database: str = ""  # of the filter: an element


@dataclass
class OdsJob(BookPlan):
    """One workbook being written. Validations, page styles and charts are collected while sheets are prepared."""

    styles: OdsStyles = field(default_factory=OdsStyles)
    validations: dict[Validation, tuple[str, str]] = field(default_factory=dict)
    pages: dict[PageSetup, str] = field(default_factory=dict)
    charts: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, book: NewBook) -> OdsJob:
        return cls(book, placements(book))

    def page(self, page: PageSetup) -> str:
        """The name of a page style."""
        return self.pages.setdefault(page, f"Page{len(self.pages) + 1}")

    def validation(self, validation: Validation | None, base: str) -> str:
        """The name under which cells have a validation, "" for none; `base` is the address of the first."""
        if validation is None:
            return ""
        return self.validations.setdefault(validation, (f"val{len(self.validations) + 1}", base))[0]

    def chart(self, content: str) -> str:
        """Keep a chart's document; the folder of the package that holds it."""
        self.charts.append(content)
        return f"Object {len(self.charts)}"

    def chart_parts(self) -> Iterator[tuple[str, str]]:
        for number, content in enumerate(self.charts, 1):
            yield f"Object {number}", content
