"""Which rows Deadlines should have: all nodes of type, platform and role from the start, and one for each offer to be
answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kakosheet.core.records import CannotKnow, attempt
from kakosheet.core.rules import Kept, Wanted, rows
from kakosheet.core.titles import Titles
from kakosheet.policy.model import NodeSpec, Policy
from kakosheet.sheets.casework.case import Case, Offer, cases_by_id, offers_by_case, unnamed
from kakosheet.sheets.casework.happened import Happened
from kakosheet.sheets.casework.nodes import FIRST, answers_offer, node_key, node_specs, unsure_specs
from kakosheet.sheets.casework.sentences import todo_text
from kakosheet.sheets.words import Say


@rows("deadlines", reads=(Case, Offer))
def wanted_rows(
    cases: Sequence[Case], offers: Sequence[Offer], *, policy: Policy, say: Say, titles: Titles
) -> Iterator[Wanted | Kept]:
    """Every node of every case that has an opening date; each row starts with its step in words and the case's
    number."""
    of_case = offers_by_case(offers)
    for key, case in cases_by_id(cases).items():
        made = attempt(lambda case, own: list(_rows(case, own, policy, say, titles)), case, of_case.get(key, []))
        yield from [Kept(f"{case.dispute_id}/")] if isinstance(made, CannotKnow) else made
    if unnamed(cases):
        yield Kept("")


def _rows(case: Case, offers: list[Offer], policy: Policy, say: Say, titles: Titles) -> Iterator[Wanted | Kept]:
    happened, name = Happened(case, offers), case.dispute_id or ""
    for spec in node_specs(case, policy, happened):
        found = attempt(_rows_of, spec, case, offers, say, titles)
        yield from [Kept(node_key(name, spec.key, ""))] if isinstance(found, CannotKnow) else found
    yield from (Kept(node_key(name, spec.key, "")) for spec in unsure_specs(case, policy, happened))


def _rows_of(spec: NodeSpec, case: Case, offers: list[Offer], say: Say, titles: Titles) -> list[Wanted]:
    name, text = case.dispute_id or "", todo_text(spec, case, say, titles)
    answered = (offer.id for offer in offers if answers_offer(spec, offer, case.role)) if spec.each_offer else ()
    return [
        Wanted(node_key(name, spec.key, offer), {"dispute": name, "what_to_do": text})
        for offer in (FIRST, *answered)
        if offer
    ]
