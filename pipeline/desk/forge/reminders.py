"""Reminders as issues: SOPs that want their review, steps that are late. One issue each, kept up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.desk import cases, reviews
from pipeline.desk.forge import docket, showing
from pipeline.desk.forge.comment import quoted
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.carriers.history import Policy
    from pipeline.desk.forge.link import Link
    from pipeline.model.forge import Issue

LABEL = "pengingat"
_LATE = "Langkah yang terlambat"


def remind(link: Link) -> None:
    """Open what is due, say what has changed, close what is done."""
    link.fetch()
    known = link.policy()
    wanted = dict(_reviews(link, known))
    if late := list(_late(link, known)):
        wanted[_LATE] = "\n".join(late)
    standing = {
        issue.title: issue for issue in link.ask(link.forge.issues(link.name, LABEL)) if issue.author == link.me
    }
    for title, body in wanted.items():
        keep(link, standing.get(title), LABEL, title, body)
    for title, issue in standing.items():
        if title not in wanted:
            link.ask(link.forge.close_issue(link.name, issue.number))


def keep(link: Link, issue: Issue | None, label: str, title: str, body: str) -> None:
    """Open the issue, or say *body* below the one that stands, unless that was the last thing said there."""
    if issue is None:
        link.ask(link.forge.open_issue(link.name, label, title, body))
        return
    said = [issue.body, *(each.body for each in link.ask(link.forge.comments(link.name, issue.number)))]
    if said[-1].strip() != body.strip():
        link.ask(link.forge.comment_issue(link.name, issue.number, body))


def _reviews(link: Link, known: Policy) -> Iterator[tuple[str, str]]:
    today = link.clock().date()
    for due in reviews.on_main(link.repository, cases.view(link.repository).main, known.people.by_id):
        if due.next is None or due.next < today:
            since = f"terakhir {due.last}" if due.last else "tidak diketahui kapan terakhir"
            asked = "" if due.stated else "; naskahnya tidak menyebut berapa kali, jadi diingatkan setahun sekali"
            body = f"SOP `{due.sop}` perlu ditinjau: {since}{asked}. Hasilnya ditulis di `{reviews.FILE}`."
            yield f"Tinjau SOP {due.sop}", body


def _late(link: Link, known: Policy) -> Iterator[str]:
    for pull in link.ask(link.forge.pulls(link.name)):
        if pull.branch.startswith(docket.BRANCH):
            try:
                row = showing.row_of(link, known, docket.study(link, known, pull))
            except JdihError as error:
                yield f"- #{pull.number}: {quoted(str(error))}"
                continue
            for step in row["langkah"] if row else ():
                if step["terlambat"] and step["keadaan"] == "ditunggu":
                    yield f"- #{pull.number} {quoted(str(row['judul']) if row else '')}: {_step(step)}"


def _step(step: Mapping[str, object]) -> str:
    end = str(step["tenggat"])[:16].replace("T", " ")
    return f"langkah {step['no']} oleh {quoted(str(step['peran']))}, tenggat {end}"
