"""What a refresh costs in this code and in that of another checkout, in pairs: python tests/bench/bench_pairs.py OTHER [N …]

Both refresh the same books: in the steady state (nothing to change), and three days later (some cells patched). Runs take turns, first one
code, then the other; a ratio is the median over the pairs. Columns: CPU seconds and peak RSS in MB, each as other, this, ratio.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench_refresh import CLI, ROOT, Cost, run
from make_book import TODAY


def pairs(size: int, other: Path, folder: Path, count: int) -> Iterator[tuple[str, list[tuple[Cost, Cost]]]]:
    """For each kind of refresh the costs, of the other code and of this."""
    raw, book = folder / f"raw-{size}.xlsx", folder / f"book-{size}.xlsx"
    run(other / "tests/bench/make_book.py", str(size), raw, state=folder, code=other)
    settled = {}
    for code in (other, ROOT):
        settled[code] = folder / f"settled-{size}-{len(settled)}.xlsx"
        shutil.copy(raw, settled[code])
        run(*CLI, "refresh", settled[code], "--today", str(TODAY), state=folder, code=code)
    for name, day in (("steady", TODAY), ("cells patched", TODAY + timedelta(days=3))):
        found = []
        for _ in range(count):
            costs = []
            for code in (other, ROOT):
                shutil.copy(settled[code], book)
                costs.append(run(*CLI, "refresh", book, "--today", str(day), state=folder, code=code))
            found.append((costs[0], costs[1]))
        yield name, found


def line(size: int, name: str, found: list[tuple[Cost, Cost]]) -> str:
    cells = [f"{size:>7,}  {name:<14}"]
    for measure in (lambda cost: cost.cpu, lambda cost: cost.rss):
        theirs, ours = (median(measure(pair[at]) for pair in found) for at in (0, 1))
        ratio = median(measure(ours) / measure(theirs) for theirs, ours in found)
        cells.append(f"{theirs:>9.2f} {ours:>9.2f} {ratio:>7.3f}")
    return "  ".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path, help="the checkout to compare with")
    parser.add_argument("sizes", type=int, nargs="*", default=[5_000, 50_000])
    parser.add_argument("--pairs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for size in arguments.sizes:
            for what, found in pairs(size, arguments.other.resolve(), Path(name), arguments.pairs):
                print(line(size, what, found), flush=True)


if __name__ == "__main__":
    main()
