"""What goes out to the platforms: posts wanted, effects remembered, actions to take.

An *effect* is one thing done to one account for one approved content. Its key never changes,
so whoever asks for it twice gets it once (reliability notes, 1.6).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.model.people import Account

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

LINKS = "tautan"
"""The 'platform' of links handed to people: no platform lets a machine post into an ordinary WhatsApp group."""


class EffectAction(StrEnum):
    """What is done; `WAIT` is only ever planned, never remembered."""

    PUBLISH = "publish"
    RETRACT = "retract"
    SHARE = "share"
    WAIT = "wait"


class State(StrEnum):
    """How far an effect is. Nothing ever leaves the ledger; a takedown is a state too."""

    CLAIMED = "claimed"
    """Intended; nothing irreversible has happened."""
    POSTING = "posting"
    """The irreversible call may have been made."""
    DONE = "done"
    HELD = "held"
    """Refused for good, or beyond what a machine can do: a person decides."""
    UNKNOWN = "unknown"
    """Perhaps live. Never sent again; adopted when the platform shows it, else a person decides."""
    WITHDRAWN = "withdrawn"
    """Tombstone: not live, and never to be sent again."""


TRANSITIONS: dict[State | None, frozenset[State]] = {
    None: frozenset({State.CLAIMED, State.WITHDRAWN}),
    State.CLAIMED: frozenset({State.CLAIMED, State.POSTING, State.DONE, State.HELD, State.WITHDRAWN}),
    State.POSTING: frozenset({State.CLAIMED, State.DONE, State.HELD, State.UNKNOWN}),
    State.UNKNOWN: frozenset({State.CLAIMED, State.DONE}),
    State.HELD: frozenset({State.CLAIMED, State.DONE, State.WITHDRAWN}),
    State.DONE: frozenset({State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}
"""Which state may follow which; publications go through `POSTING`, repeatable effects need not."""


def effect_key(item: str, account: Account, action: EffectAction, digest: str) -> str:
    """Return the effect's permanent name: sha256 over item, platform, account, action and approved digest.

    The account counts by the platform's own id: a renamed handle is still the same account.
    """
    parts = f"{item}|{account.platform}|{account.id}|{action}|{digest}"
    return hashlib.sha256(parts.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """One picture or video. Instagram fetches `url` (public, no redirect), X is sent the bytes of `content()`."""

    name: str
    url: str
    alt: str
    mime: str
    content: Callable[[], bytes]
    """Made ready when it is asked for; raise `Rejected` when it cannot be."""

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content())


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One post as it is sent: `text` is complete, with hashtags and (where wanted) the link."""

    item: str
    platform: str
    account: Account
    text: str
    media: tuple[Media, ...] = ()
    link: str = ""
    """The item's public page."""
    reply_to: str = ""
    """Remote id of the comment or post answered; '' for a post of its own."""
    digest: str

    @property
    def key(self) -> str:
        """Name of the effect of publishing it."""
        return effect_key(self.item, self.account, EffectAction.PUBLISH, self.digest)


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """The links of an upload, to be given to a recipient (Pinrang 17/2022 step 9b, Magelang 17/2022)."""

    item: str
    recipient: str
    text: str
    """First line of the message; the links follow it."""
    digest: str

    @property
    def account(self) -> Account:
        """The recipient, seen as an account of the platform `tautan`."""
        return Account(platform=LINKS, id=self.recipient, handle=self.recipient)

    @property
    def key(self) -> str:
        """Name of the effect of sharing it."""
        return effect_key(self.item, self.account, EffectAction.SHARE, self.digest)


@dataclass(frozen=True, kw_only=True, slots=True)
class Staged:
    """What was prepared, with what is needed to recognise the post on the platform later.

    Kept in the ledger from before the irreversible call, so that even a later withdrawal can ask.
    """

    ids: tuple[str, ...] = ()
    """Container or media ids."""
    since: datetime | None = None
    """When it was prepared; asked of the platform, since when the post may be live."""
    text: str = ""
    reply_to: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """A live post by the platform's own id. `remote_id` is '' when it is live under an id we could not learn."""

    remote_id: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One line of an effect's history."""

    state: State
    at: datetime
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One effect in the ledger."""

    key: str
    item: str
    account: Account
    action: EffectAction
    digest: str
    history: tuple[Turn, ...]
    """Oldest first, never empty, only ever appended to."""
    staged: Staged | None = None
    receipt: Receipt | None = None
    retry_at: datetime | None = None
    """Not before this moment: the platform asked for the pause."""
    lease: datetime | None = None
    """`POSTING`: it belongs to one run until then. Else: until then an earlier call may still take effect."""
    lost: int = 0
    """Irreversible calls whose end nobody saw."""
    order: str = ""
    """Id of the order behind a takedown."""

    @property
    def platform(self) -> str:
        """Name of the platform."""
        return self.account.platform

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.history[-1].state

    @property
    def at(self) -> datetime:
        """Since when it stands there."""
        return self.history[-1].at

    @property
    def why(self) -> str:
        """Why it stands there, in one Indonesian line; may be ''."""
        return self.history[-1].why


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One line of a plan."""

    item: str
    account: Account
    action: EffectAction
    why: str
    key: str
    digest: str
    at: datetime | None = None
    """When a wait ends, where that is known."""
    cost: str = ""
    """What the platform asks for it, in a few words; '' when nothing."""

    @property
    def platform(self) -> str:
        """Name of the platform."""
        return self.account.platform


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What `main` says about one item. `page_url` answers with the meta `jdih:sidik` = `digest`."""

    item: str
    digest: str
    page_url: str
    posts: tuple[Post, ...] = ()
    not_before: datetime | None = None
    shares: tuple[Share, ...] = ()
    withdrawn: bool = False
    order: str = ""
    """Id of the order that withdrew it."""
