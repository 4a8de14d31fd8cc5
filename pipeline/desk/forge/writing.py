"""Where the papers of the step waited for are written in a browser, each begun from its template."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline import store
from pipeline.desk import opening

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.desk.forge.docket import Docket
    from pipeline.desk.forge.link import Link
    from pipeline.items import Place
    from pipeline.model.procedure import Procedure, Step


def papers(link: Link, found: Docket) -> Mapping[str, str]:
    """Return file -> address of every paper the step may write, and of every one it still lacks."""
    progress = found.hearing.progress if found.hearing else None
    if found.place is None or progress is None or progress.step is None or progress.abandoned:
        return {}
    step, place, branch, tip = progress.step, found.place, found.pull.branch, found.pull.head
    there = link.repository.tree(tip, place.folder)
    lacking = " ".join(progress.missing)
    begun = _begun(link, tip, place, progress.procedure, step)
    addresses = {}
    for name in dict.fromkeys(name for name in (*step.papers, *step.edits) if "*" not in name):
        path = f"{place.folder}/{name}"
        if name in there and name not in step.edits and f"({name})" not in lacking:
            continue
        if not name.endswith(".md"):
            addresses[name] = link.forge.upload_url(link.name, branch, path.rpartition("/")[0])
        elif name in there:
            addresses[name] = link.forge.edit_file_url(link.name, branch, path)
        else:
            addresses[name] = link.forge.new_file_url(link.name, branch, path, begun.get(name, b"").decode())
    return addresses


def _begun(link: Link, tip: str, place: Place, procedure: Procedure, step: Step) -> Mapping[str, bytes]:
    """Return the step's papers as their templates have them, told what the other papers on the branch say."""
    repository = link.repository
    told = {each.attests for each in step.requirements if each.attests}
    with TemporaryDirectory(prefix="jdih-kertas-") as folder:
        for name, (_, blob) in repository.tree(tip, place.folder).items():
            if name in told or ("/" not in name and name.endswith(".md")):
                store.write(Path(folder) / name, repository.blob(blob))
        now = opening.local(repository, place, link.clock())
        return opening.papers(repository, procedure, place, step, now, Path(folder))
