"""Records of an item's `catatan/`: one YAML file an event, written and read here only."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline import frontmatter
from pipeline.model.history import Attachment, Record
from pipeline.model.procedure import Effect

if TYPE_CHECKING:
    from pipeline.frontmatter import Document

FOLDER = "catatan"
_NAME = re.compile(r"catatan/(\d{4})-([a-z0-9_]+)\.yaml")
_KEYS = (
    "urut",
    "butir",
    "sop",
    "versi_sop",
    "langkah",
    "tahap",
    "putusan",
    "efek",
    "peran",
    "oleh",
    "putaran",
    "sidik",
    "lampiran",
    "catatan",
    "pada",
    "sumber",
)
_LATE = (*_KEYS, "naskah")
"""What a record holds that was not written at once."""


def file_name(record: Record) -> str:
    """Return where the record stands inside its item folder: `catatan/0003-koreksi.yaml`."""
    return f"{FOLDER}/{record.sequence:04d}-{record.step_id}.yaml"


def is_record_path(path: str) -> bool:
    """Whether *path*, inside an item folder, belongs to the records."""
    return path == FOLDER or path.startswith(f"{FOLDER}/")


def is_record_name(path: str) -> bool:
    """Whether *path*, inside an item folder, is named as a record must be."""
    return _NAME.fullmatch(path) is not None


def dump(record: Record) -> bytes:
    """Return the record as the YAML file that is signed."""
    values: dict[str, object] = {
        "urut": str(record.sequence),
        "butir": record.item,
        "sop": record.sop,
        "versi_sop": record.version,
        "langkah": str(record.step),
        "tahap": record.step_id,
        "putusan": record.word,
        "efek": [str(effect) for effect in record.effects],
        "peran": record.role,
        "oleh": record.person,
        "putaran": str(record.round),
        "sidik": record.digest,
        "lampiran": [{"berkas": paper.file, "sha256": paper.sha256} for paper in record.attachments],
        "catatan": record.note,
        "pada": record.at.isoformat(timespec="seconds"),
        "sumber": record.source,
    }
    if record.draft:
        values["naskah"] = record.draft
    return frontmatter.dump(values).encode()


def parse(data: bytes) -> Record:
    """Read a record; raise `MalformedError` when it is not one written by `dump`."""
    document = frontmatter.parse_yaml(data)
    if tuple(document.fields) not in (_KEYS, _LATE):
        raise frontmatter.MalformedError(1, f"catatan harus berisi kunci {', '.join(_KEYS)}, berurutan")
    if dump(record := _record(document)) != data:
        raise frontmatter.MalformedError(1, "catatan harus ditulis oleh jdih, bukan dengan tangan")
    return record


def _record(document: Document) -> Record:
    fields = document.fields
    return Record(
        sequence=_number(document, "urut"),
        item=str(fields["butir"]),
        sop=str(fields["sop"]),
        version=str(fields["versi_sop"]),
        step=_number(document, "langkah"),
        step_id=str(fields["tahap"]),
        word=str(fields["putusan"]),
        effects=_effects(document),
        role=str(fields["peran"]),
        person=str(fields["oleh"]),
        round=_number(document, "putaran"),
        digest=str(fields["sidik"]),
        attachments=_attachments(document),
        note=str(fields["catatan"]),
        at=_moment(document, "pada"),
        source=str(fields["sumber"]),
        draft=str(fields.get("naskah", "")),
    )


def _attachments(document: Document) -> tuple[Attachment, ...]:
    found = []
    value = document.fields["lampiran"]
    for paper in value if isinstance(value, list) else ():
        if not isinstance(paper, dict) or set(paper) != {"berkas", "sha256"}:
            raise frontmatter.MalformedError(document.line("lampiran"), "lampiran: tulis berkas dan sha256")
        found.append(Attachment(file=str(paper["berkas"]), sha256=str(paper["sha256"])))
    return tuple(found)


def _effects(document: Document) -> tuple[Effect, ...]:
    value = document.fields["efek"]
    try:
        return tuple(Effect(str(name)) for name in (value if isinstance(value, list) else ()))
    except ValueError as error:
        raise frontmatter.MalformedError(document.line("efek"), "efek: nama efek tidak dikenal") from error


def _number(document: Document, key: str) -> int:
    value = document.fields[key]
    if not isinstance(value, str) or not value.isascii() or not value.isdigit():
        raise frontmatter.MalformedError(document.line(key), f"{key}: tulis bilangan")
    return int(value)


def _moment(document: Document, key: str) -> datetime:
    try:
        moment = datetime.fromisoformat(str(document.fields[key]))
    except ValueError as error:
        raise frontmatter.MalformedError(document.line(key), f"{key}: bukan waktu") from error
    if moment.tzinfo is None:
        raise frontmatter.MalformedError(document.line(key), f"{key}: waktu harus menyebut zona")
    return moment
