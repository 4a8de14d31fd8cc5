"""`main`, the ledger and every other ref."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.carriers.repository import Repository
from tests.carriers import trials
from tests.carriers.trials import BRANCH, LEDGER, MAIN, Either, Push, trial
from tests.conftest import FOLDER, INDEX, ITEM

if TYPE_CHECKING:
    from tests.carriers.trials import Prepare
    from tests.conftest import Office

PEOPLE = "site_config/people.yaml"
SOP = "site_config/sop/kota/medsos.yaml"
PAGE = "content/halaman/kontak.md"
EFFECT = "efek/aa/x.yaml"


def parents_of(office: Office, lawful: str) -> list[str]:
    return trials.desk(office).git("rev-list", "--parents", "-1", lawful).split()[1:]


def joined(office: Office, parents: list[str], like: str) -> Push:
    """Prepare a commit on main with these parents and the files of *like*."""
    clone = trials.desk(office)
    tree = clone.resolve(f"{like}^{{tree}}") or ""
    return trials.push(office, clone.commit_tree(tree, parents, "gabung", office.who("admin")), MAIN)


@trial(
    "a merge before the end", "a merge at the end", "belum boleh digabung: masih menunggu langkah 6", start="ordered"
)
def _(office: Office, either: Either) -> Push:
    if not either.faulty:
        trials.plant_record(office, "admin", 6, "UNGGAH")
    return trials.push(office, trials.merge(office), MAIN)


@trial("a merge by somebody else", "a merge by who uploads", "wewenang Admin, bukan Penulis", start="finished")
def _(office: Office, either: Either) -> Push:
    return trials.push(office, trials.merge(office, either("penulis", "admin")), MAIN)


@trial(
    "a merge after an edit of what was approved",
    "a merge after an edit approved again",
    "karena naskah berubah sesudah disetujui",
    start="finished",
)
def _(office: Office, either: Either) -> Push:
    trials.plant_draft(office, "penulis", {"index.md": INDEX.replace("siapa saja", "semua orang").encode()})
    if not either.faulty:
        trials.plant_record(office, "kepala", 3, "TIDAK")
        trials.plant_record(office, "desainer", 4, "SELESAI")
        trials.plant_record(office, "kepala", 5, "YA")
        trials.plant_record(office, "penulis", 6, "PERINTAH")
        trials.plant_record(office, "admin", 6, "UNGGAH")
    return trials.push(office, trials.merge(office), MAIN)


@trial(
    "an evil merge", "a merge that holds what Git merges", "tidak ada di main maupun di cabang usul", start="finished"
)
def _(office: Office, either: Either) -> Push:
    lawful = trials.merge(office)
    people = trials.edit_person(trials.people_file(office), "penulis", wewenang=["konfigurasi"])
    parents, evil = parents_of(office, lawful), {PEOPLE: people}
    made = trials.desk(office).commit(parents, lawful, either(evil, {}), "gabung", office.who("admin"))
    return trials.push(office, made, MAIN)


@trial(
    "a merge that leaves a file out",
    "a merge that leaves nothing out",
    "yang tidak ada di main",
    start="finished",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    lawful = trials.merge(office)
    less: dict[str, bytes | None] = either({f"{FOLDER}/catatan/0005-setuju.yaml": None}, {})
    made = trials.desk(office).commit(parents_of(office, lawful), lawful, less, "tanpa", office.who("admin"))
    return trials.push(office, made, MAIN)


@trial(
    "a merge the other way round", "a merge of the item into main", "[main, usul/<butir>]", start="finished", spare=True
)
def _(office: Office, either: Either) -> Push:
    lawful = trials.merge(office)
    parents = parents_of(office, lawful)
    return joined(office, either(parents[::-1], parents), lawful)


@trial("an octopus", "one item at a time", "[main, usul/<butir>]", start="finished", spare=True)
def _(office: Office, either: Either) -> Push:
    lawful = trials.merge(office)
    other = "content/konten/kota/2026/lain/index.md"
    third = trials.commit(office, "penulis", {other: b"x"}, parents=[trials.tip(office, MAIN)])
    return joined(office, parents_of(office, lawful) + either([third], []), lawful)


@trial(
    "a merge on a main that has moved on",
    "a merge made anew on it",
    "bukan ujung cabang usul",
    start="finished",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    early = trials.merge(office)
    trials.plant(office, {PAGE: b"# Kontak\n"})
    clone = trials.desk(office)
    if not either.faulty:
        return trials.push(office, trials.merge(office), MAIN)
    top = clone.merged_tree(trials.tip(office, MAIN), early) or ""
    over = clone.commit_tree(top, [trials.tip(office, MAIN), early], "gabung", office.who("admin"))
    return Push(clone, (f"{over}:{MAIN}",))


@trial("a fast-forward of main", "a merge commit on main", "isi hanya sampai ke main melalui", start="finished")
def _(office: Office, either: Either) -> Push:
    lawful = trials.merge(office)
    return trials.push(office, either(f"origin/usul/{ITEM}", lawful), MAIN)


@trial("a squash onto main", "the same files by a merge", "isi hanya sampai ke main melalui", start="finished")
def _(office: Office, either: Either) -> Push:
    lawful = trials.merge(office)
    parents = parents_of(office, lawful)
    return joined(office, either(parents[:1], parents), lawful)


@trial(
    "a merge of what is not on the server",
    "a merge of what is",
    "bukan ujung cabang usul",
    start="finished",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    clone, main, tip = trials.desk(office), trials.tip(office, MAIN), trials.tip(office)
    local = trials.commit(office, "admin", {f"{FOLDER}/takarir.md": b"x"})
    other = either(local, tip)
    return joined(office, [main, other], clone.merged_tree(main, other) or "")


@trial("a merge of an older tip", "a merge of the tip", "bukan ujung cabang usul", start="finished", spare=True)
def _(office: Office, either: Either) -> Push:
    tip = trials.tip(office)
    trials.plant_draft(office, "penulis", either({"notula.md": b"x"}, {}))
    clone, main = trials.desk(office), trials.tip(office, MAIN)
    chosen = either(tip, trials.tip(office))
    return joined(office, [main, chosen], clone.merged_tree(main, chosen) or "")


@trial("branch and merge in one push", "the branch first, then the merge", "kirim dulu cabangnya", start="ordered")
def _(office: Office, either: Either) -> Push:
    upload = trials.record(office, trials.lawful(office, "admin", 6, "UNGGAH"))
    made, clone, main = upload.refspecs[0].partition(":")[0], upload.clone, trials.tip(office, MAIN)
    if not either.faulty:
        clone.push("origin", *upload.refspecs)
    merged = joined(office, [main, made], clone.merged_tree(main, made) or "")
    return Push(clone, (*either(upload.refspecs, ()), *merged.refspecs))


@trial(
    "a merge of an item nobody recorded",
    "a merge of one with its records",
    "belum punya catatan",
    start="finished",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    if not either.faulty:
        return trials.push(office, trials.merge(office), MAIN)
    Repository(office.path).update_ref(BRANCH, trials.tip(office, MAIN))
    trials.plant_draft(office, "penulis", {"index.md": b"x"})
    clone, main, tip = trials.desk(office), trials.tip(office, MAIN), trials.tip(office)
    return joined(office, [main, tip], clone.merged_tree(main, tip) or "")


@trial(
    "an item whose id is another's", "an item whose id is its own", "pemeriksaan menemukan", start="drafted", spare=True
)
def _(office: Office, either: Either) -> Push:
    return checked(
        office, "index.md", (b"id: kota-2026-contoh", either(b"id: kota-2026-lain", b"id: kota-2026-contoh"))
    )


@trial(
    "a caption without what is obligatory", "a caption with it", "pemeriksaan menemukan", start="drafted", spare=True
)
def _(office: Office, either: Either) -> Push:
    return checked(office, "takarir.md", (b'"#JDIHKPU"', either(b"", b"'#JDIHKPU'")))


def checked(office: Office, path: str, edit: tuple[bytes, bytes]) -> Push:
    """Edit a paper before the approval, take the item to its end and prepare the merge."""
    data = Repository(office.path).read(BRANCH, f"{FOLDER}/{path}") or b""
    trials.plant_draft(office, "desainer", {path: data.replace(*edit)})
    step = trials.progress(office).step
    if step and step.number == 3:
        trials.plant_record(office, "kepala", 3, "TIDAK")
        trials.plant_record(office, "desainer", 4, "SELESAI")
    for person, number, word in (("kepala", 5, "YA"), ("penulis", 6, "PERINTAH"), ("admin", 6, "UNGGAH")):
        trials.plant_record(office, person, number, word)
    return trials.push(office, trials.merge(office), MAIN)


@trial(
    "a merge from the future", "a merge of a clock ten minutes fast", "dari masa depan", start="finished", spare=True
)
def _(office: Office, either: Either) -> Push:
    lawful, clone = trials.merge(office), trials.desk(office)
    at = trials.now() + timedelta(minutes=either(60, 10))
    tree = clone.resolve(f"{lawful}^{{tree}}") or ""
    dated = clone.commit_tree(tree, parents_of(office, lawful), "gabung", office.who("admin"), at)
    return trials.push(office, dated, MAIN)


# -- configuration


@trial("configuration by a writer", "configuration by who may", "Penulis tidak berwenang mengubah konfigurasi")
def _(office: Office, either: Either) -> Push:
    people = trials.edit_person(trials.people_file(office), "penulis", nama="Penulis Utama")
    return trials.configuration(office, {PEOPLE: people}, either("penulis", "pengelola"))


@trial(
    "authority given in the push that needs it",
    "authority given in a push of its own",
    "tidak berwenang mengubah",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    """Who may do what is read from the server's main, never from what comes in."""
    people = trials.edit_person(trials.people_file(office), "penulis", wewenang=["konfigurasi"])
    first = trials.commit(office, "pengelola", {PEOPLE: people}, parents=[trials.tip(office, MAIN)])
    if not either.faulty:
        return trials.push(office, first, MAIN)
    return trials.push(office, trials.commit(office, "penulis", {PAGE: b"# Kontak\n"}, parents=[first]), MAIN)


