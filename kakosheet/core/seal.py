"""The seal of a row: digests of its computed cells and of what people typed, by which a typed-over cell and a copied
row are known.

A seal is the schema version, a colon, four base-64 characters for the user cells and two for each tool column, as the
schema orders them. It travels with its row through sorting and other programs. Where there is no seal of this version,
nothing is claimed.
"""

from __future__ import annotations

from binascii import crc32
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from kakosheet.core.raw import FormulaCell

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_PAIRS = tuple(a + b for a in _ALPHABET for b in _ALPHABET)
USER = 4
TOOL = 2


def canonical(value: object) -> str:
    """One text for a value however a program stores it: a whole number is the same with and without a point, a date its
    serial's day."""
    if type(value) is str:
        return value
    if isinstance(value, FormulaCell):
        return canonical(value.value)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat() if value.hour or value.minute or value.second else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return format(value, ".10g") if isinstance(value, int | float) else str(value)


def digest(text: str) -> str:
    """Two characters: twelve bits of a checksum."""
    return _PAIRS[crc32(text.encode("utf-8", "surrogatepass")) & 0xFFF]


def user_digests(columns: Mapping[str, Sequence[object]], count: int) -> list[str]:
    """Four characters a row for all that people typed in it; `columns` go by key, a column without values counts
    nothing."""
    numbers = [0] * count
    for key, values in columns.items():
        if values.count(None) < len(values):
            head = f"\x1f{key}\x1e"
            numbers = [
                number if value is None else crc32((head + canonical(value)).encode("utf-8", "surrogatepass"), number)
                for number, value in zip(numbers, values, strict=True)
            ]
    return [_PAIRS[number & 0xFFF] + _PAIRS[(number >> 12) & 0xFFF] for number in numbers]


def make(version: int, user: str, tools: Iterable[str]) -> str:
    return f"{version}:{user}{''.join(tools)}"


def parts(seal: object, version: int, count: int) -> tuple[str, Sequence[str]] | None:
    """The user digest and the tool digests of a seal; None if it is none of this version with that many tool
    columns."""
    head = f"{version}:"
    if not isinstance(seal, str) or not seal.startswith(head) or len(seal) != len(head) + USER + TOOL * count:
        return None
    body = seal[len(head) + USER :]
    return seal[len(head) : len(head) + USER], [body[i : i + TOOL] for i in range(0, len(body), TOOL)]
