"""Who decides what, in which order, about which version."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from pipeline import digests
from pipeline.carriers.repository import Repository
from pipeline.desk import cases
from pipeline.model.history import Draft
from pipeline.model.procedure import Effect
from tests.carriers import trials
from tests.carriers.attacks.persons import authored
from tests.carriers.trials import MAIN, Either, Push, trial
from tests.conftest import CAPTION, DISPOSITION, FOLDER, INDEX, ITEM

if TYPE_CHECKING:
    from datetime import datetime

    from tests.conftest import Office

SOP = "site_config/sop/kota/medsos.yaml"
AGAIN = CAPTION.replace("Sudah tahu", "Tahukah Anda")


@trial("a step by somebody of another role", "the step by a second holder of its role", "wewenang Penulis, bukan Admin")
def _(office: Office, either: Either) -> Push:
    person, role = either(("admin", "admin"), ("rangkap", "penulis"))
    return trials.record(office, replace(trials.order(office), person=person, role=role))


@trial("a role one does not hold", "a role one holds beside another", "Admin tidak memegang peran Penulis", spare=True)
def _(office: Office, either: Either) -> Push:
    return trials.record(office, replace(trials.order(office), person=either("admin", "rangkap"), note="rangkap"))


@trial("in somebody else's name", "in one's own name", "atas nama penulis ditandatangani oleh admin")
def _(office: Office, either: Either) -> Push:
    return trials.record(office, trials.order(office), either("admin", "penulis"))


@trial("a step already done", "the step waited for", "belum gilirannya: yang ditunggu langkah 6")
def _(office: Office, either: Either) -> Push:
    now = trials.order(office)
    past = replace(now, step=1, step_id="arah", person="kepala", role="kepala", word="SELESAI")
    return trials.record(office, either(past, now))


@trial(
    "the second act of a step before the first",
    "both acts of a step, in one push",
    "wewenang Penulis, bukan Admin",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    now = trials.order(office)
    last = replace(now, person="admin", role="admin", word="UNGGAH", effects=(Effect.TERBIT,))
    if either.faulty:
        return trials.record(office, last)
    first = trials.record(office, now).refspecs[0].partition(":")[0]
    return trials.record(office, replace(last, sequence=7), parent=first)


@trial(
    "a word the step does not know",
    "the word the step knows",
    "putusan 'SETUJU' tidak dikenal pada langkah 6",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    return trials.record(office, replace(trials.order(office), word=either("SETUJU", "PERINTAH"), note="kata"))


@trial(
    "sent back without saying why", "sent back with what to mend", "putusan TIDAK wajib disertai catatan", spare=True
)
def _(office: Office, either: Either) -> Push:
    trials.plant_draft(office, "desainer", {"takarir.md": AGAIN.encode()})
    lawful = trials.lawful(office, "kepala", 5, "TIDAK", "Perbaiki takarirnya.")
    return trials.record(office, replace(lawful, note=either(" ", lawful.note)))


@trial("a decision about an older version", "a decision about the newest version", "tentang naskah yang bukan terbaru")
def _(office: Office, either: Either) -> Push:
    stale = trials.order(office)
    trials.plant_draft(office, "penulis", {"notula.md": b"Rapat kecil.\n"})
    return trials.record(office, either(stale, trials.order(office)))


@trial(
    "an approval of what was edited since",
    "an approval of the same files while main has moved on",
    "tentang naskah yang bukan terbaru",
    start="drafted",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    approval = trials.lawful(office, "kepala", 5, "YA")
    if either.faulty:
        trials.plant_draft(office, "desainer", {"takarir.md": AGAIN.encode()})
    trials.plant(office, {"content/halaman/kontak.md": b"# Kontak\n"})
    return trials.record(office, approval)


@trial("an approval by its editor", "an approval by another holder of the role", "empat mata: kepala ikut menyunting")
def _(office: Office, either: Either) -> Push:
    trials.plant_draft(office, "kepala", {"takarir.md": AGAIN.encode()})
    approval = trials.lawful(office, "rangkap", 5, "YA")
    return trials.record(office, replace(approval, person=either("kepala", "rangkap")))


@trial(
    "an approval by a co-author",
    "an approval where the co-author is another",
    "empat mata: kepala ikut menyunting",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    email = either("kepala", "penulis")
    message = f"naskah\n\nCo-authored-by: Rekan <{email}@kota.example>\n"
    edited = trials.commit(office, "desainer", {f"{FOLDER}/takarir.md": AGAIN.encode()}, message=message)
    trials.stand(office, edited)
    approval = trials.lawful(office, "rangkap", 5, "YA")
    return trials.record(office, replace(approval, person="kepala"))


@trial("an approval by who is named as author", "an approval by who is not", "empat mata: kepala ikut menyunting")
def _(office: Office, either: Either) -> Push:
    like = trials.commit(office, "penulis", {f"{FOLDER}/takarir.md": AGAIN.encode()})
    edited = authored(office, either("kepala", "desainer") + "@kota.example", like)
    trials.stand(office, edited)
    approval = trials.lawful(office, "rangkap", 5, "YA")
    return trials.record(office, replace(approval, person="kepala"))


@trial(
    "one person in two roles correcting his own text",
    "one person in two roles handing on his own text",
    "empat mata: rangkap ikut menyunting index.md",
    start="office",
)
def _(office: Office, either: Either) -> Push:
    trials.plant_draft(office, "kepala", {"disposisi.md": DISPOSITION.encode()})
    trials.plant_record(office, "kepala", 1, "SELESAI")
    trials.plant_draft(office, "rangkap", {"index.md": INDEX.encode()})
    if not either.faulty:
        return trials.record(office, trials.lawful(office, "rangkap", 2, "SELESAI"))
    trials.plant_record(office, "rangkap", 2, "SELESAI")
    correction = trials.lawful(office, "kepala", 3, "TIDAK")
    return trials.record(office, replace(correction, person="rangkap"))


@trial(
    "an order after a picture the approval covers was changed",
    "an order after a paper the approval does not cover was changed",
    "belum gilirannya: yang ditunggu langkah 5",
)
def _(office: Office, either: Either) -> Push:
    order = trials.order(office)
    trials.plant_draft(office, "desainer", {either("media/kartu.jpg", "notula.md"): b"gambar lain"})
    return trials.record(office, order if either.faulty else trials.order(office))


@trial(
    "handing in the design after the corrected text was changed",
    "handing in the design after a picture was added to the corrected text",
    "belum gilirannya: yang ditunggu langkah 3",
    start="corrected",
)
def _(office: Office, either: Either) -> Push:
    changed = either({"index.md": b"x"}, {"media/kartu.jpg": b"gambar"})
    trials.plant_draft(office, either("penulis", "desainer"), changed)
    correction = replace(trials.lawful(office, *either(("rangkap", 3, "TIDAK"), ("desainer", 4, "SELESAI"))))
    handed = replace(correction, step=4, step_id="rancang", person="desainer", role="desainer", word="SELESAI")
    return trials.record(office, handed)


@trial("an effect the step does not have", "the effect the step has", "efek yang bukan efek langkah 6", start="ordered")
def _(office: Office, either: Either) -> Push:
    upload = trials.lawful(office, "admin", 6, "UNGGAH")
    return trials.record(office, replace(upload, effects=either((Effect.HAPUS,), upload.effects)))


@trial(
    "an upload that hides its effect",
    "an upload that names its effect",
    "efek yang bukan efek",
    start="ordered",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    upload = trials.lawful(office, "admin", 6, "UNGGAH", "sudah")
    return trials.record(office, replace(upload, effects=either((), upload.effects)))


@trial("a round that is not this one", "the round this one is", "putaran 2, seharusnya 1", spare=True)
def _(office: Office, either: Either) -> Push:
    return trials.record(office, replace(trials.order(office), round=either(2, 1), note="putaran"))


@trial("a step without the papers it needs", "the step with its papers", "kelengkapan belum ada", start="office")
def _(office: Office, either: Either) -> Push:
    begun = trials.begin(office)
    if not either.faulty:
        return begun
    first = trials.lawful(office, "kepala", 1, "SELESAI")
    trials.plant_draft(office, "kepala", {"disposisi.md": b"", "index.md": INDEX.encode()})
    files = cases.open_case(trials.desk(office), ITEM).events[-1]
    assert isinstance(files, Draft)
    return trials.record(office, replace(first, attachments=(), digest=digests.digest(files.files, ())))


@trial(
    "force majeure by a role the SOP does not name",
    "force majeure by the role it names",
    "hanya boleh dinyatakan oleh",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    override = trials.lawful(office, "kepala", 6, "KAHAR", "Perintah lisan Sekretaris: banjir.")
    person = either("penulis", "kepala")
    return trials.record(office, replace(override, person=person, role=person))


@trial("force majeure without a reason", "force majeure with its reason", "wajib disertai alasan", spare=True)
def _(office: Office, either: Either) -> Push:
    override = trials.lawful(office, "kepala", 6, "KAHAR", "Listrik padam, perintah Sekretaris.")
    return trials.record(office, replace(override, note=either("", override.note)))


@trial("a review that makes something happen", "a review that makes nothing happen", "tinjauan tidak punya efek")
def _(office: Office, either: Either) -> Push:
    trials.plant_record(office, "kepala", 6, "KAHAR", "Banjir, perintah Sekretaris.")
    review = trials.lawful(office, "rangkap", 6, "TINJAU", "Sudah sepatutnya.")
    return trials.record(office, replace(review, effects=either((Effect.HAPUS,), ())))


@trial("a review by who declared it", "a review by somebody else", "ditinjau oleh orang lain", spare=True)
def _(office: Office, either: Either) -> Push:
    trials.plant_record(office, "kepala", 6, "KAHAR", "Banjir, perintah Sekretaris.")
    review = trials.lawful(office, "rangkap", 6, "TINJAU", "Wajar.")
    return trials.record(office, replace(review, person=either("kepala", "rangkap")))


@trial(
    "a running item on the version that came since",
    "a running item on the version it began with",
    "berjalan menurut SOP kota/medsos versi",
)
def _(office: Office, either: Either) -> Push:
    order = trials.order(office)
    server = Repository(office.path)
    trials.plant(office, {SOP: (server.read(MAIN, SOP) or b"").replace(b"2 hari", b"3 hari")})
    newer = server.resolve(f"{MAIN}:{SOP}") or ""
    return trials.record(office, replace(order, version=either(newer, order.version)))


@trial(
    "a version of the SOP that never was",
    "the version it began with",
    "berjalan menurut SOP kota/medsos versi",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    order = trials.order(office)
    return trials.record(office, replace(order, version=either("1" * 40, order.version), note="versi"))


@trial(
    "a new item on an SOP version of yesterday",
    "a new item on today's",
    "sudah berganti versi",
    start="office",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    server = Repository(office.path)
    older = server.resolve(f"{MAIN}:{SOP}") or ""
    trials.plant(office, {SOP: (server.read(MAIN, SOP) or b"").replace(b"2 hari", b"3 hari")})
    return trials.begin(office, {"version": either(older, server.resolve(f"{MAIN}:{SOP}") or "")})


@trial(
    "an SOP the office does not have in force", "an SOP it has in force", "tidak berlaku di kantor kota", start="office"
)
def _(office: Office, either: Either) -> Push:
    server = Repository(office.path)
    other = (server.read(MAIN, SOP) or b"").replace(b"sop: kota/medsos", b"sop: kota/lain")
    name = either("lain", "medsos")
    trials.plant(office, {"site_config/sop/kota/lain.yaml": other})
    version = server.resolve(f"{MAIN}:site_config/sop/kota/{name}.yaml") or ""
    return trials.begin(office, {"sop": f"kota/{name}", "version": version})


@trial("a backdated record", "a record dated ten minutes ago", "menyimpang lebih dari 15 menit", start="office")
def _(office: Office, either: Either) -> Push:
    return trials.begin(office, {"at": moved(either(-60, -10))})


@trial(
    "a record from the future",
    "a record of a clock ten minutes fast",
    "menyimpang lebih dari",
    start="office",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    return trials.begin(office, {"at": moved(either(60, 10))})


def moved(minutes: int) -> datetime:
    return trials.now().replace(microsecond=0) + timedelta(minutes=minutes)


@trial("a record dated before the one it follows", "a record of the same second", "waktu catatan mundur")
def _(office: Office, either: Either) -> Push:
    order = trials.order(office)
    last = trials.progress(office).history[-1].record.at.astimezone(UTC)
    return trials.record(office, replace(order, at=either(last - timedelta(seconds=30), last)))
