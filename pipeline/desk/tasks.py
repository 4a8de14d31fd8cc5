"""What is left to people, as the repository at hand knows it: what is held, and how it is proved; what is unsure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline import proofs
from pipeline.carriers import ledger
from pipeline.desk import cases
from pipeline.desk.wishes import BROUGHT_ABOUT
from pipeline.model.history import PROOF
from pipeline.model.publishing import EffectAction, Proof, State
from pipeline.reconcile import hand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.carriers.repository import Repository
    from pipeline.desk.cases import Case
    from pipeline.model.history import Progress, Record
    from pipeline.model.publishing import Entry

_SHORT = 10
_WORDS = {
    EffectAction.PUBLISH: "mesin tidak dapat mengirimnya, kirim dengan tangan",
    EffectAction.RETRACT: "hapus dengan tangan",
    EffectAction.SHARE: "sampaikan tautan dengan tangan",
    EffectAction.ARCHIVE: "arsipkan dengan tangan",
}
_UNSURE = "hasilnya belum pasti, lihat di akunnya apakah sudah tayang"


def waiting(repository: Repository) -> list[Entry]:
    """Return the effects that wait for a person, oldest first."""
    branch = cases.view(repository).main.removesuffix("main") + ledger.BRANCH.removeprefix("refs/heads/")
    return sorted(ledger.left(repository, branch), key=lambda entry: (entry.at, entry.key))


def row(entry: Entry, *, on_forge: bool) -> dict[str, Any]:
    """Return a task as plain values with Indonesian keys, ready for JSON; `butir` is where its proof is said.

    `operator` is how who runs the desk settles it, '' where a proof does.
    """
    unsure = entry.state is State.UNKNOWN
    words = _UNSURE if unsure else _WORDS[entry.action]
    return {
        "kunci": entry.key[:_SHORT],
        "butir": entry.order or entry.item,
        "akun": entry.account.ref,
        "tugas": f"{words}: {entry.why}" if entry.why else words,
        "operator": _settling(entry, on_forge=on_forge) if unsure else "",
    }


def of(case: Case, entries: Iterable[Entry], proposal: str | None) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the tasks of one item, each with what records its proof; '' where only the operator can settle it.

    *proposal* is where the item is talked about when a forge carries the repository, else None.
    """
    for entry in entries:
        if (entry.order or entry.item) == case.place.id:
            proof = _command(case, entry, proposal)
            told = row(entry, on_forge=proposal is not None)
            yield told if proof else told | {"operator": _settling(entry, on_forge=proposal is not None)}, proof


def _settling(entry: Entry, *, on_forge: bool) -> str:
    key = entry.key[:_SHORT]
    if on_forge:
        return f"tab Actions: workflow resolve dengan kunci {key}"
    return f"di peladen: jdih ledger resolve {key} --live NOMOR, atau --absent bila tidak ada"


def _command(case: Case, entry: Entry, proposal: str | None) -> str:
    if entry.state is State.UNKNOWN:
        return ""
    effects = case.progress.effects if case.progress else ()
    steps = [done.step.number for done, effect in effects if entry.action in BROUGHT_ABOUT.get(effect, ())]
    if not steps:
        return ""
    shown = "APA YANG TERLIHAT" if entry.action is EffectAction.SHARE else "https://TAUTAN"
    if proposal is not None:
        return f"komentar /sop {steps[-1]} {PROOF} {entry.key[:_SHORT]} {shown} di {proposal}"
    said = f'--decision {PROOF} --note "{entry.key[:_SHORT]} {shown}"'
    return f"jdih record {case.place.id} --step {steps[-1]} {said}, lalu jdih merge {case.place.id}"


def proof_fault(repository: Repository, item: str, progress: Progress, record: Record) -> str | None:
    """Say why a proof about to be written down would prove nothing; None when it proves one task of *item*."""
    key, said = proofs.read(record.note) or ("", "")
    effects = [each for done, each in progress.effects if done.record.step == record.step]
    actions = frozenset(action for effect in effects for action in BROUGHT_ABOUT.get(effect, ()))
    proof = Proof(key=key, person=record.person, said=said, actions=actions)
    tasks = [entry for entry in waiting(repository) if (entry.order or entry.item) == item]
    if hand.task_of(proof, tasks):
        return None
    named = [entry for entry in tasks if entry.key.startswith(key)]
    if len(named) == 1 and named[0].state is State.UNKNOWN:
        return f"kunci {key} belum pasti tayang atau tidak: diputuskan operator, lihat jdih status {item}"
    if named and not proofs.link(said):
        return "yang dikerjakan di platform dibuktikan dengan tautan https: sertakan dalam catatan"
    return f"kunci {key} tidak menunjuk tepat satu tugas pada langkah {record.step}: lihat jdih status {item}"
