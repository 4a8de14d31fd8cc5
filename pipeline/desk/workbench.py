"""Recording steps and merging, from a person's own clone.

Everything that reaches the server is a commit signed with the person's key; the server judges it
again, so nothing here is a guard, only a help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import frontmatter, gate, items
from pipeline.carriers import history
from pipeline.carriers.repository import GitFault
from pipeline.desk import cases, clones, merging, recording, tasks
from pipeline.model.base import JdihError
from pipeline.model.history import ASIDE, PROOF

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.carriers.repository import Identity, Repository
    from pipeline.desk.cases import Case
    from pipeline.desk.recording import Entry
    from pipeline.model.history import Record
    from pipeline.model.people import Person


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
    known = cases.policy(repository)
    current = history.current_procedure(repository, known.revision, progress.procedure.id)
    void = gate.void_fault(case.place.id, progress.procedure, current)
    if void and entry.word not in ASIDE and not progress.complete:
        return void
    sop_id = progress.procedure.id
    subject = recording.Subject(
        case.place.id,
        case.events,
        current,
        recording.Papers(repository),
        lambda events: history.progress_of(repository, known, case.place, events, sop_id),
    )
    composed = recording.compose(
        subject,
        progress,
        entry,
        recording.Signer(person, now.astimezone(history.zone(known, case.place)), "ssh", "--decision "),
    )
    if entry.word != PROOF or isinstance(composed, str):
        return composed
    return tasks.proof_fault(repository, case.place.id, progress, composed) or composed


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
    signed = merging.commit_record(repository, case.place, prepared, case.tip, who)
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
    message = f"{merging.title(case.place)}\n\n{merging.trailers(case.place, case.progress)}"
    return repository.commit_tree(tree, [main, case.tip], message, who)
