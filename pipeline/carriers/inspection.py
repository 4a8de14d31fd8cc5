"""Check an item as a revision holds it, with the rules writers know from `jdih check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import content, records, rules
from pipeline.carriers import history
from pipeline.model.base import JdihError, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.carriers.repository import Repository
    from pipeline.items import Place
    from pipeline.model.base import Finding
    from pipeline.model.people import Office


def errors(repository: Repository, main: str, tip: str, place: Place, offices: Mapping[str, Office]) -> list[Finding]:
    """Return what must be mended in the item at *tip* before it may reach *main*."""
    tree = repository.tree(tip, place.folder)
    files = {path: repository.blob(blob) for path, (_, blob) in tree.items() if not records.is_record_path(path)}
    types = repository.read(main, history.TYPES)
    if types is None:
        raise JdihError(f"{history.TYPES} tidak ada di main")
    known = frozenset(each.id for each in history.places_on(repository, main))
    desk = rules.Desk(offices=offices, types=content.document_types(types), ids=known)
    found = rules.check_folder(place.folder, files, desk)
    return [each for each in found if each.severity is Severity.GALAT]
