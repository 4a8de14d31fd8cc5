"""One item's pull request, studied: what its branch holds, what was said about it, and whether it may be merged.

The shape of the branch is judged by the same functions as a push to the office's own server. What differs is how
people are known: a draft need not be signed here, so everybody the forge saw pushing counts as an editor as well,
and records are written by the desk's robot alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import dropwhile, pairwise
from typing import TYPE_CHECKING

from pipeline import gate, hygiene, items, records
from pipeline.carriers import bare_git, history, inspection
from pipeline.desk import cases, recording
from pipeline.desk.forge import lawful, said
from pipeline.desk.forge.hearing import Matter, hear
from pipeline.model.base import Finding, JdihError, Severity
from pipeline.model.history import Draft
from pipeline.model.people import Authority
from pipeline.model.procedure import Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from pipeline.carriers.history import Policy
    from pipeline.carriers.repository import Repository
    from pipeline.desk.forge.hearing import Hearing
    from pipeline.desk.forge.link import Link
    from pipeline.desk.forge.said import Said
    from pipeline.items import Place
    from pipeline.model.commits import Commit
    from pipeline.model.forge import Comment, Pull, Push, Review
    from pipeline.model.history import Progress, Record
    from pipeline.model.people import People
    from pipeline.model.procedure import Procedure

BRANCH, MAIN = "usul/", "main"


@dataclass(frozen=True, kw_only=True, slots=True)
class Docket:
    """A pull request as the desk sees it."""

    pull: Pull
    place: Place | None
    faults: tuple[str, ...]
    """Why the branch cannot be taken as it is, whatever its steps say."""
    hearing: Hearing | None = None
    findings: tuple[Finding, ...] = ()
    merged: int = 0
    """How many of the item's records `main` holds already."""
    conflict: bool = False
    """Whether Git cannot merge it into `main`."""

    @property
    def errors(self) -> int:
        """Return how many findings stand in the way of a merge."""
        return sum(finding.severity is Severity.GALAT for finding in self.findings)

    @property
    def is_due(self) -> bool:
        """Whether a merge is called for: something is to happen, or all is done, that `main` does not know yet."""
        if self.hearing is None or self.faults:
            return False
        progress = self.hearing.progress
        unmerged = [done for done in progress.history if done.record.sequence > self.merged]
        effects = {effect for done in unmerged if done in progress.done for effect in done.act.effects}
        return not progress.voided and bool(unmerged) and (progress.complete or bool(effects - {Effect.NOMORI}))

    @property
    def is_hindered(self) -> bool:
        """Whether somebody who writes has something to mend before anything else can happen."""
        return bool(self.faults) or (self.is_due and bool(self.errors))

    @property
    def is_clear(self) -> bool:
        """Whether nothing keeps a due merge back."""
        return self.is_due and not self.errors and not self.conflict


def study(link: Link, known: Policy, pull: Pull) -> Docket:
    """Return what there is to know about *pull*; raise `JdihError` while its branch moves under the desk's hands."""
    repository, refs = link.repository, cases.view(link.repository)
    item = pull.branch.removeprefix(BRANCH)
    if pull.fork:
        return _refused(pull, "cabang dari repositori lain tidak diterima: kirim cabang usul/<butir> di repositori ini")
    if pull.base != MAIN:
        return _refused(pull, f"usulan ini menuju {pull.base}: butir hanya digabung ke {MAIN}")
    tip = repository.resolve(refs.branch(item))
    if tip != pull.head:
        raise JdihError(f"#{pull.number}: cabang {pull.branch} baru saja bergerak, dinilai pada giliran berikutnya")
    with bare_git.allowed_signers(known.people, link.clock().date(), repository.folder) as signers:
        commits = repository.log("--reverse", "--topo-order", tip, f"^{refs.main}", signers=signers)
    place = next((found for each in commits for change in each.changes if (found := items.place_of(change.path))), None)
    if place is None or place.id != item:
        return _refused(pull, gate.place_fault(item, place))
    pushes = link.ask(link.forge.pushes(link.name, pull.branch))
    if not _is_whole(pushes, commits, tip):
        raise JdihError(f"forge belum mencatat seluruh kiriman ke {pull.branch}: dinilai pada giliran berikutnya")
    faults = [*_shape(link, known, place, commits, pushes), *_strangers(link, known, pushes)]
    if faults:
        return Docket(pull=pull, place=place, faults=tuple(dict.fromkeys(faults)))
    return _heard(link, known, pull, place, commits, pushes)


def _is_whole(pushes: Sequence[Push], commits: Iterable[Commit], tip: str) -> bool:
    """Whether the forge's account of a branch that ends at *tip* has no gap: a push it forgot has no sender."""
    if not pushes or pushes[-1].after != tip or pushes[0].before in {commit.id for commit in commits}:
        return False
    return all(later.before == earlier.after for earlier, later in pairwise(pushes))


def _refused(pull: Pull, fault: str) -> Docket:
    return Docket(pull=pull, place=None, faults=(fault,))


# -- the shape of the branch


