"""Countries and the regions of the world that parcels know. Lexicon: templates/lexicons/countries.toml."""

from __future__ import annotations

from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy


def region(policy: Policy, country: str | None) -> str | None:
    """The region (choice list `region`) of a country, by its name or ISO 3166 code; None if it is not known."""
    if country is None:
        return None
    known: dict[str, str] | None = policy._memo.get("regions")
    if known is None:
        listed = policy.lexicons.get("countries", {})
        known = policy._memo["regions"] = {fold(name): key for key, names in listed.items() for name in names}
    return known.get(fold(country))
