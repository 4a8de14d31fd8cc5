"""`jdih check` on real folders: what it prints, what it returns, what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.cli import main

ROOT = Path(__file__).parents[2]
OFFICE = """\
id: contoh
nama: Kantor Contoh
nama_pendek: KPU Kab. Contoh
kode_wilayah: '3308'
zona: Asia/Jakarta
jam_kerja: 08.00-16.00
akun:
  - {platform: instagram, id: '1', nama: contoh}
  - {platform: x, id: '2', nama: contoh}
tagar_wajib: ['#JDIHKPU']
prosedur: [contoh/medsos]
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "site_config/offices").mkdir(parents=True)
    (tmp_path / "site_config/offices/contoh.yaml").write_text(OFFICE, encoding="utf-8")
    shutil.copy(ROOT / "site_config/jenis.yaml", tmp_path / "site_config/jenis.yaml")
    example = ROOT / "tests/rules/DOK001/baik"
    shutil.copytree(example, tmp_path / "content/produk-hukum/contoh/keputusan-sekretaris/2026/contoh")
    shutil.copytree(example, tmp_path / "content/produk-hukum/contoh/keputusan/2022/keputusan-17")
    index = tmp_path / "content/produk-hukum/contoh/keputusan/2022/keputusan-17/index.md"
    text = index.read_text(encoding="utf-8").replace("contoh-2022-keputusan-17", "Keputusan KPU Nomor 1 Tahun 2020")
    for before, after in (
        ("contoh-2026-contoh", "contoh-2022-keputusan-17"),
        ("keputusan-sekretaris", "keputusan"),
        ("2026", "2022"),
    ):
        text = text.replace(before, after)
    index.write_text(text, encoding="utf-8")
    return tmp_path


def add(repository: Path, example: str) -> Path:
    folder = repository / "content/konten/contoh/2026/contoh"
    shutil.copytree(ROOT / "tests/rules" / example, folder)
    return folder


def test_clean_is_zero(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(repository / "content")]) == 0
    assert capsys.readouterr().out == "2 butir diperiksa: 0 galat, 0 peringatan\n"


def test_a_warning_is_still_zero(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = add(repository, "MET016/buruk")
    assert main(["check", str(folder)]) == 0
    assert capsys.readouterr().out == (
        "content/konten/contoh/2026/contoh/index.md:5: MET016 (peringatan) pengumuman ini belum menyebut produk_hukum: "
        "isi id produk hukumnya bila ada\n1 butir diperiksa: 0 galat, 1 peringatan\n"
    )


@pytest.mark.parametrize("inside", ["", "takarir.md", "media", "media/rapat.jpg"])
def test_findings_are_one_whatever_part_of_the_item_is_named(
    repository: Path, capsys: pytest.CaptureFixture[str], inside: str
) -> None:
    folder = add(repository, "TAG004/buruk")
    assert main(["check", str(folder / inside)]) == 1
    assert capsys.readouterr().out.startswith("content/konten/contoh/2026/contoh/takarir.md:5: TAG004 ")


def test_json_for_programs(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = add(repository, "MET011/buruk")
    shutil.rmtree(folder)
    broken = add(repository, "TAG004/buruk")
    (broken / "takarir.md").write_bytes(b"tanpa metadata")
    assert main(["check", str(repository / "content"), "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "findings": [
            {
                "path": "content/konten/contoh/2026/contoh/takarir.md",
                "line": 1,
                "code": "MET001",
                "severity": "galat",
                "message": "berkas harus diawali metadata di antara dua baris ---",
            }
        ],
        "errors": 1,
        "warnings": 0,
    }


def test_the_default_is_all_of_content(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "site_config")
    assert main(["check"]) == 0
    assert capsys.readouterr().out.startswith("2 butir")


def test_what_cannot_be_checked_is_two(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = add(repository, "CAP001/baik")
    (folder / "media/rahasia.jpg").symlink_to(repository / "site_config/jenis.yaml")
    cases = {
        str(folder): "adalah tautan simbolik",
        str(repository / "content/tidak-ada"): "tidak ada",
        str(repository / "site_config"): "bukan butir dan tidak memuat butir",
        str(tmp_path_factory.mktemp("luar")): "tidak berada di dalam repositori JDIH",
    }
    for path, message in cases.items():
        assert main(["check", path]) == 2
        captured = capsys.readouterr()
        assert message in captured.err
        assert captured.err.count("\n") == 1
    (repository / "site_config/jenis.yaml").unlink()
    assert main(["check", str(repository / "content")]) == 2


def test_a_symlinked_folder_is_not_followed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "content/konten").symlink_to(repository / "content/produk-hukum")
    assert main(["check", str(repository / "content")]) == 2
    assert "content/konten adalah tautan simbolik" in capsys.readouterr().err


def test_the_five_documents_of_the_offices_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOT / "content/produk-hukum"), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["errors"] == 0
    assert {found["code"] for found in report["findings"]} <= {"DOK002"}
