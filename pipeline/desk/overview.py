"""A case in words and numbers: what `jdih status`, the demo's table and a forge's comment show.

In two parts. What follows from an item's history and its SOP (`facts`) does not change with the clock and may be
kept (`memo`). Who may act today and how late it is (`shown`) is told when it is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pipeline import calendar, gate
from pipeline.desk import deadlines
from pipeline.model.history import AFTERWARDS, Draft

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.desk.cases import Case
    from pipeline.model.history import Done, Progress
    from pipeline.model.people import Office, People
    from pipeline.model.procedure import Procedure, Step

    Facts = dict[str, Any]
    """Plain values with Indonesian keys, as JSON keeps them; moments in ISO form."""


def summary(case: Case, office: Office | None, people: People, now: datetime) -> dict[str, Any]:
    """Return the case as plain values with Indonesian keys, ready for JSON."""
    today = Today(people, {office.id: office} if office else {}, now)
    steps = table(case.progress.procedure) if case.progress else []
    return shown(facts(case, office), steps, today, merged=case.merged)


# -- what history says


def facts(case: Case, office: Office | None) -> Facts:
    """Return what the case says whatever the time."""
    progress, head = case.progress, {"id": case.place.id, "judul": case.title, "kantor": case.place.office}
    if progress is None or office is None:
        return head | {"sop": None, "keterangan": "SOP belum diketahui: isi index.md atau catat langkah pertama"}
    day = next((event.day for event in reversed(case.events) if isinstance(event, Draft) and event.day), None)
    since = begun(case, progress)
    awaited = progress.step if not progress.abandoned else None
    end = deadlines.due(awaited, since, day, office) if awaited else None
    return head | {
        "sop": progress.procedure.id,
        "versi_sop": progress.procedure.version,
        "putaran": progress.round,
        "selesai": [_finished(step, done, day, office) for step, done in _by_step(progress)],
        "ditunggu": _awaited(progress, since, end, day, office),
        "kurang": list(progress.missing) if awaited else [],
        "kahar": [_override(done, progress) for done in progress.overrides],
        "lengkap": progress.complete,
        "keterangan": remark(case, progress),
        "tahun": [calendar.local(moment, office).year for moment in (case.events[0].at, end or since)],
    }


def unreadable(item: str, reason: str) -> Facts:
    """Return the facts of an item whose branch cannot be read."""
    return {"id": item, "judul": item, "kantor": "", "sop": None, "keterangan": f"TIDAK TERBACA: {reason}"}


def table(procedure: Procedure) -> list[dict[str, Any]]:
    """Return what the SOP says of each step, whatever the item."""
    return [
        {
            "no": step.number,
            "kegiatan": step.activity,
            "peran": ", lalu ".join(dict.fromkeys(procedure.roles[act.role] for act in step.acts)),
            "standar": str(step.standard) if step.standard else None,
        }
        for step in procedure.steps
    ]


def begun(case: Case, progress: Progress) -> datetime:
    """Return since when the step waited for has been possible; of a complete item, its last record."""
    written = [done for done in progress.history if done.record.word not in AFTERWARDS]
    first = next((done.since for done in progress.done if done.step is progress.step), None)
    return first or (written[-1].record.at if written else case.events[0].at)


def _by_step(progress: Progress) -> list[tuple[Step, list[Done]]]:
    found = [(step, [done for done in progress.done if done.step is step]) for step in progress.procedure.steps]
    return [(step, done) for step, done in found if done]


def _finished(step: Step, done: Sequence[Done], day: date | None, office: Office) -> dict[str, Any]:
    since, at = done[0].since, done[-1].record.at
    end = deadlines.due(step, since, day, office) if since else None
    return {
        "no": step.number,
        "oleh": ", ".join(dict.fromkeys(each.record.person for each in done)),
        "pada": calendar.local(at, office).isoformat(),
        "waktu_kerja_menit": deadlines.minutes(calendar.working_time(since, at, office)) if since else None,
        "tenggat": end.isoformat() if end else None,
        "terlambat_menit": deadlines.late(end, day if step.same_day else None, at, office),
        "kahar": any(each.overridden for each in done),
    }


def _awaited(
    progress: Progress, since: datetime, end: datetime | None, day: date | None, office: Office
) -> dict[str, Any] | None:
    step, act = progress.step, progress.act
    if step is None or act is None or progress.abandoned:
        return None
    return {
        "no": step.number,
        "peran": act.role,
        "nama_peran": progress.procedure.roles[act.role],
        "sejak": calendar.local(since, office).isoformat(),
        "tenggat": end.isoformat() if end else None,
        "hari_sama": day.isoformat() if step.same_day and day else None,
    }


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
    if progress.complete:
        done = gate.merging_act(progress)
        return f"lengkap: {progress.procedure.roles[done.act.role]} dapat menggabungkannya (jdih merge {case.place.id})"
    if progress.abandoned:
        return gate.unfinished(progress)
    if case.void:
        return case.void
    words = gate.unfinished(progress).removeprefix("belum boleh digabung").lstrip(": ")
    words = words[:1].lower() + words[1:]
    if progress.missing:
        words += f"; kurang {', '.join(progress.missing)}"
    return words


# -- what today adds


@dataclass(frozen=True, slots=True)
class Today:
    """The people and the offices as they are now."""

    people: People
    offices: Mapping[str, Office]
    now: datetime
    _held: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def holders(self, office: Office, role: str) -> list[str]:
        """Return the ids of the people who hold *role* on today's day of the office."""
        key = (office.id, role)
        if key not in self._held:
            at = calendar.local(self.now, office)
            self._held[key] = [person.id for person in self.people.holders(office.id, role, at)]
        return self._held[key]


