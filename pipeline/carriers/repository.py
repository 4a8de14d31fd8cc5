"""One Git repository. The only module that imports git.

Reading is plumbing (`rev-parse`, `ls-tree`, `cat-file`, one `log --raw -z`), writing is a tree
and a commit made without a work tree, and a push is judged by Git's exit code: GitPython's own
`push` returns quietly when the remote refuses (reliability notes, 1.3a).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from git import GitCommandError, GitCommandNotFound, Repo
from git.cmd import Git
from git.exc import InvalidGitRepositoryError, NoSuchPathError

from pipeline.carriers import batch_text, log_text, push_text
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from pipeline.model.commits import Commit


class GitFault(JdihError):
    """Git could not do what was asked; the message holds its last words."""


class PushRefused(JdihError):
    """The remote refused a push; `lines` holds what it said, without the `remote:` prefix."""

    def __init__(self, message: str, lines: Sequence[str]) -> None:
        """Keep the remote's words for the person who pushed."""
        super().__init__(message)
        self.lines = tuple(lines)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a commit is by, and the private key that signs it (None: unsigned)."""

    name: str
    email: str
    key: Path | None = None


class Repository:
    """A repository at *path*, bare or not; a work tree is never touched except by `checkout`."""

    def __init__(self, path: Path) -> None:
        """Open the repository; raise `JdihError` when there is none."""
        try:
            self._repo = Repo(path)
        except (InvalidGitRepositoryError, NoSuchPathError) as error:
            raise JdihError(f"{path}: bukan repositori Git") from error
        except GitCommandNotFound as error:
            raise JdihError("program git tidak ditemukan: pasang git 2.38 atau lebih baru") from error
        self.path = Path(path)

    def use(self, environment: Mapping[str, str]) -> None:
        """Give Git these variables from now on, such as how to log in at a remote."""
        self._repo.git.update_environment(**environment)

    def close(self) -> None:
        """End the helper processes Git keeps open for reading."""
        self._repo.close()

    @property
    def folder(self) -> Path:
        """The folder that holds Git's own files."""
        return Path(self._repo.git_dir)

    @property
    def bare(self) -> bool:
        """Whether there is no work tree."""
        return self._repo.bare

    def git(self, *arguments: str, stdin: bytes | None = None, env: Mapping[str, str] | None = None) -> str:
        """Run one git command and return its output without the last newline; raise `GitFault`."""
        return self._run(arguments, stdin, env).decode("utf-8", "surrogateescape").rstrip("\n")

    def in_folder(self, folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> str:
        """Run one git command of this repository with *folder* as its work tree."""
        place = str(folder.resolve())
        return self.git("-C", place, f"--git-dir={self.folder.resolve()}", f"--work-tree={place}", *arguments, env=env)

    def _run(self, arguments: Sequence[str], stdin: bytes | None = None, env: Mapping[str, str] | None = None) -> bytes:
        command = ["git", "-c", "core.quotePath=false", *arguments]
        with tempfile.TemporaryFile() as pipe:
            pipe.write(stdin or b"")
            pipe.seek(0)
            try:
                return self._repo.git.execute(
                    command, istream=pipe, env=env, stdout_as_string=False, strip_newline_in_stdout=False
                )
            except GitCommandError as error:
                words = str(error.stderr).strip().removeprefix("stderr:").strip(" '\n").splitlines() or ["tanpa pesan"]
                raise GitFault(f"git {arguments[0]}: {words[-1]}") from error

    def resolve(self, revision: str) -> str | None:
        """Return the object id of *revision*, or None when there is no such thing."""
        try:
            return self.git("rev-parse", "--verify", "--quiet", "--end-of-options", revision) or None
        except GitFault:
            return None

    def tree(self, revision: str, folder: str = "") -> dict[str, tuple[str, str]]:
        """Return path (relative to *folder*) -> (mode, blob id) of every file below *folder*."""
        top = self.resolve(f"{revision}:{folder}")
        if top is None:
            return {}
        found = {}
        for line in self._run(["ls-tree", "-r", "-z", top]).decode("utf-8", "surrogateescape").split("\0"):
            if line:
                meta, _, path = line.partition("\t")
                mode, _, blob = meta.split(" ")
                found[path] = (mode, blob)
        return found

    def children(self, revision: str, folder: str) -> list[str]:
        """Return the names directly below *folder*; none when there is no such folder."""
        top = self.resolve(f"{revision}:{folder}")
        return self.git("ls-tree", "--name-only", "-z", top).split("\0")[:-1] if top else []

    def blob(self, blob_id: str) -> bytes:
        """Return the bytes of a blob."""
        try:
            return self._repo.git.get_object_data(blob_id)[3]
        except ValueError as error:
            raise GitFault(f"objek {blob_id} tidak ada") from error

    def blobs(self, blob_ids: Collection[str]) -> dict[str, bytes]:
        """Return blob id -> bytes of many blobs, read by one process; what is no blob here is left out."""
        wanted = "".join(f"{each}\n" for each in blob_ids).encode()
        return dict(batch_text.blobs(self._run(["cat-file", "--batch"], wanted)))

    def read(self, revision: str, path: str) -> bytes | None:
        """Return a file's bytes at *revision*, or None when it is not there."""
        blob_id = self.resolve(f"{revision}:{path}")
        return None if blob_id is None else self.blob(blob_id)

    def log(self, *arguments: str, signers: Path | None = None, stdin: bytes | None = None) -> list[Commit]:
        """Return the commits `git log *arguments*` names, each with its changes.

        With *signers* (an allowed-signers file) every signature is verified as well: two
        processes a commit, so ask for it only where it is needed.
        """
        fields = log_text.FIELDS + (log_text.SIGNED if signers else ())
        options = [*log_text.ONLY_SSH, "-c", f"gpg.ssh.allowedSignersFile={signers}"] if signers else []
        form = "".join(f"{field}%x00" for field in fields)
        output = self._run(
            [*options, "log", "--raw", "-z", "--no-abbrev", "--no-renames", f"--format={form}", *arguments],
            stdin,
        )
        return list(log_text.commits(output.decode("utf-8", "surrogateescape").split("\0"), len(fields)))

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether *older* is reachable from *newer*."""
        try:
            self.git("merge-base", "--is-ancestor", older, newer)
        except GitFault:
            return False
        return True

    def refs(self, pattern: str, *options: str) -> dict[str, str]:
        """Return ref name -> object id for the refs below *pattern*; *options* choose, as `--merged=main` does."""
        output = self.git("for-each-ref", "--format=%(refname) %(objectname)", *options, pattern)
        return dict(line.split(" ") for line in output.splitlines())

    def commit(  # noqa: PLR0913, PLR0917 - a commit is these six things
        self,
        parents: Sequence[str],
        base: str | None,
        changes: Mapping[str, bytes | None],
        message: str,
        identity: Identity,
        at: datetime | None = None,
    ) -> str:
        """Make a commit of *base*'s tree with *changes* (None deletes a path) and return its id."""
        before = self.git("rev-parse", "--verify", "--end-of-options", f"{base}^{{tree}}") if base else ""
        tree = self.git("fast-import", "--quiet", stdin=batch_text.tree(before, changes)).split()[-1]
        return self.commit_tree(tree, parents, message, identity, at)

    def commit_tree(
        self, tree: str, parents: Sequence[str], message: str, identity: Identity, at: datetime | None = None
    ) -> str:
        """Make a commit of an existing *tree*, signed when the identity has a key."""
        links = [part for parent in parents for part in ("-p", parent)]
        options: list[str] = []
        if identity.key:
            options = ["-c", "gpg.format=ssh", "-c", f"user.signingkey={identity.key}"]
        sign = ["-S"] if identity.key else []
        env = _person(identity, at)
        return self.git(*options, "commit-tree", *sign, *links, "-F", "-", tree, stdin=message.encode(), env=env)

    def merged_tree(self, ours: str, theirs: str) -> str | None:
        """Return the tree Git itself makes of merging the two, or None when they conflict."""
        try:
            return self.git("merge-tree", "--write-tree", ours, theirs).splitlines()[0]
        except GitFault:
            return None

    def update_ref(self, ref: str, new: str, old: str | None = None) -> None:
        """Point *ref* at *new*, only if it is still at *old* when that is given."""
        self.git("update-ref", ref, new, *([old] if old is not None else []))

    def fetch(self, remote: str, *refspecs: str) -> None:
        """Fetch; raise `GitFault` when the remote cannot be reached."""
        self.git("fetch", "--quiet", "--prune", "--end-of-options", remote, *refspecs)

    def push(self, remote: str, *refspecs: str) -> list[str]:
        """Push and return what the remote said; raise `PushRefused` when any ref was refused."""
        command = ["git", "push", "--quiet", "--porcelain", "--", remote, *refspecs]
        status, told, heard = self._repo.git.execute(command, with_extended_output=True, with_exceptions=False)
        if status:
            raise PushRefused(push_text.reason(told, heard), push_text.said(heard))
        return push_text.said(heard)


def _person(identity: Identity, at: datetime | None) -> dict[str, str]:
    env: dict[str, str] = {}
    for who in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{who}_NAME": identity.name, f"GIT_{who}_EMAIL": identity.email}
        if at is not None:
            env[f"GIT_{who}_DATE"] = at.strftime("%Y-%m-%dT%H:%M:%S%z")
    return env


def init_bare(path: Path) -> Repository:
    """Make a bare repository with `main` as its branch, or open the one that is there."""
    path.mkdir(parents=True, exist_ok=True)
    try:
        Git(path).init("--bare", "--quiet", "--initial-branch=main")
    except GitCommandNotFound as error:
        raise JdihError("program git tidak ditemukan: pasang git 2.38 atau lebih baru") from error
    return Repository(path)


def clone(source: str, path: Path) -> Repository:
    """Clone *source* (a path or an address) into *path*."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        Git(path.parent).clone("--quiet", "--no-tags", "--", source, str(path))
    except GitCommandError as error:
        raise GitFault(f"{source}: tidak dapat disalin (clone)") from error
    return Repository(path)
