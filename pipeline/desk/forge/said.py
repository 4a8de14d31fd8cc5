"""What people say on a forge, as the desk hears it: reviews and `/sop` comments in, utterances out. Pure.

A review is about the commit the forge noted with it. A comment is about what the branch held when it was
written, by the forge's own account of pushes: the dates inside commits are anybody's to choose
(git-workflow notes, b.2). What was edited afterwards does not count: nobody can tell what it said before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import hygiene
from pipeline.model.forge import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from pipeline.model.forge import Comment, Push, Review

_COMMAND = re.compile(r"/sop[ \t]+(\d{1,2})(?:[ \t]+([A-Za-z_]{1,30}))?(?:[ \t]*\n|[ \t]+|\Z)(.*)", re.DOTALL)
_MARK = re.compile(r"/sop\b")
LONGEST_NOTE = 4000
HOW = "tulis /sop <langkah> <kata> [catatan], misalnya /sop 4 SELESAI"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One utterance about an item: a verdict or a command, or the reason why it is neither."""

    source: str
    """What a record names as its source: `github:ulasan:12`, `github:komentar:34`."""
    author: str
    """Login on the forge."""
    at: datetime
    commit: str | None
    """What it is about; None when the forge cannot tell."""
    verdict: Verdict | None = None
    step: int = 0
    word: str | None = None
    note: str = ""
    doubt: str = ""
    """Why it does not count, whatever the SOP says; '' when it may."""


def gather(
    forge: str, reviews: Iterable[Review], comments: Iterable[Comment], pushes: Sequence[Push]
) -> tuple[Said, ...]:
    """Return everything said about an item, in the order the forge received it."""
    found = [*_reviewed(forge, reviews), *_commanded(forge, comments, pushes)]
    return tuple(sorted(found, key=lambda said: rank(said.at, said.source)))


def source_of(forge: str, comment: Comment) -> str:
    """Return what a record names as its source when it came about by *comment*."""
    return f"{forge}:komentar:{comment.id}"


def is_command(text: str) -> bool:
    """Whether *text* speaks to the desk."""
    return _MARK.match(_plain(text)) is not None


def rank(at: datetime, source: str) -> tuple[datetime, str, int]:
    """Return what the utterances of one forge are ordered by; its clock knows seconds only."""
    kind, _, number = source.rpartition(":")
    return at, kind, int(number) if number.isdecimal() else 0


def _reviewed(forge: str, reviews: Iterable[Review]) -> Iterator[Said]:
    for review in reviews:
        if review.verdict in (Verdict.PENDING, Verdict.COMMENTED):
            continue
        gone = "ulasan ini dibatalkan, jadi tidak dihitung" if review.verdict is Verdict.DISMISSED else ""
        lost = "" if gone or review.commit else "forge tidak lagi tahu naskah mana yang diulas: beri ulasan baru"
        yield Said(
            source=f"{forge}:ulasan:{review.id}",
            author=review.author,
            at=review.at,
            commit=review.commit,
            verdict=review.verdict,
            note=_note(review.body),
            doubt=gone or lost or _unreadable(review.body),
        )


def _commanded(forge: str, comments: Iterable[Comment], pushes: Sequence[Push]) -> Iterator[Said]:
    for comment in comments:
        text = _plain(comment.body)
        if not is_command(text):
            continue
        found = _COMMAND.fullmatch(text)
        doubt = "" if found else f"perintah ini tidak terbaca: {HOW}"
        doubt = doubt or _unreadable(text) or _unclear(text, comment.at, pushes)
        if comment.edited:
            doubt = "komentar ini disunting sesudah ditulis, jadi tidak dihitung: tulis komentar baru"
        yield Said(
            source=source_of(forge, comment),
            author=comment.author,
            at=comment.at,
            commit=_tip_at(pushes, comment.at),
            step=int(found[1]) if found else 0,
            word=found[2].upper() if found and found[2] else None,
            note=_note(found[3]) if found else "",
            doubt=doubt,
        )


def _unreadable(text: str) -> str:
    return "tulisan ini memuat huruf kendali: tulis ulang dengan huruf biasa" if hygiene.is_unshowable(text) else ""


def _unclear(text: str, at: datetime, pushes: Iterable[Push]) -> str:
    """Say why nobody can tell what a command means: it is several, or the forge's seconds do not tell the text."""
    if any(_MARK.match(line) for line in text.splitlines()[1:]):
        return "satu komentar satu perintah: tulis setiap perintah dalam komentar sendiri"
    if any(push.at == at for push in pushes):
        return "ditulis pada detik yang sama dengan sebuah kiriman, jadi naskahnya tidak jelas: tulis sekali lagi"
    return ""


def _note(text: str) -> str:
    return _plain(text)[:LONGEST_NOTE]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _tip_at(pushes: Sequence[Push], moment: datetime) -> str | None:
    """Return what the branch held at *moment*, by the forge's own account."""
    return next((push.after for push in reversed(pushes) if push.at <= moment), None)
