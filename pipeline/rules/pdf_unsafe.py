"""PDF memuat program, lampiran tersembunyi, atau terkunci.

Mengapa: naskah resmi yang diunduh warga tidak boleh menjalankan apa pun; PDF terkunci tidak terbaca pencari dan
pembaca layar.
Salah: PDF dengan JavaScript, berkas tertanam, tindakan saat dibuka, atau kata sandi.
Benar: PDF hasil pindai atau ekspor biasa tanpa kata sandi.
Dasar: SOP KPU Prov. Jambi 15/2025, pengunggahan langkah 3 dan 5; ISO 32000 (tindakan dan berkas tertanam).
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from pipeline.model.item import ProdukHukum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "DOK004"
KINDS = (ProdukHukum,)
MAX_BYTES = 50_000_000
MAX_UNPACKED = 64_000_000
_HEAD = 2048
_STREAM = re.compile(rb">>\s*stream\r?\n")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_END = rb"(?![A-Za-z0-9_.-])"
_UNSAFE = tuple(
    (re.compile(rb"/(?:" + names + rb")" + _END + tail), what)
    for names, tail, what in (
        (rb"Encrypt", rb"", "kunci atau kata sandi"),
        (rb"JavaScript|JS", rb"", "JavaScript"),
        (rb"Launch|SubmitForm|ImportData|GoToR|GoToE|RichMedia|Movie|Rendition|AA", rb"", "tindakan otomatis"),
        (rb"OpenAction", rb"\s*(?!\s|\[)", "tindakan saat dibuka"),  # an array is a mere starting page
        (rb"EmbeddedFiles?", rb"", "berkas tertanam"),
        (rb"XFA", rb"", "formulir XFA"),
    )
)


def check(item: ProdukHukum, context: Context, /) -> Iterator[Place]:
    """Open each listed PDF and look for what it must not hold."""
    for index, found in enumerate(item.files):
        data = context.files.get(found.file)
        if data is not None and (fault := _fault(found.file, data)):
            yield *item.at(f"berkas.{index}.berkas"), f"{found.file} {fault}"


def _fault(name: str, data: bytes) -> str | None:
    if not name.lower().endswith(".pdf") or not data.startswith(b"%PDF-"):
        return "bukan PDF: simpan dokumen sebagai PDF"
    if len(data) > MAX_BYTES:
        return f"{len(data) // 1_000_000} MB, paling banyak {MAX_BYTES // 1_000_000} MB: pindai ulang lebih ringan"
    text = _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), _structure(data))
    for pattern, what in _UNSAFE:
        if pattern.search(text):
            return f"memuat {what}: simpan ulang sebagai PDF biasa"
    return _opened(data)


def _structure(data: bytes) -> bytes:
    """Return the document's dictionaries: everything outside streams, and what object streams unpack to."""
    outside, unpacked, position, left = [], [], 0, MAX_UNPACKED
    for match in _STREAM.finditer(data):
        if match.start() < position:
            continue
        end = data.find(b"endstream", match.end())
        head = data[max(position, match.start() - _HEAD) : match.start()]
        if b"ObjStm" in _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), head) and left > 0:
            unpacked.append(_inflate(data[match.end() : end], left))
            left -= len(unpacked[-1])
        outside.append(data[position : match.start()])
        position = end if end >= 0 else len(data)
    return b"\n".join([*outside, data[position:], *unpacked])


def _inflate(data: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, most)
    except zlib.error:
        return data


def _opened(data: bytes) -> str | None:
    """Ask a real PDF engine too: it finds what unusual packing hides from a search."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return "rusak atau terkunci: simpan ulang dari aslinya"
    try:
        if pypdfium2.raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
            return "memuat JavaScript: simpan ulang sebagai PDF biasa"
        if document.count_attachments() > 0:
            return "memuat berkas tertanam: simpan ulang sebagai PDF biasa"
        return None if len(document) else "tidak berhalaman: simpan ulang dari aslinya"
    finally:
        document.close()
