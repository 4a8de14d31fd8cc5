"""One run dies, or is failed, at one point; the runs after it are judged."""

from __future__ import annotations

import os
import sys
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from pipeline import cli
from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import GitFault, Repository, clone, init_bare
from pipeline.desk import publishing, wording
from pipeline.desk.sending import Edges
from pipeline.model.base import JdihError
from pipeline.model.publishing import Receipt, State
from pipeline.sandbox import endpoints
from tests.publish.crash.tracing import trace
from tests.publish.crash.world import ROBOT, accounts, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.model.outcome import Outcome
    from pipeline.model.publishing import Entry, Wanted
    from tests.publish.crash.tracing import Aim, Traced
    from tests.publish.crash.world import Platforms

    Publish = Callable[[Sequence[Wanted], Edges], list[Outcome]]

LATER = timedelta(minutes=11)
"""Past the lease, and the age of an abandoned lock."""
_HOOK = f"""#!{sys.executable}
import os, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[3])!r})
from pipeline.carriers.locks import release
now = datetime.now(UTC) + timedelta(seconds={LATER.total_seconds()})
release(Path(os.environ["GIT_DIR"]), [line.split()[2] for line in sys.stdin], now)
"""
"""What the guard does about an abandoned lock, without its judgements: they want an office and half a second a push."""
CLONE = "klon"
_VERB = "uji"


@dataclass(slots=True)
class Verdict:
    """What became of one point."""

    traced: Traced
    said: str = ""
    """What the run that was hit wrote."""
    faults: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Platform of each effect that waited for a person, who then told the ledger what is shown there."""
    locks: int = 0
    """Lock files the run that was hit left in the bare repository."""
    sent: int = 0
    """Requests the run that was hit sent to change something."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A bare repository, the sandbox, and how publishing is done."""

    remote: Path
    platforms: Platforms
    base: str
    publish: Publish

    @contextmanager
    def edges(self, ahead: timedelta = timedelta()) -> Iterator[Edges]:
        """Yield the edges of a run in a fresh clone, *ahead* of the clock."""
        with TemporaryDirectory(prefix="jdih-klon-") as folder:
            repository = clone(str(self.remote), Path(folder) / CLONE)
            self.platforms.ahead(ahead)
            try:
                yield Edges(
                    ledger=Ledger(repository, "origin", ROBOT),
                    endpoints=endpoints(self.base),
                    secrets={each.ref: f"token-{each.platform}" for each in accounts()},
                    clock=lambda: datetime.now(UTC) + ahead,
                    write=print,
                    sleep=lambda _: None,  # the sandbox has nothing to wait for
                )
            finally:
                repository.close()

    def carry_out(self, edges: Edges) -> int:
        """Publish as a verb of the command line does; return the exit code."""
        outcomes = self.publish(wanted(), edges)
        sys.stdout.writelines(f"{line}\n" for outcome in outcomes for line in wording.outcome(outcome))
        return 1 if any(outcome.result in {"rejected", "unknown"} for outcome in outcomes) else 0


def point(platforms: Platforms, publish: Publish, aim: Aim) -> Verdict:
    """Let a run be hit as *aim* says, then recover; return what is wrong."""
    with TemporaryDirectory(prefix="jdih-titik-") as folder:
        remote = Path(folder) / "kantor.git"
        init_bare(remote).close()
        desk = Desk(remote, platforms, platforms.fresh(), publish)
        verdict = _hit(desk, aim)
        verdict.locks, verdict.sent = len(list(remote.rglob("*.lock"))), desk.platforms.asked()
        _recover(desk, verdict)
        return verdict


def _hit(desk: Desk, aim: Aim) -> Verdict:
    said = os.memfd_create("said")
    with desk.edges() as edges:
        traced = trace(lambda: _command(desk, edges, said), aim)
    with os.fdopen(said, "rb") as told:
        told.seek(0)
        verdict = Verdict(traced, told.read().decode(errors="replace"))
    if traced.code >= 0:
        verdict.faults += _told_badly(traced.code, verdict.said)
    return verdict


