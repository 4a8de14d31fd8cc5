"""A world in memory with every fault there is, in which the real runs and the real clients are carried out.

One seed is one history: eight runs of `pipeline.reconcile` side by side under a virtual clock, each with a clock of its
own that is wrong by up to a minute. At every command and every request a run may be slow, or die. The ledger is
compare-and-swap; the platforms are five kinds: a key of the effect's own (Bluesky), a container that is published
once (Instagram), an idempotency key for an hour and a list (Mastodon), a list alone (X), nothing to ask (Telegram).
Lists show a post up to two minutes late, requests arrive up to a minute after the client gave up, answers are lost.
Half of the histories are at the edge: everything is as late as it may be, and another run begins as a lease ends.
Where a platform knows threads, an item may be one of up to three posts, the later ones word for word alike.
Meanwhile `main` edits the item, or orders it taken down. Then all is quiet, and what is left is judged.
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

from pipeline.flow import Deferred, Unknown
from pipeline.model.base import JdihError
from pipeline.model.outcome import Result
from pipeline.model.people import Account
from pipeline.model.publishing import TRANSITIONS, EffectAction, Exhibit, Media, Post, State, Wanted, effect_key
from pipeline.reconcile import lease, run
from pipeline.reconcile.commands import Apart, Ask, Look, Now, Update
from tests.publish.simulated import PLATFORMS, THREADED, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    from pipeline.flow import Flow, Request, Response
    from pipeline.model.outcome import Outcome
    from pipeline.model.publishing import Entry
    from pipeline.reconcile.commands import Life
    from tests.publish.simulated import Name, Sent

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
RUNS = 8
SPAN = 1500.0
"""Seconds in which runs begin, and `main` changes."""
LAG, SKEW, TIMEOUT, LATE = 120.0, 60.0, 70.0, 60.0
"""What the world really does, whatever the program believes (`pipeline.reconcile.lease`)."""
SLEEP = (700.0, 5000.0)
"""A pause beyond the lease."""


@dataclass(slots=True)
class Fork:
    """Lives to be carried side by side."""

    lives: list[Life[Any]]


@dataclass(slots=True, eq=False)
class Machine:
    """One run's machine: how wrong its clock is, and whether it still lives."""

    skew: float
    calm: bool = False
    doomed: bool = False
    """It dies once its next post is on the way, and that arrives as late as it may."""
    dead: bool = False


@dataclass(slots=True, eq=False)
class Task:
    """One thread of a machine: what it steps through, and who waits for it."""

    machine: Machine
    steps: Generator[Any, Any, Any]
    done: Callable[[Any, JdihError | None], None]


@cache
def wanted(item: str, version: str, names: tuple[str, ...], parts: int = 1) -> Wanted:
    """Return what `main` wants of *item* in *version* on the platforms *names*, in *parts* where they know threads."""
    digest = version * 64
    posts = tuple(
        Post(
            item=item,
            platform=name,
            account=Account(platform=name, id=f"10{place}", handle="uji@sosial.example"),
            text=f"Butir {item} versi {version}" if part == 1 else f"Lanjutan {item} versi {version}",
            media=(
                Media(name="satu.jpg", url="https://jdih.example/satu.jpg", alt="", mime="image/jpeg", content=bytes),
            )
            if name == "instagram"
            else (),
            digest=digest,
            part=part,
            parts=_parts(name, parts),
        )
        for place, name in enumerate(names)
        for part in range(1, _parts(name, parts) + 1)
    )
    shows = (Exhibit(url=item, digest=lambda: digest),)
    return Wanted(item=item, digest=digest, page_url=item, shows=shows, posts=posts)


def _parts(platform: str, parts: int) -> int:
    return parts if platform in THREADED else 1


def name_of(post: Post) -> Name:
    """Return what *post* really is, whatever the program calls it."""
    return (post.item, post.platform, post.digest, post.part)


