"""What is said: commands, reviews, and what becomes of them afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conftest import CAPTION, FOLDER, INDEX
from tests.forge.attacks.trials import Either, trial
from tests.forge.e2e.kantor import MANAGER
from tests.forge.e2e.way import BRANCH, DESIGN, PLACE, go_on
from tests.forge.fake.state import Reviewed

if TYPE_CHECKING:
    from tests.forge.e2e.kantor import Kantor

WAITING = "masih menunggu langkah 6 oleh Penulis"
ORDER = "/sop 6 PERINTAH"


@trial(
    "a command for another step",
    "a command for the step waited for",
    "langkah 5 belum gilirannya",
    start="approved",
)
def _(office: Kantor, either: Either) -> None:
    office.comment("penulis", office.pull, either("/sop 5 PERINTAH", ORDER))
    go_on(office, "ordered")


@trial(
    "a word the step does not know",
    "the word of the step",
    "putusan 'TERBITKAN' tidak dikenal",
    start="approved",
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    office.comment("penulis", office.pull, either("/sop 6 TERBITKAN", ORDER))
    go_on(office, "ordered")


@trial("a command in a quotation", "a command of one's own", WAITING, where="status", start="approved")
def _(office: Kantor, either: Either) -> None:
    office.comment("penulis", office.pull, either(f"> {ORDER}\n\nSetuju.", f"{ORDER}\n\nSetuju."))
    go_on(office, "ordered")


@trial("a command in a block of code", "a command in plain text", WAITING, where="status", start="approved", spare=True)
def _(office: Kantor, either: Either) -> None:
    office.comment("penulis", office.pull, either(f"```\n{ORDER}\n```", f"{ORDER} ```"))
    go_on(office, "ordered")


@trial(
    "two commands in one comment",
    "two comments with a command each",
    "satu komentar satu perintah",
    start="approved",
)
def _(office: Kantor, either: Either) -> None:
    office.comment("penulis", office.pull, either(f"{ORDER}\n/sop 6 UNGGAH", ORDER))
    go_on(office, "ordered")


@trial("a note that repaints the screen", "a note with a quoted word", "huruf kendali", start="approved")
def _(office: Kantor, either: Either) -> None:
    office.comment("penulis", office.pull, f"{ORDER} {either(chr(27) + '[2J', 'beres')} sudah")
    go_on(office, "ordered")


@trial("a comment edited after it was written", "a comment left alone", "disunting sesudah ditulis", start="approved")
def _(office: Kantor, either: Either) -> None:
    said = office.comment("penulis", office.pull, ORDER)
    if either.faulty:
        office.fake.person("penulis").edit_comment(said, f"{ORDER} sekarang")
    go_on(office, "ordered")


@trial(
    "an administrator writes a command into another's comment",
    "an administrator writes kind words into another's comment",
    "disunting sesudah ditulis",
    start="approved",
    spare=True,
)
def _(office: Kantor, either: Either) -> None:
    said = office.comment("penulis", office.pull, "Terima kasih.")
    office.fake.person(MANAGER).edit_comment(said, either(ORDER, "Sama-sama."))
    if not either.faulty:
        office.comment("penulis", office.pull, ORDER)
    go_on(office, "ordered")


@trial("a comment deleted before it counted", "a comment that stays", WAITING, where="status", start="approved")
def _(office: Kantor, either: Either) -> None:
    said = office.comment("penulis", office.pull, ORDER)
    if either.faulty:
        office.fake.person("penulis").call("DELETE", f"/issues/comments/{said}", 204)
    go_on(office, "ordered")


@trial("a dismissed approval", "an approval nobody dismissed", "ulasan ini dibatalkan")
def _(office: Kantor, either: Either) -> None:
    review = office.review("kepala", office.pull)
    if either.faulty:
        office.fake.person("penulis").dismiss(office.pull, review)
    go_on(office, "approved")


@trial(
    "an approval of the text before the last one",
    "an approval of the last text",
    "naskah yang bukan terbaru",
    start="corrected",
)
def _(office: Kantor, either: Either) -> None:
    """The page was open while the text changed, and the step was done about the new one."""
    office.draft("desainer", PLACE, DESIGN)
    seen = office.head(BRANCH)
    office.draft("desainer", PLACE, {"takarir.md": f"{CAPTION}\nDiganti diam-diam.\n"})
    office.comment("desainer", office.pull, "/sop 4 SELESAI")
    office.review("kepala", office.pull, commit=either(seen, ""))
    go_on(office, "approved")


@trial("a review whose commit the forge forgot", "a review whose commit it knows", "naskah mana yang diulas")
def _(office: Kantor, either: Either) -> None:
    office.review("kepala", office.pull)
    if either.faulty:
        office.fake.state.reviews[-1].commit = None
    go_on(office, "approved")


@trial(
    "a force push after the approval, the rule being off",
    "no push after the approval, the rule being off",
    "sudah tidak ada pada cabang ini",
    start="approved",
)
def _(office: Kantor, either: Either) -> None:
    office.fake.state.rulesets.clear()
    if either.faulty:
        before = office.fake.hub.bare.git("rev-parse", f"{BRANCH}~1")
        files = {f"{FOLDER}/{path}": data for path, data in {**DESIGN, "takarir.md": f"{CAPTION}\nLain.\n"}.items()}
        office.send("desainer", office.commit(files, "desainer", parents=[before]), BRANCH, "--force")
    go_on(office, "approved")


@trial(
    "a force push after the approval",
    "a push after the approval, approved again",
    "Cannot force-push to this branch",
    where="refused",
    start="approved",
    lawful="masih menunggu langkah 6 oleh Penulis",
    spare=True,
)
def _(office: Kantor, either: Either) -> str:
    before = office.fake.hub.bare.git("rev-parse", either(f"{BRANCH}~1", BRANCH))
    made = office.commit({f"{FOLDER}/takarir.md": f"{CAPTION}\nLain.\n"}, "desainer", parents=[before])
    done = office.send("desainer", made, BRANCH, "--force", may_fail=True)
    office.review("kepala", office.pull)
    return done.stderr


@trial(
    "a text changed after the approval",
    "a text changed after the approval and approved again",
    "karena naskah berubah sesudah disetujui",
    where="status",
    start="approved",
)
def _(office: Kantor, either: Either) -> None:
    office.draft("penulis", PLACE, {"index.md": f"{INDEX}\nTambah.\n"})
    if not either.faulty:
        office.review("kepala", office.pull)
        office.comment("desainer", office.pull, "/sop 4 SELESAI")
        office.review("kepala", office.pull)
    go_on(office, "approved")


@trial(
    "a command in the very second of a push",
    "a command a second after the push",
    "pada detik yang sama",
)
def _(office: Kantor, either: Either) -> None:
    """The forge counts seconds: nobody can tell which of the two texts was meant."""
    office.clock.stopped = either.faulty
    if either.faulty:
        office.comment("kepala", office.pull, "/sop 5 YA")
    office.draft("desainer", PLACE, {"takarir.md": f"{CAPTION}\nDiganti diam-diam.\n"})
    if not either.faulty:
        office.comment("kepala", office.pull, "/sop 5 YA")
    office.clock.stopped = False
    go_on(office, "approved")


@trial(
    "force majeure declared by somebody the SOP does not name",
    "force majeure declared by who the SOP names",
    "keadaan kahar hanya boleh dinyatakan oleh Kepala",
    start="approved",
)
def _(office: Kantor, either: Either) -> None:
    office.comment(either("desainer", "kepala"), office.pull, "/sop 6 KAHAR Penulis sakit, atas perintah Sekretaris.")
    go_on(office, "ordered")


@trial(
    "a refusal that stands on the second page of reviews",
    "an approval that stands on the second page of reviews",
    "masih menunggu langkah 4",
    where="status",
)
def _(office: Kantor, either: Either) -> None:
    state = office.fake.state
    head, at = state.pull(office.pull).head, office.clock.tick()
    rows = [Reviewed(next(state.ids), office.pull, "admin", "COMMENTED", "Lihat.", head, at) for _ in range(150)]
    state.reviews += rows
    office.review("kepala", office.pull, either("REQUEST_CHANGES", "APPROVE"), "Perbaiki warnanya.")
    go_on(office, "approved")


@trial(
    "a status forged under the gate's name",
    "the gate's own status",
    'Required status check "sop/gate" is expected',
    where="refused",
    start="ordered",
)
def _(office: Kantor, either: Either) -> str:
    if not either.faulty:
        go_on(office, "ordered")
        return ""
    person, head = office.fake.person("penulis"), office.head(BRANCH)
    person.status(head, "sop/gate", "success")
    person.status(head, "SOP/Gate", "success")
    _, answer = person.call("PUT", f"/pulls/{office.pull}/merge", None, merge_method="merge")
    return str(answer["message"])
