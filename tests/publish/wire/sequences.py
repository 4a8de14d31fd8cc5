"""One random sequence of wire faults between the real program and the stand-ins, and what is judged when all is quiet.

The program is the desk's own run: real clients, real HTTP, a ledger in a bare Git repository. A seed decides the items,
the platforms, which requests are befallen by what, how much time passes between runs, and whether an item is ordered
taken down. Then the wire is mended, time passes, and the stand-ins' memory is held against the ledger.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import shutil
import traceback
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Identity, Repository
from pipeline.desk.publishing import publish
from pipeline.desk.sending import Edges
from pipeline.model.base import JdihError
from pipeline.model.people import Account
from pipeline.model.publishing import EffectAction, Media, Post, State, Wanted
from pipeline.network import exchange
from pipeline.reconcile.commands import Ask
from pipeline.sandbox import Sandbox
from tests.publish.parts import JPEG, Clock
from tests.publish.wire.edge import (
    CARRIED_OUT,
    CONNECT_TIMEOUT,
    LARGE,
    NOT_CARRIED_OUT,
    READ_TIMEOUT,
    Asked,
    Canary,
    Edge,
    Fault,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pipeline.model.publishing import Entry
    from pipeline.reconcile.commands import Command

TROUBLED_RUNS, QUIET_RUNS = 3, 4
ACCOUNTS = {
    "instagram": Account(platform="instagram", id="17840000000000001", handle="jdihuji"),
    "facebook": Account(platform="facebook", id="100000000000001", handle="jdihuji"),
    "threads": Account(platform="threads", id="17850000000000001", handle="jdihuji"),
    "x": Account(platform="x", id="1990000000000000001", handle="jdihuji"),
    "bluesky": Account(platform="bluesky", id="did:plc:ewvi7nxzyoun6zhxrhs64oiz", handle="jdihuji.example"),
    "mastodon": Account(platform="mastodon", id="109999", handle="jdihuji@sosial.example"),
    "telegram": Account(platform="telegram", id="@jdihuji", handle="jdihuji"),
    "youtube": Account(platform="youtube", id="UCjdihuji", handle="jdihuji"),
    "tiktok": Account(platform="tiktok", id="jdihuji", handle="jdihuji"),
}
MP4 = b"\0\0\0\x18ftypisom" + b"\0" * 64


def secrets() -> dict[str, str]:
    """Return what the accounts are reached with: tokens, an app password, refresh tokens."""
    tokens = {name: f"kenari-token-{name}" for name in ACCOUNTS} | {"telegram": "77001:kenari-token-telegram"}
    for name in ("youtube", "tiktok"):
        parts = {"client_secret": f"kenari-klien-{name}", "refresh_token": f"kenari-segar-{name}"}
        tokens[name] = json.dumps({"client_id": "klien", **parts})
    return {ACCOUNTS[name].ref: token for name, token in tokens.items()}


def guarded_words() -> set[str]:
    """Return every configured secret, part by part."""
    words: set[str] = set()
    for secret in secrets().values():
        parts = json.loads(secret) if secret.startswith("{") else {"token": secret}
        words |= {value for name, value in parts.items() if name != "client_id"}
    return words


@contextlib.contextmanager
def impatient() -> Iterator[None]:
    """Let the program wait, and read, a little only."""
    before = exchange.TIMEOUT, exchange.LARGEST
    exchange.TIMEOUT, exchange.LARGEST = (CONNECT_TIMEOUT, READ_TIMEOUT), LARGE
    try:
        yield
    finally:
        exchange.TIMEOUT, exchange.LARGEST = before


class DiedError(BaseException):
    """The machine of a run dies: nothing catches it, nothing more is written."""


@dataclass(frozen=True, kw_only=True)
class WatchedEdges(Edges):
    """The edges, with every fault's whole text noted as it passes. `dies` says whether the run dies after a command."""

    told: list[str] = field(default_factory=list)
    dies: Callable[[Command], bool]

    def _do(self, command: Command) -> Any:  # noqa: ANN401 - as Edges
        try:
            answer = super()._do(command)
        except Exception as fault:
            self.told.append("".join(traceback.format_exception(fault)))
            raise
        finally:
            if self.dies(command):
                raise DiedError
        return answer


