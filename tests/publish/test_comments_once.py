"""One comment, one answer, whatever its account is called: renamed accounts, two items, edits, answers given up."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline import reconcile, records
from pipeline.carriers.repository import Repository
from pipeline.cli import main
from pipeline.desk import aftermath, answering, cases, inbox, listening, publishing, server, shelf, wishes
from pipeline.model.base import JdihError
from pipeline.model.history import ABANDON, RESUME, Record
from pipeline.model.outcome import Result
from pipeline.model.publishing import EffectAction, Entry, Post, State, Turn, Wanted
from tests.conftest import ITEM, Office
from tests.publish import remarks
from tests.publish.parts import DIGEST, INSTAGRAM
from tests.publish.remarks import said, waiting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.model.people import Account
    from tests.publish.remarks import Street

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
INSTAGRAM_ID = "17841400009999001"
OFFICE = "site_config/offices/kota.yaml"
PAPER = """---
id: kota-2026-{slug}
sop: kota/tanggapan
judul: Komentar
tanggal: 2026-01-01
platform: instagram
akun: {akun}
komentar: '{comment}'
---
Jawaban {slug}.
"""


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return remarks.found(tmp_path_factory.mktemp("sekali"))


@pytest.fixture
def street(founded: Office, tmp_path: Path) -> Iterator[Street]:
    """The office with hooks taken away, among its platforms."""
    with remarks.unguarded(founded, tmp_path) as there:
        yield there


def put(street: Street, files: Mapping[str, bytes], ref: str = "refs/heads/main") -> None:
    repository = Repository(street.path)
    tip = repository.resolve(ref) or repository.resolve("refs/heads/main") or ""
    made = repository.commit([tip], tip, files, "naskah", street.office.who("admin"))
    repository.update_ref(ref, made)


def paper(slug: str, comment: str, akun: str = "jdih_kpu_contoh") -> dict[str, bytes]:
    text = PAPER.format(slug=slug, akun=akun, comment=comment)
    return {f"content/tanggapan/kota/2026/{slug}/index.md": text.encode()}


def rename(street: Street) -> None:
    """Give every account called jdih_kpu_contoh another name, here and where its token stands."""
    text = Repository(street.path).read("refs/heads/main", OFFICE) or b""
    put(street, {OFFICE: text.replace(b"nama: jdih_kpu_contoh", b"nama: jdih_kpu_baru")})
    for ref in list(street.secrets):
        street.secrets[ref.replace("jdih_kpu_contoh", "jdih_kpu_baru")] = street.secrets[ref]


def collect(street: Street, now: datetime | None = None) -> tuple[str, ...]:
    return listening.collect(street.path, street.edges, now or datetime.now(UTC)).lines


# -- two items


def wanted(street: Street, site: str, *slugs: str) -> list[Wanted]:
    held = shelf.read(server.export_main(street.path))
    darkroom = aftermath.darkroom_of(street.path)
    return [wishes.foreseen(held, held.items[f"kota-2026-{slug}"], site, darkroom) for slug in slugs]


def test_of_two_items_that_answer_one_comment_one_is_sent(street: Street, site: str) -> None:
    comment = said(street, site).comment.id
    put(street, paper("satu", comment))
    publishing.publish(wanted(street, site, "satu"), street.edges)
    put(street, paper("dahulu", comment))
    for _ in range(2):
        [told] = publishing.publish(wanted(street, site, "dahulu", "satu"), street.edges)
        assert (told.action.item, told.result) == ("kota-2026-dahulu", Result.WAITING)
        assert told.message == "komentar ini sudah dijawab oleh butir kota-2026-satu"
    assert [row["teks"] for row in street.sandbox.posts() if row["balasan_untuk"]] == ["Jawaban satu."]


def reply(item: str, hour: int = 0, account: Account = INSTAGRAM, **changes: str) -> Wanted:
    made = Post(item=item, platform="instagram", account=account, text="a", digest=DIGEST, reply_to="179")
    made = replace(made, approved=NOW - timedelta(hours=9 - hour), **changes)  # type: ignore[arg-type]
    return Wanted(item=item, digest=DIGEST, page_url="", posts=(made,))


def entry(item: Wanted, state: State, account: Account = INSTAGRAM) -> dict[str, Entry]:
    [post] = item.posts
    history = (Turn(state=state, at=NOW),)
    action = EffectAction.PUBLISH
    made = Entry(key=post.key, item=post.item, account=account, action=action, digest=DIGEST, history=history)
    return {post.key: made}


def sent(items: list[Wanted], entries: Mapping[str, Entry]) -> list[str]:
    plan = reconcile.plan(items, entries, NOW, {})
    return [action.item for action in plan if action.action is EffectAction.PUBLISH]


def test_the_answer_let_out_first_is_sent() -> None:
    assert sent([reply("a", 2), reply("b", 1)], {}) == ["b"]
    assert sent([reply("a", 1), reply("b", 1)], {}) == ["a"]
    other = replace(INSTAGRAM, id="2")
    assert sent([reply("a"), reply("b", account=other)], {}) == ["a", "b"], "another account's comment"


@pytest.mark.parametrize("state", [State.CLAIMED, State.HELD, State.POSTING, State.UNKNOWN, State.DONE])
def test_what_the_ledger_has_of_an_answer_outweighs_when_it_was_let_out(state: State) -> None:
    late, early = reply("a", 2), reply("b", 1)
    assert "b" not in sent([late, early], entry(late, state))


def test_what_may_be_live_outweighs_what_is_only_intended() -> None:
    late, early = reply("a", 2), reply("b", 1)
    assert sent([late, early], entry(late, State.DONE) | entry(early, State.CLAIMED)) == []
    assert sent([late, early], entry(late, State.WITHDRAWN)) == ["b"], "what was taken down answers nothing"


def test_an_answer_sent_before_its_account_was_renamed_is_one_all_the_same() -> None:
    renamed = replace(INSTAGRAM, id="", handle="lama")
    old = reply("a", 2, account=renamed, barred="akun lama tidak ada")
    written = entry(old, State.DONE, INSTAGRAM)
    [action] = reconcile.plan([old, reply("b", 1)], written, NOW, {})
    assert (action.item, action.action) == ("b", EffectAction.WAIT), "and nothing is said of the one that is out"
    assert reconcile.astray([old], written.values()) == []


# -- the account


def test_an_answer_by_an_account_the_office_does_not_have_is_told(street: Street, site: str) -> None:
    put(street, paper("tiga", "179", "jdih_kpu_lama"))
    [told] = publishing.publish(wanted(street, site, "tiga"), street.edges)
    assert told.result is Result.WAITING
    assert told.message.startswith("akun instagram:jdih_kpu_lama tidak ada pada berkas kantor: ")
    assert street.edges.ledger.entries() == {}


@pytest.mark.slow
def test_a_renamed_account_has_nothing_listed_twice_and_nothing_lost(street: Street, site: str) -> None:
    found = said(street, site)
    street.sandbox.remark("instagram", found.comment.post, "warga.uji", "Di mana?")
    put(street, paper("satu", found.comment.id))
    collect(street)
    [left] = waiting(street)
    rename(street)
    assert [each.comment.id for each in waiting(street)] == [left.comment.id], "before anybody asks again as well"
    assert "instagram:jdih_kpu_baru: 0 komentar baru" in collect(street)
    [now] = waiting(street)
    assert (now.comment.key, now.comment.account, now.item) == (left.comment.key, "jdih_kpu_baru", ITEM)
    assert len(inbox.read(street.path).comments) == 2


@pytest.mark.slow
def test_an_account_renamed_while_it_was_in_trouble_is_asked_from_where_it_was(street: Street, site: str) -> None:
    above = street.publish(site, "instagram")["instagram"]
    collect(street)
    street.sandbox.remark("instagram", above, "warga.uji", "Kapan terbit?")
    rename(street)
    collect(street, datetime.now(UTC) + 2 * inbox.FIRST)
    assert len(waiting(street)) == 1


def by_handle(street: Street) -> None:
    """Make the inbox what it was when handles stood for accounts."""
    path = street.path / inbox.FILE
    values = json.loads(path.read_bytes())
    for row in values["komentar"]:
        del row["id_akun"], row["disunting"]
    values["dilihat"] = {f"{ref.partition(':')[0]}:jdih_kpu_contoh": at for ref, at in values["dilihat"].items()}
    path.write_text(json.dumps(values), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("renamed", [False, True])
def test_an_inbox_that_knew_handles_only_is_read_on(street: Street, site: str, renamed: bool) -> None:  # noqa: FBT001 - pytest's
    found = said(street, site)
    inbox.put_aside(street.path, found.comment.key, "Ucapan.", datetime.now(UTC))
    street.sandbox.remark("instagram", found.comment.post, "warga.uji", "Di mana?")
    collect(street)
    by_handle(street)
    before = {each.id for each in inbox.read(street.path).comments.values()}
    if renamed:
        rename(street)
    collect(street)
    box = inbox.read(street.path)
    assert {each.id for each in box.comments.values()} == before
    assert [each.comment.text for each in waiting(street)] == ["Di mana?"]
    assert len(box.comments) == 2
    assert all(each.account_id for each in box.comments.values())


@pytest.mark.slow
def test_comments_to_an_account_the_office_gave_away_are_told(street: Street, site: str) -> None:
    said(street, site)
    text = (Repository(street.path).read("refs/heads/main", OFFICE) or b"").replace(INSTAGRAM_ID.encode(), b"2")
    put(street, {OFFICE: text})
    assert waiting(street) == []
    told = "instagram:jdih_kpu_contoh: 1 komentar belum ditanggapi, tetapi akunnya tidak ada lagi pada berkas kantor"
    assert told in collect(street)


# -- edits


def edit(street: Street, text: str) -> None:
    with street.sandbox._store.open() as data:
        for row in data["komentar"]:
            row["teks"] = text


@pytest.mark.slow
def test_the_newest_words_of_a_comment_are_kept(street: Street, site: str) -> None:
    found = said(street, site, "Salah ketik")
    edit(street, "Kapan rapatnya?")
    collect(street)
    [now] = waiting(street)
    assert (now.comment.text, now.comment.key, now.told) == ("Kapan rapatnya?", found.comment.key, "")


@pytest.mark.slow
def test_a_comment_edited_after_its_answer_was_begun_is_told_again(
    street: Street, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = said(street, site)
    put(street, paper("satu", found.comment.id), "refs/heads/usul/kota-2026-satu")
    collect(street)
    assert waiting(street) == []
    edit(street, "Kapan rapatnya?")
    for _ in range(2):
        collect(street)
        [now] = waiting(street)
        assert now.told == "disunting sesudah butir kota-2026-satu dibuka: baca lagi sebelum menjawab"
    street.configure()
    assert main(["comments", "list", "--repo", str(street.path)]) == 0
    assert f"    Kapan rapatnya?\n    ! {now.told}\n" in capsys.readouterr().out
    put(street, paper("satu", found.comment.id))
    assert waiting(street) == [], "answered"


# -- given up


def record(slug: str, word: str, sequence: int, at: datetime) -> dict[str, bytes]:
    made = Record(
        sequence=sequence,
        item=f"kota-2026-{slug}",
        sop=remarks.SOP,
        version="0" * 40,
        step=1,
        step_id="laporan",
        word=word,
        effects=(),
        role="admin",
        person="admin",
        round=1,
        digest="0" * 64,
        attachments=(),
        note="Salah lapor.",
        at=at,
        source="ssh",
    )
    return {f"content/tanggapan/kota/2026/{slug}/{records.file_name(made)}": records.dump(made)}


@pytest.mark.slow
def test_an_answer_given_up_opens_its_comment_again_and_its_words_leave_in_time(street: Street, site: str) -> None:
    found = said(street, site)
    branch, now = "refs/heads/usul/kota-2026-satu", datetime.now(UTC).replace(microsecond=0)
    put(street, paper("satu", found.comment.id) | record("satu", "SELESAI", 1, now), branch)
    collect(street)
    assert waiting(street) == []
    put(street, record("satu", ABANDON, 2, now), branch)
    for _ in range(2):
        [again] = waiting(street)
        assert again.told.startswith("jawabannya, butir kota-2026-satu, dibatalkan: ")
        collect(street)
    [kept] = inbox.read(street.path).comments.values()
    assert kept.closed == now
    with pytest.raises(JdihError, match=f"butir kota-2026-satu, lalu dibatalkan: .*{RESUME}"):
        answering.begin(street.office.clone("admin"), found)
    put(street, record("satu", RESUME, 3, now), branch)
    collect(street)
    assert waiting(street) == []
    [kept] = inbox.read(street.path).comments.values()
    assert kept.closed is None, "somebody goes on with it: its words are needed"
    put(street, record("satu", ABANDON, 4, now), branch)
    collect(street, now + inbox.KEPT)
    assert inbox.read(street.path).comments
    collect(street, now + inbox.KEPT + timedelta(seconds=1))
    assert not inbox.read(street.path).comments


# -- addresses


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "javascript://127.0.0.1/%0a",
        "http://x.example/1",
        "https://",
        "https://x.example/a b",
        "x",
    ],
)
def test_an_address_that_is_none_is_refused(street: Street, url: str) -> None:
    admin = street.office.clone("admin")
    known = cases.policy(admin)
    comment = inbox.Comment(
        platform="instagram",
        account="jdih_kpu_contoh",
        account_id="17841400009999001",
        id="9",
        text="a",
        at=NOW,
        url=url,
    )
    row = answering.row(listening.Waiting(comment, known.offices["kota"], ""))
    with pytest.raises(JdihError, match="bukan alamat https"):
        answering.rows(json.dumps({"komentar": [row]}).encode(), known)
    row["tautan"] = "https://x.example/1"
    [brought] = answering.rows(json.dumps({"komentar": [row]}).encode(), known)
    assert (brought.comment.key, brought.comment.url) == (comment.key, "https://x.example/1")
