"""Bring the platforms to what `main` describes, each effect once: the run of `pipeline.reconcile`, carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import network
from pipeline.model.base import JdihError
from pipeline.model.publishing import EffectAction, Entry, State, effect_key
from pipeline.reconcile import effect, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pipeline.desk.sending import Edges
    from pipeline.model.outcome import Outcome
    from pipeline.model.publishing import Action, Receipt, Wanted


def planned(wanted: Sequence[Wanted], entries: Mapping[str, Entry], now: datetime) -> list[Action]:
    """Return the plan as of *now*; a page is looked at only where something waits for it."""
    life = run.planned(wanted, entries, now)
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

    *key* may be shortened. Raise `JdihError` unless it names one effect that waits for a person.
    """
    found = [entry for name, entry in edges.ledger.entries().items() if name.startswith(key)]
    if len(found) != 1 or found[0].state not in (State.UNKNOWN, State.HELD):
        raise JdihError(f"{key}: bukan kunci tepat satu kiriman yang menunggu keputusan (lihat jdih ledger show)")
    entry, seen = found[0], "tayang" if receipt else "tidak ada"
    if entry.action is EffectAction.RETRACT and receipt is None:
        live = effect_key(entry.item, entry.account, EffectAction.PUBLISH, entry.digest, entry.part)
        edges.carry(effect.take_down(entry.key, edges.ledger.entries()[live], f"dipastikan {who}: sudah dihapus"))
        return edges.ledger.entries()[entry.key]
    gone = entry.action in (EffectAction.RETRACT, EffectAction.ARCHIVE)
    state = State.DONE if gone is (receipt is None) else State.CLAIMED
    kept = {"receipt": receipt} if receipt and not gone else {}
    written = edges.carry(effect.turn(entry, state, f"dipastikan {who}: {seen}", **kept))
    if written is None:
        raise JdihError(f"{key}: keadaannya baru saja berubah, lihat jdih ledger show")
    return written