@dataclass(slots=True)
class World:
    """Everything outside the runs."""

    random: Random
    sleepy: bool = False
    """Whether machines sleep beyond their leases."""
    plant: str = ""
    """A fault planted in what carries the commands out."""
    t: float = 0.0
    ledger: dict[str, Entry] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    writes: int = 0
    sent: int = 0
    buried: set[str] = field(default_factory=set)
    posted: Counter[Name] = field(default_factory=Counter)
    late: set[Name] = field(default_factory=set)
    """Posts that appeared after their tombstone."""
    server: Server = field(default_factory=Server)
    queue: list[tuple[float, int, Task | None, Any, JdihError | None]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    keys: dict[Name, str] = field(default_factory=dict)
    """Every post `main` ever wants -> the key of its effect."""
    texts: dict[tuple[str, str, int], Name] = field(default_factory=dict)
    """Platform, text and part -> the post that says it there."""
    made: dict[tuple[str, str], Name] = field(default_factory=dict)
    """Platform and id -> the post that stands there."""
    edge: bool = False
    """Whether clocks are as wrong, lists as late and steps as slow as they may be."""
    rough: float = 0.0
    deadly: float = 0.0
    site: Callable[[str], str] = str
    claimed: Callable[[float], None] | None = None
    """At the edge: called with the end of every lease, so that another run begins right after it."""

    # -- the scheduler

    def push(self, after: float, task: Task | None, value: object = None, fault: JdihError | None = None) -> None:
        heapq.heappush(self.queue, (self.t + after, next(self.numbers), task, value, fault))

    def start(
        self, machine: Machine, life: Life[Any], after: float, done: Callable[[Any, JdihError | None], None]
    ) -> None:
        self.push(after, Task(machine, self.drive(life, machine), done))

    def play(self) -> None:
        """Carry everything on until nothing is left to happen."""
        while self.queue:
            self.t, _, task, value, fault = heapq.heappop(self.queue)
            if task is None:
                value()
            elif not task.machine.dead:
                if not task.machine.calm and self.random.random() < self.deadly:
                    task.machine.dead = True
                else:
                    self.step(task, value, fault)

    def step(self, task: Task, value: object, fault: JdihError | None) -> None:
        try:
            asked = task.steps.throw(fault) if fault else task.steps.send(value)
        except StopIteration as stop:
            task.done(stop.value, None)
        except JdihError as broken:
            task.done(None, broken)
        else:
            if isinstance(asked, Fork):
                self.fork(task, asked.lives)
            else:
                self.push(asked, task)

    def fork(self, parent: Task, lives: list[Life[Any]]) -> None:
        results: list[Any] = [None] * len(lives)
        broken: list[JdihError] = []
        left = [len(lives)]

        def ended(place: int) -> Callable[[Any, JdihError | None], None]:
            def done(value: object, fault: JdihError | None) -> None:
                results[place] = value
                broken.extend([fault] if fault else [])
                left[0] -= 1
                if not left[0]:
                    self.push(0, parent, results, broken[0] if broken else None)

            return done

        for place, life in enumerate(lives):
            self.start(parent.machine, life, 0, ended(place))

    # -- commands

    def now(self, machine: Machine) -> datetime:
        return START + timedelta(seconds=self.t + machine.skew)

    def drive(self, life: Life[Any], machine: Machine) -> Generator[float | Fork, Any, Any]:
        """Carry out what *life* commands."""
        try:
            command = next(life)
            while True:
                try:
                    if isinstance(command, Now):
                        answer: Any = self.now(machine)
                    elif isinstance(command, Ask):
                        answer = yield from self.converse(command, machine)
                    elif isinstance(command, Update):
                        answer = yield from self.update(command, machine)
                    elif isinstance(command, Apart):
                        answer = yield Fork(list(command.lives))
                    elif isinstance(command, Look):
                        answer = self.site(command.url)
                    else:
                        answer = self.seen()
                        yield self.moment(machine)
                except JdihError as fault:
                    command = life.throw(fault)
                else:
                    command = life.send(answer)
        except StopIteration as stop:
            return stop.value

    def moment(self, machine: Machine) -> float:
        """Return how long a step takes: now and then minutes, or beyond every lease."""
        chance = self.random.random()
        if machine.calm:
            return 0.1
        if self.sleepy and chance < 0.02:
            return self.random.uniform(*SLEEP)
        if self.edge and chance > 0.9:
            return self.random.uniform(100, 500)
        return chance * 400 if chance > 0.99 else 0.2 + chance

    def seen(self) -> dict[str, Entry]:
        """Return the ledger as it is read."""
        if self.plant != "tombstone ignored":
            return self.ledger
        return {key: _lively(entry) for key, entry in self.ledger.items()}

    def update(self, command: Update, machine: Machine) -> Generator[float, None, dict[str, Entry]]:
        """Compare and swap: decide anew when somebody was first. The remote may refuse, and the answer be lost."""
        while True:
            base = self.ledger
            changes = {entry.key: entry for entry in command.decide(self.seen(), self.now(machine))}
            if not changes:
                return {}
            changes = {key: self.planted(entry) for key, entry in changes.items()}
            yield self.moment(machine)
            if not machine.calm and self.random.random() < self.rough * 0.1:
                raise JdihError("buku terbitan ditolak")
            if self.ledger is base or self.plant == "no claim before the post":
                self.write(changes)
                yield self.moment(machine)
                return changes

    def planted(self, entry: Entry) -> Entry:
        if self.plant == "retry of an unknown" and entry.state is State.UNKNOWN:
            return replace(entry, history=(*entry.history[:-1], replace(entry.history[-1], state=State.CLAIMED)))
        if self.plant == "lost answer forgotten" and entry.state is not State.POSTING:
            return replace(entry, lease=None)
        return entry

    def write(self, changes: Mapping[str, Entry]) -> None:
        self.writes += 1
        if self.plant == "receipt only after":
            changes = {key: entry for key, entry in changes.items() if entry.state is not State.POSTING}
        for key, entry in changes.items():
            known = self.ledger.get(key)
            past = known.history if known else ()
            before = past[-1].state if past else None
            for turn in entry.history[len(past) :]:
                if turn.state not in TRANSITIONS[before]:
                    self.faults.append(f"unlawful: {before} -> {turn.state}")
                before = turn.state
            if entry.history[: len(past)] != past:
                self.faults.append("rewound")
            if entry.state is State.WITHDRAWN:
                self.buried.add(key)
            if entry.state is State.POSTING and entry.lease and self.claimed:
                self.claimed((entry.lease - START).total_seconds())
        self.ledger = {**self.ledger, **changes}

    # -- requests

    def converse(self, command: Ask, machine: Machine) -> Generator[float, None, Any]:
        """Carry out one conversation, request by request."""
        flow: Flow[Any] = command.flow
        if command.until:
            flow = lease.guarded(flow, command.until, lambda: self.now(machine))
            left = (command.until - self.now(machine)).total_seconds()
            if self.edge and left > 0 and not machine.calm and self.random.random() < 0.3:
                yield left * self.random.uniform(0.9, 1.0)  # as slow as it is allowed to be
                machine.doomed = self.random.random() < 0.5
        platform = command.account.platform
        try:
            request = next(flow)
            while True:
                if request.delay:
                    yield request.delay
                try:
                    reply = yield from self.exchange(platform, request, machine)
                except (Deferred, Unknown) as fault:
                    request = flow.throw(fault)
                else:
                    request = flow.send(reply)
        except StopIteration as stop:
            return stop.value

    def exchange(self, platform: str, request: Request, machine: Machine) -> Generator[float, None, Response]:
        """Send one request."""
        bad = not machine.calm and self.random.random() < self.rough
        if not request.repeatable:
            return (yield from self.once(platform, request, machine, bad=bad))
        yield self.moment(machine)
        if bad and self.random.random() < 0.5:
            raise Deferred("tidak menjawab", account_wide=True)
        reply = self.server.answer(platform, request, self.t)
        yield self.moment(machine)
        if bad:
            raise Deferred("jawaban hilang", account_wide=True)
        return reply

    def once(self, platform: str, request: Request, machine: Machine, *, bad: bool) -> Generator[float, None, Response]:
        """Send what must not be repeated: it can arrive although nobody hears of it, even late."""
        draw = self.random.random
        if machine.doomed:
            machine.dead = True
            self.push(TIMEOUT + LATE, None, lambda: self.commit(platform, request))
            yield 0
        how = draw() if bad else 1.0
        if how < 0.1:
            raise Deferred("tidak dapat dihubungi", account_wide=True)
        if how < 0.25:
            return self.server.refusal(platform, 429 if how < 0.18 else 400 if how < 0.2 else 500)
        box: list[Response] = []

        def arrive() -> None:
            box.append(self.commit(platform, request))

        lost = how < 0.45
        slow = TIMEOUT + LATE * draw() if how < 0.6 else min(draw() * 2, TIMEOUT) if not bad else TIMEOUT * draw()
        waited = min(slow, TIMEOUT)
        if self.sleepy and not machine.calm and draw() < 0.05:
            slow += self.random.uniform(*SLEEP)  # the machine slept with the request in its hand
            waited = slow
        if not lost or how > 0.35:
            self.push(slow, None, arrive)
        yield waited + 0.01
        if lost or not box:
            raise Unknown("tidak menjawab")
        return self.server.refusal(platform, 503) if how < 0.8 else box[0]

    def commit(self, platform: str, request: Request) -> Response:
        """Let the platform carry out what must not be repeated, and note what became public."""
        self.sent += 1
        sent, reply = self.server.commit(platform, request, self.t, LAG * (1.0 if self.edge else self.random.random()))
        if sent:
            name = sent.name = self.made[platform, sent.id] = self.recognised(platform, sent)
            self.posted[name] += 1
            if self.keys[name] in self.buried:
                self.late.add(name)
        return reply

    def recognised(self, platform: str, sent: Sent) -> Name:
        """Return which post was sent, by its text and by what it answers; note what it should not have answered."""
        above = self.made.get((platform, sent.above))
        name = self.texts.get((platform, sent.text, above[3] + 1 if above else 1))
        if name is None or (sent.above and above is None):
            self.faults.append(f"{platform}: a part answers the wrong post")
            return self.texts.get((platform, sent.text, 2)) or self.texts[platform, sent.text, 1]
        if above and (above[:3] != name[:3] or (sent.root and self.made[platform, sent.root] != (*name[:3], 1))):
            self.faults.append(f"{platform}: a part answers another thread")
        if above and not self.is_known(above, sent.above):
            self.faults.append(f"{platform}: a part is sent before the one above is known")
        return name

    def is_known(self, name: Name, number: str) -> bool:
        entry = self.ledger.get(self.keys[name])
        return entry is not None and entry.receipt is not None and entry.receipt.remote_id == number


def _lively(entry: Entry) -> Entry:
    if entry.state is not State.WITHDRAWN:
        return entry
    return replace(entry, history=(*entry.history[:-1], replace(entry.history[-1], state=State.CLAIMED)))


# -- one history


def simulate(seed: int, *, sleepy: bool = False, plant: str = "") -> list[str]:
    """Play the history *seed* and return what is wrong with it; [] when nothing was lost, doubled or unlawful."""
    random = Random(seed)  # noqa: S311 - a history, not a secret
    world = World(random, sleepy=sleepy, plant=plant, rough=random.choice((0.05, 0.2, 0.5)))
    world.deadly = random.choice((0.0, 0.01, 0.03))
    story = _story(random)
    posts = [post for each in story.all() for post in each.posts]
    world.keys = {name_of(post): post.key for post in posts}
    world.texts = {(post.platform, post.text, post.part): name_of(post) for post in posts}
    world.site = lambda item: story.at(item, world.t).digest
    world.edge = random.random() < 0.5
    for _ in range(RUNS // 2 if world.edge else RUNS):
        skew = random.choice((-SKEW, SKEW)) if world.edge else random.uniform(-SKEW, SKEW)
        _begin(world, story, Machine(skew), random.uniform(0, 120 if world.edge else SPAN))
    if world.edge:
        rest = [Machine(SKEW) for _ in range(RUNS - RUNS // 2)]
        world.claimed = lambda end: (
            _begin(world, story, rest.pop(), max(end - SKEW - world.t, 0) + 60 * random.random()) if rest else None
        )
    world.play()
    for _ in range(3):
        _quiet(world, story)
    before = (world.writes, world.sent)
    told = _quiet(world, story)
    if (world.writes, world.sent) != before:
        world.faults.append("a quiet run was not quiet")
    return [*world.faults, *_judged(world, story, {outcome.action.key: outcome for outcome in told})]


@dataclass(frozen=True, slots=True)
class Story:
    """What `main` says of each item, and since when."""

    items: dict[str, list[tuple[float, Wanted]]]

    def all(self) -> Iterator[Wanted]:
        return (version for versions in self.items.values() for _, version in versions)

    def at(self, item: str, t: float) -> Wanted:
        return [version for since, version in self.items[item] if since <= max(t, 0.0)][-1]


def _story(random: Random) -> Story:
    items = {}
    for item in ("uji-satu", "uji-dua")[: random.choice((1, 1, 2))]:
        names = tuple(random.sample(PLATFORMS, random.choice((1, 2, 3))))
        parts = random.choice((1, 1, 2, 3))
        versions = [(0.0, wanted(item, "a", names, parts))]
        if random.random() < 0.25:
            versions.append((random.uniform(0, SPAN), wanted(item, "b", names, random.choice((1, parts)))))
        if random.random() < 0.4:
            taken = replace(versions[-1][1], withdrawn=True, order="perintah-uji")
            versions.append((random.uniform(versions[-1][0], 1.5 * SPAN), taken))
        items[item] = versions
    return Story(items)


def _begin(world: World, story: Story, machine: Machine, after: float) -> None:
    def begin() -> None:
        world.start(machine, run.run([story.at(item, world.t) for item in story.items]), 0, lambda *_: None)

    world.push(after, None, begin)


def _quiet(world: World, story: Story) -> list[Outcome]:
    """Let a run have its way when every list shows what is there: what is wrong when it begins, it must tell."""
    told: list[Outcome] = []
    world.t = max(world.t, 2 * SPAN) + 1000
    wants = [story.at(item, world.t) for item in story.items]
    wrong = set(_wrong(world))
    world.start(Machine(0, calm=True), run.run(wants), 0, lambda value, _: told.extend(value or ()))
    world.play()
    warned = {outcome.action.key for outcome in told if outcome.result is Result.UNKNOWN}
    world.faults += (
        f"{name[1]}: wrong, and the next run is silent" for name in wrong if world.keys[name] not in warned
    )
    return told


# -- the judgement


def _judged(world: World, story: Story, told: Mapping[str, Outcome]) -> Iterator[str]:
    for entry in world.ledger.values():
        if entry.state is State.POSTING:
            yield f"{entry.platform}: still posting"
    if not world.sleepy:
        yield from (f"{name[1]}: doubled" for name, times in world.posted.items() if times > 1)
        yield from (f"{name[1]}: live after its tombstone" for name in world.late.union(_wrong(world)))
    yield from (fault for item in story.items for fault in _unmet(world, story.at(item, world.t), told))


def _wrong(world: World) -> Iterator[Name]:
    """Yield every post that is there twice, or although it is withdrawn."""
    for name, key in world.keys.items():
        known, live = world.ledger.get(key), world.server.live(name)
        if live > 1 or (live == 1 and known is not None and known.state is State.WITHDRAWN):
            yield name


def _unmet(world: World, item: Wanted, told: Mapping[str, Outcome]) -> Iterator[str]:
    """Yield what `main` wants of *item* and neither has nor is told to wait for."""
    for post in item.posts:
        entry = world.ledger.get(post.key)
        live = world.server.live(name_of(post))
        if entry is None and post.key not in told:
            yield f"{post.platform}: lost"
        elif entry and not item.withdrawn and entry.state is State.DONE and not live:
            yield f"{post.platform}: done and not there"
        elif (
            entry
            and entry.state is not State.DONE
            and entry.state is not State.WITHDRAWN
            and not _is_told(item, post, told)
        ):
            yield f"{post.platform}: {entry.state} and nobody was told"
        elif entry and item.withdrawn and entry.state is State.DONE and not _is_told(item, post, told):
            yield f"{post.platform}: not taken down"


def _is_told(item: Wanted, post: Post, told: Mapping[str, Outcome]) -> bool:
    kind = EffectAction.RETRACT if item.withdrawn else EffectAction.PUBLISH
    return effect_key(post.item, post.account, kind, post.digest, post.part) in told
