"""Many points of a run, each hit in a world of its own."""

from __future__ import annotations

import errno
import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.desk import publishing
from tests.publish.crash import naive
from tests.publish.crash.runs import CLONE, point
from tests.publish.crash.tracing import Aim, Call, Fault, changes_something
from tests.publish.crash.world import platforms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.publish.crash.world import Platforms

CHUNK = 20
_TAKING_AWAY = frozenset({"unlink", "unlinkat", "rmdir"})


def _on_a_socket(call: Call) -> bool:
    return call.target.startswith("socket:")


def _on_a_disk(call: Call) -> bool:
    return not _on_a_socket(call)


def _takes_room(call: Call) -> bool:
    return _on_a_disk(call) and call.name not in _TAKING_AWAY


def _outlives_the_run(call: Call) -> bool:
    """Whether *call* is more than work in the clone, which is thrown away with whoever died in it."""
    return changes_something(call) and not call.target.startswith(".git/") and f"/{CLONE}/" not in call.target


def _in_the_remote(call: Call) -> bool:
    return _on_a_disk(call) and _outlives_the_run(call)


MODES = {
    "kill": Aim(fault=Fault.TREE, reach=_outlives_the_run),
    "kill-one": Aim(fault=Fault.SELF),
    "ENOSPC": Aim(fault=Fault.ERRORS, error=errno.ENOSPC, reach=_takes_room),
    "EROFS": Aim(fault=Fault.ERRORS, error=errno.EROFS, reach=_in_the_remote),
    "EIO": Aim(fault=Fault.ERROR, error=errno.EIO, reach=_on_a_disk),
    "ECONNRESET": Aim(fault=Fault.ERROR, error=errno.ECONNRESET, reach=_on_a_socket),
}
"""The machine dies; one process does (as with strace's `inject=...:signal=SIGKILL`); the disk is full from there on;
the bare repository's disk turns read-only; one call fails on a disk; one connection is cut."""
PUBLISHERS = {"real": publishing.publish, **naive.PUBLISHERS}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a run, as `Aim` has it."""

    name: str
    at: int
    end: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """What came of hitting one spot; `target` is '' when the run ended before it."""

    spot: Spot
    target: str
    faults: tuple[str, ...]
    unknown: tuple[str, ...]
    locks: int
    sent: int
    said: str


def spots(mode: str, most: int | None = None) -> list[Spot]:
    """Return where *mode* can hit a run: every call, or *most* of each name, the first, the last and evenly between."""
    with platforms() as stand_in:
        calls = point(stand_in, publishing.publish, Aim()).traced.calls
    counts = Counter(call.name for call in calls if MODES[mode].counts(call))
    return [Spot(name, at) for name, count in sorted(counts.items()) for at in _spread(count, most or count)]


def _spread(count: int, most: int) -> list[int]:
    if count <= most:
        return list(range(1, count + 1))
    return [1 + step * (count - 1) // max(most - 1, 1) for step in range(most)]


def play(mode: str, places: Sequence[Spot], publisher: str = "real") -> list[Hit]:
    """Hit a run at each of *places*, each in a world of its own."""
    with platforms() as stand_in:
        return [_hit(stand_in, mode, spot, publisher) for spot in places]


def _hit(stand_in: Platforms, mode: str, spot: Spot, publisher: str) -> Hit:
    aim = replace(MODES[mode], at=spot.at, name=spot.name, end=spot.end)
    verdict = point(stand_in, PUBLISHERS[publisher], aim)
    hit = verdict.traced.hit
    return Hit(
        spot,
        hit.target if hit else "",
        tuple(verdict.faults),
        tuple(verdict.unknown),
        verdict.locks,
        verdict.sent,
        verdict.said,
    )


def play_all(mode: str, places: Sequence[Spot], publisher: str = "real") -> Iterator[Hit]:
    """Hit a run at each of *places*, on every core."""
    works = [places[first : first + CHUNK] for first in range(0, len(places), CHUNK)]
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        for done in as_completed([pool.submit(play, mode, work, publisher) for work in works]):
            yield from done.result()
