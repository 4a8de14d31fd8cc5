"""From what `main` holds to the pages of the site."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypedDict
from zoneinfo import ZoneInfo

from pipeline import reach
from pipeline.desk import public
from pipeline.model import publishing, site
from pipeline.model.history import ABANDON, PROOF, RESTART, RESUME
from pipeline.model.item import Konten, Perintah, ProdukHukum, Reason
from pipeline.model.procedure import Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from pipeline.desk.darkroom import Darkroom
    from pipeline.desk.shelf import Shelf, Shelved
    from pipeline.model.history import Record
    from pipeline.model.people import Office
    from pipeline.model.procedure import Procedure
    from pipeline.model.publishing import Entry

_PAUSED = site.TombstoneState.DIPERBAIKI


def site_data(
    shelf: Shelf, darkroom: Darkroom | None, entries: Iterable[Entry] = (), *, foreseen: bool = False
) -> site.SiteData:
    """Return everything the site shows of `main`, read as *shelf*; *entries* link pages to their posts.

    Pictures that platforms fetch stand beside a page until their post is out; without a *darkroom* they are left out:
    no page shows them. With *foreseen* what is still on its way is shown as well: a preview for those who decide,
    never what the public gets.
    """
    gone = public.withdrawals(shelf)
    links = _links(entries)
    kept = [shelved for name, shelved in shelf.items.items() if name not in gone]
    shown = [shelved for shelved in kept if foreseen or public.is_out(shelved)]
    products = tuple(_product(shelf, each, links) for each in shown if isinstance(each.item, ProdukHukum))
    posts = tuple(_post(shelf, each, links, darkroom) for each in shown if isinstance(each.item, Konten))
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
    known = list(entries)
    away = {(each.item, each.account) for each in known if _is_put_away(each)}
    for entry in known:
        first = entry.action is publishing.EffectAction.PUBLISH and entry.part == 1
        live = first and entry.state is publishing.State.DONE
        if live and entry.receipt and entry.receipt.url and (entry.item, entry.account) not in away:
            found.setdefault(entry.item, []).append(site.SocialLink(platform=entry.platform, url=entry.receipt.url))
    return found


def _is_put_away(entry: Entry) -> bool:
    return entry.action is publishing.EffectAction.ARCHIVE and entry.state is publishing.State.DONE


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
    return tuple(
        site.TrailStep(
            number=record.step,
            activity=_activity(record, procedure),
            role=procedure.roles.get(record.role, record.role) if procedure else record.role,
            day=_local(record.at, office).date(),
        )
        for record in shelved.records
    )


_ASIDE = {
    RESTART: "Dimulai ulang karena SOP berganti lingkup atau peran.",
    ABANDON: "Pengerjaannya dibatalkan.",
    RESUME: "Pengerjaannya dilanjutkan.",
    PROOF: "Yang dikerjakan dengan tangan dibuktikan.",
}


def _activity(record: Record, procedure: Procedure | None) -> str:
    if record.word in _ASIDE:
        return _ASIDE[record.word]
    step = procedure.step(record.step_id) if procedure else None
    return step.activity if step else record.step_id


class _Shared(TypedDict):
    """What every page of an item shows."""

    id: str
    office: str
    slug: str
    year: int
    title: str
    digest: str
    body: str
    trail: tuple[site.TrailStep, ...]
    links: tuple[site.SocialLink, ...]


def _shared(shelf: Shelf, shelved: Shelved, links: Mapping[str, list[site.SocialLink]]) -> _Shared:
    item = shelved.item
    return _Shared(
        id=item.id,
        office=item.office,
        slug=shelved.place.slug,
        year=shelved.place.year,
        title=item.title,
        digest=shelved.digest,
        body=item.body,
        trail=_trail(shelf, shelved),
        links=tuple(links.get(item.id, ())),
    )


def _product(shelf: Shelf, shelved: Shelved, links: Mapping[str, list[site.SocialLink]]) -> site.PublicProduct:
    item = shelved.item
    assert isinstance(item, ProdukHukum)  # noqa: S101 - the caller's filter, for the type checker
    published = shelved.last(Effect.TERBIT)
    office = shelf.offices[item.office]
    return site.PublicProduct(
        **_shared(shelf, shelved, links),
        kind=item.type,
        number=item.number,
        teu=item.main_entry,
        enacted=item.enacted,
        promulgated=item.promulgated,
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
    )


def _post(
    shelf: Shelf, shelved: Shelved, links: Mapping[str, list[site.SocialLink]], darkroom: Darkroom | None
) -> site.PublicPost:
    item = shelved.item
    assert isinstance(item, Konten)  # noqa: S101 - the caller's filter, for the type checker
    out = {link.platform for link in links.get(item.id, ())}
    media = item.caption.media if item.caption else ()
    return site.PublicPost(
        **_shared(shelf, shelved, links),
        category=item.category,
        day=item.day,
        summary=item.summary,
        media=tuple(
            site.PublicMedia(file=site.PublicFile.of(each.file, shelved.files[each.file]), alt=each.alt)
            for each in media
        ),
        prepared=tuple(
            file
            for name in item.targets
            if darkroom and item.caption and name not in out
            for file in darkroom.fetched(item.caption, shelved.files, name)
        ),
        product=item.product,
    )


def _tombstone(shelf: Shelf, target: Shelved, order: Shelved) -> site.Tombstone:
    command, taken = order.item, order.last(*reach.TAKEN)
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
