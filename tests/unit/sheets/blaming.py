"""The verdict on responsibility for cells that a test names."""

from __future__ import annotations

from typing import Any

from kakosheet.policy.loader import load_policy, load_titles
from kakosheet.policy.responsibility import CASE_FACTS
from kakosheet.sheets import disputes
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.disputes.blame import Bought, Sold

BOUGHT = {field.name for field in Bought.fields}


def suggested(facts: dict[str, Any], lang: str = "en") -> tuple[Any, ...]:
    """The verdict on cells of the case, of its purchase, and of its sale (sale.…)."""
    assert {key.partition(".")[2] if "." in key else key for key in facts} <= {
        *CASE_FACTS,
        *BOUGHT,
        *(field.name for field in Sold.fields),
    }
    records = (
        Case(**{key: value for key, value in facts.items() if key in CASE_FACTS}),
        Bought(**{key: value for key, value in facts.items() if key in BOUGHT}),
        Sold(**{key.removeprefix("sale."): value for key, value in facts.items() if key.startswith("sale.")}),
    )
    titles = load_titles(lang)
    found: tuple[Any, ...] = disputes.suggested(
        *records, policy=load_policy("shopper", lang), say=titles.say, titles=titles
    )
    return found
