"""What the fuzzers share: random changes of bytes and text, and a loop that runs for some seconds and reports the first fault with its seed."""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

SLOW = 5.0
"""Seconds of CPU for one input after which it counts as a hang."""
TOKENS = [
    b"<",
    b">",
    b"/>",
    b"</c>",
    b'<c r="XFD1048576"/>',
    b"&#x0;",
    b"&amp;",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<!DOCTYPE a>",
    b"\x00",
    b"\xff\xfe",
    b'r="A0"',
    b't="s"',
    b"<v>99999999999</v>",
    b'<f t="shared" si="0"/>',
    b'<f t="array" ref="A1:B2">1</f>',
    b'number-rows-repeated="999999999"',
    b"1e309",
    b"-1",
    b'"',
    b"'",
    b'xmlns=""',
    "漢".encode(),
    b"\xed\xa0\x80",
]


def mutate(data: bytes, chance: random.Random) -> bytes:
    """A few random changes: bytes flipped, pieces cut, doubled or replaced by what parsers stumble over."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(out) + 1)
        kind = chance.randrange(5)
        if kind == 0 and out:
            out[min(at, len(out) - 1)] = chance.randrange(256)
        elif kind == 1:
            del out[at : at + chance.randint(1, 60)]
        elif kind == 2:
            out[at:at] = out[at : at + chance.randint(1, 200)]
        else:
            out[at : at + chance.choice((0, 0, 3))] = chance.choice(TOKENS)
    return bytes(out)


def mutate_member(data: bytes, chance: random.Random) -> bytes:
    """A zip archive with one of its members changed, or the archive itself."""
    if chance.random() < 0.25:
        return mutate(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    at = chance.randrange(len(members))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for i, (info, content) in enumerate(members):
            archive.writestr(info.filename, mutate(content, chance) if i == at else content)
    return out.getvalue()


def patch_twice(data: bytes, chance: random.Random) -> None:
    """Read a workbook and patch a few cells of it; the same patch once more must change nothing."""
    from kakosheet.core.patch import Patch, SheetPatch
    from kakosheet.formats import apply, read

    name = next(iter(read(data).sheets))
    cells = {
        row: {
            column: chance.choice([1.5, "text", None])
            for column in chance.choices(range(1, 10), k=chance.randint(1, 3))
        }
        for row in chance.choices(range(1, 10), k=chance.randint(1, 2))
    }
    patch = Patch({name: SheetPatch(cells)})
    result = apply(data, patch)
    assert apply(result.data, patch).data == result.data


def loop(attempt: Callable[[random.Random], object], allowed: tuple[type[Exception], ...]) -> None:
    """Run `attempt` with new seeds until the time is up; exit 1 at the first exception that is not allowed, or at a hang."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--start", type=int, help="the first seed; without it, another one each time")
    parser.add_argument("--seed", type=int, help="run only this one")
    options = parser.parse_args()
    given = options.start if options.seed is None else options.seed
    seed, count, until = (
        time.time_ns() % 1_000_000_007 if given is None else given,
        0,
        time.monotonic() + options.seconds,
    )
    while time.monotonic() < until:
        began = time.process_time()
        try:
            attempt(random.Random(seed))
        except allowed:
            pass
        except Exception:
            traceback.print_exc()
            sys.exit(f"{Path(sys.argv[0]).name}: --seed {seed}")
        if time.process_time() - began > SLOW:
            sys.exit(f"{Path(sys.argv[0]).name}: more than {SLOW:g} s: --seed {seed}")
        count += 1
        if options.seed is not None:
            break
        seed += 1
    print(f"{Path(sys.argv[0]).name}: {count} inputs, no fault; the next is --seed {seed}")
