"""A patch spliced into an .xlsx file: only what it names changes, and what must follow from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Cached, Formula, Patch, PatchResult, SheetPatch
from kakosheet.core.raw import Area
from kakosheet.formats.package import Package
from kakosheet.formats.xlsx import calc, contenttypes, growth, structure
from kakosheet.formats.xlsx.dependants import find_stale, source_of
from kakosheet.formats.xlsx.markup import blanked, check_well_formed, utf8
from kakosheet.formats.xlsx.numberformats import date_styles
from kakosheet.formats.xlsx.parts import SheetPart, Workbook, open_workbook
from kakosheet.formats.xlsx.properties import patch_properties
from kakosheet.formats.xlsx.sheet import new_plan, plan_sheet
from kakosheet.formats.xlsx.signature import is_signed, without_signature
from kakosheet.formats.xlsx.splicing import Overlap, SheetPlan, splice
from kakosheet.formats.xlsx.strings import StringTable

CHECKED_WHOLE = 4 << 20  # bytes; a parser takes a quarter of a second for each 20 MB


@dataclass(slots=True)
class _Work:
    """What an application of a patch gathers: plans by part, the parts that change and those that go."""

    book: Workbook
    names: dict[str, Area]
    strings: StringTable | None
    date_styles: frozenset[int] | None
    plans: dict[str, SheetPlan] = field(default_factory=dict)
    patches: dict[str, SheetPatch] = field(default_factory=dict)
    changed: dict[str, bytes | bytearray] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stale: int = 0
    outdated: int = 0


def apply(data: bytes, patch: Patch, drop_signature: bool = False) -> PatchResult:
    """The file with the patch spliced in. Raises K1 errors, K205 and K310; see `formats.apply`."""
    book = open_workbook(Package(data))
    work = _Work(book, patch.names, _string_table(book, patch), _date_styles(book, patch))
    for name, sheet_patch in patch.sheets.items():
        if sheet_patch.cells or sheet_patch.own or sheet_patch.tables:
            _plan(work, book.worksheet(name), sheet_patch)
    workbook_xml = _drop_stale(work, _grow_filters(work))
    _finish(work, workbook_xml)
    patch_properties(book.package, patch.properties, work.changed)
    if not work.changed:
        return PatchResult(data, 0, tuple(work.notes))
    if is_signed(book.package):
        if not drop_signature:
            raise KakosheetError(
                "K103",
                "the workbook is signed, and any change would break its signature",
                "sign it again afterwards, or drop the signature with --drop-signature",
            )
        without_signature(book.package, work.changed, work.removed)
        work.notes.append("the digital signature was dropped")
    _check_small(work.changed)
    return PatchResult(book.package.rebuild(work.changed, work.removed), work.stale, tuple(work.notes), work.outdated)


def _string_table(book: Workbook, patch: Patch) -> StringTable | None:
    part = book.target("sharedStrings")
    if part is None or not any(sheet.cells for sheet in patch.sheets.values()):
        return None
    grows = contenttypes.is_declared(book.package, part, contenttypes.STRINGS) is not False
    return StringTable(utf8(book.package.read(part), part), grows=grows)


def _date_styles(book: Workbook, patch: Patch) -> frozenset[int] | None:
    """The cell styles that show a date, if dates are to become text elsewhere; None if every date is to be a number."""
    if not patch.dates_as_text:
        return None
    inputs = (cell for sheet in patch.sheets.values() for row in sheet.cells.values() for cell in row.values())
    values = (cell.value if isinstance(cell, Formula | Cached) else cell for cell in inputs)
    part = book.target("styles")
    if not any(isinstance(value, date) for value in values):
        return None
    return date_styles(utf8(book.package.read(part), part)) if part else frozenset()


def _plan(work: _Work, sheet: SheetPart, patch: SheetPatch) -> None:
    xml = utf8(work.book.package.read(sheet.part), sheet.part)
    if sheet.part in work.patches:
        raise KakosheetError(
            "K104", f'"{sheet.name}" and another sheet are one and the same part', "change one of them at a time"
        )
    work.patches[sheet.part] = patch
    if patch.cells:
        work.plans[sheet.part] = plan_sheet(xml, patch, work.strings, work.book.date1904, sheet.name, work.date_styles)
        unlike = [] if patch.tables else structure.unlike_headers(work.book.tables(sheet), patch)
        work.notes += [
            f'{sheet.name}!{cell} is a header of the table "{table}", which keeps the old one: Excel will offer to repair that; '
            "rename headers in your spreadsheet"
            for table, cell in unlike
        ]
    elif patch.tables:
        work.plans[sheet.part] = new_plan(xml)
    if patch.added:
        work.plans[sheet.part].edits += structure.column_edits(
            blanked(xml[: work.plans[sheet.part].extent.tag]), patch.added
        )


def _grow_filters(work: _Work) -> bytes:
    """Makes tables and filters reach down; returns the workbook part, where a filter's hidden name stands."""
    book, edits = work.book, structure.name_edits(work.book, work.names)
    for sheet in book.worksheets():
        for wanted in work.patches[sheet.part].tables if sheet.part in work.patches else ():
            table = next((table for table in book.tables(sheet) if table.name == wanted.name), None)
            if table is not None and (wanted.titles or wanted.renamed):
                work.changed[table.part] = structure.changed_table(table, table.content, wanted)
            plan = work.plans[sheet.part]
            found = growth.growth_area(book, sheet, wanted, plan.xml, plan.extent.end)
            if found is None:
                continue
            table, area = found
            if table is not None:
                work.changed[table.part] = growth.grown_table(table, wanted.last_row)
            plan.edits += growth.filter_edits(plan.xml, plan.extent.end, area, wanted.last_row)
            edits += growth.filter_name_edits(book, sheet, area, wanted.last_row)
    return bytes(splice(book.xml, edits)) if edits else book.xml


