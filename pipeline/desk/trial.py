"""A draft sent for trial: the real clients, a ledger of its own, and stand-ins on this computer; nothing stays behind.

What a platform would refuse is refused here, before anybody approves it. No secret of the office is read: the stand-ins
take any token, so each account gets one made for the occasion.
"""

from __future__ import annotations

import secrets
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline import sandbox, store, web
from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Identity, init_bare
from pipeline.desk import previewing
from pipeline.desk.publishing import publish
from pipeline.desk.sending import Edges
from pipeline.flow import Rejected
from pipeline.model.outcome import Result
from pipeline.model.publishing import Wanted
from pipeline.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from pipeline.desk.darkroom import Darkroom
    from pipeline.items import Place
    from pipeline.model.outcome import Outcome
    from pipeline.model.people import Account
    from pipeline.model.publishing import Media, Post

_ROBOT = Identity("Gladi", "gladi@jdih.example")


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a draft's posts."""

    outcomes: tuple[Outcome, ...]
    unsent: tuple[tuple[Post, str], ...]
    """Posts for which there is no stand-in, and why, in a few words."""
    wall: str
    """Where the stand-ins show what they were sent, as long as the trial lasts."""

    @property
    def is_taken(self) -> bool:
        """Whether every post that was sent is shown."""
        return all(done.result is Result.PUBLISHED for done in self.outcomes)


@contextmanager
def rehearsed(root: Path, place: Place, darkroom: Darkroom, clock: Callable[[], datetime]) -> Iterator[Trial]:
    """Send the posts of the item at *place* in the checkout *root* to stand-ins that last as long as the block.

    Raise `JdihError` when it has no posts. Whatever its schedule says, they are sent now.
    """
    _, posts = previewing.drafted(root, place, darkroom)
    with TemporaryDirectory(prefix="jdih-gladi-") as name:
        folder = Path(name)
        tokens = {post.account.ref: secrets.token_urlsafe(24) for post in posts}
        play = sandbox.Sandbox(folder / "tiruan", clock, _names(tokens, [post.account for post in posts]))
        (folder / "berkas").mkdir()
        book = closing(init_bare(folder / "buku.git"))
        with book as repository, web.serving(folder / "berkas") as files, play.running() as wall:
            places = sandbox.endpoints(wall)
            # Nothing but stand-ins is reached, and they are never busy: nobody waits for them.
            edges = Edges(
                ledger=Ledger(repository, repository.path, _ROBOT),
                endpoints=places,
                secrets=tokens,
                clock=clock,
                write=lambda _: None,
                sleep=lambda _: None,
            )
            sent = [_served(post, folder / "berkas", files) for post in posts if post.platform in places]
            outcomes = _sent(place.id, sent, edges)
            unsent = tuple((post, _why(post)) for post in posts if post.platform not in places)
            yield Trial(tuple(outcomes), unsent, f"{wall}/")


def _names(tokens: Mapping[str, str], accounts: Sequence[Account]) -> dict[str, str]:
    """Return what the wall calls each token and each account id."""
    return {key: account.handle for account in accounts for key in (tokens[account.ref], account.id)}


def _sent(item: str, posts: Sequence[Post], edges: Edges) -> list[Outcome]:
    """Publish *posts*; no page is waited for, for there is none yet."""
    digest = posts[0].digest if posts else ""
    return publish([Wanted(item=item, digest=digest, page_url="", posts=tuple(posts))], edges)


def _served(post: Post, folder: Path, address: str) -> Post:
    """Return *post* with its files where a stand-in can fetch them: below *address*, which shows *folder*."""
    return replace(post, media=tuple(_laid_out(media, folder, address) for media in post.media))


def _laid_out(media: Media, folder: Path, address: str) -> Media:
    path = urlsplit(media.url).path.lstrip("/")
    with suppress(Rejected):  # what cannot be prepared is missing on the page as well
        store.write(folder / path, media.content())
    return replace(media, url=f"{address}{path}")


def _why(post: Post) -> str:
    if post.platform in PLATFORMS:
        return "tidak digladikan (platform ini tidak punya tiruan)"
    return f"dengan tangan (belum ada penghubung untuk {post.platform})"
