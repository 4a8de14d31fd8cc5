"""What follows a merge: plain copy of `main`, site, platforms, links; then the site again with the posts' links.

Everything is derived from `main` and the ledger, never from the push: a run that was lost is made up
for by the next one, and running twice changes nothing (reliability notes, 0.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.carriers import receipts
from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Repository
from pipeline.desk import building, pages, publishing, server, wishes, wording
from pipeline.desk.sending import Edges
from pipeline.model.publishing import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path


CACHE = "jdih-tembolok"


def follow_up(folder: Path, clock: Callable[[], datetime]) -> Iterator[str]:
    """Bring site and platforms to the state of `main` in the server *folder*; yield what was done."""
    settings = server.settings_of(folder)
    root = server.export_main(folder)
    repository = Repository(folder)
    receipts.collect(repository, settings.identity)
    ledger = Ledger(repository, folder.resolve(), settings.identity)
    report = building.build(
        pages.site_data(root, ledger.entries().values()), root, settings.site_out, folder / CACHE, settings.site_url
    )
    yield f"situs dibangun, {report.pages} halaman, {report.written} berkas berubah"
    said: list[str] = []
    edges = Edges(ledger=ledger, endpoints=settings.endpoints, secrets=settings.secrets, clock=clock, write=said.append)
    outcomes = publishing.publish(wishes.wanted(root, settings.site_url), edges)
    yield from said
    yield from (text for outcome in outcomes for text in wording.outcome(outcome))
    if any(outcome.result is not Result.WAITING for outcome in outcomes):
        linked = pages.site_data(root, ledger.entries().values())
        building.build(linked, root, settings.site_out, folder / CACHE, settings.site_url)
