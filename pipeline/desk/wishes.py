"""From what `main` holds to what it wants on the platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline import reach
from pipeline.desk import public
from pipeline.model import publishing
from pipeline.model.item import Action, Konten, Perintah, Tanggapan
from pipeline.model.procedure import Effect
from pipeline.model.publishing import EffectAction, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.desk.darkroom import Darkroom
    from pipeline.desk.shelf import Shelf, Shelved
    from pipeline.model.people import Office
    from pipeline.model.publishing import Entry


def wanted(shelf: Shelf, site_url: str, darkroom: Darkroom) -> list[publishing.Wanted]:
    """Return what `main`, read as *shelf*, wants on the platforms, with addresses below *site_url*."""
    gone = public.withdrawals(shelf)
    put_away = {order.target for order in _archive_orders(shelf)}
    found = []
    for name, shelved in shelf.items.items():
        if name in gone:
            found.append(_wanted(shelf, shelved, site_url, darkroom, order=gone[name].place.id))
        elif name not in put_away and shelved.last(*reach.OUT):
            found.append(_wanted(shelf, shelved, site_url, darkroom))
    return found


def foreseen(shelf: Shelf, shelved: Shelved, site_url: str, darkroom: Darkroom) -> publishing.Wanted:
    """Return what an item that is not out yet will want once its SOP lets it out."""
    return _wanted(shelf, shelved, site_url, darkroom)


def _wanted(shelf: Shelf, shelved: Shelved, site_url: str, darkroom: Darkroom, *, order: str = "") -> publishing.Wanted:
    """Return what one item wants; *order* is the id of what took it away, where something did."""
    item, page = shelved.item, _url(site_url, public.address(shelved))
    office = shelf.offices[shelved.place.office]
    posts: tuple[publishing.Post, ...] = ()
    if isinstance(item, Konten):
        posts = tuple(social_posts(shelf, shelved, site_url, darkroom))
    elif not order and isinstance(item, Tanggapan):
        posts = tuple(_answer(shelved, item, office))
    schedule = item.schedule if isinstance(item, Konten) else None
    return publishing.Wanted(
        item=item.id,
        digest=shelved.digest,
        page_url=page,
        posts=posts,
        not_before=schedule.replace(tzinfo=ZoneInfo(office.timezone)) if schedule else None,
        shares=() if order else tuple(_shares(shelved, office)),
        withdrawn=bool(order),
        order=order,
    )


def social_posts(shelf: Shelf, shelved: Shelved, site_url: str, darkroom: Darkroom) -> Iterator[publishing.Post]:
    """Yield the post of a piece of content for every account of its office it is meant for."""
    item = shelved.item
    assert isinstance(item, Konten)  # noqa: S101 - the caller's filter, for the type checker
    page = _url(site_url, public.address(shelved))
    product = shelf.items.get(item.product or "")
    link = _url(site_url, public.address(product)) if product else page
    caption = item.caption
    for account in shelf.offices[item.office].accounts:
        if account.platform in item.targets:
            yield publishing.Post(
                item=item.id,
                platform=account.platform,
                account=account,
                text=caption.text_for(account.platform, link) if caption else item.title,
                media=darkroom.media(caption, shelved.files, account.platform, page) if caption else (),
                link=page,
                digest=shelved.digest,
            )


def _answer(shelved: Shelved, item: Tanggapan, office: Office) -> Iterator[publishing.Post]:
    for account in office.accounts:
        if (account.platform, account.handle) == (item.platform, item.account):
            yield publishing.Post(
                item=item.id,
                platform=account.platform,
                account=account,
                text=item.body,
                reply_to=item.comment,
                digest=shelved.digest,
            )


def _shares(shelved: Shelved, office: Office) -> Iterator[publishing.Share]:
    if shelved.last(Effect.BAGIKAN_TAUTAN):
        for recipient in office.link_recipients:
            text = f"Tautan unggahan: {shelved.item.title}"
            yield publishing.Share(item=shelved.place.id, recipient=recipient, text=text, digest=shelved.digest)


def _url(site_url: str, path: str) -> str:
    return f"{site_url.rstrip('/')}/{path}" if path else ""


def by_hand(shelf: Shelf, entries: Iterable[Entry]) -> Iterator[str]:
    """Yield what an order to archive leaves to people: no platform here archives a post through its API.

    SOP Kab. Magelang 17/2022, penghapusan atau pengarsipan. The page stays, only the posts are put away.
    """
    live = [entry for entry in entries if entry.action is EffectAction.PUBLISH and entry.state is State.DONE]
    for order in _archive_orders(shelf):
        for entry in (entry for entry in live if entry.item == order.target and entry.receipt):
            where = entry.receipt.url if entry.receipt else ""
            yield f"{entry.account.ref}: arsipkan dengan tangan {where} (perintah {order.id})"


def _archive_orders(shelf: Shelf) -> Iterator[Perintah]:
    """Yield the orders to archive that were carried through."""
    for order in shelf.items.values():
        command = order.item
        if isinstance(command, Perintah) and command.action is Action.ARSIPKAN and order.last(*reach.TAKEN):
            yield command
