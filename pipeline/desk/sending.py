"""One effect at a time: publish, take down, hand over links. What happened is in the ledger before the next step.

Order of a publication: intent -> staged (repeatable) -> `posting` with what was staged -> the one
irreversible call -> receipt (platform notes 0.2, reliability notes 1.6).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from pipeline import network, reconcile
from pipeline.flow import Deferred, Rejected, Unknown
from pipeline.model.publishing import Outcome, Post, Result, Staged, State, Turn
from pipeline.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from pipeline.carriers.ledger import Ledger
    from pipeline.flow import Flow
    from pipeline.model.people import Account
    from pipeline.model.publishing import Action, Entry, Receipt, Share, Wanted

T = TypeVar("T")

_TAKEN = "sedang dikerjakan proses lain"
MOST_TURNS = 60
"""An effect with this much history is not helped by another attempt: a person decides."""


@dataclass(frozen=True, kw_only=True)
class Edges:
    """What a run touches: the ledger, the platforms' places and tokens, the clock, and where lines are written."""

    ledger: Ledger
    endpoints: Mapping[str, str]
    """Platform -> base address of its sandbox; a platform that is not named is the real one."""
    secrets: Mapping[str, str]
    """Account (`platform:handle`) -> token."""
    clock: Callable[[], datetime]
    write: Callable[[str], None]
    """Where the platform `console` writes."""
    sleep: Callable[[float], None] = time.sleep

    def seen_at(self, receipt: Receipt, account: Account) -> Receipt:
        """Return *receipt* with the address where people see the post: a sandbox shows it on its own wall."""
        base = self.endpoints.get(account.platform)
        return replace(receipt, url=f"{base.rstrip('/')}/lihat/{receipt.remote_id}") if base else receipt

    def ask(self, flow: Flow[T], account: Account) -> T:
        """Carry out *flow* as *account*; raise `Deferred` when there is no token for it."""
        endpoint = PLATFORMS[account.platform].ENDPOINT
        token = self.secrets.get(account.ref, "")
        if not token and not endpoint.startswith(network.CONSOLE):
            raise Deferred(f"token akun {account.ref} belum ada di berkas rahasia", account_wide=True)
        base = self.endpoints.get(account.platform, endpoint)
        return network.carry_out(
            flow, network.Access(endpoint=endpoint, base=base, token=token), self.write, self.sleep
        )

    def turn(self, key: str, expected: State, state: State, why: str, **changes: Any) -> Entry | None:  # noqa: ANN401 - fields of an entry
        """Move an effect from *expected* to *state*; None when another run has moved it meanwhile."""

        def decide(entries: Mapping[str, Entry]) -> list[Entry]:
            entry = entries.get(key)
            if (
                entry is None
                or entry.state is not expected
                or (state is State.POSTING and _is_overtaken(entry, entries))
            ):
                return []
            return [advance(entry, state, self.clock(), why, **changes)]

        return self.ledger.update(decide, f"{state.value}: {key[:12]}\n").get(key)


def advance(entry: Entry, state: State, at: datetime, why: str, **changes: Any) -> Entry:  # noqa: ANN401 - fields of an entry
    """Return *entry* one turn further. A pause asked for ends with the turn unless it is given again."""
    turn = Turn(state=state, at=at.replace(microsecond=0), why=why)
    return replace(entry, history=(*entry.history, turn), **{"retry_at": None, **changes})


def _is_overtaken(entry: Entry, entries: Mapping[str, Entry]) -> bool:
    """Whether another version of the same item stands, or may stand, on the same account."""
    same = (other for other in entries.values() if other.item == entry.item and other.key != entry.key)
    return any(reconcile.is_same_target(other, entry.account) and reconcile.is_standing(other) for other in same)


# -- publish


def publish(action: Action, post: Post, entry: Entry, edges: Edges) -> Outcome:
    """Publish *post*, whose intent *entry* the ledger holds."""
    if entry.state is not State.CLAIMED:
        return Outcome(action=action, result=Result.WAITING, message=_TAKEN)
    if len(entry.history) >= MOST_TURNS:
        return _hold(action, State.CLAIMED, f"{len(entry.history)} kali berubah tanpa hasil", edges)
    platform, account = PLATFORMS[post.platform], post.account
    try:
        staged = _usable(entry, edges.clock()) or edges.ask(platform.stage(post, account), account)
    except Rejected as error:
        return _hold(action, State.CLAIMED, str(error), edges)
    except Deferred as error:
        _postpone(action, State.CLAIMED, error, edges)
        raise
    except Unknown as error:
        raise Deferred(str(error)) from None  # nothing staged is visible to anybody
    now = edges.clock().replace(microsecond=0)
    staged = replace(staged, since=staged.since or now, text=post.text, reply_to=post.reply_to)
    posting = edges.turn(action.key, State.CLAIMED, State.POSTING, "", staged=staged)
    if posting is None:
        return Outcome(action=action, result=Result.WAITING, message=_TAKEN)
    return _commit(action, post, posting, edges)


def _commit(action: Action, post: Post, posting: Entry, edges: Edges) -> Outcome:
    """Make the one irreversible call and write down what is known about it."""
    flow = PLATFORMS[post.platform].commit(post, post.account, _since_intent(posting))
    try:
        receipt = edges.ask(flow, post.account)
    except Rejected as error:
        return _hold(action, State.POSTING, str(error), edges)
    except Deferred as error:
        _postpone(action, State.POSTING, error, edges)
        raise
    except Unknown as error:
        return _ask_after(action, posting, str(error), edges)
    return _receive(action, State.POSTING, receipt, "tayang", edges)


