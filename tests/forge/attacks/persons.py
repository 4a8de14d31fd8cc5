"""Who decides: editors, strangers, people of other offices, accounts that only look alike."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.carriers import history
from tests.conftest import FOLDER, INDEX
from tests.forge.attacks.trials import SOP, STRANGER, Either, trial
from tests.forge.e2e.founding import registered
from tests.forge.e2e.kantor import ROOT
from tests.forge.e2e.way import DESIGN, PLACE, go_on

if TYPE_CHECKING:
    from tests.forge.e2e.kantor import Kantor

FOUR_EYES = "empat mata: rangkap ikut menyunting"


def designed(office: Kantor, author: str, committer: str, pusher: str, message: str = "naskah") -> None:
    """Let the design be authored, committed and pushed by three people, as a rebase does it."""
    changes = {f"{FOLDER}/{path}": data for path, data in DESIGN.items()}
    names = {f"GIT_AUTHOR_{key}": value for key, value in _named(office, author).items()}
    names |= {f"GIT_COMMITTER_{key}": value for key, value in _named(office, committer).items()}
    tree = office.commit(changes, "desainer")
    at = f"{int(office.clock.tick().timestamp())} +0000"
    dates = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    words = ("commit-tree", f"{tree}^{{tree}}", "-p", f"{tree}^", "-m", message)
    office.send(pusher, office.work.git(*words, env=names | dates))
    office.comment("desainer", office.pull, "/sop 4 SELESAI")


def _named(office: Kantor, person: str) -> dict[str, str]:
    who = office.who(person)
    return {"NAME": who.name, "EMAIL": who.email}


def decide(office: Kantor, who: str) -> None:
    office.review(who, office.pull)
    go_on(office, "approved")


@trial("the author of the commit approves", "another head approves", FOUR_EYES, start="corrected")
def _(office: Kantor, either: Either) -> None:
    designed(office, "rangkap", "desainer", "desainer")
    decide(office, either("rangkap", "kepala"))


@trial(
    "a co-author approves", "another head approves what a colleague co-wrote", FOUR_EYES, start="corrected", spare=True
)
def _(office: Kantor, either: Either) -> None:
    trailer = "naskah\n\nCo-authored-by: Rangkap <rangkap@kota.example>"
    designed(office, "desainer", "desainer", "desainer", trailer)
    decide(office, either("rangkap", "kepala"))


@trial("who pushed a commit of another's name approves", "who pushed nothing approves", FOUR_EYES, start="corrected")
def _(office: Kantor, either: Either) -> None:
    designed(office, "desainer", "desainer", "rangkap")
    decide(office, either("rangkap", "kepala"))


@trial("the committer of a rebase approves", "another head approves the rebase", FOUR_EYES, start="corrected")
def _(office: Kantor, either: Either) -> None:
    designed(office, "desainer", "rangkap", "desainer")
    decide(office, either("rangkap", "kepala"))


@trial(
    "whose commit was rebased away and resold approves",
    "a head who never pushed approves the rebased text",
    FOUR_EYES,
    start="corrected",
)
def _(office: Kantor, either: Either) -> None:
    """With the rule against force pushes off; the new commit no longer names who wrote it."""
    before = office.head(office.branch)
    office.fake.state.rulesets.clear()
    designed(office, "rangkap", "rangkap", "rangkap")
    resold = office.commit({f"{FOLDER}/{path}": data for path, data in DESIGN.items()}, "desainer", parents=[before])
    office.send("desainer", resold, office.branch, "--force")
    office.comment("desainer", office.pull, "/sop 4 SELESAI")
    decide(office, either("rangkap", "kepala"))


@trial(
    "the writer approves the pull request the robot opened",
    "the head approves the pull request the robot opened",
    FOUR_EYES,
    start="directed",
)
def _(office: Kantor, either: Either) -> None:
    """A forge only keeps people from approving what they have opened themselves."""
    office.draft("rangkap", PLACE, {"index.md": INDEX})
    office.comment("rangkap", office.pull, "/sop 2 SELESAI")
    office.review(either("rangkap", "kepala"), office.pull)
    go_on(office, "corrected")


@trial(
    "who filled in the form corrects what the form wrote",
    "another head corrects what the form wrote",
    "empat mata: rangkap ikut menyunting disposisi.md",
    start="founded",
    lawful="masih menunggu langkah 4",
)
def _(office: Kantor, either: Either) -> None:
    """Here the correction covers the disposition; the robot commits it, the text is the person's."""
    sop = (ROOT / "tests/kantor" / SOP).read_bytes()
    covering = sop.replace(b"meliputi: konsep, keputusan: {ADA", b"meliputi: berita, keputusan: {ADA")
    office.on_main(SOP, covering.replace(b"naskah:\n", b"naskah:\n  berita: [index.md, disposisi.md]\n"), signed=True)
    office.on_main("site_config/formulir.yaml", (ROOT / "site_config/formulir.yaml").read_bytes(), signed=True)
    said = {"SOP": "kota/medsos", "Nama pendek": "contoh", "Perihal": "Kartu", "Tenggat": "", "Arahan": "Buat."}
    body = "\n\n".join(f"### {heading}\n\n{value}" for heading, value in said.items())
    office.fake.person("rangkap").open_issue("Disposisi", body, "disposisi")
    office.control()
    office.pull = max(office.fake.state.threads)
    office.comment("rangkap", office.pull, "/sop 1 SELESAI")
    office.draft("penulis", PLACE, {"index.md": INDEX})
    office.comment("penulis", office.pull, "/sop 2 SELESAI")
    office.review(either("rangkap", "kepala"), office.pull)


