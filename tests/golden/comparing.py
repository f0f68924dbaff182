"""How the tests compare the outputs of a scene with the kept ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.golden import outputs
from tests.golden.scene import Scene
from tests.golden.stage import digest


def slice_of(group: str) -> list[Scene]:
    """The scenes that the usual run plays; all of them with KAKOSHEET_GOLDEN=full."""
    return outputs.scenes(group, every=os.environ.get("KAKOSHEET_GOLDEN") == "full")


def compare(group: str, scene: Scene, request: pytest.FixtureRequest) -> None:
    """Fails with a line for each output that differs; with `--update` it is kept instead."""
    made_by, digests = outputs.kept(group)
    update = request.config.getoption("--update")
    found = outputs.play_kept(scene)
    fallen = [name for name, data in found.items() if b"\n--- fell\n" in data]
    assert not fallen, f"a traceback in {fallen}"
    if not update and made_by != outputs.versions():
        return  # words, parts or days of other versions of these packages are in what is kept: then only that all is played
    if update:
        outputs.write(group, {name: digest(name, data) for name, data in found.items()}, [scene.name])
        return
    lines = outputs.differences(scene.name, found, digests)
    assert not lines, "\n".join([*lines, _how_to_read(scene), *_texts(lines, found)])


def _texts(lines: list[str], found: dict[str, bytes]) -> list[str]:
    """What the outputs that differ say now, as far as they are texts, cut short: a difference that comes and goes is told by that."""
    texts = {name: found[name] for name in (line.partition(": ")[0] for line in lines) if name in found}
    return [
        f"--- {name}\n{data[:2_000].decode(errors='replace')}" for name, data in texts.items() if b"\0" not in data
    ][:5]


def _how_to_read(scene: Scene) -> str:
    keep = os.environ.get("KAKOSHEET_GOLDEN_KEEP")
    if keep:
        return f"The outputs stand in {Path(keep) / scene.name}: compare them with those of the code before."
    return "KAKOSHEET_GOLDEN_KEEP=DIR keeps the outputs; with those of the code before in another folder, diff -r tells more."
