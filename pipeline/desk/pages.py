"""From what `main` holds to the pages of the site."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.desk import public
from pipeline.desk import shelf as shelves
from pipeline.model import publishing, site
from pipeline.model.item import Konten, Perintah, ProdukHukum, Reason
from pipeline.model.procedure import Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from pipeline.desk.shelf import Shelf, Shelved
    from pipeline.model.people import Office
    from pipeline.model.publishing import Entry

_PAUSED = site.TombstoneState.DIPERBAIKI


def site_data(root: Path, entries: Iterable[Entry] = ()) -> site.SiteData:
    """Return everything the site shows of the `main` below *root*; *entries* link pages to their posts."""
    shelf = shelves.read(root)
    gone = public.withdrawals(shelf)
    links = _links(entries)
    shown = [shelved for name, shelved in shelf.items.items() if name not in gone and public.is_out(shelved)]
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
        published=_local(published.at, office).date() if published else None,
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
    command, taken = order.item, order.last(*public.TAKEN)
    assert isinstance(command, Perintah)  # noqa: S101 - `withdrawals` holds orders only
    assert taken is not None  # noqa: S101 - `withdrawals` holds carried-out orders only
    return site.Tombstone(
        id=target.place.id,
        office=target.place.office,
        address=public.address(target),
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
