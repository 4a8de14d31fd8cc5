"""The eleven procedures of five offices, held against the agreed reading of their SOP documents."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import roster, settings, sop, soundness
from pipeline.model.base import Severity
from pipeline.model.people import Office, People
from pipeline.model.procedure import ActKind, Effect, Procedure

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

# Per procedure: roles of the step (a handover has two), standard time, loops (word -> step), and whether the
# actor is inferred.
ROWS: dict[str, list[tuple[str, str, str, bool]]] = {
    "kpu-ri/medsos": [
        ("kepala_biro", "15 menit", "", True),
        ("tim_kreatif", "2 hari", "", True),
        ("kabag_puiih", "1 jam", "ADA 2", True),
        ("tim_desain", "1 hari", "", True),
        ("kepala_biro", "1 jam", "TIDAK 4", True),
        ("kabag_puiih", "15 menit", "", True),
        ("admin", "30 menit", "", False),
    ],
    "pinrang/medsos": [
        ("pemimpin_redaksi", "", "", True),
        ("sekretaris_redaksi", "1 hari", "", True),
        ("sekretaris_redaksi", "", "", False),
        ("pengelola", "1-2 hari", "", True),
        ("sekretaris_redaksi", "", "ADA 4", True),
        ("sekretaris_redaksi", "", "", True),
        ("pemimpin_redaksi", "", "TIDAK 5", True),
        ("pengelola", "1 hari", "", True),
        ("admin", "", "", False),
    ],
    "magelang/kegiatan": [
        ("pelaksana_redaksi", "15 menit", "", False),
        ("pimpinan_redaksi", "15 menit", "TIDAK 1", False),
        ("pelaksana_redaksi", "15 menit", "", False),
        ("pelaksana_redaksi staf_redaksi", "1 jam", "", False),
        ("staf_redaksi", "15 menit", "", False),
        ("pelaksana_redaksi", "15 menit", "", False),
        ("pimpinan_redaksi", "15 menit", "TIDAK 6", False),
        ("admin", "15 menit", "", False),
    ],
    "magelang/pengumuman": [
        ("pelaksana_redaksi", "30 menit", "", False),
        ("pimpinan_redaksi", "15 menit", "TIDAK 1", False),
        ("pimpinan_redaksi", "15 menit", "", False),
        ("pimpinan_redaksi", "10 menit", "", False),
        ("pelaksana_redaksi admin", "15 menit", "", False),
    ],
    "magelang/edukasi": [
        ("pimpinan_redaksi", "10 menit", "", False),
        ("pelaksana_redaksi", "20 menit", "", False),
        ("pimpinan_redaksi", "15 menit", "TIDAK 2", False),
        ("pelaksana_redaksi", "15 menit", "", False),
        ("staf_redaksi", "25 menit", "", False),
        ("staf_redaksi", "10 menit", "", False),
        ("pimpinan_redaksi", "10 menit", "TIDAK 5", False),
        ("pimpinan_redaksi admin", "10 menit", "", False),
    ],
    "magelang/tanggapan": [
        ("admin", "15 menit", "", False),
        ("pimpinan_redaksi", "10 menit", "", False),
        ("pelaksana_redaksi", "15 menit", "", False),
        ("pimpinan_redaksi", "15 menit", "TIDAK 3", False),
        ("pimpinan_redaksi admin", "15 menit", "", False),
    ],
    "magelang/penghapusan": [
        ("pimpinan_redaksi", "15 menit", "", False),
        ("pelaksana_redaksi", "15 menit", "", False),
        ("admin", "15 menit", "", False),
    ],
    "jambi/penurunan": [
        ("kabag", "10 menit", "", True),
        ("kasubbag_hukum", "10 menit", "", True),
        ("pelaksana", "60 menit", "", True),
        ("kasubbag_hukum", "10 menit", "ADA 3", True),
        ("kabag", "10 menit", "TIDAK 4", True),
        ("kasubbag_tu", "20 menit", "", False),
    ],
    "jambi/pengunggahan": [
        ("sekretaris", "10 menit", "", True),
        ("kabag", "10 menit", "", True),
        ("pelaksana", "120 menit", "", True),
        ("pelaksana", "10 menit", "", True),
        ("kasubbag_hukum", "10 menit", "ADA 3", True),
        ("kabag", "10 menit", "TIDAK 5", True),
        ("pelaksana", "15 menit", "", False),
    ],
    "jambi/medsos": [
        ("kabag", "15 menit", "", True),
        ("tim_kreatif", "2 hari", "", True),
        ("kasubbag_hukum", "1 jam", "ADA 2", True),
        ("tim_desain", "1 hari", "", True),
        ("kabag", "1 jam", "TIDAK 4", True),
        ("kasubbag_hukum", "15 menit", "", True),
        ("admin", "30 menit", "", False),
    ],
    "mentawai/medsos": [
        ("tim_teknis", "1 hari", "", False),
        ("kasubag_hukum", "1 hari", "TIDAK 1", False),
        ("tim_teknis", "1 hari", "", False),
        ("staf", "1 hari", "", False),
        ("tim_teknis", "1 hari", "", False),
        ("kasubag_hukum", "1 hari", "", False),
        ("staf", "1 hari", "", False),
    ],
}

SHARED = {Effect.TERBIT, Effect.BAGIKAN_TAUTAN}
EFFECTS = {
    "kpu-ri/medsos": {7: {Effect.TERBIT}},
    "pinrang/medsos": {9: SHARED},
    "magelang/kegiatan": {8: SHARED},
    "magelang/pengumuman": {5: SHARED},
    "magelang/edukasi": {8: SHARED},
    "magelang/tanggapan": {5: {Effect.BALAS}},
    "magelang/penghapusan": {3: {Effect.HAPUS}},
    "jambi/penurunan": {3: {Effect.TURUN}, 6: {Effect.NOMORI}},
    "jambi/pengunggahan": {7: {Effect.TERBIT}},
    "jambi/medsos": {7: {Effect.TERBIT}},
    "mentawai/medsos": {7: {Effect.TERBIT}},
}

SAME_DAY = {
    "magelang/kegiatan": {1, 2, 7, 8},
    "magelang/pengumuman": {1, 5},
    "magelang/tanggapan": {5},
    "magelang/penghapusan": {3},
}

# Per procedure and step: the papers that must be there, as its column kelengkapan or its own text has it.
PAPERS: dict[str, dict[int, str]] = {
    "kpu-ri/medsos": {
        1: "disposisi.md",
        2: "disposisi.md index.md",
        4: "media/** takarir.md",
    },
    "pinrang/medsos": {
        1: "disposisi.md",
        3: "dokumentasi/** notula.md",
        4: "index.md",
        5: "index.md",
        6: "index.md",
        7: "disposisi.md",
        8: "disposisi.md",
    },
    "magelang/kegiatan": {
        1: "index.md media/** takarir.md",
        2: "index.md media/** takarir.md",
        3: "index.md media/** takarir.md",
        4: "media/** takarir.md",
        5: "index.md media/** takarir.md",
        6: "index.md media/** takarir.md",
        7: "index.md media/** takarir.md",
        8: "index.md media/** takarir.md",
    },
    "magelang/pengumuman": {
        1: "takarir.md",
        2: "takarir.md",
        3: "takarir.md",
        4: "takarir.md",
        5: "takarir.md",
    },
    "magelang/edukasi": {
        1: "disposisi.md",
        2: "disposisi.md index.md",
        3: "index.md",
        4: "index.md",
        5: "index.md",
        6: "takarir.md",
        7: "takarir.md",
        8: "takarir.md",
    },
    "magelang/tanggapan": {
        1: "laporan.md",
        2: "laporan.md",
        3: "index.md",
        4: "index.md",
        5: "index.md",
    },
    "magelang/penghapusan": {
        1: "index.md",
        2: "disposisi.md",
        3: "disposisi.md",
    },
    "jambi/penurunan": {
        1: "index.md",
        2: "disposisi.md",
        3: "disposisi.md",
        4: "nota-dinas.md",
        5: "nota-dinas.md",
        6: "nota-dinas.md",
    },
    "jambi/pengunggahan": {
        1: "nota-dinas.md salinan.pdf",
        2: "disposisi.md",
        3: "kesesuaian.md salinan.pdf",
        4: "salinan.pdf",
        5: "salinan.pdf",
        6: "salinan.pdf",
        7: "salinan.pdf",
    },
    "jambi/medsos": {
        1: "disposisi.md",
        2: "disposisi.md index.md",
        4: "media/** takarir.md",
    },
    "mentawai/medsos": {
        1: "index.md",
        3: "notula.md",
        4: "notula.md rangkuman.md",
        5: "media/**",
        6: "takarir.md",
    },
}

NUMBERS = {
    "kpu-ri/medsos": ("1 Tahun 2024", (), 1),
    "pinrang/medsos": ("17 Tahun 2022", (), None),
    "magelang/kegiatan": ("17/HK.03.2/3308/2022", (), None),
    "jambi/penurunan": ("13 Tahun 2025", (), 2),
    "jambi/pengunggahan": ("15 Tahun 2025", ("13 Tahun 2028",), 1),
    "jambi/medsos": ("17 Tahun 2025", ("13 Tahun 2025",), 1),
    "mentawai/medsos": ("6 Tahun 2023", (), None),
}


def _procedures() -> dict[str, Procedure]:
    found = {}
    for file in sorted((ROOT / "site_config/sop").rglob("*.yaml")):
        data = file.read_bytes()
        procedure = sop.parse(data, file.relative_to(ROOT).as_posix(), sop.version_of(data))
        found[procedure.id] = procedure
    return found


PROCEDURES = _procedures()
EACH = pytest.mark.parametrize("procedure", PROCEDURES.values(), ids=PROCEDURES)


@pytest.fixture(scope="module")
def offices() -> dict[str, Office]:
    folder = ROOT / "site_config/offices"
    return settings.offices({file.relative_to(ROOT).as_posix(): file.read_bytes() for file in folder.glob("*.yaml")})


@pytest.fixture(scope="module")
def people() -> People:
    return settings.people((ROOT / "site_config/people.yaml").read_bytes())


def test_eleven_procedures_of_five_offices_in_72_steps(offices: dict[str, Office]) -> None:
    assert set(PROCEDURES) == set(ROWS)
    assert sum(len(procedure.steps) for procedure in PROCEDURES.values()) == 72
    assert {each for office in offices.values() for each in office.procedures} == set(PROCEDURES)
    assert {office.id: office.area_code for office in offices.values()} == {
        "kpu-ri": "",
        "jambi": "15",
        "magelang": "3308",
        "pinrang": "7315",
        "mentawai": "1309",
    }


@EACH
def test_steps_are_as_agreed(procedure: Procedure) -> None:
    numbers = {step.id: step.number for step in procedure.steps}
    rows = [
        (
            " ".join(act.role for act in step.acts),
            str(step.standard or ""),
            " ".join(
                f"{outcome.word} {numbers[outcome.target]}"
                for act in step.acts
                for outcome in act.outcomes
                if outcome.target and numbers[outcome.target] <= step.number
            ),
            not step.actor_stated,
        )
        for step in procedure.steps
    ]

    assert rows == ROWS[procedure.id]


@EACH
def test_effects_and_same_day(procedure: Procedure) -> None:
    effects = {step.number: {effect for act in step.acts for effect in act.effects} for step in procedure.steps}

    assert {number: found for number, found in effects.items() if found} == EFFECTS[procedure.id]
    assert {step.number for step in procedure.steps if step.same_day} == SAME_DAY.get(procedure.id, set())
    assert [step.number for step in procedure.steps if step.effect_precedes] == (
        [3] if procedure.id == "jambi/penurunan" else []
    )


@EACH
def test_papers(procedure: Procedure) -> None:
    papers = {step.number: {each.file for each in step.requirements if each.file} for step in procedure.steps}

    assert {number: found for number, found in papers.items() if found} == {
        number: set(files.split()) for number, files in PAPERS[procedure.id].items()
    }
    attested = {step.number: step.attested for step in procedure.steps if step.attested}
    assert attested == ({3: ("kesesuaian.md", "salinan.pdf")} if procedure.id == "jambi/pengunggahan" else {})


@pytest.mark.parametrize(("name", "row"), NUMBERS.items(), ids=str)
def test_identity(name: str, row: tuple[str, tuple[str, ...], int | None]) -> None:
    procedure = PROCEDURES[name]

    assert (procedure.identity.number, procedure.aliases, procedure.reviews_per_year) == row


@EACH
def test_identity_blocks_hold_no_person(procedure: Procedure) -> None:
    identity = procedure.identity

    assert re.match(r"(Kepala|Ketua|Sekretaris)\b", identity.approved_by)
    assert identity.legal_basis
    assert identity.equipment
    assert identity.records
    assert not re.search(r"\d{8}", " ".join((identity.approved_by, *identity.legal_basis, *procedure.source_notes)))


@EACH
def test_decisions_speak_the_words_of_the_sops(procedure: Procedure) -> None:
    words = [
        {outcome.word for outcome in act.outcomes} for step in procedure.steps for act in step.acts if act.kind.decides
    ]

    assert all(each in ({"ADA", "TIDAK"}, {"YA", "TIDAK"}, {"SETUJU"}) for each in words)
    assert words or procedure.id == "magelang/penghapusan"


def test_tidak_goes_forward_in_one_step_and_back_in_another() -> None:
    steps = PROCEDURES["kpu-ri/medsos"].steps
    correction, approval = steps[2].acts[0], steps[4].acts[0]

    assert [(each.word, each.target) for each in correction.outcomes] == [("ADA", "konsep"), ("TIDAK", "desain")]
    assert [(each.word, each.target) for each in approval.outcomes] == [("YA", "siap_unggah"), ("TIDAK", "desain")]


def test_the_text_approval_survives_a_change_of_caption_or_picture() -> None:
    steps = PROCEDURES["kpu-ri/medsos"].steps

    assert (steps[1].edits, steps[2].covers) == (("index.md",), ("index.md",))
    assert steps[3].edits == ("takarir.md", "media/**")
    assert steps[4].covers == ("index.md", "takarir.md", "media/**")


@EACH
def test_going_back_needs_a_reason(procedure: Procedure) -> None:
    numbers = {step.id: step.number for step in procedure.steps}
    back = [
        outcome
        for step in procedure.steps
        for act in step.acts
        for outcome in act.outcomes
        if outcome.target and numbers[outcome.target] <= step.number
    ]

    assert all(outcome.note_required for outcome in back)


@EACH
def test_every_published_byte_is_bound_to_the_upload(procedure: Procedure) -> None:
    for step in procedure.steps:
        for act in step.acts:
            if act.effects:
                assert step.covers
                assert act.kind is ActKind.LAKSANA


@EACH
def test_judge_is_silent_but_for_what_mentawai_lacks(
    procedure: Procedure, offices: dict[str, Office], people: People
) -> None:
    found = [(each.code, each.severity) for each in soundness.judge(procedure, offices, people, NOW)]
    expected = [("SOP019", Severity.PERINGATAN)] * 2 if procedure.id == "mentawai/medsos" else []

    assert found == expected


def test_mentawai_is_told_which_steps_nobody_approves(offices: dict[str, Office], people: People) -> None:
    design, caption = soundness.judge(PROCEDURES["mentawai/medsos"], offices, people, NOW)

    assert "langkah 5 menyunting media/**" in design.message
    assert "langkah 6 menyunting takarir.md" in caption.message
    assert design.line < caption.line


def test_jambi_s_takedown_is_allowed_only_because_it_says_so(offices: dict[str, Office], people: People) -> None:
    text = (ROOT / "site_config/sop/jambi/penurunan.yaml").read_text(encoding="utf-8")
    silent = sop.parse(
        text.replace("    efek_mendahului: ya\n", "").encode(), "site_config/sop/jambi/penurunan.yaml", "v"
    )
    (found,) = soundness.judge(silent, offices, people, NOW)

    assert (found.code, found.severity) == ("SOP020", Severity.GALAT)


def test_people_are_roles_and_every_role_exists(offices: dict[str, Office], people: People) -> None:
    assert list(roster.judge(people, offices, PROCEDURES.values())) == []
    for person in people.by_id.values():
        assert person.email.endswith(".example")
        assert person.keys == ()
        assert person.assignments or person.authorities
    assert {person.id: person.authorities for person in people.by_id.values() if person.authorities} == {
        "penerbit": {"terbitan", "pengendali"},
        "pengelola-sistem": {"konfigurasi"},
    }


def test_who_deputises_holds_the_role_too(people: People) -> None:
    assert len(people.holders("magelang", "pimpinan_redaksi", NOW)) == 2
    assert len(people.holders("pinrang", "pemimpin_redaksi", NOW)) == 2
    assert len(people.holders("pinrang", "sekretaris_redaksi", NOW)) == 2


def test_no_role_or_step_is_named_in_the_rooms_that_read_sops() -> None:
    engine = [ROOT / "pipeline" / name for name in ("sop.py", "settings.py", "soundness.py", "roster.py", "fields.py")]
    code = "\n".join(re.sub(r'""".*?"""', "", file.read_text(encoding="utf-8"), flags=re.DOTALL) for file in engine)
    roles = {role for procedure in PROCEDURES.values() for role in procedure.roles if "_" in role}
    names = {procedure.office for procedure in PROCEDURES.values()} | roles

    assert [name for name in sorted(names) if re.search(rf"\b{re.escape(name)}\b", code)] == []
