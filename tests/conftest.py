"""What all tests share: the option by which kept outputs are written anew, and how examples are chosen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

# The same examples each time, and no clock: red is about the change. New ground is searched with --hypothesis-profile=search.
settings.register_profile("search", deadline=None, derandomize=False)
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update", action="store_true", default=False, help="write kept outputs anew; then read the difference"
    )


@pytest.fixture(autouse=True, scope="session")
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Locks, backups and kept templates go to a folder of the tests, never to the user's."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(home / "cache"))
        patch.setenv("XDG_STATE_HOME", str(home / "state"))
        yield
