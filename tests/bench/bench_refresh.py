"""What a refresh costs, against openpyxl loading and saving the same file in the same run: python tests/bench/bench_refresh.py [N …]

Every row of the table is one whole process, measured by wait4: CPU is user and system time, RSS the peak. openpyxl's row is 1.00 in CPU
and RSS of its block. Rows: the first refresh of a book that was never refreshed, the steady state (nothing to change), some cells patched
(three days later), and a row appended. `--help` stands alone.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from make_book import TODAY

ROOT = Path(__file__).resolve().parents[2]
SIZES = (500, 5_000, 50_000)
# A process inherits its parent's peak: this one must stay small, so whatever is large is done in a process of its own.
PEER = "import sys, openpyxl; book = openpyxl.load_workbook(sys.argv[1]); book.save(sys.argv[2])"
CLI = ("-m", "kakosheet")


@dataclass(frozen=True)
class Cost:
    """CPU in seconds, peak RSS in MB, exit code and the last line on stdout of one process."""

    cpu: float
    rss: float
    code: int
    said: str


def run(*arguments: str | Path, state: Path, code: Path = ROOT) -> Cost:
    """Run Python with these arguments and the package of the checkout `code` in a process of its own and wait for it."""
    environment = {**os.environ, "PYTHONPATH": str(code), "XDG_STATE_HOME": str(state)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # openpyxl's modules are compiled already; ours have to be, too
    with tempfile.TemporaryFile() as out:
        command = [sys.executable, *map(str, arguments)]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=environment, cwd=state)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        lines = out.read().decode(errors="replace").splitlines()
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale, process.returncode, lines[0] if lines else "")


def measure(size: int, folder: Path, repeat: int) -> list[tuple[str, Cost]]:
    """The costs at one size. The rows take turns, and of each the cheapest run counts: nothing makes a process faster than it is."""
    raw, settled, book, out = (folder / f"{name}-{size}.xlsx" for name in ("raw", "settled", "book", "out"))
    run(Path(__file__).with_name("make_book.py"), str(size), raw, state=folder)
    shutil.copy(raw, settled)
    today, later = str(TODAY), str(TODAY + timedelta(days=3))
    run(*CLI, "refresh", settled, "--today", today, state=folder)
    steps: dict[str, tuple[Path, tuple[str | Path, ...]]] = {
        "openpyxl load+save": (settled, ("-c", PEER, book, out)),
        "refresh, first": (raw, (*CLI, "refresh", book, "--today", today)),
        "refresh, steady": (settled, (*CLI, "refresh", book, "--today", today)),
        "refresh, cells patched": (settled, (*CLI, "refresh", book, "--today", later)),
        "add, a row appended": (
            settled,
            (*CLI, "add", book, "purchases", "item=Lamp", "seller=Shop 1", "price=5", "--today", today),
        ),
        "check": (settled, (*CLI, "check", book, "--today", today)),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in steps}
    for _ in range(repeat):
        for name, (source, command) in steps.items():
            shutil.copy(source, book)
            costs[name].append(run(*command, state=folder))
    return [(name, min(found, key=lambda cost: cost.cpu)) for name, found in costs.items()]


def table(size: int, costs: list[tuple[str, Cost]]) -> list[str]:
    peer = costs[0][1]
    return [
        f"{size:>7,}  {name:<24} {cost.cpu:>8.2f} {cost.cpu / peer.cpu:>7.2f} {cost.rss:>8.0f} {cost.rss / peer.rss:>7.2f}  "
        f"{cost.code:>4}  {cost.said[:60]}"
        for name, cost in costs
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument(
        "--repeat", type=int, default=3, help="rounds, of which the cheapest counts (one from 50,000 on)"
    )
    arguments = parser.parse_args()
    print(f"{'rows':>7}  {'what':<24} {'CPU s':>8} {'ratio':>7} {'RSS MB':>8} {'ratio':>7}  exit")
    steady: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in arguments.sizes:
            costs = measure(size, folder, 1 if size >= 50_000 else arguments.repeat)
            steady[size] = dict(costs)["refresh, steady"].cpu
            print("\n".join(table(size, costs)), flush=True)
        helped = min((run(*CLI, "--help", state=folder) for _ in range(5)), key=lambda cost: cost.cpu)
        print(f"{'':>7}  {'--help':<24} {helped.cpu:>8.2f} {'':>7} {helped.rss:>8.0f}")
    if {5_000, 50_000} <= steady.keys():
        print(f"growth of the steady state from 5,000 to 50,000 rows: {steady[50_000] / steady[5_000]:.1f} times")
    sys.stdout.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
