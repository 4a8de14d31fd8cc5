"""Item folders to nouns: front matter is checked whole, so that a writer sees every fault at once.

MET001 the file is missing or is not front matter; MET002 unknown key; MET003 nothing filled in;
MET004 a value of the wrong form; MET005 the item says another identity than its folder.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError

from pipeline import frontmatter, items
from pipeline.content import schema as schemas
from pipeline.model import item as nouns
from pipeline.model.base import Finding, JdihError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

    from pipeline.content.schema import Schema
    from pipeline.frontmatter import Document
    from pipeline.items import Place

INDEX, CAPTION, NOTE = "index.md", "takarir.md", items.NOTE
_SHAPES = {
    "string_type": "harus berupa satu teks, bukan daftar atau pasangan kunci",
    "list_type": "harus berupa daftar: satu baris berawalan - untuk tiap isi",
    "dict_type": "harus berupa pasangan kunci: nilai",
    "model_type": "harus berupa pasangan kunci: nilai",
    "string_unicode": "memuat huruf yang rusak: ketik ulang",
}
_CUSTOM = frozenset({"tanggal", "waktu", "bilangan", "tahun", "kelas"})
_SHOWN = 60


def read(folder: str, files: Mapping[str, bytes]) -> nouns.Item | tuple[Finding, ...]:
    """Return the item in *folder* (from the repository root), or all that keeps it from being one.

    *files* maps paths inside the folder to bytes; only the item's own Markdown files are opened.
    """
    place = items.place_of(f"{folder}/")
    if place is None or place.folder != folder:
        message = "folder ini bukan folder butir: pakai content/<jenis>/<kantor>/<tahun>/<nama>"
        return (Finding(code="MET001", path=folder, line=1, message=message),)
    reader = _Reader(place, files)
    return reader.item() or tuple(sorted(reader.findings, key=lambda found: (found.path, found.line)))


def document_types(data: bytes) -> Mapping[str, nouns.DocumentType]:
    """Read `site_config/jenis.yaml`; raise `JdihError` naming the line where it is wrong."""
    path = "site_config/jenis.yaml"
    try:
        document = frontmatter.parse_yaml(data)
    except frontmatter.MalformedError as error:
        raise JdihError(f"{path}:{error.line}: {error}") from error
    try:
        values = schemas.Types.model_validate(document.fields).values()
    except ValidationError as error:
        found = next(_findings(error, schemas.Types, document, path))
        raise JdihError(f"{found.path}:{found.line}: {found.message}") from error
    return {found.id: found for found in values["types"]}


class _Reader:
    """One reading of one folder; gathers findings until the end."""

    def __init__(self, place: Place, files: Mapping[str, bytes]) -> None:
        self.place = place
        self.files = files
        self.findings: list[Finding] = []
        self.lines: dict[str, tuple[str, int]] = {}

    def item(self) -> nouns.Item | None:
        """Return the item, or None with at least one finding."""
        kind = schemas.KINDS[self.place.kind]
        found = self._part(INDEX, kind, body="isi")
        extra = self._extra()
        if found is None:
            return None
        values, body = found
        self._identity(values)
        if self.findings:
            return None
        common = {"office": self.place.office, "folder": self.place.folder, "body": body, "lines": self.lines}
        item: nouns.Item = kind.NOUN(**values, **common, **extra)
        return item

    def _extra(self) -> dict[str, object]:
        if self.place.kind == "konten":
            part = self._part(CAPTION, schemas.Caption, body="takarir") if CAPTION in self.files else None
            return {"caption": nouns.Caption(text=part[1], **part[0]) if part else None}
        if self.place.kind == "perintah":
            part = self._part(NOTE, schemas.Note, body="isi_nota", prefix="nota.") if NOTE in self.files else None
            return {"note": nouns.OfficialNote(body=part[1], **part[0]) if part else None}
        return {}

    def _part(
        self, name: str, schema: type[Schema], *, body: str, prefix: str = ""
    ) -> tuple[dict[str, Any], str] | None:
        if name not in self.files:
            self._fault("MET001", name, 1, f"berkas {name} belum ada: buat di folder butir ini")
            return None
        try:
            document = frontmatter.parse(self.files[name])
        except frontmatter.MalformedError as error:
            self._fault("MET001", name, error.line, str(error))
            return None
        self.lines |= {f"{prefix}{key}": (name, line) for key, line in document.lines.items() if key}
        self.lines[body] = (name, document.body_line)
        try:
            return schema.model_validate(document.fields).values(), document.body
        except ValidationError as error:
            self.findings += _findings(error, schema, document, f"{self.place.folder}/{name}")
            return None

    def _identity(self, values: Mapping[str, Any]) -> None:
        place, sop = self.place, values["sop"]
        expected = {"id": (values["id"], place.id)}
        if place.type:
            expected |= {"jenis": (values["type"], place.type), "tahun": (str(values["year"]), f"{place.year:04d}")}
        for key, (said, wanted) in expected.items():
            if said != wanted:
                message = f"'{key}' berbunyi {_shown(said)}, padahal letak foldernya berarti {wanted}: samakan"
                self._fault("MET005", *self.lines[key], message)
        if sop and not sop.startswith(f"{place.office}/"):
            message = f"prosedur {_shown(sop)} bukan milik kantor {place.office}: pakai prosedur kantor sendiri"
            self._fault("MET005", *self.lines["sop"], message)

    def _fault(self, code: str, name: str, line: int, message: str) -> None:
        path = f"{self.place.folder}/{name}"
        self.findings.append(Finding(code=code, path=path, line=line, message=message))


def _findings(error: ValidationError, schema: type[Schema], document: Document, path: str) -> Iterator[Finding]:
    for fault in error.errors(include_url=False):
        code, message = _explain(fault, schema)
        line = document.line(".".join(map(str, fault["loc"])))
        yield Finding(code=code, path=path, line=line, message=message)


def _explain(fault: ErrorDetails, schema: type[Schema]) -> tuple[str, str]:
    """Say in Indonesian what pydantic found, and what to do."""
    kind, key = fault["type"], ".".join(map(str, fault["loc"]))
    name = f"'{_shown(key)}'"
    if kind == "missing":
        return "MET003", f"kunci {name} belum ada: tambahkan"
    if kind == "string_too_short":
        return "MET003", f"{name} belum diisi"
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(fault["loc"][-1])[:_SHOWN], _keys(schema, fault["loc"][:-1]), n=1)
        return "MET002", f"kunci {name} tidak dikenal: " + (f"mungkin maksudnya '{near[0]}'" if near else "hapus")
    if kind == "enum":
        choices = fault["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        return "MET004", f"{name} berisi {_shown(fault['input'])}: pilih salah satu dari {choices}"
    if kind in _CUSTOM:
        return "MET004", f"{name} berisi {_shown(fault['input'])}: {fault['msg']}"
    return "MET004", f"{name} {_SHAPES.get(kind, 'tidak dapat dibaca: tulis ulang nilainya')}"


def _keys(schema: type[Schema], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that may stand at *location*."""
    for part in location:
        field = next((found for name, found in schema.model_fields.items() if part in (name, found.alias)), None)
        inner = _schema_in(field.annotation) if field else None
        schema = inner or schema
    return [field.alias or name for name, field in schema.model_fields.items()]


def _schema_in(annotation: object) -> type[Schema] | None:
    if isinstance(annotation, type) and issubclass(annotation, schemas.Schema):
        return annotation
    return next(filter(None, map(_schema_in, get_args(annotation))), None)


def _shown(value: object) -> str:
    """Return *value* short and on one line, for a message."""
    text = value if isinstance(value, str) else type(value).__name__
    printable = "".join(letter if letter.isprintable() else "?" for letter in text)
    return printable if len(printable) <= _SHOWN else f"{printable[:_SHOWN]}..."
