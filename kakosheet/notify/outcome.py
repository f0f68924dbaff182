"""How an attempt to send ended."""

from __future__ import annotations

from typing import NamedTuple, Self


class Delivery(NamedTuple):
    """`state`: sent, failed (nothing arrived, it may go again) or unsure (nobody can know). `reason` never holds a
    secret."""

    state: str
    reason: str = ""

    @classmethod
    def sent(cls) -> Self:
        return cls("sent")

    @classmethod
    def failed(cls, reason: str) -> Self:
        return cls("failed", reason)

    @classmethod
    def unsure(cls, reason: str) -> Self:
        return cls("unsure", reason)