@trial("approval the day after the role ended", "approval on the role's last day", "tidak memegang peran Kepala")
def _(office: Kantor, either: Either) -> None:
    held = {"kantor": "kota", "peran": "kepala", "sejak": "2026-01-01", "sampai": office.clock().date().isoformat()}
    office.on_main(history.PEOPLE, registered(office, "kepala", peran=[held]), signed=True)
    office.clock.now += either(timedelta(days=1), timedelta(hours=1))
    decide(office, "kepala")


@trial("approval by an account nobody registered", "approval by a registered account", "belum terdaftar")
def _(office: Kantor, either: Either) -> None:
    decide(office, either(STRANGER, "kepala"))


@trial(
    "an account renamed on the forge only",
    "an account renamed in people.yaml too",
    "akun kepala-baru yang belum terdaftar",
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    office.fake.state.account("kepala").login = "kepala-baru"
    state = office.fake.state
    for said in state.comments:
        said.author = "kepala-baru" if said.author == "kepala" else said.author
    for review in state.reviews:
        review.author = "kepala-baru" if review.author == "kepala" else review.author
    for move in state.moves:
        move.actor = "kepala-baru" if move.actor == "kepala" else move.actor
    if not either.faulty:
        office.on_main(history.PEOPLE, registered(office, "kepala", akun_forge={"github": "kepala-baru"}), signed=True)
    decide(office, "kepala-baru")


@trial(
    "an account whose name only looks like the head's",
    "the head's account in other letter case",
    "akun kepa1a belum terdaftar",
)
def _(office: Kantor, either: Either) -> None:
    """Logins of GitHub are ASCII, and one whatever their letter case."""
    login = either("kepa1a", "KepalA")
    office.fake.add(login)
    decide(office, login)


@trial(
    "approval by the head of another office",
    "approval by the head of the office itself",
    "Tetangga tidak memegang peran Kepala",
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    decide(office, either("tetangga", "kepala"))


@trial(
    "an account two people claim",
    "an account of one person",
    "sudah dipakai kepala",
    where="trouble",
)
def _(office: Kantor, either: Either) -> None:
    """A second line for the head's account: who speaks through it would depend on the order of the file."""
    office.on_main(
        history.PEOPLE, registered(office, "rangkap", akun_forge={"github": either("Kepala", "rangkap")}), signed=True
    )
    decide(office, "kepala")


@trial(
    "the role was taken away while the item was running",
    "another role was given while the item was running",
    "tidak memegang peran Kepala",
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    role = {"kantor": "kota", "peran": either("arsip", "kepala"), "sejak": "2026-01-01"}
    more = {"kantor": "kota", "peran": "arsip", "sejak": "2026-01-01"}
    office.on_main(history.PEOPLE, registered(office, "kepala", peran=[role, more]), signed=True)
    decide(office, "kepala")
