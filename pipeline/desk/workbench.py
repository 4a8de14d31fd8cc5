"""Recording steps and merging, from a person's own clone.

Everything that reaches the server is a commit signed with the person's key; the server judges it
again, so nothing here is a guard, only a help.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import digests, frontmatter, items, records, workflow
from pipeline.carriers import history
from pipeline.carriers.repository import GitFault
from pipeline.desk import cases, clones
from pipeline.model.base import JdihError
from pipeline.model.history import OVERRIDE, REVIEW, Attachment, Draft, Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.carriers.repository import Identity, Repository
    from pipeline.desk.cases import Case
    from pipeline.model.people import Person
    from pipeline.model.procedure import Act, Procedure, Step


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person wants to record."""

    step: int
    word: str | None
    """None: the step knows only one word."""
    note: str


def save(repository: Repository, item: str, who: Identity) -> str | None:
    """Commit what changed in the item's folder as a signed draft and stand on it; None when nothing did."""
    saved = draft(repository, item, who)
    if saved:
        repository.update_ref("HEAD", saved)
    return saved


def draft(repository: Repository, item: str, who: Identity) -> str | None:
    """Make a signed commit of what changed in the item's folder, on HEAD but without moving it; None: nothing did."""
    changed = _changed(repository, item)
    if not changed:
        return None
    repository.git("add", "--all", "--", *changed)
    head = repository.resolve("HEAD") or ""
    return repository.commit_tree(repository.git("write-tree"), [head], f"Naskah {item}\n", who)


def _changed(repository: Repository, item: str) -> list[str]:
    """Return the item's files that differ from the last commit, from the repository's root."""
    status = repository.git("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", "content")
    paths = [line[3:] for line in status.split("\0") if line]
    return [path for path in paths if (place := items.place_of(path)) and place.id == item]


def _unready(repository: Repository, item: str, *, here: bool) -> str | None:
    """Say why the item's unsaved files cannot be recorded; None when they can."""
    changed = _changed(repository, item)
    if changed and not here:
        return f"naskahnya Anda ubah di cabang lain: jalankan git switch usul/{item}, lalu ulangi"
    for path in (repository.path / name for name in changed if name.endswith(".md")):
        try:
            if path.is_file() and (data := path.read_bytes()).startswith(b"---"):
                frontmatter.parse(data)
        except frontmatter.MalformedError as error:
            return f"{path.relative_to(repository.path)}:{error.line}: {error}"
    return None


def prepare(repository: Repository, case: Case, entry: Entry, person: Person, now: datetime) -> Record | str:
    """Return the record a person would sign now, or why the SOP does not let it count."""
    progress = case.progress
    if progress is None:
        raise JdihError(f"SOP butir {case.place.id} belum diketahui: isi index.md atau catat langkah pertamanya")
    step = next((each for each in progress.procedure.steps if each.number == entry.step), None)
    if step is None:
        return f"SOP {progress.procedure.id} tidak punya langkah {entry.step}"
    act = progress.act if progress.step is step and progress.act else step.acts[0]
    files = _files(case)
    if entry.word not in {OVERRIDE, REVIEW} and (left := _unfilled(repository, files, step)):
        return f"bagian templat bertanda ISI belum diisi: {left}"
    record = Record(
        sequence=len(progress.history) + len(progress.refusals) + 1,
        item=case.place.id,
        sop=progress.procedure.id,
        version=progress.procedure.version,
        step=step.number,
        step_id=step.id,
        word=entry.word or act.outcomes[0].word,
        effects=() if entry.word == REVIEW else act.effects,
        role=_role(progress.procedure, act, entry, person, now),
        person=person.id,
        round=progress.round,
        digest=digests.digest(files, step.covers),
        attachments=_attachments(repository, files, step),
        note=entry.note,
        at=now.replace(microsecond=0),
        source="ssh",
    )
    if entry.word is None and len(act.outcomes) > 1:
        return f"langkah {entry.step} perlu putusan: --decision {' atau '.join(each.word for each in act.outcomes)}"
    known = cases.policy(repository)
    zone = history.zone(known, case.place)
    refusals = workflow.replay(progress.procedure, [*case.events, record], known.people, zone).refusals
    return next((refusal.reason for refusal in refusals if refusal.record is record), record)


def _unfilled(repository: Repository, files: Mapping[str, str], step: Step) -> str | None:
    """Return the first text of the step in which a template's mark still stands, with its line."""
    patterns = (*step.papers, *step.edits, *step.covers)
    for path, entry in sorted(digests.covered(files, patterns).items() if patterns else ()):
        if path.endswith(".md"):
            lines = repository.blob(entry.split(" ")[1]).decode("utf-8", "replace").splitlines()
            if found := next((number for number, text in enumerate(lines, 1) if items.UNFILLED.search(text)), None):
                return f"{path} baris {found}"
    return None


