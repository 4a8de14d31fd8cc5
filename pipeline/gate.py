"""What a push may do: pure judgements over commits and records.

Each function returns the reason for refusal, written for the civil servant who pushed, or None.
The carrier gathers the facts; nothing here reads Git, the clock or a file. The traps behind these
rules were found by running them (git-workflow notes, sections 0 and b.2 to b.4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import hygiene, items, records
from pipeline.amendment import voids
from pipeline.model.history import ASIDE, RESTART, RESUME
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from pipeline.model.commits import Commit
    from pipeline.model.history import Done, Progress, Record
    from pipeline.model.people import Office, People, Person
    from pipeline.model.procedure import Procedure

MAX_CHANGES = 3
"""How many changes of an SOP a reason spells out."""
_REGULAR = "100644"


def signature_fault(commit: Commit, people: People) -> str | None:
    """Refuse a commit that is not signed by the registered person it says it is by."""
    short = commit.id[:10]
    if commit.grade == "N":
        return f"kiriman {short} tidak ditandatangani: jalankan jdih dengan kunci Anda, atau pasang commit.gpgSign"
    person = people.by_id.get(commit.signer) if commit.grade == "G" and commit.signer else None
    if person is None:
        return f"kiriman {short} ditandatangani kunci yang tidak terdaftar atau tidak berlaku: hubungi pengelola sistem"
    if commit.committer_email.casefold() != person.email.casefold():
        return f"kiriman {short} beralamat {commit.committer_email}, padahal kuncinya milik {person.name}"
    for email in commit.emails:
        if people.by_email(email) is None:
            return f"kiriman {short} menyebut penyunting {email} yang tidak terdaftar"
    return None


def sender_fault(last: Commit, sender: str, people: People) -> str | None:
    """Refuse a push by *sender*, who has logged in, of a *last* commit another has signed: who signs also sends."""
    if last.grade == "G" and last.signer == sender:
        return None
    signer, person = people.by_id.get(last.signer), people.by_id.get(sender)
    whose, who = signer.name if signer else "orang yang tidak terdaftar", person.name if person else sender
    return (
        f"kiriman {last.id[:10]} ditandatangani {whose}, padahal yang masuk ke peladen {who}: "
        "masuklah sebagai penanda tangannya, atau minta ia yang mengirim"
    )


def line_fault(commit: Commit) -> str | None:
    """Refuse a draft branch that is anything but a straight line from `main`."""
    if len(commit.parents) == 1:
        return None
    return f"kiriman {commit.id[:10]} punya {len(commit.parents)} induk: cabang usul harus lurus, berpangkal di main"


def place_fault(item: str, place: items.Place | None) -> str:
    """Say why a branch does not belong to the item it is named after."""
    if place is None:
        return f"cabang usul/{item} tidak menyentuh folder butir mana pun"
    return f"cabang usul/{item} menyentuh {place.folder}, seharusnya cabang usul/{place.id}"


def namesake_fault(place: items.Place, known: Iterable[items.Place]) -> str | None:
    """Refuse an item whose id another folder bears already: approving one would carry the other."""
    other = next((each for each in known if each.folder != place.folder), None)
    return f"{place.id} sudah ada di {other.folder}: beri butir ini nama lain" if other else None


def shape_fault(commit: Commit, place: items.Place) -> str | None:
    """Refuse a commit on a draft branch that is not a plain change inside one item folder."""
    short = commit.id[:10]
    if not commit.changes:
        return f"kiriman {short} tidak mengubah apa pun"
    if len(commit.changes) > hygiene.MOST_FILES:
        most = hygiene.MOST_FILES
        return f"kiriman {short} mengubah {len(commit.changes)} berkas: paling banyak {most} berkas sekali simpan"
    for change in commit.changes:
        if not change.path.startswith(f"{place.folder}/"):
            other = items.place_of(change.path)
            if other:
                return f"satu cabang satu butir: kiriman {short} juga menyentuh {other.folder}"
            return f"kiriman {short} menyentuh {change.path}, di luar folder butir {place.folder}"
        if fault := hygiene.entry_fault(change):
            return fault
    return _record_shape_fault(commit, place)


def is_record(commit: Commit, place: items.Place) -> bool:
    """Whether the commit touches the item's records."""
    return any(records.is_record_path(_inside(change.path, place)) for change in commit.changes)


