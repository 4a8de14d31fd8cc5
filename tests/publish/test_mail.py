"""Mail: a letter's form, and whole runs against a real SMTP server (aiosmtpd) that refuses, hangs up, or wants TLS."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.policy import default
from json import dumps, loads
from socket import socket
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from pipeline import postbox, programs
from pipeline.flow import Deferred, Rejected, Response, Unknown
from pipeline.model.people import Account, Channel, Recipient
from pipeline.model.publishing import State
from pipeline.platforms import mail
from tests.publish.parts import Desk, converse, notice, share, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from aiosmtpd.smtp import SMTP, Envelope, Session

SENDER, LEADER = "jdih@kpu.example", "pimpinan@kpu.example"
ACCOUNT = Account(platform="surel", id=LEADER, handle=SENDER)
RECIPIENT = Recipient(channel=Channel.SUREL, name="Pimpinan", address=LEADER, sender=SENDER)
USER, PASSWORD = "jdih", "kenari-surel-rahasia"


@dataclass
class Box:
    """What the server took, and what it does instead of taking it."""

    letters: list[bytes] = field(default_factory=list)
    refuse: str = ""
    verdict: str = "250 OK"
    hang_up: str = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.hang_up == "RCPT":
            server.transport.abort()  # type: ignore[union-attr]
        if not self.refuse:
            envelope.rcpt_tos.append(address)
        return self.refuse or "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.verdict.startswith("250"):
            self.letters.append(envelope.original_content or b"")
        if self.hang_up == "DATA":
            server.transport.abort()  # type: ignore[union-attr]
        return self.verdict

    def read(self) -> EmailMessage:
        [letter] = self.letters
        return message_from_bytes(letter, policy=default)


@contextmanager
def served(box: Box, security: str = "tanpa", **options: Any) -> Iterator[dict[str, str]]:  # noqa: ANN401
    """Serve *box*; yield the secret of its account."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield {f"surel:{SENDER}": dumps({"peladen": "localhost", "porta": str(port), "keamanan": security})}
    finally:
        controller.stop()


def links(desk: Desk) -> Any:  # noqa: ANN401
    return wanted(desk.site, shares=(share(RECIPIENT),), posts=())


# -- a letter's form


def test_a_letter_is_named_after_its_effect_and_dated_from_its_intent() -> None:
    [request], receipt = converse(mail.say(notice(), ACCOUNT), [Response(250)])
    letter = message_from_bytes(request.content or b"", policy=default)
    assert letter["Message-ID"] == receipt.remote_id == f"<{'ab' * 32}@kpu.example>"
    assert str(letter["Date"]) == "Sat, 21 Nov 2026 09:00:00 +0000"
    assert (letter["From"], letter["To"], letter["Auto-Submitted"]) == (SENDER, LEADER, "auto-generated")
    assert request.params == {"dari": SENDER, "kepada": LEADER}
    assert (request.content or b"").endswith(b"\r\n")


def test_no_title_can_write_a_header_of_its_own() -> None:
    bad = replace(notice(), subject="Telah tayang\r\nBcc: semua@luar.example\n\nIsi lain")
    [request], _ = converse(mail.say(bad, ACCOUNT), [Response(250)])
    letter = message_from_bytes(request.content or b"", policy=default)
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Telah tayang Bcc: semua@luar.example Isi lain"


