"""E-mail: a notice by SMTP. RFC 5321 (sessions), RFC 5322 (messages), RFC 3834 (a message nobody wrote by hand).

A session is carried out by `pipeline.postbox` and answered with the server's own code, as if that were a status. The
account's id is the recipient's address, its handle the sender's. Nobody can be asked afterwards whether a message
arrived: what is not surely refused is unknown. Its `Message-ID` comes from the effect's key and its date from the
first intent, so a message that should ever come twice comes twice as the very same one, which mail readers show once.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from pipeline.flow import Deferred, Rejected, Request, Unknown
from pipeline.model.publishing import Receipt

if TYPE_CHECKING:
    from pipeline.flow import Flow
    from pipeline.model.people import Account
    from pipeline.model.publishing import Notice

NAME = "surel"
ENDPOINT = "smtp:"

_TAKEN, _LATER, _NEVER = range(200, 300), range(400, 500), range(500, 600)


def say(notice: Notice, account: Account, /) -> Flow[Receipt]:
    """Hand *notice* to the sender's mail server. One irreversible request: the end of the message."""
    name = f"<{notice.key}@{account.handle.rpartition('@')[2]}>"
    envelope = {"dari": account.handle, "kepada": account.id}
    reply = yield Request("MAIL", ENDPOINT, params=envelope, content=_letter(notice, account, name))
    if reply.status in _TAKEN:
        return Receipt(remote_id=name, url="")
    told = f"peladen surel menjawab {reply.status} pada {reply.body.get('tahap', '')}"
    if reply.status in _LATER:
        raise Deferred(f"{told}: dicoba lagi")
    if reply.status in _NEVER:
        raise Rejected(f"{told}: periksa alamat penerima")
    raise Unknown(told)


def _letter(notice: Notice, account: Account, name: str) -> bytes:
    """Return the message as it is sent; no header can hold a second one, for each is one line of words."""
    letter = EmailMessage(policy=SMTP)
    letter["Message-ID"] = name
    letter["Date"] = format_datetime(notice.at)
    letter["From"], letter["To"] = account.handle, account.id
    letter["Subject"] = " ".join(notice.subject.split())
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(notice.text, cte="quoted-printable")
    return letter.as_bytes()