def shown(known: Facts, steps: Sequence[Mapping[str, Any]], today: Today, *, merged: bool) -> dict[str, Any]:
    """Return an item's facts as they stand today, ready for JSON; *steps* is the `table` of its SOP."""
    head = {"id": known["id"], "judul": known["judul"], "sop": known["sop"]}
    tail = {"di_main": merged, "keterangan": sentence(known, today, merged=merged)}
    office = today.offices.get(known["kantor"])
    if known["sop"] is None or office is None:
        empty: dict[str, list[Any]] = {
            "langkah": [],
            "pemegang": [],
            "kurang": [],
            "kahar": [],
            "kalender_belum_resmi": [],
        }
        return head | {"putaran": 1} | empty | {"lengkap": False} | tail
    return (
        head
        | {key: known[key] for key in ("versi_sop", "putaran")}
        | {"langkah": [_step(step, known, office, today.now) for step in steps]}
        | {"pemegang": holders(known, office, today)}
        | {key: known[key] for key in ("kurang", "kahar", "lengkap")}
        | {"kalender_belum_resmi": uncertain_years(known, today)}
        | tail
    )


def _step(step: Mapping[str, Any], known: Facts, office: Office, now: datetime) -> dict[str, Any]:
    done: Facts = next((each for each in known["selesai"] if each["no"] == step["no"]), {})
    awaited = known["ditunggu"] or {}
    waiting = awaited.get("no") == step["no"]
    end = awaited["tenggat"] if waiting else done.get("tenggat")
    over = lateness(known, office, now) if waiting else done.get("terlambat_menit")
    return {
        **step,
        "keadaan": "ditunggu" if waiting else "selesai" if done else "belum",
        "oleh": done.get("oleh", ""),
        "pada": done.get("pada"),
        "waktu_kerja_menit": None if waiting else done.get("waktu_kerja_menit"),
        "tenggat": end,
        "terlambat": over is not None,
        "terlambat_menit": over,
        "kahar": done.get("kahar", False),
    }


def sentence(known: Facts, today: Today, *, merged: bool) -> str:
    """Say in one sentence what the item waits for, until when, and if nobody can do it: there is time to appoint."""
    if merged and known.get("lengkap"):
        return "selesai dan sudah di main"
    awaited, office = known.get("ditunggu"), today.offices.get(known["kantor"])
    words = str(known["keterangan"])
    if not awaited or office is None:
        return words
    words += _time_left(known, office, today.now)
    if not today.holders(office, awaited["peran"]):
        role = awaited["nama_peran"]
        words += f"; PERAN {role} TIDAK ADA PEMEGANGNYA: tunjuk seseorang di site_config/people.yaml"
    return words


def _time_left(known: Facts, office: Office, now: datetime) -> str:
    until = known["ditunggu"]["tenggat"]
    if not until:
        return ""
    end, over = deadlines.clock(datetime.fromisoformat(until), office), lateness(known, office, now)
    return f"; tenggat {end}" if over is None else f"; TERLAMBAT {deadlines.in_words(over, office)} (tenggat {end})"


def holders(known: Facts, office: Office, today: Today) -> list[str]:
    """Return the ids of the people who may do what is waited for today; none when nothing is, or nobody can."""
    return today.holders(office, known["ditunggu"]["peran"]) if known["ditunggu"] else []


def lateness(known: Facts, office: Office, now: datetime) -> float | None:
    """Return by how many working minutes the step waited for is late; None: it is not, or has no deadline."""
    awaited = known.get("ditunggu")
    if not awaited or not awaited["tenggat"]:
        return None
    day = date.fromisoformat(awaited["hari_sama"]) if awaited["hari_sama"] else None
    return deadlines.late(datetime.fromisoformat(awaited["tenggat"]), day, now, office)


def uncertain_years(known: Facts, today: Today) -> list[int]:
    """Return the years the item's times touch whose days off are not all official."""
    if "tahun" not in known:
        return []
    first, last = known["tahun"]
    years = range(first, (max(last, today.now.year) if known["ditunggu"] else last) + 1)
    return [year for year in years if not calendar.official(year)]
