"""The ledger under a crowd, and remotes that take nothing: every claim is kept, or nothing is sent."""

from __future__ import annotations

import multiprocessing
import shutil
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers import effect_file
from pipeline.carriers.ledger import BRANCH, Ledger
from pipeline.carriers.repository import PushRefused, Repository, clone
from pipeline.desk import publishing
from pipeline.model.base import JdihError
from pipeline.model.publishing import EffectAction, Entry, State, Turn
from pipeline.reconcile.effect import advance
from tests.publish.crash.naive import writes_unchecked
from tests.publish.parts import Desk, wanted
from tests.publish.test_ledger import ROBOT, effect, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from pipeline.model.publishing import Post
    from tests.publish.crash.runs import Publish

RUNS = 8


def claims(remote: Path, folder: Path, name: str, count: int) -> None:
    """Claim *count* effects from a clone of its own, one push each."""
    ledger = Ledger(clone(str(remote), folder / name), "origin", ROBOT)
    for number in range(count):
        write(ledger, f"{name}-{number}")


def forced_claims(remote: Path, folder: Path, name: str, count: int) -> None:
    """Do the same as people write it first: whoever is last is right."""
    repository = clone(str(remote), folder / name)
    for number in range(count):
        repository.fetch("origin")
        tip = repository.resolve("refs/remotes/origin/terbitan")
        claim = effect(f"{name}-{number}")
        files: dict[str, bytes | None] = {effect_file.path_of(claim.key): effect_file.write(claim)}
        commit = repository.commit([tip] if tip else [], tip, files, "uji\n", ROBOT)
        while not pushed(repository, f"+{commit}:{BRANCH}"):
            continue


def pushed(repository: Repository, refspec: str) -> bool:
    try:
        repository.push("origin", refspec)
    except PushRefused:
        return False
    return True


def crowd(work: Callable[[Path, Path, str, int], None], remote: Path, folder: Path, each: int) -> int:
    """Let RUNS processes claim *each* so many at once; return how many claims the ledger kept."""
    context = multiprocessing.get_context("spawn")
    runs = [context.Process(target=work, args=(remote, folder, f"proses{number}", each)) for number in range(RUNS)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [run.exitcode for run in runs] == [0] * RUNS
    ledger = Ledger(Repository(remote), remote, ROBOT)
    return len(ledger.entries())


@pytest.mark.slow
def test_a_crowd_of_runs_keeps_every_claim_and_forces_none(remote: Path, tmp_path: Path, ledger: Ledger) -> None:
    Repository(remote).git("config", "receive.denyNonFastForwards", "true")
    assert crowd(claims, remote, tmp_path, 25) == RUNS * 25
    assert ledger.verify() == []
    Repository(remote).git("fsck", "--full", "--strict", "--no-dangling")


@pytest.mark.slow
def test_a_crowd_that_forces_its_claims_loses_some(remote: Path, tmp_path: Path) -> None:
    assert crowd(forced_claims, remote, tmp_path, 5) < RUNS * 5


# -- remotes that take nothing


def refusing(remote: Path, _desk: Desk) -> str:
    hook(remote / "hooks/pre-receive", "echo 'buku terbitan sedang ditutup'\nexit 1")
    return "buku terbitan sedang ditutup"


def protected(remote: Path, _desk: Desk) -> str:
    Repository(remote).git("config", "receive.hideRefs", BRANCH)
    return "deny updating a hidden ref"


def locked(remote: Path, _desk: Desk) -> str:
    lock = remote / f"{BRANCH}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    return "sedang dikunci proses Git lain"


def gone(remote: Path, _desk: Desk) -> str:
    shutil.rmtree(remote)
    return "tidak terjangkau"


def read_only(_remote: Path, desk: Desk) -> str:
    """Refuse as a server does where the key may only read; a disk that takes nothing is in test_crash."""
    refusal = "echo 'ERROR: The key you are authenticating with has been marked as read only.' >&2; false"
    desk.ledger._repository.git("config", "remote.origin.receivepack", refusal)
    return "marked as read only"


def stale(remote: Path, desk: Desk) -> str:
    """Let another run be sending the same posts, as the remote tells once this one pushes what it made of its fetch."""
    other = Ledger(Repository(remote), remote, ROBOT)
    write(other, "lain")
    seen = Repository(remote).resolve(BRANCH)
    other.update(lambda _: [sending(post, desk.clock.now) for post in wanted(desk.site).posts], "uji\n")
    theirs = Repository(remote).resolve(BRANCH)
    Repository(remote).update_ref(BRANCH, str(seen))
    moved = f"git --git-dir='{remote}' update-ref {BRANCH} {theirs} {seen}"
    hook(desk.ledger._repository.folder / "hooks/pre-push", f"{moved} 2>/dev/null\nexit 0")
    return "sedang dikerjakan proses lain"


def sending(post: Post, now: datetime) -> Entry:
    claim = Turn(state=State.CLAIMED, at=now)
    entry = Entry(
        key=post.key,
        item=post.item,
        account=post.account,
        action=EffectAction.PUBLISH,
        digest=post.digest,
        history=(claim,),
    )
    return advance(entry, State.POSTING, now, "")


def hook(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def said(publish: Publish, desk: Desk) -> str:
    """Let a run publish, and return why it ended, or what it says of each post."""
    try:
        return "\n".join(outcome.message for outcome in publish([wanted(desk.site)], desk.edges))
    except JdihError as error:
        return str(error)


@pytest.fixture(params=[refusing, protected, locked, gone, read_only, stale])
def cause(request: pytest.FixtureRequest, desk: Desk, remote: Path, tmp_path: Path) -> str:
    """The remote takes nothing from the desk's clone; what a run has to say of it."""
    desk.ledger = Ledger(clone(str(remote), tmp_path / "klon"), "origin", ROBOT)
    trouble: Callable[[Path, Desk], str] = request.param
    return trouble(remote, desk)


@pytest.mark.slow
def test_a_remote_that_takes_nothing_is_named_and_nothing_is_sent(desk: Desk, cause: str) -> None:
    assert cause in said(publishing.publish, desk)
    assert desk.sandbox.posts() == []


@pytest.mark.slow
def test_a_run_that_sends_although_its_claims_were_not_taken_is_found(desk: Desk, cause: str) -> None:
    assert cause not in said(writes_unchecked, desk)
    assert desk.live() == ["instagram", "x"]
