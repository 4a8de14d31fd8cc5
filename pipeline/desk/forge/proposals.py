"""Proposals as they open and close: one for every branch that is worked on, none for what was given up.

What is said on a closed one is heard as well: a review of an override, a proof, that an item goes on. The records it
amounts to are written to the item's branch; as that has something new then, its proposal opens by itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline import records
from pipeline.carriers.repository import PushRefused
from pipeline.desk import cases, merging
from pipeline.desk.forge import docket, said, showing
from pipeline.desk.forge.docket import BRANCH
from pipeline.desk.forge.link import trouble
from pipeline.model.base import JdihError
from pipeline.model.history import Draft
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from pipeline.carriers.history import Policy
    from pipeline.desk.cases import Case
    from pipeline.desk.forge.docket import Docket
    from pipeline.desk.forge.link import Link
    from pipeline.model.forge import Comment, Pull

LONGEST_TITLE = 150
HEARD_FOR = timedelta(days=14)
"""What is said on a closed proposal is heard by every run that long: a controller may stand still for as many days."""


def cases_of(link: Link, item: str) -> Iterator[Case]:
    """Yield the cases of *item* or ('') of every one under way, as its open proposal has them; nothing is written."""
    known = link.policy()
    for pull in link.ask(link.forge.pulls(link.name)):
        if pull.branch.startswith(BRANCH) and item in {"", pull.branch.removeprefix(BRANCH)}:
            try:
                case = showing.case_of(link, docket.study(link, known, pull))
            except JdihError as error:
                link.say(trouble(f"#{pull.number}", error))
                continue
            if case:
                yield case


def open_all(link: Link) -> list[str]:
    """Give every draft branch its proposal, unless it was given up; return what could not be done."""
    repository, refs = link.repository, cases.view(link.repository)
    standing, troubles = _open_branches(link), []
    for ref in sorted(repository.refs(refs.drafts, f"--no-merged={refs.main}")):
        item = ref.removeprefix(refs.drafts)
        case = _case(link, item) if f"{BRANCH}{item}" not in standing else None
        if f"{BRANCH}{item}" in standing or (case and case.progress and case.progress.abandoned):
            continue
        try:
            _propose(link, item, case)
        except JdihError as error:
            troubles.append(trouble(item, error))
    return troubles


def _open_branches(link: Link) -> set[str]:
    pulls = link.ask(link.forge.pulls(link.name))
    return {pull.branch for pull in pulls if pull.base == docket.MAIN and not pull.fork}


def _case(link: Link, item: str) -> Case | None:
    """Return an item as its branch has it; None where that cannot be read: the comment will say why."""
    try:
        return cases.open_case(link.repository, item)
    except JdihError:
        return None


def _propose(link: Link, item: str, case: Case | None) -> None:
    """Open the proposal that was closed unmerged, else a new one: what was said stays where it was said."""
    branch = f"{BRANCH}{item}"
    all_of_it = link.ask(link.forge.pulls_of(link.name, branch))
    before = [each for each in all_of_it if each.base == docket.MAIN and not each.fork]
    if before and not before[-1].merged and link.ask(link.forge.reopen_pull(link.name, before[-1].number)):
        link.say(f"#{before[-1].number} dibuka kembali untuk {item}")
        return
    title = " ".join(case.title.split())[:LONGEST_TITLE] if case else ""
    pull = link.ask(link.forge.open_pull(link.name, branch, title or item, ""))
    link.say(f"#{pull.number} dibuka untuk {item}")


def give_up(link: Link, known: Policy, found: Docket) -> None:
    """Write down that an item was given up, and close its proposal; the branch stays as evidence."""
    head = write_down(link, found)
    showing.project(link, known, replace(found, pull=replace(found.pull, head=head)))
    link.ask(link.forge.close_pull(link.name, found.pull.number))
    link.say(f"#{found.pull.number} ditutup: butir ini dibatalkan")


def hear_closed(link: Link, known: Policy) -> list[str]:
    """Write down what was said on closed proposals lately; return what could not be done.

    Strangers are not answered there: on a public repository anybody may write, and each answer costs requests.
    """
    since = link.clock() - HEARD_FOR
    said_on: dict[int, list[Comment]] = {}
    written = _written_since(link, since)
    for number, comment in link.ask(link.forge.comments_since(link.name, since)):
        fresh = said.is_command(comment.body) and said.source_of(link.forge.NAME, comment) not in written
        if fresh and known.people.by_login(link.forge.NAME, comment.author):
            said_on.setdefault(number, []).append(comment)
    standing, troubles = _open_branches(link) if said_on else set(), []
    for number, words in said_on.items():
        try:
            _hear(link, known, link.ask(link.forge.pull(link.name, number)), words, standing)
        except JdihError as error:
            troubles.append(trouble(f"#{number}", error))
    return troubles


def _hear(link: Link, known: Policy, pull: Pull, words: Sequence[Comment], standing: Collection[str]) -> None:
    repository, item = link.repository, pull.branch.removeprefix(BRANCH)
    if pull.open or pull.branch in standing or not pull.branch.startswith(BRANCH):
        return
    tip = repository.resolve(cases.view(repository).branch(item))
    case = _case(link, item) if tip else None
    if tip is None or case is None or not _may_count(link, case, words):
        return
    found = docket.study(link, known, replace(pull, head=tip))
    write_down(link, found)
    showing.sheet(link, known, found, merged=case.merged)
    link.fetch()


def _written_since(link: Link, since: datetime) -> set[str]:
    """Return the sources of the records on `main` since a moment: about those the forge need not be asked."""
    repository, main = link.repository, cases.view(link.repository).main
    commits = repository.log(f"--since={since.isoformat()}", main, "--", ":(glob)content/**/catatan/*.yaml")
    blobs = {change.blob for commit in commits for change in commit.changes if change.status == "A"}
    return {records.parse(data).source for data in repository.blobs(blobs).values()} if blobs else set()


def _may_count(link: Link, case: Case, words: Sequence[Comment]) -> bool:
    """Whether any of *words* may still count: it is not on record, and no record was written since."""
    written = [event for event in case.events if not isinstance(event, Draft)]
    known = {record.source for record in written}
    later = (each for each in words if not written or each.at >= written[-1].at)
    return any(said.source_of(link.forge.NAME, each) not in known for each in later)


def write_down(link: Link, found: Docket) -> str:
    """Push the item's fresh records, one signed commit each, and return the head that carries them."""
    head, robot = found.pull.head, link.robot(Authority.PENGENDALI)
    for record in found.hearing.fresh if found.place and found.hearing else ():
        assert found.place is not None  # noqa: S101 - for the type checker
        head = merging.commit_record(link.repository, found.place, record, head, robot)
    if head != found.pull.head:
        try:
            link.repository.push("origin", f"{head}:refs/heads/{found.pull.branch}")
        except PushRefused as error:
            raise JdihError(f"catatan tidak dapat dikirim: {error}") from error
    return head
