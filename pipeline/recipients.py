"""Who is told the links of an upload, and by which channel (`penerima_tautan` in an office's file).

An e-mail, a Telegram chat and a number of the WhatsApp Cloud API are written to by the desk under `akun`, whose
secret stands in the server's secrets file as `<saluran>:<akun>`. Everything else people use (`whatsapp`: an ordinary
group, or a person) takes no message from a machine: somebody sends a ready one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.fields import EMAIL, MISSING
from pipeline.model.people import Channel, Recipient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.fields import Fields

_KEYS = ("alamat", "percakapan", "nomor", "akun")
_CHANNELS = {
    Channel.SUREL: {"alamat": (EMAIL, "alamat surel"), "akun": (EMAIL, "alamat surel pengirim")},
    Channel.TELEGRAM: {
        "percakapan": (re.compile(r"@\w{4,}|-?\d+", re.ASCII), "percakapan Telegram: tulis @nama atau nomornya"),
        "akun": (re.compile(r"[\w.-]+", re.ASCII), "nama akun bot: tulis tanpa @"),
    },
    Channel.WHATSAPP_CLOUD: {
        "nomor": (re.compile(r"\+?[1-9]\d{7,14}", re.ASCII), "nomor telepon: tulis seperti +62211234567"),
        "akun": (re.compile(r"\d+", re.ASCII), "id nomor pengirim: tulis angkanya saja"),
    },
    Channel.WHATSAPP: {},
}
"""What a recipient of each channel is reached by, and the form of it."""


def recipients(top: Fields, key: str) -> Iterator[Recipient]:
    """Yield the recipients listed below *key* of an office's file; every fault is noted on its sheet."""
    seen: set[tuple[Channel, str]] = set()
    for fields in top.each(key, ("saluran", "nama"), _KEYS):
        found = _recipient(fields)
        place = (found.channel, found.address or found.name)
        if place in seen:
            fields.wrong("nama", f"penerima '{found.name}' ditulis dua kali: hapus salah satunya")
        seen.add(place)
        yield found


def _recipient(fields: Fields) -> Recipient:
    """Read one recipient; what its channel lacks is a fault, and so is what it has no use for."""
    channel = fields.choice("saluran", Channel)
    known = fields.text("saluran") == channel
    forms = _CHANNELS[channel] if known else {}
    for key in _KEYS if known else ():
        if key in forms and not fields.text(key):
            fields.sheet.fault(MISSING, fields.path(key), f"saluran {channel} memerlukan {key}: tambahkan")
        elif key in fields and key not in forms:
            fields.wrong(key, f"saluran {channel} tidak memakainya: hapus")
    read = {key: fields.matching(key, *form) for key, form in forms.items()}
    sender = read.pop("akun", "")
    return Recipient(
        channel=channel, name=fields.text("nama"), address="".join(read.values()).removeprefix("+"), sender=sender
    )
