"""A run of 3 items on 6 platforms, hit at its state-changing system calls: what do the runs after it leave?

    .venv/bin/python bench/crash.py [--all | --most N] [MODE...]

Every spot is a run in a world of its own (tests/publish/crash), a second or two: `--all` is 1,300 spots for `kill`,
2,000 for `kill-one` and `EIO`, an hour each on two cores. Without it, N (4) of each call's name: the first, the last,
and evenly between. Printed: spots hit, how many left anything doubled, lost or incomplete, effects asked of a person,
and spots that left a lock.

The bar, or it exits 1: nothing is lost, doubled or incomplete at any of them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.publish.crash.sweep import MODES, play_all, spots  # noqa: E402

SHOWN = 10


def sweep(mode: str, most: int | None) -> bool:
    """Play *mode*, print its line, and return whether nothing is wrong."""
    started = time.perf_counter()
    hits = [hit for hit in play_all(mode, spots(mode, most)) if hit.target]
    took = time.perf_counter() - started
    wrong = [hit for hit in hits if hit.faults]
    kinds = Counter(kind for hit in wrong for kind in {fault.partition(":")[0] for fault in hit.faults})
    asked, locked = sum(len(hit.unknown) for hit in hits), sum(hit.locks > 0 for hit in hits)
    print(f"{mode:<10} {len(hits):>5} spots {took:>6.0f} s {len(wrong):>4} wrong", end="")
    print(f" {asked:>4} effects asked of a person {locked:>3} spots left a lock {dict(kinds) or ''}", flush=True)
    for hit in wrong[:SHOWN]:
        print(f"    {hit.spot} {hit.target}: {'; '.join(hit.faults)[:600]}")
    return not wrong


def main() -> int:
    """Play what is asked for; 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="bench/crash.py")
    parser.add_argument("modes", metavar="MODE", nargs="*", help=f"{', '.join(MODES)}; all of them when none is named")
    parser.add_argument("--all", action="store_true", help="every spot")
    parser.add_argument("--most", type=int, default=4, help="so many spots of each call's name")
    args = parser.parse_args()
    fine = [sweep(mode, None if args.all else args.most) for mode in args.modes or MODES]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
