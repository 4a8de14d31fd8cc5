"""Filled-in forms become draft branches with their pull requests: a disposition, an order, a reported comment.

Taking in is repeatable: what was begun by a run that died is finished by the next one, and nothing is said twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.carriers import history
from pipeline.desk import cases, opening
from pipeline.desk.forge import forms
from pipeline.desk.forge.comment import quoted
from pipeline.desk.forge.link import trouble
from pipeline.digests import covered
from pipeline.model.base import JdihError
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline import items
    from pipeline.carriers.history import Policy
    from pipeline.desk.forge.forms import Filled
    from pipeline.desk.forge.link import Link
    from pipeline.model.forge import Issue
    from pipeline.model.people import Person
    from pipeline.model.procedure import Procedure

_TRAILER = "Dari-Formulir"


def take_in(link: Link, known: Policy) -> list[str]:
    """Open a branch and a pull request for every form that waits; return what could not be done."""
    troubles = []
    data = link.repository.read(known.revision, forms.FILE)
    for form in forms.read(data) if data else ():
        for issue in link.ask(link.forge.issues(link.name, form.label)):
            try:
                _take(link, known, forms.fill(form, issue.body, issue.number), issue)
            except JdihError as error:
                troubles.append(trouble(f"formulir #{issue.number}", error))
    return troubles


def _take(link: Link, known: Policy, filled: Filled, issue: Issue) -> None:
    opened = _open(link, known, filled, issue)
    if isinstance(opened, str):
        _answer(link, issue, opened)
        return
    pull = link.ask(link.forge.open_pull(link.name, f"usul/{opened.id}", filled.title(), f"Dari #{issue.number}."))
    _answer(link, issue, f"usulan #{pull.number} dibuka untuk butir {opened.id}")
    link.ask(link.forge.close_issue(link.name, issue.number))


def _open(link: Link, known: Policy, filled: Filled, issue: Issue) -> items.Place | str:
    """Return the item of a form, its first draft pushed, or what the person who filled it in must know."""
    if filled.lacking:
        return f"formulir belum lengkap: isi {', '.join(filled.lacking)}"
    sop_id = filled.values[forms.PROCEDURE]
    if sop_id not in {name for office in known.offices.values() for name in office.procedures}:
        return f"SOP {sop_id[:60]} tidak berlaku di kantor mana pun"
    procedure = history.current_procedure(link.repository, known.revision, sop_id)
    writers = _writers(link, known, filled, procedure, issue)
    if isinstance(writers, str):
        return writers
    try:
        place = opening.place_for(link.repository, sop_id, filled.slug(), link.clock())
    except JdihError as error:
        return str(error)
    if not _branch(link, filled, issue, procedure, place, writers):
        return f"butir {place.id} sudah ada: pakai nama pendek lain"
    return place


def _unfit(link: Link, filled: Filled, procedure: Procedure, person: Person | None) -> str:
    """Say what keeps *person* from beginning an item under *procedure* with this form; '' when nothing does."""
    first = procedure.steps[0]
    if not covered({filled.form.paper: ""}, (*first.papers, *first.edits)):
        return f"formulir ini bukan untuk SOP {procedure.id}: langkah pertamanya tidak menulis {filled.form.paper}"
    roles = [act.role for act in first.acts]
    if person is None or not any(person.holds(procedure.office, role, link.clock()) for role in roles):
        names = " atau ".join(procedure.roles[role] for role in roles)
        return f"formulir ini diisi oleh {names}; akun Anda tidak memegang peran itu"
    return ""


def _writers(link: Link, known: Policy, filled: Filled, procedure: Procedure, issue: Issue) -> Sequence[Person] | str:
    """Return who wrote the form, its author first; or why it opens nothing as one of them may not write it."""
    person = known.people.by_login(link.forge.NAME, issue.author)
    fault = _unfit(link, filled, procedure, person)
    if fault or person is None:
        return fault
    found = [person]
    for login in sorted(link.ask(link.forge.issue_editors(link.name, issue.number)) - {issue.author}):
        other = known.people.by_login(link.forge.NAME, login)
        if other is None or not other.works_in(procedure.office, link.clock().date()):
            return f"isian formulir ini disunting {login or 'akun yang sudah tidak ada'}: tulis formulir baru"
        found.append(other)
    return found


def _branch(  # noqa: PLR0913, PLR0917 - everything a first draft is made of
    link: Link,
    filled: Filled,
    issue: Issue,
    procedure: Procedure,
    place: items.Place,
    writers: Sequence[Person],
) -> bool:
    """Push the first draft, once; False when the item was there before and is not this form's."""
    repository, refs = link.repository, cases.view(link.repository)
    trailer = f"{_TRAILER}: #{issue.number}"
    if tip := repository.resolve(refs.branch(place.id)):
        return trailer in repository.git("log", "--format=%B", tip, f"^{refs.main}").splitlines()
    if repository.resolve(f"{refs.main}:{place.folder}"):
        return False
    main = repository.resolve(refs.main) or ""
    now = opening.local(repository, place, link.clock())
    papers = opening.papers(repository, procedure, place, procedure.steps[0], now)
    papers[filled.form.paper] = filled.paper(papers.get(filled.form.paper, b""), procedure)
    files: dict[str, bytes | None] = {f"{place.folder}/{name}": data for name, data in papers.items()}
    # The robot commits, but the text is people's: editors of it, who may not decide about it later.
    hands = "".join(f"Co-authored-by: {person.name} <{person.email}>\n" for person in writers)
    message = f"Naskah {place.id}\n\n{trailer}\n{hands}"
    commit = repository.commit([main], main, files, message, link.robot(Authority.PENGENDALI), link.clock())
    repository.push("origin", f"{commit}:refs/heads/usul/{place.id}")
    link.fetch()
    return True


def _answer(link: Link, issue: Issue, text: str) -> None:
    """Say *text* once, however often the form is looked at."""
    said = quoted(text)
    before = link.ask(link.forge.comments(link.name, issue.number))
    if not any(each.author == link.me and each.body.strip() == said for each in before):
        link.ask(link.forge.comment_issue(link.name, issue.number, said))