def _role(procedure: Procedure, act: Act, entry: Entry, person: Person, now: datetime) -> str:
    """Return the role a person records in: the act's own, save for force majeure and its review."""
    if entry.word not in {OVERRIDE, REVIEW}:
        return act.role
    deciding = [each.role for step in procedure.steps for each in step.acts if each.kind.decides]
    roles = [*procedure.overriders, *(deciding if entry.word == REVIEW else ())]
    return next((role for role in roles if person.holds(procedure.office, role, now)), act.role)


def _files(case: Case) -> Mapping[str, str]:
    return next((event.files for event in reversed(case.events) if isinstance(event, Draft)), {})


def _attachments(repository: Repository, files: Mapping[str, str], step: Step) -> tuple[Attachment, ...]:
    papers = digests.covered(files, step.papers) if step.papers else {}
    return tuple(
        Attachment(file=path, sha256=hashlib.sha256(repository.blob(entry.split(" ")[1])).hexdigest())
        for path, entry in sorted(papers.items())
    )


def commit_record(repository: Repository, place: items.Place, record: Record, parent: str, who: Identity) -> str:
    """Make the signed commit that carries *record* and nothing else; return its id."""
    path = f"{place.folder}/{records.file_name(record)}"
    message = (
        f"Langkah {record.step} {record.word}: {record.item}\n\n"
        f"Sop: {record.sop}\nSop-Langkah: {record.step}\nSop-Putusan: {record.word}\nSop-Sidik: {record.digest}\n"
    )
    return repository.commit([parent], parent, {path: records.dump(record)}, message, who, record.at)


def record(repository: Repository, item: str, entry: Entry, who: Identity, now: datetime) -> list[str] | str:
    """Sign draft and record, push both; return what the server said, or why it may not be.

    Only what the server took is kept as commits: after a refusal the clone is where it was, the files are
    as the writer left them. Raise `PushRefused` when the server refuses.
    """
    person = clones.registered(repository, who)
    branch = f"refs/heads/usul/{item}"
    here = _stands_on(repository, branch)
    if fault := _unready(repository, item, here=here):
        return fault
    drafted = None
    if here:
        _catch_up(repository, cases.view(repository).branch(item))
        drafted = draft(repository, item, who)
    case = cases.open_case(repository, item, drafted or ("HEAD" if here else None))
    prepared = prepare(repository, case, entry, person, now)
    if isinstance(prepared, str):
        return prepared
    signed = commit_record(repository, case.place, prepared, case.tip, who)
    said = repository.push(clones.REMOTE, f"{signed}:{branch}")
    if drafted:
        repository.update_ref("HEAD", drafted)
    if here:
        repository.git("merge", "--quiet", "--ff-only", signed)
    return said


def _stands_on(repository: Repository, branch: str) -> bool:
    try:
        return repository.git("symbolic-ref", "--quiet", "HEAD") == branch
    except GitFault:
        return False


def _catch_up(repository: Repository, theirs: str) -> None:
    if repository.resolve(theirs) is None or repository.is_ancestor(theirs, "HEAD"):
        return
    try:
        repository.git("merge", "--quiet", "--ff-only", theirs)
    except GitFault as error:
        raise JdihError(
            "naskah ini juga diubah orang lain: simpan salinan berkas Anda di luar folder ini, jalankan "
            f"git reset --hard {theirs.removeprefix('refs/remotes/')}, lalu masukkan lagi perubahan Anda"
        ) from error


# -- merging


def merge(repository: Repository, item: str, who: Identity) -> list[str]:
    """Merge an item into `main` and return what the server said; raise `PushRefused` when it refuses."""
    case = cases.open_case(repository, item)
    if case.merged:
        raise JdihError(f"{item} sudah di main: tidak ada yang perlu digabung")
    return repository.push(clones.REMOTE, f"{merge_commit(repository, case, who)}:refs/heads/main")


def merge_commit(repository: Repository, case: Case, who: Identity) -> str:
    """Make the signed merge of an item into `main`; raise `JdihError` when Git finds a conflict."""
    main = repository.resolve(cases.view(repository).main) or ""
    tree = repository.merged_tree(main, case.tip)
    if tree is None:
        raise JdihError(f"butir {case.place.id} bertabrakan dengan main: hubungi pengelola sistem")
    lines = [f"Terbitkan {case.place.id}", "", f"Sop-Butir: {case.place.id}"]
    if case.progress:
        lines.append(f"Sop-Versi: {case.progress.procedure.id}@{case.progress.procedure.version}")
        lines += [
            f"Sop-Langkah: {done.step.number} {done.record.word} {done.record.person}" for done in case.progress.done
        ]
    return repository.commit_tree(tree, [main, case.tip], "\n".join(lines) + "\n", who)
