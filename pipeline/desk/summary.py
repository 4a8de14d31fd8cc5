"""What became of items: steps against their standards, public page, posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Repository
from pipeline.desk import cases, overview, public, server, shelf
from pipeline.model.publishing import EffectAction, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    from pipeline.model.history import Done
    from pipeline.model.publishing import Entry


@dataclass(frozen=True, slots=True)
class Row:
    """One item."""

    title: str
    sop: str
    steps: list[dict[str, Any]]
    """As `overview.summary` gives them, with `lama`: the time that really passed, in words."""
    remark: str
    links: tuple[str, ...]


def rows(folder: Path, items: Sequence[str], site_url: str, now: datetime) -> Iterator[Row]:
    """Yield the rows of *items* as the server in *folder* knows them."""
    repository = Repository(folder)
    known = cases.policy(repository)
    held = shelf.read(folder / server.TREE)
    settings = server.settings_of(folder)
    entries = Ledger(repository, folder.resolve(), settings.identity).entries().values()
    for item in items:
        case = cases.open_case(repository, item)
        facts = overview.summary(case, known.offices.get(case.place.office), known.people, now)
        done = case.progress.done if case.progress else ()
        for step in facts["langkah"]:
            step["lama"] = _passed([each for each in done if each.step.number == step["no"]])
        links = []
        shelved = held.items.get(item)
        if shelved and public.address(shelved):
            links.append(f"halaman: {site_url}{public.address(shelved)}")
        links += _posts(item, entries)
        yield Row(case.title, facts["sop"] or "", facts["langkah"], facts["keterangan"], tuple(links))


def _passed(done: Sequence[Done]) -> str:
    if not done or done[0].since is None:
        return "-"
    return in_words(done[-1].record.at - done[0].since)


def in_words(span: timedelta) -> str:
    """Return a span as people say it, in its largest useful unit."""
    seconds = max(round(span.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} detik"
    if seconds < 3600:
        return f"{seconds // 60} menit"
    return f"{seconds // 3600} jam" if seconds < 86400 else f"{seconds // 86400} hari"


def _posts(item: str, entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        if entry.item == item and entry.action is EffectAction.PUBLISH and entry.part == 1 and entry.receipt:
            gone = " (sudah ditarik)" if entry.state is State.WITHDRAWN else ""
            yield f"{entry.account.ref}: {entry.receipt.url}{gone}"
