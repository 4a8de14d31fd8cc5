"""How the actions of a publishing run ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.model.publishing import Action


class Result(StrEnum):
    """How an action ended."""

    PUBLISHED = "published"
    RETRACTED = "retracted"
    SHARED = "shared"
    BY_HAND = "by_hand"
    """A person does it, and proves it."""
    PROVED = "proved"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"
    WAITING = "waiting"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of an action, with one Indonesian line for whoever reads the run."""

    action: Action
    result: Result
    message: str
    url: str = ""
