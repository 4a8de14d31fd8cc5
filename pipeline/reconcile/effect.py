"""The life of one effect: publish and take down, and the turns everything in the ledger makes.

Order of a publication: intent -> staged (repeatable) -> `posting` with what was staged -> the one irreversible call
-> receipt (platform notes 0.2, reliability notes 1.6). What happened is in the ledger before the next step, and a turn
is written only on top of the very history it was decided on: that history is the token by which a run knows its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipeline import reconcile
from pipeline.flow import Deferred, Rejected, Unknown
from pipeline.model.outcome import Outcome, Result
from pipeline.model.publishing import TRANSITIONS, EffectAction, Post, Staged, State, Turn
from pipeline.platforms import PLATFORMS
from pipeline.reconcile import lease, rest
from pipeline.reconcile.commands import Ask, Now, Read, Update

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.model.publishing import Action, Entry, Receipt
    from pipeline.reconcile.commands import Life

TAKEN = "sedang dikerjakan proses lain"
MOST_TURNS = 60
"""An effect with this much history is not helped by another attempt: a person decides."""


def advance(entry: Entry, state: State, at: datetime, why: str, **changes: Any) -> Entry:  # noqa: ANN401 - fields of an entry
    """Return *entry* one turn further. A pause asked for ends with the turn unless it is given again."""
    at = at.replace(microsecond=0)
    turn = Turn(state=state, at=at, why=why)
    kept: dict[str, Any] = {"retry_at": None, "lease": lease.after(entry, state, at)}
    return replace(entry, history=(*entry.history, turn), **{**kept, **changes})


def turn(expected: Entry, state: State, why: str, **changes: Any) -> Life[Entry | None]:  # noqa: ANN401 - fields of an entry
    """Move *expected* one turn further and return it; None when somebody has moved it meanwhile."""

    def decide(entries: Mapping[str, Entry], now: datetime) -> list[Entry]:
        entry = entries.get(expected.key)
        moved = entry is None or entry.history != expected.history
        if entry is None or moved or (state is State.POSTING and not _may_go(entry, entries)):
            return []
        return [advance(entry, state, now, why, **changes)]

    written = yield Update(decide, f"{state.value}: {expected.key[:12]}\n")
    found: Entry | None = written.get(expected.key)
    return found


def _may_go(entry: Entry, entries: Mapping[str, Entry]) -> bool:
    """Whether the part before it is live, and no other version of its item stands, or may stand, on the account."""
    if entry.action is not EffectAction.PUBLISH:
        return True
    above = reconcile.above(entry, entries)
    if entry.part > 1 and (above is None or above.state is not State.DONE):
        return False
    same = (other for other in entries.values() if other.item == entry.item)
    others = (other for other in same if reconcile.is_other_version(other, entry.account, entry.digest))
    return not any(map(reconcile.is_standing, others))


# -- publish


def publish(action: Action, post: Post, entry: Entry) -> Life[Outcome]:
    """Publish *post*, whose intent *entry* the ledger holds. Raise `Deferred` when a later run may succeed."""
    if entry.state is not State.CLAIMED:
        return Outcome(action=action, result=Result.WAITING, message=TAKEN)
    if len(entry.history) >= MOST_TURNS:
        return (yield from hold(action, entry, f"{len(entry.history)} kali berubah tanpa hasil"))
    if left := _by_hand(post):
        return (yield from hold(action, entry, left, by_hand=True))
    platform, account = PLATFORMS[post.platform], post.account
    try:
        staged = _usable(entry, (yield Now())) or (yield Ask(platform.stage(post, account), account))
    except Rejected as error:
        return (yield from hold(action, entry, str(error)))
    except Deferred as error:
        yield from postpone(entry, error)
        raise
    except Unknown as error:
        raise Deferred(str(error)) from None  # nothing staged is visible to anybody
    since = staged.since or (yield Now()).replace(microsecond=0)
    staged = replace(staged, since=since, text=post.text, reply_to=post.reply_to)
    posting = yield from turn(entry, State.POSTING, "", staged=staged)
    if posting is None:
        return Outcome(action=action, result=Result.WAITING, message=TAKEN)
    return (yield from _commit(action, post, posting))


def _by_hand(post: Post) -> str:
    """Say what a person does where no machine can send *post*; '' where one can."""
    if post.platform not in PLATFORMS:
        return f"kirim ke akun {post.account.ref}: {post.link}"
    takes = not post.reply_to or PLATFORMS[post.platform].CAN_REPLY
    return "" if takes else f"jawab komentar {post.reply_to} di akun {post.account.ref}"


def _commit(action: Action, post: Post, posting: Entry) -> Life[Outcome]:
    """Make the one irreversible call while the lease allows it, and write down what is known about it."""
    flow = PLATFORMS[post.platform].commit(post, post.account, _since_intent(posting))
    try:
        receipt = yield Ask(flow, post.account, lease.last_call(posting))
    except Rejected as error:
        return (yield from hold(action, posting, str(error)))
    except Deferred as error:
        yield from postpone(posting, error)
        raise
    except Unknown as error:
        return (yield from _ask_after(action, _knowing(posting, error.ids), str(error)))
    return (yield from receive(action, posting, receipt, "tayang"))


def _ask_after(action: Action, posting: Entry, why: str) -> Life[Outcome]:
    """Ask the platform about a call whose answer was lost."""
    found = yield from look(posting)
    if found:
        told = f"tayang; jawaban hilang, ditemukan di platform ({why})"
        return (yield from receive(action, posting, found, told))
    known: dict[str, Any] = {"staged": posting.staged, "lost": posting.lost + 1}
    if not PLATFORMS[posting.platform].CAN_FIND:  # nothing but another post could tell whether it is well again
        known["retry_at"] = rest.until(posting, 0.0, (yield Now()).replace(microsecond=0))
    yield from turn(posting, State.UNKNOWN, why, **known)
    message = f"{why}: mungkin sudah tayang, periksa akun {action.account.ref}; tidak dikirim ulang"
    return Outcome(action=action, result=Result.UNKNOWN, message=message)


def _knowing(entry: Entry, ids: tuple[str, ...]) -> Entry:
    """Return *entry* with what the call itself told: what it can be asked by from now on."""
    return replace(entry, staged=replace(entry.staged or Staged(), ids=ids)) if ids else entry


def look(entry: Entry) -> Life[Receipt | None]:
    """Ask the platform for the post of *entry*; None: it is not there, or cannot be told now."""
    if not PLATFORMS[entry.platform].CAN_FIND:
        return None
    try:
        return (yield from find(entry))
    except (Deferred, Rejected, Unknown):
        return None


def find(entry: Entry) -> Life[Receipt | None]:
    """Ask the platform for the post of *entry*; None: surely absent. Raise when it cannot be told."""
    post, staged = shown(entry)
    receipt: Receipt | None = yield Ask(PLATFORMS[entry.platform].find(post, entry.account, staged), entry.account)
    return receipt


def shown(entry: Entry) -> tuple[Post, Staged]:
    """Return the post of *entry* as far as the ledger remembers it, and what it is asked by."""
    staged = _since_intent(entry)
    post = Post(
        item=entry.item,
        platform=entry.platform,
        account=entry.account,
        text=staged.text,
        reply_to=staged.reply_to,
        digest=entry.digest,
        part=entry.part,
    )
    return post, staged


def _since_intent(entry: Entry) -> Staged:
    """Return what was staged, dated from the first intent: from then on the post may be live."""
    return replace(entry.staged or Staged(), since=entry.history[0].at)


def _usable(entry: Entry, now: datetime) -> Staged | None:
    """Return what an earlier attempt staged, while it lasts: the same container cannot be published twice."""
    staged = entry.staged
    if staged and staged.since and now - staged.since < PLATFORMS[entry.platform].STAGED_FOR:
        return staged
    return None


def receive(action: Action, posting: Entry, receipt: Receipt, why: str) -> Life[Outcome]:
    """Write the receipt, also of an effect another run has taken over; where that cannot be, tell the breach."""

    def decide(entries: Mapping[str, Entry], now: datetime) -> list[Entry]:
        entry = entries[posting.key]
        lawful = State.DONE in TRANSITIONS[entry.state]
        return [advance(entry, State.DONE, now, why, receipt=receipt)] if lawful else []

    if not (yield Update(decide, f"{State.DONE.value}: {posting.key[:12]}\n")):
        entries: Mapping[str, Entry] = yield Read()
        kept = entries[posting.key]
        if kept.receipt is None or kept.receipt.remote_id != receipt.remote_id:
            return Outcome(action=action, result=Result.UNKNOWN, message=breach(kept, receipt), url=receipt.url)
    result = Result.SHARED if action.action is EffectAction.SHARE else Result.PUBLISHED
    return Outcome(action=action, result=result, message=why, url=receipt.url)


def breach(entry: Entry, extra: Receipt) -> str:
    """Say what a post means that the ledger does not know, where its effect is done or withdrawn already."""
    if entry.state is State.WITHDRAWN:
        return f"tayang sesudah diturunkan: hapus {extra.remote_id} dari akun {entry.account.ref}"
    known = entry.receipt.remote_id if entry.receipt else "tidak tercatat"
    return f"mungkin tayang dua kali: {extra.remote_id} dan {known}, periksa akun {entry.account.ref}"


def hold(action: Action, entry: Entry, why: str, *, by_hand: bool = False) -> Life[Outcome]:
    """Leave *entry* to a person: refused, or *by_hand*, what only a person can do."""
    held = yield from turn(entry, State.HELD, why)
    told = reconcile.stuck(held) if held and by_hand else why
    return Outcome(action=action, result=Result.BY_HAND if by_hand else Result.REJECTED, message=told)


def postpone(entry: Entry, fault: Deferred) -> Life[None]:
    """Put the effect back to its intent, with the pause the platform asked for, and the lease a lost answer needs."""
    again = None
    if fault.retry_after is not None:
        again = rest.until(entry, fault.retry_after, (yield Now()).replace(microsecond=0))
    if again or entry.state is not State.CLAIMED:
        # What was staged may be what failed, so it is made anew; its text is what the post is recognised by.
        known = replace(entry.staged, since=None) if entry.staged else None
        lost = {"lease": entry.lease, "lost": entry.lost + 1} if isinstance(fault, lease.Adrift) else {}
        yield from turn(entry, State.CLAIMED, str(fault), retry_at=again, staged=known, **lost)


# -- take down


def retract(action: Action, taking: Entry | None, live: Entry | None) -> Life[Outcome]:
    """Delete the post behind *live*, as *taking* intends; one that never went out was buried with the intent."""
    if taking is None or live is None or live.state is not State.DONE or live.receipt is None:
        return Outcome(action=action, result=Result.RETRACTED, message="ditutup: belum pernah tayang")
    if taking.state is not State.CLAIMED:
        return Outcome(action=action, result=Result.WAITING, message=TAKEN)
    platform, receipt = PLATFORMS.get(live.platform), live.receipt
    if platform is None or not platform.CAN_DELETE or not receipt.remote_id:
        return (yield from hold(action, taking, f"hapus: {receipt.url or live.account.ref}", by_hand=True))
    try:
        yield Ask(platform.retract(receipt, live.account), live.account)
    except Deferred as error:
        yield from postpone(taking, error)
        raise
    except Rejected as error:
        return (yield from hold(action, taking, f"{error}; hapus: {receipt.url}", by_hand=True))
    yield from take_down(taking.key, live, "diturunkan")
    return Outcome(action=action, result=Result.RETRACTED, message="diturunkan", url=receipt.url)


def take_down(key: str, live: Entry, why: str) -> Life[None]:
    """Write in one push that the takedown *key* is done and its publication *live* withdrawn."""

    def decide(entries: Mapping[str, Entry], now: datetime) -> list[Entry]:
        return taken_down(entries[key], entries[live.key], why, now)

    yield Update(decide, f"withdrawn: {live.key[:12]}\n")


def taken_down(taking: Entry, live: Entry, why: str, now: datetime) -> list[Entry]:
    """Return the takedown *taking* as done and its publication *live* as withdrawn, as far as they are not."""
    ends = [advance(taking, State.DONE, now, why, receipt=live.receipt)] if taking.state is not State.DONE else []
    if live.state is State.DONE:
        ends.append(advance(live, State.WITHDRAWN, now, why, order=taking.order))
    return ends
