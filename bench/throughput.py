"""How many effects a second a run carries out, with the Git ledger, against the sandbox without artificial delay.

    .venv/bin/python bench/throughput.py [ITEMS]

200 items on six accounts are 1,200 effects (reliability notes, section 6). Measured twice: a server without hooks and
an unsigned ledger, and a server with its real hooks, where every push is signed and judged. The sandbox is a process
of its own. Printed: effects a second from the first intent to the last receipt, pushes of the ledger, processor time
of the run and its Git (a busy machine stretches the clock far more), and whether the next run finds nothing to do.

The bar, or it exits 1: 60 effects a second without hooks (issue 5), every effect done, nothing left for the next run.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.carriers.ledger import BRANCH, Ledger  # noqa: E402
from pipeline.carriers.repository import Identity, Repository, init_bare  # noqa: E402
from pipeline.desk import publishing, server  # noqa: E402
from pipeline.desk.sending import Edges  # noqa: E402
from pipeline.model.publishing import State  # noqa: E402
from pipeline.sandbox import Sandbox  # noqa: E402
from pipeline.sandbox.server import endpoints  # noqa: E402
from tests.publish.crash.world import accounts, wanted  # noqa: E402

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

ITEMS = 200
SLOWEST = {False: 60, True: 1}
"""Effects a second, without hooks and with; 1: that there are any."""


def _now() -> datetime:
    return datetime.now(UTC)


def serve(folder: Path, pipe: Connection) -> None:
    """Run the sandbox until the other end of *pipe* says so."""
    with Sandbox(folder, _now).running() as address:
        pipe.send(address)
        pipe.recv()


def measure(name: str, repository: Path, identity: Identity, items: int, address: str) -> float:
    """Publish everything once, then once more, print, and return effects a second: 0 unless everything is done."""
    opened = Repository(repository)
    edges = Edges(
        ledger=Ledger(opened, repository, identity),
        endpoints=endpoints(address),
        secrets={each.ref: f"token-{each.platform}" for each in accounts()},
        clock=_now,
        write=print,
        sleep=lambda _: None,  # the sandbox has nothing to wait for
    )
    started, worked = time.perf_counter(), sum(os.times()[:4])
    publishing.publish(wanted(items), edges)
    took, worked = time.perf_counter() - started, sum(os.times()[:4]) - worked
    states = [entry.state for entry in edges.ledger.entries().values()]
    pushes = opened.git("rev-list", "--count", BRANCH)
    again = len(publishing.publish(wanted(items), edges))
    opened.close()
    done = states.count(State.DONE)
    print(f"{name:<16} {done:>5} of {len(states)} done in {took:>6.1f} s {done / took:>6.1f} effects/s", end="")
    print(f" {pushes:>5} pushes {worked:>6.1f} s of processor, {again} left for the next run")
    return 0 if again or done < len(states) else done / took


def main() -> int:
    """Measure both servers; 1 when one of them is below the bar."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    root = Path(tempfile.mkdtemp(prefix="jdih-ukur-"))
    context = multiprocessing.get_context("spawn")
    slow = False
    try:
        for hooks in (False, True):
            office = root / f"office-{hooks}.git"
            if hooks:
                server.init_server(office, ROOT / "tests/kantor", root / "keys")
                robot = Identity("Penerbit", "penerbit@desk.example", root / "keys/penerbit")
            else:
                init_bare(office).close()
                robot = Identity("Penerbit", "penerbit@uji.example")
            ours, theirs = context.Pipe()
            sandbox = context.Process(target=serve, args=(root / f"sandbox-{hooks}", theirs))
            sandbox.start()
            try:
                name = "with hooks" if hooks else "without hooks"
                slow |= measure(name, office, robot, items, ours.recv()) < SLOWEST[hooks]
            finally:
                ours.send(None)
                sandbox.join()
    finally:
        shutil.rmtree(root)
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
