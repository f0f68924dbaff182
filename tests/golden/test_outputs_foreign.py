"""Workbooks of other people: every output is the one kept (see outputs.py)."""

from __future__ import annotations

import pytest

from tests.golden import foreign
from tests.golden.comparing import compare, slice_of
from tests.golden.scene import Scene

pytestmark = pytest.mark.skipif(
    foreign.corpus() is None, reason="KAKOSHEET_CORPUS names no folder of foreign workbooks"
)


@pytest.mark.parametrize("scene", slice_of("foreign"), ids=lambda scene: scene.name)
def test_the_outputs_are_those_kept(scene: Scene, request: pytest.FixtureRequest) -> None:
    compare("foreign", scene, request)