@dataclass
class Story:
    """One world."""

    seed: int
    folder: Path
    clock: Clock = field(default_factory=Clock)
    faults: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    chance: float = 0.0

    def __post_init__(self) -> None:
        self.dice = Random(f"urutan {self.seed}")  # noqa: S311 - dice
        self.numbers: dict[str, Iterator[int]] = defaultdict(count)
        self.platforms = self.dice.sample(sorted(ACCOUNTS), 4)
        self.names = [f"uji-2026-{self.seed}-{place}" for place in range(self.dice.choice((1, 2, 2, 3)))]
        self.pictures = {name: self.dice.random() < 0.5 for name in self.platforms}

    def befall(self, asked: Asked) -> Fault | None:
        """Say what happens to the next request of a platform: its own dice, whatever the others do meanwhile."""
        dice = Random(f"{self.seed} {asked.platform} {next(self.numbers[asked.platform])}")  # noqa: S311 - dice
        if asked.platform not in ACCOUNTS or dice.random() >= self.chance:
            return None
        carried_out = dice.random() < 0.6
        return Fault(dice.choice(CARRIED_OUT if carried_out else NOT_CARRIED_OUT), carried_out, dice)

    def dies(self, command: Command) -> bool:
        """Say whether the run dies now: its irreversible call is made, and nothing more is written."""
        if not isinstance(command, Ask) or command.until is None:
            return False
        name = f"{command.account.platform} mati"
        dice = Random(f"{self.seed} {name} {next(self.numbers[name])}")  # noqa: S311 - dice
        return dice.random() < self.chance / 6

    def wanted(self, site: str, withdrawn: Sequence[str] = ()) -> list[Wanted]:
        """Return what `main` wants."""
        found = []
        for place, item in enumerate(self.names):
            digest = f"{place:064x}"
            posts = tuple(
                Post(
                    item=item,
                    platform=name,
                    account=ACCOUNTS[name],
                    text=f"Keputusan {item} terbit: https://jdih.example/{item} #JDIH",
                    media=self._media(name, site),
                    digest=digest,
                )
                for name in self.platforms
            )
            gone = item in withdrawn
            found.append(
                Wanted(
                    item=item,
                    digest=digest,
                    page_url="",
                    posts=() if gone else posts,
                    withdrawn=gone,
                    order="perintah-uji" if gone else "",
                )
            )
        return found

    def _media(self, platform: str, site: str) -> tuple[Media, ...]:
        if platform in ("youtube", "tiktok"):
            return (file(site, "satu.mp4", "video/mp4", MP4),)
        if platform == "instagram" or self.pictures[platform]:
            return (file(site, "satu.jpeg", "image/jpeg", JPEG),)
        return ()


def file(site: str, name: str, mime: str, content: bytes) -> Media:
    """Return a picture or video at the site."""
    return Media(name=f"media/{name}", url=f"{site}/media/{name}", alt="Sampul", mime=mime, content=lambda: content)


def play(seed: int, folder: Path, empty: Path) -> tuple[list[str], Counter[str]]:
    """Play one sequence in *folder* and return what is wrong, and the faults that befell it by kind.

    *empty* is an empty bare repository to copy.
    """
    story = Story(seed, folder)
    edge = _told(story, empty, lambda judge: judge.judge())
    return story.faults, Counter(f"{platform} {kind}" for platform, kind in edge.befallen)


def calm(folder: Path, empty: Path) -> list[Entry]:
    """Return the effects of one item on every platform after a run on a good wire."""
    story = Story(0, folder)
    found: list[Entry] = []
    story.platforms, story.names = sorted(ACCOUNTS), story.names[:1]
    story.pictures = dict.fromkeys(ACCOUNTS, True)

    def go(judge: _Judge) -> None:
        judge.run(story.wanted(judge.address))
        found.extend(judge.ledger.entries().values())

    _told(story, empty, go)
    assert story.faults == []
    return found


def _told(story: Story, empty: Path, go: Callable[[_Judge], None]) -> Edge:
    """Make the world of *story*, let it *go*, and look for secrets wherever they must not be."""
    folder = story.folder
    names = {account.id: "jdihuji" for account in ACCOUNTS.values()}
    names |= dict.fromkeys(guarded_words(), "jdihuji") | {ACCOUNTS["bluesky"].id: "jdihuji.example"}
    sandbox, canary = Sandbox(folder / "sandbox", story.clock, names), Canary()
    media = folder / "sandbox" / "media"
    (media / "satu.jpeg").write_bytes(JPEG)
    (media / "satu.mp4").write_bytes(MP4)
    shutil.copytree(empty, folder / "kantor.git")
    repository = Repository(folder / "kantor.git")
    log, said = io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    try:
        with canary.running() as elsewhere, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            edge = Edge(sandbox, elsewhere, story.befall)
            with edge.running() as address:
                ledger = Ledger(repository, folder / "kantor.git", Identity("Penerbit", "penerbit@uji.example"))
                go(_Judge(story, edge, ledger, address))
        every = repository.git("cat-file", "--batch-all-objects", "--batch")
    finally:
        logging.getLogger().removeHandler(handler)
        repository.close()
    _look_for_secrets(story, edge, canary, log.getvalue() + said.getvalue(), every)
    return edge


