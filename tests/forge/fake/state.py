"""What the fake forge remembers. Times are whole seconds of UTC, as GitHub's are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

READ, WRITE, ADMIN = 1, 2, 3
NOBODY = "0" * 40


class Refused(Exception):
    """An answer that is not the wished one."""

    def __init__(self, status: int, message: str, errors: list[Any] | None = None, **headers: str) -> None:
        super().__init__(message)
        self.status, self.message, self.errors = status, message, errors
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class Account:
    """Somebody with a token: a person, or an App's installation (`app` is then its number)."""

    login: str
    token: str
    id: int
    role: int = WRITE
    app: int | None = None
    denied: frozenset[str] = frozenset()
    """Permissions an App lacks: `checks`, `statuses`, ..."""
    bypass: bool = False
    """Whether rules do not bind them (an admin who merges past the gate)."""


@dataclass
class Thread:
    """An issue, or a pull request (then `branch` is set)."""

    number: int
    author: str
    title: str
    body: str
    at: datetime
    labels: list[str] = field(default_factory=list)
    open: bool = True
    editors: list[str] = field(default_factory=list)
    """Who changed the text since, oldest first."""
    draft: bool = False
    """Whether who opened it says that it is not ready (a pull request)."""
    closed_at: datetime | None = None
    branch: str = ""
    base: str = ""
    head: str = ""
    fork: str = ""
    """The other repository the branch lies in, where it does."""
    reviewers: list[str] = field(default_factory=list)
    merged_by: str = ""
    merge_commit: str = ""
    merge_base: str = ""
    """Where the base stood when it was merged."""


@dataclass
class Said:
    """A comment."""

    id: int
    thread: int
    author: str
    body: str
    at: datetime
    updated: datetime


@dataclass
class Reviewed:
    """A review."""

    id: int
    thread: int
    author: str
    state: str
    body: str
    commit: str | None
    at: datetime | None


@dataclass
class Stated:
    """A commit status."""

    id: int
    sha: str
    context: str
    state: str
    description: str
    url: str
    by: str
    at: datetime


@dataclass
class Moved:
    """One movement of a branch."""

    id: int
    ref: str
    before: str
    after: str
    actor: str
    at: datetime
    kind: str


@dataclass(frozen=True)
class Happened:
    """What the forge tells its workflows of; `number` is a thread's, `ref` a moved branch's."""

    event: str
    action: str
    by: str
    number: int = 0
    ref: str = ""


@dataclass
class State:
    """Everything."""

    repo: str
    accounts: dict[str, Account] = field(default_factory=dict)
    """By token."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    threads: dict[int, Thread] = field(default_factory=dict)
    comments: list[Said] = field(default_factory=list)
    reviews: list[Reviewed] = field(default_factory=list)
    statuses: list[Stated] = field(default_factory=list)
    moves: list[Moved] = field(default_factory=list)
    events: list[Happened] = field(default_factory=list)
    rulesets: dict[int, dict[str, Any]] = field(default_factory=dict)
    labels: set[str] = field(default_factory=lambda: {"bug"})
    """Those the repository knows, whether or not they are in use."""
    ids: Iterator[int] = field(default_factory=lambda: count(1001))
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def owner(self) -> str:
        return self.repo.partition("/")[0]

    def now(self) -> datetime:
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def later(self, than: datetime) -> datetime:
        """Return now, but after *than*: an edit shows even within the second."""
        return max(self.now(), than + timedelta(seconds=1))

    def tell(self, event: str, action: str, by: str, number: int = 0, ref: str = "") -> None:
        self.events.append(Happened(event, action, by, number, ref))

    def account(self, login: str) -> Account:
        return next(one for one in self.accounts.values() if one.login == login)

    def thread(self, number: str | int) -> Thread:
        return found(self.threads.get(int(number)))

    def pull(self, number: str | int) -> Thread:
        thread = self.thread(number)
        return found(thread if thread.branch else None)

    def comment(self, number: str | int) -> Said:
        return found(next((one for one in self.comments if one.id == int(number)), None))

    def review(self, thread: str | int, number: str | int) -> Reviewed:
        rows = (one for one in self.reviews if one.thread == int(thread) and one.id == int(number))
        return found(next(rows, None))


def found(row: T | None) -> T:
    """Return *row*, or what GitHub says when there is none."""
    if row is None:
        raise Refused(404, "Not Found")
    return row
