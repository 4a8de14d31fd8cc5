"""Grounds on which a record does not count, each said in the words of the SOP.

Here stand those that need no memory of the run: turn and word of an act, and the three words every SOP knows
besides its own: force majeure (keadaan kahar), its review, the restart after the SOP has changed, and giving an item
up. Each function returns the reason, or None. Source: what the five SOPs share (sop-reading).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import proofs
from pipeline.amendment import voids
from pipeline.digests import digest
from pipeline.model.history import OVERRIDE, RESUME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, tzinfo

    from pipeline.model.history import Done, Files, Record
    from pipeline.model.people import People
    from pipeline.model.procedure import Act, Procedure, Step

STALE = "catatan ini tentang naskah yang bukan terbaru: ambil perubahan terbaru, baca, lalu ulangi"


def wrong_turn(record: Record, step: Step, act: Act, procedure: Procedure) -> str | None:
    """Refuse a record of another step than the one waited for."""
    if (record.step, record.step_id) == (step.number, step.id):
        return None
    return (
        f"langkah {record.step} belum gilirannya: yang ditunggu langkah {step.number} "
        f"({step.activity.rstrip('.')}) oleh {procedure.roles[act.role]}"
    )


def wrong_word(record: Record, step: Step, act: Act) -> str | None:
    """Refuse a word the act does not know, effects it does not have, and a return without its note."""
    outcome = act.outcome(record.word)
    if outcome is None:
        words = " atau ".join(each.word for each in act.outcomes)
        return f"putusan '{record.word}' tidak dikenal pada langkah {step.number}: tulis {words}"
    if record.effects != act.effects:
        return f"catatan menyebut efek yang bukan efek langkah {step.number}"
    if outcome.note_required and not record.note.strip():
        return f"putusan {record.word} wajib disertai catatan: tulis apa yang harus diperbaiki"
    return None


def wrong_person(record: Record, act: Act, procedure: Procedure, people: People) -> str | None:
    """Refuse a record in another role than the act's, or by somebody who does not hold it."""
    person = people.by_id.get(record.person)
    name = procedure.roles[act.role]
    if record.role != act.role:
        return f"langkah ini wewenang {name}, bukan {procedure.roles.get(record.role, record.role)}"
    if person is None or not person.holds(procedure.office, act.role, record.at):
        return f"{person.name if person else record.person} tidak memegang peran {name}"
    return None


def wrong_day(record: Record, step: Step, day: date | None, zone: tzinfo, procedure: Procedure) -> str | None:
    """Refuse what the SOP wants done on *day* itself, counted in *zone*, when it comes later."""
    if not step.same_day or day is None or record.at.astimezone(zone).date() <= day:
        return None
    way_out = f" (atau catat {OVERRIDE} dengan alasan)" if procedure.overriders else ""
    return f"SOP menuntut langkah {record.step} selesai pada hari yang sama, {day.isoformat()}{way_out}"


def given_up(step: Step) -> str:
    """Say that nothing but going on counts while the item is given up."""
    return f"butir ini sudah dibatalkan: sebelum langkah lain, catat {RESUME} pada langkah {step.number}"


def four_eyes(record: Record, decided: Iterable[str], editors: Mapping[str, Collection[str]]) -> str | None:
    """Refuse a decision about files its person has had a hand in."""
    both = sorted(path for path in decided if record.person in editors.get(path, ()))
    if not both:
        return None
    return f"empat mata: {record.person} ikut menyunting {', '.join(both)}, jadi tidak boleh memutuskannya"


def wrong_override(record: Record, step: Step, act: Act, procedure: Procedure, people: People) -> str | None:
    """Refuse force majeure by anybody the SOP does not name for it, or without a reason."""
    roles = procedure.overriders
    if not roles:
        return "SOP ini tidak mengenal keadaan kahar"
    if not _holds(record, roles, procedure, people):
        return f"keadaan kahar hanya boleh dinyatakan oleh {' atau '.join(procedure.roles.get(r, r) for r in roles)}"
    if not record.note.strip():
        return "keadaan kahar wajib disertai alasan dan siapa yang memerintahkan"
    if record.effects != act.effects:
        return f"catatan menyebut efek yang bukan efek langkah {step.number}"
    return None


