"""What the rows of Deadlines say: the step, what follows from silence, where the date comes from."""

from __future__ import annotations

import re
from collections.abc import Callable

from kakosheet.core.titles import Titles
from kakosheet.policy.model import NodeSpec
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.words import Say, money_text, number_text

_REMARKS = re.compile(r"; |: | \(|[；：（]")


def other_side(case: Case, titles: Titles) -> str:
    """Whom we deal with: the seller's or the customer's name, else the word for that party."""
    if case.role == "buyer":
        return case.seller or titles.choice("actor", "seller") or ""
    return case.customer or titles.choice("actor", "buyer") or ""


OWN_SHOP = "own_shop"
"""The platform on which nobody decides."""
_ASKS_A_JUDGE = frozenset({"nodes.silence_remind_then_escalate", "nodes.silence_remind_then_escalate_we"})
PROCEDURE = "agreement"
"""The rule book that is a procedure of many platforms, not one of them."""


def platform_text(case: Case, say: Say, titles: Titles) -> str:
    """The platform by its name; "the platform" where it has none."""
    named = case.platform if case.platform != PROCEDURE else None
    return titles.choice("platform", named) or say("deadlines.the_platform")


def _told(text: str, spec: NodeSpec, case: Case, say: Say, titles: Titles) -> str:
    """A sentence about a node, by its name. Only what it names is looked at: a sentence without the amount stands
    whatever that is."""
    places: dict[str, Callable[[], str]] = {
        "platform": lambda: platform_text(case, say, titles),
        "who": lambda: (
            (other_side(case, titles) if spec.acts in ("we", "buyer", "seller") else titles.choice("actor", spec.acts))
            or ""
        ),
        "limit": lambda: limit_text(spec, say, titles),
        "amount": lambda: money_text(case.amount, None) if case.amount is not None else "",
        "currency": lambda: (case.currency or "") if case.amount is not None else "",
    }
    return say(text, **{place: tell() for place, tell in places.items() if f"{{{place}}}" in titles.texts[text]})


def event_text(start: str, titles: Titles, say: Say) -> str:
    """What starts a clock, in words: one event, or the latest of several."""
    words = [titles.choice("event", event) or event for event in start.split("|")]
    return words[0] if len(words) == 1 else say("nodes.latest_of", events=", ".join(words))


def limit_text(spec: NodeSpec, say: Say, titles: Titles) -> str:
    """ "5 days", "1 working day"."""
    if spec.limit == 1:
        return say("deadlines.limit_one", number=1, unit=titles.choice("unit_one", spec.unit))
    return say(f"deadlines.limit_{spec.unit}", number=number_text(spec.limit))


def todo_text(spec: NodeSpec, case: Case, say: Say, titles: Titles) -> str:
    """The step in words; a step that people added in Rules is called as they call it."""
    alone = spec.todo == "nodes.urge_we" and case.platform in (None, OWN_SHOP)
    return spec.rule.title or _told("nodes.urge_alone" if alone else spec.todo, spec, case, say, titles)


def silence_text(spec: NodeSpec, case: Case, say: Say, titles: Titles) -> str | None:
    """What follows if the date is missed; some effects have words of their own (`…_we`) for when it is we who miss
    it."""
    ours = f"{spec.silence_text}_we"
    name = ours if spec.acts == "we" and ours in titles.texts else spec.silence_text
    if name in _ASKS_A_JUDGE and case.platform in (None, OWN_SHOP):
        name = "nodes.silence_remind"
    return _told(name, spec, case, say, titles) if name else None


def source_text(limit: str, source: str, day: str | None, say: Say) -> str:
    """ "5 days from 21 Nov. AliExpress help"; what it waits for, where it has not begun. Rules has the source's remarks
    too."""
    source = _REMARKS.split(source, maxsplit=1)[0]
    if day is None:
        return say("deadlines.from_event", limit=limit, source=source).strip()
    return say("deadlines.from_day", limit=limit, day=day, source=source).strip()
