"""The samples on the days of their use: every output is the one kept (see outputs.py)."""

from __future__ import annotations

import pytest

from tests.golden.comparing import compare, slice_of
from tests.golden.scene import Scene


@pytest.mark.parametrize("scene", slice_of("samples"), ids=lambda scene: scene.name)
def test_the_outputs_are_those_kept(scene: Scene, request: pytest.FixtureRequest) -> None:
    compare("samples", scene, request)
