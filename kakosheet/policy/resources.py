"""Where the templates stand: inside the installed package, or beside it in a checkout. The only file access of this layer."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from kakosheet.core.issues import KakosheetError


@cache
def folder() -> Path:
    """The folder of the shipped templates."""
    package = Path(__file__).parents[1]
    shipped = package / "_templates"
    return shipped if shipped.is_dir() else package.parent / "templates"


def own_folder() -> Path | None:
    """The folder of templates that people add: `$KAKOSHEET_TEMPLATES`, else `kakosheet/templates` where the platform keeps settings."""
    given = os.environ.get("KAKOSHEET_TEMPLATES", "")
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        settings = os.environ.get("APPDATA", "")
    else:
        usual = "Library/Application Support" if sys.platform == "darwin" else ".config"
        settings = os.environ.get("XDG_CONFIG_HOME", "") or os.path.join(home, usual)
    place = Path(given) if os.path.isabs(given) else Path(settings, "kakosheet", "templates")
    return place if os.path.isabs(place) and place.is_dir() else None


def open_bytes(name: str) -> bytes:
    """The content of `name`, a path inside the templates like `workbooks/shopper.xlsx`. Raises K504 if there is none."""
    parts = name.split("/")
    if any(part in ("", ".", "..") or "\\" in part or ":" in part or "\0" in part for part in parts):
        raise KakosheetError("K504", f"{name!r} is no name of a template")
    try:
        return folder().joinpath(*parts).read_bytes()
    except OSError:
        raise KakosheetError("K504", f"there is no template {name!r}") from None


def open_text(name: str) -> str:
    """The text (UTF-8, line ends as LF) of `name`, like `titles/zh.toml`. Raises K504 if there is none, K501 if it is no text."""
    try:
        return open_bytes(name).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise KakosheetError("K501", f"template {name!r} is not UTF-8 text (byte {error.start})") from None


def listing(name: str) -> list[str]:
    """The names of the files and folders in a folder of the templates ("" for the top), sorted. Empty if there is no such folder."""
    place = folder().joinpath(*name.split("/")) if name else folder()
    if not place.is_dir():
        return []
    return sorted(entry.name for entry in place.iterdir() if not entry.name.startswith((".", "_")))