@trial("a role given in the push of the record that needs it", "a role given beside another's record", "tidak memegang")
def _(office: Office, either: Either) -> Push:
    held = [{"kantor": "kota", "peran": role, "sejak": "2026-01-01"} for role in ("admin", "penulis")]
    people = trials.edit_person(trials.people_file(office), "admin", peran=held)
    config = trials.commit(office, "pengelola", {PEOPLE: people}, parents=[trials.tip(office, MAIN)])
    order = replace(trials.order(office), person=either("admin", "penulis"))
    return Push(trials.desk(office), (f"{config}:{MAIN}", *trials.record(office, order).refspecs))


@trial("people nobody can read", "people with a new colleague", "tidak terbaca: site_config/people.yaml")
def _(office: Office, either: Either) -> Push:
    people = trials.edit_person(trials.people_file(office), "baru", id="baru", nama="Baru", surel="baru@kota.example")
    return trials.configuration(office, {PEOPLE: either(b"orang: {\n", people)})


@trial("one key for two people", "a key for each", "sudah dipakai penulis", spare=True)
def _(office: Office, either: Either) -> Push:
    key = trials.public_key(office, either("penulis", "desainer"))
    people = trials.edit_person(trials.people_file(office), "desainer", kunci=[{"publik": key, "sejak": "2026-01-01"}])
    return trials.configuration(office, {PEOPLE: people})


