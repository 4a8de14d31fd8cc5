"""One module per platform. A new platform is a module with these names and one line in `PLATFORMS`.

The irreversible part of publishing is one function, `commit`, and one call inside it; everything
before it may be repeated freely and everything after it is a question (platform notes, section 0).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from pipeline.model.item import Action
from pipeline.platforms import (
    _x_prices,
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
    from pipeline.model.publishing import EffectAction, Media, Notice, Post, Receipt, Staged


class Platform(Protocol):
    """What a platform module offers."""

    NAME: str
    ENDPOINT: str
    """The published base address its requests begin with."""
    HASHTAG_LIMIT: int
    IMAGES: Images
    ALT: bool
    """Whether it takes alternative text of a picture."""
    VIDEO_ALT: bool
    """Whether it takes alternative text of a video."""
    CAN_DELETE: bool
    CAN_ARCHIVE: bool
    """Whether a post can be put away, to be shown again. Nowhere today, by decision (0024): Instagram has no call; a
    Page's `is_hidden` and `timeline_visibility`, and YouTube's `privacyStatus`, would hide a post (platform notes 2.2
    and 2.5) but are not built, so archiving is left to people."""
    CAN_FIND: bool
    """Whether the platform can be asked if a post is live."""
    CAN_LISTEN: bool
    """Whether comments can be read. What cannot be done raises `Rejected` with what a person does instead."""
    CAN_REPLY: bool
    """Whether a comment can be answered: `commit` of a post with `reply_to`."""
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

TITLES: Mapping[str, Callable[[Post], str]] = {youtube.NAME: youtube.title, tiktok.NAME: tiktok.title}
"""Platforms that show a title beside the text: which; '' where this post has none."""

COSTS: Mapping[str, Callable[[EffectAction, str], str]] = {x.NAME: _x_prices.cost}
"""Platforms that want money: what sending a post with that text, or deleting one, costs, in a few words."""

_NUMBER = re.compile(r"[0-9]{1,40}")
IDS: Mapping[str, re.Pattern[str]] = {
    instagram.NAME: _NUMBER,
    x.NAME: _NUMBER,
    bluesky.NAME: re.compile(r"[A-Za-z0-9._:~-]{1,512}"),
    mastodon.NAME: re.compile(r"[0-9]{1,40}|[0-9A-Z]{26}"),
    facebook.NAME: re.compile(r"[0-9]{1,40}(_[0-9]{1,40})?"),
    threads.NAME: _NUMBER,
    telegram.NAME: re.compile(r"(-?[0-9]{1,40}/)?[0-9]{1,20}(,[0-9]{1,20})*"),
    youtube.NAME: re.compile(r"[A-Za-z0-9_-]{6,60}(\.[A-Za-z0-9_-]{6,60})?"),
    tiktok.NAME: _NUMBER,
}
"""Platform -> what its posts' ids look like: what a person copies from an address is held to it."""

HEARS: Mapping[str, str] = {
    x.NAME: "X hanya memberi kiriman yang menyebut akun ini",
    telegram.NAME: "Telegram hanya memberi 24 jam terakhir",
}
"""Platforms that tell only some of what people write: which."""


def describes(media: Media, platform: str) -> bool:
    """Whether *platform* is told the alternative text of *media*."""
    contract = PLATFORMS[platform]
    return contract.VIDEO_ALT if media.mime.startswith("video/") else contract.ALT


def title(post: Post) -> str:
    """Return the title its platform shows with *post*; '' where it shows none."""
    return TITLES[post.platform](post) if post.platform in TITLES else ""


def obeys(platform: str, action: Action) -> bool:
    """Whether an order's *action* is carried out on *platform* by a machine; where there is no connector, by nobody."""
    contract = PLATFORMS.get(platform)
    if contract is None:
        return False
    return contract.CAN_ARCHIVE if action is Action.ARSIPKAN else contract.CAN_DELETE


def takes_answers(platform: str) -> bool:
    """Whether a comment on *platform* is answered by a machine."""
    return platform in PLATFORMS and PLATFORMS[platform].CAN_REPLY


def is_askable(platform: str) -> bool:
    """Whether *platform* can tell if what was sent there arrived; else, after a lost answer, a person has to look."""
    return platform in PLATFORMS and PLATFORMS[platform].CAN_FIND
