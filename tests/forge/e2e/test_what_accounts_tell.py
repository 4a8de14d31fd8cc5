"""What the accounts tell reaches people on the forge: asked by who holds the tokens, said by who writes issues."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline import frontmatter
from pipeline.carriers.repository import Identity
from pipeline.desk import server
from pipeline.desk.forge import outlet
from pipeline.desk.sending import Edges
from pipeline.model.publishing import Staged
from pipeline.platforms import x
from tests.forge.e2e.founding import dress
from tests.forge.e2e.public import Public, in_public
from tests.forge.fake import ACTIONS, ROBOT
from tests.publish import remarks
from tests.publish.parts import post

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.forge.e2e.kantor import Kantor
    from tests.forge.fake.state import Thread

pytestmark = pytest.mark.slow


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Public]:
    with in_public(tmp_path, [dress(tmp_path), remarks.lay(tmp_path / "asal")]) as office:
        yield office


def issues(public: Public) -> list[Thread]:
    """Return the issues the heartbeat wrote."""
    return [one for one in public.office.fake.state.threads.values() if one.author == ACTIONS]


def run(public: Public, **days: int) -> None:
    """Publish, with tokens that end in so many days; then listen."""
    office = public.office
    today = office.clock.now.date()
    held: dict[str, object] = dict(public.tokens)
    for platform, left in days.items():
        ref = next(each for each in public.tokens if each.startswith(f"{platform}:"))
        held[ref] = {"token": public.tokens[ref], "berlaku_sampai": str(today + timedelta(days=left))}
    secrets = office.root / "rahasia.yaml"
    secrets.touch(mode=0o600)
    secrets.write_text(frontmatter.dump(held), encoding="utf-8")
    assert outlet.publish(office.link(ROBOT), secrets, office.root / "titik-akhir.yaml") == []
    assert outlet.listen(office.link(ACTIONS)) == []


def test_a_token_that_ends_soon_stands_in_one_issue_until_it_is_renewed(public: Public) -> None:
    office = public.office
    run(public, x=200)
    assert issues(public) == []
    office.clock.tick(hours=1)
    run(public, x=5)
    assert issues(public) == [], "the accounts were asked today"
    office.clock.tick(days=1)
    run(public, x=5, instagram=-1)
    office.clock.tick(hours=1)
    run(public, x=5, instagram=-1)
    [issue] = issues(public)
    assert issue.open
    assert issue.title == "Akun media sosial perlu perhatian"
    body = html.unescape(issue.body)
    assert "x:jdih_kpu_contoh: token berakhir" in body
    assert "(5 hari lagi): perbarui" in body
    assert "(1 hari yang lalu): perbarui" in body
    assert not any(token in body for token in public.tokens.values())
    office.clock.tick(days=1)
    run(public, x=200)
    assert issues(public) == [issue]
    assert not issue.open


def test_where_a_comment_stands_is_told_and_not_what_it_says(public: Public) -> None:
    office = public.office
    [account] = [each for each in office.link(ROBOT).policy().offices["kota"].accounts if each.platform == "x"]
    places = server.mapping(office.root / "titik-akhir.yaml")
    edges = Edges(
        ledger=public.ledger(), endpoints=places, secrets=public.tokens, clock=office.clock, write=office.said.append
    )
    above = edges.ask(x.commit(post(account), account, Staged()), account).remote_id
    remark = public.play.remark("x", above, "warga.rahasia", "Nama saya Warga, kapan terbit?")
    run(public)
    office.clock.tick(minutes=1)
    run(public)
    [issue] = issues(public)
    said = html.unescape(issue.body)
    assert issue.title.startswith("Komentar yang belum ditanggapi")
    assert f"WIB x:jdih_kpu_contoh: https://x.com/i/status/{remark} nomor {remark}" in said
    assert "arga" not in said + repository_text(office)

    answer = {"id": "a", "sop": remarks.SOP, "platform": "x", "akun": "jdih_kpu_contoh", "komentar": remark}
    path = "content/tanggapan/kota/2026/jawaban/laporan.md"
    main, there = "refs/heads/main", office.server
    tip = there.resolve(main) or ""
    data = f"---\n{frontmatter.dump(answer)}---\n\nDitanya.\n".encode()
    there.update_ref(main, there.commit([tip], tip, {path: data}, "jawaban", Identity("Uji", "uji@uji.example")))
    office.clock.tick(hours=1)
    run(public)
    assert not issue.open


def repository_text(office: Kantor) -> str:
    """Return everything the heartbeat's branch ever said."""
    return office.server.git("log", "-p", "refs/heads/denyut")
