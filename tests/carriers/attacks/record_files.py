"""Records as files: what stands in one, who may touch it, and that it is only ever added."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import records
from pipeline.carriers.repository import Repository
from pipeline.model.history import Attachment
from tests.carriers import trials
from tests.carriers.attacks.persons import authored
from tests.carriers.trials import BRANCH, Either, Push, trial
from tests.conftest import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Office

LAST = f"{FOLDER}/catatan/0005-setuju.yaml"
NEXT = f"{FOLDER}/catatan/0006-unggah.yaml"


def written(office: Office, text: bytes, path: str = NEXT, who: str = "penulis") -> Push:
    """Prepare a record whose file says *text*."""
    return trials.push(office, trials.commit(office, who, {path: text}, at=trials.now()))


def order_file(office: Office) -> bytes:
    return records.dump(trials.order(office))


@trial("a record rewritten", "the record after it", "0005-setuju.yaml tidak boleh diubah atau dihapus")
def _(office: Office, either: Either) -> Push:
    return written(office, order_file(office), either(LAST, NEXT))


@trial("a record deleted", "a paper deleted", "0005-setuju.yaml tidak boleh diubah atau dihapus")
def _(office: Office, either: Either) -> Push:
    trials.plant_draft(office, "penulis", {"notula.md": b"Rapat.\n"})
    gone = either(LAST, f"{FOLDER}/notula.md")
    return trials.push(office, trials.commit(office, "penulis", {gone: None}))


@trial("a record renamed", "a paper renamed", "tidak boleh bercampur dengan perubahan lain", spare=True)
def _(office: Office, either: Either) -> Push:
    trials.plant_draft(office, "penulis", {"notula.md": b"Rapat.\n"})
    old, new = either((LAST, f"{FOLDER}/catatan/0006-setuju.yaml"), (f"{FOLDER}/notula.md", f"{FOLDER}/rapat.md"))
    content = Repository(office.path).read(BRANCH, old)
    return trials.push(office, trials.commit(office, "penulis", {old: None, new: content}))


@trial("the same number twice", "the next number", "nomor urut catatan 5, seharusnya 6")
def _(office: Office, either: Either) -> Push:
    return trials.record(office, replace(trials.order(office), sequence=either(5, 6), note="nomor"))


@trial("a number left out", "no number left out", "nomor urut catatan 9, seharusnya 6", spare=True)
def _(office: Office, either: Either) -> Push:
    return trials.record(office, replace(trials.order(office), sequence=either(9, 6), note="berurutan"))


@trial("an old record's content in a new file", "new content in a new file", "seharusnya catatan/0005-setuju.yaml")
def _(office: Office, either: Either) -> Push:
    old = Repository(office.path).read(BRANCH, LAST) or b""
    return written(office, either(old, order_file(office)), who=either("kepala", "penulis"))


@trial(
    "a file name that is not its content's",
    "the name of its content",
    "seharusnya catatan/0006-unggah.yaml",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    return written(office, order_file(office), either(f"{FOLDER}/catatan/0006-setuju.yaml", NEXT))


@trial("another item's record", "the item's own record", "catatan ini milik kota-2026-lain", spare=True)
def _(office: Office, either: Either) -> Push:
    order = trials.order(office)
    return trials.record(office, replace(order, item=either("kota-2026-lain", order.item), note="milik"))


@trial("a record together with a draft", "a record after a draft, in one push", "catatan tidak boleh bercampur")
def _(office: Office, either: Either) -> Push:
    paper = {f"{FOLDER}/notula.md": b"Rapat.\n"}
    if either.faulty:
        return trials.push(office, trials.commit(office, "penulis", {NEXT: order_file(office)} | paper))
    # The order covers every paper of the item: it must be written about the draft it follows.
    trials.plant_draft(office, "penulis", {"notula.md": b"Rapat.\n"})
    text, server = order_file(office), Repository(office.path)
    server.update_ref(BRANCH, server.resolve(f"{BRANCH}~1") or "")
    first = trials.commit(office, "penulis", paper)
    return trials.push(office, trials.commit(office, "penulis", {NEXT: text}, parents=[first]))


@trial("two records in one commit", "two drafts in one commit", "satu catatan satu kiriman", spare=True)
def _(office: Office, either: Either) -> Push:
    text = order_file(office)
    both: Mapping[str, bytes | None] = either(
        {NEXT: text, f"{FOLDER}/catatan/0007-unggah.yaml": text},
        {f"{FOLDER}/notula.md": text, f"{FOLDER}/rangkuman.md": text},
    )
    return trials.push(office, trials.commit(office, "penulis", both))


@trial("a key no record has", "only keys a record has", "catatan harus berisi kunci urut")
def _(office: Office, either: Either) -> Push:
    return written(office, order_file(office) + either(b"tambahan: x\n", b""))


@trial("a key twice", "each key once", "0006-unggah.yaml", spare=True)
def _(office: Office, either: Either) -> Push:
    text = order_file(office)
    return written(office, text.replace(b"putaran:", either(b"oleh: penulis\nputaran:", b"putaran:")))


@trial("an anchor in a record", "a note that speaks of one", "0006-unggah.yaml", spare=True)
def _(office: Office, either: Either) -> Push:
    lawful = records.dump(replace(trials.order(office), note="&jangkar *alias"))
    return written(office, either(order_file(office).replace(b"oleh: ", b"oleh: &siapa "), lawful))


@trial("a record in another hand's style", "a record as jdih writes it", "catatan harus ditulis oleh jdih", spare=True)
def _(office: Office, either: Either) -> Push:
    text = order_file(office)
    return written(office, either(text.replace(b"peran: penulis", b"peran:   'penulis'"), text))


@trial("a record that is no YAML", "a paper that is no YAML", "0006-unggah.yaml:2: metadata tidak terbaca", spare=True)
def _(office: Office, either: Either) -> Push:
    return written(office, b"{", either(NEXT, f"{FOLDER}/catatan.md"))


@trial("something else among the records", "something else beside the records", "bukan nama catatan", spare=True)
def _(office: Office, either: Either) -> Push:
    return trials.draft(office, either("catatan/surat.txt", "surat.txt"))


@trial("an executable record", "a plain record", "berkas yang dapat dijalankan", spare=True)
def _(office: Office, either: Either) -> Push:
    lawful = trials.record(office, trials.order(office))
    if not either.faulty:
        return lawful
    clone, commit = lawful.clone, lawful.refspecs[0].partition(":")[0]
    blob = clone.resolve(f"{commit}:{NEXT}") or ""
    env = {"GIT_INDEX_FILE": str(clone.folder / "serangan")}
    clone.git("read-tree", commit, env=env)
    clone.git("update-index", "--cacheinfo", f"100755,{blob},{NEXT}", env=env)
    tree = clone.git("write-tree", env=env)
    return trials.push(office, clone.commit_tree(tree, [trials.tip(office)], "naskah", office.who("penulis")))


@trial(
    "a record known by another source",
    "a record known by its signature",
    "sumber catatan 'github:9' tidak dikenal",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    return trials.record(office, replace(trials.order(office), source=either("github:9", "ssh"), note="sumber"))


@trial(
    "a record that names another author",
    "a record its signer wrote",
    "catatan hanya ditulis penanda tangannya",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    lawful = trials.record(office, trials.order(office))
    commit = lawful.refspecs[0].partition(":")[0]
    return trials.push(office, authored(office, either("kepala", "penulis") + "@kota.example", commit))


@trial("a note that paints the reader's screen", "a note of several lines", "huruf kendali", spare=True)
def _(office: Office, either: Either) -> Push:
    note = either("\x1b[2J\x1b[31mDisetujui", "Baris satu.\n\tBaris dua: 100% \u201csiap\u201d.")
    return trials.record(office, replace(trials.order(office), note=note))


@trial(
    "an attachment that is not there", "the attachments that are there", "lampiran surat.pdf tidak ada", start="office"
)
def _(office: Office, either: Either) -> Push:
    paper = Attachment(file="surat.pdf", sha256="0" * 64)
    return trials.begin(office, {"attachments": (paper,)} if either.faulty else None)


@trial(
    "an attachment of another content",
    "an attachment of its content",
    "bukan berkas yang disebut",
    start="office",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    paper = Attachment(file="disposisi.md", sha256="0" * 64)
    return trials.begin(office, {"attachments": (paper,)} if either.faulty else {"note": "isi"})


@trial(
    "an attachment outside the item",
    "an attachment inside the item",
    "mkdocs.yml tidak ada dalam butir",
    start="office",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    paper = Attachment(file="../../../../../mkdocs.yml", sha256="0" * 64)
    return trials.begin(office, {"attachments": (paper,)} if either.faulty else {"note": "dalam"})


@trial("an attachment kept quiet", "every attachment named", "lampiran catatan seharusnya disposisi.md", start="office")
def _(office: Office, either: Either) -> Push:
    return trials.begin(office, {"attachments": ()} if either.faulty else {"note": "lengkap"})
