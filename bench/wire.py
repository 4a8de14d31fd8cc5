"""A thousand random sequences of wire faults between the real program and the stand-ins (issue 5, notes R7).

    .venv/bin/python bench/wire.py [SEQUENCES]

Each sequence is one to three items on four of the nine platforms, a ledger in a bare repository, three runs on a bad
wire (some die after an irreversible call), then quiet; a third of the items is taken down afterwards. Printed: faults
by kind, and everything that was lost, doubled, left open or told to somebody who must not know it. Four processes: they
mostly wait.

The bar, or it exits 1: none of them is wrong.
"""

from __future__ import annotations

import multiprocessing
import shutil
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.carriers.repository import init_bare  # noqa: E402
from tests.publish.wire.sequences import impatient, play  # noqa: E402

SEQUENCES, PROCESSES = 1000, 4


def one(root: Path, seed: int) -> tuple[list[str], Counter[str]]:
    """Play the sequence *seed*."""
    folder = root / str(seed)
    folder.mkdir()
    try:
        with impatient():
            return play(seed, folder, root / "kosong.git")
    finally:
        shutil.rmtree(folder)


def main() -> None:
    """Play them all, and print what is wrong with any; exit 1 when something is."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else SEQUENCES
    root = Path(tempfile.mkdtemp(prefix="jdih-kawat-"))
    faults: list[str] = []
    befallen: Counter[str] = Counter()
    started = time.perf_counter()
    try:
        init_bare(root / "kosong.git").close()
        with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
            for wrong, kinds in pool.imap_unordered(partial(one, root), range(many)):
                faults += wrong
                befallen += kinds
                print(*wrong, sep="\n", end="\n" * bool(wrong), flush=True)
    finally:
        shutil.rmtree(root)
    kinds = Counter[str]()
    for name, times in befallen.items():
        kinds[name.split(maxsplit=1)[1]] += times
    print(
        f"{many} sequences, {sum(kinds.values())} faults in {time.perf_counter() - started:.0f} s, {len(faults)} wrong"
    )
    print(", ".join(f"{name} {times}" for name, times in kinds.most_common()))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
