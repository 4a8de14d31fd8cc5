"""`jdih verify` in a fresh clone: lawful histories pass, every planted forgery is named."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline import keyring, records
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


def configure(office: Office, path: str, change: Callable[[bytes], bytes]) -> None:
    """Change a file of the configuration lawfully: by a push, with its receipt."""
    clone_, who = office.clone("pengelola"), office.who("pengelola")
    main = clone_.resolve("origin/main") or ""
    changed = {path: change(clone_.read(main, path) or b"")}
    clone_.push("origin", f"{clone_.commit([main], main, changed, 'konfigurasi', who)}:refs/heads/main")
    receipts.collect(Repository(office.path), office.who("penerbit"))


OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "B" * 43
PEOPLE = "site_config/people.yaml"


@pytest.mark.parametrize("with_receipts", [True, False])
def test_a_rotated_key_still_proves_what_it_signed(lawful: Office, *, with_receipts: bool) -> None:
    """Take the writer's key away by a lawful configuration change: history stays proved."""
    key = " ".join((lawful.keys / "penulis.pub").read_text(encoding="utf-8").split()[:2])
    configure(lawful, PEOPLE, lambda data: data.replace(key.encode(), OTHER_KEY.encode()))
    if not with_receipts:
        Repository(lawful.path).git("update-ref", "-d", receipts.BRANCH)
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


def retire(office: Office, person: str, *, revoke: bool) -> None:
    """Revoke a person's key, or let it have ended long ago, and give them another."""
    public = " ".join((office.keys / f"{person}.pub").read_text(encoding="utf-8").split()[:2])
    day = date(2026, 1, 2)

    def change(data: bytes) -> bytes:
        ended = keyring.revoked(data, person, public, day, "hilang") if revoke else keyring.expired(data, person, day)
        return keyring.registered(ended, person, OTHER_KEY, day)

    configure(office, PEOPLE, change)


@pytest.mark.parametrize(("revoke", "with_receipts"), [(True, True), (True, False), (False, False)])
def test_a_configuration_signed_with_a_key_that_was_no_longer_valid_is_found(
    lawful: Office, *, revoke: bool, with_receipts: bool
) -> None:
    retire(lawful, "pengelola", revoke=revoke)
    server = Repository(lawful.path)
    main = server.resolve(MAIN) or ""
    late = datetime.now(UTC) + timedelta(days=2)
    who = lawful.who("pengelola")
    onto_main(server, server.commit([main], main, {"mkdocs.yml": b"x"}, "x", who, late))
    if not with_receipts:
        server.git("update-ref", "-d", receipts.BRANCH)
    fault = proof(lawful).fault
    assert fault is not None
    assert ("tidak punya kuitansi peladen" if with_receipts else "kunci pengelola yang menandatangani") in fault


@pytest.mark.parametrize(("revoke", "with_receipts"), [(True, True), (True, False), (False, False)])
def test_a_record_signed_with_a_key_that_was_no_longer_valid_is_found(
    lawful: Office, *, revoke: bool, with_receipts: bool
) -> None:
    """Take the item off `main` again, retire the admin's key, and plant the last record and the merge anew."""
    server = Repository(lawful.path)
    server.update_ref(MAIN, server.resolve(f"{MAIN}^1") or "")
    parent, path, data = last_record(server)
    retire(lawful, "admin", revoke=revoke)
    late = datetime.now(UTC) + timedelta(days=2)
    record = records.dump(replace(records.parse(data), at=late.replace(microsecond=0)))
    forged = server.commit([parent], parent, {path: record}, "x", lawful.who("admin"), late)
    before = server.resolve(MAIN) or ""
    tree = server.merged_tree(before, forged) or ""
    onto_main(server, server.commit_tree(tree, [before, forged], "Terbitkan\n", lawful.who("admin"), late))
    if not with_receipts:
        server.git("update-ref", "-d", receipts.BRANCH)
    fault = proof(lawful).fault
    assert fault is not None
    said = "tidak punya kuitansi peladen" if with_receipts else "kunci admin yang menandatangani"
    assert said in fault


def test_a_revocation_that_was_taken_back_is_found(lawful: Office) -> None:
    before = Repository(lawful.path).read(MAIN, PEOPLE) or b""
    retire(lawful, "penulis", revoke=True)
    server = Repository(lawful.path)
    main = server.resolve(MAIN) or ""
    onto_main(server, server.commit([main], main, {PEOPLE: before}, "x", lawful.who("pengelola")))
    assert "yang sudah dicabut tetap tercantum" in (proof(lawful).fault or "")


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