def _record_shape_fault(commit: Commit, place: items.Place) -> str | None:
    touched = [change for change in commit.changes if records.is_record_path(_inside(change.path, place))]
    if not touched:
        return None
    if len(commit.changes) > 1:
        return "satu catatan satu kiriman: catatan tidak boleh bercampur dengan perubahan lain"
    if touched[0].status != "A":
        return f"catatan {touched[0].path} tidak boleh diubah atau dihapus"
    if not records.is_record_name(_inside(touched[0].path, place)):
        return f"{touched[0].path} bukan nama catatan: catatan hanya ditulis oleh jdih"
    return None


def _inside(path: str, place: items.Place) -> str:
    return path.removeprefix(f"{place.folder}/")


def record_fault(record: Record, commit: Commit, place: items.Place, now: datetime) -> str | None:
    """Refuse a record that says something else than the commit that carries it."""
    if record.item != place.id:
        return f"catatan ini milik {record.item}, bukan {place.id}"
    if _inside(commit.changes[0].path, place) != records.file_name(record):
        return f"nama berkas catatan tidak sesuai isinya: seharusnya {records.file_name(record)}"
    if {email.casefold() for email in commit.emails} != {commit.committer_email.casefold()}:
        return "catatan hanya ditulis penanda tangannya: tanpa pengarang atau rekan lain"
    if record.person != commit.signer:
        return f"catatan atas nama {record.person} ditandatangani oleh {commit.signer}"
    return _untrue(record, commit, now)


def _untrue(record: Record, commit: Commit, now: datetime) -> str | None:
    if hygiene.is_unshowable(record.note):
        return "isi catatan memuat huruf kendali: tulis ulang dengan huruf biasa"
    if record.at.utcoffset():
        # Roles are held by the day: an offset of the signer's choosing would choose the day.
        return "waktu catatan harus ditulis dalam UTC: catat dengan jdih"
    if record.source != "ssh":
        return f"sumber catatan '{record.source}' tidak dikenal pada pembawa ini: seharusnya ssh"
    if record.draft:
        return "catatan di sini selalu tentang naskah terakhir, tidak menyebut naskah: catat dengan jdih"
    if abs(now - record.at) > hygiene.CLOCK_SKEW or abs(now - commit.at) > hygiene.CLOCK_SKEW:
        return "waktu catatan menyimpang lebih dari 15 menit dari jam peladen: setel jam komputer Anda lalu ulangi"
    return None


def procedure_fault(procedure: Procedure, place: items.Place, office: Office | None) -> str | None:
    """Refuse an item that runs on an SOP of another office or of another kind of item."""
    if procedure.office != place.office or procedure.item_kind != place.kind:
        return f"SOP {procedure.id} bukan untuk {place.folder}: pakai SOP {place.kind} kantor {place.office}"
    if office is None or procedure.id not in office.procedures:
        return f"SOP {procedure.id} tidak berlaku di kantor {place.office}"
    return None


def version_fault(record: Record, pinned: Procedure, current: Procedure) -> str | None:
    """Refuse a record under the SOP version *pinned* once *current* voids it, and a restart under an old one."""
    if record.word == RESTART:
        if record.version == current.version:
            return None
        return f"SOP {current.id} sudah berganti versi lagi: ambil main terbaru, lalu catat {RESTART} sekali lagi"
    return None if record.word in ASIDE else void_fault(record.item, pinned, current)


def void_fault(item: str, pinned: Procedure, current: Procedure) -> str | None:
    """Say what *current* changed so that an item running on *pinned* must begin anew, and how; None: it goes on."""
    changes = voids(pinned, current)
    if not changes:
        return None
    more = f" dan {len(changes) - MAX_CHANGES} perubahan lain" if len(changes) > MAX_CHANGES else ""
    first = current.steps[0]
    return (
        f"SOP {current.id} berganti lingkup atau peran ({'; '.join(changes[:MAX_CHANGES])}{more}): butir ini dimulai "
        f"ulang oleh {current.roles[first.acts[0].role]} dengan jdih record {item} --step {first.number} "
        f"--decision {RESTART} --note SEBABNYA"
    )


def attachments_fault(record: Record, papers: Iterable[str]) -> str | None:
    """Refuse a record that is silent about papers its step requires, or names others."""
    expected = [] if record.word == RESTART else sorted(papers)
    if [paper.file for paper in record.attachments] == expected:
        return None
    return f"lampiran catatan seharusnya {', '.join(expected) or 'kosong'}: catat dengan jdih"


def order_fault(record: Record, before: Record) -> str | None:
    """Refuse a record dated before the one it follows."""
    if record.at < before.at:
        return f"waktu catatan mundur: {record.at.isoformat()} sebelum {before.at.isoformat()}"
    return None


