"""One small office on the fake forge, at every moment of one item's way, and what its people do there.

Everything goes over real HTTP and real Git: people push, comment and review with their own tokens, the controller runs
as the App in a clone of its own. The forge's clock ticks once for whatever it notes, so that no two things happen in
the same second unless a trial stops it.
"""

from __future__ import annotations

import copy
import html
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import frontmatter, keyring, programs
from pipeline.access import Access
from pipeline.carriers import history, receipts
from pipeline.carriers.repository import Identity, Repository, clone
from pipeline.desk.forge import comment, control, link, setup, showing, witness
from pipeline.forges import github
from pipeline.model.base import JdihError
from tests.conftest import CAPTION, DISPOSITION, FOLDER, INDEX, ITEM, picture
from tests.forge.fake import ROBOT, ROBOT_APP, Fake

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tests.forge.fake.state import State

ROOT = Path(__file__).parents[3]
OFFICE = ROOT / "tests/kantor"
START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
BRANCH, MAIN, RECEIPTS = f"usul/{ITEM}", "main", "kuitansi"
PEOPLE = "site_config/people.yaml"
SOP = "site_config/sop/kota/medsos.yaml"
ROBOT_ID = "penerbit"
STRANGER = "orang-asing"
"""An account with the right to push whom people.yaml does not know."""
_KEPT = ("accounts", "threads", "comments", "reviews", "statuses", "moves", "rulesets", "labels")
_MORE = (
    {
        "id": "pengelola-dua",
        "nama": "Pengelola Dua",
        "surel": "pengelola-dua@desk.example",
        "wewenang": ["konfigurasi"],
    },
    {
        "id": "tetangga",
        "nama": "Tetangga",
        "surel": "tetangga@lain.example",
        "peran": [{"kantor": "lain", "peran": "kepala", "sejak": "2026-01-01"}],
    },
)


@dataclass
class Clock:
    """The forge's time."""

    at: datetime = START
    stopped: bool = False

    def tick(self) -> datetime:
        """Return the time of the next thing that happens."""
        if not self.stopped:
            self.at += timedelta(seconds=1)
        return self.at


