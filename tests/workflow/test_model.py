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
from pipeline.model.history import Draft, Progress, Record
from pipeline.model.people import Assignment, People, Person
from pipeline.model.procedure import Effect, Procedure
from pipeline.workflow import replay

PATH = "site_config/sop/kota/medsos.yaml"
DATA = (Path(__file__).parents[1] / "kantor" / PATH).read_bytes()
PROCEDURE = sop.parse(DATA, PATH, sop.version_of(DATA))


def amended(old: bytes, new: bytes) -> Procedure:
    data = DATA.replace(old, new)
    assert data != DATA
    return sop.parse(data, PATH, sop.version_of(data))


# Versions of the SOP: the first one, one that only gives more time, one that gives the design to the writer.
VERSIONS = [
    PROCEDURE,
    amended(b"waktu: 15 menit", b"waktu: 30 menit"),
    amended(b"peran: desainer, jenis: susun", b"peran: penulis, jenis: susun"),
]
VOIDED_BY = {0: {2}, 1: {2}, 2: {0, 1}}
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
TABLES = [TABLE, TABLE, [*TABLE[:3], (4, "penulis", {"SELESAI"}, {}), *TABLE[4:]]]
COVERS = {3: {"index.md"}, 5: {"index.md", "takarir.md", "media/a.jpg"}}
MAY_EDIT = {2: {"index.md"}, 4: {"takarir.md", "media/a.jpg"}}
FILES = ["disposisi.md", "index.md", "takarir.md", "media/a.jpg", "notula.md"]
UPLOAD = 6


class NaiveDesk:
    """Everything that happened, in one list."""

    def __init__(self) -> None:
        self.log: list[tuple[str, ...]] = []

    def version(self) -> int:
        """Return the version of the SOP in force: the last restart's."""
        return next((int(rest[0]) for kind, *rest in reversed(self.log) if kind == "restart"), 0)

    def table(self) -> list[tuple[int, str, set[str], dict[str, int]]]:
        return TABLES[self.version()]

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
            if kind == "restart":
                standing = []
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
        if position == len(TABLE) or self.table()[position][:2] != (step, role):
            return True
        _, _, onward, back = self.table()[position]
        if role not in HOLDS[person] or word not in onward | set(back) or (word in back and not note):
            return True
        if step == 1 and "disposisi.md" not in self.content():
            return True
        edited = {entry[2] for entry in self.log if entry[0] == "edit" and entry[1] == person}
        return bool(step in COVERS and edited & COVERS[step] & set(self.content()))

    def refuses_restart(self, person: str, version: int, note: str) -> bool:
        done = self.turn() == len(TABLE)
        return done or version not in VOIDED_BY[self.version()] or "kepala" not in HOLDS[person] or not note

    def edit(self, person: str, path: str, content: str) -> None:
        if self.content().get(path) == content:
            return
        position = self.turn()
        step, *_ = self.table()[position] if position < len(TABLE) else (0,)
        roles = {role for number, role, *_ in self.table() if number == step}
        foreseen = path in MAY_EDIT.get(step, set()) and bool(HOLDS[person] & roles)
        self.log.append(("edit", person, path, content, "foreseen" if foreseen else "surprise"))

    def record(self, position: int, person: str, word: str) -> None:
        self.log.append(("record", str(position), person, word))

    def restart(self, version: int) -> None:
        self.log.append(("restart", str(version)))


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
            _, role, onward, back = self.naive.table()[row]
            word = min(onward) if lead or not back else min(back)
            self._record(role, row, word, note)

    @rule(
        person=st.sampled_from(sorted(HOLDS)),
        version=st.integers(0, len(VERSIONS) - 1),
        note=st.sampled_from(["", "SOP berganti"]),
    )
    def restart_anyhow(self, person: str, version: int, note: str) -> None:
        refused = self._refused(self._entry(person, 0, "ULANG", note, version))
        assert refused == self.naive.refuses_restart(person, version, note)
        if not refused:
            self.naive.restart(version)

    def _record(self, person: str, row: int, word: str, note: str) -> None:
        step, role, *_ = self.naive.table()[row]
        refused = self._refused(self._entry(person, row, word, note, self.naive.version()))
        assert refused == self.naive.refuses(person, step, role, word, note)
        if not refused:
            self.naive.record(row, person, word)

    def _entry(self, person: str, row: int, word: str, note: str, version: int) -> Record:
        self.now += timedelta(minutes=1)
        step, role, *_ = TABLES[version][row]
        found = VERSIONS[version].steps[step - 1]
        before = self._progress()
        files = {name: f"100644 {text}" for name, text in self.naive.content().items()}
        return Record(
            sequence=len(before.history) + 1,
            item="kota-2026-contoh",
            sop=PROCEDURE.id,
            version=VERSIONS[version].version,
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

    def _refused(self, entry: Record) -> bool:
        """Push an entry; it stays only when it counts."""
        self.events.append(entry)
        refused = bool(self._progress().refusals)
        if refused:
            self.events.pop()
        return refused

    def _progress(self) -> Progress:
        return replay(PROCEDURE, self.events, PEOPLE, ZONE, VERSIONS)

    @invariant()
    def both_wait_for_the_same_act(self) -> None:
        progress = self._progress()
        row = self.naive.turn()
        assert progress.procedure is VERSIONS[self.naive.version()]
        assert progress.complete == (row == len(TABLE))
        assert progress.mergeable == (row == len(TABLE))
        if progress.step and progress.act:
            assert (progress.step.number, progress.act.role) == self.naive.table()[row][:2]


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
