"""Random histories against a second, deliberately naive reading of the rules.

The naive desk keeps one long list of what happened and answers every question by reading it again from
the beginning, with none of the engine's data structures. Whatever the machine does, both must agree on
whose turn it is, what is refused, and whether the item may be merged.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pipeline import sop
from pipeline.digests import digest
from pipeline.model.history import Draft, Record
from pipeline.model.people import Assignment, People, Person
from pipeline.model.procedure import Effect
from pipeline.workflow import replay

PATH = "site_config/sop/kota/medsos.yaml"
DATA = (Path(__file__).parents[1] / "kantor" / PATH).read_bytes()
PROCEDURE = sop.parse(DATA, PATH, sop.version_of(DATA))
ZONE = ZoneInfo("Asia/Jakarta")
HOLDS = {
    "kepala": {"kepala"},
    "penulis": {"penulis"},
    "desainer": {"desainer"},
    "admin": {"admin"},
    "rangkap": {"kepala", "penulis"},
}
PEOPLE = People(
    {
        name: Person(
            id=name,
            name=name,
            email=f"{name}@kota.example",
            assignments=tuple(Assignment(office="kota", role=role) for role in sorted(roles)),
        )
        for name, roles in HOLDS.items()
    }
)
# The SOP once more, as a table somebody copied from paper: step, role, words that lead on, words that lead back.
TABLE = [
    (1, "kepala", {"SELESAI"}, {}),
    (2, "penulis", {"SELESAI"}, {}),
    (3, "kepala", {"TIDAK"}, {"ADA": 1}),
    (4, "desainer", {"SELESAI"}, {}),
    (5, "kepala", {"YA"}, {"TIDAK": 3}),
    (6, "penulis", {"PERINTAH"}, {}),
    (6, "admin", {"UNGGAH"}, {}),
]
COVERS = {3: {"index.md"}, 5: {"index.md", "takarir.md", "media/a.jpg"}}
MAY_EDIT = {2: {"index.md"}, 4: {"takarir.md", "media/a.jpg"}}
FILES = ["disposisi.md", "index.md", "takarir.md", "media/a.jpg", "notula.md"]
UPLOAD = 6


class NaiveDesk:
    """Everything that happened, in one list."""

    def __init__(self) -> None:
        self.log: list[tuple[str, ...]] = []

    def content(self, upto: int | None = None) -> dict[str, str]:
        found: dict[str, str] = {}
        for kind, *rest in self.log[:upto]:
            if kind == "edit":
                found[rest[1]] = rest[2]
        return found

    def holds_still(self, position: int, since: int) -> bool:
        """Whether what row *position* settled at log index *since* is untouched, foreseen edits aside."""
        step = TABLE[position][0]
        now, then = self.content(), self.content(since)
        watched = COVERS.get(step, set(now) | set(then)) if step in COVERS or position == UPLOAD else set()
        for path in watched:
            foreseen = any(
                entry[0] == "edit" and entry[2] == path and entry[4] == "foreseen" for entry in self.log[since:]
            )
            if not foreseen and now.get(path) != then.get(path):
                return False
        return True

    def rows_done(self) -> list[int]:
        """Return the log indexes of the records that stand, one a row of the table."""
        standing: list[int] = []
        for index, (kind, *rest) in enumerate(self.log):
            if kind != "record":
                continue
            position, word = int(rest[0]), rest[2]
            standing = [*standing[:position], index]
            back = TABLE[position][3].get(word)
            if back is not None:
                standing = standing[:back]
        return standing

    def turn(self) -> int:
        """Return the row waited for; len(TABLE) when all are done."""
        standing = self.rows_done()
        for position, since in enumerate(standing):
            if not self.holds_still(position, since):
                return position
        return len(standing)

    def refuses(self, person: str, step: int, role: str, word: str, note: str) -> bool:
        position = self.turn()
        if position == len(TABLE) or TABLE[position][0] != step or TABLE[position][1] != role:
            return True
        _, _, onward, back = TABLE[position]
        if role not in HOLDS[person] or word not in onward | set(back) or (word in back and not note):
            return True
        if step == 1 and "disposisi.md" not in self.content():
            return True
        edited = {entry[2] for entry in self.log if entry[0] == "edit" and entry[1] == person}
        return bool(step in COVERS and edited & COVERS[step] & set(self.content()))

    def edit(self, person: str, path: str, content: str) -> None:
        if self.content().get(path) == content:
            return
        position = self.turn()
        step, *_ = TABLE[position] if position < len(TABLE) else (0,)
        roles = {role for number, role, *_ in TABLE if number == step}
        foreseen = path in MAY_EDIT.get(step, set()) and bool(HOLDS[person] & roles)
        self.log.append(("edit", person, path, content, "foreseen" if foreseen else "surprise"))

    def record(self, position: int, person: str, word: str) -> None:
        self.log.append(("record", str(position), person, word))


class Desk(RuleBasedStateMachine):
    """Drive both with the same pushes."""

    @initialize()
    def begin(self) -> None:
        self.naive = NaiveDesk()
        self.events: list[Draft | Record] = []
        self.now = datetime(2026, 11, 2, tzinfo=UTC)

    @rule(person=st.sampled_from(sorted(HOLDS)), path=st.sampled_from(FILES), content=st.sampled_from("abc"))
    def edit(self, person: str, path: str, content: str) -> None:
        self.now += timedelta(minutes=1)
        self.naive.edit(person, path, content)
        files = {name: f"100644 {text}" for name, text in self.naive.content().items()}
        self.events.append(Draft(commit="c", people=frozenset({person}), at=self.now, files=files))

    @rule(
        person=st.sampled_from(sorted(HOLDS)),
        row=st.integers(0, len(TABLE) - 1),
        word=st.sampled_from(["SELESAI", "ADA", "TIDAK", "YA", "PERINTAH", "UNGGAH"]),
        note=st.sampled_from(["", "perbaiki"]),
    )
    def record_anything(self, person: str, row: int, word: str, note: str) -> None:
        self._record(person, row, word, note)

    @rule(lead=st.booleans(), note=st.just("perbaiki"))
    def record_what_is_waited_for(self, *, lead: bool, note: str) -> None:
        """Push on along the table, so that long histories are reached and not only refused ones."""
        row = self.naive.turn()
        if row < len(TABLE):
            _, role, onward, back = TABLE[row]
            word = min(onward) if lead or not back else min(back)
            self._record(role, row, word, note)

    def _record(self, person: str, row: int, word: str, note: str) -> None:
        self.now += timedelta(minutes=1)
        step, role, *_ = TABLE[row]
        found = PROCEDURE.steps[step - 1]
        before = replay(PROCEDURE, self.events, PEOPLE, ZONE)
        files = {name: f"100644 {text}" for name, text in self.naive.content().items()}
        entry = Record(
            sequence=len(before.history) + 1,
            item="kota-2026-contoh",
            sop=PROCEDURE.id,
            version=PROCEDURE.version,
            step=step,
            step_id=found.id,
            word=word,
            effects=(Effect.TERBIT,) if (step, role) == (6, "admin") else (),
            role=role,
            person=person,
            round=before.round,
            digest=digest(files, found.covers),
            attachments=(),
            note=note,
            at=self.now,
            source="ssh",
        )
        refused = bool(replay(PROCEDURE, [*self.events, entry], PEOPLE, ZONE).refusals)
        assert refused == self.naive.refuses(person, step, role, word, note)
        if not refused:
            self.events.append(entry)
            self.naive.record(row, person, word)

    @invariant()
    def both_wait_for_the_same_act(self) -> None:
        progress = replay(PROCEDURE, self.events, PEOPLE, ZONE)
        row = self.naive.turn()
        assert progress.complete == (row == len(TABLE))
        assert progress.mergeable == (row == len(TABLE))
        if progress.step and progress.act:
            assert (progress.step.number, progress.act.role) == TABLE[row][:2]


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