def _drop_stale(work: _Work, workbook_xml: bytes) -> bytes:
    """Strips what depends on the changes; returns the workbook part, told to recalculate if anything does."""
    book = work.book
    known = {part: (plan.xml, plan.extent) for part, plan in work.plans.items()}
    changed = {part: plan.changed for part, plan in work.plans.items()}
    stale = find_stale(book, source_of(book, known), changed, work.patches)
    for part, edits in stale.edits.items():
        if part not in work.plans:
            work.plans[part] = new_plan(utf8(book.package.read(part), part))
        work.plans[part].edits += edits
    work.stale, work.outdated = stale.dropped, stale.outdated
    return calc.recalculate_on_load(workbook_xml) if stale.depends else workbook_xml


def _check_large(plan: SheetPlan, part: str) -> None:
    """Raises K104 if a large part as it was is not well-formed: what is spliced in consists of whole elements.

    All but the rows is checked; the patterns that found their cells saw to those that change.
    """
    if len(plan.xml) > CHECKED_WHOLE // 2:  # it may yet grow past the whole
        check_well_formed(
            plan.xml if plan.extent.odd else plan.xml[: plan.extent.start] + plan.xml[plan.extent.end :], part
        )


def _check_small(changed: dict[str, bytes | bytearray]) -> None:
    """Raises K104 if a part was, or came to be, not well-formed."""
    for part, content in changed.items():
        if len(content) <= CHECKED_WHOLE:
            check_well_formed(content, part)


def _spliced(plan: SheetPlan, part: str) -> bytearray:
    """The part with its edits made. Raises K104 if they cannot be, since rows or cells of a damaged part run into one
    another."""
    try:
        return plan.result()
    except Overlap:
        check_well_formed(plan.xml, part)
        raise


def _finish(work: _Work, workbook_xml: bytes) -> None:
    book = work.book
    dropped: dict[str, set[str]] = {}
    sheet_ids = {sheet.part: sheet.sheet_id for sheet in book.sheets}
    for part, plan in work.plans.items():
        if plan.edits:
            _check_large(plan, part)
            work.changed[part] = _spliced(plan, part)
            dropped[sheet_ids[part]] = plan.dropped
    part_of_strings = book.target("sharedStrings")
    strings = work.strings.grown() if work.strings is not None else None
    if strings is not None and part_of_strings is not None:
        work.changed[part_of_strings] = strings
        contenttypes.declare(book.package, work.changed, part_of_strings, contenttypes.STRINGS)
    if workbook_xml != book.xml:
        work.changed[book.part] = workbook_xml
    calc.mend_chain(book, dropped, work.changed, work.removed)
