"""One effect as a YAML file of the branch `terbitan`: `efek/<aa>/<key>.yaml`.

Keys in Indonesian like every file people may read; nothing in it is secret.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pipeline import frontmatter
from pipeline.fields import WRONG, Sheet
from pipeline.model.people import Account
from pipeline.model.publishing import (
    TRANSITIONS,
    EffectAction,
    Entry,
    Receipt,
    Staged,
    State,
    Turn,
    effect_key,
)

if TYPE_CHECKING:
    from pipeline.fields import Fields

AREA = "TER"
_NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_REQUIRED = ("kunci", "butir", "platform", "akun", "tindakan", "sidik", "keadaan", "riwayat")
_OPTIONAL = ("disiapkan", "tanda_terima", "coba_lagi", "dipegang_sampai", "tak_terjawab", "perintah", "bagian")


def path_of(key: str) -> str:
    """Return where the effect *key* lives on the branch."""
    return f"efek/{key[:2]}/{key}.yaml"


def write(entry: Entry) -> bytes:
    """Return the file of *entry*."""
    content: dict[str, object] = {
        "kunci": entry.key,
        "butir": entry.item,
        "platform": entry.platform,
        "akun": {"id": entry.account.id, "nama": entry.account.handle},
        "tindakan": entry.action.value,
        "sidik": entry.digest,
        "keadaan": entry.state.value,
    }
    if entry.part > 1:
        content["bagian"] = entry.part
    if entry.order:
        content["perintah"] = entry.order
    if entry.staged:
        since = entry.staged.since.isoformat() if entry.staged.since else ""
        reply = {"balasan_untuk": entry.staged.reply_to} if entry.staged.reply_to else {}
        content["disiapkan"] = {"nomor": list(entry.staged.ids), "sejak": since, "teks": entry.staged.text, **reply}
    if entry.receipt:
        content["tanda_terima"] = {"nomor": entry.receipt.remote_id, "tautan": entry.receipt.url}
    if entry.retry_at:
        content["coba_lagi"] = entry.retry_at.isoformat()
    if entry.lease:
        content["dipegang_sampai"] = entry.lease.isoformat()
    if entry.lost:
        content["tak_terjawab"] = entry.lost
    turns = [{"keadaan": turn.state.value, "pada": turn.at.isoformat(), "mengapa": turn.why} for turn in entry.history]
    return frontmatter.dump({**content, "riwayat": turns}).encode()


def is_left(data: bytes) -> bool:
    """Whether the effect in *data* waits for a person, as its own line says: held, or its end unknown."""
    return any(f"\nkeadaan: {state.value}\n".encode() in data for state in (State.HELD, State.UNKNOWN))


def read(data: bytes, path: str) -> Entry:
    """Return the effect in *data*; raise `FaultyError` with every fault of the file."""
    sheet = Sheet(data, path, AREA)
    top = sheet.top(_REQUIRED, _OPTIONAL)
    account = top.fields("akun", ("id", "nama"))
    history = tuple(
        Turn(state=turn.choice("keadaan", State), at=_moment(turn, "pada"), why=turn.text("mengapa"))
        for turn in top.each("riwayat", ("keadaan", "pada"), ("mengapa",))
    )
    entry = Entry(
        key=top.text("kunci"),
        item=top.text("butir"),
        account=Account(platform=top.text("platform"), id=account.text("id"), handle=account.text("nama")),
        action=top.choice("tindakan", EffectAction),
        digest=top.text("sidik"),
        history=history,
        staged=_staged(top),
        receipt=_receipt(top),
        retry_at=_moment(top, "coba_lagi") if "coba_lagi" in top else None,
        lease=_moment(top, "dipegang_sampai") if "dipegang_sampai" in top else None,
        lost=(top.whole("tak_terjawab") or 0) if "tak_terjawab" in top else 0,
        order=top.text("perintah"),
        part=(top.whole("bagian") or 1) if "bagian" in top else 1,
    )
    _judge(sheet, top, entry, path)
    sheet.finish()
    return entry


def _judge(sheet: Sheet, top: Fields, entry: Entry, path: str) -> None:
    """Note what a well-formed file may still get wrong."""
    if entry.key != effect_key(entry.item, entry.account, entry.action, entry.digest, entry.part):
        sheet.fault(WRONG, "kunci", "kunci bukan sidik dari butir, platform, akun, tindakan, isi dan bagian")
    if path != path_of(entry.key):
        sheet.fault(WRONG, "kunci", f"berkas harus bernama {path_of(entry.key)}")
    if entry.history and top.text("keadaan") != entry.state.value:
        sheet.fault(WRONG, "keadaan", "keadaan harus sama dengan baris terakhir riwayat")
    before: State | None = None
    for index, turn in enumerate(entry.history):
        if turn.state not in TRANSITIONS[before]:
            sheet.fault(WRONG, f"riwayat.{index}", f"keadaan '{turn.state}' tidak boleh menyusul '{before or 'awal'}'")
        before = turn.state


def _staged(top: Fields) -> Staged | None:
    if "disiapkan" not in top:
        return None
    staged = top.fields("disiapkan", (), ("nomor", "sejak", "teks", "balasan_untuk"))
    return Staged(
        ids=staged.texts("nomor"),
        since=_moment(staged, "sejak") if staged.text("sejak") else None,
        text=staged.text("teks"),
        reply_to=staged.text("balasan_untuk"),
    )


def _receipt(top: Fields) -> Receipt | None:
    if "tanda_terima" not in top:
        return None
    receipt = top.fields("tanda_terima", (), ("nomor", "tautan"))
    return Receipt(remote_id=receipt.text("nomor"), url=receipt.text("tautan"))


def _moment(fields: Fields, key: str) -> datetime:
    text = fields.text(key)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        fields.wrong(key, f"'{text}' bukan waktu dengan zona: tulis seperti 2026-11-21T08:00:00+07:00")
        return _NEVER
    return moment
