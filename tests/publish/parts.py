"""What the tests of this room are made of."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from PIL import Image

from pipeline.desk.publishing import publish
from pipeline.desk.sending import Edges
from pipeline.model.people import Account, Channel, Recipient
from pipeline.model.publishing import Exhibit, Media, Notice, Post, Share, Wanted
from pipeline.sandbox.server import endpoints
from pipeline.site import seal

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from pipeline.carriers.ledger import Ledger
    from pipeline.flow import Request, Response
    from pipeline.model.outcome import Outcome
    from pipeline.sandbox import Sandbox

T = TypeVar("T")

TOKENS = {"instagram:jdihuji": "EAAB-kenari-instagram", "x:jdihuji": "kenari-x-rahasia"}
INSTAGRAM = Account(platform="instagram", id="17840000000000001", handle="jdihuji")
X = Account(platform="x", id="1990000000000000001", handle="jdihuji")
DIGEST = "a" * 64
GROUP = Recipient(channel=Channel.WHATSAPP, name="Grup WhatsApp")
CONTENT = seal.framed("<h1>Keputusan KPU</h1>\n<p>Isi yang disetujui.</p>\n")
PAGE = f'<!doctype html><html><meta name="jdih:sidik" content="{DIGEST}"><body>{CONTENT}</body></html>'
SHARED = Path(__file__).parents[3] / "shared" / "data"


def shared(path: str) -> Path:
    """Return a file of the reference data, or skip the test."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"reference data {path} is not beside the project")
    return found


def converse(flow: Generator[Request, Response, T], replies: Iterable[Response | Exception]) -> tuple[list[Request], T]:
    """Play the server: answer *flow* with *replies*, or let the network fail; return what it asked and got."""
    try:
        asked = [next(flow)]
    except StopIteration as stop:
        return [], stop.value
    for reply in replies:
        try:
            asked.append(flow.throw(reply) if isinstance(reply, Exception) else flow.send(reply))
        except StopIteration as stop:
            return asked, stop.value
    raise AssertionError(f"the conversation expects another reply to {asked[-1]}")


def jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), "#b3261e").save(buffer, "JPEG")
    return buffer.getvalue()


JPEG = jpeg()


class Clock:
    """A clock that a test sets forward."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: int) -> None:
        self.now += timedelta(**amount)


def picture(site: str) -> Media:
    return Media(
        name="media/satu.jpg",
        url=f"{site}/butir/media/satu.jpg",
        alt="Sampul <merah>",
        mime="image/jpeg",
        content=lambda: JPEG,
    )


def post(account: Account, media: tuple[Media, ...] = (), text: str = "", item: str = "uji-2026-satu") -> Post:
    text = text or "Keputusan KPU & lampirannya telah terbit: https://jdih.kpu.go.id/produk/1 #JDIHKPU"
    return Post(item=item, platform=account.platform, account=account, text=text, media=media, digest=DIGEST)


def share(recipient: Recipient = GROUP) -> Share:
    return Share(item="uji-2026-satu", recipient=recipient, text="Telah tayang", digest=DIGEST)


def notice(text: str = "Telah tayang\nhttps://jdih.example/butir/") -> Notice:
    return Notice(key="ab" * 32, subject="Telah tayang", text=text, at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC))


def page(site: str, path: str = "butir/") -> Exhibit:
    return Exhibit(url=f"{site}/{path}", digest=lambda: seal.of_content(CONTENT))


def wanted(site: str, *accounts: Account, **changes: Any) -> Wanted:  # noqa: ANN401
    accounts = accounts or (INSTAGRAM, X)
    posts = tuple(post(account, (picture(site),)) for account in accounts)
    given = {"posts": posts, "page_url": f"{site}/butir/", "shows": (page(site),), **changes}
    return Wanted(item="uji-2026-satu", digest=DIGEST, **given)


@dataclass
class Desk:
    """Everything a run needs, and what it said."""

    ledger: Ledger
    sandbox: Sandbox
    address: str
    site: str
    clock: Clock
    secrets: dict[str, str] = field(default_factory=lambda: dict(TOKENS))
    said: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    @property
    def edges(self) -> Edges:
        return Edges(
            ledger=self.ledger,
            endpoints=endpoints(self.address),
            secrets=self.secrets,
            clock=self.clock,
            write=self.said.append,
            sleep=self.slept.append,
        )

    def run(self, *items: Wanted) -> dict[str, str]:
        """Publish and return `platform -> result`."""
        return {outcome.action.platform: outcome.result.value for outcome in self.outcomes(*items)}

    def outcomes(self, *items: Wanted) -> list[Outcome]:
        return publish(items or [wanted(self.site)], self.edges)

    def live(self) -> list[str]:
        """Return the platforms of everything visible now, sorted."""
        return sorted(row["platform"] for row in self.sandbox.posts() if not row["dihapus"])


_LET_OUT = """urut: '1'
butir: {item}
sop: {sop}
versi_sop: '0000000000000000000000000000000000000000'
langkah: '{step}'
tahap: unggah
putusan: {word}
efek:
  - terbit
peran: admin
oleh: admin
putaran: '1'
sidik: '0000000000000000000000000000000000000000000000000000000000000000'
lampiran: []
catatan: ''
pada: '2026-11-20T09:00:00+07:00'
sumber: ssh
"""


def let_out(item: str, sop: str, step: int, word: str) -> str:
    """Return the record by which *step* of *sop* published *item*, as it stands in its folder."""
    return _LET_OUT.format(item=item, sop=sop, step=step, word=word)
