"""kakosheet: purchases and their disputes in one spreadsheet that recomputes itself and never harms what is yours.

Every function returns the object that the command of the same name prints with `--json`. They are loaded when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "new": "kakosheet.app.creating", "check": "kakosheet.app.checking", "refresh": "kakosheet.app.refreshing",
    "review": "kakosheet.app.reviewing", "add": "kakosheet.app.adding", "export": "kakosheet.app.exporting",
    "due": "kakosheet.app.due", "explain": "kakosheet.app.explaining", "schema": "kakosheet.app.exporting", "undo": "kakosheet.app.undoing",
    "import_file": "kakosheet.app.importing", "set_cells": "kakosheet.app.setting",
    "repair": "kakosheet.app.repairing", "upgrade": "kakosheet.app.upgrading",
    "summary": "kakosheet.app.summarizing",
    "Issue": "kakosheet.core.issues", "KakosheetError": "kakosheet.core.issues",
}

__all__ = ["Issue", "KakosheetError", "__version__", "add", "check", "due", "explain", "export", "import_file", "new", "refresh", "repair",
           "review", "schema", "set_cells", "summary", "undo", "upgrade"]

if TYPE_CHECKING:
    from kakosheet.app.adding import add
    from kakosheet.app.checking import check
    from kakosheet.app.creating import new
    from kakosheet.app.due import due
    from kakosheet.app.explaining import explain
    from kakosheet.app.exporting import export, schema
    from kakosheet.app.importing import import_file
    from kakosheet.app.refreshing import refresh
    from kakosheet.app.repairing import repair
    from kakosheet.app.reviewing import review
    from kakosheet.app.setting import set_cells
    from kakosheet.app.summarizing import summary
    from kakosheet.app.undoing import undo
    from kakosheet.app.upgrading import upgrade
    from kakosheet.core.issues import Issue, KakosheetError


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kakosheet' has no attribute {name!r}")
    from importlib import import_module
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value
