"""What the tests of this room are made of."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from pipeline import network
from pipeline.access import Access
from pipeline.flow import Unknown
from pipeline.forges import github
from tests.forge.fake import ROBOT, ROBOT_APP
from tests.forge.fake.bare import CLEAN
from tests.forge.fake.spec import Asked

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

    from pipeline.flow import Flow, Request, Response
    from tests.forge.fake import Fake

T = TypeVar("T")

REPO = "kantor/jdih"
MARKER = "<!-- jdih:uji -->"
LOST = Unknown("sambungan terputus")
GATE = "sop/gate"
RULESET = {
    "name": "main",
    "target": "branch",
    "enforcement": "active",
    "bypass_actors": [],
    "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
    "rules": [
        {
            "type": "pull_request",
            "parameters": {
                "allowed_merge_methods": ["merge"],
                "dismiss_stale_reviews_on_push": True,
                "require_code_owner_review": False,
                "require_last_push_approval": False,
                "required_approving_review_count": 0,
                "required_review_thread_resolution": False,
            },
        },
        {
            "type": "required_status_checks",
            "parameters": {
                "strict_required_status_checks_policy": False,
                "required_status_checks": [{"context": GATE, "integration_id": ROBOT_APP}],
            },
        },
        {"type": "non_fast_forward"},
        {"type": "deletion"},
    ],
}


def judged(request: Request) -> list[str]:
    """Return what GitHub's description does not allow in a request of the client."""
    body = json.dumps(request.json).encode() if request.json is not None else b""
    return Asked(request.method, urlsplit(request.url).path, dict(request.params), body).faults()


def converse(flow: Generator[Request, Response, T], replies: Iterable[Response | Unknown]) -> tuple[list[Request], T]:
    """Play GitHub: answer *flow* with *replies*, or lose the answer; return what it asked and got."""
    asked = [next(flow)]
    for reply in replies:
        try:
            asked.append(flow.throw(reply) if isinstance(reply, Unknown) else flow.send(reply))
        except StopIteration as stop:
            assert [fault for request in asked for fault in judged(request)] == []
            return asked, stop.value
    raise AssertionError(f"the conversation expects another reply to {asked[-1]}")


class Desk:
    """The client, carried out over real HTTP as the App, or as who has *token*."""

    def __init__(self, forge: Fake, token: str = "") -> None:
        token = token or forge.person(ROBOT).token
        self.access = Access(endpoint=github.ENDPOINT, base=forge.api, token=token)
        self.slept: list[float] = []

    def ask(self, flow: Flow[T]) -> T:
        return network.carry_out(flow, self.access, print, self.slept.append)


def guarded(forge: Fake) -> int:
    """Put the ruleset in force."""
    return Desk(forge).ask(github.put_ruleset(REPO, None, RULESET))


def git(folder: Path, *arguments: str) -> str:
    """Run Git in a clone as nobody in particular."""
    names = ("-c", "user.name=Penulis", "-c", "user.email=penulis@uji.example", "-c", "commit.gpgSign=false")
    command = ["git", "-C", str(folder), *names, *arguments]
    env = CLEAN | {"GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout.strip()


def commit(clone: Path, branch: str, path: str, text: str) -> str:
    """Commit a file on *branch* of a clone and return the commit's id."""
    switch = ("switch", "--quiet", branch) if _has(clone, branch) else ("switch", "--quiet", "-c", branch)
    git(clone, *switch)
    (clone / path).parent.mkdir(parents=True, exist_ok=True)
    (clone / path).write_text(text, encoding="utf-8")
    git(clone, "add", path)
    git(clone, "commit", "--quiet", "-m", f"ubah {path}")
    return git(clone, "rev-parse", "HEAD")


def _has(clone: Path, branch: str) -> bool:
    return bool(git(clone, "branch", "--list", branch))
