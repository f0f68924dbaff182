"""Bytes of a text export → text. The whole file is decoded, strictly: a sample would miss the one name at its end."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator

from kakosheet.core.issues import KakosheetError

# A letter, one or two ideographs, a letter: what Western text in a code page becomes when it is read as GB 18030.
_WESTERN_AS_CHINESE = re.compile(r"[A-Za-z][\u3400-\u9fff\ue000-\uf8ff]{1,2}[a-z]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def decode(data: bytes, name: str, matches: Callable[[str], bool], encoding: str = "") -> tuple[str, str]:
    """(text, encoding). Of the encodings that read every byte the first whose header `matches` counts; else the first
    of them.

    Order: utf-8 (with or without a mark), utf-16, gb18030. K109 if none reads the file, or if the one that does is
    plainly not the file's.
    """
    readable: list[tuple[str, str]] = []
    for candidate in [encoding] if encoding else _candidates(data):
        text = _decoded(data, candidate)
        if text is None:
            continue
        if matches(text) and not _mojibake(text, candidate):
            return text, candidate
        readable.append((text, candidate))
    plausible = [pair for pair in readable if not _mojibake(*pair)]
    if not plausible:
        raise KakosheetError(
            "K109",
            f"cannot tell how the text of {name} is encoded",
            "save the file as UTF-8, or name its encoding in a column map",
        )
    return plausible[0]


def _candidates(data: bytes) -> Iterator[str]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield "utf-16"
        return
    yield "utf-8-sig"
    if (
        b"\0" in data[:4096]
    ):  # without a mark nearly all bytes would pass as UTF-16: take it only where the header has its zeros
        yield "utf-16-le"
        yield "utf-16-be"
    yield "gb18030"


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeError:
        return None
    except (LookupError, ValueError):
        raise KakosheetError("K501", f'"{encoding}" is not an encoding', "write it like utf-8 or cp1252") from None
    return None if "\0" in text else text


def _mojibake(text: str, encoding: str) -> bool:
    """Whether most of what looks Chinese stands inside Western words."""
    if encoding != "gb18030":
        return False
    return 2 * len(_WESTERN_AS_CHINESE.findall(text)) > len(_BEYOND_ASCII.findall(text)) > 0
