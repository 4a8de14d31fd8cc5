"""What a writer may type in front matter: keys, forms and the messages when they are wrong."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from pipeline.model import item as nouns


def _day(value: object) -> date:
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("tanggal", "tanggal itu tidak ada dalam kalender") from None
    raise PydanticCustomError("tanggal", "tulis tanggal sebagai TTTT-BB-HH, misalnya 2026-03-14")


def _moment(value: object) -> datetime | None:
    if value == "":
        return None
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", value):
            return datetime.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("waktu", "waktu itu tidak ada dalam kalender atau jam") from None
    raise PydanticCustomError("waktu", "tulis waktu setempat sebagai TTTT-BB-HHTjj:mm, misalnya 2026-03-14T09:30")


def _whole(value: object) -> int | None:
    if value == "":
        return None
    if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,5}", value):
        return int(value)
    raise PydanticCustomError("bilangan", "tulis bilangan bulat tanpa nol di depan, misalnya 17")


def _year(value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"(?:19|20)[0-9]{2}", value):
        return int(value)
    raise PydanticCustomError("tahun", "tulis tahun dengan empat angka, misalnya 2026")


def _class(value: object) -> int:
    if value in {"1", "2", "3", "4"}:
        return int(str(value))
    raise PydanticCustomError("kelas", "kelas JDIHN: 1 peraturan, 2 monografi, 3 artikel, 4 putusan")


Text = Annotated[str, Field(min_length=1)]
Day = Annotated[date, BeforeValidator(_day)]
MaybeDay = Annotated[date | None, BeforeValidator(lambda value: None if value == "" else _day(value))]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Whole = Annotated[int | None, BeforeValidator(_whole)]
Year = Annotated[int, BeforeValidator(_year)]
MaybeText = Annotated[str | None, BeforeValidator(lambda value: value or None)]
_filled = BeforeValidator(lambda value: [] if value == "" else value)
_mapped = BeforeValidator(lambda value: {} if value == "" else value)


class Schema(BaseModel):
    """Fields are named as the noun's; their aliases are the keys a writer types."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    NOUN: ClassVar[type]

    def values(self) -> dict[str, Any]:
        """Return the fields as the noun wants them: nested nouns, tuples for lists."""
        return {name: _value(value) for name, value in self}


def _value(value: object) -> object:
    if isinstance(value, Schema):
        return value.NOUN(**value.values())
    return tuple(map(_value, value)) if isinstance(value, list) else value


class Media(Schema):
    """One entry of `media`."""

    NOUN = nouns.MediaFile
    file: Text = Field(alias="berkas")
    alt: str = Field("", alias="teks_alt")
    fit: nouns.Fit = Field(nouns.Fit.TEPI, alias="rasio")


class Caption(Schema):
    """Front matter of takarir.md."""

    NOUN = nouns.Caption
    hashtags: Annotated[list[str], _filled] = Field([], alias="tagar")
    media: Annotated[list[Media], _filled] = []
    variants: Annotated[dict[str, str], _mapped] = Field({}, alias="varian")


class Abstract(Schema):
    """The mapping `abstrak`."""

    NOUN = nouns.Abstract
    considering: str = Field("", alias="menimbang")
    recalling: str = Field("", alias="mengingat")
    substance: str = Field("", alias="materi_pokok")
    notes: Annotated[list[Text], _filled] = Field([], alias="catatan")


class FileRef(Schema):
    """One entry of `berkas`."""

    NOUN = nouns.FileRef
    file: Text = Field(alias="berkas")
    kind: nouns.FileKind = Field(alias="jenis")
    note: str = Field("", alias="keterangan")


class Relation(Schema):
    """One entry of `relasi`."""

    NOUN = nouns.Relation
    kind: nouns.RelationKind = Field(alias="jenis")
    target: Text = Field(alias="sasaran")
    quote: str = Field("", alias="kutipan")


class Alias(Schema):
    """One entry of `alias`."""

    NOUN = nouns.Alias
    number: Text = Field(alias="nomor")
    note: str = Field("", alias="keterangan")


