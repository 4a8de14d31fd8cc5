"""A comment's whole way, on every platform that lets it be read and answered: collected, opened, answered, once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.cli import main
from pipeline.desk import answering, inbox, listening, opening, recording, workbench
from pipeline.model.publishing import State
from tests.conftest import ITEM
from tests.publish import remarks
from tests.publish.remarks import LISTENED, Street

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.desk.listening import Waiting

pytestmark = pytest.mark.slow


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    there = remarks.street(remarks.found(tmp_path), tmp_path / "sandbox")
    with there.sandbox.running() as there.address:
        yield there


def waiting(street: Street) -> list[Waiting]:
    now = datetime.now(UTC)
    collected = listening.collect(street.path, street.edges, now)
    assert not collected.troubled, collected.lines
    return listening.waiting(street.path, street.edges.ledger.entries().values())


def record(street: Street, item: str, person: str, step: int, word: str | None = None) -> None:
    clone = street.office.clone(person)
    said = workbench.record(clone, item, recording.Entry(step, word, ""), street.office.who(person), datetime.now(UTC))
    assert isinstance(said, list), said


def fill(path: Path) -> None:
    """Write what the templates leave to people."""
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join("Ditulis orang." if line.startswith("ISI") else line for line in lines), encoding="utf-8")


def answer(street: Street, comment: Waiting) -> str:
    """Carry a comment through the whole SOP up to `main`, every step by its own person; return the item."""
    admin = street.office.clone("admin")
    place, laid = answering.begin(admin, comment)
    assert laid == ["laporan.md"]
    fill(admin.path / place.folder / "laporan.md")
    record(street, place.id, "admin", 1)
    record(street, place.id, "kepala", 2, "PERINTAH")
    writer = street.office.clone("penulis")
    now = datetime.now(UTC)
    assert opening.new(writer, remarks.SOP, place.slug, now) == (place, ["index.md"])
    fill(writer.path / place.folder / "index.md")
    record(street, place.id, "penulis", 3)
    record(street, place.id, "kepala", 4, "YA")
    record(street, place.id, "kepala", 5, "PERINTAH")
    record(street, place.id, "admin", 5, "UNGGAH")
    workbench.merge(street.office.clone("admin"), place.id, street.office.who("admin"))
    return place.id


def replies(street: Street) -> list[tuple[str, str]]:
    """Return (platform, text) of every answer that is visible."""
    return sorted((row["platform"], row["teks"]) for row in street.sandbox.posts() if row["balasan_untuk"])


def test_every_platform_that_listens_is_answered_once(
    street: Street, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    posts = street.publish(site, *LISTENED)
    assert sorted(posts) == sorted(LISTENED)
    for platform, post in posts.items():
        street.sandbox.remark(platform, post, "warga.uji", f"Kapan terbit di {platform}?")
    found = waiting(street)
    assert sorted(each.comment.platform for each in found) == sorted(LISTENED)
    assert {each.item for each in found} == {ITEM}, "every comment is known by the post it stands below"
    items = {answer(street, found[0])}
    street.unguard()
    items |= {answer(street, each) for each in found[1:]}
    assert waiting(street) == [], "what is answered is listed no more"
    street.configure()
    assert main(["publish", "--repo", str(street.path)]) == 0
    assert replies(street) == sorted((name, "Ditulis orang.") for name in LISTENED)
    parents = {row["platform"]: row["balasan_untuk"] for row in street.sandbox.posts() if row["balasan_untuk"]}
    entries = [each for each in street.edges.ledger.entries().values() if each.item in items]
    assert {each.state for each in entries} == {State.DONE}
    assert {each.platform: each.staged.reply_to for each in entries if each.staged}.keys() == parents.keys()
    capsys.readouterr()
    assert main(["publish", "--repo", str(street.path)]) == 0
    assert len(replies(street)) == len(LISTENED), "a second run sends nothing"
    assert waiting(street) == [], "our own answers are no comments"
    assert len(inbox.read(street.path).comments) == len(LISTENED)


def test_an_answer_to_a_comment_that_was_deleted_is_held(street: Street, site: str) -> None:
    street.unguard()
    posts = street.publish(site, *LISTENED)
    gone = {name: street.sandbox.remark(name, post, "warga.uji", "Kapan terbit?") for name, post in posts.items()}
    items = {answer(street, each) for each in waiting(street)}
    for remark in gone.values():
        street.sandbox.unsay(remark)
    street.configure()
    assert main(["publish", "--repo", str(street.path)]) == 1, "a person must decide"
    assert replies(street) == []
    entries = {each.platform: each for each in street.edges.ledger.entries().values() if each.item in items}
    assert {name: each.state for name, each in entries.items()} == dict.fromkeys(LISTENED, State.HELD)
    assert all(each.why for each in entries.values())
