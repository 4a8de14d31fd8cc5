"""What a platform cannot do is declared, said beforehand, and left to a person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline import sop
from pipeline.carriers.repository import Repository
from pipeline.cli import publish as publish_cli
from pipeline.desk import cases, planning, publishing
from pipeline.desk.forge import foreseeing
from pipeline.items import place_of
from pipeline.model.item import Action
from pipeline.model.outcome import Result
from pipeline.model.people import Account
from pipeline.model.publishing import State
from pipeline.platforms import PLATFORMS, obeys, takes_answers, x
from tests.conftest import CAPTION, FOLDER, INDEX, picture
from tests.desk.planting import MAIN, SOP, put
from tests.publish.parts import INSTAGRAM, Desk, post, wanted
from tests.publish.test_forms_of_posts import DESCRIBED
from tests.rules.test_rules import EXAMPLES, found_in

if TYPE_CHECKING:
    from tests.conftest import Office

TIKTOK = Account(platform="tiktok", id="kenari-tiktok", handle="jdihuji")
ORDER = """---
id: kota-2026-perintah
sop: kota/medsos
judul: Perintah tentang kartu
tindakan: {}
sasaran: {}
alasan: perbaikan
tanggal: 2026-11-21
pemberi_perintah: Sekretaris
---

Naskahnya sedang diperbaiki.
"""
ANSWER = """---
id: kota-2026-jawaban
sop: kota/medsos
judul: Jawaban
tanggal: 2026-11-21
platform: {0}
akun: {1}
komentar: "1801"
---

