"""A push as it arrives, whatever it holds: is it fresh, and is it from who it says it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline import gate, hygiene, items
from pipeline.carriers import bare_git, history

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from pipeline.carriers.bare_git import Update
    from pipeline.carriers.repository import Repository

OVER_SSH = "JDIH_ORANG"
LOGIN = (OVER_SSH, "REMOTE_USER")
"""Where the hook finds the id of who has logged in: by the forced command of an SSH key, or by HTTP."""


def stale(repository: Repository, updates: Sequence[Update]) -> Iterator[str]:
    """Yield a reason for each ref somebody else moved first; Git would refuse it too, but in its own words."""
    for update in updates:
        if (repository.resolve(update.ref) or bare_git.NOTHING) != update.old:
            yield (
                f"orang lain sudah lebih dulu mengirim ke {update.ref.removeprefix('refs/heads/')}: "
                "ambil perubahan terbaru (git pull), lalu ulangi; yang Anda tulis masih ada di komputer Anda"
            )


def unfit(repository: Repository, updates: Sequence[Update]) -> Iterator[str]:
    """Yield why nobody should have to carry, or to judge, what came in; only inside the pre-receive hook.

    Git keeps what a push brings apart until the hook agrees (git-receive-pack(1), quarantine): with the rest
    of the objects out of sight, looking costs what came in, not what is there.
    """
    objects = _arrived(repository)
    commits = [found for found, kind, _ in objects if kind == "commit"]
    if len(commits) > hygiene.MOST_COMMITS:
        yield f"{len(commits)} kiriman (commit) sekaligus: paling banyak {hygiene.MOST_COMMITS} sekali kirim"
        return
    for found, kind, size in objects:
        if kind == "blob" and int(size) > hygiene.LARGEST_FILE:
            yield hygiene.size_fault(_path(repository, found, updates), int(size))
    for commit in commits:
        raw = repository.blob(commit)
        if fault := hygiene.object_fault(commit, raw) or _cut_off(repository, commit, raw, commits):
            yield fault


def _cut_off(repository: Repository, commit: str, raw: bytes, came: Collection[str]) -> str | None:
    """Refuse a commit of a clone cut off (git clone --depth) where the server does not know the rest."""
    head = raw.partition(b"\n\n")[0].decode("ascii", "replace")
    parents = {line.removeprefix("parent ") for line in head.split("\n") if line.startswith("parent ")}
    if all(repository.resolve(f"{parent}^{{commit}}") for parent in parents.difference(came)):
        return None
    return (
        f"kiriman {commit[:10]} berdiri di atas riwayat yang tidak lengkap: jalankan git fetch --unshallow, lalu ulangi"
    )


def _arrived(repository: Repository) -> list[list[str]]:
    """Return id, kind and size of every object that came in."""
    alone = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": ""}
    listed = repository.git("cat-file", "--batch-all-objects", "--unordered", "--batch-check", env=alone)
    return [line.split(" ") for line in listed.splitlines()]


def untimely(repository: Repository, now: datetime) -> Iterator[str]:
    """Yield a reason for each commit that came in dated after *now* or before what it stands on."""
    new = [found for found, kind, _ in _arrived(repository) if kind == "commit"]
    dated = {commit: (at, parents) for commit, at, parents in _dates(repository, new)}
    below = {parent for _, parents in dated.values() for parent in parents} - dated.keys()
    dates = {commit: at for commit, (at, _) in dated.items()} | {
        commit: at for commit, at, _ in _dates(repository, below)
    }
    for commit, (at, parents) in dated.items():
        since = max((dates[parent] for parent in parents), default=at)
        if fault := hygiene.time_fault(commit, at, since, now):
            yield fault


def _dates(repository: Repository, commits: Collection[str]) -> Iterator[tuple[str, datetime, list[str]]]:
    """Yield id, committer's date and parents of each of *commits*."""
    if commits:
        listed = repository.git("log", "--no-walk=unsorted", "--format=%H %ct %P", *commits)
        for line in listed.splitlines():
            commit, seconds, *parents = line.split()
            yield commit, datetime.fromtimestamp(int(seconds), tz=UTC), parents


def _path(repository: Repository, blob: str, updates: Sequence[Update]) -> str:
    tips = [update.new for update in updates if update.new != bare_git.NOTHING]
    found = repository.log(f"--find-object={blob}", *tips, f"^{bare_git.MAIN}")
    return next((change.path for commit in found for change in commit.changes if change.blob == blob), "sebuah berkas")


def foreign(repository: Repository, updates: Sequence[Update], sender: str, day: date) -> Iterator[str]:
    """Yield a reason for each ref *sender*, who logged in, may not move: the last commit is signed by another.

    Commits before the last may be others': a merge carries a whole branch of them.
    """
    people = history.policy(repository, bare_git.MAIN).people
    with bare_git.allowed_signers(people, day, repository.folder) as signers:
        for update in updates:
            if update.new == bare_git.NOTHING:
                item = update.ref.removeprefix(items.BRANCHES)
                fault = gate.deletion_fault(item, history.place_on(repository, update.old, item), sender, people, day)
            else:
                (last,) = repository.log("-1", update.new, signers=signers)
                fault = gate.sender_fault(last, sender, people)
            if fault:
                yield fault
