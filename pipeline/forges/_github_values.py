"""GitHub's JSON to the nouns of `pipeline.model.forge`. What is missing is named, never guessed.

Shapes: GitHub's OpenAPI description (tests/forge/github-openapi.json).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, TypeVar

from pipeline.model.base import JdihError
from pipeline.model.forge import Comment, Issue, Pull, Push, Review, Ruleset, Verdict

T = TypeVar("T")
_ON_PULL = re.compile(r"/pull/(\d+)#")
Row = Any
"""One object of an answer, as JSON gave it."""


def text(row: Row, *path: str) -> str:
    """Return the text at *path*, keys from the outside in; raise `JdihError` when it is not there."""
    return _typed(row, path, str)


def number(row: Row, *path: str) -> int:
    """Return the whole number at *path*, likewise."""
    return _typed(row, path, int)


def pull(row: Row) -> Pull:
    """Return a pull request, listed or asked for alone."""
    merged = at(row, ("merged_at",)) is not None
    return Pull(
        number=number(row, "number"),
        branch=text(row, "head", "ref"),
        head=text(row, "head", "sha"),
        base=text(row, "base", "ref"),
        author=login(row, "user"),
        title=text(row, "title"),
        body=_text_or_empty(row, "body"),
        open=text(row, "state") == "open",
        merged=merged,
        merge_commit=text(row, "merge_commit_sha") if merged else "",
        fork=_is_fork(row),
        labels=tuple(text(label, "name") for label in _typed(row, ("labels",), list)),
        reviewers=tuple(text(person, "login") for person in row.get("requested_reviewers") or ()),
        url=text(row, "html_url"),
    )


def review(row: Row) -> Review:
    """Return a submitted review. GitHub forgets the commit once a force push has left it behind."""
    state = text(row, "state")
    if state not in set(Verdict):
        raise JdihError(f"GitHub memberi tinjauan dengan putusan yang tidak dikenal: {state[:40]}")
    return Review(
        id=number(row, "id"),
        author=login(row, "user"),
        verdict=Verdict(state),
        commit=_text_or_empty(row, "commit_id") or None,
        body=_text_or_empty(row, "body"),
        at=_moment(row, "submitted_at"),
    )


def comment(row: Row) -> Comment:
    """Return a comment."""
    created, updated = _moment(row, "created_at"), _moment(row, "updated_at")
    return Comment(
        id=number(row, "id"),
        author=login(row, "user"),
        body=_text_or_empty(row, "body"),
        at=created,
        edited=updated != created,
    )


def pull_of(row: Row) -> int:
    """Return the number of the pull request a comment is on; 0 when it is on an issue, which is listed among them."""
    found = _ON_PULL.search(text(row, "html_url"))
    return int(found[1]) if found else 0


def push(row: Row) -> Push:
    """Return a movement of a branch, its creation and deletion included (then one side is all zeros)."""
    return Push(
        branch=text(row, "ref").removeprefix("refs/heads/"),
        before=text(row, "before"),
        after=text(row, "after"),
        actor=login(row, "actor"),
        at=_moment(row, "timestamp"),
        forced=text(row, "activity_type") == "force_push",
    )


def issue(row: Row) -> Issue:
    """Return an issue."""
    labels = _typed(row, ("labels",), list)
    return Issue(
        number=number(row, "number"),
        author=login(row, "user"),
        title=text(row, "title"),
        body=_text_or_empty(row, "body"),
        labels=tuple(label if isinstance(label, str) else text(label, "name") for label in labels),
        open=text(row, "state") == "open",
        url=text(row, "html_url"),
    )


def ruleset(row: Row) -> Ruleset:
    """Return a ruleset with the whole document."""
    return Ruleset(id=number(row, "id"), name=text(row, "name"), document=_typed(row, (), dict))


def _is_fork(row: Row) -> bool:
    """Tell whether the branch lies elsewhere; a head repository that was deleted lay elsewhere."""
    home = text(row, "base", "repo", "full_name")
    return at(row, ("head", "repo")) is None or text(row, "head", "repo", "full_name") != home


def login(row: Row, key: str) -> str:
    """Return who it was; '' when the account is gone, which is nobody's login."""
    return text(row, key, "login") if at(row, (key,)) is not None else ""


def _text_or_empty(row: Row, key: str) -> str:
    return text(row, key) if at(row, (key,)) is not None else ""


def _moment(row: Row, key: str) -> datetime:
    try:
        found = datetime.fromisoformat(text(row, key))
    except ValueError:
        raise _missing((key,)) from None
    if found.tzinfo is None:
        raise _missing((key,))
    return found


def _typed(row: Row, path: tuple[str, ...], kind: type[T]) -> T:
    found = at(row, path)
    if not isinstance(found, kind) or found is True or found is False:
        raise _missing(path)
    return found


def at(row: Row, path: tuple[str, ...]) -> Row:
    """Return whatever stands at *path*; raise `JdihError` when nothing does."""
    for depth, key in enumerate(path, start=1):
        if not isinstance(row, dict) or key not in row:
            raise _missing(path[:depth])
        row = row[key]
    return row


def _missing(path: tuple[str, ...]) -> JdihError:
    return JdihError(f"jawaban GitHub tidak lengkap: {'.'.join(path) or 'isi'} tidak ada atau tidak terbaca")
