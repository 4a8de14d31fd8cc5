"""Pages of SOP procedures: the identity block and the step table of Permenpan RB 35/2012, printable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model.site import procedure_address
from pipeline.site import rendering, wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.procedure import Act, Identity, Procedure, Step
    from pipeline.model.site import SiteData
    from pipeline.site.page import Page


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """A step as the table shows it."""

    step: Step
    actors: tuple[str, ...]
    shapes: tuple[str, ...]
    """One flowchart shape per role of the procedure, '' where the role does not act."""
    remarks: tuple[str, ...]


def procedure_pages(data: SiteData) -> Iterator[Page]:
    """Yield the index of all SOPs and one page per procedure."""
    groups = [
        (office, [found for found in data.procedures.values() if found.office == office.id])
        for office in data.offices.values()
    ]
    yield rendering.page(
        "sop-indeks.html",
        address="sop/",
        section="sop",
        title="Prosedur kerja (SOP)",
        description="Standar operasional prosedur pengelolaan JDIH, langkah demi langkah, menurut kantor.",
        changed=data.as_of,
        kelompok=[(office, found) for office, found in groups if found],
    )
    for procedure in data.procedures.values():
        yield _page(procedure, data)


def _page(procedure: Procedure, data: SiteData) -> Page:
    identity = procedure.identity
    return rendering.page(
        "sop.html",
        address=procedure_address(procedure.id),
        section="sop",
        title=identity.title,
        description=f"SOP Nomor {identity.number}: {identity.title}, {len(procedure.steps)} langkah.",
        head=rendering.meta(butir=procedure.id, sidik=procedure.version),
        changed=identity.revised or identity.effective or identity.made,
        prosedur=procedure,
        kantor=data.offices[procedure.office],
        jati_diri=tuple(_identity(procedure)),
        daftar=tuple(_lists(identity)),
        baris=tuple(_row(procedure, step) for step in procedure.steps),
        ditafsirkan=any(not step.actor_stated for step in procedure.steps),
    )


def _identity(procedure: Procedure) -> Iterator[tuple[str, str]]:
    identity = procedure.identity
    yield "Nomor SOP", identity.number
    yield "Tanggal Pembuatan", wording.day(identity.made)
    yield "Tanggal Revisi", wording.day(identity.revised)
    yield "Tanggal Efektif", wording.day(identity.effective)
    yield "Disahkan oleh", identity.approved_by
    yield "Nama SOP", identity.title
    if procedure.reviews_per_year:
        yield "Tinjau ulang", f"{procedure.reviews_per_year} kali setahun"
    if procedure.aliases:
        yield "Nomor lain pada naskah", "; ".join(procedure.aliases)


def _lists(identity: Identity) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "Dasar Hukum", identity.legal_basis
    yield "Kualifikasi Pelaksana", identity.qualifications
    yield "Keterkaitan", identity.related
    yield "Peralatan/Perlengkapan", identity.equipment
    yield "Peringatan", identity.warnings
    yield "Pencatatan dan Pendataan", identity.records


def _row(procedure: Procedure, step: Step) -> TableRow:
    acting = {act.role for act in step.acts}
    shape = "ujung" if step in (procedure.steps[0], procedure.steps[-1]) else "kotak"
    shape = "belah" if any(len(act.outcomes) > 1 for act in step.acts) else shape
    return TableRow(
        step=step,
        actors=tuple(dict.fromkeys(procedure.roles[act.role] for act in step.acts)),
        shapes=tuple(shape if role in acting else "" for role in procedure.roles),
        remarks=tuple(_remarks(procedure, step)),
    )


def _remarks(procedure: Procedure, step: Step) -> Iterator[str]:
    for act in step.acts:
        yield from _decisions(procedure, step, act)
        for effect in act.effects:
            yield f"Akibat: {wording.EFFECTS[effect]}"
    if step.same_day:
        yield "Pada hari yang sama"
    if step.effect_precedes:
        yield "SOP menempatkan akibat sebelum persetujuan"


def _decisions(procedure: Procedure, step: Step, act: Act) -> Iterator[str]:
    if len(act.outcomes) == 1 and act.outcomes[0].target is None:
        return
    for outcome in act.outcomes:
        target = procedure.step(outcome.target) if outcome.target else None
        if target is None:
            way = "lanjut"
        elif target.number > step.number:
            way = f"ke langkah {target.number}"
        else:
            way = f"kembali ke langkah {target.number}"
        yield f"{outcome.word}: {way}" + (", dengan catatan" if outcome.note_required else "")
