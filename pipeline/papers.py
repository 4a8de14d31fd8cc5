"""What an office's papers say, where a step of an SOP depends on more than their being there.

A paper is a Markdown file of the item folder (`disposisi.md`, `notula.md`). Whether anything is written in it
cannot be told from its blob id, nor whether it attests the copy that lies beside it now: SOP KPU Prov. Jambi
15/2025, pengunggahan step 3, has the paper original and the digital copy compared before the upload.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from pipeline import frontmatter, items
from pipeline.model.history import Attestation, Paper

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.frontmatter import Value
    from pipeline.model.history import Record
    from pipeline.model.procedure import Requirement, Step

AGREES, DIFFERS = "sesuai", "tidak sesuai"
RESULT, COPY, SHA256, CHECKER, DAY = "hasil", "salinan", "sha256", "diperiksa_oleh", "tanggal"
"""Keys of an attestation's front matter."""
_HEAD = re.compile(rb"\A(?:\xef\xbb\xbf)?---[ \t]*\r?\n.*?^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_ATTESTS = re.compile(rb"^sha256:", re.MULTILINE)
_WORDS = re.compile(r"^(?![ \t]*#).*\w", re.MULTILINE)


def read(data: bytes) -> Paper:
    """Return what a Markdown paper says; what cannot be read as front matter attests nothing."""
    head = _HEAD.match(data)
    attests = head is not None and _ATTESTS.search(head[0])
    return Paper(written=_written(data, head[0] if head else b""), attestation=_attestation(data) if attests else None)


def _written(data: bytes, head: bytes) -> bool:
    body = data[len(head) :].decode("utf-8", "replace")
    return _WORDS.search(body) is not None and items.UNFILLED.search(data.decode("utf-8", "replace")) is None


def _attestation(data: bytes) -> Attestation | None:
    try:
        fields = frontmatter.parse(data).fields
    except frontmatter.MalformedError:
        return None
    return Attestation(
        result=_text(fields, RESULT),
        file=_text(fields, COPY),
        sha256=_text(fields, SHA256).lower(),
        checked_by=_text(fields, CHECKER),
        day=_day(_text(fields, DAY)),
    )


def _text(fields: Mapping[str, Value], key: str) -> str:
    value = fields.get(key, "")
    return value.strip() if isinstance(value, str) else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def unattested(step: Step, papers: Mapping[str, Paper], record: Record) -> str | None:
    """Return why a paper of *step* does not attest its copy as *record* found it, all reasons in one line, or None.

    The carrier has compared what the record says of each file (its attachments) with the file itself.
    """
    found = {each.file: each.sha256 for each in record.attachments}
    reasons = [
        reason
        for each in step.requirements
        if each.attests
        for _, reason in faults(each, papers.get(each.file or ""), found.get(each.attests))
    ]
    return "; ".join(reasons) or None


def faults(wanted: Requirement, paper: Paper | None, sha256: str | None) -> Iterator[tuple[str, str]]:
    """Yield key and reason for each thing that keeps *paper* from attesting the file as it is now.

    *sha256* is the file's own; None: there is no such file.
    """
    name, copy = wanted.file, wanted.attests
    said = paper.attestation if paper else None
    if said is None:
        yield SHA256, f"{name} belum menyatakan kesesuaian {copy}: isi {RESULT}, {COPY}, {SHA256}, {CHECKER} dan {DAY}"
        return
    if said.result == DIFFERS:
        way = f"minta salinan yang benar kepada unit pengusul, ganti {copy}, lalu cocokkan lagi"
        yield RESULT, f"{name} menyatakan {copy} tidak sesuai dengan naskah fisik: {way}"
    elif said.result != AGREES:
        yield RESULT, f"{name}: {RESULT} harus berbunyi {AGREES} atau {DIFFERS}"
    if said.file != copy:
        yield COPY, f"{name}: {COPY} harus menyebut berkas yang dicocokkan, {copy}"
    if sha256 is None:
        yield SHA256, f"{copy} yang dicocokkan {name} tidak ada: sertakan berkasnya"
    elif said.sha256 != sha256:
        way = f"cocokkan lagi, lalu tulis {SHA256}: {sha256}"
        yield SHA256, f"{copy} bukan lagi berkas yang dinyatakan {name}: {way}"
    if not said.checked_by:
        yield CHECKER, f"{name}: {CHECKER} belum diisi: tulis jabatan yang mencocokkan"
    if said.day is None:
        yield DAY, f"{name}: {DAY} harus berbentuk TTTT-BB-HH"
