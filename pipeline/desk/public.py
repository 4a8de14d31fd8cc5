"""From what `main` holds to what the public sees: pages on the site, posts on the platforms.

Only what an SOP's effect let out is public; legal products that predate the desk (no `sop`) are public
as they stand. An order with the effect `turun` or `hapus` outweighs every publication before it.
"""

from __future__ import annotations

import mimetypes
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.desk import shelf as shelves
from pipeline.model import publishing, site
from pipeline.model.item import Konten, Perintah, ProdukHukum, Tanggapan
from pipeline.model.procedure import Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from pipeline.desk.shelf import Shelf, Shelved
    from pipeline.model.people import Account, Office
    from pipeline.model.publishing import Entry

_TAKEN = (Effect.TURUN, Effect.HAPUS)
_PAUSED = site.TombstoneState.DIPERBAIKI
LINK = "{tautan}"
"""What a caption writes where the public address belongs: it is known only when the site is."""


def withdrawals(shelf: Shelf) -> dict[str, Shelved]:
    """Return item id -> the order that took it away and was not followed by a new publication."""
    found = {}
    for order in shelf.items.values():
        taken = order.last(*_TAKEN)
        if not isinstance(order.item, Perintah) or taken is None:
            continue
        for target in _reached(shelf, order.item.target):
            published = target.last(Effect.TERBIT)
            if published is None or published.at <= taken.at:
                found[target.place.id] = order
    return found


def _reached(shelf: Shelf, target: str) -> Iterator[Shelved]:
    """Yield the target of an order, and what announces it."""
    for shelved in shelf.items.values():
        announces = isinstance(shelved.item, Konten) and shelved.item.product == target
        if shelved.place.id == target or announces:
            yield shelved


def _is_out(shelved: Shelved) -> bool:
    """Whether its SOP, or its age, lets the public see it."""
    return shelved.last(Effect.TERBIT) is not None or (isinstance(shelved.item, ProdukHukum) and not shelved.item.sop)


# -- the site


def site_data(root: Path, entries: Iterable[Entry] = ()) -> site.SiteData:
    """Return everything the site shows of the `main` below *root*; *entries* link pages to their posts."""
    shelf = shelves.read(root)
    gone = withdrawals(shelf)
    links = _links(entries)
    shown = [shelved for name, shelved in shelf.items.items() if name not in gone and _is_out(shelved)]
    products = tuple(_product(shelf, each, links) for each in shown if isinstance(each.item, ProdukHukum))
    posts = tuple(_post(shelf, each, links) for each in shown if isinstance(each.item, Konten))
    tombstones = tuple(_tombstone(shelf, shelf.items[name], order) for name, order in gone.items())
    return site.SiteData(
        offices=shelf.offices,
        as_of=max([date(2000, 1, 1), *(_day(shelf, each) for each in shelf.items.values())]),
        types=shelf.types,
        procedures=shelf.procedures,
        products=products,
        posts=posts,
        tombstones=tombstones,
    )


def _links(entries: Iterable[Entry]) -> dict[str, list[site.SocialLink]]:
    found: dict[str, list[site.SocialLink]] = {}
    for entry in entries:
        live = entry.action is publishing.EffectAction.PUBLISH and entry.state is publishing.State.DONE
        if live and entry.receipt and entry.receipt.url:
            found.setdefault(entry.item, []).append(site.SocialLink(platform=entry.platform, url=entry.receipt.url))
    return found


def _day(shelf: Shelf, shelved: Shelved) -> date:
    """Return the day an item last moved, in its office's zone; a product without records has its own date."""
    if shelved.records:
        return _local(shelved.records[-1].at, shelf.offices[shelved.place.office]).date()
    return shelved.item.enacted if isinstance(shelved.item, ProdukHukum) else date(shelved.place.year, 1, 1)


def _local(moment: datetime, office: Office) -> datetime:
    return moment.astimezone(ZoneInfo(office.timezone))


def _trail(shelf: Shelf, shelved: Shelved) -> tuple[site.TrailStep, ...]:
    procedure = shelf.procedures.get(shelved.item.sop)
    office = shelf.offices[shelved.place.office]
    found = []
    for record in shelved.records:
        step = procedure.step(record.step_id) if procedure else None
        found.append(
            site.TrailStep(
                number=record.step,
                activity=step.activity if step else record.step_id,
                role=procedure.roles.get(record.role, record.role) if procedure else record.role,
                day=_local(record.at, office).date(),
            )
        )
    return tuple(found)


def _product(shelf: Shelf, shelved: Shelved, links: Mapping[str, list[site.SocialLink]]) -> site.PublicProduct:
    item = shelved.item
    assert isinstance(item, ProdukHukum)  # noqa: S101 - the caller's filter, for the type checker
    published = shelved.last(Effect.TERBIT)
    office = shelf.offices[item.office]
    return site.PublicProduct(
        id=item.id,
        office=item.office,
        slug=shelved.place.slug,
        kind=item.type,
        title=item.title,
        number=item.number,
        year=shelved.place.year,
        teu=item.main_entry,
        enacted=item.enacted,
        promulgated=item.promulgated,
        digest=shelved.digest,
        published=_local(published.at, office).date() if published else item.enacted,
        place=item.place,
        signatory=item.signatory,
        source=item.source,
        subjects=item.subjects,
        field_of_law=item.field_of_law,
        language=item.language,
        location=item.location,
        initiator=item.initiator,
        affairs=item.affair,
        abstract=item.abstract,
        files=tuple(
            site.PublicFile.of(ref.file, shelved.files[ref.file], kind=ref.kind, note=ref.note) for ref in item.files
        ),
        relations=item.relations,
        aliases=item.aliases,
        body=item.body,
        trail=_trail(shelf, shelved),
        links=tuple(links.get(item.id, ())),
    )


