"""Cases under a larger one: the participants of a group buy, whose amounts roll up to their parent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import fsum
from typing import Any

from kakosheet.core.records import attempt, known, or_blank, spread
from kakosheet.core.rules import Fault, check, table_rule
from kakosheet.core.text import cut
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.case import Case, folded
from kakosheet.sheets.words import Say


@table_rule("disputes.participants", "disputes.total_amount", "disputes.total_back", "disputes.top", reads=(Case,))
def rolled_up(cases: Sequence[Case], *, policy: Policy) -> list[list[Any]]:
    """How many cases stand under each, what they ask for and what they got, in the base currency; nothing for a circle
    of parents.

    Amounts without an exchange rate are left out, as is what cannot be known."""
    names = [or_blank(lambda case: folded(case.dispute_id), case) for case in cases]
    parents = [or_blank(lambda case: folded(case.parent), case) for case in cases]
    tops = _tops(names, parents)
    under: dict[str, list[int]] = {}
    for at, parent in enumerate(parents):
        if parent is not None and (tops[at] is None or tops[at] != names[at]):
            under.setdefault(parent, []).append(at)
    members = [
        _below(name, names, under) if name in under and top != name else []
        for name, top in zip(names, tops, strict=True)
    ]
    called = {name: case.dispute_id for name, case in zip(names, cases, strict=True) if name is not None}
    below = [[cases[at] for at in found] for found in members]

    def told(case: Case, found: list[Case], top: str | None) -> tuple[Any, ...]:
        """Of a case whose own parent cannot be known nobody knows whether it stands in a circle."""
        above = None if case.parent is None or top is None else called.get(top)
        return (
            len(found) or None,
            _sum(found, lambda one: policy.to_base(one.amount, one.currency)),
            _sum(found, lambda one: policy.to_base(one.money_back, one.currency)),
            above,
        )

    return spread([attempt(told, *row) for row in zip(cases, below, tops, strict=True)], 4)


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


def _sum(cases: Iterable[Case], worth: Callable[[Case], float | None]) -> float | None:
    found = [amount for amount in known(worth, cases) if amount is not None]
    return fsum(found) if found else None


@check("disputes", reads=("disputes.dispute_id", "disputes.parent", "disputes.top"))
def parents_in_a_circle(dispute_id: str | None, parent: str | None, top: str | None, *, say: Say) -> Iterator[Fault]:
    """A case that is its own parent, directly or by way of others."""
    if dispute_id is None or parent is None:
        return
    if fold(parent) == fold(dispute_id):
        yield Fault("parent", "K401", say("disputes.fault_own_parent"), say("disputes.cure_own_parent"))
    elif top is not None and fold(top) == fold(dispute_id):
        yield Fault("parent", "K401", say("disputes.fault_circle", parent=cut(parent)), say("disputes.cure_circle"))
