"""`jdih comments`: what is collected, kept and listed, and what an opened comment becomes."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline import frontmatter
from pipeline.carriers.history import Policy
from pipeline.carriers.repository import Repository
from pipeline.cli import main
from pipeline.desk import answering, comments, entrance, inbox, listening
from pipeline.desk.inbox import Comment
from pipeline.flow import Rejected
from pipeline.model.base import JdihError
from pipeline.model.people import People
from pipeline.model.publishing import Staged
from pipeline.platforms import instagram
from tests.conftest import ITEM, Office
from tests.publish import remarks
from tests.publish.parts import INSTAGRAM, converse, post
from tests.publish.remarks import said, waiting
from tests.publish.test_platforms import meta

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.publish.remarks import Street

HEARD = ("instagram", "x", "threads")
"""Enough to tell accounts apart; all of them are asked in test_comments_answered."""


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return remarks.found(tmp_path_factory.mktemp("komentar"))


@pytest.fixture
def street(founded: Office, tmp_path: Path) -> Iterator[Street]:
    """The office with hooks taken away, among its platforms."""
    with remarks.unguarded(founded, tmp_path) as there:
        yield there


def collect(street: Street, now: datetime | None = None) -> listening.Collected:
    return listening.collect(street.path, street.edges, now or datetime.now(UTC))


# -- collecting


@pytest.mark.slow
def test_asking_twice_keeps_a_comment_once(street: Street, site: str) -> None:
    posts = street.publish(site, *HEARD)
    for platform, above in posts.items():
        street.sandbox.remark(platform, above, "warga.uji", "Kapan terbit?")
    lines = collect(street).lines
    assert sum("1 komentar baru" in line for line in lines) == len(HEARD)
    assert not any(": 1 komentar" in line for line in collect(street).lines)
    assert sorted(each.comment.platform for each in waiting(street)) == sorted(HEARD)


def test_accounts_that_cannot_be_asked_are_named_and_hide_no_other(street: Street, site: str) -> None:
    street.sandbox.remark("x", street.publish(site, "x")["x"], "warga.uji", "Kapan terbit?")
    del street.secrets["instagram:jdih_kpu_contoh"], street.secrets["tiktok:jdih_kpu_contoh"]
    edges = replace(
        street.edges, endpoints={**street.edges.endpoints, "threads": "http://127.0.0.1:9/mati"}, sleep=lambda _: None
    )
    collected = listening.collect(street.path, edges, datetime.now(UTC))
    told = {line.partition(": ")[0]: line for line in collected.lines}
    assert collected.troubled
    assert "BERMASALAH: token akun instagram:jdih_kpu_contoh belum ada" in told["instagram:jdih_kpu_contoh"]
    assert "BERMASALAH" in told["threads:jdih_kpu_contoh"]
    assert told["tiktok:jdih_kpu_contoh"].endswith("baca dan jawab di aplikasinya")
    assert (
        told["x:jdih_kpu_contoh"]
        == "x:jdih_kpu_contoh: 1 komentar baru; X hanya memberi kiriman yang menyebut akun ini"
    )
    assert told["lain:jdih_kpu_contoh"].endswith("belum ada penghubung untuk lain: baca dan jawab di sana")
    assert told["telegram:jdih_kpu_contoh"].endswith("24 jam terakhir")
    [found] = waiting(street)
    assert found.comment.platform == "x"
    assert not any(token in str(collected) for token in street.secrets.values())


@pytest.mark.slow
def test_an_account_in_trouble_is_asked_again_from_where_it_was(street: Street, site: str) -> None:
    above = street.publish(site, "instagram")["instagram"]
    token = street.secrets.pop("instagram:jdih_kpu_contoh")
    collect(street)
    street.sandbox.remark("instagram", above, "warga.uji", "Kapan terbit?")
    street.secrets["instagram:jdih_kpu_contoh"] = token
    later = datetime.now(UTC) + timedelta(days=6)
    collect(street, later)
    assert len(waiting(street)) == 1


@pytest.mark.slow
def test_the_writers_name_is_kept_nowhere(street: Street, site: str) -> None:
    posts = street.publish(site, *remarks.LISTENED)
    for platform, above in posts.items():
        street.sandbox.remark(platform, above, "warga.rahasia", "Kapan terbit?")
    collect(street)
    assert len(waiting(street)) == len(remarks.LISTENED)
    assert b"warga.rahasia" not in (street.path / inbox.FILE).read_bytes()
    assert all(each.comment.url.startswith("http") for each in waiting(street))


@pytest.mark.slow
def test_an_office_without_an_sop_for_comments_is_not_asked(street: Street, site: str) -> None:
    street.sandbox.remark("x", street.publish(site, "x")["x"], "warga.uji", "Kapan terbit?")
    repository = Repository(street.path)
    tip = repository.resolve("refs/heads/main") or ""
    path = "site_config/offices/kota.yaml"
    text = (repository.read(tip, path) or b"").replace(b"  - kota/tanggapan\n", b"")
    repository.update_ref(
        "refs/heads/main", repository.commit([tip], tip, {path: text}, "tanpa SOP", street.office.who("pengelola"))
    )
    assert collect(street).lines == ("kota: belum punya SOP untuk komentar, jadi tidak dikumpulkan",)
    assert waiting(street) == []


@pytest.mark.slow
def test_only_the_server_reads_the_inbox(street: Street, site: str) -> None:
    said(street, site)
    assert stat.S_IMODE((street.path / inbox.FILE).stat().st_mode) == 0o600


# -- putting aside, forgetting


def comment(at: datetime, name: str = "1", **changes: object) -> Comment:
    found = Comment(platform="instagram", account="jdih_kpu_contoh", id=name, text="Kapan?", at=at, url="")
    return replace(found, **changes)  # type: ignore[arg-type]


def test_what_was_put_aside_is_listed_no_more_and_forgotten_after_a_month(tmp_path: Path) -> None:
    now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    old = comment(now - timedelta(days=40))
    inbox.change(tmp_path, lambda _: inbox.Inbox({old.key: old}, {"instagram:jdih_kpu_contoh": now}))
    inbox.put_aside(tmp_path, old.key[:4], " Ucapan. ", now)
    [kept] = inbox.read(tmp_path).comments.values()
    assert (kept.closed, kept.why) == (now, "Ucapan.")
    box = inbox.read(tmp_path)
    assert inbox.forgotten(box, now + inbox.KEPT).comments
    assert not inbox.forgotten(box, now + inbox.KEPT + timedelta(seconds=1)).comments


def test_what_the_platform_may_tell_again_is_not_forgotten() -> None:
    now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    aside = comment(now - timedelta(days=40), closed=now - timedelta(days=39), why="Ucapan.")
    unheard = inbox.Inbox({aside.key: aside}, {"instagram:jdih_kpu_contoh": now - timedelta(days=41)})
    assert inbox.forgotten(unheard, now).comments, "the account was not asked since: it would be told as new"


def test_what_nobody_dealt_with_is_never_forgotten() -> None:
    now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    left = comment(now - timedelta(days=400))
    box = inbox.Inbox({left.key: left}, {"instagram:jdih_kpu_contoh": now})
    assert inbox.forgotten(box, now).comments == {left.key: left}


@pytest.mark.parametrize(
    "broken", [b"", b"[]", b'{"komentar": [{}], "dilihat": {}}', b'{"komentar": [], "dilihat": {"x": 1}}']
)
def test_a_broken_inbox_is_said_in_one_line(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / inbox.FILE).write_bytes(broken)
    with pytest.raises(JdihError, match="rusak: pindahkan"):
        inbox.read(tmp_path)


@pytest.mark.parametrize(
    ("start", "why", "said"), [("", "a", "tepat satu"), ("zz", "a", "tepat satu"), ("", " ", "--why")]
)
def test_only_one_comment_is_put_aside_and_with_a_reason(tmp_path: Path, start: str, why: str, said: str) -> None:
    now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    both = {each.key: each for each in (comment(now), comment(now, "2"))}
    inbox.change(tmp_path, lambda _: inbox.Inbox(both, {}))
    with pytest.raises(JdihError, match=said):
        inbox.put_aside(tmp_path, start, why, now)


# -- opening


def test_a_comment_is_opened_once(street: Street, site: str) -> None:
    found = said(street, site)
    admin = street.office.clone("admin")
    place, laid = answering.begin(admin, found)
    assert (place.id, laid) == (f"kota-2026-komentar-{found.comment.key}", ["laporan.md"])
    for clone in (admin, street.office.clone("rangkap")):
        if clone is not admin:
            street.office.draft("admin", item=place.id)
            admin.push("origin", f"usul/{place.id}")
            clone.fetch("origin")
        with pytest.raises(JdihError, match=f"sudah dibuka sebagai butir {place.id}"):
            answering.begin(clone, found)
    assert waiting(street) == [], "what is on its way is listed no more"
    collect(street)
    [kept] = inbox.read(street.path).comments.values()
    assert kept.closed is None, "and is kept until it is answered"


@pytest.mark.slow
def test_a_comment_somebody_answers_under_another_name_is_not_opened(street: Street, site: str) -> None:
    found = said(street, site)
    head = {"platform": "instagram", "akun": "jdih_kpu_contoh", "komentar": found.comment.id}
    clone = street.office.clone("penulis")
    path = "content/tanggapan/kota/2026/jawaban/index.md"
    data = f"---\n{frontmatter.dump(head)}---\n\nHari ini.\n".encode()
    tip = clone.resolve("origin/main") or ""
    made = clone.commit([tip], tip, {path: data}, "naskah", street.office.who("penulis"))
    clone.push("origin", f"{made}:refs/heads/usul/kota-2026-jawaban")
    with pytest.raises(JdihError, match="sudah dibuka sebagai butir kota-2026-jawaban"):
        answering.begin(street.office.clone("admin"), found)
    assert waiting(street) == []


@pytest.mark.slow
def test_the_report_says_where_the_comment_stands_and_not_what_it_says(street: Street, site: str) -> None:
    found = said(street, site, "Nama saya Warga, kapan terbit?")
    admin = street.office.clone("admin")
    place, _ = answering.begin(admin, found)
    paper = frontmatter.parse((admin.path / place.folder / "laporan.md").read_bytes())
    assert paper.fields["platform"] == "instagram"
    assert paper.fields["komentar"] == found.comment.id
    assert paper.fields["butir_asal"] == ITEM
    assert str(paper.fields["pukul"]).endswith("WIB")
    assert "ISI" in paper.body
    assert "Warga" not in str(paper)


def test_a_paper_keeps_its_own_lines_and_a_value_cannot_become_a_key() -> None:
    paper = b'---\r\nid: a # tetap\r\nkomentar: "ISI: nomor"\r\npukul: x\r\n---\r\n\r\nISI: jawaban.\r\n'
    sly = 'at://a"\nid: b'
    filled = comments.filled(paper, {"komentar": sly, "butir_asal": "c", "lain": "d", "pukul": "09:00"})
    read = frontmatter.parse(filled)
    assert dict(read.fields) == {"id": "a", "komentar": sly, "pukul": "09:00", "butir_asal": "c"}
    assert b"id: a # tetap\n" in filled
    assert read.body == "ISI: jawaban."
    assert comments.filled(b"Tanpa kepala.\n", {"komentar": "1"}) == b"Tanpa kepala.\n"


# -- the verbs


@pytest.mark.slow
def test_the_verbs_from_the_server_to_the_clone(
    street: Street, site: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    street.configure()
    repo = ("--repo", str(street.path))
    above = street.publish(site, "instagram")["instagram"]
    street.sandbox.remark("instagram", above, "warga.uji", "Terima kasih!")
    street.sandbox.remark("instagram", above, "warga.uji", "Kapan\x1b[2J terbit?\r\n\u202eDi mana? " + "a" * 300)
    assert main(["comments", "collect", *repo]) == 0
    assert "instagram:jdih_kpu_contoh: 2 komentar baru" in capsys.readouterr().out
    assert main(["comments", "list", *repo]) == 0
    text = capsys.readouterr().out
    assert "WIB  instagram:jdih_kpu_contoh  kota-2026-contoh  http" in text
    assert "    Kapan[2J terbit? Di mana? aaa" in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) < 200
    assert main(["comments", "list", "--format", "json", *repo]) == 0
    listed = capsys.readouterr().out
    thanks, question = json.loads(listed)["komentar"]
    assert main(["comments", "skip", thanks["kunci"][:6], "--why", "Ucapan terima kasih.", *repo]) == 0
    assert f"komentar {thanks['kunci']} disisihkan: Ucapan terima kasih." in capsys.readouterr().out

    monkeypatch.chdir(street.office.clone("admin").path)
    (street.office.root / "komentar.json").write_text(listed, encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(listed.encode())))
    assert main(["comments", "open", question["kunci"][:6], "--from", "-"]) == 0
    out = capsys.readouterr().out
    assert f"butir kota-2026-komentar-{question['kunci']} pada cabang usul/" in out
    assert "  | Kapan[2J terbit?" in out
    assert main(["comments", "open", question["kunci"], "--from", str(street.office.root / "komentar.json")]) == 2
    assert "sudah dibuka sebagai butir" in capsys.readouterr().err
    assert main(["comments", "open", question["kunci"]]) == 2
    assert "bukan repositori peladen" in capsys.readouterr().err


@pytest.mark.slow
def test_who_reports_comments_has_the_own_office_s_listed_through_the_forced_command(street: Street, site: str) -> None:
    found = said(street, site)
    street.configure()
    lines = entrance.authorized_keys(street.path, datetime.now(UTC).date())

    def ask(person: str, words: str) -> subprocess.CompletedProcess[str]:
        [line] = [line for line in lines if line.endswith(f" {person}")]
        forced = line.removeprefix('command="').rpartition('",restrict')[0].replace('\\"', '"')
        env = {**os.environ, "SSH_ORIGINAL_COMMAND": words}
        return subprocess.run(["/bin/sh", "-c", forced], env=env, capture_output=True, text=True, check=False)

    listed = json.loads(ask("admin", "jdih comments list").stdout)
    assert [row["kunci"] for row in listed["komentar"]] == [found.comment.key]
    assert json.loads(ask("penulis", "jdih comments list").stdout) == {"komentar": []}, "not theirs to report"
    for words in ("jdih comments list; id", "jdih comments list --as admin", "jdih comments collect", "jdih"):
        refused = ask("penulis", words)
        assert (refused.returncode, refused.stdout) == (1, ""), words
        assert refused.stderr.startswith("DITOLAK: kunci ini hanya untuk git")


@pytest.mark.parametrize("brought", [b"", b"[]", b'{"komentar": [{}]}', b'{"komentar": [{"kantor": "lain"}]}'])
def test_a_list_that_is_none_is_refused_in_one_line(brought: bytes) -> None:
    with pytest.raises(JdihError, match="daftarnya tidak terbaca"):
        answering.rows(brought, Policy("main", People({}), {}))


def test_instagrams_refusal_of_an_answer_to_what_is_gone_is_sure() -> None:
    answer = replace(post(INSTAGRAM, text="Hari ini."), reply_to="178")
    with pytest.raises(Rejected, match="sudah tidak ada"):
        converse(instagram.commit(answer, INSTAGRAM, Staged()), [meta(100, 33)])
