"""What is said, and what happens when it cannot be: one line on stderr and exit code 5, whichever command speaks."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import click


class Unheard(Exception):
    """What was to be said could not be written. No OSError, which click and our own code take for other things.

    `written` names what was put on the disk all the same.
    """

    def __init__(self, why: OSError) -> None:
        super().__init__(str(why))
        self.why, self.written = why, ""


def echo(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Say it at once, on stdout or stderr. Raises Unheard."""
    with heard():
        click.echo(text, err=err, nl=nl)


@contextmanager
def heard() -> Iterator[None]:
    """Around what does nothing but speak, as click's own help does: what the system refuses there was to be said."""
    try:
        yield
    except OSError as why:
        raise Unheard(why) from None


def made_ready() -> None:
    """Put a stream where the caller closed one, so that no file of ours gets its number: stdout refuses what is written
    to it.

    A character that the encoding of the other side does not have is spelled out. Without a buffer (PYTHONUNBUFFERED)
    Python drops what the system did not take at once, and says nothing; so there is one.
    """
    for name, flags, mode in (("stdin", os.O_RDONLY, "r"), ("stdout", os.O_RDONLY, "w"), ("stderr", os.O_WRONLY, "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.open(os.devnull, flags), mode, encoding="utf-8"))  # noqa: SIM115 - for as long as we run
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper) and isinstance(stream.buffer, io.RawIOBase):
            buffer = open(stream.fileno(), "wb", closefd=False)  # noqa: SIM115 - for as long as we run
            stream = io.TextIOWrapper(buffer, encoding=stream.encoding, errors=stream.errors, line_buffering=True)
            setattr(sys, name, stream)
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def tell_unheard(unheard: Unheard) -> None:
    """The one line, if stderr takes it; then nothing more is tried, at the end of the program either."""
    from kakosheet.files.snapshot import reason

    begin = f"{unheard.written} was written; what" if unheard.written else "What"
    with suppress(OSError):
        click.echo(f"{begin} was to be said could not be: {reason(unheard.why)}.", err=True)
    for stream in (sys.stdout, sys.stderr):
        _let_go(stream)


def _let_go(stream: TextIO) -> None:
    """A stream that cannot be written keeps what it has, and Python would try again and complain: let it go to
    nowhere."""
    try:
        stream.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
