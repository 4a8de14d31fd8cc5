"""What the verbs that ask a forge share: the way there, out of the environment, and what stands on its proposals."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.access import Access
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.carriers.repository import Repository
    from pipeline.desk.cases import Case
    from pipeline.desk.forge.link import Link

TOKEN = "JDIH_TOKEN_FORGE"  # noqa: S105 - a name, not a secret


def link_of(repository: Repository, me: str, say: Callable[[str], None] = print) -> Link:
    """Return the way from a clone to its repository on GitHub; raise `JdihError` for what the environment lacks."""
    from pipeline.desk.forge import link
    from pipeline.forges import FORGES

    forge, token = FORGES["github"], environment(TOKEN)
    remote = repository.git("remote", "get-url", "origin")
    repository.use(link.credentials(remote, token))
    return link.Link(
        forge=forge,
        name=forge.repository_of(remote) or environment("GITHUB_REPOSITORY"),
        access=Access(endpoint=forge.ENDPOINT, base=os.environ.get("GITHUB_API_URL", forge.ENDPOINT), token=token),
        me=me,
        repository=repository,
        key=Path(os.environ["JDIH_KUNCI"]) if os.environ.get("JDIH_KUNCI") else None,
        clock=lambda: datetime.now(UTC),
        sleep=time.sleep,
        say=say,
    )


def environment(name: str) -> str:
    """Return a variable of the environment; raise `JdihError` when it is not set."""
    value = os.environ.get(name, "")
    if not value:
        raise JdihError(f"{name} belum diatur: lihat jdih github --help")
    return value


def heard_on_forge(repository: Repository, item: str) -> Mapping[str, Case]:
    """Return item -> its case with all that was said on its proposal, for *item* or ('') every open one.

    Records are written only when a proposal is merged. Without a token nobody but the forge knows what was said
    before: then that is said in one line, and nothing is returned.
    """
    from pipeline.desk import clones
    from pipeline.desk.forge import proposals

    place = clones.proposal_of(repository, item)
    if place is None:
        return {}
    if os.environ.get(TOKEN):
        return {case.place.id: case for case in proposals.cases_of(link_of(repository, "", _aside), item)}
    _aside(
        "repositori ini di forge: langkah yang belum digabung hanya tampak pada usulannya, atau di sini dengan "
        f"{TOKEN}: {place}"
    )
    return {}


def _aside(line: str) -> None:
    print(line, file=sys.stderr)
