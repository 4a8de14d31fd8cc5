"""The text `git log --raw -z` prints, in our format, read back into commits.

Fields are told apart by NUL, which no commit can contain, and counted: nothing a person writes into
a commit can pass for something else.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.model.commits import Change, Commit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIELDS = ("%H", "%P", "%ct", "%ae", "%ce", "%(trailers:key=Co-authored-by,valueonly,separator=%x1f)")
SIGNED = ("%G?", "%GS", "%GF")
ONLY_SSH = ("-c", "gpg.format=ssh", "-c", "gpg.program=false", "-c", "gpg.x509.program=false")
"""A signature names its own kind: what the server's keyring calls good must not count as a person's."""


def commits(tokens: Sequence[str], width: int) -> Iterator[Commit]:
    """Yield the commits of *tokens*, split at NUL; *width* is how many fields the format has."""
    at = 0
    while at + width < len(tokens):
        fields = tokens[at : at + width]
        at += width + 1
        changes = []
        while at + 1 < len(tokens) and tokens[at].lstrip("\n").startswith(":"):
            _, mode, _, blob, status = tokens[at].lstrip("\n").split(" ")
            changes.append(Change(status[0], tokens[at + 1], mode, blob))
            at += 2
        yield _commit(fields, tuple(changes))


def _commit(fields: Sequence[str], changes: tuple[Change, ...]) -> Commit:
    commit, parents, seconds, author, committer, co_authors, *signature = fields
    grade, signer, key = signature or ("", "", "")
    return Commit(
        id=commit.lstrip("\n"),
        parents=tuple(parents.split()),
        at=datetime.fromtimestamp(int(seconds), tz=UTC),
        author_email=author,
        committer_email=committer,
        co_author_emails=tuple(_address(line) for line in co_authors.split("\x1f") if line.strip()),
        grade=grade,
        signer=signer,
        key=key,
        changes=changes,
    )


def _address(trailer: str) -> str:
    return trailer.rpartition("<")[2].rstrip("> \n") or trailer.strip()
