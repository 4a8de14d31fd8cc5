"""The forge's account of a branch: what it lacks is found, and who sent what is told by it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.carriers.bare_git import NOTHING
from pipeline.desk.forge import branch
from pipeline.model.commits import Commit
from pipeline.model.forge import Push

NOON = datetime(2026, 11, 2, 5, tzinfo=UTC)


def pushes(*ends: str) -> list[Push]:
    """Return pushes from the first end to the second, and so on: `a b` is one push."""
    pairs = [end.split(" ") for end in ends]
    return [
        Push(branch="usul/x", before=before, after=after, actor="penulis", at=NOON, forced=False)
        for before, after in pairs
    ]


def commits(*ids: str) -> list[Commit]:
    fields = {"author_email": "", "committer_email": "", "grade": "", "signer": "", "key": ""}
    return [Commit(id=each, parents=(), at=NOON, co_author_emails=(), changes=(), **fields) for each in ids]


@pytest.mark.parametrize(
    ("moves", "lost"),
    [
        pytest.param([f"{NOTHING} a", "a b", "b c"], None, id="whole"),
        pytest.param([f"{NOTHING} a", "b c"], "a", id="a push is missing in the middle"),
        pytest.param(["a b", "b c"], "a", id="the first push is missing"),
        pytest.param(["main a", "a b"], None, id="a branch that was made from main without a word"),
    ],
)
def test_a_push_the_forge_forgot_is_named_by_what_came_before_it(moves: list[str], lost: str | None) -> None:
    assert branch.gap(pushes(*moves), commits("a", "b", "c")) == lost
