"""What must happen on the platforms so that they show what `main` describes. Pure.

Derived from state (wanted minus remembered), never from a push's difference: a lost run loses
nothing, a repeated run repeats nothing. Every item and account is judged on its own, so one
platform in trouble never delays another. The plan is here; `run` carries it out with the lives of `effect` and
`leftover`, as commands that somebody else carries out (`commands`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.model.publishing import (
    Action,
    EffectAction,
    State,
    effect_key,
)
from pipeline.platforms import COSTS, PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from pipeline.model.people import Account
    from pipeline.model.publishing import Entry, Post, Share, Wanted

_STANDING = frozenset({State.POSTING, State.UNKNOWN, State.DONE})
_BURIED = "belum tayang: ditutup agar tidak terkirim"
_ADRIFT = "upaya sebelumnya mungkin masih sampai: dipastikan dahulu di platform"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Case:
    """One item, everything the ledger knows about it, and the moment it is judged."""

    item: Wanted
    known: Sequence[Entry]
    now: datetime
    reachable: bool

    def entry(self, key: str) -> Entry | None:
        return next((entry for entry in self.known if entry.key == key), None)

    def act(self, kind: EffectAction, subject: Post | Share | Entry, why: str, until: datetime | None = None) -> Action:
        """Return an action on *subject*; taking something down has a name of its own."""
        key, account, digest = subject.key, subject.account, subject.digest
        if self.item.withdrawn:
            key = effect_key(self.item.item, account, EffectAction.RETRACT, digest)
        return Action(item=self.item.item, account=account, action=kind, why=why, key=key, digest=digest, at=until)

    def wait(self, subject: Post | Share | Entry, why: str, until: datetime | None = None) -> Action:
        return self.act(EffectAction.WAIT, subject, why, until)


def plan(
    wanted: Iterable[Wanted], entries: Mapping[str, Entry], now: datetime, reachable: Container[str]
) -> list[Action]:
    """Return what to do, in the order of *wanted*; waits say why nothing is done yet.

    *entries* is the ledger by key; *reachable* holds the items whose public page shows the approved digest.
    """
    remembered: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries.values():
        remembered[entry.item].append(entry)
    actions: list[Action] = []
    for item in wanted:
        case = _Case(item=item, known=remembered[item.item], now=now, reachable=item.item in reachable)
        if item.withdrawn:
            actions += _withdrawals(case)
        else:
            actions += (action for post in item.posts for action in _publication(case, post))
            actions += (action for share in item.shares for action in _sharing(case, share))
    return actions


def _publication(case: _Case, post: Post) -> Iterator[Action]:
    entry = case.entry(post.key)
    if entry and entry.state is State.DONE:
        return
    others = [known for known in case.known if known is not entry and is_same_target(known, post.account)]
    if post.platform not in PLATFORMS:
        yield case.wait(post, f"belum ada penghubung untuk {post.platform}: kirim dengan tangan")
    elif entry and (entry.state is not State.CLAIMED or _is_paused(entry, case.now)):
        yield case.wait(post, _stuck(entry), entry.retry_at)
    elif standing := next((other for other in others if is_standing(other)), None):
        yield case.wait(post, f"versi {standing.digest[:12]} sudah terkirim: turunkan dahulu bila hendak diganti")
    elif case.item.not_before and case.item.not_before > case.now:
        yield case.wait(post, "menunggu jadwal", case.item.not_before)
    elif not case.reachable:
        yield case.wait(post, "laman belum menampilkan isi yang disetujui")
    else:
        why = "dilanjutkan dari upaya sebelumnya" if entry else "disetujui dan belum tayang"
        yield replace(case.act(EffectAction.PUBLISH, post, why), cost=_cost(post))


def _cost(post: Post) -> str:
    return COSTS[post.platform](post.text) if post.platform in COSTS else ""


def _withdrawals(case: _Case) -> Iterator[Action]:
    """Retract what is live, and bury what is not, so that no stale run can send it later."""
    for entry in case.known:
        if entry.action is not EffectAction.PUBLISH or entry.state is State.WITHDRAWN:
            continue
        taking = case.entry(effect_key(entry.item, entry.account, EffectAction.RETRACT, entry.digest))
        if entry.state in (State.POSTING, State.UNKNOWN):
            yield case.wait(entry, _stuck(entry))
        elif is_adrift(entry) or (entry.lease and entry.lease > case.now):
            yield case.wait(entry, _ADRIFT, entry.lease)
        elif taking and (taking.state is not State.CLAIMED or _is_paused(taking, case.now)):
            yield case.wait(entry, _stuck(taking), taking.retry_at)
        else:
            why = "diturunkan atas perintah" if entry.state is State.DONE else _BURIED
            yield case.act(EffectAction.RETRACT, entry, why)
    for post in case.item.posts:
        if not case.entry(post.key):
            yield case.act(EffectAction.RETRACT, post, _BURIED)


def _sharing(case: _Case, share: Share) -> Iterator[Action]:
    """Share links once everything they lead to is live (Pinrang 17/2022 step 9b, Magelang 17/2022)."""
    entry = case.entry(share.key)
    if entry and entry.state is not State.CLAIMED:
        return
    live = [found for post in case.item.posts if (found := case.entry(post.key)) and found.state is State.DONE]
    if len(live) < len(case.item.posts):
        yield case.wait(share, "menunggu semua kiriman tayang")
    elif not live and not case.reachable:
        yield case.wait(share, "menunggu laman tayang")
    else:
        yield case.act(EffectAction.SHARE, share, "semua kiriman sudah tayang")


def _stuck(entry: Entry) -> str:
    match entry.state:
        case State.CLAIMED:
            return f"ditunda: {entry.why}"
        case State.POSTING:
            return "kiriman sedang berlangsung atau terputus: dipastikan pada pemeriksaan berikutnya"
        case State.WITHDRAWN:
            return "sudah diturunkan: isi yang sama tidak dikirim lagi"
        case State.UNKNOWN:
            return f"hasil tidak diketahui, periksa akun {entry.account.ref}: {entry.why}"
        case _:
            return f"tertahan, perlu keputusan petugas: {entry.why}"


def _is_paused(entry: Entry, now: datetime) -> bool:
    return entry.retry_at is not None and entry.retry_at > now


def is_same_target(entry: Entry, account: Account) -> bool:
    """Whether *entry* is a publication on *account*, whatever its version."""
    same = entry.account.platform == account.platform and entry.account.id == account.id
    return entry.action is EffectAction.PUBLISH and same


def is_standing(entry: Entry) -> bool:
    """Whether something is, or may be, live because of *entry*."""
    return entry.state in _STANDING or is_adrift(entry)


def is_adrift(entry: Entry) -> bool:
    """Whether a call was made whose answer was lost, and the platform has not been asked about it since."""
    return entry.lease is not None and entry.state in (State.CLAIMED, State.HELD)
