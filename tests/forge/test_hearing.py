"""What utterances amount to: which become records, which stay remarks. Played without a forge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.carriers.repository import Repository
from pipeline.desk import recording
from pipeline.desk.forge.hearing import Hearing, Matter, hear
from pipeline.desk.forge.said import Said
from pipeline.model.forge import Verdict
from pipeline.model.history import Draft, Record
from pipeline.model.people import Assignment, People, Person
from pipeline.workflow import replay
from tests.forge.e2e.kantor import git
from tests.workflow.test_replay import HANDED_OVER, PROCEDURE, ROLES, ZONE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.model.history import Progress
    from pipeline.model.procedure import Procedure

START = datetime(2026, 11, 2, 3, tzinfo=UTC)
YES, NO = Verdict.APPROVED, Verdict.CHANGES_REQUESTED
DISPOSED = ("kepala disposisi.md", "kepala /sop 1 SELESAI")
WRITTEN = (*DISPOSED, "penulis index.md", "penulis /sop 2")
DESIGNED = (*WRITTEN, "kepala APPROVED", "desainer takarir.md", "desainer /sop 4 SELESAI")
APPROVED = (*DESIGNED, "kepala APPROVED")


def people(**ends: datetime) -> People:
    """Return the small office's people, whose logins are `akun-<id>`; *ends* names the last day of their roles."""
    return People(
        {
            name: Person(
                id=name,
                name=name.title(),
                email=f"{name}@kota.example",
                assignments=tuple(
                    Assignment(office="kota", role=role, until=ends[name].date() if name in ends else None)
                    for role in roles.split()
                ),
                logins={"github": f"akun-{name}"},
            )
            for name, roles in ROLES.items()
        }
    )


class Talk:
    """Turn facts into a matter and what was said about it, each a minute after the last.

    `penulis index.md` pushes another text, `penulis /sop 2 SELESAI note` comments, `kepala APPROVED note` reviews.
    """

    def __init__(self, folder: Path) -> None:
        git(folder, "init", "--quiet", "--bare", ".")
        self.repository = Repository(folder)
        self.text = folder / "teks"
        self.events: list[Draft | Record] = []
        self.said: list[Said] = []
        self.files: dict[str, str] = {}
        self.now = START
        self.people = people()
        self.current = PROCEDURE
        self.vetoed = ""

    def tell(self, *facts: str) -> Hearing:
        for fact in facts:
            self.now += timedelta(minutes=1)
            who, what, *rest = fact.split(" ", 2)
            if what.startswith("/sop"):
                number, *words = rest[0].split(" ", 2)
                self._say(who, "komentar", step=int(number), word=words[0] if words else None, note=" ".join(words[1:]))
            elif what in set(Verdict):
                self._say(who, "ulasan", verdict=Verdict(what), note=" ".join(rest))
            else:
                self._push(who, what, " ".join(rest) or f"Tulisan {len(self.events)}.")
        return self.hear()

    def _push(self, who: str, path: str, text: str) -> None:
        self.text.write_text(text, encoding="utf-8")
        self.files[path] = f"100644 {git(self.repository.path, 'hash-object', '-w', str(self.text))}"
        commit = f"c{len(self.events)}"
        self.events.append(Draft(commit=commit, people=frozenset({who}), at=self.now, files=dict(self.files)))

    def _say(self, who: str, kind: str, **what: Any) -> None:  # noqa: ANN401 - the fields of Said
        drafts = [event.commit for event in self.events if isinstance(event, Draft)]
        source = f"github:{kind}:{len(self.said) + 1}"
        said = Said(source=source, author=f"akun-{who}", at=self.now, commit=drafts[-1])
        self.said.append(replace(said, **what))

    def hear(self) -> Hearing:
        order = {event.commit: place for place, event in enumerate(self.events) if isinstance(event, Draft)}
        matter = Matter(
            item="kota-2026-contoh",
            current=lambda _: self.current,
            replay=self._replay,
            events=tuple(self.events),
            order=order,
            people=self.people,
            forge="github",
            papers=recording.Papers(self.repository),
            veto=lambda *_: self.vetoed or None,
        )
        return hear(matter, self.said)

    def _replay(self, events: Sequence[Draft | Record], moment: datetime | None = None) -> Progress:  # noqa: ARG002 - one version holds at all times
        return replay(self._pinned(events), events, self.people, ZONE, (PROCEDURE, HANDED_OVER))

    def _pinned(self, events: Sequence[Draft | Record]) -> Procedure:
        begun = any(isinstance(event, Record) for event in events)
        return PROCEDURE if begun else self.current

    def write_down(self) -> None:
        """Let the robot write what was heard: records stand behind the drafts they are about."""
        self.events = list(self.hear().events)


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(tmp_path)