def _shape(link: Link, known: Policy, place: Place, commits: Sequence[Commit], pushes: Sequence[Push]) -> Iterator[str]:
    repository, today, main = link.repository, link.clock().date(), cases.view(link.repository).main
    came = {commit: push.at.date() for commit, push in _brought(commits, pushes)}
    for commit in commits:
        if fault := lawful.commit_fault(repository, commit, place, known.people, main):
            yield fault
        elif not lawful.is_update(repository, commit, main):
            yield from _editors(known, place, commit, came.get(commit.id, today))
    if commits and (fault := hygiene.clash_fault(repository.tree(commits[-1].id, place.folder))):
        yield fault
    if fault := gate.namesake_fault(place, history.places_named(repository, main, place.id)):
        yield fault


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


def _strangers(link: Link, known: Policy, pushes: Iterable[Push]) -> Iterator[str]:
    for push in pushes:
        if known.people.by_login(link.forge.NAME, push.actor) is None:
            yield f"cabang ini dikirimi akun {push.actor} yang belum terdaftar: minta pengelola sistem mendaftarkannya"


# -- what was said about it


def _heard(  # noqa: PLR0913, PLR0917 - what was gathered about one branch
    link: Link, known: Policy, pull: Pull, place: Place, commits: Sequence[Commit], pushes: Sequence[Push]
) -> Docket:
    repository, main = link.repository, cases.view(link.repository).main
    order = {commit.id: index for index, commit in enumerate(commits)}
    events = history.events(repository, pull.head, place, known.people, main)
    events = list(_with_pushers(link, known.people, events, order, pushes))
    sop_id = history.sop_of(events, repository.blob)
    if sop_id is None:
        return Docket(pull=pull, place=place, faults=())
    law = _Law(repository, known, place, sop_id)
    matter = Matter(
        item=place.id,
        current=law.current,
        replay=law.replay,
        events=tuple(events),
        order=order,
        people=known.people,
        forge=link.forge.NAME,
        papers=recording.Papers(repository),
        veto=law.veto,
    )
    heard = hear(matter, said.gather(link.forge.NAME, *_utterances(link, pull), pushes))
    findings = inspection.findings(repository, pull.head, place, known, heard.progress.procedure)
    return Docket(
        pull=pull,
        place=place,
        faults=(),
        hearing=heard,
        findings=tuple(findings),
        merged=sum(records.is_record_path(path) for path in repository.tree(main, place.folder)),
        conflict=repository.merged_tree(main, pull.head) is None,
    )


def _utterances(link: Link, pull: Pull) -> tuple[Sequence[Review], Sequence[Comment]]:
    forge, name = link.forge, link.name
    return link.ask(forge.reviews(name, pull.number)), link.ask(forge.comments(name, pull.number))


def _with_pushers(
    link: Link,
    people: People,
    events: Iterable[Draft | Record],
    order: Mapping[str, int],
    pushes: Sequence[Push],
) -> Iterator[Draft | Record]:
    """Count whoever pushed a draft among its editors: what a commit says of itself is only text."""
    spans = [
        (begin, end, person.id)
        for begin, end, push in _spans(order, pushes)
        if (person := people.by_login(link.forge.NAME, push.actor)) is not None
        and Authority.PENGENDALI not in person.authorities
    ]
    for event in events:
        if isinstance(event, Draft):
            place = order.get(event.commit, -1)
            senders = {person for before, after, person in spans if before < place <= after}
            yield replace(event, people=event.people | senders)
        else:
            yield event


def _spans(order: Mapping[str, int], pushes: Sequence[Push]) -> Iterator[tuple[int, int, Push]]:
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
    spans = list(_spans({commit.id: index for index, commit in enumerate(commits)}, pushes))
    for index, commit in enumerate(commits):
        yield from ((commit.id, push) for begin, end, push in spans if begin < index <= end)


@dataclass(frozen=True, slots=True)
class _Law:
    """Which SOP an item is heard under, and when: what was said yesterday is judged by yesterday's version."""

    repository: Repository
    known: Policy
    place: Place
    sop: str

    def current(self, moment: datetime) -> Procedure:
        return history.current_procedure(self.repository, self._revision(moment), self.sop)

    def replay(self, events: Sequence[Draft | Record], moment: datetime | None = None) -> Progress:
        known = replace(self.known, revision=self._revision(moment)) if moment and _is_unbegun(events) else self.known
        return history.progress_of(self.repository, known, self.place, events, self.sop)

    def _revision(self, moment: datetime) -> str:
        """Return `main` as it was at *moment*: the forge itself dates what it merges."""
        before = f"--before={moment.isoformat()}"
        return (
            self.repository.git("rev-list", "-1", "--first-parent", before, self.known.revision) or self.known.revision
        )

    def veto(self, record: Record, said: Said) -> str | None:
        """Return what only the repository can tell against a record: its SOP is voided, its number missing or taken."""
        repository, known, place = self.repository, self.known, self.place
        pinned = history.pinned_procedure(repository, known.revision, record.sop, record.version)
        fault = gate.procedure_fault(pinned, place, known.offices.get(place.office))
        fault = fault or gate.version_fault(record, pinned, self.current(said.at))
        if fault or Effect.NOMORI not in record.effects:
            return fault
        number = history.field_of(repository, said.commit or "", place, items.NOTE, "nomor")
        if not number:
            return f"{items.NOTE} belum bernomor: tulis nomor dari buku agenda pada metadatanya"
        owner = history.number_owner(repository, known.revision, place, number)
        return f"nomor {number} sudah dipakai {owner}: pakai nomor berikutnya" if owner else None


def _is_unbegun(events: Iterable[Draft | Record]) -> bool:
    return all(isinstance(event, Draft) for event in events)
