"""Publishing where a forge carries the repository: the ledger and the heartbeat are branches of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.carriers import heartbeat
from pipeline.carriers.ledger import Ledger
from pipeline.desk import aftermath, building, server, shelf
from pipeline.desk.darkroom import Darkroom
from pipeline.desk.sending import Edges
from pipeline.model.outcome import Result
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from pipeline.desk.forge.link import Link

CACHE = ".jdih/tembolok/media"
ALARM = "denyut"
SILENCE = timedelta(hours=2)
"""Four periods of `reconcile.yml`: longer than GitHub usually delays a schedule."""
_TITLE = "Penerbitan tidak berdenyut"
_TROUBLED = frozenset({Result.REJECTED, Result.UNKNOWN})


def publish(link: Link, secrets: Path, endpoints: Path | None) -> list[str]:
    """Bring the platforms to what the checked out `main` says; return what a person must decide."""
    link.fetch()
    robot = link.robot(Authority.TERBITAN)
    held = shelf.read(Path(link.repository.path))
    edges = Edges(
        ledger=Ledger(link.repository, "origin", robot),
        endpoints=server.mapping(endpoints) if endpoints else {},
        secrets=server.secrets(secrets),
        clock=link.clock,
        write=link.say,
    )
    outcomes = aftermath.deliver(held, building.site_url(held.root), Darkroom(held.root / CACHE), edges, link.say)
    heartbeat.beat(link.repository, "origin", robot, link.clock())
    return [f"{each.action.item}: {each.message}" for each in outcomes if each.result in _TROUBLED]


def listen(link: Link) -> list[str]:
    """Open an issue when the last run ended too long ago, close it when the heart beats again."""
    last = heartbeat.last(link.repository, "origin")
    standing = link.ask(link.forge.issues(link.name, ALARM))
    if last and link.clock() - last <= SILENCE:
        for issue in standing:
            if issue.author == link.me:
                link.ask(link.forge.close_issue(link.name, issue.number))
        return []
    since = f"sejak {last:%Y-%m-%d %H:%M} UTC" if last else "sejak awal"
    said = f"penerbitan tidak berdenyut {since}: buka tab Actions, lihat workflow publish dan reconcile"
    if not any(issue.author == link.me for issue in standing):
        link.ask(link.forge.open_issue(link.name, ALARM, _TITLE, f"{said[:1].upper()}{said[1:]}."))
    return [said]
