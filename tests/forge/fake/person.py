"""Somebody at the forge: what people do there by hand, over HTTP with their own token."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from tests.forge.fake.bare import CLEAN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.forge.fake.server import Fake


@dataclass(frozen=True)
class Person:
    """One account and its token."""

    login: str
    token: str = field(repr=False)
    forge: Fake = field(repr=False)

    @property
    def remote(self) -> str:
        """The repository's address with this person's token, as people keep it in their clone."""
        return self.forge.remote.replace(
            "://", f"://{self.login.replace('[', '%5B').replace(']', '%5D')}:{self.token}@"
        )

    def call(self, method: str, path: str, expected: int | None = None, /, **body: Any) -> Any:  # noqa: ANN401 - JSON
        """Do something; return the answer's JSON, with *expected* only if its status is that, else (status, JSON)."""
        url = f"{self.forge.api}/repos/{self.forge.repo}{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        reply = requests.request(method, url, json=body or None, headers=headers, timeout=30)
        answer = reply.json() if reply.content else None
        if expected is None:
            return reply.status_code, answer
        assert reply.status_code == expected, f"{method} {path}: {reply.status_code} {answer}"
        return answer

    def open_pull(self, branch: str, title: str, body: str = "", base: str = "main") -> int:
        """Open a pull request and return its number."""
        return int(self.call("POST", "/pulls", 201, head=branch, base=base, title=title, body=body)["number"])

    def open_issue(self, title: str, body: str, *labels: str) -> int:
        """Open an issue and return its number."""
        return int(self.call("POST", "/issues", 201, title=title, body=body, labels=list(labels))["number"])

    def review(self, pull: int, event: str, body: str = "", commit: str = "") -> int:
        """Review with APPROVE, REQUEST_CHANGES or COMMENT; return the review's number."""
        given = {"event": event, "body": body} | ({"commit_id": commit} if commit else {})
        return int(self.call("POST", f"/pulls/{pull}/reviews", 200, **given)["id"])

    def edit_review(self, pull: int, review: int, body: str) -> None:
        self.call("PUT", f"/pulls/{pull}/reviews/{review}", 200, body=body)

    def dismiss(self, pull: int, review: int, message: str = "Tidak berlaku lagi") -> None:
        self.call("PUT", f"/pulls/{pull}/reviews/{review}/dismissals", 200, message=message)

    def comment(self, thread: int, body: str) -> int:
        """Comment on a pull request or issue; return the comment's number."""
        return int(self.call("POST", f"/issues/{thread}/comments", 201, body=body)["id"])

    def edit_comment(self, comment: int, body: str) -> None:
        self.call("PATCH", f"/issues/comments/{comment}", 200, body=body)

    def status(self, sha: str, context: str, state: str) -> None:
        self.call("POST", f"/statuses/{sha}", 201, context=context, state=state, description="")

    def merge(self, pull: int) -> str:
        """Press the merge button; return the commit's id."""
        return str(self.call("PUT", f"/pulls/{pull}/merge", 200, merge_method="merge")["sha"])

    def push(self, clone: Path, refspec: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Push from a clone with this person's token; the return code says whether it was taken."""
        return self._git("-C", str(clone), "push", *options, self.remote, refspec)

    def clone(self, folder: Path) -> Path:
        """Clone and return the folder."""
        done = self._git("clone", "--quiet", self.remote, str(folder))
        assert done.returncode == 0, done.stderr
        return folder

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = CLEAN | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        return subprocess.run(
            ["git", *arguments],  # noqa: S607 - the real client, found as people find it
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
