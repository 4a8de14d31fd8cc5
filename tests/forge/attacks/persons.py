"""Who decides: editors, strangers, people of other offices, accounts that only look alike."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.conftest import CAPTION, FOLDER, INDEX, picture
from tests.forge.attacks.ground import BRANCH, PEOPLE, ROOT, SOP, STRANGER, go_on
from tests.forge.attacks.trials import Either, trial

if TYPE_CHECKING:
    from tests.forge.attacks.ground import Ground

DESIGN: dict[str, bytes | str | None] = {"takarir.md": CAPTION, "media/kartu.jpg": picture()}
FOUR_EYES = "empat mata: rangkap ikut menyunting"


def designed(ground: Ground, author: str, committer: str, pusher: str, message: str = "naskah") -> None:
    """Let the design be authored, committed and pushed by three people, as a rebase does it."""
    changes = {f"{FOLDER}/{path}": data for path, data in DESIGN.items()}
    names = {f"GIT_AUTHOR_{key}": value for key, value in _named(ground, author).items()}
    names |= {f"GIT_COMMITTER_{key}": value for key, value in _named(ground, committer).items()}
    tree = ground.commit(changes, "desainer")
    at = f"{int(ground.clock.tick().timestamp())} +0000"
    dates = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    words = ("commit-tree", f"{tree}^{{tree}}", "-p", f"{tree}^", "-m", message)
    ground.push(pusher, ground.work.git(*words, env=names | dates))
    ground.comment("desainer", "/sop 4 SELESAI")


def _named(ground: Ground, person: str) -> dict[str, str]:
    who = ground.who(person)
    return {"NAME": who.name, "EMAIL": who.email}


def decide(ground: Ground, who: str) -> None:
    ground.review(who)
    go_on(ground, "approved")


@trial("the author of the commit approves", "another head approves", FOUR_EYES, start="corrected")
def _(ground: Ground, either: Either) -> None:
    designed(ground, "rangkap", "desainer", "desainer")
    decide(ground, either("rangkap", "kepala"))


@trial(
    "a co-author approves", "another head approves what a colleague co-wrote", FOUR_EYES, start="corrected", spare=True
)
def _(ground: Ground, either: Either) -> None:
    trailer = "naskah\n\nCo-authored-by: Rangkap <rangkap@kota.example>"
    designed(ground, "desainer", "desainer", "desainer", trailer)
    decide(ground, either("rangkap", "kepala"))


@trial("who pushed a commit of another's name approves", "who pushed nothing approves", FOUR_EYES, start="corrected")
def _(ground: Ground, either: Either) -> None:
    designed(ground, "desainer", "desainer", "rangkap")
    decide(ground, either("rangkap", "kepala"))


@trial("the committer of a rebase approves", "another head approves the rebase", FOUR_EYES, start="corrected")
def _(ground: Ground, either: Either) -> None:
    designed(ground, "desainer", "rangkap", "desainer")
    decide(ground, either("rangkap", "kepala"))


@trial(
    "whose commit was rebased away and resold approves",
    "a head who never pushed approves the rebased text",
    FOUR_EYES,
    start="corrected",
)
def _(ground: Ground, either: Either) -> None:
    """With the rule against force pushes off; the new commit no longer names who wrote it."""
    before = ground.head(BRANCH)
    ground.fake.state.rulesets.clear()
    designed(ground, "rangkap", "rangkap", "rangkap")
    resold = ground.commit({f"{FOLDER}/{path}": data for path, data in DESIGN.items()}, "desainer", parents=[before])
    ground.push("desainer", resold, BRANCH, "--force")
    ground.comment("desainer", "/sop 4 SELESAI")
    decide(ground, either("rangkap", "kepala"))


@trial(
    "the writer approves the pull request the robot opened",
    "the head approves the pull request the robot opened",
    FOUR_EYES,
    start="directed",
)
def _(ground: Ground, either: Either) -> None:
    """A forge only keeps people from approving what they have opened themselves."""
    ground.draft("rangkap", {"index.md": INDEX})
    ground.comment("rangkap", "/sop 2 SELESAI")
    ground.review(either("rangkap", "kepala"))
    go_on(ground, "corrected")


@trial(
    "who filled in the form corrects what the form wrote",
    "another head corrects what the form wrote",
    "empat mata: rangkap ikut menyunting disposisi.md",
    start="founded",
    lawful="masih menunggu langkah 4",
)
def _(ground: Ground, either: Either) -> None:
    """Here the correction covers the disposition; the robot commits it, the text is the person's."""
    sop = (ROOT / "tests/kantor" / SOP).read_bytes()
    covering = sop.replace(b"meliputi: konsep, keputusan: {ADA", b"meliputi: berita, keputusan: {ADA")
    ground.configure(SOP, covering.replace(b"naskah:\n", b"naskah:\n  berita: [index.md, disposisi.md]\n"))
    ground.configure("site_config/formulir.yaml", (ROOT / "site_config/formulir.yaml").read_bytes())
    said = {"SOP": "kota/medsos", "Nama pendek": "contoh", "Perihal": "Kartu", "Tenggat": "", "Arahan": "Buat."}
    body = "\n\n".join(f"### {heading}\n\n{value}" for heading, value in said.items())
    ground.fake.person("rangkap").open_issue("Disposisi", body, "disposisi")
    ground.control()
    ground.pull = max(ground.fake.state.threads)
    ground.comment("rangkap", "/sop 1 SELESAI")
    ground.draft("penulis", {"index.md": INDEX})
    ground.comment("penulis", "/sop 2 SELESAI")
    ground.review(either("rangkap", "kepala"))


