"""How much slower the other platforms become while one is in a storm of refusals (issue 5, notes R8).

    .venv/bin/python bench/storms.py [ITEMS]

The same items on three platforms, once on a calm day and once while one of the three answers every request with 503 and
`Retry-After: 2`, which the program really waits for; the two take turns. Time: from the start of the run to the last
request of the two platforms that are well. What counts is the ratio, for both feel the same machine.

How many requests a storm costs until everything is done is a test (tests/publish/wire/test_storms.py).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.carriers.ledger import Ledger  # noqa: E402
from pipeline.carriers.repository import Identity, Repository, init_bare  # noqa: E402
from pipeline.desk.publishing import publish  # noqa: E402
from pipeline.desk.sending import Edges  # noqa: E402
from pipeline.sandbox import Sandbox  # noqa: E402
from tests.publish.wire.edge import Answered, Asked, Edge  # noqa: E402
from tests.publish.wire.sequences import ACCOUNTS, secrets  # noqa: E402
from tests.publish.wire.storms import Storm  # noqa: E402

ITEMS, ROUNDS = 40, 5
STORMY, OTHERS = "mastodon", ("facebook", "threads")


def _now() -> datetime:
    return datetime.now(UTC)


def took(folder: Path, items: int, *, storm: bool) -> float:
    """Return the seconds a run takes until the platforms that are well have been asked for the last time."""
    last = [0.0]

    def befall(asked: Asked) -> Answered | None:
        if asked.platform in OTHERS:
            last[0] = time.perf_counter()
        refused = storm and asked.platform == STORMY
        return Answered(503, {"Retry-After": "2", "Content-Type": "application/json"}, b"{}") if refused else None

    folder.mkdir()
    init_bare(folder / "kantor.git").close()
    repository = Repository(folder / "kantor.git")
    with Edge(Sandbox(folder / "sandbox", _now), "", befall).running() as address:
        edges = Edges(
            ledger=Ledger(repository, folder / "kantor.git", Identity("Penerbit", "penerbit@uji.example")),
            endpoints={name: f"{address}/{name}" for name in ACCOUNTS},
            secrets=secrets(),
            clock=_now,
            write=print,
        )
        wanted = Storm(folder, STORMY, None, others=OTHERS, items=items).wanted(address)
        started = time.perf_counter()
        publish(wanted, edges)
    repository.close()
    return last[0] - started


def main() -> None:
    """Measure both in turn, and print the medians and their ratio."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    root = Path(tempfile.mkdtemp(prefix="jdih-badai-"))
    times: dict[bool, list[float]] = {False: [], True: []}
    try:
        for turn in range(ROUNDS * 2):
            storm = turn % 2 == 1
            times[storm].append(took(root / str(turn), items, storm=storm))
    finally:
        shutil.rmtree(root)
    calm, stormy = median(times[False]), median(times[True])
    print(
        f"{items} items, {len(OTHERS)} platforms beside {STORMY}: {calm:.2f} s on a calm day, {stormy:.2f} s in a storm"
    )
    print(f"ratio {stormy / calm:.2f}")


if __name__ == "__main__":
    main()
