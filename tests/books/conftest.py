from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(params=["xlsx", "ods"])
def path(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a book is to be, in either format: what is about the workbook and not about its bytes holds for both."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / f"orders.{request.param}"
