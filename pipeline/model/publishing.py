"""What goes out to the platforms: posts wanted, effects remembered, actions to take.

An *effect* is one thing done to one account for one approved content. Its key never changes,
so whoever asks for it twice gets it once (reliability notes, 1.6).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.model.people import Account, Channel

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pipeline.model.people import Recipient

LINKS = "tautan"
"""The 'platform' of links a person sends on: nobody lets a machine write into an ordinary WhatsApp group."""


class EffectAction(StrEnum):
    """What is done; `WAIT` is only ever planned, never remembered."""

    PUBLISH = "publish"
    RETRACT = "retract"
    SHARE = "share"
    ARCHIVE = "archive"
    """Put away by hand: no platform here archives for a machine (SOP Kab. Magelang 17/2022, pengarsipan)."""
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


def effect_key(item: str, account: Account, action: EffectAction, digest: str, part: int = 1) -> str:
    """Return the effect's permanent name: sha256 over item, platform, account, action and approved digest.

    The account counts by the platform's own id: a renamed handle is still the same account. The later parts of a
    thread count by their number; what has one part only is named as it was before there were threads.
    """
    later = f"|{part}" if part > 1 else ""
    return hashlib.sha256(f"{item}|{account.platform}|{account.id}|{action}|{digest}{later}".encode()).hexdigest()


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
    """Remote id of the comment or post answered; '' for a post of its own. A later part learns it when it is sent."""
    approved: datetime | None = None
    """When an answer was let out: of several to one comment the first is sent."""
    barred: str = ""
    """Why it cannot be sent as `main` stands; '' when it can."""
    digest: str
    part: int = 1
    """Which post of a thread it is, from 1."""
    parts: int = 1
    """How many posts the thread has."""
    key: str = field(init=False, repr=False, compare=False)
    """Name of the effect of publishing it."""

    def __post_init__(self) -> None:
        """Name it once: a plan asks for the name over and over."""
        name = effect_key(self.item, self.account, EffectAction.PUBLISH, self.digest, self.part)
        object.__setattr__(self, "key", name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """The links of an upload, to be given to a recipient (Pinrang 17/2022 step 9b, Magelang 17/2022)."""

    item: str
    recipient: Recipient
    text: str
    """First line of the message; the links follow it."""
    digest: str

    @property
    def account(self) -> Account:
        """The recipient, seen as an account of its channel under the sender's name: whose secret is used."""
        to = self.recipient
        if to.channel is Channel.WHATSAPP:
            return Account(platform=LINKS, id=to.name, handle=to.name)
        return Account(platform=to.channel.value, id=to.address, handle=to.sender)

    @property
    def key(self) -> str:
        """Name of the effect of sharing it."""
        return effect_key(self.item, self.account, EffectAction.SHARE, self.digest)


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A message about an upload, as a channel sends it."""

    key: str
    """Name of the effect of sharing it."""
    subject: str
    text: str
    at: datetime
    """When it was first intended."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What a person says on record to have done by hand."""

    key: str
    """Beginning of the effect's key."""
    person: str
    said: str
    """A link, or what was seen."""
    actions: frozenset[EffectAction]
    """What the step it is said on makes happen."""


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
    part: int = 1
    """Which post of a thread it is about, from 1."""

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
    part: int = 1
    parts: int = 1
    """Which post of a thread of how many it is about."""

    @property
    def platform(self) -> str:
        """Name of the platform."""
        return self.account.platform


@dataclass(frozen=True, kw_only=True, slots=True)
class Exhibit:
    """Something public that a post leads to: a page (its address ends in /) or a document."""

    url: str
    digest: Callable[[], str]
    """What it must show, as `network.digest_shown` measures it, worked out when it is asked for; '' is never shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What `main` says about one item."""

    item: str
    digest: str
    page_url: str
    """Its own page; '' for what has none."""
    shows: tuple[Exhibit, ...] = ()
    """Everything its posts lead to, which must be there before they go: pages first, then documents."""
    posts: tuple[Post, ...] = ()
    not_before: datetime | None = None
    shares: tuple[Share, ...] = ()
    withdrawn: bool = False
    order: str = ""
    """Id of the order that withdrew it, or had it archived."""
    archived: bool = False
    """Its page stays, its posts are put away by hand."""
    proofs: tuple[Proof, ...] = ()
