"""The branch of a pull request as it came about: every commit judged as a push to the office's own server would be.

What a forge does not refuse at the door is found here, before anything is merged. Who sent what is the forge's own
account of pushes: names and dates inside commits are anybody's to choose.
"""

from __future__ import annotations

from itertools import dropwhile, pairwise
from typing import TYPE_CHECKING

from pipeline import gate, hygiene
from pipeline.carriers import bare_git, history
from pipeline.desk import cases
from pipeline.desk.forge import lawful
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from pipeline.carriers.history import Policy
    from pipeline.carriers.repository import Repository
    from pipeline.desk.forge.link import Link
    from pipeline.items import Place
    from pipeline.model.commits import Commit
    from pipeline.model.forge import Push


def gap(pushes: Sequence[Push], commits: Iterable[Commit]) -> str | None:
    """Return the commit after which the forge's account of a branch breaks off; None: it is whole.

    A push it forgot has no sender, so nobody could say who had a hand in what is decided.
    """
    if pushes and pushes[0].before in {commit.id for commit in commits}:
        return pushes[0].before
    return next((earlier.after for earlier, later in pairwise(pushes) if later.before != earlier.after), None)


def faults(link: Link, known: Policy, place: Place, commits: Sequence[Commit], pushes: Sequence[Push]) -> Iterator[str]:
    """Yield why the branch cannot be taken as it is, whatever its steps say."""
    repository, now, main = link.repository, link.clock(), cases.view(link.repository).main
    came = {commit: push.at for commit, push in _brought(commits, pushes)}
    for commit in commits:
        if fault := lawful.commit_fault(repository, commit, place, known.people, main):
            yield fault
        elif not lawful.is_update(repository, commit, main):
            yield from _editors(known, place, commit, came.get(commit.id, now).date())
    yield from _untimely(repository, known, commits, came, now)
    yield from _heavy(repository, commits)
    if commits and (fault := hygiene.clash_fault(repository.tree(commits[-1].id, place.folder))):
        yield fault
    if fault := gate.namesake_fault(place, history.places_named(repository, main, place.id)):
        yield fault
    yield from _strangers(link, known, pushes)


def _editors(known: Policy, place: Place, commit: Commit, day: date) -> Iterator[str]:
    """Yield a fault for everybody the commit names who was not registered in the item's office on the *day* it came."""
    for email in dict.fromkeys(commit.emails):
        person = known.people.by_email(email)
        if person is None:
            yield f"kiriman {commit.id[:10]} menyebut penyunting {email} yang tidak terdaftar"
        elif Authority.PENGENDALI in person.authorities:
            if not lawful.is_robot(known.people, commit):
                yield f"kiriman {commit.id[:10]} memakai alamat {person.name}, padahal bukan ia yang menandatanganinya"
        elif not person.works_in(place.office, day):
            yield f"{person.name} tidak memegang peran di kantor {place.office}"


def _untimely(
    repository: Repository, known: Policy, commits: Sequence[Commit], came: Mapping[str, datetime], now: datetime
) -> Iterator[str]:
    """Yield a fault for each draft dated after it came, or before what it stands on.

    The robot's records are left out: they are written behind later drafts, and bear the time they were said at.
    """
    dates = {commit.id: commit.at for commit in commits}
    if below := {parent for commit in commits for parent in commit.parents} - dates.keys():
        dates |= {each.id: each.at for each in repository.log("--no-walk=unsorted", *below)}
    for commit in commits:
        since = max((dates[parent] for parent in commit.parents), default=commit.at)
        fault = hygiene.time_fault(commit.id, commit.at, since, came.get(commit.id, now))
        if fault and not lawful.is_robot(known.people, commit):
            yield fault


def _heavy(repository: Repository, commits: Sequence[Commit]) -> Iterator[str]:
    """Yield a fault for each file, of any commit, that every clone would have to carry for good."""
    paths = {change.blob: change.path for commit in commits for change in commit.changes if change.status != "D"}
    asked = "".join(f"{blob}\n" for blob in paths).encode()
    for line in repository.git("cat-file", "--batch-check", stdin=asked).splitlines() if paths else ():
        blob, kind, *size = line.split(" ")
        if kind == "blob" and int(size[0]) > hygiene.LARGEST_FILE:
            yield hygiene.size_fault(paths[blob], int(size[0]))


def _strangers(link: Link, known: Policy, pushes: Iterable[Push]) -> Iterator[str]:
    for push in pushes:
        if known.people.by_login(link.forge.NAME, push.actor) is None:
            yield f"cabang ini dikirimi akun {push.actor} yang belum terdaftar: minta pengelola sistem mendaftarkannya"


def spans(order: Mapping[str, int], pushes: Sequence[Push]) -> Iterator[tuple[int, int, Push]]:
    """Yield what each push may have brought: after one position of the branch, up to another.

    What a force push left behind may live on in what came in its stead: its sender answers for that as well.
    """
    for index, push in enumerate(pushes):
        stead = dropwhile(lambda each: not each.forced and each.before != bare_git.NOTHING, pushes[index + 1 :])
        heirs = (push,) if push.after in order else stead
        if (end := next((order[each.after] for each in heirs if each.after in order), None)) is not None:
            yield order.get(push.before, -1), end, push


def _brought(commits: Sequence[Commit], pushes: Sequence[Push]) -> Iterator[tuple[str, Push]]:
    """Yield the id of each commit with the push by which it came last."""
    found = list(spans({commit.id: index for index, commit in enumerate(commits)}, pushes))
    for index, commit in enumerate(commits):
        yield from ((commit.id, push) for begin, end, push in found if begin < index <= end)
