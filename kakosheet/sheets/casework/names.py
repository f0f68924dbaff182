"""Whose row a name means: sellers, carriers and customers, who are named in other sheets before they have a row of
their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

from kakosheet.core.records import CannotKnow, Record, attempt
from kakosheet.core.titles import fold

T = TypeVar("T")
Tell = Callable[[T], str | None]


class Seller(Record, of="sellers"):
    """What people typed about one seller."""

    seller: str | None
    list_status: str | None
    also_written_as: str | None
    feedback: float | None


class Carrier(Record, of="carriers"):
    """What people typed about one carrier."""

    carrier: str | None
    list_status: str | None


class Customer(Record, of="customers"):
    """What people typed about one customer."""

    customer: str | None
    satisfaction: float | None
    followed_up_on: date | None


def _none(_: object) -> None:
    """Of rows that have no other spellings."""


def index_of(rows: Iterable[T], name: Tell[T], aliases: Tell[T] = _none) -> dict[str, int]:
    """Which row (its index) a folded name means; a name wins over another row's alias, the first of two equal names.
    What cannot be known names no row."""
    told = [(attempt(name, row), attempt(aliases, row)) for row in rows]
    found: dict[str, int] = {}
    for at, (own, _) in enumerate(told):
        if isinstance(own, str):
            found.setdefault(fold(own), at)
    for at, (_, others) in enumerate(told):
        for alias in others.replace("\n", ";").split(";") if isinstance(others, str) else ():
            found.setdefault(fold(alias), at)
    found.pop("", None)
    return found


def unlisted(named: Iterable[str | None], rows: Sequence[T], name: Tell[T], aliases: Tell[T] = _none) -> list[str]:
    """The names that no row carries yet, each once, as first written. None while a row cannot tell what it is called:
    it may be any of them, and would stand there twice."""
    if any(isinstance(attempt(tell, row), CannotKnow) for row in rows for tell in (name, aliases)):
        return []
    listed = index_of(rows, name, aliases)
    new = {fold(name): name for name in reversed([name for name in named if name is not None])}
    return [name.strip() for key, name in reversed(new.items()) if key and key not in listed]
