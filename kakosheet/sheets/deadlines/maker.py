"""Which rows Deadlines should have: all nodes of type, platform and role from the start, and one for each offer to be
answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kakosheet.core.records import CannotKnow, attempt
from kakosheet.core.rules import Kept, Wanted, rows
from kakosheet.core.titles import Titles
from kakosheet.policy.model import NodeSpec, Policy
from kakosheet.sheets.casework.case import Case, Offer, cases_by_id, offers_by_case, unnamed
from kakosheet.sheets.casework.doors import StepRead, steps_done
from kakosheet.sheets.casework.facts import Happened, dates_by_case
from kakosheet.sheets.casework.nodes import FIRST, answers_offer, node_key, node_specs, unsure_specs
from kakosheet.sheets.casework.sentences import todo_text
from kakosheet.sheets.casework.verdicts import CaseDates
from kakosheet.sheets.words import Say


@rows("deadlines", reads=(Case, CaseDates, Offer, StepRead))
def wanted_rows(
    cases: Sequence[Case],
    dates: Sequence[CaseDates],
    offers: Sequence[Offer],
    steps: Sequence[StepRead],
    *,
    policy: Policy,
    say: Say,
    titles: Titles,
) -> Iterator[Wanted | Kept]:
    """Every node of every case that has an opening date; each row starts with its step in words and the case's
    number."""
    done = steps_done(steps, policy)
    of_case, days = offers_by_case(offers), dates_by_case(cases, dates)
    for key, case in cases_by_id(cases).items():
        happened = Happened(case, of_case.get(key, []), days[key], done=done.get(key, ()), books=policy.books)
        made = attempt(lambda happened: list(_rows(happened, policy, say, titles)), happened)
        yield from [Kept(f"{case.dispute_id}/")] if isinstance(made, CannotKnow) else made
    if unnamed(cases):
        yield Kept("")


def _rows(happened: Happened, policy: Policy, say: Say, titles: Titles) -> Iterator[Wanted | Kept]:
    case, name = happened.case, happened.case.dispute_id or ""
    for spec in node_specs(case, policy, happened):
        found = attempt(_rows_of, spec, case, happened.offers, say, titles)
        yield from [Kept(node_key(name, spec.key, ""))] if isinstance(found, CannotKnow) else found
    yield from (Kept(node_key(name, spec.key, "")) for spec in unsure_specs(case, policy, happened))


def _rows_of(spec: NodeSpec, case: Case, offers: Sequence[Offer], say: Say, titles: Titles) -> list[Wanted]:
    name, text = case.dispute_id or "", todo_text(spec, case, say, titles)
    answered = (offer.id for offer in offers if answers_offer(spec, offer, case.role)) if spec.each_offer else ()
    return [
        Wanted(node_key(name, spec.key, offer), {"dispute": name, "what_to_do": text})
        for offer in (FIRST, *answered)
        if offer
    ]