def wrong_review(
    record: Record, overrides: Sequence[Done], reviewed: set[int], procedure: Procedure, people: People
) -> str | None:
    """Refuse a review of nothing, of one's own override, by somebody who decides nothing, or without a result."""
    deciding = tuple(act.role for step in procedure.steps for act in step.acts if act.kind.decides)
    found = [done for done in overrides if done.record.step == record.step]
    if all(done.record.sequence in reviewed for done in found):
        return f"tidak ada keadaan kahar pada langkah {record.step} yang perlu ditinjau"
    if any(done.record.person == record.person for done in found):
        return "keadaan kahar ditinjau oleh orang lain, bukan oleh yang menyatakannya"
    if not _holds(record, (*deciding, *procedure.overriders), procedure, people):
        return "peninjau harus memegang peran pengoreksi atau penyetuju dalam SOP ini"
    if record.effects:
        return "tinjauan tidak punya efek"
    if not record.note.strip():
        return "hasil tinjauan wajib ditulis pada catatan"
    return None


def wrong_proof(record: Record, history: Sequence[Done], procedure: Procedure, people: People) -> str | None:
    """Refuse a proof on a step that has made nothing happen outside, by who does not do that step, or of no form."""
    done = [each for each in history if each.record.effects and each.record.step == record.step]
    if not done:
        return f"langkah {record.step} belum berakibat apa pun di luar: tidak ada yang dibuktikan padanya"
    roles = tuple(act.role for act in done[-1].step.acts)
    if not _holds(record, roles, procedure, people):
        return (
            f"bukti langkah {record.step} wewenang {' atau '.join(procedure.roles.get(role, role) for role in roles)}"
        )
    if record.effects:
        return "bukti tidak punya efek"
    return None if proofs.read(record.note) else f"bukti ditulis pada catatan sebagai {proofs.FORM}"


def wrong_pause(
    record: Record, abandoned: Record | None, done: Sequence[Done], procedure: Procedure, people: People
) -> str | None:
    """Refuse to give an item up, or to take it up again, by who may not begin it, without a reason, or too late."""
    role = procedure.steps[0].acts[0].role
    if record.word == RESUME and abandoned is None:
        return "butir ini tidak sedang dibatalkan"
    if not _holds(record, (role,), procedure, people):
        return f"membatalkan dan melanjutkan butir ini wewenang {procedure.roles[role]}, pelaksana langkah pertama"
    if happened := next((each for each in done if each.record.effects), None):
        return f"langkah {happened.record.step} sudah berakibat: butir ini diselesaikan menurut SOP-nya"
    if record.effects or not record.note.strip():
        return f"{record.word} wajib disertai alasan pada catatan"
    return None


def wrong_restart(record: Record, old: Procedure, new: Procedure | None, files: Files, people: People) -> str | None:
    """Refuse to begin anew under *new* when it does not void *old*, or by anybody who may not begin."""
    if new is None or not record.sop == new.id == old.id:
        return f"SOP {record.sop} versi {record.version[:12]} tidak pernah berlaku bagi butir ini"
    if not voids(old, new):
        return "SOP tidak berganti lingkup atau peran: butir tetap berjalan menurut versi lamanya"
    first = new.steps[0]
    role = first.acts[0].role
    if (record.step, record.step_id) != (first.number, first.id):
        return f"mulai ulang dicatat pada langkah pertama SOP yang baru: pakai --step {first.number}"
    if not _holds(record, (role,), new, people):
        return f"mulai ulang wewenang {new.roles[role]}, pelaksana langkah pertama SOP yang baru"
    if record.effects or record.attachments or not record.note.strip():
        return "mulai ulang tanpa efek dan lampiran, dan wajib disertai catatan: tulis mengapa"
    return STALE if record.digest != digest(files, first.covers) else None


def _holds(record: Record, roles: Sequence[str], procedure: Procedure, people: People) -> bool:
    person = people.by_id.get(record.person)
    return record.role in roles and person is not None and person.holds(procedure.office, record.role, record.at)
