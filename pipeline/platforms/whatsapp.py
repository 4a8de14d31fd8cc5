"""WhatsApp Cloud API: a text to one number, from a number of the office's own.

https://developers.facebook.com/docs/whatsapp/cloud-api (description v23.0; versions share it). The account's id is the
recipient's number, its handle the id of the sender's. Free text reaches only who has written to the office within the
last 24 hours (131047); ordinary groups take nothing at all. An answer says that the message was accepted, never that it
arrived, and nobody can be asked: what is not surely refused is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.flow import OK, Rejected, Request, busy
from pipeline.model.publishing import Receipt
from pipeline.platforms import _graph

if TYPE_CHECKING:
    from pipeline.flow import Flow, Response
    from pipeline.model.people import Account
    from pipeline.model.publishing import Notice

NAME = "whatsapp-cloud"
ENDPOINT = "https://graph.facebook.com/v25.0"

_LIMIT = 4096
_BUSY = frozenset({130429, 131048, 131056, 133016})
_REFUSED = {
    100: "isian tidak diterima",
    131008: "isian tidak diterima",
    131009: "isian tidak diterima",
    131021: "pengirim dan penerima sama",
    131026: "nomor ini tidak dapat menerima pesan",
    131030: "nomor ini belum didaftarkan pada nomor uji",
    131031: "akun WhatsApp dikunci",
    131042: "pembayaran akun WhatsApp bermasalah",
    131047: "penerima belum menulis kepada kantor dalam 24 jam terakhir",
    133010: "nomor pengirim belum didaftarkan",
}
"""Codes after which nothing was sent (error codes page of 2026-06), in words."""


def say(notice: Notice, account: Account, /) -> Flow[Receipt]:
    """Send the text of *notice*. One irreversible request."""
    if len(notice.text) > _LIMIT:
        raise Rejected(f"pesan {len(notice.text)} huruf, WhatsApp menerima {_LIMIT}: kurangi")
    said = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": account.id,
        "type": "text",
        "text": {"body": notice.text},
    }
    reply = yield Request("POST", f"{ENDPOINT}/{account.handle}/messages", json=said)
    messages = reply.body.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    name = first.get("id") if isinstance(first, dict) else None
    if reply.status == OK and isinstance(name, str) and name:
        return Receipt(remote_id=name, url="")
    raise _fault(reply)


def _fault(reply: Response) -> Exception:
    number, _ = _graph.code(reply)
    if number in _REFUSED:
        return Rejected(f"WhatsApp menolak: {_REFUSED[number]} ({number})")
    if number in _BUSY:
        return busy(reply, "WhatsApp meminta jeda (batas pengiriman tercapai)")
    return _graph.doubt(reply)
