"""One module per platform. A new platform is a module with these names and one line in `PLATFORMS`.

The irreversible part of publishing is one function, `commit`, and one call inside it; everything
before it may be repeated freely and everything after it is a question (platform notes, section 0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pipeline.platforms import console, instagram, x

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from pipeline.flow import Flow
    from pipeline.model.people import Account
    from pipeline.model.publishing import Images, Post, Receipt, Staged


class Platform(Protocol):
    """What a platform module offers."""

    NAME: str
    ENDPOINT: str
    """The published base address its requests begin with."""
    CAPTION_LIMIT: int
    """Longest text, in the unit of `length`."""
    HASHTAG_LIMIT: int
    IMAGES: Images
    CAN_DELETE: bool
    CAN_FIND: bool
    """Whether the platform can be asked if a post is live."""
    STAGED_FOR: timedelta
    """How long what was staged stays usable."""

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


PLATFORMS: Mapping[str, Platform] = {
    instagram.NAME: instagram,
    x.NAME: x,
    console.NAME: console,
}
