"""One module per platform. A new platform is a module with these names and one line in `PLATFORMS`.

The irreversible part of publishing is one function, `commit`, and one call inside it; everything
before it may be repeated freely and everything after it is a question (platform notes, section 0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pipeline.platforms import (
    bluesky,
    console,
    facebook,
    instagram,
    mail,
    mastodon,
    telegram,
    threads,
    tiktok,
    whatsapp,
    x,
    youtube,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta

    from pipeline.access import Login, Refresh
    from pipeline.flow import Flow
    from pipeline.model.people import Account
    from pipeline.model.platform import Health, Images, Remark, Videos
    from pipeline.model.publishing import Notice, Post, Receipt, Staged


class Platform(Protocol):
    """What a platform module offers."""

    NAME: str
    ENDPOINT: str
    """The published base address its requests begin with."""
    HASHTAG_LIMIT: int
    IMAGES: Images
    ALT: bool
    """Whether it takes alternative text."""
    CAN_DELETE: bool
    CAN_FIND: bool
    """Whether the platform can be asked if a post is live."""
    CAN_LISTEN: bool
    """Whether comments can be read. What cannot be done raises `Rejected` with what a person does instead."""
    CAN_THREAD: bool
    """Whether a post may answer another of the account's own, so that a divided text becomes a thread."""
    STAGED_FOR: timedelta
    """How long what was staged stays usable."""

    @property
    def VIDEOS(self) -> Videos | None:  # noqa: N802 - a constant of the module
        """What a video may be; None: it takes none from this desk."""

    def caption_limit(self, files: int, /) -> int:
        """Return the longest text of a post with *files* pictures and videos, in the unit of `length`."""

    def length(self, text: str, /) -> int:
        """Return how long *text* is as the platform counts."""

    def stage(self, post: Post, account: Account, /) -> Flow[Staged]:
        """Prepare *post*: nothing becomes visible, everything may be repeated."""

    def commit(self, post: Post, account: Account, staged: Staged, /) -> Flow[Receipt]:
        """Publish *post*. One irreversible request, never repeated."""

    def find(self, post: Post, account: Account, staged: Staged, /) -> Flow[Receipt | None]:
        """Ask whether *post* is live; None: surely not. `Unknown`: it cannot be told."""

    def retract(self, receipt: Receipt, account: Account, /) -> Flow[None]:
        """Delete a post; already gone is as good. Repeatable."""

    def comments(self, account: Account, since: datetime, /) -> Flow[tuple[Remark, ...]]:
        """Return what others wrote since *since* below the account's posts; an answer replies to `Remark.id`."""

    def health(self, account: Account, /) -> Flow[Health]:
        """Ask whether the account can be used; trouble on the way there raises `Deferred`. Repeatable."""


class Messenger(Protocol):
    """What a module offers that tells people the links of an upload; nobody can be asked about it afterwards."""

    NAME: str
    ENDPOINT: str

    def say(self, notice: Notice, account: Account, /) -> Flow[Receipt]:
        """Send *notice* to the account's id under its handle. One irreversible request, never repeated."""


PLATFORMS: Mapping[str, Platform] = {
    instagram.NAME: instagram,
    x.NAME: x,
    bluesky.NAME: bluesky,
    mastodon.NAME: mastodon,
    facebook.NAME: facebook,
    threads.NAME: threads,
    telegram.NAME: telegram,
    youtube.NAME: youtube,
    tiktok.NAME: tiktok,
    console.NAME: console,
}

MESSENGERS: Mapping[str, Messenger] = {mail.NAME: mail, telegram.NAME: telegram, whatsapp.NAME: whatsapp}

LOGINS: Mapping[str, Login | Refresh] = {
    bluesky.NAME: bluesky.LOGIN,
    youtube.NAME: youtube.LOGIN,
    tiktok.NAME: tiktok.LOGIN,
}
"""Platforms whose secret is exchanged for a session."""

HOSTS: Mapping[str, tuple[str, ...]] = {youtube.NAME: youtube.HOSTS, facebook.NAME: facebook.HOSTS}
"""Platforms that answer at further addresses, where the token may go too."""

COSTS: Mapping[str, Callable[[str], str]] = {x.NAME: x.cost}
"""Platforms that want money for a post: what one with that text costs, in a few words."""

HEARS: Mapping[str, str] = {
    x.NAME: "X hanya memberi kiriman yang menyebut akun ini",
    telegram.NAME: "Telegram hanya memberi 24 jam terakhir",
}
"""Platforms that tell only some of what people write: which."""
