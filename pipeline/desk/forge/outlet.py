"""Publishing where a forge carries the repository: the ledger and the heartbeat are branches of it."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.carriers import heartbeat
from pipeline.carriers.ledger import Ledger
from pipeline.desk import accounts, aftermath, building, deadlines, inbox, listening, publishing, server, shelf
from pipeline.desk.darkroom import IN_CLONE, Darkroom
from pipeline.desk.forge import reminders
from pipeline.desk.forge.comment import quoted
from pipeline.desk.sending import Edges
from pipeline.model.base import JdihError
from pipeline.model.outcome import Result
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from pipeline.desk.forge.link import Link
    from pipeline.desk.listening import Waiting
    from pipeline.model.publishing import Entry, Receipt

ALARM = "denyut"
SILENCE = timedelta(hours=2)
"""Four periods of `reconcile.yml`: longer than GitHub usually delays a schedule."""
ACCOUNTS, COMMENTS = "akun", "komentar-masuk"
_NOTES = {
    ACCOUNTS: "Akun media sosial perlu perhatian",
    COMMENTS: f"Komentar yang belum ditanggapi, {inbox.FIRST.days} hari terakhir: laporkan dengan formulir "
    "bila perlu dijawab, yang lebih lama tidak terdaftar lagi",
}
"""Note beside the heartbeat, and label of the issue that passes it on -> that issue's title."""
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
    outcomes = aftermath.deliver(held, building.site_url(held.root), Darkroom(held.root / IN_CLONE), edges, link.say)
    heartbeat.beat(link.repository, "origin", robot, link.clock(), _learnt(link, edges, server.ends(secrets)))
    return [f"{each.action.item}: {each.message}" for each in outcomes if each.result in _TROUBLED]


def _learnt(link: Link, edges: Edges, ends: Mapping[str, date]) -> dict[str, list[str]]:
    """Return what the accounts tell: of themselves on the first run of a day, of comments on the first of an hour."""
    now = link.clock().astimezone(UTC)
    try:
        before = heartbeat.last(link.repository, "origin")
    except JdihError:
        before = None  # the sign that is about to be left can be read again
    last = before.astimezone(UTC) if before else None
    found = {}
    if last is None or last.date() != now.date():
        found[ACCOUNTS] = accounts.told(accounts.check(link.policy().offices.values(), edges, ends))
    if last is None or (last.date(), last.hour) != (now.date(), now.hour):
        found[COMMENTS] = [_where(each) for each in listening.recent(link.repository, edges, now)]
    return found


def _where(waiting: Waiting) -> str:
    """Say where a comment stands and not what it says: what is written on a forge stays there."""
    comment = waiting.comment
    under = f" di bawah {waiting.item}" if waiting.item else ""
    return f"{deadlines.clock(comment.at, waiting.office)} {comment.ref}{under}: {comment.url} nomor {comment.id}"


def resolve(link: Link, key: str, receipt: Receipt | None, login: str) -> Entry:
    """Write into the ledger what *login* saw of an effect: live with *receipt*, or not there (None).

    Raise `JdihError` unless that is a person with the authority `terbitan`: the forge lets more people start this.
    """
    link.fetch()
    person = link.policy().people.by_login(link.forge.NAME, login)
    fit = person and Authority.TERBITAN in person.authorities and Authority.PENGENDALI not in person.authorities
    if person is None or not fit:
        raise JdihError(f"{login} bukan orang berwenang {Authority.TERBITAN}: minta pengelola sistem, atau orang lain")
    ledger = Ledger(link.repository, "origin", link.robot(Authority.TERBITAN))
    edges = Edges(ledger=ledger, endpoints={}, secrets={}, clock=link.clock, write=link.say)
    return publishing.decide(key, receipt, edges, person.name)


def listen(link: Link) -> list[str]:
    """Open an issue when the last run ended too long ago, close it when the heart beats again.

    Others say what is wrong with the accounts, and which comments want an answer, as long as there is something.
    """
    last = heartbeat.last(link.repository, "origin")
    for label, title in _NOTES.items():
        _pass_on(link, label, title, heartbeat.note(link.repository, label))
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


def _pass_on(link: Link, label: str, title: str, lines: Sequence[str]) -> None:
    standing = [issue for issue in link.ask(link.forge.issues(link.name, label)) if issue.author == link.me]
    if lines:
        body = "\n".join(f"- {quoted(line)}" for line in lines)
        reminders.keep(link, standing[0] if standing else None, label, title, body)
    for issue in standing if not lines else ():
        link.ask(link.forge.close_issue(link.name, issue.number))
