"""An SOP file (site_config/sop/<office>/<id>.yaml) becomes a `Procedure`; all its faults are found at once.

The keys are the words of the offices' SOP documents: identity block (Permenpan RB 35/2012), table of steps
with kegiatan, pelaksana, kelengkapan, waktu and keluaran. Decision words belong to a step and name their
target, because the same word means opposite things in two steps of one SOP (SOP KPU RI 1/2024, steps 3 and 5).
What only office and people can tell (nobody holds a role, four eyes) is judged in `soundness`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import items
from pipeline.fields import MISSING, Fields, Sheet, suggestion
from pipeline.model.history import EVERYWHERE
from pipeline.model.procedure import (
    Act,
    ActKind,
    Effect,
    Identity,
    Outcome,
    Procedure,
    Requirement,
    Standard,
    Step,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.frontmatter import Value

AREA = "SOP"
FOLDER = "site_config/sop"
SEQUENCE, DUPLICATE, MANUSCRIPT, TARGET, MISPLACED = 5, 6, 7, 8, 9
DEFAULT_WORD = "SELESAI"

_TOP = ("sop", "kantor", "jenis_butir", "identitas", "sumber", "peran", "naskah", "langkah")
_TOP_OPTIONAL = ("alias", "tinjau_ulang", "kahar")
_IDENTITY = ("nomor", "nama", "disahkan_oleh", "dasar_hukum")
_DATES = ("tanggal_pembuatan", "tanggal_revisi", "tanggal_efektif")
_LISTS = ("kualifikasi", "keterkaitan", "peralatan", "peringatan", "pencatatan")
_STEP = ("no", "id", "kegiatan")
_ACT = ("peran", "jenis")
_ACT_OPTIONAL = ("kata", "keputusan", "efek")
_STEP_OPTIONAL = (
    "meliputi",
    "menyunting",
    "kelengkapan",
    "waktu",
    "keluaran",
    "pelaksana_tersurat",
    "hari_sama",
    "efek_mendahului",
)

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_WORD = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*", re.ASCII)
_PATTERN = re.compile(r"(?!/)(?!(?:.*/)?\.\.?(?:/|\Z))[^\\\x00-\x1f]+")
_DURATION = re.compile(r"([1-9]\d{0,3})(?:-([1-9]\d{0,3}))? (menit|jam|hari)", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Names:
    """What steps may refer to: sets of files by name, and the ids of all steps."""

    manuscripts: Mapping[str, tuple[str, ...]]
    steps: tuple[str, ...]


def version_of(data: bytes) -> str:
    """Return the Git blob id of *data*, which pins an item to the SOP it started with."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def duration(text: str) -> Standard | None:
    """Read a standard time as the SOPs write it (`15 menit`, `1-2 hari`); None when it is not one."""
    match = _DURATION.fullmatch(text)
    if not match:
        return None
    least, most = int(match[1]), int(match[2] or match[1])
    return Standard(least=least, most=most, unit=Unit(match[3])) if least <= most else None


def parse(data: bytes, path: str, version: str) -> Procedure:
    """Read one SOP file; raise `FaultyError` with every fault in it."""
    sheet = Sheet(data, path, AREA)
    top = sheet.top(_TOP, _TOP_OPTIONAL)
    source = top.fields("sumber", ("berkas",), ("catatan",))
    procedure = Procedure(
        id=_id(top, path),
        office=top.text("kantor"),
        version=version,
        identity=_identity(top.fields("identitas", _IDENTITY, (*_DATES, *_LISTS))),
        roles=_roles(top),
        steps=_steps(top),
        item_kind=_item_kind(top),
        reviews_per_year=top.whole("tinjau_ulang"),
        overriders=top.texts("kahar"),
        source=source.text("berkas"),
        source_notes=source.texts("catatan"),
        aliases=top.texts("alias"),
        lines=dict(sheet.document.lines),
    )
    sheet.finish()
    return procedure


