"""Before a parcel leaves: what is still missing, and whether it is ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kakosheet.core.rules import rule
from kakosheet.policy.model import Policy
from kakosheet.policy.risk import Traits, traits

MAX_TEXT = 60
"""Characters of a list of short texts in one cell."""

RECORD = ("photo_before", "photo_after", "net_weight", "gross_weight", "receipt")
"""What proves later how the parcel left; it counts after dispatch too."""

READS = (
    "item",
    "shipped",
    "category",
    "fragile",
    "branded",
    "price",
    "currency",
    "qc_passed",
    "appearance",
    "functions",
    "page_is_true",
    "packaging",
    *RECORD,
    "declared_value",
    "consent_to_lower_value",
    "gift",
    "gift_matches_page",
    "gift_confirmed_on",
    "authorisation",
    "functions_text",
    "usage_text",
)


def columns(*keys: str) -> tuple[str, ...]:
    return tuple(f"sales.{key}" for key in keys)


@rule("sales.ready_to_ship", "sales.missing", reads=columns(*READS))
def ready_to_ship(*values: Any, policy: Policy, say: Callable[..., str]) -> tuple[str | None, str | None]:
    """The state of a line and the names of what is missing; after dispatch only what proves how it left."""
    row = dict(zip(READS, values, strict=True))
    if row["item"] is None:
        return None, None
    missing = [key for key in RECORD if row[key] is None] if row["shipped"] else list(_missing(row, policy))
    told = shortened([say(f"sales.missing_{key}") for key in missing], say)
    return ("shipped" if row["shipped"] else "not_ready" if missing else "ready"), told


def shortened(texts: list[str], say: Callable[..., str]) -> str | None:
    """As many of the texts as fit, and how many more there are."""
    if not texts:
        return None
    told = [_first(texts, count, say) for count in range(1, len(texts) + 1)]
    return next((text for text in reversed(told) if len(text) <= MAX_TEXT), told[0])


def _first(texts: list[str], count: int, say: Callable[..., str]) -> str:
    shown = say("sales.list_separator").join(texts[:count])
    return shown if count == len(texts) else say("sales.and_more", texts=shown, count=len(texts) - count)


def _missing(row: dict[str, Any], policy: Policy) -> list[str]:
    """Keys of what is to be done or noted before dispatch; the receipt comes with it."""
    goods = traits(
        policy, row["category"], row["fragile"], row["branded"], policy.to_base(row["price"], row["currency"])
    )
    done = [key for key in ("qc_passed", "appearance", "functions", "page_is_true") if not row[key]]
    noted = [key for key in RECORD[:-1] if row[key] is None]
    return [*done, *_packing(row, goods, policy), *noted, *_papers(row, goods)]


def _packing(row: dict[str, Any], goods: Traits, policy: Policy) -> list[str]:
    if row["packaging"] is None:
        return ["packaging"]
    return ["reinforced"] if goods.fragile and row["packaging"] in policy.risk["packaging"]["weak"] else []


def _papers(row: dict[str, Any], goods: Traits) -> list[str]:
    """Declaration, gift, brand and description."""
    found = ["declared_value"] if row["declared_value"] is None else []
    if under_declared(row["declared_value"], row["price"]) and row["consent_to_lower_value"] is None:
        found.append("consent")
    if row["gift"] is not None:
        found += [key for key in ("gift_matches_page", "gift_confirmed_on") if not row[key]]
    if goods.branded and row["authorisation"] is None:
        found.append("authorisation")
    if goods.electric:
        found += [key for key in ("functions_text", "usage_text") if not row[key]]
    return found


def under_declared(declared: float | None, price: float | None) -> bool:
    """Whether the customs form says less than the customer paid."""
    return declared is not None and price is not None and round(declared, 2) < round(price, 2)