def merge_fault(progress: Progress, merger: Person, now: datetime) -> str | None:
    """Refuse a merge the SOP does not call for yet, or by somebody else than its last actor."""
    procedure = progress.procedure
    if fault := unmergeable(progress):
        return fault
    act = merging_act(progress)
    if merger.holds(procedure.office, act.act.role, now) or (act.overridden and act.record.person == merger.id):
        return None
    return f"penggabungan langkah {act.step.number} wewenang {procedure.roles[act.act.role]}, bukan {merger.name}"


def unmergeable(progress: Progress) -> str | None:
    """Refuse a merge the SOP does not call for yet."""
    return None if progress.mergeable and not progress.voided else unfinished(progress)


def merging_act(progress: Progress) -> Done:
    """Return the act whose actor merges: the last with an effect, else the last done."""
    with_effect = [done for done, _ in progress.effects]
    return with_effect[-1] if with_effect else progress.done[-1]


def unfinished(progress: Progress) -> str:
    """Say what an item still waits for."""
    if given_up := progress.abandoned:
        role = progress.procedure.roles[given_up.role]
        why = f"dibatalkan pada langkah {given_up.step} oleh {given_up.person}: {' '.join(given_up.note.split())}"
        return f"{why}; {role} dapat melanjutkannya dengan kata {RESUME}"
    if progress.step is None or progress.act is None:
        return "tidak ada lagi langkah yang ditunggu"
    role = progress.procedure.roles[progress.act.role]
    because = " karena naskah berubah sesudah disetujui" if progress.voided else ""
    return f"belum boleh digabung{because}: masih menunggu langkah {progress.step.number} oleh {role}"


def configuration_fault(commit: Commit, signer: Person) -> str | None:
    """Refuse a change of the desk itself by anybody without that authority, or one that hides content."""
    if len(commit.parents) != 1:
        return "perubahan konfigurasi harus lurus, tanpa penggabungan"
    for change in commit.changes:
        if change.path.startswith(tuple(f"content/{kind}/" for kind in items.KINDS)):
            return f"{change.path} adalah isi: isi hanya sampai ke main melalui cabang usul dan langkah SOP-nya"
        if fault := hygiene.entry_fault(change):
            return fault
    if Authority.KONFIGURASI not in signer.authorities:
        return f"{signer.name} tidak berwenang mengubah konfigurasi: hubungi pengelola sistem"
    return None


def revocation_fault(before: People, after: People) -> str | None:
    """Refuse a configuration in which a revoked key is gone, or valid again: it stays revoked for good."""
    lost = _revoked(before) - _revoked(after)
    if not lost:
        return None
    names = ", ".join(sorted(person for person, _ in lost))
    return f"kunci {names} yang sudah dicabut tetap tercantum sebagai dicabut: jangan hapus atau ubah barisnya"


def _revoked(people: People) -> set[tuple[str, str]]:
    return {(person.id, key.public) for person in people.by_id.values() for key in person.keys if key.revoked}


def lockout_fault(people: People, day: date) -> str | None:
    """Refuse people among whom nobody could change them again."""
    able = (person for person in people.by_id.values() if Authority.KONFIGURASI in person.authorities)
    if any(key.valid(day) for person in able for key in person.keys):
        return None
    return "perubahan ini tidak menyisakan seorang pun yang berwenang mengubah konfigurasi dengan kunci yang berlaku"


def deletion_fault(item: str, place: items.Place | None, sender: str, people: People, day: date) -> str | None:
    """Refuse deleting an item's drafts by *sender*, who has logged in, unless he works in the item's office."""
    person = people.by_id.get(sender)
    if place is None or (person and person.works_in(place.office, day)):
        return None
    return f"cabang usul/{item} hanya boleh dihapus oleh orang kantor {place.office}"


def ledger_fault(commit: Commit, signer: Person) -> str | None:
    """Refuse a ledger commit that is not the publishing robot's, or that takes something away."""
    if Authority.TERBITAN not in signer.authorities:
        return f"{signer.name} tidak berwenang menulis buku terbitan"
    if len(commit.parents) > 1:
        return "buku terbitan harus lurus, tanpa penggabungan"
    for change in commit.changes:
        if change.status == "D":
            return f"buku terbitan tidak pernah dihapus: {change.path}"
        if not change.path.startswith("efek/") or change.mode != _REGULAR:
            return f"{change.path} bukan bagian buku terbitan"
    return None
