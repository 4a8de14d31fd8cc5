"""What the next run would do, and what is live where nobody wants it any more; nothing is sent to find out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import reconcile
from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Identity, Repository
from pipeline.desk import aftermath, building, clones, publishing, server, shelf, wishes
from pipeline.desk.darkroom import IN_CLONE, Darkroom

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.desk.shelf import Shelf
    from pipeline.model.people import Office
    from pipeline.model.publishing import Action, Entry


@dataclass(frozen=True, slots=True)
class Plan:
    """What `jdih publish --plan` shows."""

    actions: list[Action]
    astray: list[Entry]
    """Posts on accounts they are no longer meant for."""
    offices: Mapping[str, Office]


def plan(folder: Path, now: datetime) -> Plan:
    """Return the plan for the server *folder*, or, on a forge, for its `main` as any clone around *folder* sees it."""
    if clones.is_on_forge(folder):
        repository = clones.open_clone(folder)
        held = shelf.read(clones.export_main(repository))
        ledger = Ledger(repository, clones.REMOTE, Identity("", ""))
        return _plan(held, building.site_url(held.root), Darkroom(Path(repository.path) / IN_CLONE), ledger, now)
    path = server.find(folder)
    settings = server.settings_of(path)
    ledger = Ledger(Repository(path), path, settings.identity)
    held = shelf.read(server.export_main(path))
    return _plan(held, settings.site_url, aftermath.darkroom_of(path), ledger, now)


def _plan(held: Shelf, site_url: str, darkroom: Darkroom, ledger: Ledger, now: datetime) -> Plan:
    wanted, entries = wishes.wanted(held, site_url, darkroom), ledger.entries()
    actions = publishing.planned(wanted, entries, now)
    return Plan(actions, reconcile.astray(wanted, entries.values()), held.offices)