@trial("nobody left who may configure", "somebody left who may", "tidak menyisakan seorang pun")
def _(office: Office, either: Either) -> Push:
    """Such a server could only be mended by hand."""
    people = trials.edit_person(trials.people_file(office), "pengelola", kunci=[])
    if not either.faulty:
        people = trials.edit_person(people, "kepala", wewenang=["konfigurasi"])
    return trials.configuration(office, {PEOPLE: people})


@trial(
    "an SOP nobody can read",
    "an SOP with another standard time",
    "tidak terbaca: site_config/sop/kota/medsos.yaml",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    text = Repository(office.path).read(MAIN, SOP) or b""
    return trials.configuration(office, {SOP: either(b"sop: kota/medsos\n", text.replace(b"2 hari", b"1 hari"))})


@trial("types of legal products nobody can read", "types of legal products as they were", "tidak terbaca", spare=True)
def _(office: Office, either: Either) -> Push:
    text = Repository(office.path).read(MAIN, "site_config/jenis.yaml") or b""
    return trials.configuration(office, {"site_config/jenis.yaml": either(b"jenis: {\n", text + b"\n")})


@trial("content slipped in as configuration", "a plain page as configuration", "adalah isi: isi hanya sampai ke main")
def _(office: Office, either: Either) -> Push:
    return trials.configuration(office, {either(f"{FOLDER}/index.md", "content/halaman/profil.md"): b"# Profil\n"})


@trial("content under a name no item has", "a page in a folder", "adalah isi: isi hanya sampai ke main", spare=True)
def _(office: Office, either: Either) -> Push:
    path = either("content/konten/KOTA/2026/contoh/index.md", "content/halaman/KOTA/2026/contoh/index.md")
    return trials.configuration(office, {path: b"# x\n"})


@trial(
    "a page that differs from another in case", "a page of another name", "hanya berbeda huruf besar-kecil", spare=True
)
def _(office: Office, either: Either) -> Push:
    return trials.configuration(office, {f"content/halaman/{either('Index.md', 'indeks.md')}": b"# x\n"})


@trial("configuration by a merge", "configuration on a straight line", "bukan ujung cabang usul", spare=True)
def _(office: Office, either: Either) -> Push:
    main = trials.tip(office, MAIN)
    side = trials.commit(office, "pengelola", {PAGE: b"# Kontak\n"}, parents=[main])
    made = trials.desk(office).commit_tree(
        trials.desk(office).resolve(f"{side}^{{tree}}") or "",
        either([main, side], [main]),
        "x",
        office.who("pengelola"),
    )
    return trials.push(office, made, MAIN)


@trial(
    "a history of one's own merged into main", "two changes on a straight line", "bukan ujung cabang usul", spare=True
)
def _(office: Office, either: Either) -> Push:
    main = trials.tip(office, MAIN)
    alien = trials.commit(office, "pengelola", {PAGE: b"# Kontak\n"}, parents=either([], [main]))
    parents = either([main, alien], [alien])
    return trials.push(
        office, trials.commit(office, "pengelola", {"content/halaman/b.md": b"x"}, parents=parents), MAIN
    )


@trial("main rewritten", "main carried on", "riwayat main tidak boleh ditulis ulang")
def _(office: Office, either: Either) -> Push:
    parents = either([], [trials.tip(office, MAIN)])
    made = trials.commit(office, "pengelola", {"mkdocs.yml": b"x"}, parents=parents)
    return Push(trials.desk(office), (f"+{made}:{MAIN}",))


@trial("main put back", "a change taken back by another", "riwayat main tidak boleh ditulis ulang", spare=True)
def _(office: Office, either: Either) -> Push:
    old = trials.tip(office, MAIN)
    trials.plant(office, {PAGE: b"# Kontak\n"})
    trials.desk(office)
    back = trials.commit(office, "pengelola", {PAGE: None}, parents=[trials.tip(office, MAIN)])
    return Push(trials.desk(office), (f"+{either(old, back)}:{MAIN}",))


@trial("main deleted", "a page deleted", "refs/heads/main tidak boleh dihapus")
def _(office: Office, either: Either) -> Push:
    deletion = trials.configuration(office, {"content/halaman/index.md": None})
    return Push(deletion.clone, either((f":{MAIN}",), deletion.refspecs))


# -- the ledger and every other ref


def ledger(office: Office, who: str, changes: dict[str, bytes | None], parents: list[str] | None = None) -> Push:
    return trials.push(office, trials.commit(office, who, changes, parents=parents or []), LEDGER)


@trial(
    "the ledger written by a person", "the ledger written by the robot", "Admin tidak berwenang menulis buku terbitan"
)
def _(office: Office, either: Either) -> Push:
    return ledger(office, either("admin", "penerbit"), {EFFECT: b"x"})


@trial(
    "the ledger holding something else",
    "the ledger holding effects",
    "lain.yaml bukan bagian buku terbitan",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    return ledger(office, "penerbit", {either("lain.yaml", "efek/ab/lain.yaml"): b"x"})


def with_ledger(office: Office) -> str:
    server = Repository(office.path)
    first = server.commit([], None, {EFFECT: b"x"}, "efek", office.who("penerbit"))
    server.update_ref(LEDGER, first)
    trials.desk(office)
    return first


@trial(
    "an effect taken out of the ledger",
    "an effect added to the ledger",
    "buku terbitan tidak pernah dihapus",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    first = with_ledger(office)
    changes: dict[str, bytes | None] = either({EFFECT: None}, {"efek/bb/y.yaml": b"y"})
    return ledger(office, "penerbit", changes, [first])


@trial("the ledger rewritten", "the ledger carried on", "buku terbitan tidak boleh ditulis ulang", spare=True)
def _(office: Office, either: Either) -> Push:
    first = with_ledger(office)
    made = trials.commit(office, "penerbit", {EFFECT: b"y"}, parents=either([], [first]))
    return Push(trials.desk(office), (f"+{made}:{LEDGER}",))


@trial("the ledger deleted", "the ledger begun", "terbitan tidak boleh dihapus", spare=True)
def _(office: Office, either: Either) -> Push:
    if not either.faulty:
        return ledger(office, "penerbit", {EFFECT: b"mulai"})
    with_ledger(office)
    return Push(trials.desk(office), (f":{LEDGER}",))


@trial("a merge in the ledger", "two lines in the ledger", "buku terbitan harus lurus", spare=True)
def _(office: Office, either: Either) -> Push:
    first = with_ledger(office)
    second = trials.commit(office, "penerbit", {"efek/bb/y.yaml": b"y"}, parents=[first])
    return ledger(office, "penerbit", {"efek/cc/z.yaml": b"z"}, either([second, first], [second]))


REFS = {
    "a tag": ("refs/tags/v1", "tags/v1 tidak dikenal"),
    "an unknown branch": ("refs/heads/lain", "cabang lain tidak dikenal"),
    "a receipt of one's own": ("refs/heads/kuitansi", "hanya ditulis peladen"),
    "a note": ("refs/notes/commits", "tidak dikenal"),
    "an object put in another's place": ("refs/replace/" + "1" * 40, "tidak dikenal"),
    "a branch below main": ("refs/heads/usul", "tidak dikenal"),
    "a branch of a forge": ("refs/pull/1/head", "tidak dikenal"),
}


def elsewhere(number: int, ref: str) -> Prepare:
    def prepare(office: Office, either: Either) -> Push:
        item = f"kota-2026-rujukan-{number}"
        path = f"content/konten/kota/2026/rujukan-{number}/index.md"
        first = trials.commit(office, "penulis", {path: b"x"}, parents=[trials.tip(office, MAIN)])
        return trials.push(office, first, either(ref, f"refs/heads/usul/{item}"))

    return prepare


for number_, (said, (ref_, reason_)) in enumerate(REFS.items()):
    trial(said, f"the same commit on its item's branch, not as {said}", reason_, spare=number_ > 2)(
        elsewhere(number_, ref_)
    )
