"""The forge's repository: a real bare one, and real merges in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

HOOK = Path(__file__).with_name("hook.py")
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


class Conflict(Exception):
    """The two sides cannot be merged."""


@dataclass(frozen=True)
class Bare:
    """The repository at `path`; made when it is not there, with branch `main` in name only."""

    path: Path

    def found(self) -> None:
        if not self.path.exists():
            self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.path), at=False)
        hook = self.path / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!{sys.executable} -IS\n{HOOK.read_text(encoding='utf-8')}", encoding="utf-8")
        hook.chmod(0o755)
        shutil.rmtree(self.path / "logs", ignore_errors=True)

    def git(self, *arguments: str, at: bool = True, env: dict[str, str] | None = None, text: str = "") -> str:
        place = ("-C", str(self.path)) if at else ()
        command = ["git", *place, "-c", "core.quotePath=false", *arguments]
        done = subprocess.run(command, env=CLEAN | (env or {}), input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise LookupError(f"git {arguments[0]}: {done.stderr.strip()}")
        return done.stdout.rstrip("\n")

    def file(self, commit: str, path: str) -> bytes:
        """Return a file's bytes; b'' where there is none."""
        command = ["git", "-C", str(self.path), "cat-file", "blob", f"{commit}:{path}"]
        return subprocess.run(command, env=CLEAN, capture_output=True, check=False).stdout

    def heads(self) -> dict[str, str]:
        """Return ref -> commit of every branch."""
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/").splitlines()
        return {ref: commit for ref, _, commit in (line.rpartition(" ") for line in lines)}

    def head(self, branch: str) -> str | None:
        return self.heads().get(f"refs/heads/{branch}")

    def has(self, commit: str) -> bool:
        try:
            return bool(self.git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}"))
        except LookupError:
            return False

    def ahead(self, base: str, head: str) -> int:
        """Return how many commits *head* has that *base* has not."""
        return int(self.git("rev-list", "--count", f"{base}..{head}"))

    def merge(self, base: str, head: str, message: str, login: str, at: datetime) -> str:
        """Return a new commit `[base, head]`; raise `Conflict`."""
        try:
            tree = self.git("merge-tree", "--write-tree", base, head).splitlines()[0]
        except LookupError as error:
            raise Conflict from error
        stamp = f"{int(at.timestamp())} +0000"
        names = {"GIT_AUTHOR_NAME": login, "GIT_AUTHOR_EMAIL": f"{login.replace('[bot]', '')}@forge.example"}
        names |= {"GIT_COMMITTER_NAME": "Forge", "GIT_COMMITTER_EMAIL": "forge@forge.example"}
        names |= {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
        return self.git("commit-tree", tree, "-p", base, "-p", head, "-F", "-", env=names, text=message)

    def move(self, branch: str, new: str, old: str) -> None:
        self.git("update-ref", f"refs/heads/{branch}", new, old)

    def changes(self, base: str, head: str) -> str:
        """Return the patch between where *head* left *base* and *head*."""
        return self.git("diff", "--no-color", "--no-ext-diff", f"{base}...{head}")
