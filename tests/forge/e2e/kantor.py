"""An office that works on the fake forge: its people, their clones, the App's checkout, and the controller.

Time is the test's: every act lets a second pass (`tick`), so what people do has an order, as on a real forge.
"""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import frontmatter, settings
from pipeline.access import Access
from pipeline.carriers import history
from pipeline.carriers.repository import Repository, clone
from pipeline.desk import cases
from pipeline.desk.forge import control, link, reminders, setup, witness
from pipeline.forges import github
from pipeline.model.people import Authority
from tests.forge import runner
from tests.forge.fake import ACTIONS, ROBOT, ROBOT_APP, Fake
from tests.forge.fake.bare import CLEAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.items import Place
    from pipeline.model.people import People, Person

ROOT = Path(__file__).parents[3]
MANAGER = "pengelola-repositori"
"""The forge's administrator: no role in any SOP."""
SITE = "https://jdih.example/"
JDIH = f"""#!/bin/sh
PYTHONPATH={ROOT} exec {sys.executable} -P -m pipeline "$@"
"""


@dataclass
class Clock:
    """Whole seconds of UTC, from ten in the morning in Jakarta."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(hour=3, minute=0, second=0, microsecond=0))

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **span: float) -> None:
        self.now += timedelta(**(span or {"seconds": 1}))


def git(folder: Path, *arguments: str, person: Person | None = None, at: datetime | None = None) -> str:
    """Run Git as *person* at *at*; nothing is signed, as with most people on a forge."""
    name, email = (person.name, person.email) if person else ("Pendiri", "pendiri@uji.example")
    env = CLEAN | {"GIT_TERMINAL_PROMPT": "0"}
    for who in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{who}_NAME": name, f"GIT_{who}_EMAIL": email}
        env |= {f"GIT_{who}_DATE": at.isoformat()} if at else {}
    command = ["git", "-C", str(folder), "-c", "commit.gpgSign=false", *arguments]
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout.strip()


def on_forge(data: bytes, robot_key: str) -> bytes:
    """Return people.yaml as on a forge: a login for everybody (their id), a key for the robot alone."""
    rows = frontmatter.parse_yaml(data).fields["orang"]
    assert isinstance(rows, list)
    for row in rows:
        assert isinstance(row, dict)
        row.pop("kunci", None)
        if "terbitan" in (row.get("wewenang") or []):
            row |= {"wewenang": ["terbitan", "pengendali"], "kunci": [{"publik": robot_key}]}
            row["akun_forge"] = {"github": ROBOT}
        else:
            row["akun_forge"] = {"github": row["id"]}
    return frontmatter.dump({"orang": rows}).encode()


def found(root: Path, sources: Iterable[Path], site: str = SITE) -> Kantor:
    """Make an office's repository below *root* out of the folders *sources*, and the robot's key; set nothing up."""
    content = root / "isi"
    for source in sources:
        for name in ("site_config", "content", "mkdocs.yml"):
            if (source / name).is_dir():
                shutil.copytree(source / name, content / name, dirs_exist_ok=True)
            elif (source / name).is_file():
                shutil.copy(source / name, content / name)
    if (config := content / "mkdocs.yml").exists():
        config.write_text(config.read_text(encoding="utf-8").replace(SITE, site), encoding="utf-8")
    key = root / "robot"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True)  # noqa: S607
    people = content / history.PEOPLE
    people.write_bytes(on_forge(people.read_bytes(), key.with_suffix(".pub").read_text(encoding="utf-8").strip()))
    clock = Clock()
    git(content, "init", "--quiet", "--initial-branch=main")
    git(content, "add", "--force", ".")
    git(content, "commit", "--quiet", "-m", "Isi awal", at=clock() - timedelta(days=1))
    kantor = Kantor(root, clock)
    git(content, "push", "--quiet", str(kantor.fake.path), "main")
    shutil.rmtree(content)
    return kantor


class Kantor:
    """One office on one fake forge. Start the fake (`with office.fake.running():`) before anything else."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self.root, self.clock = root, clock
        self.fake = Fake(root / "forge", admins=[MANAGER], clock=clock)
        self.said: list[str] = []
        """What the desk said while it worked."""
        self.slept: list[float] = []
        """How long it would have waited between attempts."""

    def copy(self, root: Path) -> Kantor:
        """Return the same office, with all that was said and done, in another folder."""
        for name in ("forge", "robot", "robot.pub", "klon"):
            place = self.root / name
            if place.is_dir():
                shutil.copytree(place, root / name, symlinks=True)
            elif place.exists():
                shutil.copy2(place, root / name)
        other = Kantor(root, Clock(self.clock.now))
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

    # -- the desk

    def checkout(self) -> Repository:
        """Return the App's checkout of `main`, made when it is not there."""
        place = self.root / "klon" / "robot"
        if not place.exists():
            git(self.root, "clone", "--quiet", str(self.fake.path), str(place))
        git(place, "remote", "set-url", "origin", self.fake.remote)
        return Repository(place)

    def link(self, login: str = ROBOT) -> link.Link:
        """Return the desk's way to the forge, as `jdih github` makes it."""
        token = self.fake.person(login).token
        repository = self.checkout()
        repository.use(link.credentials(self.fake.remote, token))
        return link.Link(
            forge=github,
            name=self.fake.repo,
            access=Access(endpoint=github.ENDPOINT, base=self.fake.api, token=token),
            me=login,
            repository=repository,
            key=self.root / "robot",
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
        """Run the controller in this process; return its troubles."""
        self.clock.tick()
        return control.control(self.link(), number)

    def remind(self) -> dict[str, str]:
        """Run the reminders in this process; return title -> body of those that stand open."""
        reminders.remind(self.link(ACTIONS))
        rows = [one for one in self.fake.state.threads.values() if one.open and reminders.LABEL in one.labels]
        return {one.title: one.body for one in rows}

    def on_main(self, path: str, data: bytes | None) -> None:
        """Let the repository's manager put a file of the desk itself on `main`, past every rule."""
        self.clock.tick()
        folder = self.clone(MANAGER)
        git(folder, "fetch", "--quiet", str(self.fake.path), "main")
        git(folder, "switch", "--quiet", "-C", "sementara", "FETCH_HEAD")
        (folder / path).write_bytes(data) if data is not None else (folder / path).unlink()
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "-m", "Pengaturan", person=self.people.by_id["pengelola"], at=self.clock())
        self.fake.state.account(MANAGER).bypass = True
        self.push(MANAGER, "sementara:main")

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
            "JDIH_KUNCI": str(self.root / "robot"),
        }

    def workflow(
        self, name: str, context: Mapping[str, str] | None = None, *, branch: str = "", **env: str
    ) -> runner.Run:
        """Run a workflow's own steps on a fresh checkout of `main`; only `make setup` is left out.

        With *branch* the checkout is what merging it into `main` would give, as for a pull request.
        """
        folder, programs = self.root / "mesin" / name, self.root / "bin"
        shutil.rmtree(folder, ignore_errors=True)
        git(self.root, "clone", "--quiet", str(self.fake.path), str(folder))
        if branch:
            git(folder, "merge", "--quiet", "--no-ff", "-m", "Gabungan uji", f"origin/{branch}")
        git(folder, "remote", "set-url", "origin", self.fake.remote)
        programs.mkdir(exist_ok=True)
        for path, text in (
            (folder / "jdih", JDIH),
            (programs / "make", "#!/bin/sh\n"),
            (programs / "gh", "#!/bin/sh\n"),
        ):
            path.write_text(text, encoding="utf-8")
            path.chmod(0o755)
        given = {
            "github.event_name": "workflow_dispatch",
            "github.repository": self.fake.repo,
            "github.event.pull_request.head.repo.full_name": self.fake.repo,
            "github.token": self.fake.person(ACTIONS).token,
            "steps.robot.outputs.token": self.fake.person(ROBOT).token,
            "steps.robot.outputs.app-slug": ROBOT.removesuffix("[bot]"),
            "secrets.JDIH_KUNCI_ROBOT": (self.root / "robot").read_text(encoding="utf-8").rstrip("\n"),
            "secrets.JDIH_RAHASIA": "",
            "inputs.pull": "",
        }
        machine = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(self.root)}
        machine |= {"GITHUB_REPOSITORY": self.fake.repo, "GITHUB_API_URL": self.fake.api}
        path = ROOT / f".github/workflows/{name}.yml"
        return runner.run(path, folder, self.root / "sementara", context=given | dict(context or {}), env=machine | env)

    # -- people

    def clone(self, person: str) -> Path:
        """Return a person's own clone."""
        place = self.root / "klon" / person
        if not place.exists():
            git(self.root, "clone", "--quiet", str(self.fake.path), str(place))
        return place

    def draft(self, person: str, place: Place, files: Mapping[str, bytes | None], *, as_: str = "") -> str:
        """Write *files* into an item's folder (None deletes), push them with the person's token; return the commit.

        *as_* is whose name the commit bears, where it is another's.
        """
        self.clock.tick()
        folder, branch = self.clone(person), f"usul/{place.id}"
        git(folder, "fetch", "--quiet", str(self.fake.path), "+refs/heads/*:refs/remotes/origin/*")
        known = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "--verify", "--quiet", f"refs/remotes/origin/{branch}"],  # noqa: S607
            check=False,
            capture_output=True,
        )
        start = "origin/main" if known.returncode else f"origin/{branch}"
        git(folder, "switch", "--quiet", "--no-track", "-C", branch, start)
        for name, data in files.items():
            path = folder / place.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data) if data is not None else path.unlink()
        git(folder, "add", "--all")
        who = self.people.by_id[as_ or person]
        git(folder, "commit", "--quiet", "-m", f"Naskah {place.id}", person=who, at=self.clock())
        self.push(person, f"{branch}:refs/heads/{branch}")
        return git(folder, "rev-parse", "HEAD")

    def push(self, person: str, refspec: str, *options: str) -> None:
        done = self.fake.person(person).push(self.clone(person), refspec, *options)
        assert done.returncode == 0, done.stderr

    def comment(self, person: str, pull: int, text: str) -> int:
        self.clock.tick()
        return self.fake.person(person).comment(pull, text)

    def review(self, person: str, pull: int, event: str, body: str = "", commit: str = "") -> int:
        self.clock.tick()
        return self.fake.person(person).review(pull, event, body, commit)

    # -- what is there

    def open_pulls(self) -> dict[str, int]:
        """Return item -> number of every open pull request of an item."""
        rows = [one for one in self.fake.state.threads.values() if one.open and one.branch.startswith("usul/")]
        return {one.branch.removeprefix("usul/"): one.number for one in rows}

    def gate(self, pull: int) -> tuple[str, str]:
        """Return state and words of `sop/gate` on a pull request's head, as the App said them last."""
        head = self.fake.state.threads[pull].head
        told = [one for one in self.fake.state.statuses if one.sha == head and one.context == "sop/gate"]
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

    def writes(self) -> list[str]:
        """Return the requests that wrote something since this was asked last."""
        asked, self.fake.asked[:] = list(self.fake.asked), []
        return [one for one in asked if not one.startswith("GET ")]


__all__ = ["ACTIONS", "MANAGER", "ROBOT", "Kantor", "found", "git", "witness"]
