"""What is proposed: drafts, records by hand, pull requests, and changes of the desk itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.carriers.repository import Identity
from tests.conftest import CAPTION, DISPOSITION, FOLDER, ITEM
from tests.forge.attacks.ground import BRANCH, MAIN, ROOT, SOP, go_on
from tests.forge.attacks.persons import DESIGN, decide
from tests.forge.attacks.trials import Either, trial
from tests.forge.fake import ROBOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.forge.attacks.ground import Ground

PAPER = f"{FOLDER}/disposisi.md"
MORE = f"{DISPOSITION}\nSatu kartu saja.\n"
RECORD = f"{FOLDER}/catatan/0001-arah.yaml"
CODE = ".github/workflows/lain.yml"
WORKFLOW = "on: push\njobs: {}\n"
WAITING = "menunggu persetujuan orang berwenang konfigurasi"
APPROVED = "konfigurasi disetujui Pengelola"


def also(ground: Ground, path: str, who: str | Identity = "kepala", login: str = "kepala") -> None:
    """Push one more file before the order to upload."""
    ground.push(login, ground.commit({path: MORE}, who))
    go_on(ground, "approved")


# -- the item's branch


@trial(
    "a pull request from another repository",
    "a pull request from the repository",
    "dari repositori lain",
    start="ordered",
)
def _(ground: Ground, either: Either) -> None:
    ground.fake.state.pull(ground.pull).fork = either("orang/jdih", "")
    go_on(ground, "ordered")


@trial("a pull request turned to another base", "a pull request to main", "menuju arsip", start="ordered")
def _(ground: Ground, either: Either) -> None:
    ground.push("penulis", ground.head(MAIN), "arsip")
    ground.fake.state.pull(ground.pull).base = either("arsip", MAIN)
    go_on(ground, "ordered")


@trial(
    "a closed pull request",
    "a pull request closed and opened again",
    "masih menunggu langkah 1",
    where="status",
    start="ordered",
    spare=True,
)
def _(ground: Ground, either: Either) -> None:
    go_on(ground, "ordered")
    ground.fake.person("penulis").call("PATCH", f"/pulls/{ground.pull}", 200, state="closed")
    if either.faulty:
        ground.pull += 1
    else:
        ground.fake.person("penulis").call("PATCH", f"/pulls/{ground.pull}", 200, state="open")


@trial(
    "the branch of another item",
    "the item's own branch",
    f"seharusnya cabang usul/{ITEM}",
    start="founded",
    lawful="masih menunggu langkah 1",
)
def _(ground: Ground, either: Either) -> None:
    branch = either("usul/kota-2026-lain", BRANCH)
    ground.push("kepala", ground.commit({PAPER: DISPOSITION}, "kepala"), branch)
    ground.pull = ground.fake.person("kepala").open_pull(branch, "Kartu")


@trial(
    "a branch named like a command",
    "a branch named after its item",
    "tidak menyentuh folder butir mana pun",
    start="founded",
    lawful="masih menunggu langkah 1",
)
def _(ground: Ground, either: Either) -> None:
    branch = either("usul/$(id)`id`;--x", BRANCH)
    ground.push("kepala", ground.commit({either("catatan.md", PAPER): DISPOSITION}, "kepala"), branch)
    ground.control()
    ground.pull = max(ground.fake.state.threads)


@trial("two items in one branch", "two papers of one item", "satu cabang satu butir", start="approved")
def _(ground: Ground, either: Either) -> None:
    also(ground, either("content/konten/kota/2026/kedua/disposisi.md", PAPER))


@trial(
    "a change of people.yaml in an item's branch",
    "a change inside the item's folder",
    "di luar folder butir",
    start="approved",
)
def _(ground: Ground, either: Either) -> None:
    also(ground, either("site_config/people.yaml", PAPER))


@trial(
    "a file whose name breaks the line",
    "a file with a plain name",
    "memuat huruf yang tidak diterima",
    start="approved",
    spare=True,
)
def _(ground: Ground, either: Either) -> None:
    also(ground, either(f"{FOLDER}/$(id)\n::error::.md", PAPER))


@trial(
    "a folder of another kind under the item's name",
    "the folder of the SOP's kind",
    "bukan untuk content/tanggapan/kota/2026/contoh",
    start="founded",
    lawful="masih menunggu langkah 2",
)
def _(ground: Ground, either: Either) -> None:
    folder = either("content/tanggapan/kota/2026/contoh", FOLDER)
    ground.push("kepala", ground.commit({f"{folder}/disposisi.md": DISPOSITION}, "kepala"))
    ground.pull = ground.fake.person("kepala").open_pull(BRANCH, "Kartu")
    ground.comment("kepala", "/sop 1 SELESAI")


@trial(
    "an item whose name another folder of main bears",
    "an item whose name nobody bears",
    "sudah ada di content/tanggapan",
    start="ordered",
)
def _(ground: Ground, either: Either) -> None:
    folder = f"content/tanggapan/kota/2026/{either('contoh', 'lain')}"
    planted = ground.commit({f"{folder}/index.md": MORE}, "pengelola", parents=[ground.head(MAIN)])
    ground.push("atasan", planted, MAIN)
    go_on(ground, "ordered")


@trial("a record written by hand", "a paper written by hand", "hanya ditulis oleh pengendali", start="approved")
def _(ground: Ground, either: Either) -> None:
    also(ground, either(RECORD, PAPER))


@trial(
    "a record signed by the person it names",
    "a paper signed by who wrote it",
    "hanya ditulis oleh pengendali",
    start="approved",
    spare=True,
)
def _(ground: Ground, either: Either) -> None:
    who = ground.who("kepala")
    also(ground, either(RECORD, PAPER), Identity(who.name, who.email, ground.key("kepala")))


@trial("a draft in the robot's name", "a draft in one's own name", "memakai alamat Penerbit", start="approved")
def _(ground: Ground, either: Either) -> None:
    also(ground, PAPER, either("penerbit", "kepala"))


@trial(
    "a draft in the name of who shall decide",
    "a draft in one's own name, decided by another",
    "empat mata: kepala ikut menyunting",
    start="corrected",
    spare=True,
)
def _(ground: Ground, either: Either) -> None:
    ground.draft("desainer", DESIGN, either("kepala", "desainer"))
    ground.comment("desainer", "/sop 4 SELESAI")
    decide(ground, "kepala")


@trial(
    "a draft in the name of nobody registered",
    "a draft in a registered name",
    "menyebut penyunting",
    start="approved",
    spare=True,
)
def _(ground: Ground, either: Either) -> None:
    also(ground, PAPER, either(Identity("Orang", "orang@luar.example"), ground.who("kepala")))


@trial(
    "a draft pushed by an account nobody registered",
    "the same draft pushed by its writer",
    "dikirimi akun orang-asing",
    start="approved",
)
def _(ground: Ground, either: Either) -> None:
    also(ground, PAPER, "kepala", either("orang-asing", "kepala"))


@trial(
    "a draft whose author's name repaints the screen", "a draft with a plain name", "huruf kendali", start="approved"
)
def _(ground: Ground, either: Either) -> None:
    also(ground, PAPER, Identity(either("Kepala \x1b[2J", "Kepala"), ground.who("kepala").email))


@trial(
    "a push the forge has not noted yet",
    "a push the forge has noted",
    "belum mencatat",
    where="trouble",
    start="approved",
)
def _(ground: Ground, either: Either) -> None:
    """Who pushed last cannot be told: it may be the head, whose review of it counts by its own commit."""
    ground.draft("kepala", {"disposisi.md": MORE})
    if either.faulty:
        ground.fake.state.moves.pop()
    go_on(ground, "approved")


@trial(
    "a push missing in the middle of what the forge noted",
    "an account of pushes without a gap",
    "belum mencatat",
    where="trouble",
    start="approved",
    spare=True,
)
def _(ground: Ground, either: Either) -> None:
    if either.faulty:
        own = [move for move in ground.fake.state.moves if move.ref == f"refs/heads/{BRANCH}"]
        ground.fake.state.moves.remove(own[1])
    go_on(ground, "approved")


@trial("a caption that names a picture nobody sent", "a caption and its picture", "media/kartu.jpg", start="corrected")
def _(ground: Ground, either: Either) -> None:
    ground.draft("desainer", either({"takarir.md": CAPTION}, DESIGN))
    ground.comment("desainer", "/sop 4 SELESAI")
    go_on(ground, "designed")


@trial(
    "an SOP of other roles while the item is running",
    "an SOP of other hours while the item is running",
    "berganti lingkup atau peran",
    start="approved",
)
def _(ground: Ground, either: Either) -> None:
    sop = (ROOT / "tests/kantor" / SOP).read_bytes()
    roles = sop.replace(b"Admin}", b"Admin, arsip: Arsip}").replace(b"{peran: admin,", b"{peran: arsip,")
    ground.configure(SOP, either(roles, sop.replace(b"waktu: 30 menit", b"waktu: 45 menit")))
    go_on(ground, "approved")


# -- the desk itself


def propose(
    ground: Ground,
    changes: Mapping[str, bytes | str | None],
    who: str = "penulis",
    login: str = "",
    opener: str = ROBOT,
) -> str:
    """Propose a change of the desk from a branch of its own; return the commit."""
    made = ground.commit(changes, who, parents=[ground.head(MAIN)])
    ground.push(login or who, made, "perbaikan")
    ground.pull = ground.fake.person(opener).open_pull("perbaikan", "Perbaikan")
    return made


@trial(
    "a workflow changed without the authority",
    "a workflow changed with the authority's approval",
    WAITING,
    where="status",
    start="founded",
    lawful=APPROVED,
)
def _(ground: Ground, either: Either) -> None:
    propose(ground, {CODE: WORKFLOW})
    ground.review(either("kepala", "pengelola"))


@trial(
    "a configuration approved by its author",
    "a configuration approved by a second pair of eyes",
    WAITING,
    where="status",
    start="founded",
    lawful=APPROVED,
)
def _(ground: Ground, either: Either) -> None:
    propose(ground, {CODE: WORKFLOW}, "pengelola")
    ground.review(either("pengelola", "pengelola-dua"))


@trial(
    "a configuration approved by who pushed it",
    "a configuration approved by who did not",
    WAITING,
    where="status",
    start="founded",
    lawful=APPROVED,
    spare=True,
)
def _(ground: Ground, either: Either) -> None:
    propose(ground, {CODE: WORKFLOW}, "penulis", "pengelola")
    ground.review(either("pengelola", "pengelola-dua"))


@trial(
    "a configuration changed after its approval",
    "a configuration approved as it is now",
    WAITING,
    where="status",
    start="founded",
    lawful=APPROVED,
    spare=True,
)
def _(ground: Ground, either: Either) -> None:
    old = propose(ground, {CODE: WORKFLOW})
    made = ground.commit({CODE: f"{WORKFLOW}# lagi\n"}, parents=[old])
    ground.push("penulis", made, "perbaikan")
    ground.review("pengelola", commit=either(old, made))


@trial(
    "a configuration whose approval was taken back",
    "a configuration whose approval stands",
    WAITING,
    where="status",
    start="founded",
    lawful=APPROVED,
    spare=True,
)
def _(ground: Ground, either: Either) -> None:
    propose(ground, {CODE: WORKFLOW})
    ground.review("pengelola")
    ground.review("pengelola", either("REQUEST_CHANGES", "COMMENT"), "Sebentar.")


@trial(
    "content in a configuration's branch",
    "configuration in a configuration's branch",
    "adalah isi",
    where="status",
    start="founded",
    lawful=APPROVED,
)
def _(ground: Ground, either: Either) -> None:
    propose(ground, {either(PAPER, CODE): MORE})
    ground.review("pengelola")


@trial(
    "content hidden in a merge of a configuration's branch",
    "main taken over into a configuration's branch",
    "penggabungan",
    where="status",
    start="founded",
    lawful=APPROVED,
)
def _(ground: Ground, either: Either) -> None:
    """Git's log shows no changes of a merge: what only the merge brings would not be seen."""
    base = ground.head(MAIN)
    ground.configure("docs.md", b"Catatan\n")
    side = propose(ground, {CODE: WORKFLOW})
    side = ground.commit({CODE: WORKFLOW}, parents=[base])
    changes = either({PAPER: MORE, CODE: WORKFLOW}, {CODE: WORKFLOW})
    merged = ground.work.commit(
        [side, ground.head(MAIN)],
        ground.head(MAIN),
        {path: data.encode() for path, data in changes.items()},
        "gabung",
        ground.who("penulis"),
        ground.clock.tick(),
    )
    ground.push("penulis", merged, "perbaikan", "--force")
    ground.review("pengelola")