def _ask_after(action: Action, posting: Entry, why: str, edges: Edges) -> Outcome:
    """Ask the platform about a call whose answer was lost."""
    found = look(posting, edges)
    if found:
        return _receive(action, State.POSTING, found, f"tayang; jawaban hilang, ditemukan di platform ({why})", edges)
    edges.turn(action.key, State.POSTING, State.UNKNOWN, why)
    message = f"{why}: mungkin sudah tayang, periksa akun {action.account.ref}; tidak dikirim ulang"
    return Outcome(action=action, result=Result.UNKNOWN, message=message)


def look(entry: Entry, edges: Edges) -> Receipt | None:
    """Ask the platform for the post of *entry*; None: it is not there, or cannot be told now."""
    if not PLATFORMS[entry.platform].CAN_FIND:
        return None
    try:
        return find(entry, edges)
    except (Deferred, Rejected, Unknown):
        return None


def find(entry: Entry, edges: Edges) -> Receipt | None:
    """Ask the platform for the post of *entry*; None: surely absent. Raise when it cannot be told."""
    staged = _since_intent(entry)
    post = Post(
        item=entry.item,
        platform=entry.platform,
        account=entry.account,
        text=staged.text,
        reply_to=staged.reply_to,
        digest=entry.digest,
    )
    return edges.ask(PLATFORMS[entry.platform].find(post, entry.account, staged), entry.account)


def _since_intent(entry: Entry) -> Staged:
    """Return what was staged, dated from the first intent: from then on the post may be live."""
    return replace(entry.staged or Staged(), since=entry.history[0].at)


def _usable(entry: Entry, now: datetime) -> Staged | None:
    """Return what an earlier attempt staged, while it lasts: the same container cannot be published twice."""
    staged = entry.staged
    if staged and staged.since and now - staged.since < PLATFORMS[entry.platform].STAGED_FOR:
        return staged
    return None


def _receive(action: Action, expected: State, receipt: Receipt, why: str, edges: Edges) -> Outcome:
    """Write the receipt; if another run has written a different one, say so: that is the breach to report."""
    receipt = edges.seen_at(receipt, action.account)
    if edges.turn(action.key, expected, State.DONE, why, receipt=receipt) is None:
        kept = edges.ledger.entries()[action.key].receipt
        if kept is None or kept.remote_id != receipt.remote_id:
            other = kept.remote_id if kept else "tidak tercatat"
            message = f"mungkin tayang dua kali: {receipt.remote_id} dan {other}, periksa akun {action.account.ref}"
            return Outcome(action=action, result=Result.UNKNOWN, message=message, url=receipt.url)
    return Outcome(action=action, result=Result.PUBLISHED, message=why, url=receipt.url)


def _hold(action: Action, expected: State, why: str, edges: Edges) -> Outcome:
    edges.turn(action.key, expected, State.HELD, why)
    return Outcome(action=action, result=Result.REJECTED, message=why)


def _postpone(action: Action, expected: State, fault: Deferred, edges: Edges) -> None:
    """Put the effect back to its intent, with the pause the platform asked for."""
    again = None
    if fault.retry_after is not None:
        again = edges.clock().replace(microsecond=0) + timedelta(seconds=fault.retry_after)
    if again or expected is not State.CLAIMED:
        # What was staged may be what failed; a call that surely did nothing may start afresh.
        edges.turn(action.key, expected, State.CLAIMED, str(fault), retry_at=again, staged=None)


# -- take down


def retract(action: Action, entry: Entry | None, edges: Edges) -> Outcome:
    """Delete the live post behind *entry*; one that never went out was buried with the intent."""
    if entry is None or entry.state is not State.DONE or entry.receipt is None:
        return Outcome(action=action, result=Result.RETRACTED, message="ditutup: belum pernah tayang")
    platform, receipt = PLATFORMS.get(entry.platform), entry.receipt
    if platform is None or not platform.CAN_DELETE or not receipt.remote_id:
        return _hold(action, State.CLAIMED, f"hapus dengan tangan: {receipt.url or entry.account.ref}", edges)
    try:
        edges.ask(platform.retract(receipt, entry.account), entry.account)
    except Deferred as error:
        _postpone(action, State.CLAIMED, error, edges)
        raise
    except Rejected as error:
        return _hold(action, State.CLAIMED, f"{error}; hapus dengan tangan: {receipt.url}", edges)
    take_down(action.key, entry, "diturunkan", edges)
    return Outcome(action=action, result=Result.RETRACTED, message="diturunkan", url=receipt.url)


def take_down(key: str, live: Entry, why: str, edges: Edges) -> None:
    """Write in one push that the takedown *key* is done and its publication *live* withdrawn."""

    def decide(entries: Mapping[str, Entry]) -> list[Entry]:
        done, now = entries[key], edges.clock()
        ends = [advance(done, State.DONE, now, why, receipt=live.receipt)] if done.state is not State.DONE else []
        if entries[live.key].state is State.DONE:
            ends.append(advance(entries[live.key], State.WITHDRAWN, now, why, order=done.order))
        return ends

    edges.ledger.update(decide, f"withdrawn: {live.key[:12]}\n")


# -- hand over links


def share(action: Action, wanted: Wanted, subject: Share, edges: Edges) -> Outcome:
    """Prepare the message with every link; a person sends it on, for no platform takes it from a machine."""
    entries = edges.ledger.entries()
    receipts = [entry.receipt for post in wanted.posts if (entry := entries.get(post.key))]
    links = [wanted.page_url, *(receipt.url for receipt in receipts if receipt)]
    message = "\n".join([subject.text, *filter(None, links)])
    edges.turn(action.key, State.CLAIMED, State.DONE, "tautan disiapkan untuk disampaikan")
    return Outcome(
        action=action,
        result=Result.SHARED,
        message=f"sampaikan kepada {subject.recipient}:\n{message}",
        url=f"https://wa.me/?text={quote(message)}",
    )
