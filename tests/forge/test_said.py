"""What people say on a forge, before anybody asks the SOP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.desk.forge import said
from pipeline.desk.forge.comment import quoted
from pipeline.model.forge import Comment, Push, Review, Verdict

START = datetime(2026, 11, 21, 3, tzinfo=UTC)
PUSHES = tuple(
    Push(branch="usul/x", before="0", after=after, actor="penulis", at=START + timedelta(seconds=at), forced=False)
    for after, at in (("satu", 0), ("dua", 10), ("tiga", 10))
)


def heard(body: str, *, at: int = 20, edited: bool = False) -> said.Said | None:
    moment = START + timedelta(seconds=at)
    comment = Comment(id=7, author="kepala", body=body, at=moment, edited=edited)
    return next(iter(said.gather("github", (), (comment,), PUSHES)), None)


@pytest.mark.parametrize(
    ("text", "step", "word", "note"),
    [
        ("/sop 4", 4, None, ""),
        ("/sop 4 selesai", 4, "SELESAI", ""),
        (
            "  /sop 5 TIDAK Perbesar tulisannya.\r\n\r\nDan warnanya.  ",
            5,
            "TIDAK",
            "Perbesar tulisannya.\n\nDan warnanya.",
        ),
    ],
)
def test_a_command_is_read_as_step_word_and_note(text: str, step: int, word: str | None, note: str) -> None:
    found = heard(text)
    assert found is not None
    assert (found.step, found.word, found.note, found.doubt) == (step, word, note, "")


@pytest.mark.parametrize("text", ["Bagus.", "coba /sop 4", "> /sop 4", "`/sop 4`", "/sopan 4", ""])
def test_what_only_mentions_a_command_is_none(text: str) -> None:
    assert heard(text) is None


def test_two_commands_in_one_comment_and_one_in_the_second_of_a_push_are_not_guessed_at() -> None:
    for found in (heard("/sop 6 PERINTAH\n/sop 6 UNGGAH"), heard("/sop 4", at=10)):
        assert found is not None
        assert found.doubt


@pytest.mark.parametrize("text", ["/sop", "/sop empat", "/sop 4SELESAI", "/sop 444", "/sop -1"])
def test_a_command_that_cannot_be_read_is_answered_not_guessed(text: str) -> None:
    found = heard(text)
    assert found is not None
    assert "tidak terbaca" in found.doubt


def test_a_comment_is_about_what_the_branch_held_by_the_forge_s_own_account() -> None:
    assert [(found.commit if (found := heard("/sop 4", at=at)) else "") for at in (-1, 1, 9, 11)] == [
        None,
        "satu",
        "satu",
        "tiga",
    ]


def test_edited_comments_and_dismissed_reviews_do_not_count_and_plain_remarks_say_nothing() -> None:
    edited = heard("/sop 4", edited=True)
    assert edited is not None
    assert "disunting" in edited.doubt
    reviews = [
        Review(id=number, author="kepala", verdict=verdict, commit=commit, body="", at=START)
        for number, (verdict, commit) in enumerate(
            [(Verdict.COMMENTED, "a"), (Verdict.DISMISSED, "a"), (Verdict.APPROVED, None), (Verdict.APPROVED, "a")]
        )
    ]
    doubts = [each.doubt for each in said.gather("github", reviews, (), ())]
    assert [bool(doubt) for doubt in doubts] == [True, True, False]


def test_utterances_of_one_second_keep_the_order_of_their_numbers() -> None:
    comments = [Comment(id=number, author="a", body="/sop 1", at=START, edited=False) for number in (10, 9, 100)]
    assert [each.source for each in said.gather("github", (), comments, PUSHES)] == [
        f"github:komentar:{number}" for number in (9, 10, 100)
    ]


@pytest.mark.parametrize(
    "text", ["@kepala", "<!-- jdih:sop -->", "</code><script>", "`x` **y** [z](u) | t", "baris\n\n# judul", "&lt;"]
)
def test_quoted_text_is_one_line_of_which_a_forge_makes_nothing(text: str) -> None:
    shown = quoted(text)
    inside = shown.removeprefix("<code>").removesuffix("</code>")
    assert shown == f"<code>{inside}</code>"
    assert not set("<>`*_[]|~\n") & set(inside)
