"""An office that works on the fake forge: its people, their clones, the App's checkout, and the controller.

Time is the test's: every act lets a second pass (`tick`), so what people do has an order, as on a real forge.
"""

from __future__ import annotations

import copy
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import settings
from pipeline.access import Access
from pipeline.carriers import history, receipts
from pipeline.carriers.repository import Identity, Repository, clone
from pipeline.desk import cases, verifying
from pipeline.desk.forge import control, link, reminders, setup, witness
from pipeline.forges import github
from pipeline.model.base import JdihError
from pipeline.model.people import Authority
from tests.forge.fake import ACTIONS, ROBOT, ROBOT_APP, Fake
from tests.forge.fake.bare import CLEAN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.items import Place
    from pipeline.model.people import People, Person

ROOT = Path(__file__).parents[3]
MANAGER = "pengelola-repositori"
"""The forge's administrator: no role in any SOP."""


@dataclass
class Clock:
    """Whole seconds of UTC, from seven in the morning in Jakarta: today, and before the machine's own time."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0))
    stopped: bool = False
    """Whether everything happens within one second."""

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **span: float) -> datetime:
        if not self.stopped:
            self.now += timedelta(**(span or {"seconds": 1}))
        return self.now


def git(folder: Path, *arguments: str, person: Person | None = None, at: datetime | None = None) -> str:
    """Run Git as *person* at *at*; nothing is signed, as with most people on a forge."""
    name, email = (person.name, person.email) if person else ("Pendiri", "pendiri@uji.example")
    env = CLEAN | {"GIT_TERMINAL_PROMPT": "0"}
    for who in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{who}_NAME": name, f"GIT_{who}_EMAIL": email}
        env |= {f"GIT_{who}_DATE": at.isoformat()} if at else {}
    command = ["git", "-C", str(folder), "-c", "commit.gpgSign=false", *arguments]
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout.strip()


class Kantor:
    """One office on one fake forge. Start the fake (`with office.fake.running():`) before anything else."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self.root, self.clock = root, clock
        self.fake = Fake(root / "forge", admins=[MANAGER], clock=clock)
        self.pull = 1
        """The pull request the story is about."""
        self.said: list[str] = []
        """What the desk said while it worked."""
        self.slept: list[float] = []
        """How long it would have waited between attempts."""
        self._checkouts = count()

    def copy(self, root: Path) -> Kantor:
        """Return the same office, with all that was said and done, in another folder."""
        for name in ("forge", "kunci", "klon"):
            if (self.root / name).exists():
                shutil.copytree(self.root / name, root / name, symlinks=True)
        other = Kantor(root, Clock(self.clock.now))
        other.pull = self.pull
        other.fake.state = other.fake.hub.state = copy.deepcopy(self.fake.state)
        other.fake.state.clock = other.clock
        return other

    @property
    def people(self) -> People:
        data = Repository(self.fake.path).read("refs/heads/main", history.PEOPLE)
        assert data is not None
        return settings.people(data)

    @property
    def server(self) -> Repository:
        """The forge's own repository, for looking."""
        return Repository(self.fake.path)

    @property
    def robot(self) -> Path:
        """The robot's private key."""
        return self.root / "kunci/robot"

    @property
    def dates(self) -> dict[str, str]:
        """What makes the commits of a program bear the forge's time, where it names none itself."""
        return dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), self.clock().isoformat())

    # -- the desk

    def checkout(self) -> Repository:
        """Return a fresh clone, as a workflow makes one for itself."""
        place = self.root / "meja" / str(next(self._checkouts))
        git(self.root, "clone", "--quiet", str(self.fake.path), str(place))
        git(place, "remote", "set-url", "origin", self.fake.remote)
        return Repository(place)

    def link(self, login: str = ROBOT) -> link.Link:
        """Return the desk's way to the forge, as `jdih github` makes it."""
        token = self.fake.person(login).token
        repository = self.checkout()
        repository.use(link.credentials(self.fake.remote, token) | self.dates)
        return link.Link(
            forge=github,
            name=self.fake.repo,
            access=Access(endpoint=github.ENDPOINT, base=self.fake.api, token=token),
            me=login,
            repository=repository,
            key=self.robot,
            clock=self.clock,
            sleep=self.slept.append,
            say=self.said.append,
        )

    def register(self) -> None:
        """Give everybody of people.yaml an account, and set the desk up as `jdih github setup` does."""
        for person in self.people.by_id.values():
            if Authority.PENGENDALI not in person.authorities:
                self.fake.add(person.id)
        self.setup()

    def setup(self, *, check: bool = False) -> list[str]:
        here = self.link(MANAGER)
        if not check:
            setup.prepare(here)
        return setup.apply(here, ROOT, ROBOT_APP, check=check)

    def control(self, number: int | None = None) -> list[str]:
        """Run the controller in this process; return its troubles, or why it gave up."""
        self.clock.tick()
        try:
            troubles = control.control(self.link(), number)
        except JdihError as error:
            troubles = [f"berhenti: {error}"]
        self.said += troubles
        return troubles

    def remind(self) -> dict[str, str]:
        """Run the reminders in this process; return title -> body of those that stand open."""
        reminders.remind(self.link(ACTIONS))
        rows = [one for one in self.fake.state.threads.values() if one.open and reminders.LABEL in one.labels]
        return {one.title: one.body for one in rows}

    def settle(self) -> list[str]:
        """Run the controller, let the checks pass on every head, and run it again: a merge may take both."""
        troubles = self.control()
        self.checks_pass()
        return troubles + self.control()

    def checks_pass(self) -> None:
        """Say `check` is well on every open head, as check.yml does."""
        for pull in self.open_pulls().values():
            head = self.fake.state.threads[pull].head
            if not any(one.sha == head and one.context == "check" for one in self.fake.state.statuses):
                self.fake.person(ACTIONS).status(head, "check", "success")

    def jdih(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run `jdih` in the App's checkout, as a workflow's step would."""
        base = CLEAN | self.environment() | env
        command = [sys.executable, "-P", "-m", "pipeline", *words]
        folder = self.checkout().path
        return subprocess.run(command, cwd=folder, env=base, capture_output=True, text=True, check=False, timeout=300)

    def environment(self, login: str = ROBOT) -> dict[str, str]:
        return {
            "PYTHONPATH": str(ROOT),
            "GITHUB_REPOSITORY": self.fake.repo,
            "GITHUB_API_URL": self.fake.api,
            "JDIH_TOKEN_FORGE": self.fake.person(login).token,
            "JDIH_ROBOT": ROBOT,
            "JDIH_KUNCI": str(self.robot),
            **self.dates,
        }

    # -- people

    def clone(self, person: str) -> Path:
        """Return a person's own clone."""
        place = self.root / "klon" / person
        if not place.exists():
            git(self.root, "clone", "--quiet", str(self.fake.path), str(place))
        return place

    def draft(self, person: str, place: Place, files: Mapping[str, bytes | str | None], *, as_: str = "") -> str:
        """Write *files* into an item's folder (None deletes), push them with the person's token; return the commit.

        *as_* is whose name the commit bears, where it is another's.
        """
        self.clock.tick()
        folder, branch = self.clone(person), f"usul/{place.id}"
        git(folder, "fetch", "--quiet", str(self.fake.path), "+refs/heads/*:refs/remotes/origin/*")
        start = f"origin/{branch}" if self.head(branch) else "origin/main"
        git(folder, "switch", "--quiet", "--no-track", "-C", branch, start)
        for name, data in files.items():
            path = folder / place.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.encode() if isinstance(data, str) else data) if data is not None else path.unlink()
        git(folder, "add", "--all")
        who = self.people.by_id[as_ or person]
        git(folder, "commit", "--quiet", "-m", f"Naskah {place.id}", person=who, at=self.clock())
        self.push(person, f"{branch}:refs/heads/{branch}")
        return git(folder, "rev-parse", "HEAD")

    def push(self, person: str, refspec: str, *options: str) -> None:
        done = self.fake.person(person).push(self.clone(person), refspec, *options)
        assert done.returncode == 0, done.stderr

    def who(self, person: str, *, signs: bool = False) -> Identity:
        """Return a registered person; on a forge a draft need not be signed."""
        found = self.people.by_id[person]
        return Identity(found.name, found.email, self.root / "kunci" / person if signs else None)

    @property
    def branch(self) -> str:
        """The branch the story is about: its pull request's; `main` before there is one."""
        thread = self.fake.state.threads.get(self.pull)
        return thread.branch if thread else "main"

    def commit(
        self,
        changes: Mapping[str, bytes | str | None],
        who: str | Identity = "penulis",
        *,
        parents: Sequence[str] = (),
        message: str = "naskah",
    ) -> str:
        """Commit *changes* of the whole tree in the clone `work`, on the story's branch or on *parents*."""
        base = list(parents) or [self.head(self.branch)]
        held = {path: data.encode() if isinstance(data, str) else data for path, data in changes.items()}
        identity = self.who(who) if isinstance(who, str) else who
        return self.work.commit(base, base[0], held, message, identity, self.clock.tick())

    def send(
        self, person: str, commit: str, branch: str = "", *options: str, may_fail: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Push a commit of the clone `work` with a person's token, to the story's branch or another."""
        self.clock.tick()
        done = self.fake.person(person).push(self.work.path, f"{commit}:refs/heads/{branch or self.branch}", *options)
        assert may_fail or done.returncode == 0, done.stderr
        return done

    def on_main(self, path: str, data: bytes | None, *, signed: bool = False) -> None:
        """Let the repository's manager put a file of the desk itself on `main`, past every rule of the forge.

        *signed* is by somebody with the authority, as is lawful without a pull request.
        """
        made = self.commit({path: data}, self.who("pengelola", signs=signed), parents=[self.head("main")])
        self.fake.state.account(MANAGER).bypass = True
        self.send(MANAGER, made, "main")

    def comment(self, person: str, pull: int, text: str) -> int:
        self.clock.tick()
        return self.fake.person(person).comment(pull, text)

    def review(self, person: str, pull: int, event: str = "APPROVE", body: str = "", commit: str = "") -> int:
        self.clock.tick()
        return self.fake.person(person).review(pull, event, body, commit)

    # -- what is there

    @property
    def work(self) -> Repository:
        """A clone to make commits in that nobody would make by hand, up to date."""
        repository = Repository(self.clone("bengkel"))
        repository.fetch(str(self.fake.path), "+refs/heads/*:refs/remotes/origin/*")
        return repository

    def head(self, branch: str) -> str:
        """Return where a branch stands on the forge; '' when it is not there."""
        return self.fake.hub.bare.head(branch) or ""

    def merges(self) -> list[str]:
        """Return the merges the desk itself has made, newest first."""
        merged = {one.merge_commit for one in self.fake.state.threads.values() if one.merged_by == ROBOT}
        line = self.server.git("rev-list", "--first-parent", "main").splitlines()
        return [commit for commit in line if commit in merged]

    def reports(self) -> list[str]:
        """Return title and text of the issues in which the desk tells what came past the gate."""
        rows = [one for one in self.fake.state.threads.values() if one.author == ROBOT and witness.LABEL in one.labels]
        return [f"{one.title}\n{one.body}" for one in rows]

    def receipts(self) -> dict[str, str]:
        """Return commit of `main` -> ref of its receipt."""
        return {each.new: each.ref for each in receipts.read(self.server, receipts.BRANCH)}

    def open_pulls(self) -> dict[str, int]:
        """Return item -> number of every open pull request of an item."""
        rows = [one for one in self.fake.state.threads.values() if one.open and one.branch.startswith("usul/")]
        return {one.branch.removeprefix("usul/"): one.number for one in rows}

    def gate(self, pull: int) -> tuple[str, str]:
        """Return state and words of `sop/gate` on a pull request's head, as the App said them last."""
        head = self.fake.state.threads[pull].head
        told = [one for one in self.fake.state.statuses if (one.sha, one.by, one.context) == (head, ROBOT, "sop/gate")]
        return (told[-1].state, told[-1].description) if told else ("", "")

    def sheet(self, pull: int) -> str:
        """Return the desk's comment on a pull request."""
        [text] = [one.body for one in self.fake.state.comments if one.thread == pull and one.author == ROBOT]
        return text

    def case(self, item: str) -> cases.Case:
        """Return an item as `main` has it."""
        return cases.open_case(self.server, item, "refs/heads/main")

    def witness(self) -> Repository:
        """Return a fresh clone by somebody who was not there."""
        folder = self.root / "saksi"
        shutil.rmtree(folder, ignore_errors=True)
        return clone(str(self.fake.path), folder)

    def fault(self) -> str:
        """Return what `jdih verify` finds in a fresh clone, '' when all is well."""
        try:
            return verifying.verify(self.witness()).fault or ""
        except JdihError as error:
            return str(error)

    def writes(self) -> list[str]:
        """Return the requests that wrote something since this was asked last."""
        asked, self.fake.asked[:] = list(self.fake.asked), []
        return [one for one in asked if not one.startswith("GET ")]
