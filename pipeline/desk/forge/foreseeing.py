"""What merging a pull request will bring about: its posts, word for word, and the plan in one line each."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import content, items
from pipeline.carriers import history, inspection
from pipeline.carriers.repository import GitFault
from pipeline.desk import building, cases, wishes, wording
from pipeline.desk.darkroom import IN_CLONE, Darkroom
from pipeline.desk.shelf import Shelf, shelve
from pipeline.model.base import JdihError
from pipeline.model.item import Action, Konten, Perintah, ProdukHukum, Tanggapan
from pipeline.model.procedure import Effect
from pipeline.platforms import PLATFORMS, obeys, takes_answers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.carriers.history import Policy
    from pipeline.carriers.repository import Repository
    from pipeline.desk.shelf import Shelved
    from pipeline.items import Place
    from pipeline.model.people import Account, Office
    from pipeline.model.procedure import Procedure
    from pipeline.model.publishing import Post, Wanted

_BY_HAND = "dengan tangan, lalu dibuktikan dengan kata BUKTI"


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
    root = Path(repository.path)
    beside = {each.place.id: each for each in (shelved, *_beside(repository, shelved))}
    held = Shelf(root, beside, known.offices, inspection.types(repository, known.revision))
    try:
        wanted = wishes.foreseen(held, shelved, building.site_url(root), Darkroom(root / IN_CLONE))
    except JdihError:
        return Outlook()
    going = replace(wanted, posts=tuple(post for post in wanted.posts if not post.barred))  # the findings say why
    return Outlook(posts=going.posts, plan=tuple(_plan(going, shelved, held, procedure)))


def _beside(repository: Repository, shelved: Shelved) -> Iterator[Shelved]:
    """Yield what stands on `main` and the item is about: the product it announces, or what an order concerns."""
    item, main = shelved.item, cases.view(repository).main
    if isinstance(item, Konten) and item.product:
        named = history.places_named(repository, main, item.product)
    elif isinstance(item, Perintah):
        named = history.places_named(repository, main, item.target)
        if any(place.kind == ProdukHukum.kind for place in named):
            named += _announcing(repository, main, item.target)
    else:
        named = []
    yield from filter(None, (_shelved(repository, main, place) for place in named))


def _announcing(repository: Repository, main: str, product: str) -> Iterator[Place]:
    """Yield the content on *main* that names *product*: where it is taken down, they go too."""
    indexes = f":(glob)content/{Konten.kind}/**/{content.INDEX}"
    with suppress(GitFault):  # nothing found
        said = repository.git("grep", "-l", "-z", "-F", "-e", product, main, "--", indexes)
        yield from filter(None, (items.place_of(path.partition(":")[2]) for path in said.split("\0") if path))


def _shelved(repository: Repository, revision: str, place: Place) -> Shelved | None:
    tree = repository.tree(revision, place.folder)
    try:
        files = {path: repository.blob(blob) for path, (_, blob) in tree.items()}
        return shelve(place, files) if content.INDEX in files else None
    except JdihError:
        return None


def _plan(wanted: Wanted, shelved: Shelved, held: Shelf, procedure: Procedure) -> Iterator[str]:
    """Yield what happens, in the order in which it does: no post before its page (reliability notes, 1.2)."""
    item, office = shelved.item, held.offices[shelved.place.office]
    effects = {effect for step in procedure.steps for act in step.acts for effect in act.effects}
    if isinstance(item, Perintah):
        yield from _ordered(item, held)
        return
    if isinstance(item, Konten | ProdukHukum) and wanted.page_url:
        yield f"halaman tayang lebih dahulu di {wanted.page_url}"
    if wanted.posts:
        moment = wanted.not_before
        when = f"{moment:%Y-%m-%d pukul %H.%M %Z}" if moment else "segera sesudah itu"
        yield f"{_listed([_whole(post) for post in wanted.posts if post.part == 1])}: {when}"
        yield from _left_to_people([post for post in wanted.posts if post.part == 1])
    if Effect.BAGIKAN_TAUTAN in effects and office.link_recipients:
        yield f"tautan unggahan disampaikan kepada {_listed([each.name for each in office.link_recipients])}"


def _ordered(order: Perintah, held: Shelf) -> Iterator[str]:
    """Yield what an order does, and on which accounts a person does it."""
    put_away = order.action is Action.ARSIPKAN
    follows = "halamannya tetap, kirimannya diarsipkan" if put_away else "kiriman dan halamannya mengikuti perintah ini"
    yield f"{order.action.value} {order.target}: {follows}"
    concerned = (each for each in held.items.values() if _is_concerned(each, order))
    accounts = (account for each in concerned for account in _accounts(each, held.offices.get(each.place.office)))
    by_hand = dict.fromkeys(account.ref for account in accounts if not obeys(account.platform, order.action))
    if by_hand:
        yield f"{_listed([*by_hand])}: {'diarsipkan' if put_away else 'dihapus'} {_BY_HAND}"


def _is_concerned(shelved: Shelved, order: Perintah) -> bool:
    """Whether *order* reaches an item: its target, and what announces it unless that is only put away."""
    announces = isinstance(shelved.item, Konten) and shelved.item.product == order.target
    return shelved.place.id == order.target or (announces and order.action is not Action.ARSIPKAN)


def _accounts(shelved: Shelved, office: Office | None) -> Iterator[Account]:
    """Yield where an item of *office* was to be posted."""
    item = shelved.item
    for account in office.accounts if office else ():
        posted = isinstance(item, Konten) and account.platform in item.targets
        answered = isinstance(item, Tanggapan) and (item.platform, item.account) == (account.platform, account.handle)
        if posted or answered:
            yield account


def _left_to_people(posts: Sequence[Post]) -> Iterator[str]:
    """Yield what no machine does with *posts*, and where a person would have to look."""
    by_hand = [post for post in posts if not _is_sent(post)]
    if by_hand:
        verb = "dijawab" if by_hand[0].reply_to else "dikirim"
        yield f"{_listed([post.account.ref for post in by_hand])}: {verb} {_BY_HAND}"
    yield from wording.unaskable(post.account for post in posts if post not in by_hand)


def _is_sent(post: Post) -> bool:
    """Whether a machine sends *post*."""
    return takes_answers(post.platform) if post.reply_to else post.platform in PLATFORMS


def _whole(post: Post) -> str:
    return f"{post.account.ref} (utas {post.parts} bagian)" if post.parts > 1 else post.account.ref


def _listed(names: Sequence[str]) -> str:
    return " dan ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
