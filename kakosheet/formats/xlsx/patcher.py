"""A patch spliced into an .xlsx file: only what it names changes, and what must follow from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Patch, PatchResult, SheetPatch
from kakosheet.formats.package import Package
from kakosheet.formats.xlsx import calc
from kakosheet.formats.xlsx.markup import check_well_formed, utf8
from kakosheet.formats.xlsx.parts import SheetPart, Workbook, open_workbook
from kakosheet.formats.xlsx.properties import patch_properties
from kakosheet.formats.xlsx.sheet import SheetPlan, plan_sheet
from kakosheet.formats.xlsx.signature import is_signed, without_signature
from kakosheet.formats.xlsx.strings import StringTable


@dataclass(slots=True)
class _Work:
    """What an application of a patch has gathered: the parts that change, the parts that go."""

    book: Workbook
    strings: StringTable | None
    plans: dict[str, SheetPlan] = field(default_factory=dict)
    changed: dict[str, bytes] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def apply(data: bytes, patch: Patch, drop_signature: bool = False) -> PatchResult:
    """The file with the patch spliced in. Raises K1 errors, K205 and K310; see `formats.apply`."""
    if not patch:
        return PatchResult(data, 0)
    book = open_workbook(Package(data))
    work = _Work(book, _string_table(book))
    for name, sheet_patch in patch.sheets.items():
        if sheet_patch.cells:
            _plan(work, book.worksheet(name), sheet_patch)
    _finish_sheets(work)
    work.changed.update(patch_properties(book.package, patch.properties))
    if not work.changed:
        return PatchResult(data, 0)
    if is_signed(book.package):
        if not drop_signature:
            raise KakosheetError("K103", "the workbook is signed, and any change would break its signature",
                                 "sign it again afterwards, or drop the signature with --drop-signature")
        without_signature(book.package, work.changed, work.removed)
        work.notes.append("the digital signature was dropped")
    return PatchResult(book.package.rebuild(work.changed, work.removed), 0, tuple(work.notes))


def _string_table(book: Workbook) -> StringTable | None:
    part = book.target("sharedStrings")
    return StringTable(utf8(book.package.read(part), part)) if part else None


def _plan(work: _Work, sheet: SheetPart, patch: SheetPatch) -> None:
    xml = utf8(work.book.package.read(sheet.part), sheet.part)
    work.plans[sheet.part] = plan_sheet(xml, patch, work.strings, work.book.date1904, sheet.name)


def _finish_sheets(work: _Work) -> None:
    book = work.book
    dropped: dict[str, set[str]] = {}
    by_part = {sheet.part: sheet for sheet in book.sheets}
    for part, plan in work.plans.items():
        if plan.edits:
            content = plan.result()
            check_well_formed(content, part)
            work.changed[part] = content
            dropped[by_part[part].sheet_id] = plan.dropped
    strings = work.strings.grown() if work.strings is not None else None
    part_of_strings = book.target("sharedStrings")
    if strings is not None and part_of_strings is not None:
        work.changed[part_of_strings] = strings
    calc.mend_chain(book, dropped, work.changed, work.removed)
