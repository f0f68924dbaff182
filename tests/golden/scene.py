"""What a scene is: a name, what is done in it, and whether the usual run of the tests plays it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.golden.stage import Stage


@dataclass(frozen=True)
class Scene:
    """`name` begins with `clean/` or `faulty/` (cells that cannot be read stand in it). `act` gets the stage and `args`."""

    name: str
    act: Callable[..., None]
    args: tuple[Any, ...] = ()
    quick: bool = False

    def __call__(self, stage: Stage) -> None:
        self.act(stage, *self.args)
