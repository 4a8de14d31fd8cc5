"""One item's pull request, studied: what its branch holds, what was said about it, and whether it may be merged.

The shape of the branch is judged by the same functions as a push to the office's own server. What differs is how
people are known: a draft need not be signed here, so everybody the forge saw pushing counts as an editor as well,
and records are written by the desk's robot alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import gate, items, records
from pipeline.carriers import bare_git, history, inspection
from pipeline.desk import cases, recording, tasks
from pipeline.desk.forge import branch, said
from pipeline.desk.forge.hearing import Matter, hear
from pipeline.desk.forge.said import rank
from pipeline.model.base import Finding, JdihError, Severity
from pipeline.model.history import PROOF, Draft
from pipeline.model.people import Authority
from pipeline.model.procedure import Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from pipeline.carriers.history import Policy
    from pipeline.carriers.repository import Repository
    from pipeline.desk.forge.hearing import Hearing
    from pipeline.desk.forge.link import Link
    from pipeline.desk.forge.said import Said
    from pipeline.items import Place
    from pipeline.model.commits import Commit
    from pipeline.model.forge import Pull, Push
    from pipeline.model.history import Progress, Record
    from pipeline.model.people import People
    from pipeline.model.procedure import Procedure

BRANCH, MAIN = "usul/", "main"
_UNSENT = (
    "catatan forge tentang kiriman ke cabang ini terputus sesudah {lost}: pengirimnya tidak dapat dibuktikan. "
    "Pengelola sistem: periksa halaman Activity; bila tetap terputus, naskahnya dikirim sebagai butir baru"
)


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
        proven = self.merged and any(done.record.word == PROOF for done in unmerged)
        calls = progress.complete or bool(effects - {Effect.NOMORI}) or (proven and progress.mergeable)
        return not progress.voided and bool(unmerged) and bool(calls)

    @property
    def is_abandoned(self) -> bool:
        """Whether the item was given up."""
        return self.hearing is not None and self.hearing.progress.abandoned is not None

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
    touched = (items.place_of(change.path) for each in commits for change in each.changes)
    place = next((found for found in touched if found), None) or history.place_on(repository, tip, item)
    if place is None or place.id != item:
        return _refused(pull, gate.place_fault(item, place))
    pushes = link.ask(link.forge.pushes(link.name, pull.branch))
    if not pushes or pushes[-1].after != tip:
        raise JdihError(f"forge belum mencatat seluruh kiriman ke {pull.branch}: dinilai pada giliran berikutnya")
    if lost := branch.gap(pushes, commits):
        return Docket(pull=pull, place=place, faults=(_UNSENT.format(lost=lost[:10]),))
    if faults := dict.fromkeys(branch.faults(link, known, place, commits, pushes)):
        return Docket(pull=pull, place=place, faults=tuple(faults))
    return _heard(link, known, pull, place, commits, pushes)


def _refused(pull: Pull, fault: str) -> Docket:
    return Docket(pull=pull, place=None, faults=(fault,))


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
        order={repository.git("merge-base", main, pull.head): -1, **order},
        people=known.people,
        forge=link.forge.NAME,
        papers=recording.Papers(repository),
        veto=law.veto,
    )
    heard = hear(matter, _said(link, pull, pushes, events))
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


def _said(link: Link, pull: Pull, pushes: Sequence[Push], events: Iterable[Draft | Record]) -> Sequence[Said]:
    """Return what was said on the item's pull requests, in the forge's order.

    On those it had before, only what was said since the last record: the rest was heard, or answered there.
    """
    last = next((rank(each.at, each.source) for each in reversed([*events]) if not isinstance(each, Draft)), None)
    found = [*_gathered(link, pull, pushes)]
    for other in link.ask(link.forge.pulls_of(link.name, pull.branch)):
        if other.number != pull.number and other.base == MAIN and not other.fork:
            heard = _gathered(link, other, pushes)
            found += [each for each in heard if last is None or rank(each.at, each.source) > last]
    return sorted(found, key=lambda each: rank(each.at, each.source))


def _gathered(link: Link, pull: Pull, pushes: Sequence[Push]) -> Sequence[Said]:
    forge, name = link.forge, link.name
    reviews, comments = link.ask(forge.reviews(name, pull.number)), link.ask(forge.comments(name, pull.number))
    return said.gather(forge.NAME, reviews, comments, pushes)


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
        for begin, end, push in branch.spans(order, pushes)
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

    def veto(self, record: Record, said: Said, progress: Progress) -> str | None:
        """Return what only the repository can tell against a record.

        Its SOP is voided, its number is missing or taken, or the ledger holds no task that it would prove.
        """
        repository, known, place = self.repository, self.known, self.place
        pinned = history.pinned_procedure(repository, known.revision, record.sop, record.version)
        fault = gate.procedure_fault(pinned, place, known.offices.get(place.office))
        fault = fault or gate.version_fault(record, pinned, self.current(said.at))
        if not fault and record.word == PROOF:
            return tasks.proof_fault(repository, place.id, progress, record)
        if fault or Effect.NOMORI not in record.effects:
            return fault
        number = history.field_of(repository, said.commit or "", place, items.NOTE, "nomor")
        if not number:
            return f"{items.NOTE} belum bernomor: tulis nomor dari buku agenda pada metadatanya"
        owner = history.number_owner(repository, known.revision, place, number)
        return f"nomor {number} sudah dipakai {owner}: pakai nomor berikutnya" if owner else None


def _is_unbegun(events: Iterable[Draft | Record]) -> bool:
    return all(isinstance(event, Draft) for event in events)
