"""The plan of kept outputs and what is kept fit: each scene of the usual run has its digests, and no digest is of a scene that is gone."""

from __future__ import annotations

import pytest

from tests.golden import foreign, outputs
from tests.golden.stage import Stage, differing, digest, play


@pytest.mark.parametrize("group", outputs.PLANS)
def test_every_scene_of_the_usual_run_is_kept_and_none_that_is_gone(group: str) -> None:
    if group == "foreign" and foreign.corpus() is None:
        pytest.skip("KAKOSHEET_CORPUS names no folder of foreign workbooks")
    planned = [scene.name for scene in outputs.scenes(group)]
    assert len(planned) == len(set(planned))
    usual = {scene.name for scene in outputs.scenes(group, every=False)}
    kept = {outputs.scene_of(name) for name in outputs.kept(group)[1]}
    assert usual <= kept <= set(planned), "run: python tests/golden/outputs.py --update"


SCENE = "clean/commands/a"


def _twice(stage: Stage) -> None:
    stage.run("made", "new", "one.xlsx", "--today", "2026-11-21")
    stage.run("refused", "new", "one.xlsx", "--today", "2026-11-21")


def test_a_scene_is_the_same_wherever_and_whenever_it_is_played() -> None:
    first, again = play(SCENE, _twice), play(SCENE, _twice)
    assert first == again and set(first) == {
        f"{SCENE}/made",
        f"{SCENE}/made>one.xlsx",
        f"{SCENE}/made>Refresh one.xlsx.desktop",
        f"{SCENE}/refused",
    }
    assert b"DIR/one.xlsx" in first[f"{SCENE}/made>Refresh one.xlsx.desktop"] and b"exit 5" in first[f"{SCENE}/refused"]


def test_a_difference_names_the_output_and_the_member() -> None:
    outputs_now = play(SCENE, _twice)
    kept = {name: digest(name, data) for name, data in outputs_now.items()}
    assert outputs.differences(SCENE, outputs_now, kept) == []
    other = {**kept, f"{SCENE}/made": "0", f"{SCENE}/more": "0"}
    other[f"{SCENE}/made>one.xlsx"] = "0" + kept[f"{SCENE}/made>one.xlsx"][1:-2] + "zz"
    member = differing(other[f"{SCENE}/made>one.xlsx"], outputs_now[f"{SCENE}/made>one.xlsx"])
    assert len(member) == 1
    assert outputs.differences(SCENE, outputs_now, other) == [
        f"{SCENE}/made: differs",
        f"{SCENE}/made>one.xlsx: differs in {member[0]}",
        f"{SCENE}/more: gone",
    ]
