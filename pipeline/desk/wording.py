"""What became of an action, in words for people: the hook, `jdih publish` and the demonstration say it alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.outcome import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.outcome import Outcome

_WORDS = {
    Result.PUBLISHED: "terbit",
    Result.RETRACTED: "ditarik",
    Result.SHARED: "tautan siap dibagikan",
    Result.REJECTED: "TERTAHAN",
    Result.DEFERRED: "tertunda",
    Result.UNKNOWN: "BELUM PASTI",
    Result.WAITING: "menunggu",
}
_CALM = frozenset({Result.PUBLISHED, Result.RETRACTED, Result.SHARED})


def outcome(done: Outcome) -> Iterator[str]:
    """Yield the lines for one outcome: what happened, and what somebody has to know or do."""
    action = done.action
    if done.result is Result.SHARED:
        yield f"{action.item}: {_WORDS[done.result]}"
        yield from (f"    {line}" for line in done.message.splitlines())
        return
    link = f" {done.url}" if done.url else ""
    why = f" ({done.message})" if done.message and not (done.result in _CALM and done.url) else ""
    yield f"{action.account.ref}: {action.item} {_WORDS[done.result]}{link}{why}"
