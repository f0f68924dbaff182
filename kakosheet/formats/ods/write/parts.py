"""The other parts of the package: styles, settings of the view, properties, manifest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from kakosheet.core.newbook import NewBook
from kakosheet.core.raw import Scalar
from kakosheet.formats.ods.write.chartstyles import dashes
from kakosheet.formats.ods.write.job import OdsJob, SheetMarkup
from kakosheet.formats.ods.write.pages import layouts, masters
from kakosheet.formats.ods.write.styles import default_styles
from kakosheet.formats.ods.write.xml import HEAD, VERSION, element, escape, namespaces, quoted

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
CHART = "application/vnd.oasis.opendocument.chart"
GENERATOR = "kakosheet"
_STYLES = ("office", "style", "text", "table", "draw", "fo", "number", "svg", "loext")


def styles_part(job: OdsJob) -> str:
    return _styles(default_styles() + "".join(job.styles.common()), layouts(job.pages), masters(job.pages))


def chart_styles_part() -> str:
    return _styles(dashes(), "", "")


def _styles(common: str, automatic: str, master: str) -> str:
    return (
        f'{HEAD}<office:document-styles {namespaces(*_STYLES)} office:version="{VERSION}"><office:styles>{common}</office:styles>'
        f"<office:automatic-styles>{automatic}</office:automatic-styles><office:master-styles>{master}</office:master-styles>"
        "</office:document-styles>"
    )


# -- settings ----------------------------------------------------------------------------------------------------------


def settings_part(sheets: Sequence[SheetMarkup], active: str) -> str:
    """Frozen panes, no gridlines, and which sheet is shown first: ODF leaves these to the program (part 3, 3.10)."""
    views = "".join(_entry(sheet.name, _view(*sheet.frozen)) for sheet in sheets)
    tables = f'<config:config-item-map-named config:name="Tables">{views}</config:config-item-map-named>'
    view = (
        _item("ViewId", "string", "view1")
        + tables
        + _item("ActiveTable", "string", active)
        + _item("ShowGrid", "boolean", "false")
        + _item("HasSheetTabs", "boolean", "true")
        + _item("HorizontalScrollbarWidth", "int", 300)
    )
    inside = f'<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>{view}</config:config-item-map-entry>'
    return (
        f'{HEAD}<office:document-settings {namespaces("office", "config", "ooo")} office:version="{VERSION}"><office:settings>'
        f'<config:config-item-set config:name="ooo:view-settings">{inside}</config:config-item-map-indexed></config:config-item-set>'
        '<config:config-item-set config:name="ooo:configuration-settings">'
        + _item("ShowGrid", "boolean", "false")
        + "</config:config-item-set></office:settings></office:document-settings>"
    )


def _view(rows: int, columns: int) -> str:
    """Split mode 2 is frozen; panes count 0 top left, 1 top right, 2 bottom left, 3 bottom right."""
    pane = 3 if rows and columns else 1 if columns else 2
    return "".join(
        (
            _item("CursorPositionX", "int", columns),
            _item("CursorPositionY", "int", rows),
            _item("HorizontalSplitMode", "short", 2 if columns else 0),
            _item("VerticalSplitMode", "short", 2 if rows else 0),
            _item("HorizontalSplitPosition", "int", columns),
            _item("VerticalSplitPosition", "int", rows),
            _item("ActiveSplitRange", "short", pane),
            _item("PositionLeft", "int", 0),
            _item("PositionRight", "int", columns),
            _item("PositionTop", "int", 0),
            _item("PositionBottom", "int", rows),
            _item("ZoomType", "short", 0),
            _item("ZoomValue", "int", 100),
            _item("ShowGrid", "boolean", "false"),
        )
    )


def _entry(name: str, inside: str) -> str:
    return f'<config:config-item-map-entry config:name="{quoted(name)}">{inside}</config:config-item-map-entry>'


def _item(name: str, kind: str, value: str | int) -> str:
    return f'<config:config-item config:name="{name}" config:type="{kind}">{escape(str(value))}</config:config-item>'


# -- properties and manifest -------------------------------------------------------------------------------------------


def meta_part(book: NewBook) -> str:
    created = book.created.isoformat(timespec="seconds")
    own = "".join(_user_defined(name, value) for name, value in book.properties.items() if value is not None)
    return (
        f'{HEAD}<office:document-meta {namespaces("office", "meta", "dc")} office:version="{VERSION}"><office:meta>'
        f"<meta:generator>{GENERATOR}</meta:generator><meta:creation-date>{created}</meta:creation-date><dc:date>{created}</dc:date>{own}"
        "</office:meta></office:document-meta>"
    )


def _user_defined(name: str, value: Scalar) -> str:
    kind, text = "string", str(value)
    if isinstance(value, bool):
        kind, text = "boolean", text.lower()
    elif isinstance(value, int | float):
        kind = "float"
    elif isinstance(value, datetime):
        kind, text = "date", value.isoformat()
    return element("meta:user-defined", {"meta:name": name, "meta:value-type": kind}, escape(text))


def manifest_part(parts: Iterable[str], folders: Mapping[str, str]) -> str:
    """`folders` are documents inside this one, with their media types."""
    entries = "".join(_file(f"{folder}/", kind, versioned=True) for folder, kind in folders.items())
    entries += "".join(_file(part, "text/xml") for part in parts)
    own = _file("/", MIMETYPE, versioned=True)
    return f'{HEAD}<manifest:manifest {namespaces("manifest")} manifest:version="{VERSION}">{own}{entries}</manifest:manifest>'


def _file(path: str, kind: str, *, versioned: bool = False) -> str:
    return element(
        "manifest:file-entry",
        {"manifest:full-path": path, "manifest:version": VERSION if versioned else None, "manifest:media-type": kind},
    )
