"""Countries, the regions of the world that parcels know, and the zones of the clocks there. Lexicons:
templates/lexicons/countries.toml and zones.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy

_CODE = re.compile("[A-Z]{2}")


def region(policy: Policy, country: str | None) -> str | None:
    """The region (choice list `region`) of a country, by its name or ISO 3166 code; None if it is not known."""
    if country is None:
        return None
    known: dict[str, str] | None = policy._memo.get("regions")
    if known is None:
        listed = policy.lexicons.get("countries", {})
        known = policy._memo["regions"] = {fold(name): key for key, names in listed.items() for name in names}
    return known.get(fold(country))


def zone(policy: Policy, country: str | None) -> str | None:
    """The IANA zone of a country, by its name, ISO 3166 code or a code with its region such as US-NY; None for a
    country of several zones, or one that is not known."""
    if country is None:
        return None
    codes: dict[str, str] | None = policy._memo.get("country codes")
    if codes is None:
        codes = policy._memo["country codes"] = _codes(policy.lexicons.get("countries", {}))
    return zone_in(policy.lexicons.get("zones", {}), codes.get(fold(country)) or country.strip().upper())


def zone_in(zones: Mapping[str, str], code: str) -> str | None:
    """The zone of a country or of a region of it, by its code; of a region without one of its own, that of the
    country."""
    return zones.get(code) or zones.get(code.partition("-")[0])


def _codes(listed: Mapping[str, list[str]]) -> dict[str, str]:
    """The code of each folded name: names stand behind the code of their country."""
    found: dict[str, str] = {}
    for names in listed.values():
        code = ""
        for name in names:
            code = name if _CODE.fullmatch(name) else code
            found[fold(name)] = code
    return found