class Note(Schema):
    """Front matter of nota-dinas.md."""

    NOUN = nouns.OfficialNote
    number: str = Field("", alias="nomor")
    subject: str = Field("", alias="perihal")
    day: MaybeDay = Field(None, alias="tanggal")


class Konten(Schema):
    """Front matter of content."""

    NOUN = nouns.Konten
    id: Text
    sop: Text
    title: Text = Field(alias="judul")
    category: nouns.Category = Field(alias="kategori")
    day: Day = Field(alias="tanggal")
    summary: str = Field("", alias="ringkasan")
    targets: Annotated[list[Text], _filled] = Field([], alias="tujuan")
    schedule: Moment = Field(None, alias="jadwal")
    product: MaybeText = Field(None, alias="produk_hukum")


class ProdukHukum(Schema):
    """Front matter of a legal product: JDIHN metadata as in ILDIS and KPU's detail table."""

    NOUN = nouns.ProdukHukum
    id: Text
    sop: str = ""
    title: Text = Field(alias="judul")
    type: Text = Field(alias="jenis")
    number: Text = Field(alias="nomor")
    sequence: Whole = Field(None, alias="nomor_urut")
    year: Year = Field(alias="tahun")
    main_entry: str = Field("", alias="teu")
    place: str = Field("", alias="tempat_penetapan")
    enacted: Day = Field(alias="tanggal_penetapan")
    promulgated: MaybeDay = Field(None, alias="tanggal_pengundangan")
    source: str = Field("", alias="sumber")
    subjects: Annotated[list[Text], _filled] = Field([], alias="subjek")
    field_of_law: str = Field("", alias="bidang_hukum")
    language: str = Field("", alias="bahasa")
    location: str = Field("", alias="lokasi")
    signatory: str = Field("", alias="penandatangan")
    initiator: str = Field("", alias="pemrakarsa")
    affair: str = Field("", alias="urusan")
    abstract: Annotated[Abstract | None, BeforeValidator(lambda value: value or None)] = Field(None, alias="abstrak")
    files: Annotated[list[FileRef], _filled] = Field([], alias="berkas")
    relations: Annotated[list[Relation], _filled] = Field([], alias="relasi")
    aliases: Annotated[list[Alias], _filled] = Field([], alias="alias")


class Tanggapan(Schema):
    """Front matter of an answer."""

    NOUN = nouns.Tanggapan
    id: Text
    sop: Text
    title: Text = Field(alias="judul")
    day: Day = Field(alias="tanggal")
    platform: Text
    account: str = Field("", alias="akun")
    comment: Text = Field(alias="komentar")
    comment_link: str = Field("", alias="tautan_komentar")
    source_item: MaybeText = Field(None, alias="butir_asal")


class Perintah(Schema):
    """Front matter of an order."""

    NOUN = nouns.Perintah
    id: Text
    sop: Text
    title: Text = Field(alias="judul")
    action: nouns.Action = Field(alias="tindakan")
    target: Text = Field(alias="sasaran")
    reason: nouns.Reason = Field(alias="alasan")
    day: Day = Field(alias="tanggal")
    ordered_by: str = Field("", alias="pemberi_perintah")


class DocumentType(Schema):
    """One entry of site_config/jenis.yaml."""

    NOUN = nouns.DocumentType
    id: Text
    name: Text = Field(alias="nama")
    abbreviation: Text = Field(alias="singkatan")
    form: Text = Field(alias="bentuk")
    jdihn_class: Annotated[int, BeforeValidator(_class)] = Field(alias="kelas_jdihn")
    jdihn_type: Whole = Field(None, alias="id_jdihn")
    upload: nouns.Upload = Field(alias="unggah")


class Types(Schema):
    """The whole of site_config/jenis.yaml."""

    types: list[DocumentType] = Field(alias="jenis")


KINDS: dict[str, type[Schema]] = {
    "konten": Konten,
    "produk-hukum": ProdukHukum,
    "tanggapan": Tanggapan,
    "perintah": Perintah,
}
