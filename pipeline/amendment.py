"""Whether a new version of an SOP voids the old one, or lets its running items go on.

"A change does not apply to steps already done; a change of scope or of the responsible role voids the SOP as a
whole" (what the five SOPs share, sop-reading). Scope is the kind of item and which steps there are, with their
acts and effects; roles are the roles and who does which act. Wording, times, papers and dates are neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.procedure import Procedure, Step


def voids(old: Procedure, new: Procedure) -> tuple[str, ...]:
    """Return what of scope or roles *new* changes in *old*, in Indonesian; nothing: running items go on."""
    if old.version == new.version:
        return ()
    return (*_scope(old, new), *_roles(old, new))


def _scope(old: Procedure, new: Procedure) -> Iterator[str]:
    if old.item_kind != new.item_kind:
        yield f"jenis butir dari {old.item_kind} menjadi {new.item_kind}"
    for step in old.steps:
        after = new.step(step.id)
        if after is None:
            yield f"langkah {step.number} ({step.id}) dihapus"
        elif after.number != step.number:
            yield f"langkah {step.number} ({step.id}) menjadi langkah {after.number}"
        if after and _work(after) != _work(step):
            yield f"jenis pekerjaan atau efek langkah {after.number} ({step.id})"
    for step in new.steps:
        if old.step(step.id) is None:
            yield f"langkah {step.number} ({step.id}) ditambahkan"


def _work(step: Step) -> list[tuple[object, ...]]:
    return [(act.kind, *act.effects) for act in step.acts]


def _roles(old: Procedure, new: Procedure) -> Iterator[str]:
    yield from (f"peran {name} dihapus" for role, name in old.roles.items() if role not in new.roles)
    yield from (f"peran {name} ditambahkan" for role, name in new.roles.items() if role not in old.roles)
    for step in old.steps:
        after = new.step(step.id)
        if after and [act.role for act in after.acts] != [act.role for act in step.acts]:
            change = f"dari {_actors(step, old)} menjadi {_actors(after, new)}"
            yield f"pelaksana langkah {after.number} ({step.id}) {change}"


def _actors(step: Step, procedure: Procedure) -> str:
    return ", lalu ".join(procedure.roles[act.role] for act in step.acts)
