"""How many simulated histories a second, and whether any of them loses, doubles or forgets anything.

    .venv/bin/python bench/simulation.py [SEEDS]

Every history is eight runs over five kinds of platforms with every fault there is (tests/publish/simulation.py). The
same seeds are played once more, one in ten, with machines that sleep beyond their leases: what is doubled then must be
told by the next run, the first to begin once the platform's list shows it. A seed that fails is printed, and fails
again whenever it is played.

The bar, or it exits 1: no seed fails, and at this pace 100,000 within the lease take no more than 300 s (issue 5).
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.publish.simulation import simulate  # noqa: E402

SEEDS = 10_000
CHUNK = 500
SLOWEST = 100_000 / 300
"""Seeds a second."""


def play(work: tuple[int, int, bool]) -> list[tuple[int, list[str]]]:
    """Play the seeds from *first* to *last*; return those that fail."""
    first, last, sleepy = work
    return [(seed, faults) for seed in range(first, last) if (faults := simulate(seed, sleepy=sleepy))]


def measure(name: str, seeds: int, slowest: float, *, sleepy: bool) -> bool:
    """Play *seeds* histories on every core, print, and return whether all went well, and no slower than *slowest*."""
    works = [(first, min(first + CHUNK, seeds), sleepy) for first in range(0, seeds, CHUNK)]
    started = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool() as pool:
        failed = [each for part in pool.imap_unordered(play, works) for each in part]
    took = time.perf_counter() - started
    print(f"{name:<24} {seeds:>7} seeds {took:>6.1f} s {seeds / took:>6.0f} seeds/s {len(failed):>4} failed")
    for seed, faults in failed[:20]:
        print(f"    seed {seed}: {'; '.join(sorted(set(faults)))}")
    return not failed and seeds / took >= slowest


def main() -> int:
    """Play both kinds; 1 when any history failed, or they were too slow."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    calm = measure("within the lease", seeds, SLOWEST, sleepy=False)
    slept = measure("machines that sleep", seeds // 10, 0, sleepy=True)
    return 0 if calm and slept else 1


if __name__ == "__main__":
    sys.exit(main())