Jadwalnya ada di laman kami.
"""
BY_HAND = "dengan tangan, lalu dibuktikan dengan kata BUKTI"
EVERYWHERE = "instagram:jdih_kpu_contoh, x:jdih_kpu_contoh, tiktok:jdihuji, telegram:jdihuji dan pinterest:jdihuji"
LOST = "bila jawabannya hilang, orang yang memeriksa akunnya: platformnya tidak dapat ditanya"


# -- declared


def test_a_video_is_described_where_the_table_says_so() -> None:
    assert {name for name, kind in DESCRIBED if kind == "v"} == {
        name for name, each in PLATFORMS.items() if each.VIDEO_ALT and name != "console"
    }


def test_nothing_is_archived_for_a_machine_and_tiktok_takes_no_answer() -> None:
    assert [name for name in PLATFORMS if obeys(name, Action.ARSIPKAN)] == []
    assert [name for name in PLATFORMS if not obeys(name, Action.HAPUS)] == ["tiktok"]
    assert [name for name in (*PLATFORMS, "pinterest") if not takes_answers(name)] == ["tiktok", "pinterest"]


def test_the_check_of_an_order_believes_what_is_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x, "CAN_ARCHIVE", True)
    [told] = [line for line in found_in(EXAMPLES / "MET019/buruk-arsip") if " MET019 " in line]
    assert told.endswith("MET019 tiktok: diarsipkan dengan tangan, lalu dibuktikan dengan kata BUKTI")


# -- an answer no machine gives


def test_an_answer_a_platform_does_not_take_is_planned_and_held_as_a_task(desk: Desk) -> None:
    item = wanted(desk.site, TIKTOK, posts=(replace(post(TIKTOK), reply_to="1801"),), page_url="")
    [done] = desk.outcomes(item)
    assert done.action.why == "tiktok tidak menerima jawaban dari mesin: dijawab dengan tangan"
    assert done.result is Result.BY_HAND
    assert "jawab komentar 1801 di akun tiktok:jdihuji" in done.message
    assert [entry.state for entry in desk.ledger.entries().values()] == [State.HELD]
    assert desk.sandbox.posts() == []


def test_an_answer_that_is_taken_goes_out(desk: Desk) -> None:
    live = wanted(desk.site, INSTAGRAM)
    assert desk.run(live) == {"instagram": "published"}
    below = desk.sandbox.remark("instagram", desk.sandbox.posts()[0]["id"], "warga", "Kapan?")
    answer = replace(post(INSTAGRAM, text="Besok", item="lain"), reply_to=below)
    item = replace(wanted(desk.site, posts=(answer,), page_url=""), item="lain")
    assert [done.result for done in desk.outcomes(item)] == [Result.PUBLISHED]


# -- the outlook of a pull request


@pytest.fixture
def town(office: Office) -> Office:
    """An office with accounts on TikTok, Telegram and a platform without connector, and an item that is out."""
    accounts = "".join(
        f"  - platform: {name}\n    id: '{number}'\n    nama: jdihuji\n"
        for name, number in (("tiktok", "kenari"), ("telegram", "@jdihuji"), ("pinterest", "5"))
    )
    put(office, "site_config/offices/kota.yaml", "tagar_wajib:", f"{accounts}tagar_wajib:")
    targets = "tujuan: [instagram, x, tiktok, telegram, pinterest]"
    put(office, f"{FOLDER}/index.md", "", INDEX.replace("tujuan: [instagram, x]", targets))
    put(office, f"{FOLDER}/takarir.md", "", CAPTION)
    repository = Repository(office.path)
    main = repository.resolve(MAIN) or ""
    files: dict[str, bytes | None] = {f"{FOLDER}/media/kartu.jpg": picture()}
    repository.update_ref(MAIN, repository.commit([main], main, files, "gambar", office.who("pengelola")))
    (office.path / "mkdocs.yml").write_bytes((Path(__file__).parents[2] / "mkdocs.yml").read_bytes())
    return office


def plan(office: Office, folder: str, index: str = "") -> list[str]:
    """Return the outlook of the item in *folder*, written on top of `main` where *index* says so."""
    repository = Repository(office.path)
    tip = repository.resolve(MAIN) or ""
    if index:
        who = office.who("pengelola")
        tip = repository.commit([tip], tip, {f"{folder}/index.md": index.encode()}, "usul", who)
    place = place_of(f"{folder}/")
    assert place
    data = repository.read(MAIN, SOP) or b""
    procedure = sop.parse(data, SOP, sop.version_of(data))
    return list(foreseeing.outlook(repository, tip, place, cases.policy(repository), procedure).plan)


@pytest.mark.parametrize(
    ("action", "accounts"),
    [
        ("hapus", "tiktok:jdihuji dan pinterest:jdihuji: dihapus"),
        ("arsipkan", f"{EVERYWHERE}: diarsipkan"),
    ],
)
def test_an_order_says_on_which_accounts_a_person_acts(town: Office, action: str, accounts: str) -> None:
    said = plan(town, "content/perintah/kota/2026/perintah", ORDER.format(action, "kota-2026-contoh"))
    assert said[1:] == [f"{accounts} {BY_HAND}"]


def test_an_order_about_a_product_names_the_accounts_that_announced_it(town: Office) -> None:
    put(town, f"{FOLDER}/index.md", "kategori: edukasi", "kategori: edukasi\nproduk_hukum: kota-2025-keputusan-7")
    product = "content/produk-hukum/kota/keputusan/2025/keputusan-7/index.md"
    put(town, product, "", "---\nid: kota-2025-keputusan-7\n---\n")
    said = plan(town, "content/perintah/kota/2026/perintah", ORDER.format("turunkan", "kota-2025-keputusan-7"))
    assert said[1:] == [f"tiktok:jdihuji dan pinterest:jdihuji: dihapus {BY_HAND}"]


def test_an_order_a_machine_carries_out_names_nobody(town: Office) -> None:
    put(town, f"{FOLDER}/index.md", "tiktok, telegram, pinterest]", "telegram]")
    assert len(plan(town, "content/perintah/kota/2026/perintah", ORDER.format("hapus", "kota-2026-contoh"))) == 1


def test_an_answer_no_machine_gives_is_foreseen(town: Office) -> None:
    folder = "content/tanggapan/kota/2026/jawaban"
    assert plan(town, folder, ANSWER.format("tiktok", "jdihuji"))[-1] == f"tiktok:jdihuji: dijawab {BY_HAND}"
    assert not [line for line in plan(town, folder, ANSWER.format("x", "jdih_kpu_contoh")) if "tangan" in line]


def test_posts_say_what_a_person_does_and_who_cannot_be_asked(town: Office) -> None:
    said = plan(town, FOLDER)
    assert f"pinterest:jdihuji: dikirim {BY_HAND}" in said
    assert [line for line in said if "hilang" in line] == [f"telegram:jdihuji: {LOST}"]


# -- jdih publish --plan


def test_the_plan_says_once_an_account_that_it_cannot_be_asked(capsys: pytest.CaptureFixture[str], desk: Desk) -> None:
    telegram = Account(platform="telegram", id="@jdihuji", handle="jdihuji")
    items = [replace(wanted(desk.site, telegram, INSTAGRAM), item=name) for name in ("satu", "dua")]
    planned = publishing.planned(items, {}, desk.clock())
    publish_cli._print_plan(planning.Plan(planned, [], {}), "text")
    shown = capsys.readouterr().out.splitlines()
    assert [line for line in shown if "hilang" in line] == [f"catatan   telegram:jdihuji: {LOST}"]
    assert len(shown) == len(planned) + 1
