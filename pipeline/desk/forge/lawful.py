"""Whether the merge of an item on a forge was lawful: its records replayed, as the forge's robot wrote them.

On a forge a draft need not be signed and the merge commit is the forge's own. What vouches for them is the robot with
the authority `pengendali`: it signs every record, and a receipt for every merge it has judged (branch `kuitansi`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import gate, hygiene, items
from pipeline.carriers import history
from pipeline.forges import FORGES
from pipeline.model.history import Draft
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.carriers.history import Policy
    from pipeline.carriers.repository import Repository
    from pipeline.items import Place
    from pipeline.model.commits import Commit
    from pipeline.model.people import People


def place_of(repository: Repository, merge: Commit) -> Place | None:
    """Return the item a commit of `main` touches, or None."""
    changed = repository.git("diff-tree", "-r", "-z", "--name-only", merge.parents[0], merge.id).split("\0")
    return next((found for path in changed if (found := items.place_of(path))), None)


def merge_fault(repository: Repository, merge: Commit, place: Place, known: Policy, signers: Path) -> str | None:
    """Return why the merge of an item may not stand on `main`; *signers* lists the keys that were valid."""
    if len(merge.parents) != 2:
        return f"{place.id} sampai ke main tanpa penggabungan"
    before, tip = merge.parents
    if tree_of(repository, merge) != repository.merged_tree(before, tip):
        return "penggabungan membawa perubahan yang tidak ada di main maupun di cabang usul"
    commits = repository.log("--reverse", "--topo-order", tip, f"^{before}", signers=signers)
    faults = (commit_fault(repository, commit, place, known.people, before) for commit in commits)
    return next((fault for fault in faults if fault), None) or _records_fault(repository, place, known, merge, commits)


def is_update(repository: Repository, commit: Commit, main: str) -> bool:
    """Whether the commit only takes over what *main* has, as a forge's 'update branch' button does."""
    if len(commit.parents) != 2 or not repository.is_ancestor(commit.parents[1], main):
        return False
    return tree_of(repository, commit) == repository.merged_tree(*commit.parents)


def tree_of(repository: Repository, commit: Commit) -> str | None:
    """Return the id of a commit's tree."""
    return repository.resolve(f"{commit.id}^{{tree}}")


def is_robot(people: People, commit: Commit) -> bool:
    """Whether the commit bears the good signature of somebody who speaks for the forge."""
    return commit.grade == "G" and speaks(people, commit.signer)


def speaks(people: People, signer: str) -> bool:
    """Whether *signer* is somebody who speaks for the forge."""
    person = people.by_id.get(signer)
    return person is not None and Authority.PENGENDALI in person.authorities


def commit_fault(repository: Repository, commit: Commit, place: Place, people: People, main: str) -> str | None:
    """Return why a commit may not be on an item's branch: its shape, or a record that is not the robot's."""
    if fault := hygiene.object_fault(commit.id, repository.blob(commit.id)):
        return fault
    if is_update(repository, commit, main):
        return None
    if gate.is_record(commit, place) and not is_robot(people, commit):
        return f"kiriman {commit.id[:10]} menulis catatan: di sini catatan hanya ditulis oleh pengendali"
    return gate.line_fault(commit) or gate.shape_fault(commit, place)


def _records_fault(
    repository: Repository, place: Place, known: Policy, merge: Commit, commits: Sequence[Commit]
) -> str | None:
    happened = history.events(repository, merge.parents[1], place, known.people)
    written = [event for event in happened if not isinstance(event, Draft)]
    if not written:
        return "tidak ada catatan langkah"
    carried = sum(gate.is_record(commit, place) for commit in commits)
    drafts = {event.commit for event in happened if isinstance(event, Draft)}
    for record in written[len(written) - carried :]:
        if record.source.partition(":")[0] not in FORGES:
            return f"catatan {record.sequence}: sumber '{record.source}' tidak dikenal pada pembawa ini"
        if record.draft not in drafts:
            return f"catatan {record.sequence} menyebut naskah yang tidak ada pada butir ini"
        if fault := history.papers_fault(repository, record, record.draft, place):
            return f"catatan {record.sequence}: {fault}"
    progress = history.progress_of(repository, known, place, happened, written[0].sop)
    if progress.refusals:
        refusal = progress.refusals[0]
        return f"catatan {refusal.record.sequence}: {refusal.reason}"
    return gate.unmergeable(progress)
