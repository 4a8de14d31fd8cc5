"""Names and kinds of files that would harm somebody's computer, and commits that hide something."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import programs
from tests.carriers import trials
from tests.carriers.trials import Either, Push, trial
from tests.conftest import FOLDER

if TYPE_CHECKING:
    from tests.carriers.trials import Prepare
    from tests.conftest import Office


@trial("a symlink", "a file of the same content", "tautan simbolik")
def _(office: Office, either: Either) -> Push:
    return trials.entry(office, either("120000", "100644"), f"{FOLDER}/media/rahasia.txt")


@trial("a submodule", "a folder", "submodul")
def _(office: Office, either: Either) -> Push:
    return trials.entry(office, *either(("160000", f"{FOLDER}/media/sub"), ("100644", f"{FOLDER}/media/sub/a.txt")))


@trial("an executable", "the same file, not to be run", "berkas yang dapat dijalankan")
def _(office: Office, either: Either) -> Push:
    return trials.entry(office, either("100755", "100644"), f"{FOLDER}/media/jalan.sh")


@trial("a paper turned into a symlink", "a paper overwritten", "tautan simbolik", spare=True)
def _(office: Office, either: Either) -> Push:
    return trials.entry(office, either("120000", "100644"), f"{FOLDER}/takarir.md")


NAMES = {
    "two names that differ in case": ("Index.md", "index-2.md", "hanya berbeda huruf besar-kecil"),
    "two folders that differ in case": ("Media/a.jpg", "media/a.jpg", "hanya berbeda huruf besar-kecil"),
    "the records' folder in capitals": ("CATATAN/0006-unggah.yaml", "rapat/0006.yaml", "hanya berbeda huruf"),
    "a decomposed letter": (unicodedata.normalize("NFD", "é.md"), "é.md", "huruf yang tidak diterima"),
    "a letter that reverses the rest": ("a\u202egpj.md", "a-gpj.md", "huruf yang tidak diterima"),
    "a control character": ("a\x1b[2J.md", "a [2J.md", "huruf yang tidak diterima"),
    "a line break": ("a\nb.md", "a b.md", "huruf yang tidak diterima"),
    "a hidden file": (".gitattributes", "gitattributes", "tidak diterima"),
    "a hidden folder": ("media/.sembunyi/a.md", "media/sembunyi/a.md", "tidak diterima"),
    "an option as a name": ("--upload-pack=x", "a--upload-pack=x", "tidak diterima"),
    "a device of Windows": ("NUL.txt", "NUL-1.txt", "tidak diterima"),
    "a letter Windows does not have": ("a:b.md", "a-b.md", "tidak diterima"),
    "a backslash": ("..\\..\\mkdocs.yml", "salinan.mkdocs.yml", "tidak diterima"),
    "a dot at the end": ("a.", "a.b", "tidak diterima"),
    "a very long name": ("a" * 101, "a" * 100, "tidak diterima"),
    "a very long way": ("/".join(["sangat-panjang"] * 15), "/".join(["sangat-panjang"] * 10), "terlalu panjang"),
}


DAILY = ("two names that differ in case", "two folders that differ in case", "a decomposed letter", "a hidden file")


def name(fault: str, lawful: str) -> Prepare:
    def prepare(office: Office, either: Either) -> Push:
        return trials.draft(office, either(fault, lawful))

    return prepare


for said, (fault_, lawful_, reason_) in NAMES.items():
    trial(said, f"a name like {lawful_[:30]!r} instead of {said}", reason_, spare=said not in DAILY)(
        name(fault_, lawful_)
    )


def rewritten(office: Office, edit: tuple[bytes, bytes]) -> Push:
    """Prepare a signed draft whose commit object was edited and signed again."""
    clone, who = trials.desk(office), office.who("penulis")
    plain = trials.commit(office, replace(who, key=None), {f"{FOLDER}/notula.md": b"x"})
    raw = clone.blob(plain).replace(*edit)
    payload = office.root / "muatan"
    payload.write_bytes(raw)
    programs.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", str(who.key), str(payload)])
    seal = payload.with_suffix(".sig").read_bytes().rstrip(b"\n").replace(b"\n", b"\n ")
    head, _, body = raw.partition(b"\n\n")
    signed = head + b"\ngpgsig " + seal + b"\n\n" + body
    return trials.push(office, clone.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=signed))


@trial(
    "a message that paints the reader's screen", "a message with letters from elsewhere", "huruf kendali", spare=True
)
def _(office: Office, either: Either) -> Push:
    return rewritten(office, (b"naskah", either("\x1b[2Jnaskah", "naskah “é”").encode()))


@trial("a message in another encoding", "a message in UTF-8", "bukan UTF-8", spare=True)
def _(office: Office, either: Either) -> Push:
    return rewritten(office, either((b"\n\nnaskah", b"\nencoding UTF-16\n\nnaskah"), (b"naskah", "naskah ü".encode())))


@trial("bytes that are no text in a message", "letters in a message", "bukan UTF-8", spare=True)
def _(office: Office, either: Either) -> Push:
    return rewritten(office, (b"naskah", either(b"naskah \xff\xfe", "naskah ÿþ".encode())))


@trial("a message as long as a book", "a message as long as a page", "pesan kiriman", spare=True)
def _(office: Office, either: Either) -> Push:
    return rewritten(office, (b"naskah", b"naskah " * either(10_000, 300)))


@trial("a commit with a header of its own", "a commit with Git's headers", "kepala", spare=True)
def _(office: Office, either: Either) -> Push:
    return rewritten(office, (b"\n\nnaskah", either(b"\nwewenang kepala\n\nnaskah", b"\n\nnaskah wewenang")))
