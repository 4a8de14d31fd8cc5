"""Bring the platforms to what `main` describes, each effect once: the run of `pipeline.reconcile`, carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline import network
from pipeline.model.base import JdihError
from pipeline.model.publishing import EffectAction, Entry, State, effect_key
from pipeline.platforms import IDS, PLATFORMS
from pipeline.reconcile import effect, lease, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pipeline.desk.sending import Edges
    from pipeline.model.outcome import Outcome
    from pipeline.model.publishing import Action, Receipt, Wanted


def planned(wanted: Sequence[Wanted], entries: Mapping[str, Entry], now: datetime) -> list[Action]:
    """Return the plan as of *now*; pages and documents are looked at only where something waits for them."""
    life = run.planned(wanted, entries, now, {})
    try:
        look = next(life)
        while True:
            look = life.send(network.digest_shown(look.url))
    except StopIteration as stop:
        actions: list[Action] = stop.value
        return actions


def publish(wanted: Sequence[Wanted], edges: Edges) -> list[Outcome]:
    """Do everything that is due and say what became of it; a second run does nothing.

    Raise `JdihError` when the ledger refuses: what is not written down beforehand is not sent.
    """
    return edges.carry(run.run(wanted))


def decide(key: str, receipt: Receipt | None, edges: Edges, who: str = "petugas") -> Entry:
    """Write down what *who* saw on the platform: live with *receipt*, or not there (None), to be sent again.

    *key* may be shortened. Raise `JdihError` unless it names one effect that waits for a person, and for what its
    platform contradicts.
    """
    found = [entry for name, entry in edges.ledger.entries().items() if name.startswith(key)]
    if len(found) != 1 or not _waits(found[0], edges.clock()):
        raise JdihError(f"{key}: bukan kunci tepat satu kiriman yang menunggu keputusan (lihat jdih ledger show)")
    if fault := _contradiction(found[0], receipt, edges):
        raise JdihError(f"{key}: {fault}")
    entry, seen = found[0], "tayang" if receipt else "tidak ada"
    if entry.action is EffectAction.RETRACT and receipt is None:
        live = effect_key(entry.item, entry.account, EffectAction.PUBLISH, entry.digest, entry.part)
        edges.carry(effect.take_down(entry.key, edges.ledger.entries()[live], f"dipastikan {who}: sudah dihapus"))
        return edges.ledger.entries()[entry.key]
    gone = entry.action in (EffectAction.RETRACT, EffectAction.ARCHIVE)
    state = State.DONE if gone is (receipt is None) else State.CLAIMED
    kept: dict[str, Any] = {"receipt": receipt} if receipt and not gone else {}
    if entry.state is State.POSTING:
        kept["lease"] = None  # nobody is at it any more
    written = edges.carry(effect.turn(entry, state, f"dipastikan {who}: {seen}", **kept))
    if written is None:
        raise JdihError(f"{key}: keadaannya baru saja berubah, lihat jdih ledger show")
    return written


def _waits(entry: Entry, now: datetime) -> bool:
    """Whether a person may decide: also of what broke off, once no run can be at it, however wrong its clock was."""
    if entry.state is State.POSTING:
        return lease.is_over(entry, now) or lease.is_impossible(entry, now)
    return entry.state in (State.UNKNOWN, State.HELD)


def _contradiction(entry: Entry, receipt: Receipt | None, edges: Edges) -> str | None:
    """Say why what a person tells of a publication cannot be: a number of no post, or the platform shows another."""
    if entry.action is not EffectAction.PUBLISH or entry.platform not in PLATFORMS:
        return None
    form = IDS.get(entry.platform)
    if receipt and form and not form.fullmatch(receipt.remote_id):
        return f"{receipt.remote_id} bukan nomor kiriman {entry.platform}: salin nomornya dari alamat kirimannya"
    shown = edges.carry(effect.look(entry))
    if shown is None or not shown.remote_id or (receipt and receipt.remote_id == shown.remote_id):
        return None
    return f"platform menunjukkan kiriman ini tayang dengan nomor {shown.remote_id} {shown.url}".rstrip()
