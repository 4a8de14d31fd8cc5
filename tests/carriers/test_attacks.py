"""Pushes that must not get in, each by a real `git push`, each refused for its own reason.

An attack is a function that pushes something; the reason is what the person reads as `remote:` text.
Their lawful neighbours stand in test_lawful_pushes.py and, for each attack, in the story it starts from.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline import programs, records
from pipeline.carriers.repository import Identity, PushRefused, Repository
from pipeline.desk import cases, workbench
from pipeline.model.history import Attachment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.model.history import Record
    from tests.conftest import Office

ITEM = "kota-2026-contoh"
FOLDER = "content/konten/kota/2026/contoh"
BRANCH = f"refs/heads/usul/{ITEM}"
Attack = tuple[str, str, "Callable[[Office], object]"]
ATTACKS: list[Attack] = []


def attack(name: str, reason: str) -> Callable[[Callable[[Office], object]], Callable[[Office], object]]:
    def add(function: Callable[[Office], object]) -> Callable[[Office], object]:
        ATTACKS.append((name, reason, function))
        return function

    return add


def push_files(
    office: Office,
    who: Identity | str,
    changes: dict[str, bytes | None],
    *,
    ref: str = BRANCH,
    parents: list[str] | None = None,
) -> None:
    """Commit *changes* on top of the item's branch (or `main`) and push the commit to *ref*."""
    clone = office.clone("admin")
    identity = office.who(who) if isinstance(who, str) else who
    base = parents or [clone.resolve(ref.replace("refs/heads/", "origin/")) or clone.resolve("origin/main") or ""]
    clone.push("origin", f"{clone.commit(base, base[0], changes, 'serangan', identity)}:{ref}")


def next_record(office: Office, person: str, step: int, word: str) -> Record:
    """Return a record as `jdih record` would write it, without asking whether it may."""
    clone = office.clone(person)
    case = cases.open_case(clone, ITEM)
    assert case.progress is not None
    who = cases.policy(clone).people.by_id[person]
    lawful = workbench.prepare(
        clone, case, workbench.Entry(6, "PERINTAH", ""), cases.policy(clone).people.by_id["penulis"], now()
    )
    assert not isinstance(lawful, str)
    found = case.progress.procedure.steps[step - 1]
    return replace(lawful, step=step, step_id=found.id, word=word, person=who.id, role=found.acts[0].role)


def push_record(office: Office, person: str, record: Record) -> None:
    clone = office.clone(person)
    case = cases.open_case(clone, ITEM)
    signed = workbench.commit_record(clone, case.place, record, case.tip, office.who(person))
    clone.push("origin", f"{signed}:{BRANCH}")


def now() -> datetime:
    return datetime.now(UTC)


# -- signatures


@attack("unsigned", "tidak ditandatangani")
def _(office: Office) -> None:
    push_files(office, replace(office.who("penulis"), key=None), {f"{FOLDER}/index.md": b"x"})


@attack("signed by an unregistered key", "kunci yang tidak terdaftar")
def _(office: Office) -> None:
    push_files(office, replace(office.who("penulis"), key=stranger(office.root)), {f"{FOLDER}/index.md": b"x"})


@attack("signed by another person's key", "padahal kuncinya milik Desainer")
def _(office: Office) -> None:
    push_files(office, replace(office.who("penulis"), key=office.who("desainer").key), {f"{FOLDER}/index.md": b"x"})


@attack("a co-author nobody knows", "hantu@luar.example yang tidak terdaftar")
def _(office: Office) -> None:
    clone = office.clone("penulis")
    tip = clone.resolve(f"origin/usul/{ITEM}") or ""
    message = "naskah\n\nCo-authored-by: Hantu <hantu@luar.example>\n"
    draft = clone.commit([tip], tip, {f"{FOLDER}/index.md": b"x"}, message, office.who("penulis"))
    clone.push("origin", f"{draft}:{BRANCH}")


@attack("a person without a role in the office", "tidak memegang peran di kantor kota")
def _(office: Office) -> None:
    push_files(office, "pengelola", {f"{FOLDER}/index.md": b"x"})


def stranger(folder: Path) -> Path:
    key = folder / "asing"
    programs.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
    return key


# -- records


@attack("wrong role", "wewenang Penulis, bukan Admin")
def _(office: Office) -> None:
    push_record(office, "admin", replace(next_record(office, "admin", 6, "PERINTAH"), role="admin"))


@attack("claiming a role one does not hold", "Admin tidak memegang peran Penulis")
def _(office: Office) -> None:
    push_record(office, "admin", next_record(office, "admin", 6, "PERINTAH"))


@attack("claiming to be somebody else", "atas nama penulis ditandatangani oleh admin")
def _(office: Office) -> None:
    push_record(office, "admin", next_record(office, "penulis", 6, "PERINTAH"))


