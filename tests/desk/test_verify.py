"""`jdih verify` in a fresh clone: lawful histories pass, every planted forgery is named."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline import records
from pipeline.carriers import receipts
from pipeline.carriers.repository import Repository, clone
from pipeline.desk import auditing, cases, verifying
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Office

ITEM = "kota-2026-contoh"
FOLDER = "content/konten/kota/2026/contoh"
MAIN = "refs/heads/main"
BRANCH = f"refs/heads/usul/{ITEM}"


@pytest.fixture(scope="module")
def merged(approved: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office whose item was merged lawfully, with receipts; tests copy it."""
    office = type(approved)(tmp_path_factory.mktemp("digabung"))
    shutil.copytree(approved.path, office.path)
    shutil.copytree(approved.keys, office.keys)
    assert isinstance(office.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(office.record("admin", 6, "UNGGAH"), list)
    office.merge("admin")
    assert receipts.collect(Repository(office.path), office.who("penerbit")) == 8
    return office


@pytest.fixture
def lawful(merged: Office, tmp_path: Path) -> Office:
    office = type(merged)(tmp_path)
    shutil.copytree(merged.path, office.path)
    shutil.copytree(merged.keys, office.keys)
    return office


def proof(office: Office) -> verifying.Verdict:
    return verifying.verify(clone(str(office.path), office.root / "saksi"))


def test_a_lawful_history_is_proved_in_a_fresh_clone(lawful: Office) -> None:
    verdict = proof(lawful)
    assert verdict.fault is None
    assert (verdict.merges, verdict.configurations, verdict.receipts) == (1, 0, True)


def test_a_rotated_key_still_proves_what_it_signed(lawful: Office) -> None:
    """Take the writer's key away by a lawful configuration change: history stays proved."""
    server = Repository(lawful.path)
    main = server.resolve(MAIN) or ""
    people = (server.read(main, "site_config/people.yaml") or b"").decode()
    key = (lawful.keys / "penulis.pub").read_text(encoding="utf-8").split()[1]
    other = "AAAAC3NzaC1lZDI1NTE5AAAAI" + "B" * 43
    changed = {"site_config/people.yaml": people.replace(key, other).encode()}
    server.update_ref(MAIN, server.commit([main], main, changed, "ganti kunci", lawful.who("pengelola")))
    verdict = proof(lawful)
    assert verdict.fault is None
    assert verdict.configurations == 1


def test_without_receipts_the_proof_says_so(lawful: Office) -> None:
    Repository(lawful.path).git("update-ref", "-d", receipts.BRANCH)
    verdict = proof(lawful)
    assert verdict.fault is None
    assert not verdict.receipts


# -- forgeries, planted behind the server's back

Forgery = "Callable[[Office, Repository], None]"
FORGERIES: list[tuple[str, str, Callable[[Office, Repository], None]]] = []


def forgery(name: str, reason: str) -> Callable[[Callable[[Office, Repository], None]], None]:
    def add(function: Callable[[Office, Repository], None]) -> None:
        FORGERIES.append((name, reason, function))

    return add


def onto_main(server: Repository, commit: str) -> None:
    server.update_ref(MAIN, commit)


def remerge(office: Office, server: Repository, tip: str, person: str = "admin", tree: str | None = None) -> None:
    """Put a merge of *tip* where the lawful one stands."""
    before = server.resolve(f"{MAIN}^1") or ""
    made = tree or server.merged_tree(before, tip) or ""
    onto_main(server, server.commit_tree(made, [before, tip], "Terbitkan\n", office.who(person)))


def last_record(server: Repository) -> tuple[str, str, bytes]:
    """Return the tip's parent, the path and the bytes of the last record."""
    tip = server.resolve(BRANCH) or ""
    path = max(path for path in server.tree(tip, FOLDER) if records.is_record_path(path))
    return server.resolve(f"{tip}^") or "", f"{FOLDER}/{path}", server.read(tip, f"{FOLDER}/{path}") or b""


@forgery("content put straight onto main", "isi hanya sampai ke main melalui cabang usul")
def _(office: Office, server: Repository) -> None:
    main = server.resolve(MAIN) or ""
    onto_main(server, server.commit([main], main, {f"{FOLDER}/takarir.md": b"x"}, "x", office.who("pengelola")))


@forgery("an unsigned commit", "tidak ditandatangani")
def _(office: Office, server: Repository) -> None:
    main = server.resolve(MAIN) or ""
    nobody = replace(office.who("pengelola"), key=None)
    onto_main(server, server.commit([main], main, {"mkdocs.yml": b"x"}, "x", nobody))


@forgery("configuration by somebody without the authority", "tidak berwenang mengubah konfigurasi")
def _(office: Office, server: Repository) -> None:
    main = server.resolve(MAIN) or ""
    onto_main(server, server.commit([main], main, {"mkdocs.yml": b"x"}, "x", office.who("penulis")))


@forgery("an evil merge", "perubahan yang tidak ada di main maupun di cabang usul")
def _(office: Office, server: Repository) -> None:
    tip = server.resolve(BRANCH) or ""
    extra = server.commit([tip], server.merged_tree(f"{MAIN}^1", tip), {"mkdocs.yml": b"x"}, "x", office.who("admin"))
    remerge(office, server, tip, tree=server.resolve(f"{extra}^{{tree}}"))


@forgery("a merge before the end", "masih menunggu langkah 6")
def _(office: Office, server: Repository) -> None:
    remerge(office, server, server.resolve(f"{BRANCH}~2") or "")


@forgery("a merge by somebody else", "wewenang Admin, bukan Penulis")
def _(office: Office, server: Repository) -> None:
    remerge(office, server, server.resolve(BRANCH) or "", "penulis")


@forgery("a record signed by another person", "atas nama admin ditandatangani oleh penulis")
def _(office: Office, server: Repository) -> None:
    parent, path, data = last_record(server)
    remerge(office, server, server.commit([parent], parent, {path: data}, "x", office.who("penulis")))


@forgery("a record in a role its signer does not hold", "Desainer tidak memegang peran Admin")
def _(office: Office, server: Repository) -> None:
    parent, path, data = last_record(server)
    lied = records.dump(replace(records.parse(data), person="desainer"))
    remerge(office, server, server.commit([parent], parent, {path: lied}, "x", office.who("desainer")))


@forgery("an approval of other content", "naskah yang bukan terbaru")
def _(office: Office, server: Repository) -> None:
    parent, path, data = last_record(server)
    edited = server.commit([parent], parent, {f"{FOLDER}/catat.md": b"x"}, "x", office.who("penulis"))
    remerge(office, server, server.commit([edited], edited, {path: data}, "x", office.who("admin")))


@forgery("an edit after the approval", "belum boleh digabung karena naskah berubah sesudah disetujui")
def _(office: Office, server: Repository) -> None:
    tip = server.resolve(BRANCH) or ""
    remerge(office, server, server.commit([tip], tip, {f"{FOLDER}/takarir.md": b"x"}, "x", office.who("penulis")))


@forgery("a record the server never saw arrive", "tidak punya kuitansi peladen")
def _(office: Office, server: Repository) -> None:
    parent, path, data = last_record(server)
    again = server.commit([parent], parent, {path: data}, "lain", office.who("admin"))
    remerge(office, server, again)


@forgery("a record dated before it arrived", "tetapi tiba")
def _(office: Office, server: Repository) -> None:
    parent, path, data = last_record(server)
    record = records.parse(data)
    before = records.parse(server.read(parent, f"{FOLDER}/catatan/0006-unggah.yaml") or b"")
    early = records.dump(replace(record, at=max(before.at, record.at - timedelta(days=1))))
    moved = server.commit([parent], parent, {path: early}, "x", office.who("admin"))
    tip = server.resolve(receipts.BRANCH) or ""
    late = (datetime.now(UTC) + timedelta(days=2)).isoformat(timespec="seconds")
    note = {"2026/11/palsu.txt": f"{late} {parent} {moved} {BRANCH}\n".encode()}
    server.update_ref(receipts.BRANCH, server.commit([tip], tip, note, "x", office.who("penerbit")))
    remerge(office, server, moved)


@pytest.mark.parametrize(("reason", "plant"), [pytest.param(why, plant, id=name) for name, why, plant in FORGERIES])
def test_a_forgery_is_named(lawful: Office, reason: str, plant: Callable[[Office, Repository], None]) -> None:
    server = Repository(lawful.path)
    plant(lawful, server)
    forged = server.resolve(MAIN) or ""
    verdict = proof(lawful)
    assert verdict.fault is not None
    assert reason in verdict.fault
    assert forged[:12] in verdict.fault, "the first unlawful commit is named"


def test_receipts_that_were_changed_are_not_trusted(lawful: Office) -> None:
    server = Repository(lawful.path)
    tip = server.resolve(receipts.BRANCH) or ""
    path = next(iter(server.tree(tip)))
    server.update_ref(receipts.BRANCH, server.commit([tip], tip, {path: b"x"}, "x", lawful.who("penerbit")))
    with pytest.raises(JdihError, match="pernah diubah atau dihapus"):
        proof(lawful)


def test_the_audit_names_everybody_in_order_and_what_fell(lawful: Office) -> None:
    clone_ = lawful.clone("kepala")
    known = cases.policy(clone_)
    case = cases.open_case(clone_, ITEM)
    rows = auditing.trail(case, known.offices["kota"], known.people)
    people = ["kepala", "penulis", "kepala", "desainer", "kepala", "penulis", "admin"]
    assert [row["oleh"] for row in rows] == people
    assert [row["putusan"] for row in rows] == ["SELESAI", "SELESAI", "TIDAK", "SELESAI", "YA", "PERINTAH", "UNGGAH"]
    assert all(row["berlaku"] and not row["terlambat"] for row in rows)
    assert rows[-1]["efek"] == ["terbit"]
    assert rows[0]["lampiran"][0]["berkas"] == "disposisi.md"
