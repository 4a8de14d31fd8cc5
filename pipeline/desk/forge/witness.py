"""The desk's own account of `main`: every commit that reached it judged, and the lawful ones receipted.

A forge's rules can be switched off, and an administrator may merge past them. So each run looks at what has come to
`main` since the last, whoever let it in: what is lawful gets a receipt signed by the robot, what is not is told to
people in an issue and never gets one. `jdih verify` finds the same in any clone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import gate, items
from pipeline.carriers import bare_git, history, receipts
from pipeline.carriers.repository import PushRefused
from pipeline.desk import cases
from pipeline.desk.forge import lawful
from pipeline.desk.forge.comment import quoted
from pipeline.model.base import JdihError
from pipeline.model.forge import Verdict
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.carriers.history import Policy
    from pipeline.carriers.repository import Repository
    from pipeline.desk.forge.link import Link
    from pipeline.model.commits import Commit
    from pipeline.model.forge import Pull

LABEL = "di-luar-sop"
_SEEN = "refs/remotes/origin/kuitansi"


def begin(link: Link) -> bool:
    """Receipt today's `main` as where trust begins, unless that was done; say whether it was done now."""
    if has_begun(link):
        return False
    tip = link.repository.resolve(cases.view(link.repository).main) or ""
    _write(link, [_line(link, bare_git.NOTHING, tip, receipts.LAWFUL)])
    return True


def has_begun(link: Link) -> bool:
    """Whether somebody has said where trust begins."""
    return link.repository.resolve(_SEEN) is not None


def unseen(link: Link) -> Sequence[Commit]:
    """Return the commits of `main` without a receipt of the robot's, oldest first, signatures read."""
    repository, main = link.repository, cases.view(link.repository).main
    noted = {each.new: path for path, held in receipts.files_of(repository, _SEEN).items() for each in held}
    people = link.policy().people
    with bare_git.allowed_signers(people, link.clock().date(), repository.folder) as signers:
        fresh = []
        for each in repository.git("rev-list", "--first-parent", main).splitlines():
            if each in noted and _is_vouched(link, noted[each], each, signers):
                break
            fresh.append(each)
        return list(reversed(repository.log("--no-walk=unsorted", *fresh, signers=signers))) if fresh else ()


def _is_vouched(link: Link, path: str, commit: str, signers: Path) -> bool:
    """Whether the robot itself signed the receipt in *path*: others may have got at the branch."""
    people = link.policy().people
    held = receipts.signed(link.repository, signers, _SEEN, "--", path)
    return any(each.new == commit and lawful.speaks(people, signer) for each, signer in held)


def catch_up(link: Link, judged: Sequence[tuple[Commit, str | None]]) -> list[str]:
    """Receipt what came to `main`, each with its fault or None; return what was not lawful, one line each."""
    troubles = list(_rewound(link))
    lines = []
    for commit, fault in judged:
        old = commit.parents[0] if commit.parents else bare_git.NOTHING
        lines.append(_line(link, old, commit.id, receipts.UNLAWFUL if fault else receipts.LAWFUL))
        if fault:
            troubles.append(f"{commit.id[:12]}: {fault}")
            _tell(link, f"Di luar SOP: {commit.id[:12]} pada main", f"Kiriman {commit.id[:12]} pada `main`", fault)
    if lines:
        _write(link, lines)
    return troubles


def _rewound(link: Link) -> Sequence[str]:
    """Say so when `main` no longer holds what it held at the last receipt."""
    repository, main = link.repository, cases.view(link.repository).main
    last = receipts.read(repository, _SEEN)[-1].new
    if repository.is_ancestor(last, main):
        return ()
    fault = f"main tidak lagi memuat {last[:12]}: riwayatnya ditulis ulang"
    _tell(link, f"Di luar SOP: main ditulis ulang sesudah {last[:12]}", "Riwayat `main`", fault)
    return (fault,)


def judge(link: Link, commit: Commit) -> str | None:
    """Return why a commit may not stand on `main`, by the people and SOPs it was merged under."""
    repository = link.repository
    if not commit.parents:
        return "main dimulai lagi dari awal"
    try:
        known = history.policy(repository, commit.parents[0])
    except JdihError as error:
        return f"tidak dapat dinilai, karena konfigurasi sebelumnya tidak terbaca: {error}"
    if place := lawful.place_of(repository, commit):
        with bare_git.allowed_signers(known.people, link.clock().date(), repository.folder) as signers:
            return lawful.merge_fault(repository, commit, place, known, signers)
    return _change_fault(link, commit, known)


