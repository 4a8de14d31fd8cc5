"""How a pull request stands, as people see it on the forge: status, one comment, labels, reviewers asked.

All of it is derived; nothing of it is ever read back to decide (git-workflow notes, b.1).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline import gate
from pipeline.carriers import history
from pipeline.desk import cases, overview
from pipeline.desk.forge import comment, foreseeing, pictures, writing
from pipeline.model.forge import CommitStatus, Status
from pipeline.model.history import ABANDON, RESUME

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.carriers.history import Policy
    from pipeline.desk.forge.docket import Docket
    from pipeline.desk.forge.link import Link
    from pipeline.model.forge import Pull

CONTEXT = "sop/gate"
LABELS = "sop:"
"""What the labels begin with that the desk sets and takes away."""


def judgement(found: Docket) -> tuple[Status, str]:
    """Return how `sop/gate` stands on the pull request's head, and why, in one line."""
    if found.faults:
        return Status.FAILURE, found.faults[0]
    if found.hearing is None:
        return Status.PENDING, "SOP belum diketahui: isi index.md atau kirim kertas langkah pertamanya"
    if found.is_due and found.conflict:
        return Status.FAILURE, "bertabrakan dengan main: hubungi pengelola sistem"
    if found.is_due and found.errors:
        return Status.FAILURE, f"langkahnya lengkap, tetapi pemeriksaan menemukan {found.errors} galat"
    if found.is_clear:
        return Status.SUCCESS, "langkah SOP lengkap"
    return Status.PENDING, gate.unfinished(found.hearing.progress)


def project(link: Link, known: Policy, found: Docket) -> None:
    """Show everything there is to see of a pull request that is not merged now."""
    status, why = judgement(found)
    say(link, found.pull, found.pull.head, status, why)
    sheet(link, known, found)
    labels(link, found, list(_words(link, known, found)))
    _reviewers(link, known, found)


def say(link: Link, pull: Pull, head: str, status: Status, why: str) -> None:
    """Say on *head* how the gate stands."""
    said = CommitStatus(context=CONTEXT, status=status, description=why, url=pull.url)
    link.ask(link.forge.set_status(link.name, head, said, link.me))


def case_of(link: Link, found: Docket, *, merged: bool = False) -> cases.Case | None:
    """Return the case of a pull request with all that was said in it; None while nothing can be heard."""
    if found.hearing is None or found.place is None:
        return None
    return cases.Case(
        place=found.place,
        title=history.title_of(found.place, found.hearing.events, link.repository.blob),
        tip=found.pull.head,
        progress=found.hearing.progress,
        events=found.hearing.events,
        merged=merged,
    )


def row_of(link: Link, known: Policy, found: Docket, *, merged: bool = False) -> dict[str, Any] | None:
    """Return where a heard item stands, as `overview.summary` gives it; None while nothing can be heard.

    Its remark says nothing that grows with the clock: the comment would be written anew by every run.
    """
    case = case_of(link, found, merged=merged)
    if case is None or case.progress is None:
        return None
    row = overview.summary(case, known.offices.get(case.place.office), known.people, link.clock())
    if merged and row["lengkap"]:
        return row
    lasting = judgement(found)[1] if found.is_due and not merged else overview.remark(case, case.progress)
    return row | {"keterangan": lasting}


def sheet_of(link: Link, known: Policy, found: Docket, *, merged: bool = False) -> comment.Sheet:
    """Return what the comment of a pull request shows."""
    ahead = foreseeing.Outlook()
    if found.hearing and found.place and not merged and not found.is_abandoned:
        procedure = found.hearing.progress.procedure
        ahead = foreseeing.outlook(link.repository, found.pull.head, found.place, known, procedure)
    office = known.offices.get(found.place.office) if found.place else None
    return comment.Sheet(
        row=row_of(link, known, found, merged=merged),
        zone=ZoneInfo(office.timezone) if office else UTC,
        faults=found.faults,
        findings=found.findings,
        unheard=found.hearing.unheard if found.hearing else (),
        posts=ahead.posts,
        plan=ahead.plan,
        next_words=_commands(found),
        way_out=_way_out(found),
        papers=writing.papers(link, found),
    )


def sheet(link: Link, known: Policy, found: Docket, *, merged: bool = False) -> None:
    """Keep the one comment up to date."""
    made = sheet_of(link, known, found, merged=merged)
    text = comment.render(replace(made, pictures=pictures.shown(link, found.pull, made.posts)))
    link.ask(link.forge.put_comment(link.name, found.pull.number, comment.MARKER, text, link.me))


def _commands(found: Docket) -> list[str]:
    progress = found.hearing.progress if found.hearing else None
    if progress is None or progress.step is None or progress.act is None:
        return []
    if progress.abandoned:
        return [f"/sop {progress.step.number} {RESUME} ALASAN"]
    return [f"/sop {progress.step.number} {outcome.word}" for outcome in progress.act.outcomes]


def _way_out(found: Docket) -> str:
    """Say how an item is given up while nothing has come of it: closing its proposal alone gives up nothing."""
    progress = found.hearing.progress if found.hearing else None
    if progress is None or progress.step is None or progress.abandoned:
        return ""
    if any(done.record.effects for done in progress.history):
        return ""
    who = progress.procedure.roles[progress.procedure.steps[0].acts[0].role]
    return f"{comment.quoted(who)} dapat membatalkan butir ini: `/sop {progress.step.number} {ABANDON} ALASAN`"


def labels(link: Link, found: Docket, words: Sequence[str]) -> None:
    """Set the labels: a projection, never read as state."""
    link.ask(link.forge.set_labels(link.name, found.pull.number, LABELS, [f"{LABELS} {word}" for word in words]))


def _words(link: Link, known: Policy, found: Docket) -> Iterator[str]:
    if found.is_hindered:
        yield "perlu diperbaiki"
    progress = found.hearing.progress if found.hearing else None
    if progress is None or progress.step is None:
        return
    if progress.abandoned:
        yield "dibatalkan"
        return
    yield f"langkah {progress.step.number}"
    row = row_of(link, known, found) or {"langkah": ()}
    if any(step["terlambat"] for step in row["langkah"]):
        yield "terlambat"
    if progress.overrides:
        yield "keadaan kahar"


def _reviewers(link: Link, known: Policy, found: Docket) -> None:
    """Ask those for a review who may decide the step waited for, and nobody else."""
    progress = found.hearing.progress if found.hearing else None
    wanted: set[str] = set()
    if progress and progress.act and progress.act.kind.decides and not progress.abandoned:
        holders = known.people.holders(progress.procedure.office, progress.act.role, link.clock())
        wanted = {login for each in holders if (login := each.logins.get(link.forge.NAME))} - {found.pull.author}
    asked = set(found.pull.reviewers)
    if surplus := sorted(asked - wanted):
        link.ask(link.forge.withdraw_reviewers(link.name, found.pull.number, surplus))
    if lacking := sorted(wanted - asked):
        link.ask(link.forge.request_reviewers(link.name, found.pull.number, lacking))
