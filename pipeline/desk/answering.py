"""Opening the item that answers a comment, in the clone of who reports it (SOP Kab. Magelang 17/2022, langkah 1).

The item is named after the comment, so whoever opens it, the same comment gives the same item. What was written there
is not copied into Git: the report quotes it as far as needed, without names.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline import calendar, items, store
from pipeline.desk import cases, comments, inbox, listening, opening
from pipeline.desk.inbox import Comment
from pipeline.desk.listening import Waiting
from pipeline.model.base import JdihError
from pipeline.model.history import RESUME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.carriers.history import Policy
    from pipeline.carriers.repository import Repository
    from pipeline.items import Place
    from pipeline.model.procedure import Procedure


def row(waiting: Waiting) -> dict[str, str]:
    """Return a comment as `jdih comments list --format json` tells it, times in the office's zone."""
    comment = waiting.comment
    return {
        "kunci": comment.key,
        "kantor": waiting.office.id,
        "platform": comment.platform,
        "akun": comment.account,
        "id_akun": comment.account_id,
        "nomor": comment.id,
        "pukul": calendar.local(comment.at, waiting.office).isoformat(),
        "butir": waiting.item,
        "tautan": comment.url,
        "teks": comment.text,
        "keterangan": waiting.told,
    }


def rows(data: bytes, known: Policy) -> list[Waiting]:
    """Return the comments of such a list as somebody brought it; raise `JdihError` when it is none."""
    try:
        return [_waiting(each, known) for each in json.loads(data)["komentar"]]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise JdihError("daftarnya tidak terbaca: tulis dengan jdih comments list --format json") from error


def _waiting(said: Mapping[str, Any], known: Policy) -> Waiting:
    names = ("nomor", "butir", "tautan", "teks")
    text = {name: listening.legible(str(said[name])) for name in names}
    office = known.offices[said["kantor"]]
    [account] = [each for each in office.accounts if (each.platform, each.id) == (said["platform"], said["id_akun"])]
    comment = Comment(
        platform=account.platform,
        account=account.handle,
        account_id=account.id,
        id=text["nomor"],
        text=text["teks"],
        at=datetime.fromisoformat(said["pukul"]),
        url=text["tautan"],
    )
    if comment.url and not listening.is_address(comment.url):
        raise JdihError(f"tautan komentar {comment.key} bukan alamat https: ambil daftarnya langsung dari peladen")
    return Waiting(comment, office, text["butir"])


def chosen(waiting: Iterable[Waiting], start: str) -> Waiting:
    """Return the one comment whose key begins with *start*; raise `JdihError` when there is not exactly one."""
    known = {each.comment.key: each for each in waiting}
    return known[inbox.named({key: each.comment for key, each in known.items()}, start).key]


def begin(clone: Repository, waiting: Waiting) -> tuple[Place, list[str]]:
    """Open the item that answers a comment and lay the papers of its first step, filled in as far as is known.

    Raise `JdihError` when the comment was taken up before, by whomever.
    """
    known = cases.policy(clone)
    procedure = _procedure(clone, known, waiting)
    place = _place(procedure, waiting)
    if taken := _taken(clone, known, waiting, place):
        raise JdihError(f"komentar ini sudah dibuka sebagai butir {taken}")
    opening.switch(clone, place.id)
    at = calendar.local(waiting.comment.at, waiting.office)
    laid = opening.papers(clone, procedure, place, procedure.steps[0], at)
    if not laid:
        raise JdihError(f"langkah pertama SOP {procedure.id} tidak punya templat naskah: buka dengan jdih new")
    for name, data in laid.items():
        store.write(clone.path / place.folder / name, comments.filled(data, _told(waiting, at)))
    return place, list(laid)


def _procedure(clone: Repository, known: Policy, waiting: Waiting) -> Procedure:
    found = comments.procedures_of(clone, known, waiting.office)
    if len(found) != 1:
        raise JdihError(f"{waiting.office.id} punya {len(found)} SOP untuk komentar: buka butirnya dengan jdih new")
    return found[0]


def _place(procedure: Procedure, waiting: Waiting) -> Place:
    """Return where the item stands: its year is the comment's, so it does not depend on when it is opened."""
    year, slug = calendar.local(waiting.comment.at, waiting.office).year, f"komentar-{waiting.comment.key}"
    place = items.place_of(items.folder_for(procedure.item_kind, procedure.office, year, slug))
    assert place is not None  # noqa: S101 - the name is made of digits, for the type checker
    return place


def _taken(clone: Repository, known: Policy, waiting: Waiting, place: Place) -> str:
    """Return the item the comment was opened as, on the server or in this clone, and how to go on; '' when not."""
    comment = waiting.comment
    answer = comments.answered(clone, known).to(waiting.office.id, comment.platform, comment.account_id, comment.id)
    if answer and answer.given_up:
        return f"{answer.item}, lalu dibatalkan: lanjutkan di sana dengan kata {RESUME}"
    here = (clone.path / place.folder).exists() or clone.resolve(f"refs/heads/usul/{place.id}:{place.folder}")
    there = clone.resolve(f"{cases.view(clone).branch(place.id)}:{place.folder}")
    item = answer.item if answer else place.id if here or there else ""
    return item and f"{item}: lanjutkan di sana (jdih status {item})"


def _told(waiting: Waiting, at: datetime) -> dict[str, str]:
    """Return what papers say of the comment; its writer and its words are not among it."""
    comment = waiting.comment
    told = {
        "judul": f"Komentar di {comment.platform} {at:%Y-%m-%d}",
        "tanggal": at.date().isoformat(),
        "platform": comment.platform,
        "akun": comment.account,
        "komentar": comment.id,
        "tautan_komentar": comment.url,
        "butir_asal": waiting.item,
        "pukul": f"{at:%H:%M %Z}",
    }
    return {name: value for name, value in told.items() if value}
