"""A message of lines in parts that a channel can hold. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

Fits = Callable[[str], bool]
"""Whether a channel can hold a text; of a text that fits every beginning fits too."""


class MessagePart(NamedTuple):
    """`text` goes in one message; `lines` of the whole are complete once it has arrived."""

    text: str
    lines: int


def parts(head: str, lines: Sequence[str], fits: Fits) -> Iterator[MessagePart]:
    """The lines in order, as few parts as they fit in. `head` stands above the first line, where there is room for
    both.

    A line that is too long for a part of its own goes over several, and is complete with the last of them.
    """
    held, done = head, 0
    for line in lines:
        longer = f"{held}\n{line}" if held else line
        if fits(longer):
            held = longer
        else:
            if done:
                yield MessagePart(held, done)
            *pieces, held = _pieces(line, fits)
            yield from (MessagePart(piece, done) for piece in pieces)
        done += 1
    yield MessagePart(held, done)


def _pieces(line: str, fits: Fits) -> list[str]:
    """A line cut where it has to be, between words if that leaves at least half of what fits."""
    found = []
    while not fits(line):
        most = max(bisect_left(range(1, len(line)), True, key=lambda length: not fits(line[:length])), 1)
        cut = line.rfind(" ", most // 2, most) + 1 or most
        found.append(line[:cut])
        line = line[cut:]
        if not line:
            return found
    return [*found, line]
