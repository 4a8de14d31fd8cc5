"""What the guides tell, done for real: two items on the fake forge, from a form to the public site.

The same acts the guides ask of people, by the same words; the demonstration's papers (docs/peragaan).
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.carriers import history
from pipeline.desk import opening, rehearsal
from tests.forge.e2e.conftest import at_work
from tests.forge.e2e.founding import found
from tests.forge.e2e.kantor import ROOT, Kantor
from tests.forge.e2e.playing import Play

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORM = {
    "SOP": "kpu-ri/medsos",
    "Nama pendek": "kenali-jdih",
    "Perihal": "Konten edukasi tentang JDIH",
    "Tenggat": "2026-11-27",
    "Arahan": "Buat satu kartu yang mengajak masyarakat mencari aturan pemilu di laman JDIH. Pakai bahasa sehari-hari.",
}


def next_monday() -> datetime:
    """Return a morning in Jakarta just before the offices open, later than the real time the robot's commits bear."""
    now = datetime.now(UTC)
    return (now + timedelta(days=7 - now.weekday())).replace(hour=0, minute=58, second=0, microsecond=0)


@contextmanager
def five_offices(root: Path) -> Iterator[Kantor]:
    """Set the desk up for the five offices, on a forge that runs for the length of the block."""
    office = found(root, [ROOT])
    office.clock.now = next_monday()
    with at_work(office):
        office.register()
        yield office


def fill_in(office: Kantor, person: str, label: str, values: dict[str, str]) -> int:
    """Fill in an issue form as GitHub renders it; the controller answers. Return the issue's number."""
    body = "\n\n".join(f"### {heading}\n\n{value}" for heading, value in values.items())
    office.clock.tick(minutes=3)
    number = office.fake.person(person).open_issue(f"{label.capitalize()}: {values['Nama pendek']}", body, label)
    assert office.control() == []
    return number


def told(office: Kantor, name: str) -> Play:
    """Return the demonstration's scenario *name*, ready to be played."""
    scenario = rehearsal.read(ROOT / f"docs/peragaan/{name}.yaml")
    place = opening.place_for(office.server, scenario.sop, scenario.name, office.clock())
    return Play(
        office, name, scenario, place, history.current_procedure(office.server, "refs/heads/main", scenario.sop)
    )


def carry(play: Play, first: int, last: int) -> None:
    """Play the visits from *first* up to *last*, with a pause before each, then let the controller look."""
    for visit in play.scenario.visits[first:last]:
        play.office.clock.tick(minutes=11)
        play.visit(visit)
    assert play.office.control() == []


def finish(play: Play, first: int) -> None:
    """Play the rest until the item is on `main`."""
    for visit in play.scenario.visits[first:]:
        if not visit.refused:
            play.office.clock.tick(minutes=11)
            play.visit(visit)
    assert play.office.settle() == []
    assert play.office.case(play.place.id).merged


def jdih(folder: Path, *words: str, given: dict[str, str] | None = None, expected: int = 0) -> str:
    """Run `jdih` in *folder*, as somebody there would; return what it said."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("JDIH_", "GITHUB_"))}
    env |= {"PYTHONPATH": str(ROOT)} | (given or {})
    command = [sys.executable, "-P", "-m", "pipeline", *words]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == expected, done.stderr
    return done.stdout + done.stderr
