"""The only module that talks SMTP: it carries out the letters of `pipeline.platforms.mail`.

One session a letter, with `smtplib`; nothing is sent twice. A secret is a JSON object with `peladen`, `porta` (465),
`keamanan` (`ssl`; `starttls`; `tanpa` to this very computer only), `nama` and `sandi`: it goes to that server, over
TLS, and never into a message or an exception. Up to the server's `354` nothing can have been sent; from the first byte
of the letter on, only the server's answer tells.
"""

from __future__ import annotations

import json
import re
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass, field
from smtplib import SMTP, SMTP_SSL, SMTPAuthenticationError, SMTPException, SMTPNotSupportedError
from typing import TYPE_CHECKING, TypeVar

from pipeline.flow import Deferred, Request, Response, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.flow import Flow

T = TypeVar("T")

TIMEOUT = 60  # seconds to connect, and between answers: no longer than a request is waited for (`reconcile.lease`)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_WELL = frozenset({250, 251, 354})
_ME = "jdih.invalid"
"""What we call ourselves: our own name and address are nobody's business (RFC 6761)."""


@dataclass(frozen=True, slots=True)
class _Server:
    """Where a sender's letters are handed in, and as whom."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)


def carry_out(flow: Flow[T], secret: str, sender: str) -> T:
    """Carry out *flow* with the *secret* of *sender* (`surel:<address>`) and return its result.

    `Deferred`: no letter has left. `Unknown`: its end was sent, and no answer came.
    """
    server = _server(secret, sender)
    try:
        request = next(flow)
        while True:
            try:
                response = _hand_in(request, server)
            except (Deferred, Unknown) as fault:
                request = flow.throw(fault)
            else:
                request = flow.send(response)
    except StopIteration as stop:
        result: T = stop.value
        return result


def _server(secret: str, sender: str) -> _Server:
    try:
        told = json.loads(secret)
        host, port, security = told["peladen"], int(told.get("porta", 465)), told.get("keamanan", "ssl")
        found = _Server(host, port, security, told.get("nama", ""), told.get("sandi", ""))
    except (AttributeError, KeyError, TypeError, ValueError):
        found = None
    if found is None or found.security not in ("ssl", "starttls", "tanpa"):
        raise Deferred(f"rahasia {sender} harus memuat peladen, porta, keamanan (ssl atau starttls), nama dan sandi")
    if found.security == "tanpa" and found.host not in LOOPBACK:
        raise Deferred(f"rahasia {sender}: keamanan tanpa hanya untuk komputer ini sendiri, pakai ssl atau starttls")
    return found


def _hand_in(request: Request, server: _Server) -> Response:
    """Hand one letter in and return the server's last code, with the command it answers."""
    fault: Deferred | Unknown
    try:
        with closing(_connect(server)) as session:
            return _post(session, request, server)
    except Unknown as error:
        fault = error
    except ssl.SSLCertVerificationError:
        fault = Deferred(f"{server.host}: sertifikat tidak dapat dipercaya")
    except SMTPAuthenticationError:
        fault = Deferred(f"{server.host}: nama atau sandi surel ditolak, perbarui rahasianya")
    except SMTPNotSupportedError:
        fault = Deferred(f"{server.host}: peladen surel tidak mengenal STARTTLS atau cara masuk yang diminta")
    except (SMTPException, OSError, ValueError):
        fault = Deferred(f"{server.host}: peladen surel tidak dapat dihubungi atau memutus sambungan")
    raise fault  # not inside `except`: the library's own error may carry what the server echoed


def _connect(server: _Server) -> SMTP:
    if server.security == "ssl":
        context = ssl.create_default_context()
        return SMTP_SSL(server.host, server.port, local_hostname=_ME, timeout=TIMEOUT, context=context)
    return SMTP(server.host, server.port, local_hostname=_ME, timeout=TIMEOUT)


def _post(session: SMTP, request: Request, server: _Server) -> Response:
    if server.security == "starttls":
        session.starttls(context=ssl.create_default_context())
    if server.user:
        session.login(server.user, server.password)
    session.ehlo_or_helo_if_needed()
    for step, code in _envelope(session, request):
        if code not in _WELL:
            return Response(code, {"tahap": step})
    return Response(_end(session, request.content or b""), {"tahap": "isi surat"})


def _envelope(session: SMTP, request: Request) -> Iterator[tuple[str, int]]:
    """Yield each command before the letter itself, and what it is answered."""
    yield "MAIL", session.mail(request.params["dari"])[0]
    yield "RCPT", session.rcpt(request.params["kepada"])[0]
    yield "DATA", session.docmd("DATA")[0]


def _end(session: SMTP, letter: bytes) -> int:
    """Send the letter and return the server's verdict; where none comes, it may have been taken."""
    code = None
    with suppress(SMTPException, OSError):
        session.send(re.sub(rb"(?m)^\.", b"..", letter) + b".\r\n")
        code, _ = session.getreply()
        session.quit()
    if code is None:
        raise Unknown("peladen surel memutus sambungan sesudah menerima surat")
    return code
