"""Who is reminded: contacts as people type them, who stands in for nobody, and who comes next when a date is missed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kakosheet.core.titles import fold
from kakosheet.notify.model import Person, one_line
from kakosheet.policy.model import Staff

_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
"""A dot-atom address (RFC 5322 3.4.1) with a domain name, in ASCII: no comment, no quoted part, no second address, no
line end."""
_PHONE = re.compile(r"\+?[0-9]{6,15}")
"""The digits of a number (E.164 allows fifteen)."""
_LONGEST_ADDRESS = 254


def is_email(text: str) -> bool:
    """Whether a text is one plain mail address and nothing besides."""
    return len(text) <= _LONGEST_ADDRESS and _EMAIL.fullmatch(text) is not None


def person(staff: Staff) -> Person:
    """A row of People. A contact with a line end or another control character is refused as a whole."""
    name, contact = one_line(staff.name, 80), staff.contact.strip()
    if not all(c.isprintable() for c in contact):
        return Person(name, lang=staff.language, wrong=one_line(contact, 80))
    parts = [
        part.strip().removeprefix("mailto:").removeprefix("tel:")
        for part in re.split("[,;/|\uff0c\uff1b\u3001]", contact)
    ]
    email = next((part for part in parts if is_email(part)), "")
    numbers = (re.sub(r"[\s().\u2010-\u2013-]", "", part) for part in parts)
    phone = next((number for number in numbers if _PHONE.fullmatch(number)), "")
    return Person(name, email, phone, staff.language, "" if email or phone else one_line(contact, 80))


def people(staff: Iterable[Staff]) -> tuple[Person, ...]:
    """The rows of People in their order; of two rows with one name the first counts."""
    found: dict[str, Person] = {}
    for one in staff:
        found.setdefault(fold(one.name), person(one))
    return tuple(found.values())


def responsible(who: str, known: Sequence[Person]) -> Person:
    """The person of that name, also one without a row; a date of nobody is the first person's, or where there is none,
    of "" (you)."""
    if who:
        return next((one for one in known if fold(one.name) == fold(who)), Person(one_line(who, 80)))
    return known[0] if known else Person("")


def next_person(one: Person, known: Sequence[Person], chosen: str | None) -> Person | None:
    """Who hears of it when `one` has missed a date: the person chosen in Settings, else the next row of People; None if
    there is no other."""
    others = [other for other in known if fold(other.name) != fold(one.name)]
    if chosen:
        return next((other for other in others if fold(other.name) == fold(chosen)), None)
    if not others:
        return None
    names = [fold(other.name) for other in known]
    if fold(one.name) not in names:
        return others[0]
    return known[(names.index(fold(one.name)) + 1) % len(known)]