@attack("wrong order", "belum gilirannya: yang ditunggu langkah 6")
def _(office: Office) -> None:
    push_record(office, "kepala", next_record(office, "kepala", 1, "SELESAI"))


@attack("a word the step does not know", "putusan 'SETUJU' tidak dikenal")
def _(office: Office) -> None:
    push_record(office, "penulis", next_record(office, "penulis", 6, "SETUJU"))


@attack("stale: about an older version", "naskah yang bukan terbaru")
def _(office: Office) -> None:
    stale = next_record(office, "penulis", 6, "PERINTAH")
    office.draft("penulis", notula_md="Rapat kecil.\n", push=True)
    push_record(office, "penulis", stale)


@attack("a record that skips a number", "nomor urut catatan 9, seharusnya 6")
def _(office: Office) -> None:
    push_record(office, "penulis", replace(next_record(office, "penulis", 6, "PERINTAH"), sequence=9))


@attack("a backdated record", "menyimpang lebih dari 15 menit")
def _(office: Office) -> None:
    push_record(
        office, "penulis", replace(next_record(office, "penulis", 6, "PERINTAH"), at=now() - timedelta(hours=1))
    )


@attack("a record dated before the one it follows", "waktu catatan mundur")
def _(office: Office) -> None:
    push_record(
        office, "penulis", replace(next_record(office, "penulis", 6, "PERINTAH"), at=now() - timedelta(minutes=14))
    )


@attack("a record of another item", "milik kota-2026-lain")
def _(office: Office) -> None:
    push_record(office, "penulis", replace(next_record(office, "penulis", 6, "PERINTAH"), item="kota-2026-lain"))


@attack("a record of an SOP version that never was", "berjalan menurut SOP")
def _(office: Office) -> None:
    push_record(office, "penulis", replace(next_record(office, "penulis", 6, "PERINTAH"), version="1" * 40))


@attack("an attachment that is not there", "lampiran surat.pdf tidak ada")
def _(office: Office) -> None:
    paper = Attachment(file="surat.pdf", sha256="0" * 64)
    push_record(office, "penulis", replace(next_record(office, "penulis", 6, "PERINTAH"), attachments=(paper,)))


@attack("an attachment of another content", "bukan berkas yang disebut catatan")
def _(office: Office) -> None:
    paper = Attachment(file="disposisi.md", sha256="0" * 64)
    push_record(office, "penulis", replace(next_record(office, "penulis", 6, "PERINTAH"), attachments=(paper,)))


@attack("an edited record", "tidak boleh diubah atau dihapus")
def _(office: Office) -> None:
    push_files(office, "kepala", {f"{FOLDER}/catatan/0005-setuju.yaml": b"urut: '5'\n"})


@attack("a deleted record", "tidak boleh diubah atau dihapus")
def _(office: Office) -> None:
    push_files(office, "kepala", {f"{FOLDER}/catatan/0005-setuju.yaml": None})


@attack("a record mixed with a draft", "catatan tidak boleh bercampur")
def _(office: Office) -> None:
    record = next_record(office, "penulis", 6, "PERINTAH")
    files: dict[str, bytes | None] = {f"{FOLDER}/{records.file_name(record)}": records.dump(record)}
    push_files(office, "penulis", files | {f"{FOLDER}/takarir.md": b"x"})


@attack("a record written by hand", "catatan")
def _(office: Office) -> None:
    push_files(office, "penulis", {f"{FOLDER}/catatan/0006-unggah.yaml": b"putusan: UNGGAH\n"})


@attack("something else in the records' folder", "bukan nama catatan")
def _(office: Office) -> None:
    push_files(office, "penulis", {f"{FOLDER}/catatan/surat.txt": b"x"})


@attack("history rewritten under records", "tidak boleh ditulis ulang")
def _(office: Office) -> None:
    clone = office.clone("penulis")
    main = clone.resolve("origin/main") or ""
    fresh = clone.commit([main], main, {f"{FOLDER}/index.md": b"x"}, "ulang", office.who("penulis"))
    clone.push("origin", f"+{fresh}:{BRANCH}")


@attack("a branch with records deleted", "tidak boleh ditulis ulang atau dihapus")
def _(office: Office) -> None:
    office.clone("penulis").push("origin", f":{BRANCH}")


# -- drafts


@attack("two items in one branch", "satu cabang satu butir")
def _(office: Office) -> None:
    push_files(office, "penulis", {f"{FOLDER}/index.md": b"x", "content/konten/kota/2026/lain/index.md": b"x"})


@attack("outside the item folder", "di luar folder butir")
def _(office: Office) -> None:
    push_files(office, "penulis", {f"{FOLDER}/index.md": b"x", "mkdocs.yml": b"x"})


