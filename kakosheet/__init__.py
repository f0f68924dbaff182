"""kakosheet: purchases and their disputes in one spreadsheet that recomputes itself and never harms what is yours.

Every function returns the object that the command of the same name prints with `--json`. They are loaded when they are
first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "new": "kakosheet.app.new",
    "check": "kakosheet.app.check",
    "refresh": "kakosheet.app.refresh",
    "review": "kakosheet.app.review",
    "add": "kakosheet.app.add",
    "export": "kakosheet.app.export",
    "due": "kakosheet.app.due",
    "explain": "kakosheet.app.explain",
    "did": "kakosheet.app.did",
    "schema": "kakosheet.app.schema",
    "undo": "kakosheet.app.undo",
    "import_file": "kakosheet.app.import_file",
    "set_cells": "kakosheet.app.set_cells",
    "repair": "kakosheet.app.repair",
    "upgrade": "kakosheet.app.upgrade",
    "summary": "kakosheet.app.summary",
    "Issue": "kakosheet.core.issues",
    "KakosheetError": "kakosheet.core.issues",
}

__all__ = [
    "Issue",
    "KakosheetError",
    "__version__",
    "add",
    "check",
    "did",
    "due",
    "explain",
    "export",
    "import_file",
    "new",
    "refresh",
    "repair",
    "review",
    "schema",
    "set_cells",
    "summary",
    "undo",
    "upgrade",
]

if TYPE_CHECKING:
    from kakosheet.app.add import add
    from kakosheet.app.check import check
    from kakosheet.app.did import did
    from kakosheet.app.due import due
    from kakosheet.app.explain import explain
    from kakosheet.app.export import export
    from kakosheet.app.import_file import import_file
    from kakosheet.app.new import new
    from kakosheet.app.refresh import refresh
    from kakosheet.app.repair import repair
    from kakosheet.app.review import review
    from kakosheet.app.schema import schema
    from kakosheet.app.set_cells import set_cells
    from kakosheet.app.summary import summary
    from kakosheet.app.undo import undo
    from kakosheet.app.upgrade import upgrade
    from kakosheet.core.issues import Issue, KakosheetError


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kakosheet' has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value