@dataclass
class Ground:
    """The office, its one pull request, and the desk."""

    root: Path
    fake: Fake
    clock: Clock
    pull: int = 1
    began: str = ""
    """Where `main` stood when the trial began."""
    said: list[str] = field(default_factory=list)
    """What the desk's runs told the operator."""
    work: Repository = field(init=False)
    _clones: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.work = Repository(self.root / "kerja")
        self.began = self.head(MAIN)

    # -- what people do

    def who(self, person: str) -> Identity:
        """Return a registered person, unsigned: on a forge a draft need not be."""
        found = history.policy(Repository(self.fake.path), MAIN).people.by_id[person]
        return Identity(found.name, found.email)

    def commit(
        self,
        changes: Mapping[str, bytes | str | None],
        who: str | Identity = "penulis",
        *,
        parents: Sequence[str] = (),
        message: str = "naskah",
    ) -> str:
        """Commit *changes* of the whole tree on *parents*, else on the item's branch."""
        identity = self.who(who) if isinstance(who, str) else who
        held = {path: data.encode() if isinstance(data, str) else data for path, data in changes.items()}
        base = list(parents) or [self.head(BRANCH) or self.head(MAIN)]
        self.fetch()
        return self.work.commit(base, base[0], held, message, identity, self.clock.tick())

    def push(
        self, login: str, commit: str, branch: str = BRANCH, *options: str, may_fail: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Push with somebody's token."""
        done = self.fake.person(login).push(self.work.path, f"{commit}:refs/heads/{branch}", *options)
        assert may_fail or done.returncode == 0, done.stderr
        return done

    def draft(self, login: str, files: Mapping[str, bytes | str | None], who: str | Identity = "") -> str:
        """Push a change of the item's folder, committed as *who* (else as who pushes); return the commit."""
        made = self.commit({f"{FOLDER}/{path}": data for path, data in files.items()}, who or login)
        self.push(login, made)
        return made

    def comment(self, login: str, text: str) -> int:
        return self.fake.person(login).comment(self.pull, text)

    def review(self, login: str, event: str = "APPROVE", body: str = "", commit: str = "") -> int:
        return self.fake.person(login).review(self.pull, event, body, commit)

    def configure(self, path: str, data: bytes | None, who: str = "pengelola") -> str:
        """Change `main` as somebody with the authority and a key of the seed does; return the commit."""
        at = self.head(MAIN)
        signer = Identity(self.who(who).name, self.who(who).email, self.key(who))
        made = self.commit({path: data}, signer, parents=[at], message="konfigurasi")
        self.fake.person("atasan").push(self.work.path, f"{made}:refs/heads/main")
        assert self.head(MAIN) == made
        return made

    def person(self, person: str, **values: object) -> bytes:
        """Return people.yaml of `main` with other values for one person."""
        return edit_person(Repository(self.fake.path).read(MAIN, PEOPLE) or b"", person, **values)

    def key(self, person: str) -> Path:
        return self.root / "keys" / person

    # -- the desk

    def desk(self) -> link.Link:
        """Return the controller, in a fresh clone as its workflow makes one."""
        folder = self.root / "meja" / f"{next(self._clones)}"
        repository = clone(str(self.fake.path), folder)
        repository.git("remote", "set-url", "origin", self.fake.remote)
        token = self.fake.person(ROBOT).token
        repository.use(link.credentials(self.fake.remote, token))
        return link.Link(
            forge=github,
            name=self.fake.repo,
            access=Access(endpoint=github.ENDPOINT, base=self.fake.api, token=token),
            me=ROBOT,
            repository=repository,
            key=self.key(ROBOT_ID),
            clock=lambda: self.clock.at,
            say=self.said.append,
            sleep=lambda _seconds: None,
        )

    def control(self, number: int | None = None) -> list[str]:
        """Run the controller once, on all pull requests or one; return its troubles, or the reason it gave up."""
        try:
            troubles = control.control(self.desk(), number)
        except JdihError as error:
            troubles = [f"berhenti: {error}"]
        self.said += troubles
        return troubles

    # -- what is to be seen

    def fetch(self) -> None:
        self.work.fetch(str(self.fake.path), "+refs/heads/*:refs/remotes/origin/*")

    def head(self, branch: str) -> str:
        """Return where a branch stands on the forge; '' when it is not there."""
        return self.fake.hub.bare.head(branch) or ""

    def merges(self) -> list[str]:
        """Return the merges the desk itself has made since the trial began."""
        merged = {one.merge_commit for one in self.fake.state.threads.values() if one.merged_by == ROBOT}
        lines = self.fake.hub.bare.git("rev-list", "--first-parent", f"{self.began}..main").splitlines()
        return [commit for commit in lines if commit in merged]

    def statuses(self, sha: str = "") -> list[tuple[str, str]]:
        """Return what the desk says on a commit, by default the pull request's head: (state, why), newest first."""
        sha = sha or self.fake.state.pull(self.pull).head
        rows = [one for one in reversed(self.fake.state.statuses) if one.sha == sha and one.by == ROBOT]
        return [(one.state, one.description) for one in rows if one.context == showing.CONTEXT]

    def sheets(self, thread: int = 0) -> list[str]:
        """Return the comments of the desk itself on the pull request."""
        rows = [one for one in self.fake.state.comments if one.thread == (thread or self.pull) and one.author == ROBOT]
        return [one.body for one in rows]

    def sheet(self) -> str:
        """Return the one comment."""
        (only,) = [text for text in self.sheets() if text.startswith(comment.MARKER)]
        return only

    def issues(self) -> list[str]:
        """Return title and text of what the desk has reported."""
        rows = [one for one in self.fake.state.threads.values() if not one.branch and witness.LABEL in one.labels]
        return [f"{one.title}\n{one.body}" for one in rows if one.author == ROBOT]

    def seen(self, where: str) -> str:
        """Return what people read at *where*, as it shows."""
        places: dict[str, Callable[[], str]] = {
            "status": lambda: "\n".join(why for _, why in self.statuses()[:1]),
            "sheet": lambda: "\n".join(self.sheets()),
            "issue": lambda: "\n".join(self.issues()),
            "trouble": lambda: "\n".join(self.said),
        }
        return html.unescape(places[where]())

    def receipts(self) -> dict[str, str]:
        """Return commit of `main` -> ref of its receipt."""
        repository = Repository(self.fake.path)
        return {each.new: each.ref for each in receipts.read(repository, f"refs/heads/{RECEIPTS}")}

    def verified(self) -> str | None:
        """Return what `jdih verify` says against `main` in a fresh clone."""
        from pipeline.desk import verifying

        folder = self.root / "meja" / f"auditor-{next(self._clones)}"
        try:
            return verifying.verify(clone(str(self.fake.path), folder)).fault
        except JdihError as error:
            return str(error)

    def records(self, revision: str = MAIN) -> list[dict[str, Any]]:
        """Return the item's records of *revision*, oldest first."""
        tree = Repository(self.fake.path).tree(revision, f"{FOLDER}/catatan")
        blobs = [Repository(self.fake.path).blob(blob) for _, (_, blob) in sorted(tree.items())]
        return [dict(frontmatter.parse_yaml(blob).fields) for blob in blobs]


# -- the item's way


def direct(ground: Ground) -> None:
    ground.draft("kepala", {"disposisi.md": DISPOSITION})
    ground.pull = ground.fake.person(ROBOT).open_pull(BRANCH, ITEM)
    ground.comment("kepala", "/sop 1 SELESAI")


def write(ground: Ground) -> None:
    ground.draft("penulis", {"index.md": INDEX})
    ground.comment("penulis", "/sop 2 SELESAI")


def correct(ground: Ground) -> None:
    ground.review("kepala")


def design(ground: Ground) -> None:
    ground.draft("desainer", {"takarir.md": CAPTION, "media/kartu.jpg": picture()})
    ground.comment("desainer", "/sop 4 SELESAI")


def approve(ground: Ground) -> None:
    ground.review("kepala")


def order(ground: Ground) -> None:
    ground.comment("penulis", "/sop 6 PERINTAH")


def upload(ground: Ground) -> None:
    ground.comment("admin", "/sop 6 UNGGAH")


WAY = {
    "founded": None,
    "directed": direct,
    "written": write,
    "corrected": correct,
    "designed": design,
    "approved": approve,
    "ordered": order,
    "uploaded": upload,
}
"""Name of a moment -> what leads to it."""


def go_on(ground: Ground, start: str) -> None:
    """Do lawfully what is left of the way after the moment *start*."""
    names = list(WAY)
    for name in names[names.index(start) + 1 :]:
        act = WAY[name]
        assert act is not None
        act(ground)


# -- moments, made once and copied


@dataclass
class Moment:
    """A folder and what the forge remembers."""

    root: Path
    state: State
    at: datetime
    pull: int


def make(root: Path) -> dict[str, Moment]:
    """Walk one item from the founding to the order to upload; keep every moment on the way."""
    moments: dict[str, Moment] = {}
    first = root / "jalan"
    _found(first)
    clock = Clock()
    with _serving(first, clock) as fake:
        ground = Ground(first, fake, clock)
        _begin(ground)
        for name, act in WAY.items():
            if act:
                act(ground)
            folder = root / name
            shutil.copytree(first, folder, ignore=shutil.ignore_patterns("meja"))
            moments[name] = Moment(folder, _copied(fake.state), clock.at, ground.pull)
    return moments


@contextmanager
def standing(moment: Moment, root: Path) -> Iterator[Ground]:
    """Let a copy of *moment* run; afterwards all that was said over HTTP must have followed GitHub's description."""
    shutil.copytree(moment.root, root, dirs_exist_ok=True)
    clock = Clock(moment.at)
    with _serving(root, clock) as fake:
        for name, value in vars(_copied(moment.state)).items():
            if name in _KEPT:
                setattr(fake.state, name, value)
        fake.state.ids, fake.state.numbers = count(50_000), count(len(fake.state.threads) + 1)
        ground = Ground(root, fake, clock, moment.pull)
        yield ground
    assert fake.faults == []


def _copied(state: State) -> State:
    kept = copy.copy(state)
    for name in _KEPT:
        setattr(kept, name, copy.deepcopy(getattr(state, name)))
    return kept


@contextmanager
def _serving(root: Path, clock: Clock) -> Iterator[Fake]:
    people = ["kepala", "penulis", "desainer", "admin", "rangkap", "pengelola", "pengelola-dua", "tetangga", STRANGER]
    fake = Fake(root / "forge", people=people, clock=clock.tick)
    fake.add("atasan", role=3, bypass=True)
    with fake.running():
        yield fake


def _found(root: Path) -> None:
    """Make the forge's repository with an office in it, and a clone people work in."""
    keys = root / "keys"
    keys.mkdir(parents=True)
    rows = frontmatter.parse_yaml((OFFICE / PEOPLE).read_bytes()).fields["orang"]
    assert isinstance(rows, list)
    people: list[dict[str, object]] = [dict(row) for row in (*rows, *_MORE) if isinstance(row, dict)]
    for row in people:
        row["akun_forge"] = {"github": row["id"]}
        if row["id"] == ROBOT_ID:
            row |= {"akun_forge": {"github": ROBOT}, "wewenang": ["terbitan", "pengendali"]}
    made = {name: new_key(keys / name) for name in (ROBOT_ID, "pengelola", "pengelola-dua", "kepala")}
    data = keyring.with_keys(frontmatter.dump({"orang": people}).encode(), made)
    files: dict[str, bytes | None] = {
        path.relative_to(OFFICE).as_posix(): path.read_bytes() for path in OFFICE.rglob("*") if path.is_file()
    }
    files |= {PEOPLE: data, "mkdocs.yml": (ROOT / "mkdocs.yml").read_bytes()}
    server = Repository(Fake(root / "forge").path)
    founder = Identity("Pengelola", "pengelola@desk.example", keys / "pengelola")
    server.update_ref("refs/heads/main", server.commit([], None, files, "Isi awal", founder, START))
    clone(str(server.path), root / "kerja")


def _begin(ground: Ground) -> None:
    """Begin the receipts and put the project's own rules in force, but for the check of a code's tests."""
    ground.fetch()
    desk = ground.desk()
    setup.prepare(desk)
    setup.apply(desk, ROOT, ROBOT_APP, check=False)
    for ruleset in ground.fake.state.rulesets.values():
        for rule in ruleset["rules"]:
            if rule["type"] == "required_status_checks":
                checks = rule["parameters"]["required_status_checks"]
                rule["parameters"]["required_status_checks"] = [one for one in checks if one["context"] != "check"]


def new_key(path: Path) -> str:
    """Make a key pair and return the public half as people.yaml holds it."""
    programs.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path])
    return " ".join(path.with_suffix(".pub").read_text(encoding="utf-8").split()[:2])


def edit_person(data: bytes, person: str, **values: object) -> bytes:
    """Return people.yaml with the entry of *person* changed, or begun."""
    rows = frontmatter.parse_yaml(data).fields["orang"]
    assert isinstance(rows, list)
    listed = [dict(row) for row in rows if isinstance(row, dict)]
    others = [row for row in listed if row["id"] != person]
    own = next((row for row in listed if row["id"] == person), {"id": person})
    return frontmatter.dump({"orang": [*others, {**own, **values}]}).encode()
