"""From the bytes of an item folder to a noun, or to everything a writer must mend."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import content
from pipeline.model.base import Finding, JdihError
from pipeline.model.item import Action, Category, Konten, Perintah, ProdukHukum, RelationKind, Tanggapan, Upload

EXAMPLES = Path(__file__).parents[1] / "rules"
KONTEN = "content/konten/contoh/2026/contoh"
PRODUK = "content/produk-hukum/contoh/keputusan-sekretaris/2026/contoh"
INDEX = (EXAMPLES / "CAP004/baik/index.md").read_bytes()
CAPTION = (EXAMPLES / "CAP004/baik/takarir.md").read_bytes()
PRODUCT = (EXAMPLES / "DOK001/baik/index.md").read_bytes()


def faults(folder: str, files: dict[str, bytes]) -> list[str]:
    found = content.read(folder, files)
    assert isinstance(found, tuple)
    return [f"{one.path.removeprefix(folder + '/')}:{one.line}: {one.code} {one.message}" for one in found]


def test_content_with_its_caption() -> None:
    index = INDEX.replace(b"tujuan:", b"jadwal: 2026-03-14T09:30\nproduk_hukum: contoh-2022-keputusan-17\ntujuan:")
    item = content.read(KONTEN, {"index.md": index, "takarir.md": CAPTION})
    assert isinstance(item, Konten)
    assert (item.id, item.kind, item.office, item.folder) == ("contoh-2026-contoh", "konten", "contoh", KONTEN)
    assert (item.category, item.day, item.targets) == (Category.KEGIATAN, date(2026, 3, 14), ("instagram", "x"))
    assert item.schedule == datetime.fromisoformat("2026-03-14T09:30")
    assert item.product == "contoh-2022-keputusan-17"
    assert item.caption is not None
    assert item.caption.texts_for("x", "") == ("Jadwal telah disusun.\n\n#JDIHKPU #Pemilu",)
    assert item.caption.texts_for("instagram", "")[0].startswith("Pengelola JDIH menyusun")
    assert item.at("media.0.teks_alt") == ("takarir.md", 5)
    assert item.at("media.0.tidak.ada") == ("takarir.md", 4)
    assert item.at("judul") == ("index.md", 4)
    assert item.at("tidak-ada") == ("index.md", 1)


def test_a_concept_has_no_caption_yet() -> None:
    item = content.read(KONTEN, {"index.md": INDEX})
    assert isinstance(item, Konten)
    assert item.caption is None
    assert item.schedule is None


def test_a_legal_product() -> None:
    data = PRODUCT.replace(b"relasi:", b"alias:\n  - nomor: 13 Tahun 2028\nrelasi:")
    item = content.read(PRODUK, {"index.md": data})
    assert isinstance(item, ProdukHukum)
    assert (item.number, item.sequence, item.year) == ("17/HK.03.2/3308/2026", 17, 2026)
    assert item.abstract is not None
    assert item.abstract.recalling == "UU 14/2008; PKPU 16/2024."
    assert [(one.kind, one.target_id) for one in item.relations] == [
        (RelationKind.MENCABUT, "contoh-2022-keputusan-17")
    ]
    assert [(one.file, str(one.kind)) for one in item.files] == [("salinan.pdf", "salinan")]
    assert [one.number for one in item.aliases] == ["13 Tahun 2028"]


def test_an_order_and_an_answer() -> None:
    order = (EXAMPLES / "MET015/baik/index.md").read_bytes()
    note = b"---\nnomor:\nperihal: Perbaikan\ntanggal: 2026-03-14\n---\n\nMohon diperbaiki.\n"
    folder = "content/perintah/contoh/2026/contoh"
    item = content.read(folder, {"index.md": order, "nota-dinas.md": note})
    assert isinstance(item, Perintah)
    assert item.action is Action.TURUNKAN
    assert item.note is not None
    assert (item.note.number, item.note.subject, item.note.body) == ("", "Perbaikan", "Mohon diperbaiki.")
    assert item.at("nota.perihal") == ("nota-dinas.md", 3)
    answer = content.read(
        "content/tanggapan/contoh/2026/contoh", {"index.md": (EXAMPLES / "MET015/baik-2/index.md").read_bytes()}
    )
    assert isinstance(answer, Tanggapan)
    assert answer.comment == "1801"


def test_every_fault_is_told_at_once_with_its_line() -> None:
    index = (
        INDEX.replace(b"judul: Rapat koordinasi pengelola JDIH", b"judull: Rapat")
        .replace(b"kategori: kegiatan", b"kategori: kegiatn")
        .replace(b"2026-03-14", b"14 Maret 2026")
        .replace(b"ringkasan: Pengelola JDIH membahas jadwal unggah.", b"ringkasan: [a]")
        .replace(b"tujuan: [instagram, x]", b"tujuan: instagram")
    )
    caption = CAPTION.replace(b"teks_alt", b"teks-alt").replace(b'["#JDIHKPU", "#Pemilu"]', b'["#A", [b]]')
    assert faults(KONTEN, {"index.md": index, "takarir.md": caption}) == [
        "index.md:1: MET003 kunci 'judul' belum ada: tambahkan",
        "index.md:4: MET002 kunci 'judull' tidak dikenal: mungkin maksudnya 'judul'",
        "index.md:5: MET004 'kategori' berisi kegiatn: pilih salah satu dari kegiatan, pengumuman, edukasi, informasi",
        "index.md:6: MET004 'tanggal' berisi 14 Maret 2026: tulis tanggal sebagai TTTT-BB-HH, misalnya 2026-03-14",
        "index.md:7: MET004 'ringkasan' harus berupa satu teks, bukan daftar atau pasangan kunci",
        "index.md:8: MET004 'tujuan' harus berupa daftar: satu baris berawalan - untuk tiap isi",
        "takarir.md:2: MET004 'tagar.1' harus berupa satu teks, bukan daftar atau pasangan kunci",
        "takarir.md:5: MET002 kunci 'media.0.teks-alt' tidak dikenal: mungkin maksudnya 'teks_alt'",
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("id: contoh-2026-contoh", "id: lain-2026-contoh", "MET005 'id' berbunyi lain-2026-contoh, padahal letak"),
        ("tahun: 2026", "tahun: 2025", "MET005 'tahun' berbunyi 2025"),
        ("sop: contoh/pengunggahan", "sop: lain/pengunggahan", "MET005 prosedur lain/pengunggahan bukan milik"),
        ("nomor_urut: 17", "nomor_urut: 017", "MET004 'nomor_urut' berisi 017: tulis bilangan bulat tanpa nol"),
        ("tahun: 2026", "tahun: 26", "MET004 'tahun' berisi 26: tulis tahun dengan empat angka"),
        ("2026-03-04", "2026-02-30", "MET004 'tanggal_penetapan' berisi 2026-02-30: tanggal itu tidak ada"),
        ("2026-03-04", "1772582400", "MET004 'tanggal_penetapan' berisi 1772582400: tulis tanggal"),
        ("2026-03-04", "٢٠٢٦-03-04", "MET004 'tanggal_penetapan'"),
        ("jenis: salinan", "jenis: asli", "MET004 'berkas.0.jenis' berisi asli: pilih salah satu dari salinan"),
        ("judul: Keputusan", "judul: ''\nbahasa: Inggris\nx: Keputusan", "MET001 kunci 'bahasa' ditulis dua kali"),
        ("judul:", "---\njudul:", "MET003 kunci 'judul' belum ada"),
        ("nomor: 17/HK.03.2/3308/2026", "nomor:", "MET003 'nomor' belum diisi"),
    ],
)
def test_one_fault(before: str, after: str, expected: str) -> None:
    data = PRODUCT.decode()
    assert before in data
    found = faults(PRODUK, {"index.md": data.replace(before, after, 1).encode()})
    assert any(expected in line for line in found), found


def test_values_are_never_changed_in_silence() -> None:
    data = PRODUCT.decode().replace("nomor: 17/HK.03.2/3308/2026", "nomor: 010").replace("teu: Contoh", "teu: 12:30 no")
    item = content.read(PRODUK, {"index.md": data.encode()})
    assert isinstance(item, ProdukHukum)
    assert item.number == "010"
    assert item.main_entry.startswith("12:30 no")


def test_a_folder_without_index_and_a_folder_that_is_none() -> None:
    assert faults(KONTEN, {}) == ["index.md:1: MET001 berkas index.md belum ada: buat di folder butir ini"]
    for folder in ("content/konten/contoh", "content/lain/contoh/2026/contoh", f"{KONTEN}/media", "../x", ""):
        found = content.read(folder, {"index.md": INDEX})
        assert isinstance(found, tuple)
        assert [one.code for one in found] == ["MET001"]


DEEP = b"---\nid: " + b"[" * 60_000 + b"\n---\n"
BOMB = b"---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"Judul saja\n", id="no front matter"),
        pytest.param(DEEP, id="depth"),
        pytest.param(BOMB, id="anchors"),
        pytest.param(b"---\nid: a\x00b\n---\n", id="NUL"),
        pytest.param(b"---\nid: \xff\xfe\n---\n", id="not UTF-8"),
        pytest.param(b"---\nid: \xed\xa0\x80\n---\n", id="lone surrogate"),
        pytest.param(b'---\nid: "\\ud800"\n---\n', id="escaped surrogate"),
        pytest.param(b"---\nid: !!python/object/apply:os.system [id]\n---\n", id="tag"),
        pytest.param(b"---\nid: " + b"1" * 5000 + b"\n---\n", id="long number"),
        pytest.param(b"---\n" + b"".join(b"k%d: v\n" % n for n in range(5000)) + b"---\n", id="many keys"),
        pytest.param(b"---\nid: x\n" + b"a" * 70_000, id="size"),
        pytest.param(b"---\n? [a, b]\n: c\n---\n", id="odd key"),
        pytest.param(b"---\n- a\n---\n", id="list"),
        pytest.param(b"---\n<<: {id: x}\n---\n", id="merge"),
    ],
)
def test_hostile_files_are_findings_and_quick(data: bytes) -> None:
    for files in ({"index.md": data}, {"index.md": INDEX, "takarir.md": data}):
        start = perf_counter()
        found = content.read(KONTEN, files)
        assert perf_counter() - start < 2
        assert isinstance(found, tuple)
        assert found
        assert all("\n" not in one.message and len(one.message) < 400 for one in found)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    which=st.sampled_from([(KONTEN, INDEX), (PRODUK, PRODUCT)]),
    cuts=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 30), st.binary(max_size=12)), max_size=6),
    text=st.text(max_size=20),
)
def test_mutated_front_matter_is_an_item_or_findings(
    which: tuple[str, bytes], cuts: list[tuple[int, int, bytes]], text: str
) -> None:
    folder, data = which
    for position, length, piece in cuts:
        data = data[:position] + piece + data[position + length :]
    data = data.replace(b"judul: ", b"judul: " + text.encode("utf-8", "surrogatepass"))
    found = content.read(folder, {"index.md": data})
    if isinstance(found, tuple):
        assert found
        assert all(isinstance(one, Finding) for one in found)
    else:
        assert isinstance(found, Konten | ProdukHukum)


def test_document_types_are_a_closed_list() -> None:
    types = content.document_types((EXAMPLES.parents[1] / "site_config/jenis.yaml").read_bytes())
    assert types["pkpu"].abbreviation == "PKPU"
    assert types["berita-acara"].upload is Upload.TIDAK
    assert {found.jdihn_class for found in types.values()} == {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"jenis: [", r"jenis.yaml:2: metadata tidak terbaca"),
        (b"jenis:\n  - {id: a}\n", r"jenis.yaml:2: kunci 'jenis.0.nama' belum ada"),
        (
            b"jenis:\n  - {id: a, nama: A, singkatan: A, bentuk: A, kelas_jdihn: 9, unggah: ya}\n",
            "kelas JDIHN: 1 peraturan",
        ),
    ],
)
def test_a_broken_list_of_types_is_the_operators(data: bytes, message: str) -> None:
    with pytest.raises(JdihError, match=message):
        content.document_types(data)
