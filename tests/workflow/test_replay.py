"""How a history carries an item through an SOP, written as facts a civil servant would say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import sop
from pipeline.digests import covered, digest
from pipeline.model.history import ASIDE, Draft, Progress, Record
from pipeline.model.people import Assignment, People, Person
from pipeline.workflow import replay

if TYPE_CHECKING:
    from pipeline.model.procedure import Procedure

PATH = "site_config/sop/kota/medsos.yaml"
SOP = (Path(__file__).parents[1] / "kantor" / PATH).read_bytes()
PROCEDURE = sop.parse(SOP, PATH, sop.version_of(SOP))
ZONE = ZoneInfo("Asia/Jakarta")


def amended(*changes: tuple[bytes, bytes]) -> Procedure:
    """Return a later version of the SOP."""
    data = SOP
    for old, new in changes:
        assert old in data
        data = data.replace(old, new)
    return sop.parse(data, PATH, sop.version_of(data))


HASTIER = amended((b"waktu: 15 menit", b"waktu: 5 menit"))
HANDED_OVER = amended((b"peran: desainer, jenis: susun", b"peran: penulis, jenis: susun"))
LED_BY_ADMIN = amended((b"peran: kepala, jenis: arahan", b"peran: admin, jenis: arahan"))
LATER = (HASTIER, HANDED_OVER, LED_BY_ADMIN)
START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
ROLES = {
    "kepala": "kepala",
    "penulis": "penulis",
    "desainer": "desainer",
    "admin": "admin",
    "rangkap": "kepala penulis",
}
PEOPLE = People(
    {
        name: Person(
            id=name,
            name=name.title(),
            email=f"{name}@kota.example",
            assignments=tuple(Assignment(office="kota", role=role) for role in roles.split()),
        )
        for name, roles in ROLES.items()
    }
)
STEPS = {1: "arah", 2: "tulis", 3: "koreksi", 4: "rancang", 5: "setuju", 6: "unggah"}
OVERRIDES = {"KAHAR", "TINJAU", "BATAL", "LANJUT"}


class Story:
    """Turn facts into events: `penulis edits index.md`, `kepala 3 ADA: perbaiki judul`."""

    def __init__(self) -> None:
        self.events: list[Draft | Record] = []
        self.files: dict[str, str] = {}
        self.now = START
        self.edits = 0
        self.day: date | None = None
        self.restarting = HANDED_OVER

    def tell(self, *facts: str) -> Progress:
        for fact in facts:
            self.now += timedelta(minutes=5)
            who, verb, *rest = fact.split(" ", 2)
            if verb in {"edits", "deletes"}:
                self._edit(who, verb, rest[0])
            else:
                self._record(who, int(verb), rest[0])
        return replay(PROCEDURE, self.events, PEOPLE, ZONE, LATER)

    def _edit(self, who: str, verb: str, paths: str) -> None:
        for path in paths.split(", "):
            self.edits += 1
            if verb == "deletes":
                del self.files[path]
            else:
                name, _, content = path.partition("=")
                self.files[name] = f"100644 {content or self.edits:0>40}"
        people = frozenset(who.split("+"))
        draft = Draft(commit=f"c{self.edits}", people=people, at=self.now, files=dict(self.files), day=self.day)
        self.events.append(draft)

    def _record(self, who: str, step_number: int, words: str) -> None:
        word, _, note = words.partition(": ")
        before = replay(PROCEDURE, self.events, PEOPLE, ZONE, LATER)
        procedure = self.restarting if word == "ULANG" else before.procedure
        step = procedure.steps[step_number - 1]
        act = step.acts[-1] if word == "UNGGAH" else step.acts[0]
        role = act.role
        if word in OVERRIDES:
            act, role = before.act or act, "kepala"
        self.events.append(
            Record(
                sequence=len(before.history) + len(before.refusals) + 1,
                item="kota-2026-contoh",
                sop=PROCEDURE.id,
                version=procedure.version,
                step=step_number,
                step_id=step.id,
                word=word,
                effects=() if word in ASIDE else act.effects,
                role=role,
                person=who,
                round=before.round,
                digest=digest(self.files, step.covers),
                attachments=(),
                note=note,
                at=self.now,
                source="ssh",
            )
        )


OPENED = ("kepala edits disposisi.md", "kepala 1 SELESAI")
WRITTEN = (*OPENED, "penulis edits index.md", "penulis 2 SELESAI")
CORRECTED = (*WRITTEN, "kepala 3 TIDAK")
DESIGNED = (*CORRECTED, "desainer edits takarir.md, media/a.jpg", "desainer 4 SELESAI")
APPROVED = (*DESIGNED, "kepala 5 YA")
ORDERED = (*APPROVED, "penulis 6 PERINTAH")
DONE = (*ORDERED, "admin 6 UNGGAH")


@pytest.mark.parametrize(
    ("facts", "waiting_for"),
    [
        pytest.param((), "arah", id="nothing happened"),
        pytest.param(OPENED, "tulis", id="directed"),
        pytest.param(WRITTEN, "koreksi", id="written"),
        pytest.param((*WRITTEN, "kepala 3 ADA: ringkas"), "tulis", id="corrections send it back"),
        pytest.param(
            (*WRITTEN, "kepala 3 ADA: ringkas", "penulis edits index.md", "penulis 2 SELESAI", "kepala 3 ADA: lagi"),
            "tulis",
            id="and back again",
        ),
        pytest.param(CORRECTED, "rancang", id="no corrections lead on"),
        pytest.param((*DESIGNED, "kepala 5 TIDAK: kontras kurang"), "rancang", id="TIDAK means back here"),
        pytest.param(APPROVED, "unggah", id="approved"),
        pytest.param(ORDERED, "unggah", id="half of the upload step"),
        pytest.param(DONE, None, id="complete"),
        pytest.param((*DESIGNED, "penulis edits index.md"), "koreksi", id="an edit out of turn voids the correction"),
        pytest.param((*APPROVED, "desainer edits takarir.md"), "setuju", id="an edit after approval voids it"),
        pytest.param((*APPROVED, "penulis edits notula.md"), "unggah", id="a paper nobody covers voids nothing"),
        pytest.param((*CORRECTED, "desainer edits media/a.jpg"), "rancang", id="a media edit leaves the text approved"),
        pytest.param(
            (*CORRECTED, "desainer edits takarir.md", "desainer+penulis edits index.md"),
            "koreksi",
            id="a turn covers only its own files",
        ),
        pytest.param((*APPROVED, "desainer edits media/b.jpg"), "setuju", id="a new covered file voids the approval"),
        pytest.param((*APPROVED, "desainer deletes media/a.jpg"), "setuju", id="so does a deleted one"),
        pytest.param((*DONE, "admin edits takarir.md"), "setuju", id="an edit after the upload needs approval anew"),
        pytest.param((*DONE, "admin edits laporan.md"), "unggah", id="what is uploaded is what was ordered"),
    ],
)
def test_replay(facts: tuple[str, ...], waiting_for: str | None) -> None:
    progress = Story().tell(*facts)
    assert [refusal.reason for refusal in progress.refusals] == []
    assert (progress.step.id if progress.step else None) == waiting_for


def test_restoring_the_approved_content_restores_the_approval() -> None:
    story = Story()
    before = story.tell(*DESIGNED, "kepala 5 YA").step
    good = story.files["takarir.md"].split(" ")[1]
    assert story.tell("desainer edits takarir.md").voided
    after = story.tell(f"desainer edits takarir.md={good}")
    assert not after.voided
    assert after.step == before


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param(("penulis 2 SELESAI",), "belum gilirannya: yang ditunggu langkah 1", id="out of order"),
        pytest.param((*OPENED, "kepala 5 YA"), "belum gilirannya: yang ditunggu langkah 2", id="jumping ahead"),
        pytest.param(("kepala 1 SELESAI",), "kelengkapan belum ada atau kosong: Disposisi", id="paper missing"),
        pytest.param((*WRITTEN, "penulis 3 TIDAK"), "Penulis tidak memegang peran Kepala", id="wrong person"),
        pytest.param((*WRITTEN, "orang-luar 3 TIDAK"), "tidak memegang peran Kepala", id="a stranger"),
        pytest.param(
            (*WRITTEN, "kepala 3 YA"), "putusan 'YA' tidak dikenal pada langkah 3: tulis ADA atau TIDAK", id="word"
        ),
        pytest.param((*WRITTEN, "kepala 3 ADA"), "wajib disertai catatan", id="return without a note"),
        pytest.param((*WRITTEN, "kepala 3 ADA:  "), "wajib disertai catatan", id="return with an empty note"),
        pytest.param(
            (*OPENED, "rangkap edits index.md", "rangkap 2 SELESAI", "rangkap 3 TIDAK"), "empat mata", id="own work"
        ),
        pytest.param(
            (*OPENED, "penulis+rangkap edits index.md", "penulis 2 SELESAI", "rangkap 3 TIDAK"),
            "empat mata",
            id="co-author",
        ),
        pytest.param((*APPROVED, "admin 6 UNGGAH"), "wewenang Penulis, bukan Admin", id="upload before the order"),
        pytest.param((*DONE, "admin 6 UNGGAH"), "sudah selesai", id="after the end"),
        pytest.param(
            (*WRITTEN, "kepala 3 ADA: ringkas", "kepala 3 TIDAK"),
            "yang ditunggu langkah 2",
            id="approving before the mending",
        ),
    ],
)
def test_refusals(facts: tuple[str, ...], reason: str) -> None:
    progress = Story().tell(*facts)
    assert len(progress.refusals) == 1
    assert reason in progress.refusals[0].reason
    assert progress.refusals[0].record.sequence == len(progress.history) + 1


def test_a_record_of_an_old_version_is_refused() -> None:
    story = Story()
    story.tell(*WRITTEN)
    stale = digest(story.files, ("index.md",))
    story.tell("penulis edits index.md", "kepala 3 TIDAK")
    last = story.events[-1]
    assert isinstance(last, Record)
    object.__setattr__(last, "digest", stale)
    progress = replay(PROCEDURE, story.events, PEOPLE, ZONE)
    assert "naskah yang bukan terbaru" in progress.refusals[0].reason


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("version", "0" * 40, "berjalan menurut SOP"),
        ("sop", "kota/lain", "berjalan menurut SOP"),
        ("sequence", 7, "nomor urut"),
        ("round", 2, "putaran 2, seharusnya 1"),
        ("effects", ("terbit",), "efek"),
        ("role", "admin", "wewenang Kepala"),
        ("step_id", "tulis", "belum gilirannya"),
    ],
)
def test_a_record_that_lies_about_its_run_is_refused(field: str, value: object, reason: str) -> None:
    story = Story()
    story.tell(*OPENED)
    record = story.events[-1]
    object.__setattr__(record, field, value)
    progress = replay(PROCEDURE, story.events, PEOPLE, ZONE)
    assert reason in progress.refusals[0].reason
    assert progress.done == ()


def test_a_role_lost_yesterday_is_no_role_today() -> None:
    left = Person(
        id="kepala",
        name="Kepala",
        email="kepala@kota.example",
        assignments=(Assignment(office="kota", role="kepala", until=(START - timedelta(days=1)).date()),),
    )
    story = Story()
    story.tell(*OPENED)
    progress = replay(PROCEDURE, story.events, People({**PEOPLE.by_id, "kepala": left}), ZONE)
    assert "tidak memegang peran Kepala" in progress.refusals[0].reason


@pytest.mark.parametrize(
    ("facts", "waiting_for"),
    [
        pytest.param((*OPENED, "kepala 2 KAHAR: banjir, atas perintah Sekretaris"), "koreksi", id="a drafting step"),
        pytest.param((*WRITTEN, "kepala 3 KAHAR: banjir"), "rancang", id="a decision leads forward"),
        pytest.param(
            (*ORDERED, "kepala 6 KAHAR: admin sakit"), None, id="the effect is carried out by who may override"
        ),
        pytest.param(("kepala 1 KAHAR: disposisi lisan",), "tulis", id="papers may lack"),
    ],
)
def test_force_majeure_passes_over_an_act_and_stays_flagged(facts: tuple[str, ...], waiting_for: str | None) -> None:
    story = Story()
    progress = story.tell(*facts)
    assert [refusal.reason for refusal in progress.refusals] == []
    assert (progress.step.id if progress.step else None) == waiting_for
    assert len(progress.overrides) == len(progress.unreviewed) == 1
    step = progress.overrides[0].record.step
    reviewed = story.tell(f"rangkap {step} TINJAU: dapat diterima")
    assert reviewed.refusals == ()
    assert len(reviewed.overrides) == 1, "it stays flagged for good"
    assert reviewed.unreviewed == ()
    assert reviewed.step == progress.step, "a review moves nothing"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param((*OPENED, "kepala 2 KAHAR"), "wajib disertai alasan", id="without a reason"),
        pytest.param((*OPENED, "admin 2 KAHAR: saya mau"), "hanya boleh dinyatakan oleh Kepala", id="by another role"),
        pytest.param((*OPENED, "kepala 5 KAHAR: lompat"), "yang ditunggu langkah 2", id="jumping ahead"),
        pytest.param((*DONE, "kepala 6 KAHAR: lagi"), "sudah selesai", id="after the end"),
        pytest.param(
            (*OPENED, "rangkap 2 TINJAU: baik"), "tidak ada keadaan kahar pada langkah 2", id="nothing to review"
        ),
        pytest.param(
            (*OPENED, "kepala 2 KAHAR: banjir", "kepala 2 TINJAU: baik"), "oleh orang lain", id="reviewing oneself"
        ),
        pytest.param(
            (*OPENED, "kepala 2 KAHAR: banjir", "rangkap 2 TINJAU"), "hasil tinjauan wajib", id="empty review"
        ),
        pytest.param(
            (*OPENED, "kepala 2 KAHAR: banjir", "admin 2 TINJAU: ya"), "harus memegang peran", id="reviewer's role"
        ),
    ],
)
def test_force_majeure_has_its_own_rules(facts: tuple[str, ...], reason: str) -> None:
    progress = Story().tell(*facts)
    assert [reason in refusal.reason for refusal in progress.refusals] == [True]


@pytest.mark.parametrize("facts", [OPENED, WRITTEN, CORRECTED, DESIGNED, APPROVED, ORDERED])
def test_after_a_restart_nothing_stands_and_everything_is_remembered(facts: tuple[str, ...]) -> None:
    story = Story()
    before = story.tell(*facts)
    after = story.tell("kepala 1 ULANG: perancang digabung dengan penulis")
    assert after.refusals == ()
    assert after.procedure == HANDED_OVER
    assert (after.step, after.round) == (HANDED_OVER.steps[0], before.round + 1)
    assert (after.done, after.voided) == ((), ())
    assert after.history[:-1] == before.history
    assert not after.mergeable
    again = story.tell("kepala 1 SELESAI", "penulis 2 SELESAI", "kepala 3 TIDAK", "penulis edits takarir.md")
    assert again.refusals == ()
    assert again.step == HANDED_OVER.steps[3], "the new version's own column"


def test_a_restarted_item_is_carried_through_under_the_new_version() -> None:
    story = Story()
    progress = story.tell(
        *APPROVED,
        *("kepala 1 ULANG: SOP berganti", "kepala 1 SELESAI", "penulis 2 SELESAI", "kepala 3 TIDAK"),
        *("penulis 4 SELESAI", "kepala 5 YA", "penulis 6 PERINTAH", "admin 6 UNGGAH"),
    )
    assert progress.refusals == ()
    assert progress.complete
    assert {done.record.version for done in progress.done} == {HANDED_OVER.version}
    assert [done.record.sequence for done in progress.history] == list(range(1, 14))


def test_who_edited_before_a_restart_still_cannot_decide_after_it() -> None:
    story = Story()
    story.tell(*OPENED, "rangkap edits index.md", "rangkap 2 SELESAI", "rangkap 1 ULANG: SOP berganti")
    progress = story.tell("kepala 1 SELESAI", "penulis 2 SELESAI", "rangkap 3 TIDAK")
    assert ["empat mata" in refusal.reason for refusal in progress.refusals] == [True]


def test_an_override_before_a_restart_is_still_flagged_and_can_still_be_reviewed() -> None:
    story = Story()
    story.tell(*WRITTEN, "kepala 3 KAHAR: banjir", "kepala 1 ULANG: SOP berganti")
    assert len(story.tell().unreviewed) == 1
    reviewed = story.tell("rangkap 3 TINJAU: dapat diterima")
    assert reviewed.refusals == ()
    assert (reviewed.unreviewed, reviewed.step) == ((), HANDED_OVER.steps[0])


@pytest.mark.parametrize(
    ("facts", "version", "reason"),
    [
        pytest.param((*WRITTEN, "kepala 1 ULANG: ingin"), PROCEDURE, "tetap berjalan menurut versi lamanya", id="same"),
        pytest.param((*WRITTEN, "kepala 1 ULANG: ingin"), HASTIER, "tetap berjalan menurut versi lamanya", id="times"),
        pytest.param((*WRITTEN, "kepala 1 ULANG"), HANDED_OVER, "wajib disertai catatan", id="without a note"),
        pytest.param(
            (*WRITTEN, "penulis 1 ULANG: x"), HANDED_OVER, "mulai ulang wewenang Kepala", id="a stranger to it"
        ),
        pytest.param(
            (*WRITTEN, "kepala 1 ULANG: x"), LED_BY_ADMIN, "mulai ulang wewenang Admin", id="of the new version"
        ),
        pytest.param((*WRITTEN, "kepala 3 ULANG: x"), HANDED_OVER, "pakai --step 1", id="in the middle"),
        pytest.param((*DONE, "kepala 1 ULANG: x"), HANDED_OVER, "sudah selesai", id="after the end"),
        pytest.param(
            (*WRITTEN, "kepala 1 ULANG: x", "kepala 1 ULANG: x"), HANDED_OVER, "menurut versi lamanya", id="twice"
        ),
    ],
)
def test_a_restart_has_its_own_rules(facts: tuple[str, ...], version: Procedure, reason: str) -> None:
    story = Story()
    story.restarting = version
    progress = replay(PROCEDURE, (story.tell(*facts), story.events)[1], PEOPLE, ZONE, (PROCEDURE, *LATER))
    assert [reason in refusal.reason for refusal in progress.refusals] == [True]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("version", "0" * 40, "tidak pernah berlaku bagi butir ini"),
        ("sop", "kota/lain", "tidak pernah berlaku bagi butir ini"),
        ("sequence", 7, "nomor urut"),
        ("round", 2, "putaran 2, seharusnya 1"),
        ("effects", ("terbit",), "tanpa efek"),
        ("role", "admin", "mulai ulang wewenang Kepala"),
        ("digest", "0" * 64, "naskah yang bukan terbaru"),
        ("step_id", "tulis", "langkah pertama SOP yang baru"),
    ],
)
def test_a_restart_that_lies_about_its_run_is_refused(field: str, value: object, reason: str) -> None:
    story = Story()
    story.tell(*WRITTEN, "kepala 1 ULANG: SOP berganti")
    object.__setattr__(story.events[-1], field, value)
    progress = story.tell()
    assert [reason in refusal.reason for refusal in progress.refusals] == [True]
    assert progress.procedure == PROCEDURE
    assert len(progress.done) == 2


@pytest.mark.parametrize(("version", "word"), [(PROCEDURE, "SELESAI"), (HANDED_OVER, "SELESAI")])
def test_a_record_of_another_version_than_the_one_in_force_does_not_count(version: Procedure, word: str) -> None:
    story = Story()
    story.tell(*OPENED, *(["kepala 1 ULANG: x"] if version is PROCEDURE else []))
    story.tell(f"kepala 1 {word}" if version is PROCEDURE else f"penulis 2 {word}")
    object.__setattr__(story.events[-1], "version", version.version)
    progress = story.tell()
    assert ["berjalan menurut SOP" in refusal.reason for refusal in progress.refusals] == [True]


def same_day_procedure() -> Procedure:
    steps = tuple(replace(step, same_day=step.id == "unggah") for step in PROCEDURE.steps)
    return replace(PROCEDURE, steps=steps)


@pytest.mark.parametrize(
    ("zone", "at", "refused"),
    [
        ("Asia/Jakarta", "2026-11-03T16:59:00+00:00", False),
        ("Asia/Jakarta", "2026-11-03T17:01:00+00:00", True),
        ("Asia/Makassar", "2026-11-03T15:59:00+00:00", False),
        ("Asia/Makassar", "2026-11-03T16:01:00+00:00", True),
        ("Asia/Jayapura", "2026-11-03T14:59:00+00:00", False),
        ("Asia/Jayapura", "2026-11-03T15:01:00+00:00", True),
    ],
)
def test_same_day_ends_at_midnight_of_the_offices_zone(zone: str, at: str, *, refused: bool) -> None:
    story = Story()
    story.day = date(2026, 11, 3)
    story.tell(*ORDERED)
    story.now = datetime.fromisoformat(at) - timedelta(minutes=5)
    story.tell("admin 6 UNGGAH")
    progress = replay(same_day_procedure(), story.events, PEOPLE, ZoneInfo(zone))
    assert bool(progress.refusals) == refused
    if refused:
        assert "hari yang sama, 2026-11-03 (atau catat KAHAR" in progress.refusals[0].reason


def test_rounds_are_counted_and_history_keeps_what_fell() -> None:
    progress = Story().tell(*WRITTEN, "kepala 3 ADA: ringkas", "penulis edits index.md", "penulis 2 SELESAI")
    assert progress.round == 2
    assert [done.step.id for done in progress.done] == ["arah", "tulis"]
    assert [done.step.id for done in progress.history] == ["arah", "tulis", "koreksi", "tulis"]


def test_mergeable_only_when_an_effect_is_due() -> None:
    assert not Story().tell(*ORDERED).mergeable
    assert Story().tell(*DONE).mergeable
    assert not Story().tell(*DONE, "admin edits takarir.md").mergeable


def test_patterns_stay_in_their_folder() -> None:
    files = dict.fromkeys(("index.md", "media/a.jpg", "media/b/c.jpg", "lain/index.md", "indexxmd"), "100644 x")
    assert set(covered(files, ("index.md",))) == {"index.md"}
    assert set(covered(files, ("media/*",))) == {"media/a.jpg"}
    assert set(covered(files, ("media/**",))) == {"media/a.jpg", "media/b/c.jpg"}
    assert set(covered(files, ())) == set(files)


PATHS = st.dictionaries(st.sampled_from(["index.md", "takarir.md", "media/a", "notula.md"]), st.sampled_from("abc"))


@given(PATHS, PATHS)
def test_a_digest_is_equal_exactly_when_what_it_covers_is_equal(one: dict[str, str], other: dict[str, str]) -> None:
    patterns = ("index.md", "media/**")
    same = covered(one, patterns) == covered(other, patterns)
    assert (digest(one, patterns) == digest(other, patterns)) == same


WHO = st.sampled_from(["kepala", "penulis", "desainer", "admin", "rangkap"])
FACT = st.one_of(
    st.builds("{} edits {}".format, WHO, st.sampled_from(["index.md", "takarir.md", "media/a.jpg", "disposisi.md"])),
    st.builds(
        "{} {} {}".format, WHO, st.integers(1, 6), st.sampled_from(["SELESAI", "ADA: x", "TIDAK: x", "YA", "PERINTAH"])
    ),
    st.just("admin 6 UNGGAH"),
    st.builds("kepala {} {}: x".format, st.integers(1, 6), st.sampled_from(["BATAL", "LANJUT"])),
)


@given(st.lists(FACT, max_size=25), st.integers(0, 6))
def test_no_history_ever_publishes_what_its_approver_did_not_see(facts: list[str], lead: int) -> None:
    story = Story()
    progress = story.tell(*(OPENED, WRITTEN, CORRECTED, DESIGNED, APPROVED, ORDERED, DONE)[lead], *facts)
    if not progress.mergeable:
        return
    approval = next(done for done in reversed(progress.done) if done.step.id == "setuju")
    assert approval.record.word == "YA"
    assert approval.record.digest == digest(story.files, approval.step.covers)
    editors = {
        person
        for before, event in zip([None, *drafts(story)], drafts(story), strict=False)
        for person in event.people
        if covered(event.files, approval.step.covers) != covered(before.files if before else {}, approval.step.covers)
    }
    assert approval.record.person not in editors


def drafts(story: Story) -> list[Draft]:
    return [event for event in story.events if isinstance(event, Draft)]
