"""From what `main` holds to what it wants on the platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline import proofs, reach
from pipeline.desk import public
from pipeline.desk.exhibits import Exhibits
from pipeline.model import publishing
from pipeline.model.history import PROOF
from pipeline.model.item import Action, Konten, Perintah, Tanggapan
from pipeline.model.people import Account
from pipeline.model.procedure import Effect
from pipeline.model.publishing import EffectAction
from pipeline.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.desk.darkroom import Darkroom
    from pipeline.desk.shelf import Shelf, Shelved
    from pipeline.model.people import Office

BROUGHT_ABOUT = {
    Effect.TERBIT: (EffectAction.PUBLISH,),
    Effect.BALAS: (EffectAction.PUBLISH,),
    Effect.BAGIKAN_TAUTAN: (EffectAction.SHARE,),
    Effect.TURUN: (EffectAction.RETRACT, EffectAction.ARCHIVE),
    Effect.HAPUS: (EffectAction.RETRACT, EffectAction.ARCHIVE),
}
"""What each effect of a step does on the platforms: whoever does that step may prove to have done it by hand."""
_NOT_OURS = (
    "akun {} tidak ada pada berkas kantor: betulkan di sana, atau turunkan butir ini lewat perintah dan jawab "
    "sebagai butir baru"
)


def wanted(shelf: Shelf, site_url: str, darkroom: Darkroom) -> list[publishing.Wanted]:
    """Return what `main`, read as *shelf*, wants on the platforms, with addresses below *site_url*."""
    gone = public.withdrawals(shelf)
    put_away = _archivings(shelf)
    exhibits = Exhibits(shelf, site_url)
    found = []
    for name, shelved in shelf.items.items():
        if name in gone:
            found.append(_wanted(exhibits, shelved, darkroom, order=gone[name]))
        elif name in put_away:
            found.append(_archived(shelved, put_away[name]))
        elif shelved.last(*reach.OUT):
            found.append(_wanted(exhibits, shelved, darkroom))
    return found


def foreseen(shelf: Shelf, shelved: Shelved, site_url: str, darkroom: Darkroom) -> publishing.Wanted:
    """Return what an item that is not out yet will want once its SOP lets it out."""
    return _wanted(Exhibits(shelf, site_url), shelved, darkroom)


def _archived(shelved: Shelved, order: Shelved) -> publishing.Wanted:
    """Return what is wanted of an item whose posts are put away: its page stays, what never went out stays in."""
    said = (*_proofs(shelved), *_proofs(order))
    return publishing.Wanted(
        item=shelved.place.id, digest=shelved.digest, page_url="", archived=True, order=order.place.id, proofs=said
    )


def _wanted(
    exhibits: Exhibits, shelved: Shelved, darkroom: Darkroom, *, order: Shelved | None = None
) -> publishing.Wanted:
    """Return what one item wants; *order* is what took it away, where something did."""
    item, shelf = shelved.item, exhibits.shelf
    office = shelf.offices[shelved.place.office]
    posts: tuple[publishing.Post, ...] = ()
    if isinstance(item, Konten):
        posts = tuple(social_posts(shelf, shelved, exhibits.site_url, darkroom))
    elif not order and isinstance(item, Tanggapan):
        posts = tuple(_answer(shelved, item, office))
    schedule = item.schedule if isinstance(item, Konten) else None
    return publishing.Wanted(
        item=item.id,
        digest=shelved.digest,
        page_url=exhibits.url(shelved),
        shows=tuple(exhibits.of(shelved)),
        posts=posts,
        not_before=schedule.replace(tzinfo=ZoneInfo(office.timezone)) if schedule else None,
        shares=() if order else tuple(_shares(shelved, office)),
        withdrawn=bool(order),
        order=order.place.id if order else "",
        proofs=(*_proofs(shelved), *_proofs(order)),
    )


def social_posts(shelf: Shelf, shelved: Shelved, site_url: str, darkroom: Darkroom) -> Iterator[publishing.Post]:
    """Yield the post, or the posts of a thread, for every account of its office a piece of content is meant for.

    Pictures stand with the first post of a thread.
    """
    item = shelved.item
    assert isinstance(item, Konten)  # noqa: S101 - the caller's filter, for the type checker
    exhibits, product = Exhibits(shelf, site_url), shelf.items.get(item.product or "")
    page = exhibits.url(shelved)
    link = exhibits.url(product) if product else page
    caption = item.caption
    for account in shelf.offices[item.office].accounts:
        if account.platform not in item.targets:
            continue
        sent = caption if account.platform in PLATFORMS else None  # where there is no connector, a person sends files
        media = darkroom.media(sent, shelved.files, account.platform, page) if sent else ()
        texts = caption.texts_for(account.platform, link) if caption else (item.title,)
        for part, text in enumerate(texts, 1):
            yield publishing.Post(
                item=item.id,
                platform=account.platform,
                account=account,
                text=text,
                media=media if part == 1 else (),
                link=page,
                digest=shelved.digest,
                part=part,
                parts=len(texts),
            )


def _answer(shelved: Shelved, item: Tanggapan, office: Office) -> Iterator[publishing.Post]:
    """Yield the reply; where the office has no such account any more it is barred, so that somebody is told."""
    ours = [each for each in office.accounts if (each.platform, each.handle) == (item.platform, item.account)]
    let_out = shelved.last(*reach.OUT)
    yield publishing.Post(
        item=item.id,
        platform=item.platform,
        account=ours[0] if ours else Account(platform=item.platform, id="", handle=item.account),
        text=item.body,
        reply_to=item.comment,
        approved=let_out.at if let_out else None,
        barred="" if ours else _NOT_OURS.format(f"{item.platform}:{item.account}"),
        digest=shelved.digest,
    )


def _shares(shelved: Shelved, office: Office) -> Iterator[publishing.Share]:
    if shelved.last(Effect.BAGIKAN_TAUTAN):
        for recipient in office.link_recipients:
            text = f"Tautan unggahan: {shelved.item.title}"
            yield publishing.Share(item=shelved.place.id, recipient=recipient, text=text, digest=shelved.digest)


def _proofs(shelved: Shelved | None) -> Iterator[publishing.Proof]:
    """Yield what people prove on *shelved* to have done by hand, each for what its step makes happen."""
    written = shelved.records if shelved else ()
    for record in written:
        told = proofs.read(record.note) if record.word == PROOF else None
        if told:
            effects = {effect for each in written if each.step == record.step for effect in each.effects}
            actions = frozenset(action for effect in effects for action in BROUGHT_ABOUT.get(effect, ()))
            yield publishing.Proof(key=told[0], person=record.person, said=told[1], actions=actions)


def _archivings(shelf: Shelf) -> dict[str, Shelved]:
    """Return target -> the order to archive it, for every one that was carried through."""
    return {
        command.target: order
        for order in shelf.items.values()
        if isinstance(command := order.item, Perintah)
        and command.action is Action.ARSIPKAN
        and order.last(*reach.TAKEN)
    }
