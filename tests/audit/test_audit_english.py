"""No new book and no review in English has a finding of openxml-audit, which can find something."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.audit.auditing import findings, shortened
from tests.audit.books import PROFILES, book, check_new_books, check_review

pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")


@pytest.mark.parametrize("profile", PROFILES)
def test_new_books_and_their_review_have_no_finding(profile: str, tmp_path: Path) -> None:
    check_new_books(profile, "en", tmp_path)
    check_review(profile, "en", tmp_path)


def test_a_whole_book_has_no_finding(tmp_path: Path) -> None:
    assert not findings(book("shopper", "en", False), tmp_path)


@pytest.mark.parametrize("broken", [(b' t="s"', b' t="z"'), (b"<sheetData>", b"<sheetData><c/>")])
def test_what_is_wrong_is_found(broken: tuple[bytes, bytes], tmp_path: Path) -> None:
    """Also in a shortened book."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book("shopper", "en", False))) as archive, zipfile.ZipFile(buffer, "w") as out:
        for name in archive.namelist():
            content = archive.read(name)
            out.writestr(name, content.replace(*broken, 1) if name == "xl/worksheets/sheet2.xml" else content)
    assert findings(shortened(buffer.getvalue()), tmp_path)
