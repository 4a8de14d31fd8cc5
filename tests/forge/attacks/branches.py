"""What is proposed: drafts, records by hand, pull requests, and changes of the desk itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.carriers.repository import Identity
from tests.conftest import CAPTION, DISPOSITION, FOLDER, ITEM
from tests.forge.attacks.persons import decide
from tests.forge.attacks.trials import SOP, Either, trial
from tests.forge.e2e.kantor import MANAGER, ROOT
from tests.forge.e2e.way import BRANCH, DESIGN, PLACE, go_on
from tests.forge.fake import ROBOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.forge.e2e.kantor import Kantor

PAPER = f"{FOLDER}/disposisi.md"
MORE = f"{DISPOSITION}\nSatu kartu saja.\n"
RECORD = f"{FOLDER}/catatan/0001-arah.yaml"
CODE = ".github/workflows/lain.yml"
WORKFLOW = "on: push\njobs: {}\n"
WAITING = "menunggu persetujuan orang berwenang konfigurasi"
APPROVED = "konfigurasi disetujui Pengelola"


def also(office: Kantor, path: str, who: str | Identity = "kepala", login: str = "kepala") -> None:
    """Push one more file before the order to upload."""
    office.send(login, office.commit({path: MORE}, who))
    go_on(office, "approved")


# -- the item's branch


@trial(
    "a pull request from another repository",
    "a pull request from the repository",
    "dari repositori lain",
    start="ordered",
)
def _(office: Kantor, either: Either) -> None:
    office.fake.state.pull(office.pull).fork = either("orang/jdih", "")
    go_on(office, "ordered")


@trial("a pull request turned to another base", "a pull request to main", "menuju arsip", start="ordered")
def _(office: Kantor, either: Either) -> None:
    office.send("penulis", office.head("main"), "arsip")
    office.fake.state.pull(office.pull).base = either("arsip", "main")
    go_on(office, "ordered")


@trial(
    "an item given up by who may not begin it",
    "a pull request closed by hand, which gives up nothing",
    "membatalkan dan melanjutkan butir ini wewenang Kepala",
    start="ordered",
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    if either.faulty:
        office.comment("penulis", office.pull, "/sop 6 BATAL Saya tidak setuju.")
    else:
        go_on(office, "ordered")
    office.fake.person("penulis").call("PATCH", f"/pulls/{office.pull}", 200, state="closed")


@trial(
    "the branch of another item",
    "the item's own branch",
    f"seharusnya cabang usul/{ITEM}",
    start="founded",
    lawful="masih menunggu langkah 1",
)
def _(office: Kantor, either: Either) -> None:
    branch = either("usul/kota-2026-lain", BRANCH)
    office.send("kepala", office.commit({PAPER: DISPOSITION}, "kepala"), branch)
    office.pull = office.fake.person("kepala").open_pull(branch, "Kartu")


@trial(
    "a branch named like a command",
    "a branch named after its item",
    "tidak menyentuh folder butir mana pun",
    start="founded",
    lawful="masih menunggu langkah 1",
)
def _(office: Kantor, either: Either) -> None:
    branch = either("usul/$(id)`id`;--x", BRANCH)
    office.send("kepala", office.commit({either("catatan.md", PAPER): DISPOSITION}, "kepala"), branch)
    office.control()
    office.pull = max(office.fake.state.threads)


@trial("two items in one branch", "two papers of one item", "satu cabang satu butir", start="approved")
def _(office: Kantor, either: Either) -> None:
    also(office, either("content/konten/kota/2026/kedua/disposisi.md", PAPER))


@trial(
    "a change of people.yaml in an item's branch",
    "a change inside the item's folder",
    "di luar folder butir",
    start="approved",
)
def _(office: Kantor, either: Either) -> None:
    also(office, either("site_config/people.yaml", PAPER))


@trial(
    "a file whose name breaks the line",
    "a file with a plain name",
    "memuat huruf yang tidak diterima",
    start="approved",
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    also(office, either(f"{FOLDER}/$(id)\n::error::.md", PAPER))


@trial(
    "a folder of another kind under the item's name",
    "the folder of the SOP's kind",
    "bukan untuk content/tanggapan/kota/2026/contoh",
    start="founded",
    lawful="masih menunggu langkah 2",
)
def _(office: Kantor, either: Either) -> None:
    folder = either("content/tanggapan/kota/2026/contoh", FOLDER)
    office.send("kepala", office.commit({f"{folder}/disposisi.md": DISPOSITION}, "kepala"), BRANCH)
    office.pull = office.fake.person("kepala").open_pull(BRANCH, "Kartu")
    office.comment("kepala", office.pull, "/sop 1 SELESAI")


@trial(
    "an item whose name another folder of main bears",
    "an item whose name nobody bears",
    "sudah ada di content/tanggapan",
    start="ordered",
)
def _(office: Kantor, either: Either) -> None:
    folder = f"content/tanggapan/kota/2026/{either('contoh', 'lain')}"
    planted = office.commit({f"{folder}/index.md": MORE}, "pengelola", parents=[office.head("main")])
    office.send(MANAGER, planted, "main")
    go_on(office, "ordered")


@trial("a record written by hand", "a paper written by hand", "hanya ditulis oleh pengendali", start="approved")
def _(office: Kantor, either: Either) -> None:
    also(office, either(RECORD, PAPER))


@trial(
    "a record signed by the person it names",
    "a paper signed by who wrote it",
    "hanya ditulis oleh pengendali",
    start="approved",
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    also(office, either(RECORD, PAPER), office.who("kepala", signs=True))


@trial("a draft in the robot's name", "a draft in one's own name", "memakai alamat Penerbit", start="approved")
def _(office: Kantor, either: Either) -> None:
    also(office, PAPER, either("penerbit", "kepala"))


@trial(
    "a draft in the name of who shall decide",
    "a draft in one's own name, decided by another",
    "empat mata: kepala ikut menyunting",
    start="corrected",
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    office.draft("desainer", PLACE, DESIGN, as_=either("kepala", "desainer"))
    office.comment("desainer", office.pull, "/sop 4 SELESAI")
    decide(office, "kepala")


@trial(
    "a draft in the name of nobody registered",
    "a draft in a registered name",
    "menyebut penyunting",
    start="approved",
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    also(office, PAPER, either(Identity("Orang", "orang@luar.example"), office.who("kepala")))


@trial(
    "a draft pushed by an account nobody registered",
    "the same draft pushed by its writer",
    "dikirimi akun orang-asing",
    start="approved",
)
def _(office: Kantor, either: Either) -> None:
    also(office, PAPER, "kepala", either("orang-asing", "kepala"))


@trial(
    "a draft whose author's name repaints the screen", "a draft with a plain name", "huruf kendali", start="approved"
)
def _(office: Kantor, either: Either) -> None:
    also(office, PAPER, Identity(either("Kepala \x1b[2J", "Kepala"), office.who("kepala").email))


@trial(
    "a push the forge has not noted yet",
    "a push the forge has noted",
    "belum mencatat",
    where="trouble",
    start="approved",
)
def _(office: Kantor, either: Either) -> None:
    """Who pushed last cannot be told: it may be the head, whose review of it counts by its own commit."""
    office.draft("kepala", PLACE, {"disposisi.md": MORE})
    if either.faulty:
        office.fake.state.moves.pop()
    go_on(office, "approved")


@trial(
    "a push missing in the middle of what the forge noted",
    "an account of pushes without a gap",
    "terputus sesudah",
    start="approved",
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    if either.faulty:
        own = [move for move in office.fake.state.moves if move.ref == f"refs/heads/{BRANCH}"]
        office.fake.state.moves.remove(own[1])
    go_on(office, "approved")


@trial("a caption that names a picture nobody sent", "a caption and its picture", "media/kartu.jpg", start="corrected")
def _(office: Kantor, either: Either) -> None:
    office.draft("desainer", PLACE, either({"takarir.md": CAPTION}, DESIGN))
    office.comment("desainer", office.pull, "/sop 4 SELESAI")
    go_on(office, "designed")


@trial(
    "an SOP of other roles while the item is running",
    "an SOP of other hours while the item is running",
    "berganti lingkup atau peran",
    start="approved",
)
def _(office: Kantor, either: Either) -> None:
    sop = (ROOT / "tests/kantor" / SOP).read_bytes()
    roles = sop.replace(b"Admin}", b"Admin, arsip: Arsip}").replace(b"{peran: admin,", b"{peran: arsip,")
    office.on_main(SOP, either(roles, sop.replace(b"waktu: 30 menit", b"waktu: 45 menit")), signed=True)
    go_on(office, "approved")


# -- the desk itself


def propose(
    office: Kantor,
    changes: Mapping[str, bytes | str | None],
    who: str = "penulis",
    login: str = "",
    opener: str = ROBOT,
) -> str:
    """Propose a change of the desk from a branch of its own; return the commit."""
    made = office.commit(changes, who, parents=[office.head("main")])
    office.send(login or who, made, "perbaikan")
    office.pull = office.fake.person(opener).open_pull("perbaikan", "Perbaikan")
    return made


@trial(
    "a workflow changed without the authority",
    "a workflow changed with the authority's approval",
    WAITING,
    where="status",
    start="founded",
    lawful=APPROVED,
)
def _(office: Kantor, either: Either) -> None:
    propose(office, {CODE: WORKFLOW})
    office.review(either("kepala", "pengelola"), office.pull)


@trial(
    "a configuration approved by its author",
    "a configuration approved by a second pair of eyes",
    WAITING,
    where="status",
    start="founded",
    lawful=APPROVED,
)
def _(office: Kantor, either: Either) -> None:
    propose(office, {CODE: WORKFLOW}, "pengelola")
    office.review(either("pengelola", "pengelola-dua"), office.pull)


@trial(
    "a configuration approved by who pushed it",
    "a configuration approved by who did not",
    WAITING,
    where="status",
    start="founded",
    lawful=APPROVED,
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    propose(office, {CODE: WORKFLOW}, "penulis", "pengelola")
    office.review(either("pengelola", "pengelola-dua"), office.pull)


@trial(
    "a configuration changed after its approval",
    "a configuration approved as it is now",
    WAITING,
    where="status",
    start="founded",
    lawful=APPROVED,
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    old = propose(office, {CODE: WORKFLOW})
    made = office.commit({CODE: f"{WORKFLOW}# lagi\n"}, parents=[old])
    office.send("penulis", made, "perbaikan")
    office.review("pengelola", office.pull, commit=either(old, made))


@trial(
    "a configuration whose approval was taken back",
    "a configuration whose approval stands",
    WAITING,
    where="status",
    start="founded",
    lawful=APPROVED,
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    propose(office, {CODE: WORKFLOW})
    office.review("pengelola", office.pull)
    office.review("pengelola", office.pull, either("REQUEST_CHANGES", "COMMENT"), "Sebentar.")


@trial(
    "content in a configuration's branch",
    "configuration in a configuration's branch",
    "adalah isi",
    where="status",
    start="founded",
    lawful=APPROVED,
)
def _(office: Kantor, either: Either) -> None:
    propose(office, {either(PAPER, CODE): MORE})
    office.review("pengelola", office.pull)


@trial(
    "content hidden in a merge of a configuration's branch",
    "main taken over into a configuration's branch",
    "penggabungan",
    where="status",
    start="founded",
    lawful=APPROVED,
)
def _(office: Kantor, either: Either) -> None:
    """Git's log shows no changes of a merge: what only the merge brings would not be seen."""
    base = office.head("main")
    office.on_main("docs.md", b"Catatan\n", signed=True)
    side = propose(office, {CODE: WORKFLOW})
    side = office.commit({CODE: WORKFLOW}, parents=[base])
    changes = either({PAPER: MORE, CODE: WORKFLOW}, {CODE: WORKFLOW})
    merged = office.work.commit(
        [side, office.head("main")],
        office.head("main"),
        {path: data.encode() for path, data in changes.items()},
        "gabung",
        office.who("penulis"),
        office.clock.tick(),
    )
    office.send("penulis", merged, "perbaikan", "--force")
    office.review("pengelola", office.pull)
