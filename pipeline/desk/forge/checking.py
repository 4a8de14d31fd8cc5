"""What an unprivileged run can say of a pull request: its findings on their lines, and where its SOP stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.desk.forge import comment, docket, showing
from pipeline.model.base import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.desk.forge.docket import Docket
    from pipeline.desk.forge.link import Link

_ESCAPES = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_IN_PROPERTY = ((":", "%3A"), (",", "%2C"))
_LEVELS = {Severity.GALAT: "error", Severity.PERINGATAN: "warning"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What to print and what to show."""

    commands: tuple[str, ...]
    """Workflow commands: one annotation each."""
    summary: str
    """Markdown for the run's page."""
    fit: bool
    """Whether nothing must be mended now: findings on a draft that is on its way are only shown."""


def check(link: Link, number: int) -> Checked:
    """Return what there is to say about one pull request; nothing is written anywhere."""
    link.fetch()
    known, pull = link.policy(), link.ask(link.forge.pull(link.name, number))
    if not pull.branch.startswith(docket.BRANCH):
        return Checked(commands=(), summary="Usulan ini tidak mengubah butir mana pun.\n", fit=True)
    found = docket.study(link, known, pull)
    sheet = showing.sheet_of(link, known, found)
    text = comment.render(sheet).removeprefix(comment.MARKER).strip()
    return Checked(
        commands=tuple(_commands(found)),
        summary=f"{text}\n",
        fit=not found.is_hindered,
    )


def _commands(found: Docket) -> Iterator[str]:
    for fault in found.faults:
        yield f"::error::{_plain(fault)}"
    for each in found.findings:
        where = f"file={_property(each.path)},line={each.line},title={_property(each.code)}"
        yield f"::{_LEVELS[each.severity]} {where}::{_plain(each.message)}"


def _plain(text: str) -> str:
    """Escape a message: a line break would begin another command."""
    for mark, escape in _ESCAPES:
        text = text.replace(mark, escape)
    return text


def _property(text: str) -> str:
    text = _plain(text)
    for mark, escape in _IN_PROPERTY:
        text = text.replace(mark, escape)
    return text
