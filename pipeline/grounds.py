"""Grounds on which a record does not count, each said in the words of the SOP.

Here stand those that need no memory of the run: turn and word of an act, and the three words every SOP knows
besides its own: force majeure (keadaan kahar), its review, and the restart after the SOP has changed. Each
function returns the reason, or None. Source: what the five SOPs share (sop-reading).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.amendment import voids
from pipeline.digests import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def wrong_restart(record: Record, old: Procedure, new: Procedure, files: Files, people: People) -> str | None:
    """Refuse to begin anew under *new* when it does not void *old*, or by anybody who may not begin."""
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
