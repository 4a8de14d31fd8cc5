"""One comment, one answer: of several items that answer it one is sent, and the others say which.

The ledger decides before the dates do: what may be live is never answered a second time, whoever was let out first.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.model.publishing import EffectAction, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from pipeline.model.publishing import Entry, Post, Wanted

    Known = Mapping[str, Mapping[str, Entry]]
    """Item -> what the ledger knows of it, by key."""

_OUT = frozenset({State.POSTING, State.UNKNOWN, State.DONE})


def barred(wanted: Iterable[Wanted], known: Known, now: datetime) -> dict[str, str]:
    """Return key of a post -> why it is not sent, for every answer to what another item answers, or to nobody's."""
    found: dict[str, str] = {}
    for posts in _by_comment(wanted, known).values():
        first = min(posts, key=lambda post: (_rank(post, known), post.approved or now, post.item))
        found |= {post.key: f"komentar ini sudah dijawab oleh butir {first.item}" for post in posts if post != first}
        found |= {post.key: post.barred for post in posts if post.barred and post == first}
    return found


def is_sent(post: Post, entries: Mapping[str, Entry]) -> bool:
    """Whether a barred *post* went out, or may have, before it was barred; *entries* are its item's."""
    return bool(post.barred) and any(_weight(entry) == 0 for entry in _publications(post, entries))


def _by_comment(wanted: Iterable[Wanted], known: Known) -> dict[tuple[str, str, str], list[Post]]:
    found: dict[tuple[str, str, str], list[Post]] = defaultdict(list)
    for item in wanted:
        if not (item.withdrawn or item.archived):
            for post in item.posts:
                if post.reply_to:
                    found[post.platform, _account(post, known), post.reply_to].append(post)
    return found


def _account(post: Post, known: Known) -> str:
    """Return the account's id; for one that is renamed since, the id it was written down under when it was sent."""
    sent = (entry.account.id for entry in _publications(post, known[post.item]))
    return post.account.id or next(sent, f"@{post.account.handle}")


def _rank(post: Post, known: Known) -> int:
    return min(map(_weight, _publications(post, known[post.item])), default=2)


def _weight(entry: Entry) -> int:
    """Return 0 for what is or may be live, 1 for what is only intended."""
    return 0 if entry.state in _OUT or entry.lease else 1


def _publications(post: Post, entries: Mapping[str, Entry]) -> Iterator[Entry]:
    for entry in entries.values():
        concerned = (entry.action, entry.platform) == (EffectAction.PUBLISH, post.platform)
        if concerned and entry.state is not State.WITHDRAWN:
            yield entry
