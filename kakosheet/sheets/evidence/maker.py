"""Which pieces of evidence each case should have: those of its type, on the side that we are on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kakosheet.core.records import CannotKnow, attempt
from kakosheet.core.rules import Kept, Wanted, rows
from kakosheet.policy.model import EvidenceItem, Policy
from kakosheet.sheets.casework.case import Case, cases_by_id, unnamed


@rows("evidence", reads=(Case,))
def wanted_pieces(cases: Sequence[Case], *, policy: Policy) -> Iterator[Wanted | Kept]:
    """One row for each piece; a case without an opening date waits, as its dates do."""
    for case in cases_by_id(cases).values():
        made = attempt(_pieces_of, case, policy)
        yield from [Kept(f"{case.dispute_id}/")] if isinstance(made, CannotKnow) else made
    if unnamed(cases):
        yield Kept("")


def _pieces_of(case: Case, policy: Policy) -> list[Wanted]:
    if case.opened_on is None:
        return []
    return [
        Wanted(
            f"{case.dispute_id}/{item.key}",
            {"dispute": case.dispute_id, "what": item.key, "get_it_from": item.get_from},
        )
        for item in items(policy, case)
    ]


def items(policy: Policy, case: Case | None) -> tuple[EvidenceItem, ...]:
    """The pieces that a type asks for on the side that we are on; none for a type that no template describes."""
    known = policy.types.get(case.type or "") if case is not None else None
    if case is None or known is None:
        return ()
    memo = ("evidence", case.type, case.role)
    if memo not in policy._memo:
        policy._memo[memo] = tuple(item for item in known.evidence if case.role in item.sides)
    found: tuple[EvidenceItem, ...] = policy._memo[memo]
    return found


def item_of(policy: Policy, case: Case | None, key: str | None) -> EvidenceItem | None:
    """The piece that a row's hidden key names; None for people's own rows and for what is not called for any more."""
    name = (key or "").partition("/")[2]
    return next((item for item in items(policy, case) if item.key == name), None) if name else None
