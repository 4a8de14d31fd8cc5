"""What must happen on the platforms so that they show what `main` describes. Pure.

Derived from state (wanted minus remembered), never from a push's difference: a lost run loses
nothing, a repeated run repeats nothing. Every item and account is judged on its own, so one
platform in trouble never delays another. The plan is here; `run` carries it out with the lives of `effect` and
`leftover`, as commands that somebody else carries out (`commands`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model.publishing import Action, EffectAction, Post, Share, State, effect_key
from pipeline.platforms import COSTS, MESSENGERS, PLATFORMS, takes_answers
from pipeline.reconcile import replies, rest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from pipeline.model.people import Account
    from pipeline.model.publishing import Entry, Wanted

_STANDING = frozenset({State.POSTING, State.UNKNOWN, State.DONE})
_BURIED = "belum tayang: ditutup agar tidak terkirim"
_OLDER = (
    "versi {} sudah terkirim, versi ini tidak: bila harus diganti, turunkan butir ini lewat perintah, "
    "lalu terbitkan perbaikannya sebagai butir baru"
)
"""A takedown takes the whole item: the newer version is buried with the one that is out (`_withdrawals`)."""
_ADRIFT = "upaya sebelumnya mungkin masih sampai: dipastikan dahulu di platform"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Case:
    """One item, everything the ledger knows about it, and the moment it is judged."""

    item: Wanted
    known: Mapping[str, Entry]
    """By key."""
    now: datetime
    hidden: str
    """An address its posts lead to that does not show what was approved; '' when all do."""
    resting: Mapping[rest.Name, datetime]
    """Accounts that are left alone, and until when."""
    barred: Mapping[str, str]
    """Answers that are not sent, by key, and why."""

    def act(
        self,
        kind: EffectAction,
        subject: Post | Share | Entry,
        why: str,
        *,
        until: datetime | None = None,
        cost: str = "",
    ) -> Action:
        """Return an action on *subject*; taking something down, or putting it away, has a name of its own."""
        item, account, digest = self.item.item, subject.account, subject.digest
        part, parts = self._place(subject)
        if self.item.withdrawn or self.item.archived:
            taking = EffectAction.RETRACT if self.item.withdrawn else EffectAction.ARCHIVE
            key = effect_key(item, account, taking, digest, part)
        else:
            key = subject.key
        return Action(
            item=item,
            account=account,
            action=kind,
            why=why,
            key=key,
            digest=digest,
            at=until,
            cost=cost,
            part=part,
            parts=parts,
        )

    def _place(self, subject: Post | Share | Entry) -> tuple[int, int]:
        """Return which part of how many *subject* is; the ledger knows of as many as it was told of."""
        if isinstance(subject, Post):
            return subject.part, subject.parts
        if isinstance(subject, Share):
            return 1, 1
        same = (entry for entry in self.known.values() if is_same_target(entry, subject.account))
        return subject.part, max((entry.part for entry in same if entry.digest == subject.digest), default=1)

    def wait(self, subject: Post | Share | Entry, why: str, until: datetime | None = None) -> Action:
        return self.act(EffectAction.WAIT, subject, why, until=until)


_RESTS = "platform meminta jeda bagi akun ini"


def plan(
    wanted: Iterable[Wanted], entries: Mapping[str, Entry], now: datetime, hidden: Mapping[str, str]
) -> list[Action]:
    """Return what to do, in the order of *wanted*; waits say why nothing is done yet.

    *entries* is the ledger by key; *hidden* names, by item, an address that does not show what was approved.
    """
    remembered: dict[str, dict[str, Entry]] = defaultdict(dict)
    for key, entry in entries.items():
        remembered[entry.item][key] = entry
    resting, wanted = rest.resting(entries.values(), now), list(wanted)
    barred = replies.barred(wanted, remembered, now)
    actions: list[Action] = []
    for item in wanted:
        known, unseen = remembered[item.item], hidden.get(item.item, "")
        case = _Case(item=item, known=known, now=now, hidden=unseen, resting=resting, barred=barred)
        if item.withdrawn:
            actions += _withdrawals(case)
        elif item.archived:
            actions += _archivals(case)
        else:
            actions += _publications(case)
            actions += (action for share in item.shares for action in _sharing(case, share))
    return actions


def _publications(case: _Case) -> Iterator[Action]:
    """Judge every post; the parts of a thread that follow one which waits, wait for it."""
    waiting: Action | None = None
    for post in case.item.posts:
        waiting = waiting if post.part > 1 else None
        for action in _publication(case, post, waiting):
            yield action
            waiting = waiting or (action if action.action is EffectAction.WAIT else None)


def _publication(case: _Case, post: Post, above: Action | None) -> Iterator[Action]:
    """Judge *post*; *above* is the wait of an earlier part of its thread."""
    entry = case.known.get(post.key)
    if (entry and entry.state is State.DONE) or replies.is_sent(post, case.known):
        return
    others = (known for known in case.known.values() if is_other_version(known, post.account, post.digest))
    if post.parts > 1 and post.platform in PLATFORMS and not PLATFORMS[post.platform].CAN_THREAD:
        yield case.wait(post, f"{post.platform} tidak mengenal utas: beri `varian` tanpa baris ---")
    elif entry and (entry.state is not State.CLAIMED or _is_paused(entry, case.now)):
        yield case.wait(post, stuck(entry), entry.retry_at)
    elif standing := next((other for other in others if is_standing(other)), None):
        yield case.wait(post, _OLDER.format(standing.digest[:12]))
    elif post.key in case.barred:
        yield case.wait(post, case.barred[post.key])
    elif above:
        yield case.wait(post, f"menunggu bagian {above.part}: {above.why}", above.at)
    elif case.item.not_before and case.item.not_before > case.now:
        yield case.wait(post, "menunggu jadwal", case.item.not_before)
    elif until := case.resting.get(rest.name(post.account)):
        yield case.wait(post, _RESTS, until)
    elif case.hidden:
        yield case.wait(post, f"belum menampilkan isi yang disetujui: {case.hidden}")
    else:
        cost = _cost(EffectAction.PUBLISH, post)
        yield case.act(EffectAction.PUBLISH, post, _sending(post, entry), cost=cost)


def _sending(post: Post, entry: Entry | None) -> str:
    """Say why, and by whom where no machine can, *post* is sent."""
    if post.platform not in PLATFORMS:
        return f"belum ada penghubung untuk {post.platform}: dikirim dengan tangan"
    if post.reply_to and not takes_answers(post.platform):
        return f"{post.platform} tidak menerima jawaban dari mesin: dijawab dengan tangan"
    return "dilanjutkan dari upaya sebelumnya" if entry else "disetujui dan belum tayang"


def _cost(action: EffectAction, subject: Post | Entry) -> str:
    text = subject.text if isinstance(subject, Post) else ""
    return COSTS[subject.platform](action, text) if subject.platform in COSTS else ""


def _withdrawals(case: _Case) -> Iterator[Action]:
    """Retract what is live, and bury what is not, so that no stale run can send it later."""
    for entry in sorted(case.known.values(), key=lambda known: -known.part):  # the last part of a thread first
        if entry.action is not EffectAction.PUBLISH or entry.state is State.WITHDRAWN:
            continue
        taking = case.known.get(effect_key(entry.item, entry.account, EffectAction.RETRACT, entry.digest, entry.part))
        if entry.state in (State.POSTING, State.UNKNOWN):
            yield case.wait(entry, stuck(entry))
        elif is_adrift(entry) or (entry.lease and entry.lease > case.now):
            yield case.wait(entry, _ADRIFT, entry.lease)
        elif taking and (taking.state is not State.CLAIMED or _is_paused(taking, case.now)):
            yield case.wait(entry, stuck(taking), taking.retry_at)
        elif entry.state is State.DONE and (until := case.resting.get(rest.name(entry.account))):
            yield case.wait(entry, _RESTS, until)
        else:
            cost = _cost(EffectAction.RETRACT, entry) if entry.state is State.DONE else ""
            yield case.act(EffectAction.RETRACT, entry, _reason(entry), cost=cost)
    for post in case.item.posts:
        if not case.known.get(post.key):
            yield case.act(EffectAction.RETRACT, post, _BURIED)


def _reason(entry: Entry) -> str:
    """Say why, and by whom where no machine can, *entry* is taken down."""
    if entry.state is not State.DONE:
        return _BURIED
    platform = PLATFORMS.get(entry.platform)
    return f"diturunkan atas perintah{'' if platform and platform.CAN_DELETE else ': dihapus dengan tangan'}"


def _sharing(case: _Case, share: Share) -> Iterator[Action]:
    """Share links once everything they lead to is live (Pinrang 17/2022 step 9b, Magelang 17/2022)."""
    entry = case.known.get(share.key)
    if entry and entry.state in (State.DONE, State.WITHDRAWN):
        return
    live = [found for post in case.item.posts if (found := case.known.get(post.key)) and found.state is State.DONE]
    if entry and (entry.state is not State.CLAIMED or _is_paused(entry, case.now)):
        yield case.wait(share, stuck(entry), entry.retry_at)
    elif len(live) < len(case.item.posts):
        yield case.wait(share, "menunggu semua kiriman tayang")
    elif not live and case.hidden:
        yield case.wait(share, f"belum menampilkan isi yang disetujui: {case.hidden}")
    else:
        way = "" if share.account.platform in MESSENGERS else ": pesannya dikirim dengan tangan"
        yield case.act(EffectAction.SHARE, share, f"semua kiriman sudah tayang{way}")


def _archivals(case: _Case) -> Iterator[Action]:
    """Have a person put away what is live; what never went out stays where it is."""
    for entry in case.known.values():
        if entry.action is not EffectAction.PUBLISH:
            continue
        putting = case.known.get(effect_key(entry.item, entry.account, EffectAction.ARCHIVE, entry.digest, entry.part))
        if putting and putting.state is State.DONE:
            continue
        if entry.state in (State.POSTING, State.UNKNOWN):
            yield case.wait(entry, stuck(entry))
        elif entry.state is State.DONE and putting and putting.state is not State.CLAIMED:
            yield case.wait(entry, stuck(putting))
        elif entry.state is State.DONE:
            yield case.act(EffectAction.ARCHIVE, entry, "diarsipkan atas perintah: dengan tangan")


def astray(wanted: Iterable[Wanted], entries: Iterable[Entry]) -> list[Entry]:
    """Return what is live on accounts its item is no longer meant for; a thread by its head.

    Nobody ordered it down, so it stays, and people are told.
    """
    standing = (item for item in wanted if not (item.withdrawn or item.archived))
    named = (item for item in standing if not any(post.barred for post in item.posts))  # not: an account's former name
    meant = {item.item: {rest.name(post.account) for post in item.posts} for item in named}
    heads = (entry for entry in entries if entry.action is EffectAction.PUBLISH and entry.part == 1)
    live = (entry for entry in heads if entry.state is State.DONE and entry.item in meant)
    return [entry for entry in live if rest.name(entry.account) not in meant[entry.item]]


def stuck(entry: Entry) -> str:
    """Say why *entry* does not go on by itself now."""
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
            where = entry.order or entry.item
            return f"menunggu petugas (kunci {entry.key[:10]}, lihat jdih status {where}): {entry.why}"


def _is_paused(entry: Entry, now: datetime) -> bool:
    return entry.retry_at is not None and entry.retry_at > now


def is_same_target(entry: Entry, account: Account) -> bool:
    """Whether *entry* is a publication on *account*, whatever its version."""
    same = entry.account.platform == account.platform and entry.account.id == account.id
    return entry.action is EffectAction.PUBLISH and same


def above(entry: Entry, entries: Mapping[str, Entry]) -> Entry | None:
    """Return the publication of the part before *entry*; None before the first."""
    if entry.part == 1:
        return None
    return entries.get(effect_key(entry.item, entry.account, EffectAction.PUBLISH, entry.digest, entry.part - 1))


def is_other_version(entry: Entry, account: Account, digest: str) -> bool:
    """Whether *entry* is a publication on *account* of another version of its item than *digest*."""
    return is_same_target(entry, account) and entry.digest != digest


def is_standing(entry: Entry) -> bool:
    """Whether something is, or may be, live because of *entry*."""
    return entry.state in _STANDING or is_adrift(entry)


def is_adrift(entry: Entry) -> bool:
    """Whether a call was made whose answer was lost, and the platform has not been asked about it since."""
    return entry.lease is not None and entry.state in (State.CLAIMED, State.HELD)