@attack("policy changed on a draft branch", "di luar folder butir")
def _(office: Office) -> None:
    push_files(office, "penulis", {f"{FOLDER}/index.md": b"x", "site_config/people.yaml": b"orang: []\n"})


@attack("a branch named after another item", "seharusnya cabang usul/kota-2026-lain")
def _(office: Office) -> None:
    push_files(
        office, "penulis", {"content/konten/kota/2026/lain/index.md": b"x"}, ref="refs/heads/usul/kota-2026-bukan"
    )


@attack("a branch that touches no item", "tidak menyentuh folder butir")
def _(office: Office) -> None:
    push_files(office, "penulis", {"content/halaman/index.md": b"x"}, ref="refs/heads/usul/kota-2026-kosong")


@attack("a merge on a draft branch", "harus lurus")
def _(office: Office) -> None:
    clone = office.clone("admin")
    tip, main = clone.resolve(f"origin/usul/{ITEM}") or "", clone.resolve("origin/main") or ""
    push_files(office, "penulis", {f"{FOLDER}/index.md": b"x"}, parents=[tip, main])


def _entry(office: Office, mode: str, path: str) -> None:
    clone = office.clone("admin")
    tip = clone.resolve(f"origin/usul/{ITEM}") or ""
    blob = tip if mode == "160000" else clone.git("hash-object", "-w", "--stdin", stdin=b"../../../../../site_config")
    env = {"GIT_INDEX_FILE": str(clone.folder / "serangan")}
    clone.git("read-tree", tip, env=env)
    clone.git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}", env=env)
    tree = clone.git("write-tree", env=env)
    draft = clone.commit_tree(tree, [tip], "serangan", office.who("penulis"))
    clone.push("origin", f"{draft}:{BRANCH}")


@attack("a symlink", "tautan simbolik")
def _(office: Office) -> None:
    _entry(office, "120000", f"{FOLDER}/media/rahasia.jpg")


@attack("a submodule", "submodul")
def _(office: Office) -> None:
    _entry(office, "160000", f"{FOLDER}/media/sub")


@attack("an executable", "dapat dijalankan")
def _(office: Office) -> None:
    _entry(office, "100755", f"{FOLDER}/media/jalan.sh")


@attack("two names that differ in case", "hanya berbeda huruf besar-kecil")
def _(office: Office) -> None:
    push_files(office, "penulis", {f"{FOLDER}/Index.md": b"x"})


@attack("a decomposed name", "huruf yang tidak diterima")
def _(office: Office) -> None:
    push_files(office, "penulis", {f"{FOLDER}/me\u0301dia.md": b"x"})


@attack("a hidden file", "tidak diterima")
def _(office: Office) -> None:
    push_files(office, "penulis", {f"{FOLDER}/.gitattributes": b"* filter=x\n"})


# -- main, the ledger, other refs


