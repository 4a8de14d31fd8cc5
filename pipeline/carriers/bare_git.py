"""The bare-Git carrier: what the server hook lets in.

Policy is read from the server's own `main`, never from the push. Every commit that comes in is
verified once, here, with the keys valid today; what stands was verified when it came.
Source: design section 5; the traps are in the git-workflow notes, sections 0 and b.4.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline import digests, gate, hygiene, items, records, report
from pipeline.carriers import history, receipts, register
from pipeline.model.base import JdihError
from pipeline.model.history import Draft
from pipeline.model.procedure import Effect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from pipeline.carriers.repository import Repository
    from pipeline.model.commits import Commit
    from pipeline.model.history import Record
    from pipeline.model.people import People
    from pipeline.model.procedure import Procedure

NOTHING = "0" * 40
MAIN = "refs/heads/main"
LEDGER = "refs/heads/terbitan"


@dataclass(frozen=True, slots=True)
class Update:
    """One line the pre-receive hook reads: a ref and its two ends."""

    old: str
    new: str
    ref: str


def receive(repository: Repository, updates: Sequence[Update], now: datetime) -> list[str]:
    """Return why the push is refused, one reason a ref; none lets it in.

    Raise `JdihError` when judging itself fails: the caller refuses then as well.
    """
    policy = history.policy(repository, MAIN)
    with allowed_signers(policy.people, now.date(), repository.folder) as signers:
        court = _Court(repository, policy, signers, now)
        return [reason for update in updates if (reason := court.judge(update))]


@contextmanager
def allowed_signers(people: People, day: date, folder: Path) -> Iterator[Path]:
    """Write the keys valid on *day* as an allowed-signers file, for as long as it is needed."""
    lines = [
        f'{person.id} namespaces="git" {key.public}\n'
        for person in people.by_id.values()
        for key in person.keys
        if key.valid(day)
    ]
    with TemporaryDirectory(prefix="jdih-kunci-", dir=folder) as temporary:
        path = Path(temporary) / "allowed_signers"
        path.write_text("".join(lines), encoding="utf-8")
        yield path


@dataclass(frozen=True, slots=True)
class _Court:
    repository: Repository
    policy: history.Policy
    signers: Path
    now: datetime

    def judge(self, update: Update) -> str | None:
        if update.ref.startswith(items.BRANCHES):
            return self._draft_branch(update)
        if update.new == NOTHING:
            return f"{update.ref} tidak boleh dihapus"
        if update.ref == MAIN:
            return self._main(update)
        if update.ref == LEDGER:
            return self._ledger(update)
        if update.ref == receipts.BRANCH:
            return "cabang kuitansi hanya ditulis peladen sendiri"
        return f"cabang {update.ref.removeprefix('refs/heads/')} tidak dikenal: kirim ke usul/<butir>"

    # -- drafts and records

    def _draft_branch(self, update: Update) -> str | None:
        item = update.ref.removeprefix(items.BRANCHES)
        if update.old != NOTHING and (fault := self._rewritten(update)):
            return fault
        if update.new == NOTHING:
            return None
        new = self._new_commits(update)
        touched = (items.place_of(change.path) for commit in new for change in commit.changes)
        place = next((found for found in touched if found), None)
        crooked = next((fault for commit in new if (fault := gate.line_fault(commit))), None)
        if crooked or place is None or place.id != item:
            return crooked or gate.place_fault(item, place)
        faults = (self._commit_fault(commit, place) for commit in new)
        return (
            next((fault for fault in faults if fault), None)
            or hygiene.clash_fault(self.repository.tree(update.new, place.folder))
            or self._namesake(update.new, place)
            or self._records(update, place, new)
        )

    def _namesake(self, revision: str, place: items.Place) -> str | None:
        known = (history.places_named(self.repository, each, place.id) for each in (revision, MAIN))
        return gate.namesake_fault(place, chain.from_iterable(known))

    def _commit_fault(self, commit: Commit, place: items.Place) -> str | None:
        return (
            gate.signature_fault(commit, self.policy.people)
            or gate.shape_fault(commit, place)
            or self._outsider(commit, place)
        )

    def _rewritten(self, update: Update) -> str | None:
        if update.new != NOTHING and self.repository.is_ancestor(update.old, update.new):
            return None
        item = update.ref.removeprefix(items.BRANCHES)
        place = history.place_on(self.repository, update.old, item)
        if place and any(records.is_record_path(path) for path in self.repository.tree(update.old, place.folder)):
            return f"cabang usul/{item} sudah berisi catatan: riwayatnya tidak boleh ditulis ulang atau dihapus"
        return None

    def _new_commits(self, update: Update) -> list[Commit]:
        known = [f"^{update.old}"] if update.old != NOTHING else []
        return self.repository.log("--reverse", "--topo-order", update.new, *known, f"^{MAIN}", signers=self.signers)

    def _outsider(self, commit: Commit, place: items.Place) -> str | None:
        registered = place.office in self.policy.offices
        today = (self.now.astimezone(history.zone(self.policy, place)) if registered else self.now).date()
        for email in commit.emails:
            person = self.policy.people.by_email(email)
            if person and not person.works_in(place.office, today):
                return f"{person.name} tidak memegang peran di kantor {place.office}"
        return None

    def _records(self, update: Update, place: items.Place, new: Sequence[Commit]) -> str | None:
        happened = history.events(self.repository, update.new, place, self.policy.people, MAIN)
        written = [event for event in happened if not isinstance(event, Draft)]
        carriers = [commit for commit in new if gate.is_record(commit, place)]
        numbered = False
        stood = written[: len(written) - len(carriers)]
        fresh = written[len(stood) :]
        for record, commit in zip(fresh, carriers, strict=True):
            fault = gate.record_fault(record, commit, place, self.now)
            if fault := fault or history.papers_fault(self.repository, record, commit.id, place):
                return fault
            numbered = numbered or Effect.NOMORI in record.effects
        for before, record in pairwise(written[max(len(stood) - 1, 0) :]):
            if fault := gate.order_fault(record, before):
                return fault
        if not fresh:
            return None
        first = written[0]
        if not stood and first.version != self.repository.resolve(f"{MAIN}:{history.SOPS}/{first.sop}.yaml"):
            return f"SOP {first.sop} sudah berganti versi: butir baru memakai versi yang berlaku hari ini"
        progress = history.progress_of(self.repository, self.policy, place, happened, first.sop)
        if fault := gate.procedure_fault(progress.procedure, place, self.policy.offices.get(place.office)):
            return fault
        refused = next((refusal.reason for refusal in progress.refusals if refusal.record in fresh), None)
        refused = refused or self._silent(progress.procedure, fresh, carriers, place)
        # The register comes last: a number is claimed only by a record that counts.
        refused = refused or self._void(fresh, first.sop)
        return refused or (self._number(update.new, place) if numbered else None)

    def _number(self, tip: str, place: items.Place) -> str | None:
        number = history.field_of(self.repository, tip, place, items.NOTE, "nomor")
        if not number:
            return f"{items.NOTE} belum bernomor: tulis nomor dari buku agenda pada metadatanya"
        owner = register.claim(self.repository.folder, place.office, number, place.id)
        return None if owner == place.id else f"nomor {number} sudah dipakai {owner}: pakai nomor berikutnya"

    def _void(self, fresh: Sequence[Record], sop_id: str) -> str | None:
        """Return why a record may not be of the SOP version it names, now that another may be in force."""
        current = history.current_procedure(self.repository, MAIN, sop_id)
        for record in fresh:
            pinned = history.pinned_procedure(self.repository, MAIN, sop_id, record.version)
            if fault := gate.version_fault(record, pinned, current):
                return fault
        return None

    def _silent(
        self, procedure: Procedure, fresh: Sequence[Record], carriers: Sequence[Commit], place: items.Place
    ) -> str | None:
        for record, commit in zip(fresh, carriers, strict=True):
            step = procedure.step(record.step_id)
            files = dict.fromkeys(self.repository.tree(commit.id, place.folder), "")
            papers = digests.covered(files, step.papers) if step and step.papers else {}
            if fault := gate.attachments_fault(record, papers):
                return fault
        return None

    # -- main

    def _main(self, update: Update) -> str | None:
        if update.old == NOTHING or not self.repository.is_ancestor(update.old, update.new):
            return "riwayat main tidak boleh ditulis ulang: ambil main terbaru lalu ulangi"
        new = self.repository.log("--first-parent", update.new, f"^{update.old}", signers=self.signers)
        for commit in new:
            if fault := gate.signature_fault(commit, self.policy.people):
                return fault
        if any(len(commit.parents) > 1 for commit in new):
            return self._merge(update, new)
        signers = (self.policy.people.by_id[commit.signer] for commit in new)
        faults = (gate.configuration_fault(commit, signer) for commit, signer in zip(new, signers, strict=True))
        return (
            next((fault for fault in faults if fault), None)
            or hygiene.clash_fault(self.repository.tree(update.new))
            or self._unreadable(update.new)
        )

    def _unreadable(self, revision: str) -> str | None:
        """Refuse a configuration the guard itself could not read, that shuts it, or takes back a revocation."""
        from pipeline.carriers import inspection  # heavy, and only main needs it

        try:
            people = history.policy(self.repository, revision).people
            inspection.types(self.repository, revision)
            for path in self.repository.tree(revision, history.SOPS):
                history.current_procedure(self.repository, revision, path.removesuffix(".yaml"))
        except JdihError as error:
            return f"konfigurasi ini tidak terbaca: {error}"
        return gate.revocation_fault(self.policy.people, people) or gate.lockout_fault(people, self.now.date())

    def _merge(self, update: Update, new: Sequence[Commit]) -> str | None:
        merge = new[0]
        tips = {tip: ref.removeprefix(items.BRANCHES) for ref, tip in self.repository.refs("refs/heads/usul/").items()}
        if len(new) != 1 or len(merge.parents) != 2 or merge.parents[0] != update.old:
            return "main hanya menerima satu penggabungan [main, usul/<butir>] sekali kirim: ambil main terbaru, ulangi"
        item = tips.get(merge.parents[1])
        if item is None:
            return "yang digabung bukan ujung cabang usul di peladen: kirim dulu cabangnya, lalu gabungkan"
        if self.repository.resolve(f"{merge.id}^{{tree}}") != self.repository.merged_tree(*merge.parents):
            return "penggabungan ini membawa perubahan yang tidak ada di main maupun di cabang usul"
        return self._item_merge(item, merge)

    def _item_merge(self, item: str, merge: Commit) -> str | None:
        tip = merge.parents[1]
        place = history.place_on(self.repository, tip, item)
        if place is None:
            return f"butir {item} tidak ada pada cabangnya"
        if fault := self._namesake(tip, place):
            return fault
        happened = history.events(self.repository, tip, place, self.policy.people, MAIN)
        first = next((event for event in happened if not isinstance(event, Draft)), None)
        if first is None:
            return f"butir {item} belum punya catatan langkah apa pun"
        progress = history.progress_of(self.repository, self.policy, place, happened, first.sop)
        merger, here = self.policy.people.by_id[merge.signer], self.now.astimezone(history.zone(self.policy, place))
        return gate.merge_fault(progress, merger, here) or self._findings(tip, place, progress.procedure)

    def _findings(self, tip: str, place: items.Place, procedure: Procedure) -> str | None:
        from pipeline.carriers import inspection  # heavy, and only main needs it

        found = inspection.errors(self.repository, tip, place, self.policy, procedure)
        return f"pemeriksaan menemukan {len(found)} galat:\n{report.as_text(found)}" if found else None

    # -- the ledger

    def _ledger(self, update: Update) -> str | None:
        if update.old != NOTHING and not self.repository.is_ancestor(update.old, update.new):
            return "buku terbitan tidak boleh ditulis ulang"
        known = [f"^{update.old}"] if update.old != NOTHING else []
        for commit in self.repository.log("--reverse", update.new, *known, signers=self.signers):
            fault = gate.signature_fault(commit, self.policy.people)
            if fault := fault or gate.ledger_fault(commit, self.policy.people.by_id[commit.signer]):
                return fault
        return None
