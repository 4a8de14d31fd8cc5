"""What a forge knows about a proposal: pull request, reviews, comments, pushes. Values only.

People are logins here; who they are is said by `site_config/people.yaml` on `main`, never by the forge.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Verdict(StrEnum):
    """What a review says, in the forge's words."""

    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    COMMENTED = "COMMENTED"
    DISMISSED = "DISMISSED"
    PENDING = "PENDING"


class Status(StrEnum):
    """How a check on a commit stands, in the forge's words."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True, slots=True)
class CommitStatus:
    """What a check says about a commit: `description` in a few words (140 characters), more at `url`."""

    context: str
    status: Status
    description: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pull:
    """One pull request. Everything a writer can type (`title`, `body`) is text, never a command."""

    number: int
    branch: str
    """Name of the head branch, without `refs/heads/`."""
    head: str
    """Commit id the forge shows now."""
    base: str
    """Name of the base branch."""
    author: str
    """Login of who opened it; '' (here and below) when the account is gone."""
    title: str
    body: str
    open: bool
    merged: bool
    fork: bool
    """Whether the head branch lies in another repository."""
    merge_commit: str = ""
    """The commit that merged it; '' while it is not merged."""
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    """Logins whose review is asked for."""
    url: str = ""
    """Where people see it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """One submitted review."""

    id: int
    author: str
    verdict: Verdict
    commit: str | None
    """The commit that was looked at; None once the forge has forgotten it."""
    body: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """One comment on the conversation of a pull request or issue."""

    id: int
    author: str
    body: str
    at: datetime
    edited: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Push:
    """One movement of a branch as the forge itself noted it: by whom and when, whatever the commits say."""

    branch: str
    before: str
    after: str
    actor: str
    at: datetime
    forced: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """One issue: a form somebody filled in, or a reminder the desk opened."""

    number: int
    author: str
    title: str
    body: str
    labels: tuple[str, ...]
    open: bool
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruleset:
    """Rules of the forge for branches. `document` is the whole of it, as the forge's own API shows it."""

    id: int
    name: str
    document: Mapping[str, Any]
