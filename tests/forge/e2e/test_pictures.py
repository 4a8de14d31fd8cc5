"""Pictures of the posts in the conversation: drawn by the desk, kept no longer than the proposal is open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.conftest import CAPTION
from tests.forge.e2e.conftest import PULL, finish
from tests.forge.e2e.way import PLACE
from tests.media.pictures import opened

if TYPE_CHECKING:
    import pytest

    from tests.forge.e2e.kantor import Kantor

BRANCH = f"refs/heads/pratinjau/{PULL}"
CHANGED = CAPTION.replace("Sudah tahu", "Belum tahu")
ADDRESS = re.compile(r'<img src="https://github\.com/[^/]+/[^/]+/blob/([0-9a-f]{40})/(kiriman-\d\.png)\?raw=true"')


def shown(office: Kantor) -> list[tuple[str, str]]:
    """Return commit and file of every picture the comment shows."""
    return ADDRESS.findall(office.sheet(PULL))


def test_the_comment_shows_each_post_as_a_picture(approved: Kantor) -> None:
    pictures = shown(approved)
    assert [name for _, name in pictures] == ["kiriman-1.png", "kiriman-2.png"]
    for commit, name in pictures:
        data = approved.server.read(commit, name)
        assert data is not None
        assert opened(data).width == 600
    assert approved.server.git("rev-list", "--count", BRANCH) == "1", "drafts' pictures leave no history"


def test_pictures_are_drawn_again_only_when_the_post_changes(approved: Kantor) -> None:
    before = approved.server.resolve(BRANCH)
    assert approved.control() == []
    assert approved.server.resolve(BRANCH) == before
    approved.draft("desainer", PLACE, {"takarir.md": CHANGED.encode()})
    assert approved.control() == []
    assert approved.server.resolve(BRANCH) not in {before, None}
    assert {commit for commit, _ in shown(approved)} == {approved.server.resolve(BRANCH)}


def test_pictures_go_with_their_proposal(approved: Kantor) -> None:
    finish(approved)
    assert approved.settle() == []
    assert approved.control() == []
    assert approved.server.resolve(BRANCH) is None


def test_what_cannot_be_drawn_hinders_nothing(approved: Kantor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.desk.carding.fonts", lambda _: [])
    approved.draft("desainer", PLACE, {"takarir.md": CHANGED.encode()})
    assert approved.control() == []
    assert any("gambar pratinjau tidak dibuat" in line for line in approved.said)
    assert shown(approved) == []


def test_nobody_but_the_robot_may_show_pictures(approved: Kantor) -> None:
    """Planted: a writer pushes a picture of his own where the robot's lie."""
    before = approved.server.resolve(BRANCH)
    pushed = approved.fake.person("penulis").push(approved.clone("penulis"), f"+HEAD:{BRANCH}")
    assert pushed.returncode != 0
    assert approved.server.resolve(BRANCH) == before
