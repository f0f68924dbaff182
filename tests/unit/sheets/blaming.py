"""The verdict on responsibility for cells that a test names."""

from __future__ import annotations

from typing import Any

from kakosheet.policy.loader import load_policy, load_titles
from kakosheet.policy.responsibility import CASE_FACTS
from kakosheet.sheets import disputes
from kakosheet.sheets.disputes.blame import Bought, Sold


def suggested(facts: dict[str, Any], lang: str = "en") -> tuple[Any, ...]:
    """The verdict on cells of the case, of its purchase, and of its sale (sale.…)."""
    assert {key.partition(".")[2] if "." in key else key for key in facts} <= {
        *CASE_FACTS,
        *Bought._fields,
        *Sold._fields,
    }
    cells = [facts.get(key) for key in (*CASE_FACTS, *Bought._fields, *(f"sale.{key}" for key in Sold._fields))]
    titles = load_titles(lang)
    found: tuple[Any, ...] = disputes.suggested(
        *cells, policy=load_policy("shopper", lang), say=titles.say, titles=titles
    )
    return found
