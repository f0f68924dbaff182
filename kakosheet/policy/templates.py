"""The shipped templates, parsed once and kept: reading all of them as TOML costs more than a small refresh.

What was parsed is kept as JSON in the user's cache folder under the fingerprint of the template files (names, sizes,
times). Without such a folder, or with other templates, they are simply parsed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from kakosheet.core.issues import KakosheetError
from kakosheet.policy.resources import LARGEST_TEMPLATE, folder, listing, open_text, own_folder, read_regular

Parsed = dict[str, Any]
OWN = "disputes"
"""The folder to which people may add files of their own, without touching what is installed."""
FOLDERS = ("", "titles", "clocks", "disputes", "evidence", "responsibility", "profiles", "lexicons")


def read(name: str) -> Parsed:
    """One template as TOML. KakosheetError K504 if there is none, K501 if it is no TOML."""
    import tomllib

    try:
        return tomllib.loads(open_text(name))
    except tomllib.TOMLDecodeError as error:
        raise KakosheetError("K501", f"template {name} cannot be read: {error}") from None


def read_folder(name: str) -> dict[str, Parsed]:
    """All .toml templates of a folder by the name of the file without its ending; to the types of disputes people may
    add their own."""
    found = {entry.removesuffix(".toml"): read(f"{name}/{entry}") for entry in listing(name) if entry.endswith(".toml")}
    return found | (dict(_own()) if name == OWN else {})


def _own() -> Iterator[tuple[str, Parsed]]:
    import tomllib

    for path in _own_files():
        try:
            yield path.stem, tomllib.loads(read_regular(path, LARGEST_TEMPLATE)[0].decode("utf-8"))
        except KakosheetError as error:
            raise KakosheetError("K501", f"template {error.message}", error.hint) from None
        except (
            OSError,
            ValueError,
            RecursionError,
        ) as error:  # ValueError: no UTF-8, no TOML, or a number of thousands of digits
            raise KakosheetError("K501", f"template {path} cannot be read: {error}") from None


def _own_files() -> list[Path]:
    top = own_folder()
    return sorted(top.joinpath(OWN).glob("*.toml")) if top is not None else []


def kept(part: str, build: Callable[[], Parsed]) -> Parsed:
    """What `build` makes of the templates, from the cache if they are still the same. Dates come as ISO text."""
    place = cache_folder()
    path = place / f"{part}-{_where()}.json" if place else None
    if path is not None:
        with suppress(OSError, ValueError):
            mark, _, text = path.read_text("utf-8").partition("\n")
            if mark == fingerprint():
                found: Parsed = json.loads(text)
                return found
    text = json.dumps(build(), ensure_ascii=False, default=str, separators=(",", ":"))
    if path is not None:
        with suppress(OSError):
            write_cache(path, f"{fingerprint()}\n{text}")
    made: Parsed = json.loads(text)
    return made


def cache_folder() -> Path | None:
    """Where caches go: `$XDG_CACHE_HOME` or its default, on macOS and Windows the platform's own place; None if there
    is no home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(given):
        return Path(given, "kakosheet")
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        return None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path(home, "AppData", "Local"), "kakosheet", "Cache")
    return (
        Path(home, "Library", "Caches", "kakosheet") if sys.platform == "darwin" else Path(home, ".cache", "kakosheet")
    )


@cache
def fingerprint() -> str:
    """A digest of names, sizes and times of all templates, and of the code that reads them."""
    digest = blake2b(digest_size=16)
    for name, size, changed in sorted(_files()):
        digest.update(f"{name}\0{size}\0{changed}\n".encode())
    return digest.hexdigest()


def _files() -> Iterator[tuple[str, int, int]]:
    top, here = os.fspath(folder()), os.path.dirname(__file__)
    for module in ("templates.py", "words_of.py", "loader.py"):
        with suppress(OSError):
            status = os.stat(os.path.join(here, module))
            yield module, status.st_size, status.st_mtime_ns
    for path in _own_files():
        try:
            status = path.stat()
            yield str(path), status.st_size, status.st_mtime_ns
        except OSError:
            yield str(path), -1, 0  # to be read, and named, not taken from the cache of before
    places = [os.path.join(top, name) for name in FOLDERS if name != "titles"]
    with suppress(OSError):
        places += [entry.path for entry in os.scandir(os.path.join(top, "titles")) if entry.is_dir()]
    for place in places:
        with suppress(OSError):
            for entry in os.scandir(place):
                if entry.name.endswith(".toml"):
                    status = entry.stat()
                    yield entry.path, status.st_size, status.st_mtime_ns


@cache
def _where() -> str:
    return blake2b(os.fspath(folder()).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def write_cache(path: Path, text: str) -> None:
    """Put a file into the cache folder whole or not at all. OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, "utf-8")
        os.replace(beside, path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
