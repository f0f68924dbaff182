"""The outputs of every command, kept by digest: what a change of the code alters is named, nothing else has to be looked at.

python tests/golden/outputs.py                 compare all with what is kept
python tests/golden/outputs.py --keep DIR      the same, and keep the outputs: `diff -r` tells two such folders apart
python tests/golden/outputs.py --update        keep the digests of now
python tests/golden/outputs.py --only TEXT     only scenes with TEXT in their name
python tests/golden/outputs.py --missing       only scenes of which nothing is kept yet
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from itertools import zip_longest
from multiprocessing import Pool
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, os.fspath(Path(__file__).resolve().parents[2]))

from tests.golden import books, commands, foreign, samples
from tests.golden.scene import Scene
from tests.golden.stage import differing, digest, keep, play

KEPT = Path(__file__).resolve().parent / "kept"
PLANS = {
    "samples": samples.days,
    "work": samples.work,
    "books": books.scenes,
    "commands": commands.scenes,
    "foreign": foreign.scenes,
}
"""Group → its scenes; each group has a file of digests of its own."""
MADE_BY = ("click", "xlsxwriter", "holidays", "lxml")
"""Packages whose words, parts or days are in the outputs."""


def scenes(group: str, *, every: bool = True) -> list[Scene]:
    return [scene for scene in PLANS[group]() if every or scene.quick]


def versions() -> str:
    found = (f"{name} {metadata.version(name)}" for name in MADE_BY)
    return ", ".join((sys.platform, f"python {sys.version_info[0]}.{sys.version_info[1]}", *found))


# -- what is kept --------------------------------------------------------------------------------------------------------------


def kept(group: str) -> tuple[str, dict[str, str]]:
    """The versions that the digests are of, and the digest of each output."""
    file = KEPT / f"{group}.tsv"
    if not file.exists():
        return "", {}
    head, *lines = file.read_text(encoding="utf-8").splitlines()
    return head, dict(line.split("\t") for line in lines)  # type: ignore[misc]


def scene_of(name: str) -> str:
    """ "clean/few/shopper-xlsx-en/rows/check" → the scene: its name has four parts, three where there are no forms of a book."""
    parts = name.split("/")
    return "/".join(parts[: 3 if parts[1] in ("commands", "foreign") else 4])


def write(group: str, digests: Mapping[str, str], played: Iterable[str]) -> None:
    """Keep the digests of the scenes that were played in place of what was kept of them."""
    anew = set(played)
    old = {name: one for name, one in kept(group)[1].items() if scene_of(name) not in anew}
    lines = [versions(), *(f"{name}\t{one}" for name, one in sorted({**old, **digests}.items()))]
    KEPT.mkdir(exist_ok=True)
    (KEPT / f"{group}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def differences(scene: str, outputs: Mapping[str, bytes], digests: Mapping[str, str]) -> list[str]:
    """A line for each output of a scene that is not what was kept."""
    old = {name: one for name, one in digests.items() if scene_of(name) == scene}
    found = [f"{name}: gone" for name in old if name not in outputs]
    for name, data in outputs.items():
        if name not in old:
            found.append(f"{name}: new")
        elif digest(name, data) != old[name]:
            inside = ", ".join(differing(old[name], data)) if ":" in old[name] else ""
            found.append(f"{name}: differs{f' in {inside}' if inside else ''}")
    return sorted(found)


def play_kept(scene: Scene) -> dict[str, bytes]:
    """Play a scene; its outputs are kept where `KAKOSHEET_GOLDEN_KEEP` says."""
    outputs = play(scene.name, scene)
    if folder := os.environ.get("KAKOSHEET_GOLDEN_KEEP"):
        keep(Path(folder), outputs)
    return outputs


# -- the whole run -------------------------------------------------------------------------------------------------------------


def _played(task: tuple[str, str]) -> tuple[str, str, list[str], dict[str, str], float]:
    from time import perf_counter

    group, name = task
    scene, start = next(scene for scene in PLANS[group]() if scene.name == name), perf_counter()
    try:
        outputs = play_kept(scene)
    except Exception as error:  # the others are to be played all the same
        return (
            group,
            name,
            [f"{name}: could not be played: {type(error).__name__}: {error}"],
            {},
            perf_counter() - start,
        )
    return (
        group,
        name,
        differences(name, outputs, kept(group)[1]),
        {key: digest(key, data) for key, data in outputs.items()},
        perf_counter() - start,
    )


def run(only: str, *, missing: bool, jobs: int) -> Iterator[tuple[str, str, list[str], dict[str, str], float]]:
    """Play all, a scene of each group by turns, those of the usual run first."""
    there = {scene_of(name) for group in PLANS for name in kept(group)[1]} if missing else set()
    plans = [
        sorted(
            (scene for scene in scenes(group) if only in scene.name and scene.name not in there),
            key=lambda scene: not scene.quick,
        )
        for group in PLANS
    ]
    turns = zip_longest(*([(group, scene.name) for scene in plan] for group, plan in zip(PLANS, plans, strict=True)))
    tasks = [task for turn in turns for task in turn if task is not None]
    with Pool(jobs) as pool:
        yield from pool.imap_unordered(_played, tasks)


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare the outputs of all commands with those that are kept.")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the outputs themselves here, too")
    parser.add_argument("--update", action="store_true", help="keep the digests of now")
    parser.add_argument("--only", default="", metavar="TEXT", help="only scenes with TEXT in their name")
    parser.add_argument("--missing", action="store_true", help="only scenes of which nothing is kept yet")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--times", action="store_true", help="tell how long each scene took")
    arguments = parser.parse_args()
    if arguments.keep:
        os.environ["KAKOSHEET_GOLDEN_KEEP"] = os.fspath(arguments.keep.resolve())
    differ, outputs, played = 0, 0, set()
    for group, name, lines, found, seconds in run(arguments.only, missing=arguments.missing, jobs=arguments.jobs):
        differ, outputs = differ + len(lines), outputs + len(found)
        played.add(name)
        for line in (*lines, *((f"# {seconds:5.1f} s  {len(found):4} {name}",) if arguments.times else ())):
            print(line, flush=True)
        if arguments.update:
            write(group, found, [name])
    if arguments.update and not (arguments.only or arguments.missing):
        forget(played)
    print(f"{outputs} outputs, {differ} differ" + (" (kept now)" if arguments.update else ""))
    return 1 if differ and not arguments.update else 0


def forget(played: set[str]) -> None:
    """Drop the digests of scenes that are in no plan any more; those of a group that could not be played stay."""
    for group in PLANS:
        if scenes(group):
            gone = {scene_of(name) for name in kept(group)[1]} - played
            write(group, {}, gone)


if __name__ == "__main__":
    sys.exit(main())
