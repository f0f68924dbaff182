"""Where the templates stand: inside the installed package, or beside it in a checkout; and the one way in which a file
that a person names is read. The only file access of this layer."""

from __future__ import annotations

import os
import stat
import sys
from functools import cache
from pathlib import Path

from kakosheet.core.issues import KakosheetError

LARGEST_TEMPLATE = 1 << 20
"""Bytes: no template or column map that a person writes is longer."""
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
"""O_NONBLOCK: if a named pipe takes the place of the file, opening it must not wait for somebody to write into it."""


def read_regular(path: str | os.PathLike[str], most: int, *, cure: str = "") -> tuple[bytes, os.stat_result]:
    """All bytes of a regular file, and its status after they were read. KakosheetError K109 for what is none (a folder,
    a pipe, a device, a socket), K107 (with the `cure`) for more than `most` bytes; OSError."""
    try:
        refuse_irregular(path, os.stat(path))  # before it is opened, which makes some devices do things
    except ValueError:
        raise KakosheetError("K109", f"{os.fspath(path)!r} is no file name") from None
    handle = os.open(path, _FLAGS)
    with open(handle, "rb") as file:
        size = refuse_irregular(path, os.fstat(handle)).st_size
        pieces: list[bytes] = []
        while max(size, count := sum(map(len, pieces))) <= most:
            piece = file.read(
                1 << 20 if pieces else size + 1
            )  # one byte on, so that a file that grows or says 0 is read to its end
            if not piece:
                return b"".join(pieces), os.fstat(handle)
            pieces.append(piece)
    raise KakosheetError(
        "K107", f"{path} has {max(size, count) >> 20:,} MB, more than the {most >> 20:,} MB that are allowed", cure
    )


def refuse_irregular(path: str | os.PathLike[str], status: os.stat_result) -> os.stat_result:
    """The status, if it is that of a regular file; else K109."""
    if stat.S_ISDIR(status.st_mode):
        raise KakosheetError("K109", f"{path} is a folder", "name a file inside it")
    if not stat.S_ISREG(status.st_mode):
        raise KakosheetError("K109", f"{path} is not a regular file", "save it as a file first")
    return status


@cache
def folder() -> Path:
    """The folder of the shipped templates."""
    package = Path(__file__).parents[1]
    shipped = package / "_templates"
    return shipped if shipped.is_dir() else package.parent / "templates"


def own_folder() -> Path | None:
    """The folder of templates that people add: `$KAKOSHEET_TEMPLATES`, else `kakosheet/templates` where the platform
    keeps settings."""
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
    """The content of `name`, a path inside the templates like `workbooks/shopper.xlsx`. Raises K504 if there is
    none."""
    parts = name.split("/")
    if any(part in ("", ".", "..") or "\\" in part or ":" in part or "\0" in part for part in parts):
        raise KakosheetError("K504", f"{name!r} is no name of a template")
    try:
        return folder().joinpath(*parts).read_bytes()
    except OSError:
        raise KakosheetError("K504", f"there is no template {name!r}") from None


def open_text(name: str) -> str:
    """The text (UTF-8, line ends as LF) of `name`, like `titles/zh.toml`. Raises K504 if there is none, K501 if it is
    no text."""
    try:
        return open_bytes(name).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise KakosheetError("K501", f"template {name!r} is not UTF-8 text (byte {error.start})") from None


def listing(name: str) -> list[str]:
    """The names of the files and folders in a folder of the templates ("" for the top), sorted. Empty if there is no
    such folder."""
    place = folder().joinpath(*name.split("/")) if name else folder()
    if not place.is_dir():
        return []
    return sorted(entry.name for entry in place.iterdir() if not entry.name.startswith((".", "_")))
