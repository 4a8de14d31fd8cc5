"""Opening items in a clone, and laying the papers a step needs."""

from __future__ import annotations

import hashlib
from string import Template
from typing import TYPE_CHECKING

from pipeline import content, items, store
from pipeline.carriers import history
from pipeline.carriers.repository import GitFault
from pipeline.desk import cases, comments
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from pipeline.carriers.repository import Repository
    from pipeline.model.procedure import Procedure, Step

TEMPLATES = "site_config/templat"


def new(repository: Repository, sop_id: str, slug: str, now: datetime) -> tuple[items.Place, list[str]]:
    """Open an item, or come back to it, and lay the papers its current step still lacks.

    Returns the item's place and the files laid, relative to its folder.
    """
    main = cases.view(repository).main
    procedure = history.current_procedure(repository, main, sop_id)
    place = _unfinished(repository, procedure, slug, now) or _place(procedure, slug, now.year)
    step: Step | None = procedure.steps[0]
    switch(repository, place.id)
    if repository.resolve(cases.view(repository).branch(place.id)):
        progress = cases.open_case(repository, place.id).progress
        step = progress.step if progress else step
    laid = _lay(repository, procedure, place, step, local(repository, place, now)) if step else []
    return place, laid


def place_for(repository: Repository, sop_id: str, slug: str, now: datetime) -> items.Place:
    """Return where an item opened now under an SOP would stand."""
    return _place(history.current_procedure(repository, cases.view(repository).main, sop_id), slug, now.year)


def local(repository: Repository, place: items.Place, now: datetime) -> datetime:
    """Return *now* on the clock of the item's office: the SOPs' 'same day' is its day, not the computer's."""
    return now.astimezone(history.zone(cases.policy(repository), place))


def switch(repository: Repository, item: str) -> None:
    """Put the clone's work tree on an item's branch, from the server's or new from `main`."""
    refs = cases.view(repository)
    start = refs.branch(item) if repository.resolve(refs.branch(item)) else refs.main
    _switch(repository, f"usul/{item}", start)


def _unfinished(repository: Repository, procedure: Procedure, slug: str, now: datetime) -> items.Place | None:
    """Return the item of this name that was opened last year and is still on its way, or None."""
    place = _place(procedure, slug, now.year - 1)
    here = repository.resolve(cases.view(repository).branch(place.id))
    return place if here and not cases.open_case(repository, place.id).merged else None


def _place(procedure: Procedure, slug: str, year: int) -> items.Place:
    type_, _, name = slug.rpartition("/")
    if procedure.item_kind == items.TYPED and not type_:
        raise JdihError("tulis jenisnya di depan nama, misalnya keputusan/keputusan-13")
    folder = items.folder_for(procedure.item_kind, procedure.office, year, name, type_)
    place = items.place_of(folder)
    if place is None or place.folder != folder:
        raise JdihError(f"nama '{slug}' tidak dapat dipakai: huruf kecil, angka dan tanda hubung saja")
    return place


def _switch(repository: Repository, branch: str, start: str) -> None:
    try:
        if repository.resolve(f"refs/heads/{branch}"):
            repository.git("switch", "--quiet", branch)
            repository.git("merge", "--quiet", "--ff-only", start)
        else:
            repository.git("switch", "--quiet", "--no-track", "-c", branch, start)
    except GitFault as error:
        raise JdihError(f"tidak dapat pindah ke {branch}: simpan dulu perubahan Anda ({error})") from error


def papers(  # noqa: PLR0913, PLR0917 - everything a template is told
    repository: Repository,
    procedure: Procedure,
    place: items.Place,
    step: Step,
    now: datetime,
    folder: Path | None = None,
) -> dict[str, bytes]:
    """Return the papers *step* needs as `main`'s templates have them, by name; only those that have a template.

    *folder* is where the item's files lie now; None: in the work tree.
    """
    folder = folder or repository.path / place.folder
    known = cases.policy(repository)
    values = {
        "id": place.id,
        "sop": procedure.id,
        "judul": place.slug.replace("-", " ").capitalize(),
        "tanggal": now.date().isoformat(),
        "tahun": str(place.year),
        "jenis": place.type,
        "tagar": ", ".join(f'"{tag}"' for tag in known.offices[place.office].hashtags),
    }
    laid = {}
    for name in dict.fromkeys(name for name in (*step.papers, *step.edits) if "*" not in name):
        found = (repository.read(known.revision, path) for path in _templates(procedure, name))
        template = next((data for data in found if data is not None), None)
        if template is not None:
            told = values | _attested(step, name, folder)
            laid[name] = Template(template.decode("utf-8")).safe_substitute(told).encode()
    if procedure.item_kind == comments.KIND and content.INDEX in laid:
        laid[content.INDEX] = comments.taken_over(laid[content.INDEX], folder)
    return laid


def _lay(repository: Repository, procedure: Procedure, place: items.Place, step: Step, now: datetime) -> list[str]:
    laid = []
    for name, data in papers(repository, procedure, place, step, now).items():
        target = repository.path / place.folder / name
        if not target.exists():
            store.write(target, data)
            laid.append(name)
    return laid


def _attested(step: Step, name: str, folder: Path) -> dict[str, str]:
    """Return what the template of an attesting paper is told of the file as it lies there now."""
    copy = next((each.attests for each in step.requirements if each.file == name and each.attests), None)
    if copy is None:
        return {}
    data = (folder / copy).read_bytes() if (folder / copy).is_file() else None
    found = hashlib.sha256(data).hexdigest() if data is not None else f"ISI: sha256 {copy}, sesudah berkasnya ada"
    return {"salinan": copy, "sha256": found}


def _templates(procedure: Procedure, name: str) -> Iterator[str]:
    """Yield where a paper's template may stand: the SOP's own, the item kind's, everybody's."""
    for place in (f"{procedure.id}/", f"{procedure.item_kind}/", ""):
        yield f"{TEMPLATES}/{place}{name}"