@pytest.mark.parametrize(
    ("code", "fault"), [(421, Deferred), (451, Deferred), (550, Rejected), (552, Rejected), (-1, Unknown)]
)
def test_the_server_s_code_decides(code: int, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(mail.say(notice(), ACCOUNT), [Response(code, {"tahap": "RCPT"})])


# -- whole runs against a real server


def test_links_arrive_once_as_plain_text(desk: Desk) -> None:
    box = Box()
    with served(box) as secrets:
        desk.secrets |= secrets
        assert desk.run(links(desk)) == {"surel": "shared"}
        assert desk.outcomes(links(desk)) == []
    letter = box.read()
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().splitlines() == ["Telah tayang", f"{desk.site}/butir/"]
    [entry] = desk.ledger.entries().values()
    assert [turn.state for turn in entry.history] == [State.CLAIMED, State.POSTING, State.DONE]
    assert entry.receipt
    assert entry.receipt.remote_id == letter["Message-ID"]
    assert entry.why == "disampaikan kepada Pimpinan", "what is said aloud names nobody's address"


def test_a_line_that_is_a_single_dot_ends_nothing() -> None:
    box = Box()
    with served(box) as secrets:
        said = notice("Telah tayang\n.\n..dua\nselesai")
        postbox.carry_out(mail.say(said, ACCOUNT), secrets[ACCOUNT.ref], ACCOUNT.ref)
    assert box.read().get_content().splitlines() == ["Telah tayang", ".", "..dua", "selesai"]


@pytest.mark.slow
def test_a_refused_recipient_is_held_with_the_reason(desk: Desk) -> None:
    with served(Box(refuse="550 no such user")) as secrets:
        desk.secrets |= secrets
        [outcome] = desk.outcomes(links(desk))
    assert (outcome.result, outcome.message) == (
        "rejected",
        "peladen surel menjawab 550 pada RCPT: periksa alamat penerima",
    )
    assert desk.run(links(desk)) == {"surel": "waiting"}


@pytest.mark.slow
@pytest.mark.parametrize("box", [Box(refuse="451 greylisted"), Box(verdict="452 full"), Box(hang_up="RCPT")])
def test_what_surely_did_not_leave_is_tried_again(desk: Desk, box: Box) -> None:
    with served(box) as secrets:
        desk.secrets |= secrets
        assert desk.run(links(desk)) == {"surel": "deferred"}
        box.refuse, box.verdict, box.hang_up = "", "250 OK", ""
        assert desk.run(links(desk)) == {"surel": "shared"}
    assert len(box.letters) == 1


def test_a_connection_lost_after_the_letter_is_never_sent_again(desk: Desk) -> None:
    box = Box(hang_up="DATA")
    with served(box) as secrets:
        desk.secrets |= secrets
        assert desk.run(links(desk)) == {"surel": "unknown"}
        box.hang_up = ""
        desk.clock.forward(days=2)
        assert desk.run(links(desk)) == {"surel": "waiting"}
    assert len(box.letters) == 1


@pytest.mark.slow
def test_a_naive_second_try_after_a_lost_answer_is_noticed() -> None:
    box = Box(hang_up="DATA")
    with served(box) as secrets:
        for _ in range(2):  # the plant: what a client does that takes silence for a refusal
            with pytest.raises(Unknown):
                postbox.carry_out(mail.say(notice(), ACCOUNT), secrets[ACCOUNT.ref], ACCOUNT.ref)
    assert len(box.letters) == 2
    assert len({message_from_bytes(each)["Message-ID"] for each in box.letters}) == 1, "readers show it once"


@pytest.mark.slow
def test_nobody_at_home_is_put_off(desk: Desk) -> None:
    with served(Box()) as secrets:
        desk.secrets |= secrets
    assert desk.run(links(desk)) == {"surel": "deferred"}


@pytest.mark.slow
def test_without_its_secret_nothing_is_written_down(desk: Desk) -> None:
    for secret in ({}, {ACCOUNT.ref: "bukan json"}, {ACCOUNT.ref: dumps({"peladen": "x", "keamanan": "kadang"})}):
        desk.secrets = dict(secret)
        assert desk.run(links(desk)) == {"surel": "deferred"}
    [entry] = desk.ledger.entries().values()
    assert [turn.state for turn in entry.history] == [State.CLAIMED]


# -- TLS and the password


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a key and a certificate of our own for localhost, in one file."""
    openssl = programs.find("openssl") or pytest.skip("openssl is not installed")
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    named = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    programs.run([openssl, "req", "-x509", *kind, *named, "-keyout", path, "-out", f"{path}.crt"])
    path.write_bytes(path.read_bytes() + path.with_name(f"{path.name}.crt").read_bytes())
    return path


@pytest.fixture
def tls(certificate: Path) -> SSLContext:
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def checking(seen: list[tuple[bytes, bytes]]) -> Callable[..., AuthResult]:
    def check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:  # noqa: ANN401
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    return check


@pytest.mark.slow
@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_the_password_goes_over_tls_only(
    desk: Desk, tls: SSLContext, certificate: Path, security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    box, seen = Box(), list[tuple[bytes, bytes]]()
    way: dict[str, Any] = {"ssl_context": tls} if security == "ssl" else {"tls_context": tls, "require_starttls": True}
    with served(box, security, authenticator=checking(seen), auth_require_tls=security == "starttls", **way) as secrets:
        desk.secrets |= {ref: dumps({**loads(told), "nama": USER, "sandi": PASSWORD}) for ref, told in secrets.items()}
        assert desk.run(links(desk)) == {"surel": "shared"}
        desk.secrets |= {ref: dumps({**loads(told), "nama": USER, "sandi": "lama"}) for ref, told in secrets.items()}
        with pytest.raises(Deferred, match="sandi surel ditolak"):
            desk.edges.ask(mail.say(notice(), ACCOUNT), ACCOUNT)
    assert seen[0] == (USER.encode(), PASSWORD.encode())
    assert len(box.letters) == 1


@pytest.mark.slow
@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_a_server_nobody_vouches_for_gets_no_password(desk: Desk, tls: SSLContext, security: str) -> None:
    box, seen = Box(), list[tuple[bytes, bytes]]()
    way: dict[str, Any] = {"ssl_context": tls} if security == "ssl" else {"tls_context": tls}
    with served(box, security, authenticator=checking(seen), auth_require_tls=False, **way) as secrets:
        desk.secrets |= {ref: dumps({**loads(told), "nama": USER, "sandi": PASSWORD}) for ref, told in secrets.items()}
        with pytest.raises(Deferred, match="sertifikat tidak dapat dipercaya") as caught:
            desk.edges.ask(mail.say(notice(), ACCOUNT), ACCOUNT)
    assert (seen, box.letters) == ([], [])
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


@pytest.mark.slow
def test_no_password_leaves_this_computer_in_the_clear(desk: Desk) -> None:
    desk.secrets[ACCOUNT.ref] = dumps({"peladen": "surat.kpu.example", "porta": "25", "keamanan": "tanpa"})
    [outcome] = desk.outcomes(links(desk))
    assert outcome.result == "deferred"
    assert "hanya untuk komputer ini sendiri" in outcome.message


@pytest.mark.slow
def test_a_server_without_starttls_is_told_apart(desk: Desk) -> None:
    with served(Box(), "starttls") as secrets:
        desk.secrets |= secrets
        [outcome] = desk.outcomes(links(desk))
    assert "tidak mengenal STARTTLS" in outcome.message
