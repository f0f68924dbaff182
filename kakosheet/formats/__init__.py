"""Bytes into a raw workbook and back: every file format under the same two functions, chosen by what the bytes are."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, NamedTuple

from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Patch, PatchResult
from kakosheet.core.raw import RawBook, SheetLook
from kakosheet.formats import ods, xlsx
from kakosheet.formats.package import Package

if TYPE_CHECKING:
    from kakosheet.core.newbook import NewBook


class Format(NamedTuple):
    read: Callable[[bytes, Collection[str] | None], RawBook]
    apply: Callable[[bytes, Patch, bool], PatchResult]


FORMATS: dict[str, Format] = {"xlsx": Format(xlsx.read, xlsx.apply), "ods": Format(ods.read, ods.apply)}


def _write_xlsx(book: NewBook) -> bytes:
    from kakosheet.formats.xlsx.writer import write_workbook

    return write_workbook(book)


def _write_ods(book: NewBook) -> bytes:
    from kakosheet.formats.ods.writer import write_workbook

    return write_workbook(book)


def _review_xlsx(book: NewBook) -> bytes:
    from kakosheet.formats.xlsx.review_writer import write_views

    return write_views(book)


def _review_ods(book: NewBook) -> bytes:
    from kakosheet.formats.ods.review_writer import write_views

    return write_views(book)


REVIEWS: dict[str, Callable[[NewBook], bytes]] = {"xlsx": _review_xlsx, "ods": _review_ods}
"""What makes workbooks of views alone, to be read and passed on."""

WRITERS: dict[str, Callable[[NewBook], bytes]] = {"xlsx": _write_xlsx, "ods": _write_ods}
"""What makes new workbooks, loaded when one is made. KakosheetError K310 if a text is longer than a cell can hold."""

_OPEN_DOCUMENT = (b"application/vnd.oasis.opendocument.", b"application/x-vnd.oasis.opendocument.")


def sniff(data: bytes) -> str:
    """ "xlsx" or "ods", by content alone. Raises K101 (no workbook), K102 (OLE container), K104, K105 or K107 (damaged
    package)."""
    package = Package(data)
    if "mimetype" in package and package.read("mimetype").strip().startswith(_OPEN_DOCUMENT):
        return "ods"
    return "ods" if "content.xml" in package and "[Content_Types].xml" not in package else "xlsx"


def _format(data: bytes) -> Format:
    name = sniff(data)
    if name not in FORMATS:
        raise KakosheetError("K108", f"workbooks of the kind .{name} are not supported yet", "save it as .xlsx")
    return FORMATS[name]


def read(data: bytes, *, sheets: Collection[str] | None = None) -> RawBook:
    """The workbook's worksheets, all or only those named with their rows, its names, tables and custom properties.

    Raises KakosheetError with a K1 code; never anything else, whatever the bytes.
    """
    return _format(data).read(data, sheets)


def look(data: bytes, sheet: str) -> SheetLook:
    """What a worksheet shows beyond its values. Raises KakosheetError with a K1 code, K113 for a sheet that is not
    there."""
    if sniff(data) == "ods":
        from kakosheet.formats.ods.looks import look as of_format
    else:
        from kakosheet.formats.xlsx.looks import look as of_format
    return of_format(data, sheet)


def apply(data: bytes, patch: Patch, *, drop_signature: bool = False) -> PatchResult:
    """The file with the patch spliced in; the very bytes given if it changes nothing. Applying it again changes nothing
    more.

    In a book of manual calculation formulas that depend on it keep their old values, and a note says how to have them
    computed. Raises KakosheetError with a K1 code, K113 for a sheet that is not there, K111 and K112 for a cell that
    cannot be written, K205 for a table with a totals row that would have to grow, K310 for a text longer than a cell
    can hold.
    """
    if not patch:
        return PatchResult(data, 0)
    result = _format(data).apply(data, patch, drop_signature)
    return result._replace(notes=(*result.notes, _by_hand(result.outdated))) if result.outdated else result


def _by_hand(count: int) -> str:
    """Plain F9 computes what was edited since the book was opened, and a patch is no such edit."""
    formulas = "1 formula still shows its old value" if count == 1 else f"{count} formulas still show their old values"
    return (
        f"{formulas}, since this book calculates only when you ask for it: open it and press Ctrl+Shift+F9 in LibreOffice, "
        "Ctrl+Alt+F9 in Excel (F9 alone may not do)"
    )
