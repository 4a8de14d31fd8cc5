"""The WhatsApp Cloud API's `messages` (see `pipeline.platforms.whatsapp`): nobody can be asked what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.platforms import whatsapp
from pipeline.sandbox import _graph
from pipeline.sandbox.store import Trouble, next_id, trouble

if TYPE_CHECKING:
    from pipeline.sandbox.store import Store
    from pipeline.sandbox.wire import Answer, Call

_LIMIT = 4096


def answer(call: Call, store: Store) -> Answer:
    """Answer one request: `POST /<id of the sender's number>/messages`."""
    if not call.token:
        return _graph.error(*_graph.NO_TOKEN, status=401)
    match call.method, call.path:
        case "POST", (sender, "messages"):
            return _send(call, sender, store)
    return _graph.error(*_graph.NO_PATH)


def _send(call: Call, sender: str, store: Store) -> Answer:
    said = call.json()
    to, told = str(said.get("to", "")).removeprefix("+"), said.get("text")
    text = str(told.get("body", "")) if isinstance(told, dict) else ""
    whole = (said.get("messaging_product"), said.get("type")) == ("whatsapp", "text")
    if not whole or not to.isdecimal() or not 0 < len(text) <= _LIMIT:
        return _graph.error(131009, 0, "Parameter value is not valid")
    with store.open() as data:
        kind = trouble(data, whatsapp.NAME)
        if kind is Trouble.PAUSE:
            return _graph.error(130429, 0, "Cloud API message throughput has been reached", status=429)
        name = f"wamid.{next_id(data, '')}"
        if _graph.happens(kind):
            shown = f"{store.name(sender)} kepada {to}"
            _graph.add(data, store, whatsapp.NAME, {"id": name, "akun": sender, "nama": shown, "teks": text})
    contacts = [{"input": str(said["to"]), "wa_id": to}]
    accepted = {"id": name, "message_status": "accepted"}
    return _graph.outcome(kind, {"messaging_product": "whatsapp", "contacts": contacts, "messages": [accepted]})
