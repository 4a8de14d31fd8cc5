"""What the guides promise about working on a forge happens there; their pictures can be taken again."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from pipeline import items
from tests.forge.e2e.conftest import at_work
from tests.forge.e2e.founding import found
from tests.forge.e2e.kantor import MANAGER, ROOT, git
from tests.forge.fake import ROBOT_APP
from tests.panduan import pictures, story

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.forge.e2e.kantor import Kantor
    from tests.forge.e2e.playing import Play

GUIDES = pictures.FOLDER.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def _begun(tmp_path_factory: pytest.TempPathFactory) -> Kantor:
    with story.five_offices(tmp_path_factory.mktemp("panduan")) as office:
        story.fill_in(office, "kepala-biro-hukum", "disposisi", story.FORM)
    return office


@pytest.fixture
def begun(_begun: Kantor, tmp_path: Path) -> Iterator[Kantor]:
    """The five offices on a forge, a disposition taken in."""
    with at_work(_begun.copy(tmp_path)) as office:
        yield office


@pytest.fixture
def item(begun: Kantor) -> Play:
    return story.told(begun, "3-kpu-ri-medsos")


def said_in(guide: str) -> str:
    return " ".join((GUIDES / f"{guide}.md").read_text(encoding="utf-8").split())


def answers(office: Kantor, number: int) -> str:
    return " ".join(one.body for one in office.fake.state.comments if one.thread == number)


def test_a_form_that_does_not_fit_is_answered_as_the_guide_says(begun: Kantor) -> None:
    for sop, person in (
        ("magelang/kegiatan", "pelaksana-redaksi-magelang"),
        ("magelang/pengumuman", "pelaksana-redaksi-magelang"),
        ("mentawai/medsos", "tim-teknis-mentawai"),
    ):
        number = story.fill_in(begun, person, "disposisi", story.FORM | {"SOP": sop, "Nama pendek": "contoh"})
        assert "formulir ini bukan untuk SOP" in answers(begun, number)
        assert f"`{sop}`" in said_in("penulis")


def test_a_file_saved_on_a_new_branch_opens_the_item_instead(begun: Kantor) -> None:
    year = begun.clock().year
    place = items.place_of(f"content/konten/mentawai/{year}/nama-butir/index.md")
    assert place is not None
    begun.draft("tim-teknis-mentawai", place, {"index.md": b"---\nsop: mentawai/medsos\njudul: Contoh\n---\n\nIsi.\n"})
    assert begun.control() == []
    assert "mentawai/medsos" in begun.sheet(begun.open_pulls()[f"mentawai-{year}-nama-butir"])


def test_the_words_of_the_guides_carry_the_item_to_main(item: Play) -> None:
    office, pull = item.office, item.pull
    office.comment("kepala-biro-hukum", pull, "/sop 1 SELESAI")
    papers = {name: item.paper(name) for name in ("index-2.md", "takarir.md", "media/kenali-jdih.jpg")}
    office.draft("tim-kreatif-kpu-ri", item.place, {"index.md": papers["index-2.md"]})
    office.comment("tim-kreatif-kpu-ri", pull, "/sop 2 SELESAI")
    office.comment("kabag-puiih", pull, "/sop 3 ADA Judulnya terlalu umum.")
    office.comment("tim-kreatif-kpu-ri", pull, "/sop 2 SELESAI")
    office.review("kabag-puiih", pull, "APPROVE")
    design = {name: papers[name] for name in ("takarir.md", "media/kenali-jdih.jpg")}
    office.draft("tim-desain-kpu-ri", item.place, design)
    office.comment("tim-desain-kpu-ri", pull, "/sop 4 SELESAI")
    assert office.control() == []
    assert "kepala-biro-hukum" in office.fake.state.threads[pull].reviewers, "who decides next is asked for a review"
    office.review("kepala-biro-hukum", pull, "APPROVE")
    office.comment("kabag-puiih", pull, "/sop 6 SELESAI")
    office.comment("admin-kpu-ri", pull, "/sop 7 UNGGAH")
    assert office.settle() == []
    assert office.case(item.place.id).merged


def test_what_does_not_count_stands_under_the_heading_the_guide_names(item: Play) -> None:
    office, pull = item.office, item.pull
    office.review("kepala-biro-hukum", pull, "APPROVE")
    spoilt = office.comment("kepala-biro-hukum", pull, "/sop 1 SELESAI")
    office.clock.tick()
    office.fake.person("kepala-biro-hukum").edit_comment(spoilt, "/sop 1 SELESAI Segera.")
    assert office.control() == []
    remarks = office.sheet(pull).partition("### Yang tidak dihitung")[2]
    assert "langkah 1 bukan koreksi atau persetujuan" in remarks
    assert "komentar ini disunting sesudah ditulis" in remarks


def test_a_clone_learns_of_the_steps_only_after_the_merge(item: Play, tmp_path: Path) -> None:
    office = item.office
    office.comment("kepala-biro-hukum", item.pull, "/sop 1 SELESAI")
    assert office.control() == []
    assert "langkah 2" in office.gate(item.pull)[1]
    clone = office.fake.person("kabag-puiih").clone(tmp_path / "salinan")
    assert "masih menunggu langkah 1" in story.jdih(clone, "status", item.place.id)
    assert "belum ada catatan langkah" in story.jdih(clone, "audit", item.place.id)
    assert item.place.id in story.jdih(clone, "new", "kpu-ri/medsos", "kenali-jdih")


def test_somebody_who_is_not_registered_is_told_so(item: Play) -> None:
    office = item.office
    office.fake.add("orang-luar")
    office.comment("orang-luar", item.pull, "/sop 1 SELESAI")
    assert office.control() == []
    assert "akun orang-luar belum terdaftar" in office.sheet(item.pull)
    clone = office.clone("tim-kreatif-kpu-ri")
    git(clone, "fetch", "--quiet", str(office.fake.path), f"usul/{item.place.id}")
    git(clone, "switch", "--quiet", "--detach", "FETCH_HEAD")
    (clone / item.place.folder / "index.md").write_bytes(item.paper("index-2.md"))
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "-m", "Naskah", at=office.clock())
    office.push("tim-kreatif-kpu-ri", f"HEAD:refs/heads/usul/{item.place.id}")
    assert office.control() == []
    assert "menyebut penyunting pendiri@uji.example yang tidak terdaftar" in office.gate(item.pull)[1]


def test_the_set_up_needs_what_the_guide_exports_and_nothing_else(tmp_path: Path) -> None:
    exported = re.findall(r"\b((?:GITHUB|JDIH)_\w+)(?==)", said_in("github").partition("export ")[2].partition("`")[0])
    assert exported == ["GITHUB_REPOSITORY", "JDIH_APP_ID", "JDIH_KUNCI"]
    office = found(tmp_path, [ROOT])
    given = {
        "GITHUB_REPOSITORY": office.fake.repo,
        "JDIH_APP_ID": str(ROBOT_APP),
        "JDIH_KUNCI": str(office.robot),
        "JDIH_TOKEN_FORGE": office.fake.person(MANAGER).token,
    }
    with at_work(office):
        checkout = office.checkout().path
        shutil.copytree(ROOT / ".github", checkout / ".github")
        given["GITHUB_API_URL"] = office.fake.api
        assert "belum ada" in story.jdih(checkout, "github", "setup", "--check", given=given, expected=1)
        done = story.jdih(checkout, "github", "setup", given=given)
        assert "main hari ini menjadi pangkal kepercayaan" in done
        assert all(f"aturan {name} dipasang" in done for name in ("main", "usul", "robot", "robot-riwayat"))
        assert not story.jdih(checkout, "github", "setup", "--check", given=given)


def test_the_pictures_can_be_taken_again(tmp_path: Path) -> None:
    pytest.importorskip("playwright.sync_api")
    if not pictures.CHROMIUM.exists():
        pytest.skip("Chromium tidak ada: apt-get install chromium")
    pictures.take_all(tmp_path / "gambar", tmp_path)
    made = {path.name: path for path in (tmp_path / "gambar").iterdir()}
    assert set(made) == {path.name for path in pictures.FOLDER.iterdir()}
    for name, path in made.items():
        with Image.open(path) as new, Image.open(pictures.FOLDER / name) as kept:
            assert new.width == kept.width == 1200
            assert abs(new.height - kept.height) < kept.height / 4, f"{name}: the page looks different now"
            assert len(new.convert("L").getcolors() or []) > 20, f"{name} is blank"
