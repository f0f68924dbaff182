"""Who holds a book open: the owner files that Excel and LibreOffice put beside it.

Sources, read on 2026-11-21: LibreOffice `svl/source/misc/lockfilecommon.cxx` (`.~lock.NAME#`: user, login, host, time,
profile URL, each escaped with a backslash, closed by `;`) and `svl/source/misc/msodocumentlockfile.cxx` (`~$NAME`, 165
bytes: byte 0 the length of the name in the 8-bit code page of the machine, byte 55 the same as a 16-bit number, then
the name in UTF-16LE). Both stand beside the target of a link.
"""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kakosheet.files.snapshot import names_of, owner_files
from kakosheet.files.state import close, machine


class Held(Enum):
    """Whether the program that wrote an owner file is still there."""

    LIVE = "live"
    UNKNOWN = "unknown"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Holder:
    """The program that says it has the book open, for whom, and the file that says so."""

    program: str
    who: str
    held: Held
    file: Path

    def sentence(self) -> str:
        """`open in LibreOffice by Mei on vm since 21.11.2026 21:24`."""
        who = f" by {self.who}" if self.who else ""
        left = " (left behind: the program is gone)" if self.held is Held.STALE else ""
        return f"open in {self.program}{who}{left}"


def holder(path: str | os.PathLike[str]) -> Holder | None:
    """Who has the book open, or None. Nothing is proven on Excel's side: its file may be left over from a crash."""
    return next(iter(holders(path)), None)


def holders(path: str | os.PathLike[str]) -> list[Holder]:
    """All that say they have the book open, those that are seen to run first, those that are gone last."""
    files = [owner_files(book) for book in names_of(path)]
    found = [one for office, excel in files for one in (_libreoffice(office), _excel(excel)) if one]
    return sorted(found, key=lambda one: list(Held).index(one.held))


def owner(path: str | os.PathLike[str]) -> str | None:
    """The sentence of `holder`, or None when nobody has the book open."""
    found = holder(path)
    return found.sentence() if found else None


def wait_until_free(path: str | os.PathLike[str], wait_seconds: float, *, poll: float = 0.25) -> Holder | None:
    """Wait for the program that holds the book to close it; returns who still holds it, None once it is free."""
    until = time.monotonic() + wait_seconds
    while (found := holder(path)) and found.held is not Held.STALE and time.monotonic() < until:
        time.sleep(poll)
    return found


def _libreoffice(file: Path) -> Holder | None:
    data = _small(file)
    if data is None:
        return None
    names = _fields(data.decode("utf-8", "replace"))
    user, login, host, since, profile = (names + [""] * 5)[:5]
    who = " ".join(part for part in (user or login, host and f"on {host}", since and f"since {since}") if part)
    return Holder("LibreOffice", _one_line(who), _office_state(host, profile), file)


def _fields(text: str) -> list[str]:
    parts = re.findall(r"((?:[^\\,;]|\\.)*)[,;]", text, re.DOTALL)
    return [re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in parts]


def _office_state(host: str, profile: str) -> Held:
    """A lock of this machine is stale when its profile or every LibreOffice that could use it is gone."""
    if not host or host.split(".")[0].casefold() != machine().split(".")[0].casefold():
        return Held.UNKNOWN
    place = unquote(urlsplit(profile).path) if profile.startswith("file://") else ""
    if place and sys.platform != "win32" and not os.path.isdir(place):
        return Held.STALE
    running = _running_offices()
    if running is None:
        return Held.UNKNOWN
    here = [args for args in running if not place or _uses(args, place)]
    return Held.LIVE if here else Held.STALE


def _uses(args: list[str], place: str) -> bool:
    """Whether a LibreOffice started with these arguments may use that profile: it names it, or names none."""
    named = [arg.partition("=")[2] for arg in args if arg.startswith("-env:UserInstallation=")]
    return not named or os.path.realpath(unquote(urlsplit(named[-1]).path)) == os.path.realpath(place)


def _running_offices() -> list[list[str]] | None:
    """The arguments of every running LibreOffice; None where the system does not show processes as files."""
    try:
        numbers = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return None
    if not numbers:
        return None
    found = []
    for number in numbers:
        data = _small(Path("/proc", number, "cmdline"), 1 << 16)
        args = (data or b"").decode("utf-8", "replace").split("\0")
        if os.path.basename(args[0]) in ("soffice.bin", "soffice"):
            found.append(args)
    return found


def _excel(file: Path) -> Holder | None:
    data = _small(file)
    if data is None:
        return None
    return Holder("Excel", _one_line(_excel_name(data)), Held.UNKNOWN, file)


def _excel_name(data: bytes) -> str:
    if len(data) >= 57:
        count = int.from_bytes(data[55:57], "little")
        wide = data[57 : 57 + 2 * count]
        if 0 < count <= 54 and len(wide) == 2 * count:
            return wide.decode("utf-16-le", "replace")
    return data[1 : 1 + min(data[0], 54)].decode("ascii", "replace") if data else ""


def _small(file: Path, most: int = 4096) -> bytes | None:
    """The first bytes of a small file; b"" when it is there and cannot be read (Windows holds owner files shut), None
    when it is not."""
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    except PermissionError:
        return b""
    except (OSError, ValueError):
        return None
    try:
        return os.read(handle, most)
    except OSError:
        return None
    finally:
        close(handle)


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
