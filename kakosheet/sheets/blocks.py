"""Blocks of columns: the first one carries the band's key, and those of a later phase are closed at first."""

from __future__ import annotations

from dataclasses import replace

from kakosheet.core.schema import Column


def block(group: str, *columns: Column, collapsed: bool = True) -> tuple[Column, ...]:
    """The columns of one band, in order."""
    first, *others = columns
    return tuple(
        replace(column, group=name, collapsed=collapsed)
        for column, name in [(first, group), *((other, "") for other in others)]
    )
