"""The words and commits by which an item reaches `main`: the same on every carrier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import records

if TYPE_CHECKING:
    from pipeline.carriers.repository import Identity, Repository
    from pipeline.items import Place
    from pipeline.model.history import Progress, Record


def commit_record(repository: Repository, place: Place, record: Record, parent: str, who: Identity) -> str:
    """Make the signed commit that carries *record* and nothing else; return its id."""
    path = f"{place.folder}/{records.file_name(record)}"
    message = (
        f"Langkah {record.step} {record.word}: {record.item}\n\n"
        f"Sop: {record.sop}\nSop-Langkah: {record.step}\nSop-Putusan: {record.word}\nSop-Sidik: {record.digest}\n"
    )
    return repository.commit([parent], parent, {path: records.dump(record)}, message, who, record.at)


def title(place: Place) -> str:
    """Return the first line of an item's merge commit."""
    return f"Terbitkan {place.id}"


def trailers(place: Place, progress: Progress | None) -> str:
    """Return the rest of its message: the item, its SOP's version, and the steps that stand."""
    lines = [f"Sop-Butir: {place.id}"]
    if progress:
        lines.append(f"Sop-Versi: {progress.procedure.id}@{progress.procedure.version}")
        lines += [f"Sop-Langkah: {done.step.number} {done.record.word} {done.record.person}" for done in progress.done]
    return "\n".join(lines) + "\n"
