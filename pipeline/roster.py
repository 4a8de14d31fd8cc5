"""Whether people.yaml speaks of offices and roles that exist.

A role is a column of an office's SOP tables; an assignment to anything else gives nobody any power and
is a slip of the pen that would show only on the day the person is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.base import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pipeline.model.people import People
    from pipeline.model.procedure import Procedure

PATH = "site_config/people.yaml"


def judge(people: People, offices: Collection[str], procedures: Iterable[Procedure]) -> Iterator[Finding]:
    """Yield the assignments that name an office or a role no SOP knows."""
    roles: dict[str, set[str]] = {office: set() for office in offices}
    for procedure in procedures:
        roles.setdefault(procedure.office, set()).update(procedure.roles)
    for number, person in enumerate(people.by_id.values()):
        for place, held in enumerate(person.assignments):
            at = f"orang.{number}.peran.{place}"
            if held.office not in offices:
                line = people.lines.get(f"{at}.kantor", 1)
                message = f"kantor '{held.office}' tidak ada: pilih dari {', '.join(sorted(offices))}"
                yield Finding(code="SET010", path=PATH, line=line, message=message)
            elif held.role not in roles[held.office]:
                line = people.lines.get(f"{at}.peran", 1)
                message = f"peran '{held.role}' tidak ada pada SOP kantor {held.office}: perbaiki atau hapus"
                yield Finding(code="SET011", path=PATH, line=line, message=message)
