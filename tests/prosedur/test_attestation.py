"""A paper that attests a copy: SOP KPU Prov. Jambi 15/2025, pengunggahan step 3.

Faults are planted by real pushes; what the hook would have refused is planted behind its back for `jdih verify`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from pipeline import digests, papers, records, store
from pipeline.carriers import history
from pipeline.carriers.repository import PushRefused, clone
from pipeline.desk import cases, clones, merging, opening, recording, rehearsal, verifying, workbench
from pipeline.model.history import Attachment
from tests.prosedur.conftest import now, picture

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.carriers.repository import Repository
    from pipeline.items import Place
    from pipeline.model.history import Record
    from tests.prosedur.conftest import House

CHECKER = "pelaksana-jambi"
NAME = "jambi-pengunggahan"
ATTESTATION = "kesesuaian.md"
OTHER = "0" * 64
SHA = re.compile(rb"sha256: [0-9a-f]+")
STALE = "salinan.pdf bukan lagi berkas yang dinyatakan kesesuaian.md: cocokkan lagi, lalu tulis sha256: "
DIFFERS = (
    "kesesuaian.md menyatakan salinan.pdf tidak sesuai dengan naskah fisik: minta salinan yang benar kepada unit "
    "pengusul, ganti salinan.pdf, lalu cocokkan lagi"
)
PLANTED = {
    "stale": ({"sha256": OTHER}, STALE),
    "differs": ({"hasil": "tidak sesuai"}, DIFFERS),
    "undecided": ({"hasil": "belum"}, "kesesuaian.md: hasil harus berbunyi sesuai atau tidak sesuai"),
    "another file": ({"salinan": "lampiran.pdf"}, "kesesuaian.md: salinan harus menyebut berkas yang dicocokkan"),
    "nobody": ({"diperiksa_oleh": ""}, "kesesuaian.md: diperiksa_oleh belum diisi"),
    "never": ({"tanggal": "kemarin"}, "kesesuaian.md: tanggal harus berbentuk TTTT-BB-HH"),
}


def until(house: House, scenario: rehearsal.Scenario, visits: int) -> None:
    """Play the first lawful *visits* of a scenario."""
    lawful = tuple(visit for visit in scenario.visits if not visit.refused)[:visits]
    list(rehearsal.play(replace(scenario, visits=lawful), house.stage))


def attestation(copy: bytes, **said: str) -> bytes:
    fields = {
        "tanggal": "2026-11-20",
        "hasil": "sesuai",
        "salinan": "salinan.pdf",
        "sha256": sha256(copy).hexdigest(),
        "diperiksa_oleh": "Kepala Subbagian Umum",
    } | said
    head = "\n".join(f"{key}: {value}" for key, value in fields.items())
    return f"---\n{head}\n---\n\nSemua bagian dicocokkan.\n".encode()


class Desk:
    """The item at step 3, in the clone of the person who checks."""

    def __init__(self, house: House) -> None:
        self.house = house
        scenario, self.place = house.prepare(NAME)
        self.scenario = scenario
        until(house, scenario, 2)
        self.clone = house.stage.clone(CHECKER)
        opening.switch(self.clone, self.place.id)
        self.copy = self.read("salinan.pdf")
        self.put("index.md", (scenario.folder / "index.md").read_bytes().replace(b"$tahun", str(now().year).encode()))

    def path(self, name: str) -> Path:
        return self.clone.path / self.place.folder / name

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def put(self, name: str, data: bytes) -> None:
        data = data.replace(b"$tanggal", now().date().isoformat().encode())
        store.write(self.path(name), data)

    def record(self, step: int, person: str = CHECKER, word: str | None = None, note: str = "") -> list[str] | str:
        desk = self.clone if person == CHECKER else self.house.stage.clone(person)
        return workbench.record(desk, self.place.id, recording.Entry(step, word, note), clones.identity(desk), now())

    def insist(self, **lies: object) -> str:
        """Push the record of step 3 that `jdih record` does not make; return why the server refuses it."""
        who = clones.identity(self.clone)
        if drafted := workbench.draft(self.clone, self.place.id, who):
            self.clone.update_ref("HEAD", drafted)
        tip = merging.commit_record(self.clone, self.place, replace(self.made(), **lies), "HEAD", who)  # type: ignore[arg-type]
        with pytest.raises(PushRefused) as caught:
            self.clone.push(clones.REMOTE, f"{tip}:refs/heads/usul/{self.place.id}")
        return str(caught.value)

    def made(self) -> Record:
        """Return the record of step 3 over the files of HEAD, whatever they say."""
        progress = cases.open_case(self.clone, self.place.id, "HEAD").progress
        assert progress
        step = progress.procedure.steps[2]
        tree = self.clone.tree("HEAD", self.place.folder)
        return replace(
            progress.history[-1].record,
            sequence=3,
            step=step.number,
            step_id=step.id,
            role=step.acts[0].role,
            person=CHECKER,
            digest=digest_of(tree, ()),
            attachments=attached(self.clone, tree),
            at=now().replace(microsecond=0),
        )


def digest_of(tree: Mapping[str, tuple[str, str]], covers: tuple[str, ...]) -> str:
    files = {path: " ".join(entry) for path, entry in tree.items() if not records.is_record_path(path)}
    return digests.digest(files, covers)


def attached(repository: Repository, tree: Mapping[str, tuple[str, str]]) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(file=name, sha256=sha256(repository.blob(tree[name][1])).hexdigest())
        for name in (ATTESTATION, "salinan.pdf")
    )


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def test_the_template_is_laid_with_the_copy_and_its_digest(desk: Desk) -> None:
    _, laid = opening.new(desk.clone, desk.scenario.sop, desk.scenario.name, now())
    said = papers.read(desk.read(ATTESTATION))
    assert ATTESTATION in laid
    assert said.attestation
    assert (said.attestation.file, said.attestation.sha256) == ("salinan.pdf", sha256(desk.copy).hexdigest())
    assert not said.written


def test_step_3_is_refused_until_the_paper_attests_the_copy_as_it_is_now(desk: Desk, subtests: pytest.Subtests) -> None:
    for name, (said, reason) in PLANTED.items():
        desk.put(ATTESTATION, attestation(desk.copy, **said))
        with subtests.test("jdih record", planted=name):
            assert reason in str(desk.record(3))
        with subtests.test("pre-receive", planted=name):
            assert reason in desk.insist()
    desk.put(ATTESTATION, b"---\nhasil: sesuai\n---\n\nSudah dicocokkan.\n")
    assert "kesesuaian.md belum menyatakan kesesuaian salinan.pdf" in desk.insist()
    desk.put(ATTESTATION, attestation(desk.copy))
    assert "salinan.pdf yang dicocokkan kesesuaian.md tidak ada" in desk.insist(attachments=())
    forged = tuple(
        replace(each, sha256=OTHER) if each.file == "salinan.pdf" else each for each in desk.made().attachments
    )
    assert "lampiran salinan.pdf bukan berkas yang disebut catatan" in desk.insist(attachments=forged)
    assert isinstance(desk.record(3), list)


def test_a_copy_changed_after_the_attestation_sends_the_item_back_to_it(desk: Desk) -> None:
    desk.put(ATTESTATION, attestation(desk.copy))
    assert isinstance(desk.record(3), list)
    changed = picture(desk.path("salinan-lain.pdf"))
    desk.put("salinan.pdf", changed)
    assert "belum gilirannya: yang ditunggu langkah 3" in str(desk.record(4))
    assert STALE + sha256(changed).hexdigest() in str(desk.record(3))
    desk.put(ATTESTATION, attestation(changed))
    assert isinstance(desk.record(3), list)
    assert isinstance(desk.record(4), list)


def test_an_upload_is_not_merged_when_what_it_attests_was_changed_last(desk: Desk) -> None:
    finish(desk)
    clone_, who = desk.clone, clones.identity(desk.clone)
    desk.put(ATTESTATION, attestation(desk.copy, sha256=OTHER))
    assert workbench.save(clone_, desk.place.id, who)
    clone_.push(clones.REMOTE, f"HEAD:refs/heads/usul/{desk.place.id}")
    assert "masih menunggu langkah 3" in refused_merge(clone_, desk.place.id)[0]


def test_force_majeure_passes_over_the_comparison_but_not_over_the_copy_at_the_merge(desk: Desk) -> None:
    reason = "Listrik padam; atas perintah Sekretaris."
    assert workbench.save(desk.clone, desk.place.id, clones.identity(desk.clone))
    desk.clone.push(clones.REMOTE, f"HEAD:refs/heads/usul/{desk.place.id}")
    assert isinstance(desk.record(3, "kabag-jambi", "KAHAR", reason), list)
    finish(desk, overridden=True)
    said = refused_merge(desk.clone, desk.place.id)
    assert said[0].endswith("pemeriksaan menemukan 1 galat:")
    assert "kesesuaian.md:1: DOK007 kesesuaian.md belum menyatakan kesesuaian salinan.pdf" in said[1]


def test_an_item_may_not_name_another_sop_than_its_records_follow(desk: Desk) -> None:
    desk.put("index.md", desk.read("index.md").replace(b"sop: jambi/pengunggahan", b"sop:"))
    finish(desk)
    said = refused_merge(desk.clone, desk.place.id)
    assert "index.md:3: MET005 'sop' berbunyi '', padahal catatan butir ini mengikuti jambi/pengunggahan" in said[1]


def finish(desk: Desk, *, overridden: bool = False) -> None:
    """Carry the item from step 3 to the end."""
    if not overridden:
        desk.put(ATTESTATION, attestation(desk.copy))
        assert isinstance(desk.record(3), list)
    desk.clone.fetch("origin")
    for step, person, word in (
        (4, CHECKER, None),
        (5, "kasubbag-hukum-jambi", "TIDAK"),
        (6, "kabag-jambi", "YA"),
        (7, CHECKER, "UNGGAH"),
    ):
        said = desk.record(step, person, word)
        assert isinstance(said, list), said
        desk.clone.fetch("origin")


def refused_merge(desk: Repository, item: str) -> tuple[str, ...]:
    desk.fetch("origin")
    with pytest.raises(PushRefused) as caught:
        workbench.merge(desk, item, clones.identity(desk))
    return caught.value.lines


# -- planted behind the hook's back


@pytest.mark.slow
def test_verify_finds_an_attestation_that_never_held(unguarded: House, subtests: pytest.Subtests) -> None:
    scenario, place = unguarded.prepare(NAME)
    until(unguarded, scenario, len(scenario.visits))
    repository = unguarded.repository
    witness = verifying.verify(clone(str(unguarded.stage.server), unguarded.root / "saksi"))
    assert (witness.fault, witness.merges) == (None, 1)
    main = repository.resolve("refs/heads/main") or ""
    for lies, expected in (
        (False, STALE),
        (True, "lampiran salinan.pdf bukan berkas yang disebut catatan"),
    ):
        with subtests.test("verify", record_lies_too=lies):
            repository.update_ref("refs/heads/main", forged(unguarded, place, main, record_lies=lies))
            found = verifying.verify(clone(str(unguarded.stage.server), unguarded.root / f"saksi-{lies}"))
            assert found.fault
            assert expected in found.fault


def forged(house: House, place: Place, main: str, *, record_lies: bool) -> str:
    """Redo the item's branch and its merge, signed by the same people: each attestation names another copy."""
    repository = house.repository
    first, branch = repository.resolve(f"{main}^1") or "", repository.resolve(f"{main}^2") or ""
    people = history.policy(repository, main).people
    procedure = history.current_procedure(repository, main, "jambi/pengunggahan")
    tip = repository.git("merge-base", first, branch)
    for commit in repository.log("--reverse", f"{tip}..{branch}"):
        changes = {change.path: repository.blob(change.blob) for change in commit.changes}
        tree = repository.tree(tip, place.folder)
        for path, data in changes.items():
            if path.endswith(f"/{ATTESTATION}"):
                changes[path] = SHA.sub(f"sha256: {OTHER}".encode(), data)
            elif f"/{records.FOLDER}/" in path:
                record = records.parse(data)
                step = procedure.steps[record.step - 1]
                papers_ = attached(repository, tree) if step.attested else record.attachments
                if record_lies and step.attested:
                    papers_ = tuple(
                        replace(each, sha256=OTHER) if each.file != ATTESTATION else each for each in papers_
                    )
                changes[path] = records.dump(replace(record, digest=digest_of(tree, step.covers), attachments=papers_))
        person = people.by_email(commit.committer_email)
        assert person
        who = clones.identity(house.stage.clone(person.id))
        tip = repository.commit([tip], tip, dict(changes), "Palsu\n", who, commit.at)
    merged = repository.merged_tree(first, tip)
    assert merged
    who = clones.identity(house.stage.clone(CHECKER))
    return repository.commit_tree(merged, [first, tip], "Palsu\n", who, datetime.now(UTC))
