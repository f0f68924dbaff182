"""New books and reviews of one language, held to have no finding. Each language has a file of its own, so that two processes share the work."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from kakosheet.app.new import new_book
from kakosheet.app.review import review
from kakosheet.policy import resources
from tests.audit.auditing import findings, shortened

TODAY = date(2026, 11, 21)
PROFILES = [name.removesuffix(".toml") for name in resources.listing("profiles")]


@cache
def book(profile: str, lang: str, sample: bool) -> bytes:
    """A blank one in English is kept, and held elsewhere to be the one that `new` makes."""
    if lang == "en" and not sample:
        return (resources.folder() / "workbooks" / f"{profile}.xlsx").read_bytes()
    return new_book(profile=profile, lang=lang, sample=sample, today=TODAY)[0]


def check_new_books(profile: str, lang: str, folder: Path) -> None:
    for sample in (False, True):
        assert not findings(shortened(book(profile, lang, sample)), folder), f"{sample=}"


def check_review(profile: str, lang: str, folder: Path) -> None:
    path, out = folder / "book.xlsx", folder / "review.xlsx"
    path.write_bytes(book(profile, lang, True))
    review(path, out=out, today=TODAY)
    assert not findings(out.read_bytes(), folder)
