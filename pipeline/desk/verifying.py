"""Prove that everything on `main` came there lawfully: replay all records, all signatures, all merges.

Works in any clone. The first commit is where trust begins; its id is reported, to be compared with
what another office or a printed report says. Keys are those `main` has ever named: later key changes
do not rewrite history. Where the server's receipts are at hand, each record must have arrived when it
says it was made.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline import frontmatter, gate, items, settings, workflow
from pipeline.carriers import history, receipts
from pipeline.desk import cases
from pipeline.fields import FaultyError
from pipeline.model.base import JdihError
from pipeline.model.history import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.carriers.receipts import Receipt
    from pipeline.carriers.repository import Repository
    from pipeline.items import Place
    from pipeline.model.commits import Commit
    from pipeline.model.history import Record

_LATE = timedelta(minutes=30)
"""A record's claimed time and its receipt: the hook's skew, there and back."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the proof."""

    root: str
    """Where trust begins."""
    merges: int
    configurations: int
    fault: str | None
    """The first unlawful commit and why; None: everything is lawful."""
    receipts: bool
    """Whether the server's receipts were at hand."""


def verify(repository: Repository) -> Verdict:
    """Walk `main` from its first commit and judge each step as the server had to."""
    main = cases.view(repository).main
    with _every_key(repository, main) as signers:
        commits = repository.log("--first-parent", "--reverse", "--topo-order", main, signers=signers)
        if not commits:
            raise JdihError("cabang main kosong: tidak ada yang dapat dibuktikan")
        trial = _Trial(repository, signers, _receipts(repository, main))
        return trial.run(commits)


@contextmanager
def _every_key(repository: Repository, main: str) -> Iterator[Path]:
    """Write every key `main` has ever named for a person, so that a rotated key still proves old commits."""
    lines = set()
    for commit in repository.log(main, "--", history.PEOPLE):
        for change in commit.changes:
            if change.status != "D":
                lines |= _keys(repository.blob(change.blob))
    with TemporaryDirectory(prefix="jdih-kunci-") as folder:
        path = Path(folder) / "allowed_signers"
        path.write_text("".join(sorted(lines)), encoding="utf-8")
        yield path


def _keys(data: bytes) -> set[str]:
    try:
        people = settings.people(data)
    except (FaultyError, frontmatter.MalformedError):
        return set()
    return {f'{person.id} namespaces="git" {key.public}\n' for person in people.by_id.values() for key in person.keys}


def _receipts(repository: Repository, main: str) -> Sequence[Receipt] | None:
    branch = main.replace("main", receipts.BRANCH.removeprefix("refs/heads/"))
    if repository.resolve(branch) is None:
        return None
    if changed := receipts.tampered(repository, branch):
        raise JdihError(f"kuitansi {changed} pernah diubah atau dihapus: buku kuitansi tidak dapat dipercaya")
    return receipts.read(repository, branch)


@dataclass(slots=True)
class _Trial:
    repository: Repository
    signers: Path
    receipts: Sequence[Receipt] | None
    merges: int = 0
    configurations: int = 0
    arrived: dict[str, dict[str, Receipt]] = field(default_factory=dict)

    def run(self, commits: Sequence[Commit]) -> Verdict:
        root, fault = commits[0], None
        for commit in commits[1:]:
            fault = self._judge(commit)
            if fault:
                fault = f"{commit.id[:12]} ({commit.at:%Y-%m-%d %H:%M}): {fault}"
                break
        return Verdict(root.id, self.merges, self.configurations, fault, self.receipts is not None)

    def _judge(self, commit: Commit) -> str | None:
        policy = history.policy(self.repository, commit.parents[0])
        if fault := gate.signature_fault(commit, policy.people):
            return fault
        signer = policy.people.by_id[commit.signer]
        if len(commit.parents) == 1:
            self.configurations += 1
            return gate.configuration_fault(commit, signer)
        self.merges += 1
        if len(commit.parents) != 2:
            return "penggabungan lebih dari dua induk"
        if self.repository.resolve(f"{commit.id}^{{tree}}") != self.repository.merged_tree(*commit.parents):
            return "penggabungan membawa perubahan yang tidak ada di main maupun di cabang usul"
        return self._merge(commit, policy)

    def _merge(self, commit: Commit, policy: history.Policy) -> str | None:
        before, tip = commit.parents
        changed = self.repository.git("diff-tree", "-r", "-z", "--name-only", before, commit.id).split("\0")
        place = next((found for path in changed if (found := items.place_of(path))), None)
        if place is None:
            return "penggabungan yang tidak menyentuh butir mana pun"
        drafts = self.repository.log("--reverse", "--topo-order", tip, f"^{before}", signers=self.signers)
        for draft in drafts:
            fault = gate.line_fault(draft) or gate.signature_fault(draft, policy.people)
            if fault := fault or gate.shape_fault(draft, place):
                return f"{place.id}: {fault}"
        fault = self._records(commit, place, drafts, policy)
        return f"{place.id}: {fault}" if fault else None

    def _records(self, commit: Commit, place: Place, drafts: Sequence[Commit], policy: history.Policy) -> str | None:
        tip = commit.parents[1]
        happened = history.events(self.repository, tip, place, policy.people)
        written = [event for event in happened if not isinstance(event, Draft)]
        if not written:
            return "tidak ada catatan langkah"
        carriers = [draft for draft in drafts if gate.is_record(draft, place)]
        fresh = list(zip(written[len(written) - len(carriers) :], carriers, strict=True))
        for record, carrier in fresh:
            if record.person != carrier.signer:
                return f"catatan {record.sequence} atas nama {record.person} ditandatangani oleh {carrier.signer}"
        procedure = history.pinned_procedure(self.repository, commit.parents[0], written[0].sop, written[0].version)
        progress = workflow.replay(procedure, happened, policy.people, history.zone(policy, place))
        if progress.refusals:
            refusal = progress.refusals[0]
            return f"catatan {refusal.record.sequence}: {refusal.reason}"
        fault = gate.merge_fault(progress, policy.people.by_id[commit.signer], commit.at)
        arrivals = (self._arrival(record, carrier, place) for record, carrier in fresh)
        return fault or next((late for late in arrivals if late), None)

    def _arrival(self, record: Record, carrier: Commit, place: Place) -> str | None:
        if self.receipts is None:
            return None
        receipt = self._arrivals(place).get(carrier.id)
        if receipt is None:
            return f"catatan {record.sequence} tidak punya kuitansi peladen"
        if abs(receipt.at - record.at) > _LATE:
            return f"catatan {record.sequence} bertanggal {record.at.isoformat()}, tetapi tiba {receipt.at.isoformat()}"
        return None

    def _arrivals(self, place: Place) -> Mapping[str, Receipt]:
        """Return commit -> the receipt of the push that brought it, for one item's branch."""
        if place.id not in self.arrived:
            found: dict[str, Receipt] = {}
            for receipt in self.receipts or ():
                if receipt.ref == f"{items.BRANCHES}{place.id}" and self.repository.resolve(
                    f"{receipt.new}^{{commit}}"
                ):
                    old = [f"^{receipt.old}"] if receipt.old.strip("0") else []
                    for commit in self.repository.git("rev-list", "--max-count=1000", receipt.new, *old).splitlines():
                        found.setdefault(commit, receipt)
            self.arrived[place.id] = found
        return self.arrived[place.id]
