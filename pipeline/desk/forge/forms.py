"""The forms people fill in on the forge (`site_config/formulir.yaml`): their headings, and what a filled-in one says.

A form is text: what it says ends up as YAML values and as the body of a paper, never as a command, and what looks like
another heading inside the last, free field belongs to that field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import frontmatter
from pipeline.fields import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.fields import Fields
    from pipeline.model.procedure import Procedure

FILE = "site_config/formulir.yaml"
AREA = "FRM"
UNKNOWN_HEADING = 5
PROCEDURE = "SOP"
"""The heading below which every form names its SOP."""
_EMPTY = "_No response_"
_NAMED = re.compile(r"\{([^{}]*)\}")
_GIVEN = ("nomor", "peran_1", "peran_2")
_UNFIT = re.compile(r"[^a-z0-9/]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """One kind of form."""

    label: str
    headings: tuple[str, ...]
    """In their order; the last one is free text."""
    optional: tuple[str, ...]
    name: str
    """Pattern of the item's short name; a heading stands in braces."""
    title: str
    paper: str
    """The file of the item that carries what the form says."""
    columns: Mapping[str, str]
    """Key of that file's front matter -> pattern of its value."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled-in form."""

    form: Form
    values: Mapping[str, str]

    @property
    def lacking(self) -> list[str]:
        """Return the headings that must be filled in and are not."""
        return [each for each in self.form.headings if not self.values.get(each) and each not in self.form.optional]

    def slug(self) -> str:
        """Return the item's short name; what does not fit into one becomes a hyphen."""
        return _UNFIT.sub("-", _said(self.form.name, self.values).lower()).strip("-/")[:80]

    def title(self) -> str:
        """Return the item's title, on one line."""
        return " ".join(_said(self.form.title, self.values).split())[:150]

    def paper(self, template: bytes, procedure: Procedure) -> bytes:
        """Return the form's paper: the template's keys with what the form says, the free field as its text."""
        given = {**self.values, **_actors(procedure)}
        head: dict[str, object] = dict(frontmatter.parse(template).fields) if template else {"sop": procedure.id}
        head |= {"judul": self.title()} | {key: _said(pattern, given) for key, pattern in self.form.columns.items()}
        return f"---\n{frontmatter.dump(head)}---\n\n{self.values[self.form.headings[-1]]}\n".encode()


def read(data: bytes) -> tuple[Form, ...]:
    """Read the forms; raise `FaultyError` with every fault."""
    sheet = Sheet(data, FILE, AREA)
    keys = ("label", "isian", "nama", "judul", "berkas", "kolom")
    forms = tuple(_form(row) for row in sheet.top(("formulir",)).each("formulir", keys, ("boleh_kosong",)))
    sheet.finish()
    return forms


def _form(row: Fields) -> Form:
    headings = row.texts("isian")
    columns = row.values.get("kolom")
    patterns = (
        {key: value for key, value in columns.items() if isinstance(value, str)} if isinstance(columns, dict) else {}
    )
    for key, pattern in (
        ("nama", row.text("nama")),
        ("judul", row.text("judul")),
        *(("kolom", p) for p in patterns.values()),
    ):
        for named in _NAMED.findall(pattern):
            if named not in headings and named not in _GIVEN:
                row.sheet.fault(UNKNOWN_HEADING, row.path(key), f"'{named}' bukan isian formulir ini")
    return Form(
        label=row.text("label"),
        headings=headings,
        optional=row.texts("boleh_kosong"),
        name=row.text("nama"),
        title=row.text("judul"),
        paper=row.text("berkas"),
        columns=patterns,
    )


def fill(form: Form, body: str, number: int) -> Filled:
    """Read a filled-in form as the forge renders it; headings that do not come in their turn are text."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    ahead = list(form.headings)
    for line in body.replace("\r\n", "\n").split("\n"):
        if ahead and line.strip() == f"### {ahead[0]}":
            current = found.setdefault(ahead.pop(0), [])
        else:
            current.append(line)
    values = {heading: "\n".join(lines).strip() for heading, lines in found.items()}
    said = {heading: "" if value == _EMPTY else value for heading, value in values.items()}
    return Filled(form, {**said, "nomor": str(number)})


def _said(pattern: str, values: Mapping[str, str]) -> str:
    """Return *pattern* with what stands in braces replaced once: nothing in a value is a pattern again."""
    return _NAMED.sub(lambda found: values.get(found[1], ""), pattern)


def _actors(procedure: Procedure) -> dict[str, str]:
    roles = [procedure.roles[act.role] for step in procedure.steps[:2] for act in step.acts]
    return {"peran_1": roles[0], "peran_2": roles[-1]}
