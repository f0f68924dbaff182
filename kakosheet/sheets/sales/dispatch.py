"""Before a parcel leaves: what is still missing, and whether it is ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kakosheet.core.records import CannotKnow, attempt
from kakosheet.core.rules import rule
from kakosheet.policy.model import Policy
from kakosheet.policy.risk import Traits, traits
from kakosheet.sheets.casework.orders import Sale

MAX_TEXT = 60
"""Characters of a list of short texts in one cell."""

BEFORE = ("photo_before", "photo_after", "net_weight", "gross_weight")
RECORD = (*BEFORE, "receipt")
"""What proves later how the parcel left; it counts after dispatch too."""

DONE = ("qc_passed", "appearance", "functions", "page_is_true")
"""What is to be looked at before it is packed."""


@rule("sales.ready_to_ship", "sales.missing", reads=(Sale,))
def ready_to_ship(sale: Sale, *, policy: Policy, say: Callable[..., str]) -> tuple[str | None, str | CannotKnow | None]:
    """The state of a line and the names of what is missing; after dispatch only what proves how it left."""
    if sale.item is None:
        return None, None
    if sale.shipped:
        return "shipped", attempt(lambda: _named(_blank(sale, RECORD), say))
    missing = _missing(sale, policy)
    return "not_ready" if missing else "ready", _named(missing, say)


def _named(keys: Iterable[str], say: Callable[..., str]) -> str | None:
    return shortened([say(f"sales.missing_{key}") for key in keys], say)


def _blank(sale: Sale, keys: Iterable[str]) -> list[str]:
    return [key for key in keys if getattr(sale, key) is None]


def _undone(sale: Sale, keys: Iterable[str]) -> list[str]:
    """What is blank or answered with no."""
    return [key for key in keys if not getattr(sale, key)]


def shortened(texts: list[str], say: Callable[..., str]) -> str | None:
    """As many of the texts as fit, and how many more there are."""
    if not texts:
        return None
    told = [_first(texts, count, say) for count in range(1, len(texts) + 1)]
    return next((text for text in reversed(told) if len(text) <= MAX_TEXT), told[0])


def _first(texts: list[str], count: int, say: Callable[..., str]) -> str:
    shown = say("sales.list_separator").join(texts[:count])
    return shown if count == len(texts) else say("sales.and_more", texts=shown, count=len(texts) - count)


def _missing(sale: Sale, policy: Policy) -> list[str]:
    """Keys of what is to be done or noted before dispatch; the receipt comes with it."""
    goods = traits(policy, sale.category, sale.fragile, sale.branded, policy.to_base(sale.price, sale.currency))
    return [*_undone(sale, DONE), *_packing(sale, goods, policy), *_blank(sale, BEFORE), *_papers(sale, goods)]


def _packing(sale: Sale, goods: Traits, policy: Policy) -> list[str]:
    if sale.packaging is None:
        return ["packaging"]
    return ["reinforced"] if goods.fragile and sale.packaging in policy.risk["packaging"]["weak"] else []


def _papers(sale: Sale, goods: Traits) -> list[str]:
    """Declaration, gift, brand and description."""
    found = _blank(sale, ("declared_value",))
    if is_under_declared(sale) and sale.consent_to_lower_value is None:
        found.append("consent")
    if sale.gift is not None:
        found += _undone(sale, ("gift_matches_page", "gift_confirmed_on"))
    if goods.branded and sale.authorisation is None:
        found.append("authorisation")
    if goods.electric:
        found += _undone(sale, ("functions_text", "usage_text"))
    return found


def is_under_declared(sale: Sale) -> bool:
    """Whether the customs form says less than the customer paid."""
    declared, price = sale.declared_value, sale.price
    return declared is not None and price is not None and round(declared, 2) < round(price, 2)
