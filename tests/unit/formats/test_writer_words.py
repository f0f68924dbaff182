"""What a new workbook says around its tables is there in every shipped language, and fits where it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kakosheet.formats.plan as plan
from kakosheet.core.schema import Owner
from kakosheet.policy.loader import load_titles

SOURCES = Path(plan.__file__).parent


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_text_of_the_writer_is_there(lang: str) -> None:
    texts = load_titles(lang, "shopper").texts
    named = {
        name
        for path in SOURCES.glob("*.py")
        for name in re.findall(r'"(writer\.[a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    named |= {f"writer.owner_{owner.value}" for owner in Owner}
    assert len(named) > 8 and named <= texts.keys()
    assert len(texts["writer.not_listed_title"]) <= 32 and len(texts["writer.not_listed"]) <= 225