def written(heard: Hearing) -> list[tuple[int, str, str]]:
    return [(record.step, record.word, record.person) for record in heard.fresh]


def reasons(heard: Hearing) -> str:
    return "\n".join(each.reason for each in heard.unheard)


def waits_for(heard: Hearing) -> str | None:
    return heard.progress.step.id if heard.progress.step else None


def test_reviews_and_comments_become_the_records_of_the_whole_way(talk: Talk) -> None:
    heard = talk.tell(*APPROVED, "penulis /sop 6 PERINTAH", "admin /sop 6 UNGGAH")
    assert written(heard) == [
        (1, "SELESAI", "kepala"),
        (2, "SELESAI", "penulis"),
        (3, "TIDAK", "kepala"),
        (4, "SELESAI", "desainer"),
        (5, "YA", "kepala"),
        (6, "PERINTAH", "penulis"),
        (6, "UNGGAH", "admin"),
    ]
    assert heard.progress.complete
    assert heard.unheard == ()


@pytest.mark.parametrize(("verdict", "word"), [(YES, "TIDAK"), (NO, "ADA")])
def test_approval_leads_forward_and_a_request_for_changes_back_whatever_the_step_calls_it(
    talk: Talk, verdict: Verdict, word: str
) -> None:
    heard = talk.tell(*WRITTEN, f"kepala {verdict} Judulnya.")
    assert written(heard)[-1] == (3, word, "kepala")
    assert waits_for(heard) == ("rancang" if verdict is YES else "tulis")


def test_each_record_names_its_utterance_its_moment_and_the_draft_it_is_about(talk: Talk) -> None:
    heard = talk.tell(*WRITTEN)
    assert [(each.source, each.at, each.draft) for each in heard.fresh] == [
        ("github:komentar:1", START + timedelta(minutes=2), "c0"),
        ("github:komentar:2", START + timedelta(minutes=4), "c1"),
    ]


def test_what_was_written_down_is_never_written_again(talk: Talk) -> None:
    before = talk.tell(*WRITTEN)
    talk.write_down()
    after = talk.hear()
    assert (after.fresh, after.unheard) == ((), ())
    assert waits_for(after) == waits_for(before)


def test_what_did_not_count_before_records_were_written_does_not_count_afterwards(talk: Talk) -> None:
    talk.tell(*DISPOSED, "desainer /sop 4 SELESAI", "penulis index.md", "penulis /sop 2", "kepala APPROVED")
    talk.write_down()
    assert "diucapkan sebelum catatan 3 ditulis" in reasons(talk.hear())


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param((*WRITTEN, "akun /sop 3"), "akun akun-akun belum terdaftar", id="by a stranger"),
        pytest.param((*WRITTEN, "desainer APPROVED"), "tidak memegang peran Kepala", id="without the role"),
        pytest.param((*WRITTEN, "penulis APPROVED"), "tidak memegang peran Kepala", id="by the writer"),
        pytest.param((*WRITTEN, "desainer /sop 4 SELESAI"), "belum gilirannya", id="out of turn"),
        pytest.param((*WRITTEN, "kepala /sop 9"), "tidak punya langkah 9", id="of a step there is not"),
        pytest.param((*WRITTEN, "kepala /sop 3 SETUJU"), "tidak dikenal pada langkah 3", id="with a word of its own"),
        pytest.param((*WRITTEN, "kepala /sop 3"), "perlu putusan: ADA atau TIDAK", id="without its decision"),
        pytest.param((*WRITTEN, "kepala CHANGES_REQUESTED"), "wajib disertai catatan", id="sent back without a reason"),
        pytest.param((*DISPOSED, "penulis APPROVED"), "bukan koreksi atau persetujuan: tulis /sop 2", id="a review"),
        pytest.param((*APPROVED, "kepala APPROVED"), "tulis /sop 6 PERINTAH", id="one approval too many"),
    ],
)
def test_what_the_sop_does_not_let_count_stays_a_remark(talk: Talk, facts: tuple[str, ...], reason: str) -> None:
    *lawful, _ = facts
    before = waits_for(talk.tell(*lawful))
    heard = talk.tell(facts[-1])
    assert reason in reasons(heard)
    assert waits_for(heard) == before


