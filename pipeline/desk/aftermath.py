"""What follows a merge: plain copy of `main`, site, platforms, links; then the site again with the posts' links.

Everything is derived from `main` and the ledger, never from the push: a run that was lost is made up
for by the next one, and running twice changes nothing (reliability notes, 0.3).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import reconcile, store
from pipeline.carriers import locks, receipts
from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Repository
from pipeline.desk import bookkeeping, building, pages, publishing, server, shelf, wishes, wording
from pipeline.desk.darkroom import Darkroom
from pipeline.desk.sending import Edges
from pipeline.model.outcome import Result
from pipeline.reconcile import rest

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from pipeline.desk.server import ServerSettings
    from pipeline.desk.shelf import Shelf
    from pipeline.model.outcome import Outcome
    from pipeline.model.site import BuildReport


CACHE = "jdih-tembolok"
LOCK = "jdih-penerbitan.kunci"


def follow_up(folder: Path, clock: Callable[[], datetime], say: Callable[[str], None]) -> list[Outcome]:
    """Bring site and platforms to the state of `main` in the server *folder*; *say* is told what was done.

    One at a time: a second run waits for the first, then finds little left to do.
    """
    settings = server.settings_of(folder)
    with store.locked(folder / LOCK):
        root = server.export_main(folder)
        held = shelf.read(root)
        locks.release(folder, [receipts.BRANCH], clock())  # no push moves it, so no hook looks at its lock
        receipts.collect(Repository(folder), settings.identity)
        edges = edges_of(folder, settings, clock, say)
        report = _build(folder, held, settings, edges.ledger)
        say(f"situs dibangun, {report.pages} halaman, {report.written} berkas berubah")
        bookkeeping.require_whole(Repository(folder))
        outcomes = deliver(held, settings.site_url, darkroom_of(folder), edges, say)
        if any(outcome.result is not Result.WAITING for outcome in outcomes):
            _build(folder, held, settings, edges.ledger)  # once more: the pages link to their posts
    return outcomes


def deliver(held: Shelf, site_url: str, darkroom: Darkroom, edges: Edges, say: Callable[[str], None]) -> list[Outcome]:
    """Bring the platforms to what *held* says, and say what became of it."""
    today = {rest.name(account): account for office in held.offices.values() for account in office.accounts}
    wanted = wishes.wanted(held, site_url, darkroom)
    outcomes = publishing.publish(wanted, replace(edges, accounts=today))
    for text in wording.outcomes(outcomes):
        say(text)
    if astray := reconcile.astray(wanted, edges.ledger.entries().values()):
        say(f"{len(astray)} kiriman masih tayang di akun yang bukan tujuannya lagi: lihat jdih publish --plan")
    return outcomes


def edges_of(
    folder: Path, settings: ServerSettings, clock: Callable[[], datetime], write: Callable[[str], None]
) -> Edges:
    """Return what the server *folder* reaches the platforms with."""
    ledger = Ledger(Repository(folder), folder.resolve(), settings.identity)
    return Edges(ledger=ledger, endpoints=settings.endpoints, secrets=settings.secrets, clock=clock, write=write)


def darkroom_of(folder: Path) -> Darkroom:
    """Return where the server *folder* keeps prepared pictures."""
    return Darkroom(folder / CACHE / "media")


def _build(folder: Path, held: Shelf, settings: ServerSettings, ledger: Ledger) -> BuildReport:
    data = pages.site_data(held, darkroom_of(folder), ledger.entries().values())
    return building.build(data, held.root, settings.site_out, folder / CACHE, settings.site_url)
