"""Which pieces of evidence each case should have: those of its type, on the side that we are on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kakosheet.core.rules import Wanted, rows
from kakosheet.core.titles import fold
from kakosheet.policy.model import EvidenceItem, Policy


@rows("evidence", reads=("disputes.dispute_id", "disputes.type", "disputes.our_role", "disputes.opened_on"))
def wanted_pieces(
    ids: list[str | None],
    types: list[str | None],
    roles: list[str | None],
    opened: list[datetime | None],
    *,
    policy: Policy,
) -> Iterator[Wanted]:
    """One row for each piece; a case without an opening date waits, as its dates do."""
    seen: set[str] = set()
    for number, type_, role, day in zip(ids, types, roles, opened, strict=True):
        if number is None or day is None or fold(number) in seen:
            continue
        seen.add(fold(number))
        for item in items(policy, type_, role):
            yield Wanted(f"{number}/{item.key}", {"dispute": number, "what": item.key, "get_it_from": item.get_from})


def items(policy: Policy, type_: str | None, role: str | None) -> tuple[EvidenceItem, ...]:
    """The pieces that a type asks for on that side; none for a type that no template describes."""
    known = policy.types.get(type_ or "")
    if known is None:
        return ()
    memo = ("evidence", type_, role)
    if memo not in policy._memo:
        policy._memo[memo] = tuple(item for item in known.evidence if (role or "buyer") in item.sides)
    found: tuple[EvidenceItem, ...] = policy._memo[memo]
    return found


def item_of(policy: Policy, type_: str | None, role: str | None, key: str | None) -> EvidenceItem | None:
    """The piece that a row's hidden key names; None for people's own rows and for what is not called for any more."""
    name = (key or "").partition("/")[2]
    return next((item for item in items(policy, type_, role) if item.key == name), None) if name else None
