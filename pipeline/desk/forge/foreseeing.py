"""What merging a pull request will bring about: its posts, word for word, and the plan in one line each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import content
from pipeline.carriers import history, inspection
from pipeline.desk import building, cases, wishes
from pipeline.desk.darkroom import IN_CLONE, Darkroom
from pipeline.desk.shelf import Shelf, shelve
from pipeline.model.base import JdihError
from pipeline.model.item import Konten, Perintah, ProdukHukum
from pipeline.model.procedure import Effect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.carriers.history import Policy
    from pipeline.carriers.repository import Repository
    from pipeline.desk.shelf import Shelved
    from pipeline.items import Place
    from pipeline.model.people import Office
    from pipeline.model.procedure import Procedure
    from pipeline.model.publishing import Post, Wanted


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """What will happen after merging."""

    posts: tuple[Post, ...] = ()
    plan: tuple[str, ...] = ()


def outlook(repository: Repository, tip: str, place: Place, known: Policy, procedure: Procedure) -> Outlook:
    """Return what the item at *tip* will bring about; nothing while it cannot be read, for the findings say why."""
    office = known.offices.get(place.office)
    shelved = _shelved(repository, tip, place)
    if shelved is None or office is None:
        return Outlook()
    beside = [shelved]
    if isinstance(shelved.item, Konten) and shelved.item.product:
        main = cases.view(repository).main
        named = history.place_on(repository, main, shelved.item.product)
        beside += filter(None, [_shelved(repository, main, named) if named else None])
    root = Path(repository.path)
    held = Shelf(
        root, {each.place.id: each for each in beside}, known.offices, inspection.types(repository, known.revision)
    )
    try:
        wanted = wishes.foreseen(held, shelved, building.site_url(root), Darkroom(root / IN_CLONE))
    except JdihError:
        return Outlook()
    return Outlook(posts=wanted.posts, plan=tuple(_plan(wanted, shelved, office, procedure)))


def _shelved(repository: Repository, revision: str, place: Place) -> Shelved | None:
    tree = repository.tree(revision, place.folder)
    try:
        files = {path: repository.blob(blob) for path, (_, blob) in tree.items()}
        return shelve(place, files) if content.INDEX in files else None
    except JdihError:
        return None


def _plan(wanted: Wanted, shelved: Shelved, office: Office, procedure: Procedure) -> Iterator[str]:
    """Yield what happens, in the order in which it does: no post before its page (reliability notes, 1.2)."""
    item = shelved.item
    effects = {effect for step in procedure.steps for act in step.acts for effect in act.effects}
    if isinstance(item, Perintah):
        yield f"{item.action.value} {item.target}: kiriman dan halamannya mengikuti perintah ini"
        return
    if isinstance(item, Konten | ProdukHukum) and wanted.page_url:
        yield f"halaman tayang lebih dahulu di {wanted.page_url}"
    if wanted.posts:
        moment = wanted.not_before
        when = f"{moment:%Y-%m-%d pukul %H.%M %Z}" if moment else "segera sesudah itu"
        yield f"{_listed([_whole(post) for post in wanted.posts if post.part == 1])}: {when}"
    if Effect.BAGIKAN_TAUTAN in effects and office.link_recipients:
        yield f"tautan unggahan disampaikan kepada {_listed([each.name for each in office.link_recipients])}"


def _whole(post: Post) -> str:
    return f"{post.account.ref} (utas {post.parts} bagian)" if post.parts > 1 else post.account.ref


def _listed(names: Sequence[str]) -> str:
    return " dan ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