@trial("approval the day after the role ended", "approval on the role's last day", "tidak memegang peran Kepala")
def _(ground: Ground, either: Either) -> None:
    held = {"kantor": "kota", "peran": "kepala", "sejak": "2026-01-01", "sampai": "2026-11-20"}
    ground.configure(PEOPLE, ground.person("kepala", peran=[held]))
    ground.clock.at += either(timedelta(days=1), timedelta(hours=1))
    decide(ground, "kepala")


@trial("approval by an account nobody registered", "approval by a registered account", "belum terdaftar")
def _(ground: Ground, either: Either) -> None:
    decide(ground, either(STRANGER, "kepala"))


@trial(
    "an account renamed on the forge only",
    "an account renamed in people.yaml too",
    "akun kepala-baru yang belum terdaftar",
    spare=True,
)
def _(ground: Ground, either: Either) -> None:
    ground.fake.state.account("kepala").login = "kepala-baru"
    state = ground.fake.state
    for said in state.comments:
        said.author = "kepala-baru" if said.author == "kepala" else said.author
    for review in state.reviews:
        review.author = "kepala-baru" if review.author == "kepala" else review.author
    for move in state.moves:
        move.actor = "kepala-baru" if move.actor == "kepala" else move.actor
    if not either.faulty:
        ground.configure(PEOPLE, ground.person("kepala", akun_forge={"github": "kepala-baru"}))
    decide(ground, "kepala-baru")


@trial(
    "an account whose name only looks like the head's",
    "the head's account in other letter case",
    "akun kepa1a belum terdaftar",
)
def _(ground: Ground, either: Either) -> None:
    """Logins of GitHub are ASCII, and one whatever their letter case."""
    login = either("kepa1a", "KepalA")
    ground.fake.add(login)
    decide(ground, login)


@trial(
    "approval by the head of another office",
    "approval by the head of the office itself",
    "Tetangga tidak memegang peran Kepala",
    spare=True,
)
def _(ground: Ground, either: Either) -> None:
    decide(ground, either("tetangga", "kepala"))


@trial(
    "an account two people claim",
    "an account of one person",
    "sudah dipakai kepala",
    where="trouble",
)
def _(ground: Ground, either: Either) -> None:
    """A second line for the head's account: who speaks through it would depend on the order of the file."""
    ground.configure(PEOPLE, ground.person("rangkap", akun_forge={"github": either("Kepala", "rangkap")}))
    decide(ground, "kepala")


@trial(
    "the role was taken away while the item was running",
    "another role was given while the item was running",
    "tidak memegang peran Kepala",
    spare=True,
)
def _(ground: Ground, either: Either) -> None:
    role = {"kantor": "kota", "peran": either("arsip", "kepala"), "sejak": "2026-01-01"}
    more = {"kantor": "kota", "peran": "arsip", "sejak": "2026-01-01"}
    ground.configure(PEOPLE, ground.person("kepala", peran=[role, more]))
    decide(ground, "kepala")
