"""No new book and no review in Chinese has a finding of openxml-audit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.books import PROFILES, check_new_books, check_review

pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")


@pytest.mark.parametrize("profile", PROFILES)
def test_new_books_and_their_review_have_no_finding(profile: str, tmp_path: Path) -> None:
    check_new_books(profile, "zh", tmp_path)
    check_review(profile, "zh", tmp_path)
