"""Help, imports, demos and refusals: every output is the one kept (see outputs.py)."""

from __future__ import annotations

import pytest

from tests.golden.comparing import compare, slice_of
from tests.golden.scene import Scene


@pytest.mark.parametrize("scene", slice_of("commands"), ids=lambda scene: scene.name)
def test_the_outputs_are_those_kept(scene: Scene, request: pytest.FixtureRequest) -> None:
    compare("commands", scene, request)
