"""The items an office works on, and the closed lists their metadata draws from.

Fields follow JDIHN's metadata of legal products (BPHN's application ILDIS, KPU's own detail table) and what
the five SOPs ask of content, answers and orders. Front matter is Indonesian; the translation happens in `content`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

LINK = "{tautan}"
"""What a caption writes where the public address belongs: it is known only when the site is."""
_DIVISION = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*-\d{4}-[a-z0-9]+(?:-[a-z0-9]+)*")


class Category(StrEnum):
    """What a piece of content is about (SOP Kab. Magelang 17/2022 has a table for each)."""

    KEGIATAN = "kegiatan"
    PENGUMUMAN = "pengumuman"
    EDUKASI = "edukasi"
    INFORMASI = "informasi"


class Action(StrEnum):
    """What an order asks for (SOP Prov. Jambi: penurunan; SOP Kab. Magelang: penghapusan atau pengarsipan)."""

    TURUNKAN = "turunkan"
    HAPUS = "hapus"
    ARSIPKAN = "arsipkan"


class Reason(StrEnum):
    """Why something is taken away, as the public may know it."""

    PERBAIKAN = "perbaikan"
    KELIRU = "keliru"
    PERINTAH = "perintah"
    PRIBADI = "pribadi"


class RelationKind(StrEnum):
    """How a product bears on another; the inverses (dicabut, diubah ...) are derived, never typed."""

    MENCABUT = "mencabut"
    MENGUBAH = "mengubah"
    MELAKSANAKAN = "melaksanakan"
    MERUJUK = "merujuk"


class FileKind(StrEnum):
    """What an attached file of a legal product is."""

    SALINAN = "salinan"
    LAMPIRAN = "lampiran"
    ABSTRAK = "abstrak"


class Upload(StrEnum):
    """Whether a type of document belongs on the JDIH site."""

    YA = "ya"
    TIDAK = "tidak"
    PPID = "ppid"
    """Reachable on request, through the information officer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentType:
    """A type of legal product, from `site_config/jenis.yaml`."""

    id: str
    name: str
    abbreviation: str
    form: str
    """Bentuk: the family the type belongs to, e.g. 'Keputusan'."""
    jdihn_class: int
    """JDIHN's four: 1 peraturan, 2 monografi, 3 artikel, 4 putusan."""
    jdihn_type: int | None
    """The id of the type in ILDIS, where it has one."""
    upload: Upload


class Fit(StrEnum):
    """What is done to a picture whose ratio a platform does not take."""

    TEPI = "tepi"
    """Margins are added: nothing of it is lost."""
    POTONG = "potong"
    """The middle is cut out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MediaFile:
    """A picture or video of a post."""

    file: str
    """Path inside the item folder."""
    alt: str
    fit: Fit = Fit.TEPI


@dataclass(frozen=True, kw_only=True, slots=True)
class Caption:
    """What `takarir.md` holds: the text of a post, its hashtags and pictures."""

    text: str
    hashtags: tuple[str, ...]
    media: tuple[MediaFile, ...]
    variants: Mapping[str, str]
    """Platform -> text used there instead of `text`."""

    def parts_for(self, platform: str) -> tuple[str, ...]:
        """Return what is said on *platform*: one text, or the parts its writer divided it into with lines of `---`."""
        words = self.variants.get(platform) or self.text
        parts = _DIVISION.split(words)
        return tuple(part.strip("\r\n") for part in parts) if parts[1:] else (words,)

    def texts_for(self, platform: str, link: str) -> tuple[str, ...]:
        """Return the posts readers of *platform* see: with *link* put in, and the hashtags at the end of the first."""
        first, *later = (part.replace(LINK, link) for part in self.parts_for(platform))
        return "\n\n".join(filter(None, (first, " ".join(self.hashtags)))), *later


@dataclass(frozen=True, kw_only=True, slots=True)
class Abstract:
    """The three dashes of a JDIHN abstract, and its notes."""

    considering: str
    recalling: str
    substance: str
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRef:
    """A file of a legal product."""

    file: str
    """Path inside the item folder."""
    kind: FileKind
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """What a product says about another one."""

    kind: RelationKind
    target: str
    """An item id, or the citation of a product this desk does not hold."""
    quote: str

    @property
    def target_id(self) -> str | None:
        """The target as an item id, or None where it is a citation."""
        return self.target if _ID.fullmatch(self.target) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Alias:
    """Another number that the document itself prints, by mistake."""

    number: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficialNote:
    """What `nota-dinas.md` holds (SOP Prov. Jambi, penurunan steps 3 to 6)."""

    number: str
    """Empty until the numbering step."""
    subject: str
    day: date | None
    body: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What every item knows about itself."""

    kind: ClassVar[str]
    id: str
    office: str
    folder: str
    """From the repository root, with forward slashes."""
    sop: str
    """Id of the procedure that carries it; '' for legal products that predate the desk."""
    title: str
    body: str
    """Markdown."""
    lines: Mapping[str, tuple[str, int]]
    """Dotted key -> (file inside the folder, line); the bodies are `isi` and `takarir`."""

    def at(self, field: str) -> tuple[str, int]:
        """Return the file and line of *field*, or of the nearest thing around it."""
        while field:
            if field in self.lines:
                return self.lines[field]
            field = field.rpartition(".")[0]
        return "index.md", 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Konten(Entry):
    """A piece of social-media content with its page on the site."""

    kind: ClassVar[str] = "konten"
    category: Category
    day: date
    """The day of the activity or the announcement: the SOPs' 'same day' counts from it."""
    summary: str
    targets: tuple[str, ...]
    """Platform names."""
    schedule: datetime | None
    """Local time of the office, without zone."""
    product: str | None
    """Id of the legal product it announces."""
    caption: Caption | None
    """None until takarir.md is written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProdukHukum(Entry):
    """A legal product with its JDIHN metadata."""

    kind: ClassVar[str] = "produk-hukum"
    type: str
    """Id of a `DocumentType`."""
    number: str
    """As the document writes it: `17/HK.03.2/3308/2022`."""
    sequence: int | None
    year: int
    main_entry: str
    """T.E.U. badan: who answers for the content."""
    place: str
    enacted: date
    promulgated: date | None
    source: str
    subjects: tuple[str, ...]
    field_of_law: str
    language: str
    location: str
    """Where the paper stands."""
    signatory: str
    """An office title, never a person's name."""
    initiator: str
    affair: str
    abstract: Abstract | None
    files: tuple[FileRef, ...]
    relations: tuple[Relation, ...]
    aliases: tuple[Alias, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tanggapan(Entry):
    """An answer to a comment or question on social media (SOP Kab. Magelang 17/2022, komentar)."""

    kind: ClassVar[str] = "tanggapan"
    day: date
    """The day of the comment."""
    platform: str
    account: str
    comment: str
    """The platform's own id of the comment."""
    comment_link: str
    source_item: str | None
    """Id of our item it was written under."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Perintah(Entry):
    """An order to take down, delete or archive an item."""

    kind: ClassVar[str] = "perintah"
    action: Action
    target: str
    reason: Reason
    day: date
    ordered_by: str
    """An office title."""
    note: OfficialNote | None
    """None until nota-dinas.md is written."""


Item = Konten | ProdukHukum | Tanggapan | Perintah
