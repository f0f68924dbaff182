from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_spec = importlib.util.spec_from_file_location("kakosheet_office", Path(__file__).with_name("office.py"))
assert _spec is not None and _spec.loader is not None
office_module = sys.modules.setdefault("kakosheet_office", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(office_module)


@pytest.fixture(scope="session")
def office() -> Iterator[Any]:
    reason = office_module.missing()
    if reason:
        pytest.skip(reason)
    running = office_module.Office()
    yield running
    running.stop()
