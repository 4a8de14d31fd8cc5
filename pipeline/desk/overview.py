"""A case in words and numbers: what `jdih status`, the demo's table and a forge's comment show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline import calendar, gate

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from pipeline.desk.cases import Case
    from pipeline.model.history import Done, Progress
    from pipeline.model.people import Office, People
    from pipeline.model.procedure import Step


def summary(case: Case, office: Office | None, people: People, now: datetime) -> dict[str, Any]:
    """Return the case as plain values with Indonesian keys, ready for JSON."""
    progress = case.progress
    if progress is None:
        return {
            "id": case.place.id,
            "sop": None,
            "putaran": 1,
            "langkah": [],
            "kahar": [],
            "pemegang": [],
            "lengkap": False,
            "di_main": case.merged,
            "keterangan": "SOP belum diketahui: isi index.md atau catat langkah pertama",
        }
    return {
        "id": case.place.id,
        "judul": case.title,
        "sop": progress.procedure.id,
        "versi_sop": progress.procedure.version,
        "putaran": progress.round,
        "langkah": [_step(step, progress, office, now) for step in progress.procedure.steps],
        "pemegang": holders(progress, people, now),
        "kurang": list(progress.missing),
        "kahar": [_override(done, progress) for done in progress.overrides],
        "lengkap": progress.complete,
        "di_main": case.merged,
        "keterangan": remark(case, progress) + _nobody(progress, people, now),
    }


def holders(progress: Progress, people: People, now: datetime) -> list[str]:
    """Return the ids of the people who may do what is waited for today; none when nothing is, or nobody can."""
    if progress.act is None:
        return []
    return [person.id for person in people.holders(progress.procedure.office, progress.act.role, now)]


def _nobody(progress: Progress, people: People, now: datetime) -> str:
    """Say that a running step is held by nobody, while there is still time to appoint somebody."""
    if progress.act is None or holders(progress, people, now):
        return ""
    role = progress.procedure.roles[progress.act.role]
    return f"; PERAN {role} TIDAK ADA PEMEGANGNYA: tunjuk seseorang di site_config/people.yaml"


def _override(done: Done, progress: Progress) -> dict[str, Any]:
    """Return one passing-over under force majeure: flagged for good, reviewed or not."""
    return {
        "langkah": done.record.step,
        "oleh": done.record.person,
        "alasan": done.record.note,
        "ditinjau": done.record.sequence in progress.reviewed,
    }


def remark(case: Case, progress: Progress) -> str:
    """Say in one sentence what the item waits for."""
    if case.merged and progress.complete:
        return "selesai dan sudah di main"
    if progress.complete:
        done = gate.merging_act(progress)
        return f"lengkap: {progress.procedure.roles[done.act.role]} dapat menggabungkannya (jdih merge {case.place.id})"
    words = gate.unfinished(progress).removeprefix("belum boleh digabung").lstrip(": ")
    words = words[:1].lower() + words[1:]
    if progress.missing:
        words += f"; kurang {', '.join(progress.missing)}"
    return words


def _step(step: Step, progress: Progress, office: Office | None, now: datetime) -> dict[str, Any]:
    done = [each for each in progress.done if each.step is step]
    waiting = progress.step is step
    roles = dict.fromkeys(progress.procedure.roles[act.role] for act in step.acts)
    took = time_taken(done, office) if done else None
    return {
        "no": step.number,
        "kegiatan": step.activity,
        "peran": ", lalu ".join(roles),
        "keadaan": "ditunggu" if waiting else "selesai" if len(done) == len(step.acts) else "belum",
        "oleh": ", ".join(dict.fromkeys(each.record.person for each in done)),
        "pada": done[-1].record.at.isoformat() if done else None,
        "waktu_kerja_menit": None if took is None else round(took.total_seconds() / 60, 1),
        "standar": str(step.standard) if step.standard else None,
        "kahar": any(each.overridden for each in done),
        "terlambat": is_late(step, progress, office, now),
    }


def time_taken(done: list[Done], office: Office | None) -> timedelta | None:
    """Return the working time from when a step became possible to its last record."""
    since, until = done[0].since, done[-1].record.at
    if since is None or office is None:
        return None
    return calendar.working_time(since, until, office)


def is_late(step: Step, progress: Progress, office: Office | None, now: datetime) -> bool:
    """Whether a step took, or is taking, longer than its standard time."""
    if step.standard is None or office is None:
        return False
    done = [each for each in progress.done if each.step is step]
    if done:
        took = time_taken(done, office)
    elif progress.step is step and progress.history:
        took = calendar.working_time(progress.history[-1].record.at, now, office)
    else:
        return False
    return took is not None and took > calendar.allowed(step.standard, office)
