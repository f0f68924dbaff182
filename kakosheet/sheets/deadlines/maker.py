"""Which rows Deadlines should have: all nodes of type, platform and role from the start, and one for each offer to be
answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kakosheet.core.rules import Wanted, rows
from kakosheet.core.titles import Titles
from kakosheet.policy.model import NodeSpec, Policy
from kakosheet.sheets.casework.case import CASE_READS, OFFER_READS, Case, Offer, cases_by_id, events, offers_by_case
from kakosheet.sheets.casework.nodes import FIRST, answers_offer, node_key, node_specs
from kakosheet.sheets.casework.sentences import todo_text
from kakosheet.sheets.words import Say


@rows("deadlines", reads=(*CASE_READS, *OFFER_READS))
def wanted_rows(*columns: list[Any], policy: Policy, say: Say, titles: Titles) -> Iterator[Wanted]:
    """Every node of every case that has an opening date; each row starts with its step in words and the case's
    number."""
    cases = cases_by_id(columns[: len(CASE_READS)])
    offers = offers_by_case(columns[len(CASE_READS) :])
    for key, case in cases.items():
        own = offers.get(key, [])
        for spec in node_specs(case, policy, events(case, own, evidence_complete=False)):
            for offer in (FIRST, *_offers_to_answer(spec, case, own)):
                name = case.dispute_id or ""
                yield Wanted(
                    node_key(name, spec.key, offer), {"dispute": name, "what_to_do": todo_text(spec, case, say, titles)}
                )


def _offers_to_answer(spec: NodeSpec, case: Case, offers: list[Offer]) -> Iterator[str]:
    if spec.each_offer:
        yield from (offer.id for offer in offers if offer.id and answers_offer(spec, offer, case.role))
