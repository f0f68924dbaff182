"""What all tests share: the option by which kept outputs are written anew."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", default=False, help="write kept outputs anew; then read the difference")