@dataclass
class _Judge:
    story: Story
    edge: Edge
    ledger: Ledger
    address: str

    def judge(self) -> None:
        story = self.story
        gone = [name for name in story.names if story.dice.random() < 0.3]
        for _ in range(TROUBLED_RUNS):
            story.chance = story.dice.choice((0.1, 0.3, 0.6))
            self.run(story.wanted(self.address))
            story.clock.forward(minutes=story.dice.choice((1, 5, 12)))
        self.quiet(story.wanted(self.address))
        self.hold(())
        if gone:
            story.chance = story.dice.choice((0.1, 0.3, 0.6))
            self.run(story.wanted(self.address, gone))
            story.clock.forward(minutes=12)
            self.quiet(story.wanted(self.address, gone))
            self.hold(gone)

    def quiet(self, wanted: list[Wanted]) -> None:
        """Mend the wire and go on until nothing is left to be done; a later run sends nothing."""
        self.story.chance = 0.0
        for _ in range(QUIET_RUNS):
            self.run(wanted)
            self.story.clock.forward(minutes=20)
        before = self.shown()
        results = self.run(wanted)
        if self.shown() != before or {"published", "retracted"} & set(results):
            self.fault(f"a later run is not idle: {results}")

    def run(self, wanted: list[Wanted]) -> list[str]:
        edges = WatchedEdges(
            ledger=self.ledger,
            endpoints={name: f"{self.address}/{name}" for name in ACCOUNTS},
            secrets=secrets(),
            clock=self.story.clock,
            write=self.story.told.append,
            sleep=lambda _: None,
            told=self.story.told,
            dies=self.story.dies,
        )
        try:
            outcomes = publish(wanted, edges)
        except DiedError:
            return []
        except JdihError as fault:
            self.fault(f"the run broke off: {fault}")
            return []
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is a traceback
            self.fault("a traceback: " + "".join(traceback.format_exception(fault)[-4:]))
            return []
        self.story.told += [repr(outcome) for outcome in outcomes]
        return [outcome.result.value for outcome in outcomes]

    def fault(self, what: str) -> None:
        self.story.faults.append(f"seed {self.story.seed}: {what}")

    def shown(self) -> list[tuple[str, str]]:
        """Return (platform, text) of everything visible."""
        return sorted((row["platform"], row["teks"]) for row in self.edge.sandbox.posts() if not row["dihapus"])

    def hold(self, gone: Sequence[str]) -> None:
        """Hold what is visible against the ledger: nothing doubled, nothing lost, everything written down."""
        shown, entries = Counter(self.shown()), self.ledger.entries()
        for item in self.story.wanted(self.address):
            for post in item.posts:
                times, entry = shown[(post.platform, post.text)], entries.get(post.key)
                name = f"{post.platform} {post.item}"
                if entry is None:
                    self.fault(f"{name}: not in the ledger")
                    continue
                if times > 1:
                    self.fault(f"{name}: doubled, {times} times, {_story(entry)}")
                if why := self.unlawful(entry, times, gone=item.item in gone):
                    self.fault(f"{name}: {why}, {_story(entry)}")
        self.story.faults += [f"seed {self.story.seed}: {finding}" for finding in self.ledger.verify()]

    def unlawful(self, entry: Entry, times: int, *, gone: bool) -> str:
        """Return what is wrong with *entry*, whose post is visible *times*; '' when all is well."""
        if entry.state is State.DONE and not times and not (gone and self._takedown_waits(entry)):
            return "lost: done, and nobody sees it"
        if entry.state is State.HELD and times:
            return "said to be refused, and everybody sees it"
        if entry.state is State.WITHDRAWN and times:
            return "withdrawn, and everybody sees it"
        waits = entry.state in (State.UNKNOWN, State.HELD) or (gone and self._takedown_waits(entry))
        if not waits and entry.state is not (State.WITHDRAWN if gone else State.DONE):
            return "left undone without a person being asked"
        return ""

    def _takedown_waits(self, entry: Entry) -> bool:
        """Whether a person is asked to delete the post of *entry*."""
        entries = self.ledger.entries().values()
        same = (each for each in entries if (each.item, each.account) == (entry.item, entry.account))
        return any(each.action is EffectAction.RETRACT and each.state is State.HELD for each in same)


def _story(entry: Entry) -> str:
    return " > ".join(f"{turn.state.value} ({turn.why})" for turn in entry.history)


def _look_for_secrets(story: Story, edge: Edge, canary: Canary, log: str, ledger: str) -> None:
    """Look for every secret wherever it must not be."""
    words = {word.encode() for word in guarded_words() | edge.secrets}
    addresses = "\n".join(asked.target for asked in edge.asked if asked.platform != "telegram")
    places = {
        "the other host": b"".join(asked.raw() for asked in canary.heard),
        "an exception": "\n".join(story.told).encode(),
        "a log": log.encode(),
        "an address": addresses.encode(),
        "the ledger": ledger.encode(errors="surrogateescape"),
    }
    for place, content in places.items():
        story.faults += [
            f"seed {story.seed}: a secret in {place}: {word.decode()}" for word in words if word in content
        ]
    if canary.heard:
        story.faults.append(f"seed {story.seed}: the other host was asked: {canary.heard[0].method}")