def _id(top: Fields, path: str) -> str:
    found = top.matching("sop", _ID, "id SOP: tulis seperti kantor/nama, huruf kecil dan tanda hubung")
    office = top.text("kantor")
    if found and office and not found.startswith(f"{office}/"):
        top.wrong("sop", f"'{found}' tidak diawali kantornya: tulis {office}/nama")
    if path.startswith(f"{FOLDER}/") and path != f"{FOLDER}/{found}.yaml":
        top.sheet.fault(MISPLACED, "sop", f"berkas SOP '{found}' harus bernama {FOLDER}/{found}.yaml: pindahkan")
    return found


def _identity(fields: Fields) -> Identity:
    return Identity(
        number=fields.text("nomor"),
        title=fields.text("nama"),
        made=fields.date("tanggal_pembuatan"),
        revised=fields.date("tanggal_revisi"),
        effective=fields.date("tanggal_efektif"),
        approved_by=fields.text("disahkan_oleh"),
        legal_basis=fields.texts("dasar_hukum"),
        qualifications=fields.texts("kualifikasi"),
        related=fields.texts("keterkaitan"),
        equipment=fields.texts("peralatan"),
        warnings=fields.texts("peringatan"),
        records=fields.texts("pencatatan"),
    )


def _item_kind(top: Fields) -> str:
    kind = top.text("jenis_butir")
    if kind and kind not in items.KINDS:
        top.wrong("jenis_butir", f"'{kind}' tidak dikenal: {suggestion(kind, items.KINDS)}")
    return kind


def _named(top: Fields, key: str) -> Iterator[tuple[str, Fields]]:
    """Yield every name freely chosen below *key*, with the mapping it stands in."""
    value = top.values.get(key) or {}
    fields = top.fields(key, value if isinstance(value, dict) else (key,))
    for name in fields.values:
        if not _NAME.fullmatch(name):
            fields.wrong(name, "nama harus huruf kecil, angka dan garis bawah")
        yield name, fields


def _roles(top: Fields) -> dict[str, str]:
    return {name: fields.text(name) for name, fields in _named(top, "peran")}


def _manuscripts(top: Fields) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, fields in _named(top, "naskah"):
        found[name] = fields.texts(name)
        for pattern in found[name]:
            _check_pattern(fields, name, pattern)
    return found


def _check_pattern(fields: Fields, key: str, pattern: str) -> None:
    if not _PATTERN.fullmatch(pattern):
        fields.wrong(key, f"'{pattern}' bukan pola berkas di dalam folder butir: tulis seperti index.md atau media/**")


def _steps(top: Fields) -> tuple[Step, ...]:
    rows = list(top.each("langkah", _STEP, (*_STEP_OPTIONAL, *_ACT, *_ACT_OPTIONAL, "urutan")))
    ids = tuple(row.text("id") for row in rows)
    names = _Names(_manuscripts(top), ids)
    for index, row in enumerate(rows):
        if ids[index] and ids[index] in ids[:index]:
            row.sheet.fault(DUPLICATE, row.path("id"), f"id langkah '{ids[index]}' dipakai dua kali: beri nama lain")
        if row.text("no") not in ("", str(index + 1)):
            message = f"nomor langkah {row.text('no')} seharusnya {index + 1}: nomori berurutan dari 1"
            row.sheet.fault(SEQUENCE, row.path("no"), message)
    return tuple(_step(row, index + 1, names) for index, row in enumerate(rows))


def _step(row: Fields, number: int, names: _Names) -> Step:
    step = Step(
        number=number,
        id=row.matching("id", _NAME, "id langkah: pakai huruf kecil, angka dan garis bawah"),
        activity=row.text("kegiatan"),
        acts=tuple(_acts(row, names)),
        covers=_files(row, "meliputi", names),
        edits=_files(row, "menyunting", names),
        requirements=tuple(_requirements(row)),
        standard=_standard(row),
        output=row.text("keluaran"),
        actor_stated=row.flag("pelaksana_tersurat"),
        same_day=row.flag("hari_sama"),
        effect_precedes=row.flag("efek_mendahului"),
    )
    if "meliputi" not in row and any(act.kind.decides for act in step.acts):
        message = "langkah yang memutuskan harus menyebut naskah yang diputuskannya: tambahkan meliputi"
        row.sheet.fault(MISSING, row.path("meliputi"), message)
    return step


