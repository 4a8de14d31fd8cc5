"""Check an item as a revision holds it, with the rules writers know from `jdih check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import content, records, rules
from pipeline.carriers import history
from pipeline.model.base import Finding, JdihError, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.carriers.repository import Repository
    from pipeline.items import Place
    from pipeline.model.item import DocumentType
    from pipeline.model.procedure import Procedure


def types(repository: Repository, revision: str) -> Mapping[str, DocumentType]:
    """Return the types of legal products at *revision*; raise `JdihError` when they cannot be read."""
    data = repository.read(revision, history.TYPES)
    if data is None:
        raise JdihError(f"{history.TYPES} tidak ada di main")
    return content.document_types(data)


def errors(
    repository: Repository, tip: str, place: Place, known: history.Policy, procedure: Procedure
) -> list[Finding]:
    """Return what must be mended in the item at *tip*, which runs on *procedure*, before it may reach `main`."""
    return [each for each in findings(repository, tip, place, known, procedure) if each.severity is Severity.GALAT]


def findings(
    repository: Repository, tip: str, place: Place, known: history.Policy, procedure: Procedure
) -> list[Finding]:
    """Return everything the rules say about the item at *tip*, advice included."""
    main = known.revision
    tree = repository.tree(tip, place.folder)
    files = {path: repository.blob(blob) for path, (_, blob) in tree.items() if not records.is_record_path(path)}
    desk = rules.Desk(
        offices=known.offices,
        types=types(repository, main),
        procedures={procedure.id: procedure},
        places={each.id: each for each in history.places_on(repository, main)},
        read=lambda folder: _texts(repository, main, folder),
    )
    return [*_other_procedure(place, files, procedure), *rules.check_folder(place.folder, files, desk)]


def _texts(repository: Repository, revision: str, folder: str) -> dict[str, bytes]:
    tree = repository.tree(revision, folder)
    return {path: repository.blob(blob) for path, (_, blob) in tree.items() if path.endswith((".md", ".yaml"))}


def _other_procedure(place: Place, files: Mapping[str, bytes], procedure: Procedure) -> Iterator[Finding]:
    """Refuse front matter that names another SOP than the records follow: rules ask the SOP it names."""
    item = content.read(place.folder, files)
    if not isinstance(item, tuple) and item.sop != procedure.id:
        file, line = item.at("sop")
        message = f"'sop' berbunyi '{item.sop}', padahal catatan butir ini mengikuti {procedure.id}: samakan"
        yield Finding(code="MET005", path=f"{place.folder}/{file}", line=line, message=message)