def _change_fault(link: Link, commit: Commit, known: Policy) -> str | None:
    """Return why a change of the desk itself may not stand on `main`."""
    repository = link.repository
    if commit.grade == "G" and len(commit.parents) == 1 and commit.signer in known.people.by_id:
        fault = gate.configuration_fault(commit, known.people.by_id[commit.signer])
        return fault or proposal_fault(repository, commit.id, commit.parents[0])
    pulls = link.ask(link.forge.pulls_with(link.name, commit.id))
    brought = [pull for pull in pulls if pull.merge_commit == commit.id and pull.head == commit.parents[-1]]
    if not brought:
        return "sampai ke main tanpa usulan"
    if len(commit.parents) != 2 or lawful.tree_of(repository, commit) != repository.merged_tree(*commit.parents):
        return "penggabungan membawa perubahan yang tidak ada di main maupun di cabangnya"
    if not approver(link, known, brought[0], commit.parents[0]):
        return "perubahan konfigurasi tanpa persetujuan orang yang berwenang"
    return proposal_fault(repository, commit.parents[1], commit.parents[0])


def proposal_fault(repository: Repository, tip: str, main: str) -> str | None:
    """Return why what *tip* has beyond *main* is no plain change of the desk itself, whoever approves it."""
    commits = repository.log(tip, f"^{main}")
    paths = (change.path for each in commits for change in each.changes)
    if touched := next((path for path in paths if items.place_of(path)), None):
        return f"{touched} adalah isi: kirim lewat cabang usul/<butir>"
    merges = (each for each in commits if len(each.parents) > 1)
    if merge := next((each for each in merges if not lawful.is_update(repository, each, main)), None):
        return f"penggabungan {merge.id[:10]} bukan pengambilalihan main: susun cabangnya lurus"
    merged = repository.merged_tree(main, tip)
    if merged is None:
        return "bertabrakan dengan main: ambil main terbaru ke cabang ini"
    try:
        after = history.policy(repository, merged).people
    except JdihError as error:
        return f"konfigurasi ini tidak terbaca: {error}"
    return gate.revocation_fault(history.policy(repository, main).people, after)


def approver(link: Link, known: Policy, pull: Pull, base: str) -> str | None:
    """Return who approved a change of the desk itself: somebody with that authority who has not written any of it.

    *base* is what it is merged into. Of several reviews of one person the last counts.
    """
    people, forge = known.people, link.forge
    commits = link.repository.log(pull.head, f"^{base}")
    hands = {person.id for each in commits for email in each.emails if (person := people.by_email(email))}
    pushes = link.ask(forge.pushes(link.name, pull.branch))
    if not any(push.after == pull.head for push in pushes):
        return None  # nobody can tell yet who sent the last of it
    senders = {push.actor for push in pushes} | {pull.author}
    hands |= {person.id for login in senders if (person := people.by_login(forge.NAME, login))}
    verdicts = [each for each in link.ask(forge.reviews(link.name, pull.number)) if each.verdict in _VERDICTS]
    for review in {each.author: each for each in verdicts}.values():
        person = people.by_login(forge.NAME, review.author)
        fits = review.verdict is Verdict.APPROVED and review.commit == pull.head
        if fits and person and Authority.KONFIGURASI in person.authorities and person.id not in hands:
            return person.name
    return None


_VERDICTS = frozenset({Verdict.APPROVED, Verdict.CHANGES_REQUESTED, Verdict.DISMISSED})


def _tell(link: Link, title: str, what: str, fault: str) -> None:
    standing = link.ask(link.forge.issues(link.name, LABEL))
    if not any(issue.title == title and issue.author == link.me for issue in standing):
        body = f"{what}: {quoted(fault)}\n\nBatalkan (revert), atau tempuh SOP-nya."
        link.ask(link.forge.open_issue(link.name, LABEL, title, body))


def _line(link: Link, old: str, new: str, ref: str) -> str:
    return f"{link.clock().isoformat(timespec='seconds')} {old} {new} {ref}"


def _write(link: Link, lines: Sequence[str]) -> None:
    repository = link.repository
    commit = receipts.issue(repository, repository.resolve(_SEEN), lines, link.robot(Authority.PENGENDALI))
    try:
        repository.push("origin", f"{commit}:{receipts.BRANCH}")
    except PushRefused as error:
        raise JdihError(f"kuitansi tidak dapat dikirim: {error}") from error
    link.fetch()