def test_nothing_is_decided_after_the_last_step(talk: Talk) -> None:
    heard = talk.tell(*APPROVED, "penulis /sop 6 PERINTAH", "admin /sop 6 UNGGAH", "kepala APPROVED")
    assert reasons(heard) == "seluruh langkah SOP ini sudah selesai"


def test_whoever_wrote_a_text_does_not_approve_it(talk: Talk) -> None:
    heard = talk.tell(*DISPOSED, "kepala index.md", "penulis /sop 2", "kepala APPROVED")
    assert "empat mata: kepala ikut menyunting index.md" in reasons(heard)


def test_a_doubtful_utterance_is_passed_on_with_its_doubt(talk: Talk) -> None:
    talk.tell(*WRITTEN, "kepala APPROVED")
    talk.said[-1] = replace(talk.said[-1], doubt="ulasan ini dibatalkan, jadi tidak dihitung")
    heard = talk.hear()
    assert reasons(heard) == "ulasan ini dibatalkan, jadi tidak dihitung"
    assert waits_for(heard) == "koreksi"


def test_an_approval_of_a_text_that_has_changed_since_is_about_that_text(talk: Talk) -> None:
    talk.tell(*WRITTEN, "penulis index.md", "kepala APPROVED")
    talk.said[-1] = replace(talk.said[-1], commit="c1")
    heard = talk.hear()
    assert written(heard)[-1] == (3, "TIDAK", "kepala")
    assert [step.id for step in heard.progress.voided] == ["koreksi"], "the later text came behind the approval"
    talk.said[-1] = replace(talk.said[-1], commit="hilang")
    assert "sudah tidak ada pada cabang ini" in reasons(talk.hear())


def test_a_stale_approval_said_behind_a_newer_one_is_refused(talk: Talk) -> None:
    talk.tell(*WRITTEN, "penulis index.md", "kepala CHANGES_REQUESTED Judulnya.", "penulis /sop 2", "kepala APPROVED")
    talk.said[-1] = replace(talk.said[-1], commit="c1")
    assert "tentang naskah yang bukan terbaru" in reasons(talk.hear())


def test_an_edit_after_the_approval_voids_it(talk: Talk) -> None:
    heard = talk.tell(*APPROVED, "desainer takarir.md", "penulis /sop 6 PERINTAH")
    assert waits_for(heard) == "setuju"
    assert "belum gilirannya" in reasons(heard)


def test_a_role_that_ended_carries_what_was_said_on_its_last_day_and_nothing_later(talk: Talk) -> None:
    talk.people = people(kepala=START)
    assert written(talk.tell(*WRITTEN, "kepala APPROVED"))[-1] == (3, "TIDAK", "kepala")
    talk.people = people(kepala=START - timedelta(days=1))
    assert "tidak memegang peran Kepala" in reasons(talk.hear())


def test_a_template_left_unfilled_holds_the_step_back(talk: Talk) -> None:
    heard = talk.tell("kepala disposisi.md ISI: arahan", "kepala /sop 1")
    assert reasons(heard) == "bagian templat bertanda ISI belum diisi: disposisi.md baris 1"


def test_a_paper_that_is_not_there_is_named(talk: Talk) -> None:
    assert "Disposisi" in reasons(talk.tell("kepala lain.md", "kepala /sop 1"))


def test_what_only_the_repository_can_tell_stops_a_record(talk: Talk) -> None:
    talk.vetoed = "nomor 12 sudah dipakai"
    heard = talk.tell(*DISPOSED)
    assert (written(heard), reasons(heard)) == ([], "nomor 12 sudah dipakai")


def test_force_majeure_needs_a_reason_and_markup_in_it_stays_what_was_written(talk: Talk) -> None:
    heard = talk.tell(*DISPOSED, "kepala /sop 2 KAHAR", "kepala /sop 2 KAHAR <b>@penulis</b> | `sakit`")
    assert "wajib disertai alasan" in reasons(heard)
    assert heard.fresh[-1].note == "<b>@penulis</b> | `sakit`"
    assert waits_for(heard) == "koreksi"


def test_an_sop_whose_roles_changed_is_begun_anew_on_its_new_version(talk: Talk) -> None:
    talk.tell(*WRITTEN)
    talk.write_down()
    talk.current = HANDED_OVER
    heard = talk.tell("kepala /sop 1 ULANG Perancang berganti.")
    assert (waits_for(heard), heard.progress.round, heard.progress.procedure) == ("arah", 2, HANDED_OVER)