def _acts(row: Fields, names: _Names) -> Iterator[Act]:
    if "urutan" not in row:
        yield _act(Fields(row.sheet, row.at, _part(row, (*_ACT, *_ACT_OPTIONAL)), _ACT, _ACT_OPTIONAL), names)
        return
    for key in (*_ACT, *_ACT_OPTIONAL):
        if key in row:
            row.wrong(key, "langkah berurutan menulisnya di dalam urutan: pindahkan ke sana")
    for fields in row.each("urutan", _ACT, _ACT_OPTIONAL):
        yield _act(fields, names)


def _part(row: Fields, keys: tuple[str, ...]) -> dict[str, Value]:
    return {key: row.values[key] for key in keys if key in row}


def _act(fields: Fields, names: _Names) -> Act:
    return Act(
        role=fields.text("peran"),
        kind=fields.choice("jenis", ActKind),
        outcomes=tuple(_outcomes(fields, names)),
        effects=fields.choices("efek", Effect),
    )


def _outcomes(fields: Fields, names: _Names) -> Iterator[Outcome]:
    if "keputusan" not in fields:
        word = fields.matching("kata", _WORD, "kata putusan: pakai huruf besar tanpa spasi")
        _refuse_own(fields, "kata", word)
        yield Outcome(word=word or DEFAULT_WORD)
        return
    if "kata" in fields:
        fields.wrong("kata", "langkah dengan keputusan tidak memakai kata: hapus kata")
    words = fields.values["keputusan"]
    decisions = fields.fields("keputusan", (), words if isinstance(words, dict) else ())
    if not decisions.values:
        fields.wrong("keputusan", "tulis kata putusan beserta tujuannya, misalnya YA: {ke: unggah}")
    for word in decisions.values:
        if not _WORD.fullmatch(word):
            decisions.wrong(word, "kata putusan memakai huruf besar tanpa spasi")
        _refuse_own(decisions, word, word)
        yield _outcome(decisions.fields(word, (), ("ke", "catatan")), word, names)


def _refuse_own(fields: Fields, key: str, word: str) -> None:
    if word in EVERYWHERE:
        fields.wrong(key, f"{word} berlaku di setiap SOP: pakai kata lain untuk langkah ini")


def _outcome(fields: Fields, word: str, names: _Names) -> Outcome:
    target = fields.text("ke")
    if target and target not in names.steps:
        message = f"keputusan {word} menuju langkah '{target}' yang tidak ada: {suggestion(target, names.steps)}"
        fields.sheet.fault(TARGET, fields.path("ke"), message)
    note = fields.text("catatan")
    if note not in ("", "wajib"):
        fields.wrong("catatan", f"'{note}' tidak dikenal: tulis wajib atau hapus")
    return Outcome(word=word, target=target or None, note_required=note == "wajib")


def _files(row: Fields, key: str, names: _Names) -> tuple[str, ...]:
    patterns: dict[str, None] = {}
    for name in row.texts(key):
        if name not in names.manuscripts:
            message = f"{key}: naskah '{name}' tidak ada: {suggestion(name, names.manuscripts)}"
            row.sheet.fault(MANUSCRIPT, row.path(key), message)
        patterns.update(dict.fromkeys(names.manuscripts.get(name, ())))
    return tuple(patterns)


def _requirements(row: Fields) -> Iterator[Requirement]:
    for fields in row.each("kelengkapan", ("nama",), ("berkas", "menyatakan")):
        file, attested = fields.text("berkas"), fields.text("menyatakan")
        if file:
            _check_pattern(fields, "berkas", file)
        if attested:
            _check_attestation(fields, file, attested)
        yield Requirement(name=fields.text("nama"), file=file or None, attests=attested or None)


def _check_attestation(fields: Fields, file: str, attested: str) -> None:
    _check_pattern(fields, "menyatakan", attested)
    if not file.endswith(".md") or "*" in f"{file}{attested}":
        fields.wrong("menyatakan", "satu naskah .md menyatakan satu berkas: sebut keduanya dengan nama, tanpa *")


def _standard(row: Fields) -> Standard | None:
    text = row.text("waktu")
    found = duration(text)
    if text and found is None:
        row.wrong("waktu", f"'{text}' tidak terbaca: tulis seperti 15 menit atau 1-2 hari")
    return found
