"""Cases under a larger one: the participants of a group buy, whose amounts roll up to their parent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum
from typing import Any

from kakosheet.core.rules import Fault, check, table_rule
from kakosheet.core.text import cut
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.sheets.words import Say


@table_rule(
    "disputes.participants",
    "disputes.total_amount",
    "disputes.total_back",
    "disputes.top",
    reads=("disputes.dispute_id", "disputes.parent", "disputes.amount", "disputes.money_back", "disputes.currency"),
)
def rolled_up(
    ids: list[Any], parents: list[Any], amounts: list[Any], back: list[Any], currencies: list[Any], *, policy: Policy
) -> tuple[list[Any], ...]:
    """How many cases stand under each, what they ask for and what they got, in the base currency; nothing for a circle
    of parents.

    Amounts without an exchange rate are left out."""
    names = [None if name is None else fold(name) for name in ids]
    tops = _tops(names, [None if parent is None else fold(parent) for parent in parents])
    under: dict[str, list[int]] = {}
    for at, parent in enumerate(parents):
        if parent is not None and (tops[at] is None or tops[at] != names[at]):
            under.setdefault(fold(parent), []).append(at)
    members = [
        _below(name, names, under) if name in under and top != name else []
        for name, top in zip(names, tops, strict=True)
    ]
    called = dict(zip(names, ids, strict=True))
    return (
        [len(found) or None for found in members],
        [_sum(found, amounts, currencies, policy) for found in members],
        [_sum(found, back, currencies, policy) for found in members],
        [called.get(top) if top else None for top in tops],
    )


def _tops(names: Sequence[str | None], above: Sequence[str | None]) -> list[str | None]:
    """The topmost case above each; its own name where its parents lead back to it, None without a parent or below a
    circle."""
    parent_of = {name: parent for name, parent in zip(names, above, strict=True) if name is not None}
    found: list[str | None] = []
    for name, parent in zip(names, above, strict=True):
        seen: set[str] = set()
        at, top = parent, None
        while at is not None and at in parent_of and at not in seen:
            seen.add(at)
            top, at = at, parent_of[at]
        circles = at is not None and at in seen
        found.append((name if name in seen else None) if circles else top)
    return found


def _below(name: str | None, names: Sequence[str | None], under: dict[str, list[int]]) -> list[int]:
    """Every row below a case, each once; those in a circle hang below nothing."""
    found: dict[int, None] = {}
    ahead = list(under.get(name or "", ()))
    while ahead:
        at = ahead.pop()
        if at not in found:
            found[at] = None
            ahead += under.get(names[at] or "", ())
    return list(found)


def _sum(rows: list[int], amounts: list[Any], currencies: list[Any], policy: Policy) -> float | None:
    known = [base for at in rows if (base := policy.to_base(amounts[at], currencies[at])) is not None]
    return fsum(known) if known else None


@check("disputes", reads=("disputes.dispute_id", "disputes.parent", "disputes.top"))
def parents_in_a_circle(dispute_id: str | None, parent: str | None, top: str | None, *, say: Say) -> Iterator[Fault]:
    """A case that is its own parent, directly or by way of others."""
    if dispute_id is None or parent is None:
        return
    if fold(parent) == fold(dispute_id):
        yield Fault("parent", "K401", say("disputes.fault_own_parent"), say("disputes.cure_own_parent"))
    elif top is not None and fold(top) == fold(dispute_id):
        yield Fault("parent", "K401", say("disputes.fault_circle", parent=cut(parent)), say("disputes.cure_circle"))