def _finish(office: Office) -> str:
    assert isinstance(office.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(office.record("admin", 6, "UNGGAH"), list)
    clone = office.clone("admin")
    return workbench.merge_commit(clone, cases.open_case(clone, ITEM), office.who("admin"))


@attack("merging before the end", "belum boleh digabung: masih menunggu langkah 6")
def _(office: Office) -> None:
    office.merge("admin")


@attack("merging by somebody else", "wewenang Admin, bukan Penulis")
def _(office: Office) -> None:
    _finish(office)
    office.merge("penulis")


@attack("an evil merge", "perubahan yang tidak ada di main maupun di cabang usul")
def _(office: Office) -> None:
    lawful, clone = _finish(office), office.clone("admin")
    parents = clone.git("rev-list", "--parents", "-1", lawful).split()[1:]
    evil = clone.commit(parents, lawful, {"site_config/people.yaml": b"orang: []\n"}, "gabung", office.who("admin"))
    clone.push("origin", f"{evil}:refs/heads/main")


@attack("a fast-forward of main", "isi hanya sampai ke main melalui cabang usul")
def _(office: Office) -> None:
    _finish(office)
    clone = office.clone("admin")
    clone.push("origin", f"origin/usul/{ITEM}:refs/heads/main")


@attack("a squash onto main", "isi hanya sampai ke main melalui cabang usul")
def _(office: Office) -> None:
    lawful, clone = _finish(office), office.clone("admin")
    main = clone.resolve("origin/main") or ""
    tree = clone.resolve(f"{lawful}^{{tree}}") or ""
    clone.push("origin", f"{clone.commit_tree(tree, [main], 'x', office.who('admin'))}:refs/heads/main")


@attack("a merge of something that is not on the server", "bukan ujung cabang usul")
def _(office: Office) -> None:
    _finish(office)
    clone = office.clone("admin")
    main, tip = clone.resolve("origin/main") or "", clone.resolve(f"origin/usul/{ITEM}") or ""
    local = clone.commit([tip], tip, {f"{FOLDER}/takarir.md": b"x"}, "lokal", office.who("admin"))
    tree = clone.merged_tree(main, local) or ""
    clone.push("origin", f"{clone.commit_tree(tree, [main, local], 'x', office.who('admin'))}:refs/heads/main")


@attack("a merge without findings mended", "pemeriksaan menemukan")
def _(office: Office) -> None:
    office.draft("desainer", takarir_md="---\ntagar: []\n---\n\nTanpa tagar.\n", push=True)
    assert isinstance(office.record("kepala", 5, "YA"), list)
    _finish(office)
    office.merge("admin")


@attack("configuration by a writer", "tidak berwenang mengubah konfigurasi")
def _(office: Office) -> None:
    push_files(office, "penulis", {"site_config/people.yaml": b"orang: []\n"}, ref="refs/heads/main")


@attack("configuration nobody can read", "konfigurasi ini tidak terbaca: site_config/people.yaml")
def _(office: Office) -> None:
    push_files(office, "pengelola", {"site_config/people.yaml": b"orang: {\n"}, ref="refs/heads/main")


@attack("an SOP nobody can read", "konfigurasi ini tidak terbaca: site_config/sop/kota/medsos.yaml")
def _(office: Office) -> None:
    push_files(office, "pengelola", {"site_config/sop/kota/medsos.yaml": b"sop: kota/medsos\n"}, ref="refs/heads/main")


@attack("content slipped in as configuration", "adalah isi")
def _(office: Office) -> None:
    push_files(office, "pengelola", {f"{FOLDER}/index.md": b"x"}, ref="refs/heads/main")


@attack("main rewritten", "riwayat main tidak boleh ditulis ulang")
def _(office: Office) -> None:
    clone = office.clone("pengelola")
    fresh = clone.commit([], None, {"mkdocs.yml": b"x"}, "ulang", office.who("pengelola"))
    clone.push("origin", f"+{fresh}:refs/heads/main")


@attack("main deleted", "tidak boleh dihapus")
def _(office: Office) -> None:
    office.clone("pengelola").push("origin", ":refs/heads/main")


@attack("the ledger written by a person", "tidak berwenang menulis buku terbitan")
def _(office: Office) -> None:
    clone = office.clone("admin")
    entry = clone.commit([], None, {"efek/aa/x.yaml": b"x"}, "palsu", office.who("admin"))
    clone.push("origin", f"{entry}:refs/heads/terbitan")


@attack("the ledger holding something else", "bukan bagian buku terbitan")
def _(office: Office) -> None:
    clone = office.clone("admin")
    entry = clone.commit([], None, {"lain.yaml": b"x"}, "palsu", office.who("penerbit"))
    clone.push("origin", f"{entry}:refs/heads/terbitan")


@attack("a tag", "tidak dikenal")
def _(office: Office) -> None:
    office.clone("admin").push("origin", "origin/main:refs/tags/v1")


@attack("an unknown branch", "cabang lain tidak dikenal")
def _(office: Office) -> None:
    office.clone("admin").push("origin", "origin/main:refs/heads/lain")


@pytest.mark.parametrize(("reason", "act"), [pytest.param(reason, act, id=name) for name, reason, act in ATTACKS])
def test_attack_is_refused(ready: Office, reason: str, act: Callable[[Office], object]) -> None:
    server = ready.clone("admin")
    before = server.git("ls-remote", "origin", "refs/heads/main", BRANCH)
    with pytest.raises(PushRefused) as refused:
        act(ready)
    said = "\n".join(refused.value.lines)
    assert said.startswith("DITOLAK: ")
    assert reason in said
    after = server.git("ls-remote", "origin", "refs/heads/main", BRANCH)
    assert "refs/heads/main" in after
    assert before.splitlines()[0] == after.splitlines()[0]


def test_the_guard_fails_closed(ready: Office) -> None:
    """Plant a fault in the guard's own ground: a policy nobody can read lets nothing in."""
    server = Repository(ready.path)
    main = server.resolve("refs/heads/main") or ""
    broken = {"site_config/people.yaml": b"orang: {\n"}
    server.update_ref("refs/heads/main", server.commit([main], main, broken, "rusak", ready.who("pengelola")))
    with pytest.raises(PushRefused, match=r"DITOLAK: site_config/people\.yaml"):
        push_files(ready, "penulis", {f"{FOLDER}/notula.md": b"x"})


def test_a_fault_nobody_foresaw_fails_closed_too(ready: Office) -> None:
    hook = ready.path / "hooks/pre-receive"
    hook.write_text(
        hook.read_text(encoding="utf-8").replace("-m pipeline hook", "-m pipeline hook --tidak-ada"), encoding="utf-8"
    )
    with pytest.raises(PushRefused):
        push_files(ready, "penulis", {f"{FOLDER}/notula.md": b"x"})
