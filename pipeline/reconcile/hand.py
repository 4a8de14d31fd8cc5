"""What a person does because no machine can or may: held as a task, done once it is proved on record.

A task is an effect in `held`. Its proof is a signed record on `main` (`pipeline.proofs`): whoever holds a role of the
step that makes the effect happen says its key and a link, or what was seen. What is not proved is never done.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline import proofs, reconcile
from pipeline.model.outcome import Outcome, Result
from pipeline.model.publishing import Action, EffectAction, Receipt, State, effect_key
from pipeline.reconcile import effect
from pipeline.reconcile.commands import Now, Read, Update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from pipeline.model.publishing import Entry, Proof, Wanted
    from pipeline.reconcile.commands import Life

_GONE = "butirnya sudah diturunkan atau diarsipkan"


def archive(action: Action, entries: Mapping[str, Entry], live: Entry) -> Life[Outcome]:
    """Leave it to a person to put the post behind *live* away."""
    intent, where = entries[action.key], live.receipt.url if live.receipt else ""
    if intent.state is not State.CLAIMED:
        return Outcome(action=action, result=Result.WAITING, message=effect.TAKEN)
    return (yield from effect.hold(action, intent, f"arsipkan: {where or live.account.ref}", by_hand=True))


def believe(wanted: Sequence[Wanted]) -> Life[list[Outcome]]:
    """Write down what people have proved, and close the messages about what is gone; in one update."""
    concerned = [item for item in wanted if item.proofs or item.withdrawn or item.archived]

    def decide(entries: Mapping[str, Entry], now: datetime) -> list[Entry]:
        return _turns(concerned, entries, now)

    if not concerned or not decide((yield Read()), (yield Now())):
        return []
    written: Mapping[str, Entry] = yield Update(decide, f"{Result.PROVED.value}\n")
    parts = {post.key: post.parts for item in concerned for post in item.posts}
    done = (entry for entry in written.values() if entry.state is State.DONE)
    return [_outcome(entry, parts.get(entry.key, entry.part)) for entry in done]


def _turns(items: Iterable[Wanted], entries: Mapping[str, Entry], now: datetime) -> list[Entry]:
    """Return every effect that goes on by a proof, or is closed."""
    by_item: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry in entries.values():
        by_item[entry.item][entry.key] = entry
    return [turn for item in items for turn in _turns_of(item, by_item[item.item], now)]


def _turns_of(item: Wanted, known: Mapping[str, Entry], now: datetime) -> Iterable[Entry]:
    changed: dict[str, Entry] = {}
    for proof in item.proofs:
        if task := task_of(proof, {**known, **changed}.values()):
            changed |= {entry.key: entry for entry in _proved(task, proof, known, now)}
    if item.withdrawn or item.archived:
        moot = (entry for entry in known.values() if entry.key not in changed and _is_moot(entry, item))
        changed |= {entry.key: effect.advance(entry, State.WITHDRAWN, now, _GONE) for entry in moot}
    return changed.values()


def task_of(proof: Proof, entries: Iterable[Entry]) -> Entry | None:
    """Return the one task among an item's *entries* that *proof* names and is good for, or None."""
    named = [entry for entry in entries if entry.key.startswith(proof.key)]
    if len(named) != 1 or named[0].action not in proof.actions:
        return None
    waits = named[0].state is State.HELD and not reconcile.is_adrift(named[0])
    return named[0] if waits and (named[0].action is EffectAction.SHARE or proofs.link(proof.said)) else None


def _proved(task: Entry, proof: Proof, known: Mapping[str, Entry], now: datetime) -> list[Entry]:
    """Return *task* done, and what it took down withdrawn."""
    why = f"dibuktikan {proof.person}: {proof.said}"
    if task.action is EffectAction.RETRACT:
        live = effect_key(task.item, task.account, EffectAction.PUBLISH, task.digest, task.part)
        return effect.taken_down(task, known[live], why, now)
    shown = Receipt(remote_id="", url=proofs.link(proof.said)) if task.action is EffectAction.PUBLISH else None
    return [effect.advance(task, State.DONE, now, why, receipt=shown)]


def _is_moot(entry: Entry, item: Wanted) -> bool:
    """Whether *entry* is a message that never left about what is gone, or an archiving of what is taken down."""
    waits = entry.state in (State.CLAIMED, State.HELD) and not reconcile.is_adrift(entry)
    archiving = entry.action is EffectAction.ARCHIVE and item.withdrawn
    return waits and (archiving or entry.action is EffectAction.SHARE)


def _outcome(entry: Entry, parts: int) -> Outcome:
    done = Action(
        item=entry.item,
        account=entry.account,
        action=entry.action,
        why=entry.why,
        key=entry.key,
        digest=entry.digest,
        part=entry.part,
        parts=parts,
    )
    return Outcome(action=done, result=Result.PROVED, message=entry.why)
