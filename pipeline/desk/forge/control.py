"""The controller: every pull request judged, shown where it stands, and merged when its SOP says so.

Everything is derived from what the forge and the repository hold now: run it on every signal and on a schedule,
twice or late, and it does the same (reliability notes, 0.3). Before it merges it writes the records to the branch,
signed by the desk's robot; only a head that carries them gets `sop/gate` success, and exactly that head is merged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.desk import cases, merging
from pipeline.desk.forge import docket, intake, lawful, pictures, proposals, showing, witness
from pipeline.desk.forge.docket import BRANCH, Docket
from pipeline.desk.forge.link import trouble
from pipeline.flow import Deferred
from pipeline.model.base import JdihError
from pipeline.model.forge import Status
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from pipeline.carriers.history import Policy
    from pipeline.desk.forge.link import Link
    from pipeline.model.commits import Commit
    from pipeline.model.forge import Pull


def control(link: Link, number: int | None = None) -> list[str]:
    """Judge all open pull requests, or one; return what could not be done, one line each.

    Raise `Deferred` when the forge asks for a pause: the next run goes on.
    """
    link.fetch()
    if not witness.has_begun(link):
        raise JdihError("kuitansi belum dimulai: jalankan jdih github setup")
    known, troubles = link.policy(), _account(link)
    if number is None:
        troubles += intake.take_in(link, known)
        troubles += proposals.hear_closed(link, known)
    troubles += proposals.open_all(link)
    pulls = link.ask(link.forge.pulls(link.name)) if number is None else [link.ask(link.forge.pull(link.name, number))]
    merged = False
    for pull in pulls:
        try:
            merged = _one(link, known, pull) or merged
        except JdihError as error:
            troubles.append(trouble(f"#{pull.number}", error))
    troubles += _account(link) + proposals.open_all(link) if merged else []
    if number is None:
        pictures.tidy(link, {pull.number for pull in pulls if pull.open})
    return list(dict.fromkeys(troubles))


def _account(link: Link) -> list[str]:
    """Go on with what has come to `main` halfway, then receipt it: a run that dies in between is made up for."""
    troubles, judged = [], [(commit, witness.judge(link, commit)) for commit in witness.unseen(link)]
    for commit, fault in judged:
        try:
            if not fault:
                _go_on(link, commit)
        except JdihError as error:
            troubles.append(trouble(commit.id[:12], error))
    return troubles + witness.catch_up(link, judged)


def _go_on(link: Link, merge: Commit) -> None:
    """Take `main` over into the branch of an item whose SOP has more steps: a pull request needs something new."""
    repository, refs = link.repository, cases.view(link.repository)
    place = lawful.place_of(repository, merge) if len(merge.parents) > 1 else None
    case = cases.open_case(repository, place.id) if place else None
    if place is None or case is None or not case.merged or case.progress is None or case.progress.complete:
        return
    main, tip = repository.resolve(refs.main) or "", repository.resolve(refs.branch(place.id)) or merge.parents[1]
    message = f"Lanjutkan {place.id}\n"
    robot = link.robot(Authority.PENGENDALI)
    update = repository.commit_tree(f"{main}^{{tree}}", [tip, main], message, robot, link.clock())
    repository.push("origin", f"{update}:refs/heads/{BRANCH}{place.id}")
    link.fetch()


def _one(link: Link, known: Policy, pull: Pull) -> bool:
    """Judge one pull request, show how it stands, and say whether it was merged."""
    if not pull.open:
        return False
    if not pull.branch.startswith(BRANCH):
        showing.say(link, pull, pull.head, *_configuration(link, known, pull))
        return False
    found = docket.study(link, known, pull)
    if found.is_abandoned:
        proposals.give_up(link, known, found)
        return False
    if not found.is_clear:
        showing.project(link, known, found)
        return False
    merged = _merge(link, found)
    showing.sheet(link, known, found, merged=merged)
    if merged and found.hearing:
        showing.labels(link, found, ["selesai" if found.hearing.progress.complete else "berlanjut"])
    return merged


# -- items


def _merge(link: Link, found: Docket) -> bool:
    """Write the records, mark exactly that head as judged, and merge it; False while the forge waits for its checks."""
    assert found.place is not None and found.hearing is not None  # noqa: S101, PT018 - a clear docket, for the type checker
    head = proposals.write_down(link, found)
    showing.say(link, found.pull, head, *showing.judgement(found))
    title = merging.title(found.place)
    message = merging.trailers(found.place, found.hearing.progress)
    try:
        commit = link.ask(link.forge.merge(link.name, found.pull.number, head, title, message))
    except Deferred as wait:
        link.say(trouble(f"#{found.pull.number}", wait))
        return False
    link.fetch()
    link.say(f"#{found.pull.number}: {found.place.id} digabung ({commit[:12]})")
    return True


# -- the desk itself


def _configuration(link: Link, known: Policy, pull: Pull) -> tuple[Status, str]:
    """Judge a pull request that changes the desk itself: somebody with that authority, not an author, approves it."""
    repository, main = link.repository, cases.view(link.repository).main
    if pull.fork or repository.resolve(f"refs/remotes/origin/{pull.branch}") != pull.head:
        return Status.PENDING, "dinilai sesudah cabangnya ada di repositori ini"
    if fault := witness.proposal_fault(repository, pull.head, main):
        return Status.FAILURE, fault
    if name := witness.approver(link, known, pull, main):
        return Status.SUCCESS, f"konfigurasi disetujui {name}"
    return Status.PENDING, "menunggu persetujuan orang berwenang konfigurasi yang tidak ikut menulisnya"
