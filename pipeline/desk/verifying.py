"""Prove that everything on `main` came there lawfully: replay all records, all signatures, all merges.

Works in any clone. The first commit, or the one a forge's robot began to account for, is where trust begins; its id
is reported, to be compared with
what another office or a printed report says. Each signature is held against the keys, each record
against the SOP version, that `main` named when it came: later changes do not rewrite history. Where
the server's receipts are at hand they say when that was, and what has none was never let in.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline import frontmatter, gate, items, settings, sop
from pipeline.carriers import bare_git, history, receipts
from pipeline.desk import cases
from pipeline.desk.chronicle import MAIN, SLACK, Chronicle
from pipeline.desk.forge import lawful
from pipeline.fields import FaultyError
from pipeline.model.base import JdihError
from pipeline.model.history import Draft
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from pipeline.carriers.receipts import Receipt
    from pipeline.carriers.repository import Repository
    from pipeline.items import Place
    from pipeline.model.commits import Commit
    from pipeline.model.history import Record


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
    with every_key(repository, main) as signers:
        commits = repository.log("--first-parent", "--reverse", "--topo-order", main, signers=signers)
        if not commits:
            raise JdihError("cabang main kosong: tidak ada yang dapat dibuktikan")
        chronicle = Chronicle(repository, commits, _receipts(repository, main))
        vouched = _vouched(repository, main, signers)
        begun = next((each.new for each in vouched if each.old == bare_git.NOTHING), None)
        start = next((index for index, commit in enumerate(commits) if commit.id == begun), 0)
        return _Trial(repository, signers, chronicle, {each.new for each in vouched}).run(commits[start:])


@contextmanager
def every_key(repository: Repository, main: str) -> Iterator[Path]:
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


def _vouched(repository: Repository, main: str, signers: Path) -> Sequence[Receipt]:
    """Return what somebody with the authority `pengendali` has vouched for; the first says where a forge began."""
    branch = main.replace("main", receipts.BRANCH.removeprefix("refs/heads/"))
    if repository.resolve(branch) is None:
        return ()
    people = history.policy(repository, main).people.by_id
    robots = {name for name, person in people.items() if Authority.PENGENDALI in person.authorities}
    signed = receipts.signed(repository, signers, branch) if robots else ()
    return [each for each, signer in signed if signer in robots and each.ref == receipts.LAWFUL]


@dataclass(slots=True)
class _Trial:
    repository: Repository
    signers: Path
    chronicle: Chronicle
    vouched: Collection[str] = ()
    """Commits of `main` a forge's robot has signed receipts for."""
    merges: int = 0
    configurations: int = 0

    def run(self, commits: Sequence[Commit]) -> Verdict:
        root, fault = commits[0], None
        for commit in commits[1:]:
            if fault := self._verdict(commit):
                fault = f"{commit.id[:12]} ({commit.at:%Y-%m-%d %H:%M}): {fault}"
                break
        return Verdict(root.id, self.merges, self.configurations, fault, self.chronicle.receipts is not None)

    def _verdict(self, commit: Commit) -> str | None:
        try:
            fault = self._judge(commit)
            return fault if fault or commit.id in self.vouched else self._unseen(commit, MAIN)
        except JdihError as error:
            return str(error)

    def _judge(self, commit: Commit) -> str | None:
        policy = history.policy(self.repository, commit.parents[0])
        if commit.id in self.vouched:
            return self._vouched(commit, policy)
        if fault := gate.signature_fault(commit, policy.people):
            return fault
        signer = policy.people.by_id[commit.signer]
        if len(commit.parents) == 1:
            self.configurations += 1
            fault = gate.configuration_fault(commit, signer)
            after = history.policy(self.repository, commit.id)
            return fault or gate.revocation_fault(policy.people, after.people)
        self.merges += 1
        if len(commit.parents) != 2:
            return "penggabungan lebih dari dua induk"
        if self.repository.resolve(f"{commit.id}^{{tree}}") != self.repository.merged_tree(*commit.parents):
            return "penggabungan membawa perubahan yang tidak ada di main maupun di cabang usul"
        return self._merge(commit, policy)

    def _vouched(self, commit: Commit, policy: history.Policy) -> str | None:
        """Judge what came by a forge: its robot has signed a receipt, and the records must tell the same."""
        place = lawful.place_of(self.repository, commit)
        if place is None:
            self.configurations += 1
            return None
        self.merges += 1
        fault = lawful.merge_fault(self.repository, commit, place, policy, self.signers)
        return f"{place.id}: {fault}" if fault else None

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
            if fault := history.papers_fault(self.repository, record, carrier.id, place):
                return f"catatan {record.sequence}: {fault}"
        progress = history.progress_of(self.repository, policy, place, happened, written[0].sop)
        if progress.refusals:
            refusal = progress.refusals[0]
            return f"catatan {refusal.record.sequence}: {refusal.reason}"
        here = commit.at.astimezone(history.zone(policy, place))
        fault = gate.merge_fault(progress, policy.people.by_id[commit.signer], here)
        ref = f"{items.BRANCHES}{place.id}"
        late = (self._late(record, carrier, ref) for record, carrier in fresh)
        return fault or next((each for each in late if each), None) or self._unseen_drafts(drafts, ref)

    def _unseen_drafts(self, drafts: Sequence[Commit], ref: str) -> str | None:
        """Judge drafts by their arrival only: nobody ever vouched for the date a draft gives itself."""
        if self.chronicle.receipts is None:
            return None
        return next((fault for draft in drafts if (fault := self._unseen(draft, ref))), None)

    def _late(self, record: Record, carrier: Commit, ref: str) -> str | None:
        """Say what a record's time, key and SOP version have against it, as things were when it arrived."""
        at = self._moment(carrier, ref)
        if at is None:
            return f"catatan {record.sequence} tidak punya kuitansi peladen"
        if abs(at - record.at) > SLACK:
            return f"catatan {record.sequence} bertanggal {record.at.isoformat()}, tetapi tiba {at.isoformat()}"
        fault = self._key_fault(carrier, at) or self._version_fault(record, at)
        return f"catatan {record.sequence}: {fault}" if fault else None

    def _moment(self, commit: Commit, ref: str) -> datetime | None:
        """Return when *commit* came: by its receipt where there are receipts, else as it says itself."""
        return commit.at if self.chronicle.receipts is None else self.chronicle.arrival(commit, ref)

    def _key_fault(self, commit: Commit, at: datetime) -> str | None:
        if self.chronicle.was_valid(commit, at):
            return None
        return f"kunci {commit.signer} yang menandatangani {commit.id[:10]} tidak berlaku pada {at:%Y-%m-%d %H:%M}"

    def _version_fault(self, record: Record, at: datetime) -> str | None:
        """Refuse a record of an SOP version that no version in force at *at* lets it be of."""
        path = f"{history.SOPS}/{record.sop}.yaml"
        held = list(self.chronicle.held(path, at))
        if record.version in held:
            return None
        pinned, *current = (sop.parse(self.repository.blob(blob), path, blob) for blob in (record.version, *held))
        faults = [gate.version_fault(record, pinned, each) for each in current]
        return faults[-1] if faults and all(faults) else None

    def _unseen(self, commit: Commit, ref: str) -> str | None:
        """Refuse what the server never saw arrive, or saw arrive under a key that was not valid then."""
        at = self._moment(commit, ref)
        if at is None:
            return f"kiriman {commit.id[:10]} tidak punya kuitansi peladen"
        return self._key_fault(commit, at)
