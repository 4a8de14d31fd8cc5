"""Whether the public can reach what an item let out: the newest effect on record decides (decision 0005)."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline.model.history import RESTART
from pipeline.model.procedure import Effect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model.history import Record

OUT = (Effect.TERBIT, Effect.BALAS)
"""Effects that let an item out."""
TAKEN = (Effect.TURUN, Effect.HAPUS)
"""Effects of an order that take its target away."""


def last(written: Sequence[Record], effects: Sequence[Effect]) -> Record | None:
    """Return the newest of an item's records, oldest first, that made one of *effects* happen, or None.

    What an item did before it was begun anew, under an SOP that was voided since, stands no more.
    """
    standing = takewhile(lambda record: record.word != RESTART, reversed(written))
    return next((record for record in standing if set(record.effects) & set(effects)), None)


def is_taken(published: Record | None, taken: Record | None) -> bool:
    """Whether what *published* let out, None: it predates the desk, has been *taken* away and not let out since."""
    return taken is not None and (published is None or published.at <= taken.at)