def _post(shelf: Shelf, shelved: Shelved, links: Mapping[str, list[site.SocialLink]]) -> site.PublicPost:
    item = shelved.item
    assert isinstance(item, Konten)  # noqa: S101 - the caller's filter, for the type checker
    media = item.caption.media if item.caption else ()
    return site.PublicPost(
        id=item.id,
        office=item.office,
        slug=shelved.place.slug,
        category=item.category,
        title=item.title,
        day=item.day,
        year=shelved.place.year,
        summary=item.summary,
        digest=shelved.digest,
        body=item.body,
        media=tuple(
            site.PublicMedia(file=site.PublicFile.of(each.file, shelved.files[each.file]), alt=each.alt)
            for each in media
        ),
        product=item.product,
        trail=_trail(shelf, shelved),
        links=tuple(links.get(item.id, ())),
    )


def _tombstone(shelf: Shelf, target: Shelved, order: Shelved) -> site.Tombstone:
    command, taken = order.item, order.last(*_TAKEN)
    assert isinstance(command, Perintah)  # noqa: S101 - `withdrawals` holds orders only
    assert taken is not None  # noqa: S101 - `withdrawals` holds carried-out orders only
    return site.Tombstone(
        id=target.place.id,
        office=target.place.office,
        address=address(target),
        label=_label(shelf, target),
        since=_local(taken.at, shelf.offices[order.place.office]).date(),
        order=command.note.number if command.note and command.note.number else command.id,
        ordered_by=command.ordered_by,
        reason=command.reason,
        state=_PAUSED if command.reason is Reason.PERBAIKAN else site.TombstoneState.DITURUNKAN,
        digest=order.digest,
        explanation=command.body,
    )


def _label(shelf: Shelf, target: Shelved) -> str:
    item = target.item
    if isinstance(item, ProdukHukum):
        type_ = shelf.types.get(item.type)
        return f"{type_.name if type_ else item.type} Nomor {item.number}"
    return f"Unggahan {shelf.offices[target.place.office].short_name}"


def address(shelved: Shelved) -> str:
    """Return where an item's page lives, relative to the site's root; '' for one without a page."""
    place = shelved.place
    if isinstance(shelved.item, ProdukHukum):
        return site.product_address(place.office, place.type, place.year, place.slug)
    if isinstance(shelved.item, Konten):
        return site.post_address(place.office, place.year, place.slug)
    return ""


# -- the platforms


def wanted(root: Path, site_url: str) -> list[publishing.Wanted]:
    """Return what the `main` below *root* wants on the platforms, with addresses below *site_url*."""
    shelf = shelves.read(root)
    gone = withdrawals(shelf)
    found = []
    for name, shelved in shelf.items.items():
        if name in gone:
            order = gone[name].place.id
            found.append(_wanted(shelf, shelved, site_url, withdrawn=True, order=order))
        elif shelved.last(Effect.TERBIT, Effect.BALAS):
            found.append(_wanted(shelf, shelved, site_url))
    return found


def _wanted(
    shelf: Shelf, shelved: Shelved, site_url: str, *, withdrawn: bool = False, order: str = ""
) -> publishing.Wanted:
    item, page = shelved.item, _url(site_url, address(shelved))
    office = shelf.offices[shelved.place.office]
    posts: tuple[publishing.Post, ...] = ()
    if not withdrawn and isinstance(item, Konten):
        posts = tuple(_social_post(shelf, shelved, account, site_url) for account in _accounts(item, office))
    elif not withdrawn and isinstance(item, Tanggapan):
        posts = tuple(_answer(shelved, item, office))
    schedule = item.schedule if isinstance(item, Konten) else None
    return publishing.Wanted(
        item=item.id,
        digest=shelved.digest,
        page_url=page,
        posts=posts,
        not_before=schedule.replace(tzinfo=ZoneInfo(office.timezone)) if schedule else None,
        shares=() if withdrawn else tuple(_shares(shelved, office)),
        withdrawn=withdrawn,
        order=order,
    )


def _accounts(item: Konten, office: Office) -> list[Account]:
    return [account for account in office.accounts if account.platform in item.targets]


def _social_post(shelf: Shelf, shelved: Shelved, account: Account, site_url: str) -> publishing.Post:
    item = shelved.item
    assert isinstance(item, Konten)  # noqa: S101 - the caller's filter, for the type checker
    page = _url(site_url, address(shelved))
    product = shelf.items.get(item.product or "")
    link = _url(site_url, address(product)) if product else page
    caption = item.caption
    return publishing.Post(
        item=item.id,
        platform=account.platform,
        account=account,
        text=caption.text_for(account.platform).replace(LINK, link) if caption else item.title,
        media=tuple(_media(shelved, each.file, each.alt, page) for each in (caption.media if caption else ())),
        link=page,
        digest=shelved.digest,
    )


def _media(shelved: Shelved, name: str, alt: str, page: str) -> publishing.Media:
    data = shelved.files[name]
    return publishing.Media(
        name=name,
        url=f"{page}{name}",
        alt=alt,
        mime=mimetypes.guess_type(name)[0] or "application/octet-stream",
        size=len(data),
        content=lambda: data,
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