def _command(desk: Desk, edges: Edges, said: int) -> int:
    """Publish behind the command line's own rim, as one of its verbs; what is written goes to *said*."""
    os.dup2(said, 1)
    os.dup2(said, 2)
    verb: Any = SimpleNamespace(HELP="", EXAMPLES="", configure=lambda _: None, run=lambda _: desk.carry_out(edges))
    sys.modules[f"pipeline.cli.{_VERB}"] = verb
    cli.VERBS[_VERB] = ""
    return cli.main([_VERB])


def _told_badly(code: int, said: str) -> list[str]:
    if "Traceback" in said or "Error" in said or "Exception" in said:
        return [f"traceback: {said[-3000:]}"]
    lines = [line for line in said.splitlines() if line.startswith("jdih: ")]
    return [] if (code, len(lines)) in {(0, 0), (1, 0), (2, 1)} else [f"code {code}, said {said!r}"]


def _recover(desk: Desk, verdict: Verdict) -> None:
    """Run at once, after the lease, and after a person told what nobody can ask; then a last time."""
    with suppress(JdihError), desk.edges() as edges:  # what the dead run left may still stand in the way
        desk.publish(wanted(), edges)
    if verdict.locks:
        hook = desk.remote / "hooks/pre-receive"
        hook.write_text(_HOOK, encoding="utf-8")
        hook.chmod(0o755)
    try:
        with desk.edges(LATER) as edges:
            desk.publish(wanted(), edges)
            entries = list(edges.ledger.entries().values())
            verdict.faults += _gone_silently(desk, entries)
            open_ = [entry for entry in entries if entry.state is State.UNKNOWN]
            verdict.unknown = [entry.platform for entry in open_]
            for entry in open_:
                _ask_a_person(desk, entry, edges)
            if open_:
                desk.publish(wanted(), edges)
        before = desk.platforms.asked()
        with desk.edges(2 * LATER) as edges:
            desk.publish(wanted(), edges)
            if sent := desk.platforms.asked() - before:
                verdict.faults.append(f"the last run sent {sent} requests")
            verdict.faults += _unlike(desk, edges.ledger)
    except JdihError as error:
        verdict.faults.append(f"not recovered: {error}")


def _ask_a_person(desk: Desk, entry: Entry, edges: Edges) -> None:
    """Tell the ledger what the platform shows of an effect that waits for it."""
    shown = [row for row in desk.platforms.posts() if (row["platform"], row["teks"]) == (entry.platform, _text(entry))]
    publishing.decide(entry.key, Receipt(remote_id=str(shown[0]["id"]), url="") if shown else None, edges)


def _text(entry: Entry) -> str:
    return next(post.text for item in wanted() for post in item.posts if post.key == entry.key)


def _gone_silently(desk: Desk, entries: Sequence[Entry]) -> list[str]:
    """Judge before any person helps: what is not live is known to be so, and only where nobody can be asked."""
    shown = Counter((row["platform"], row["teks"]) for row in desk.platforms.posts())
    faults = []
    for entry in entries:
        live = shown[entry.platform, _text(entry)]
        if entry.state not in {State.DONE, State.UNKNOWN} or (entry.state is State.DONE and not live):
            faults.append(f"lost: {entry.account.ref} {entry.item} is {entry.state} ({entry.why}), {live} live")
    return faults


def _unlike(desk: Desk, ledger: Ledger) -> list[str]:
    """Return how ledger and platforms differ from one post an effect, each with its receipt."""
    shown = Counter((row["platform"], row["teks"]) for row in desk.platforms.posts())
    entries = ledger.entries()
    faults = []
    for post in (post for item in wanted() for post in item.posts):
        live, entry = shown.pop((post.platform, post.text), 0), entries.get(post.key)
        if live != 1:
            faults.append(f"{'doubled' if live else 'lost'}: {post.platform} {post.item} is live {live} times")
        if entry is None or entry.state is not State.DONE or entry.receipt is None:
            faults.append(f"incomplete: {post.platform} {post.item} is {entry.state if entry else 'not in the ledger'}")
    faults += [f"unasked for: {platform} {text}" for platform, text in shown]
    faults += [f"ledger: {finding.path}: {finding.message}" for finding in ledger.verify()]
    try:
        Repository(desk.remote).git("fsck", "--full", "--strict", "--no-dangling")
    except GitFault as error:
        faults.append(f"fsck: {error}")
    return faults
