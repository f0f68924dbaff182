"""What the rules cost: one book with 5,000 disputes and 30,000 dates, refreshed with and without them: python tests/bench/bench_rules.py [N]

Without rules is the same workbook read, bound, compared with itself and spliced: nothing is computed, nothing changes. Both are measured in
one run, each in a process of its own; the cheapest of the rounds counts. The ratio is to stay under 3.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from make_book import PLATFORMS, PROBLEMS, SAID, TODAY

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 3.0
RULES = """
import sys, datetime
from kakosheet.book.refreshed import refreshed_bytes
data = open(sys.argv[1], "rb").read()
found = refreshed_bytes(data, today=datetime.date.fromisoformat(sys.argv[2]))
print(len(found.result.data), found.changed)
"""
NO_RULES = """
import sys, datetime
from kakosheet.app import refresh as refreshing
from kakosheet.book import computing
from kakosheet.core.plan import Plan
from kakosheet.sheets import SCHEMA
computing.plan = lambda: Plan((), ())
keep = frozenset(f"{t.key}.{c.key}" for t in SCHEMA.tables.values() for c in t.columns)
read_book = computing.read_book
computing.read_book = lambda raw, also=frozenset(): read_book(raw, keep)
data = open(sys.argv[1], "rb").read()
found = refreshing.refreshed_bytes(data, today=datetime.date.fromisoformat(sys.argv[2]))
print(len(found.result.data), found.changed)
"""


def rows(count: int, today: date = TODAY) -> dict[str, list[dict[str, Any]]]:
    """So many orders, each with a dispute of its own; a third are open, one in five has an offer, one in four a message."""
    rng = random.Random(count)
    purchases, disputes, offers, log = [], [], [], []
    for number in range(1, count + 1):
        platform, currency = PLATFORMS[number % len(PLATFORMS)]
        opened = today - timedelta(days=rng.randint(1, 700))
        purchases.append(
            {
                "id": f"P-{number:04}",
                "item": f"Thing {number}",
                "seller": f"Shop {number % 90}",
                "currency": currency,
                "price": round(rng.lognormvariate(3.6, 0.9), 2),
                "platform": platform,
                "bought_on": opened - timedelta(days=20),
            }
        )
        case: dict[str, Any] = {
            "dispute_id": f"D-{opened.year}-{number:04}",
            "order": f"P-{number:04}",
            "type": PROBLEMS[number % len(PROBLEMS)],
            "opened_on": datetime.combine(opened, datetime.min.time()),
            "demand": "refund",
            "grade": "refund",
            "description": rng.choice(SAID),
        }
        if number % 3:
            case |= {
                "closed_on": min(opened + timedelta(days=rng.randint(5, 40)), today),
                "result": "agreed",
                "root_cause": "poor_quality",
            }
        disputes.append(case)
        at = datetime.combine(opened + timedelta(days=1), datetime.min.time())
        if number % 5 == 0:
            offers.append(
                {"dispute": case["dispute_id"], "on": at, "by": "seller", "kind": "partial_refund", "percent": 0.5}
            )
        if number % 4 == 0:
            log.append(
                {
                    "at": at,
                    "dispute": case["dispute_id"],
                    "counterpart": "seller",
                    "channel": "email",
                    "direction": "out",
                    "kind": "waiting",
                    "what_was_said": rng.choice(SAID),
                }
            )
    return {"purchases": purchases, "disputes": disputes, "offers": offers, "log": log}


def make(count: int, book: Path) -> None:
    from kakosheet.app.new import new_book

    data, _ = new_book(profile="shopper", lang="en", today=TODAY, births=rows(count), book_id=f"rules-{count}")
    book.write_bytes(data)


def cpu(program: str, book: Path) -> tuple[float, str]:
    """User and system seconds of one process, and what it printed."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(book), TODAY.isoformat()],
            stdout=out,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return usage.ru_utime + usage.ru_stime, out.read().decode().strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("disputes", type=int, nargs="?", default=5_000)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--book", type=Path, help="Keep the book here, or use the one that is there.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        book = arguments.book or Path(folder) / "rules.xlsx"
        if not book.exists():
            subprocess.run(
                [
                    sys.executable,
                    "-c",
                    f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import bench_rules; "
                    f"from pathlib import Path; bench_rules.make({arguments.disputes}, Path({str(book)!r}))",
                ],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                check=True,
            )
        found = {
            name: min(cpu(program, book) for _ in range(arguments.repeat))
            for name, program in (("without rules", NO_RULES), ("with rules", RULES))
        }
    for name, (seconds, said) in found.items():
        print(f"{name:<14} {seconds:>7.2f} s CPU   bytes, cells changed: {said}")
    ratio = found["with rules"][0] / found["without rules"][0]
    print(f"ratio {ratio:.2f} (at most {LIMIT:g})")


if __name__ == "__main__":
    main()
