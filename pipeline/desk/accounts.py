"""Whether the office's accounts can be used: asked of the platforms once a day, told days before a token ends."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline import calendar, store
from pipeline.model.base import JdihError
from pipeline.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.desk.sending import Edges
    from pipeline.model.people import Account, Office
    from pipeline.model.platform import Health

FILE = "jdih-akun.json"
"""Beside the server's repository: account -> when it was last asked."""
SOON = 14
"""Days: time to find who holds the account and to have a platform look at the app again: ten working days."""
FEW = 5
"""So few posts left in a platform's window are told: one item with corrections may want as many."""
_DAY = timedelta(days=1)
_MOST_LANES = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkup:
    """One account as it was found."""

    account: Account
    office: Office
    today: date
    """The office's own day."""
    health: Health | None
    fault: str = ""
    """Why the platform could not be asked."""
    until: date | None = None
    """The last day its token is good, where the operator wrote it down: no platform here tells it."""

    @property
    def days_left(self) -> int | None:
        """Return how many days the token is still good, 0 on the last one; None where its end is not known."""
        return (self.until - self.today).days if self.until else None

    def troubles(self) -> Iterator[str]:
        """Yield what an operator has to mend, or soon will have to, one line each."""
        if self.health is None:
            yield f"belum dapat ditanya: {self.fault}"
        elif not self.health.usable:
            yield self.health.message
        if self.days_left is not None and self.days_left <= SOON:
            yield f"token berakhir {self.until} ({_distance(self.days_left)}): perbarui"
        if self.health and self.health.quota_left is not None and self.health.quota_left <= FEW:
            yield f"kuota tinggal {self.health.quota_left} kiriman: yang lebih menunggu sampai platform menambahnya"


def _distance(days: int) -> str:
    if days == 0:
        return "hari ini"
    return f"{days} hari lagi" if days > 0 else f"{-days} hari yang lalu"


def check(offices: Iterable[Office], edges: Edges, ends: Mapping[str, date]) -> list[Checkup]:
    """Ask every account of *offices* whether it can be used; *ends*: account -> last day of its token, where told."""
    known = [(account, office) for office in offices for account in office.accounts if account.platform in PLATFORMS]
    with ThreadPoolExecutor(max_workers=_MOST_LANES) as pool:
        return list(pool.map(lambda pair: _ask(pair[0], pair[1], edges, ends.get(pair[0].ref)), known))


def _ask(account: Account, office: Office, edges: Edges, end: date | None) -> Checkup:
    health, fault = None, ""
    try:
        health = edges.ask(PLATFORMS[account.platform].health(account), account)
    except JdihError as error:
        fault = str(error)
    today = calendar.local(edges.clock(), office).date()
    return Checkup(account=account, office=office, today=today, health=health, fault=fault, until=end)


def told(checkups: Iterable[Checkup]) -> list[str]:
    """Return what is wrong, one line for each trouble of each account."""
    return [f"{each.account.ref}: {trouble}" for each in checkups for trouble in each.troubles()]


def daily(folder: Path, offices: Sequence[Office], edges: Edges, ends: Mapping[str, date]) -> list[str]:
    """Return what is wrong with the accounts that were not asked for a day; the server *folder* remembers which were.

    An account that could not be asked counts as asked: its platform is left alone until tomorrow.
    """
    now, before = edges.clock(), _remembered(folder)
    refs = {account.ref for office in offices for account in office.accounts}
    rested = {ref: at for ref, at in before.items() if ref in refs and now - at < _DAY}
    due = [_without(office, rested) for office in offices]
    checkups = check(due, edges, ends)
    asked = {**rested, **dict.fromkeys((each.account.ref for each in checkups), now)}
    store.write(folder / FILE, json.dumps({ref: at.isoformat() for ref, at in sorted(asked.items())}).encode())
    return told(checkups)


def _without(office: Office, rested: Mapping[str, datetime]) -> Office:
    return replace(office, accounts=tuple(each for each in office.accounts if each.ref not in rested))


def _remembered(folder: Path) -> dict[str, datetime]:
    """Return when each account was last asked; what cannot be read is forgotten, so that they are asked."""
    try:
        values = json.loads((folder / FILE).read_bytes())
        return {str(ref): datetime.fromisoformat(at) for ref, at in values.items()}
    except (OSError, AttributeError, TypeError, ValueError):
        return {}
