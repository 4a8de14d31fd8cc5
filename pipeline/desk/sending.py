"""The world as a run touches it: what a life of `pipeline.reconcile` commands is carried out here, for real."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline import network, postbox
from pipeline.access import Access, Session
from pipeline.flow import Deferred
from pipeline.model.base import JdihError
from pipeline.model.publishing import Receipt
from pipeline.platforms import HOSTS, LOGINS, MESSENGERS, PLATFORMS, mail
from pipeline.reconcile import lease, rest
from pipeline.reconcile.commands import Apart, Ask, Look, Now, Read, Update

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pipeline.carriers.ledger import Ledger
    from pipeline.flow import Flow
    from pipeline.model.people import Account
    from pipeline.reconcile.commands import Command, Life

T = TypeVar("T")

_MOST_LANES = 16
SHORTEST = 6
"""Signs of a token: a shorter one would be struck out of words that have nothing to do with it."""


@dataclass(frozen=True, kw_only=True)
class Edges:
    """What a run touches: the ledger, the platforms' places and tokens, the clock, and where lines are written."""

    ledger: Ledger
    endpoints: Mapping[str, str]
    """Platform -> base address of its sandbox; a platform that is not named is the real one."""
    secrets: Mapping[str, str] = field(repr=False)
    """Account (`platform:handle`) -> token."""
    clock: Callable[[], datetime]
    write: Callable[[str], None]
    """Where the platform `console` writes."""
    sleep: Callable[[float], None] = time.sleep
    accounts: Mapping[rest.Name, Account] = field(default_factory=dict)
    """The accounts as the offices write them today: the ledger names one as it was called when it was written."""
    sessions: dict[str, Session] = field(default_factory=dict, repr=False)
    """Account -> its session, where its platform wants one."""

    def carry(self, life: Life[T]) -> T:
        """Carry out what *life* commands and return its result; faults are thrown into it, which may know better."""
        try:
            command = next(life)
            while True:
                try:
                    answer = self._do(command)
                except JdihError as fault:
                    command = life.throw(fault)
                else:
                    command = life.send(answer)
        except StopIteration as stop:
            result: T = stop.value
            return result

    def _do(self, command: Command) -> Any:  # noqa: ANN401 - each command has an answer of its own
        match command:
            case Read():
                return self.ledger.entries()
            case Update(decide, message):
                return self.ledger.update(lambda entries: decide(entries, self.clock()), message)
            case Ask(flow, account, until):
                answer = self.ask(lease.guarded(flow, until, self.clock) if until else flow, account)
                return self._seen(answer, account) if isinstance(answer, Receipt) else answer
            case Look(url):
                return network.digest_shown(url)
            case Now():
                return self.clock()
            case Apart(lives):
                return self._apart(lives)

    def _apart(self, lives: Sequence[Life[Any]]) -> list[Any]:
        with ThreadPoolExecutor(max_workers=min(len(lives), _MOST_LANES)) as pool:
            return list(pool.map(self.carry, lives))

    def _seen(self, receipt: Receipt, account: Account) -> Receipt:
        """Return *receipt* with the address where people see the post: a sandbox shows it on its own wall."""
        base = self.endpoints.get(account.platform)
        return replace(receipt, url=f"{base.rstrip('/')}/lihat/{receipt.remote_id}") if base else receipt

    def ask(self, flow: Flow[T], account: Account) -> T:
        """Carry out *flow* as *account*; raise `Deferred` when there is no token for it."""
        account = self.accounts.get(rest.name(account), account)
        contract = PLATFORMS.get(account.platform) or MESSENGERS[account.platform]
        endpoint = contract.ENDPOINT.replace("{server}", account.server)
        token = self._token(account, needed=not endpoint.startswith(network.CONSOLE))
        if endpoint == mail.ENDPOINT:
            return postbox.carry_out(flow, token, account.ref)
        access = Access(
            endpoint=endpoint,
            base=self.endpoints.get(account.platform, endpoint),
            token=token,
            login=LOGINS.get(account.platform),
            identifier=account.id,
            hosts=HOSTS.get(account.platform, ()),
            session=self.sessions.setdefault(account.ref, Session()),
        )
        return network.carry_out(flow, access, self.write, self.sleep)

    def _token(self, account: Account, *, needed: bool) -> str:
        """Return the account's token; raise `Deferred` for one that is missing, or cannot be one."""
        token = self.secrets.get(account.ref, "").strip()
        if needed and not token:
            raise Deferred(f"token akun {account.ref} belum ada di berkas rahasia", account_wide=True)
        if needed and (len(token) < SHORTEST or not (token.isascii() and token.isprintable())):
            fault = f"token akun {account.ref} di berkas rahasia salah salin: terlalu pendek, atau memuat huruf lain"
            raise Deferred(fault, account_wide=True)
        return token
