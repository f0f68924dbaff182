"""A patch spliced into an .ods file: only what it names changes, and what must follow from it."""

from __future__ import annotations

from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Patch, PatchResult, SheetPatch
from kakosheet.formats.dependants import Changed
from kakosheet.formats.markup import check_well_formed, tag_pattern, utf8
from kakosheet.formats.ods.cells import OdsCellWriter
from kakosheet.formats.ods.content import open_content
from kakosheet.formats.ods.properties import patch_properties
from kakosheet.formats.ods.reader import is_1904
from kakosheet.formats.ods.sheet import SheetChanges, plan_table
from kakosheet.formats.ods.stale import drop_stale, is_manual
from kakosheet.formats.ods.structure import column_edits, growth_edits, name_edits
from kakosheet.formats.package import Package

_SIGNATURE = "META-INF/documentsignatures.xml"
_MANIFEST = "META-INF/manifest.xml"


def apply(data: bytes, patch: Patch, drop_signature: bool = False) -> PatchResult:
    """The file with the patch spliced in; dates are dates whatever the cell's format, since a cell here says its type.
    Raises K1 errors and K310; see `formats.apply`."""
    package = Package(data)
    content = open_content(package, plain=False)
    plan, stale, manual = SheetChanges(content), 0, is_manual(package)
    if patch.names or any(sheet.cells or sheet.tables for sheet in patch.sheets.values()):
        stale = _plan(plan, patch, keep_values=manual)
    changed: dict[str, bytes] = {}
    if plan.edits or plan.split:
        changed["content.xml"] = plan.result()
        check_well_formed(changed["content.xml"], "content.xml")
    changed.update(patch_properties(package, patch.properties))
    if not changed:
        return PatchResult(data, 0)
    notes: tuple[str, ...] = ()
    removed = []
    if _SIGNATURE in package:
        if not drop_signature:
            raise KakosheetError(
                "K103",
                "the workbook is signed, and any change would break its signature",
                "sign it again afterwards, or drop the signature with --drop-signature",
            )
        removed.append(_SIGNATURE)
        changed.update(_without_entry(package, changed))
        notes = ("the digital signature was dropped",)
    return PatchResult(package.rebuild(changed, removed), 0 if manual else stale, notes, stale if manual else 0)


def _plan(plan: SheetChanges, patch: Patch, *, keep_values: bool) -> int:
    """Fills the plan; how many cached values are not true any more comes back."""
    content = plan.content
    writer = OdsCellWriter(content, is_1904(content))
    changed: dict[int, Changed] = {}
    patches: dict[int, SheetPatch] = {}
    for name, sheet in patch.sheets.items():
        if sheet.cells or sheet.own or sheet.tables or sheet.added:
            table = content.table(name)
            index = content.tables.index(table)
            patches[index] = sheet
            if sheet.cells:
                changed[index] = plan_table(plan, table, sheet, writer)
            for growth in sheet.tables:
                plan.edits += growth_edits(content, table, growth)
            plan.edits += column_edits(content, table, sheet.added)
    plan.edits += name_edits(content, patch.names)
    return drop_stale(plan, changed, patches, writer, keep=keep_values)


def _without_entry(package: Package, changed: dict[str, bytes]) -> dict[str, bytes]:
    """The manifest without the signature, should it be listed there."""
    if _MANIFEST not in package:
        return {}
    manifest = changed.get(_MANIFEST) or utf8(package.read(_MANIFEST), _MANIFEST)
    for match in reversed(list(tag_pattern("file-entry").finditer(manifest))):
        if b'"' + _SIGNATURE.encode() + b'"' in match[0] and match[2]:
            return {_MANIFEST: manifest[: match.start()] + manifest[match.end() :]}
    return {}
