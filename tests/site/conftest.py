"""A realistic small site: three offices, products that bear on each other, posts, a takedown, one real-looking SOP."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline import sop
from pipeline.desk import building
from pipeline.model.item import (
    Abstract,
    Alias,
    Category,
    DocumentType,
    Reason,
    Relation,
    RelationKind,
    Upload,
)
from pipeline.model.people import Office
from pipeline.model.site import (
    PublicFile,
    PublicMedia,
    PublicPost,
    PublicProduct,
    SiteData,
    SocialLink,
    Tombstone,
    TombstoneState,
    TrailStep,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model.procedure import Procedure
    from pipeline.site.assembly import Written

ROOT = Path(__file__).parents[2]
SITE_URL = "https://jdih.example/"


def picture(width: int = 640, height: int = 400) -> bytes:
    """A flat PNG."""
    rows = b"".join(b"\0" + bytes((125, 26, 29)) * width for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def office(id_: str, name: str, short_name: str, area: str = "") -> Office:
    return Office(
        id=id_,
        name=name,
        short_name=short_name,
        area_code=area,
        timezone="Asia/Jakarta",
        opens=time(8),
        closes=time(16),
        accounts=(),
        hashtags=("#JDIHKPU",),
        procedures=(f"{id_}/unggah",),
        address="Jalan Contoh 1",
        email=f"jdih@{id_}.example",
        site=f"https://{id_}.example/",
    )


OFFICES = {
    "pusat": office("pusat", "Komisi Pemilihan Umum", "KPU RI"),
    "kota": office("kota", "KPU Kota Contoh", "Kota Contoh", "9999"),
    "desa": office("desa", "KPU Kabupaten Teladan", "Kab. Teladan", "9998"),
}
TYPES = {
    "pkpu": DocumentType(
        id="pkpu",
        name="Peraturan Komisi Pemilihan Umum",
        abbreviation="PKPU",
        form="Peraturan",
        jdihn_class=1,
        jdihn_type=48,
        upload=Upload.YA,
    ),
    "keputusan": DocumentType(
        id="keputusan",
        name="Keputusan Sekretaris",
        abbreviation="KPT",
        form="Keputusan",
        jdihn_class=1,
        jdihn_type=54,
        upload=Upload.YA,
    ),
}
TRAIL = (
    TrailStep(number=1, activity="Memberi arahan unggah.", role="Kepala Bagian", day=date(2026, 11, 2)),
    TrailStep(number=2, activity="Menyusun metadata dan abstrak.", role="Pengelola", day=date(2026, 11, 3)),
    TrailStep(number=3, activity="Menyetujui penayangan.", role="Kepala Bagian", day=date(2026, 11, 4)),
)
PDF = b"%PDF-1.7\n" + b"salinan " * 4000


def product(year: int = 2026, number: int = 7, **changes: object) -> PublicProduct:
    made = PublicProduct(
        id=f"kota-{year}-keputusan-{number}",
        office="kota",
        slug=f"keputusan-{number}",
        kind="keputusan",
        title=f"Keputusan Sekretaris KPU Kota Contoh Nomor {number} Tahun {year} tentang Tata Cara Siaran",
        number=f"{number} Tahun {year}",
        year=year,
        teu="Contoh (Kota). Komisi Pemilihan Umum",
        enacted=date(year, 3, 4),
        promulgated=None,
        digest=f"sha256-{year}-{number}",
        published=date(2026, 11, 4),
        place="Contoh",
        signatory="Sekretaris KPU Kota Contoh",
        source="LL KPU Kota Contoh: 12 hlm",
        subjects=("MEDIA SOSIAL", "DOKUMENTASI HUKUM"),
        field_of_law="Hukum Administrasi Negara",
        location="Subbagian Hukum",
        abstract=Abstract(
            considering="bahwa siaran dokumen hukum memerlukan tata cara.",
            recalling="UU 14 Tahun 2008; UU 7 Tahun 2017.",
            substance="Diatur cara kantor mengunggah salinan dan menyiarkannya.",
            notes=("Mulai berlaku pada tanggal ditetapkan.",),
        ),
        files=(PublicFile.of("salinan.pdf", PDF, kind="salinan", note="Salinan sesuai asli"),),
        body="## Ringkasan\n\nPetugas **mengunggah** salinan setelah disetujui.[^1]\n\n"
        "| Tahap | Waktu |\n|---|:-:|\n| Unggah | 15 menit |\n\n[^1]: Langkah ketiga.",
        trail=TRAIL,
        links=(SocialLink(platform="instagram", url="https://www.instagram.com/p/contoh/"),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def post(**changes: object) -> PublicPost:
    made = PublicPost(
        id="kota-2026-kenal",
        office="kota",
        slug="kenal",
        category=Category.PENGUMUMAN,
        title="Tata cara siaran dokumen hukum telah ditetapkan",
        day=date(2026, 11, 4),
        year=2026,
        summary="Keputusan baru mengatur siapa menyiapkan dan siapa menyetujui siaran.",
        digest="sha256-post",
        body="Pelaksana menyusun, **pimpinan** menyetujui.\n\n## Isi pokok\n\n1. Konsep.\n2. Koreksi.\n",
        media=(
            PublicMedia(file=PublicFile.of("media/kartu.png", picture()), alt="Kartu merah berisi judul keputusan."),
        ),
        product="kota-2026-keputusan-7",
        trail=TRAIL,
        links=(SocialLink(platform="x", url="https://x.com/contoh/status/1"),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def procedure() -> Procedure:
    return sop.parse((Path(__file__).parent / "unggah.yaml").read_bytes(), "unggah.yaml", "f" * 40)


def tombstone(**changes: object) -> Tombstone:
    made = Tombstone(
        id="kota-2025-keputusan-3",
        office="kota",
        address="produk-hukum/kota/keputusan/2025/keputusan-3/",
        label="Keputusan Sekretaris Nomor 3 Tahun 2025",
        since=date(2026, 11, 10),
        order="4/ND/2026",
        ordered_by="Sekretaris KPU Kota Contoh",
        reason=Reason.PERBAIKAN,
        state=TombstoneState.DIPERBAIKI,
        digest="sha256-perintah",
        explanation="Lampiran tertukar dan sedang **diganti**.",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def site(**changes: object) -> SiteData:
    old = product(2022, 5)
    new = product(
        relations=(
            Relation(kind=RelationKind.MENCABUT, target=old.id, quote="Pada saat ini, Keputusan 5 dicabut."),
            Relation(kind=RelationKind.MELAKSANAKAN, target="UU Nomor 7 Tahun 2017 tentang Pemilihan Umum", quote=""),
        ),
        aliases=(Alias(number="70 Tahun 2026", note="salah ketik pada sampul"),),
    )
    made = SiteData(
        offices=OFFICES,
        as_of=date(2026, 11, 10),
        types=TYPES,
        procedures={"kota/unggah": procedure()},
        products=(new, old),
        posts=(post(), post(id="kota-2026-uji", slug="uji", category=Category.EDUKASI, product=None, media=())),
        tombstones=(tombstone(),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def root() -> Path:
    """This checkout."""
    return ROOT


@pytest.fixture(name="site")
def _site() -> Callable[..., SiteData]:
    return site


@pytest.fixture(name="product")
def _product() -> Callable[..., PublicProduct]:
    return product


@pytest.fixture(name="tombstone")
def _tombstone() -> Callable[..., Tombstone]:
    return tombstone


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests: the engine runs once."""
    return tmp_path_factory.mktemp("tembolok")


@pytest.fixture(scope="session")
def written(cache: Path) -> Written:
    """The hand-written side, rendered by the real engine."""
    return building.written(ROOT, cache, SITE_URL)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """The small site, built once; read only."""
    out = tmp_path_factory.mktemp("situs")
    building.build(site(), ROOT, out, cache, SITE_URL)
    return out


@pytest.fixture
def build_site(tmp_path: Path, cache: Path) -> Callable[[SiteData], Path]:
    """Build data into a folder of the test's own."""

    def build(data: SiteData) -> Path:
        building.build(data, ROOT, tmp_path / "situs", cache, SITE_URL)
        return tmp_path / "situs"

    return build
