"""What a push may do: pure judgements over commits and records.

Each function returns the reason for refusal, written for the civil servant who pushed, or None.
The carrier gathers the facts; nothing here reads Git, the clock or a file. The traps behind these
rules were found by running them (git-workflow notes, sections 0 and b.2 to b.4).
"""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline import items, records
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipeline.model.commits import Change, Commit
    from pipeline.model.history import Done, Progress, Record
    from pipeline.model.people import Office, People, Person
    from pipeline.model.procedure import Procedure

CLOCK_SKEW = timedelta(minutes=15)
MAX_NAME_BYTES = 100
_REGULAR, _ABSENT = "100644", "000000"


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


def shape_fault(commit: Commit, place: items.Place) -> str | None:
    """Refuse a commit on a draft branch that is not a plain change inside one item folder."""
    short = commit.id[:10]
    if not commit.changes:
        return f"kiriman {short} tidak mengubah apa pun"
    for change in commit.changes:
        if not change.path.startswith(f"{place.folder}/"):
            other = items.place_of(change.path)
            if other:
                return f"satu cabang satu butir: kiriman {short} juga menyentuh {other.folder}"
            return f"kiriman {short} menyentuh {change.path}, di luar folder butir {place.folder}"
        if fault := _entry_fault(change):
            return fault
    return _record_shape_fault(commit, place)


def _entry_fault(change: Change) -> str | None:
    if change.mode not in {_REGULAR, _ABSENT}:
        kind = {"120000": "tautan simbolik", "160000": "submodul"}.get(change.mode, "berkas yang dapat dijalankan")
        return f"{change.path} adalah {kind}: hanya berkas biasa yang diterima"
    return name_fault(change.path)


def name_fault(path: str) -> str | None:
    """Refuse a path that another computer could read as a different one."""
    if path != unicodedata.normalize("NFC", path) or any(not letter.isprintable() for letter in path):
        return f"nama berkas {path!r} memuat huruf yang tidak diterima: pakai huruf biasa"
    for part in path.split("/"):
        if part in {"", ".", ".."} or part.startswith((".", "-")) or len(part.encode()) > MAX_NAME_BYTES:
            return f"nama berkas {path} tidak diterima: pakai huruf kecil, angka dan tanda hubung"
    return None


def clash_fault(paths: Iterable[str]) -> str | None:
    """Refuse two paths that differ only in letter case."""
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            return f"{path} dan {other} hanya berbeda huruf besar-kecil: ganti salah satunya"
    return None


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
    if record.person != commit.signer:
        return f"catatan atas nama {record.person} ditandatangani oleh {commit.signer}"
    if record.source != "ssh":
        return f"sumber catatan '{record.source}' tidak dikenal pada pembawa ini: seharusnya ssh"
    if abs(now - record.at) > CLOCK_SKEW or abs(now - commit.at) > CLOCK_SKEW:
        return "waktu catatan menyimpang lebih dari 15 menit dari jam peladen: setel jam komputer Anda lalu ulangi"
    return None


def procedure_fault(procedure: Procedure, place: items.Place, office: Office | None) -> str | None:
    """Refuse an item that runs on an SOP of another office or of another kind of item."""
    if procedure.office != place.office or procedure.item_kind != place.kind:
        return f"SOP {procedure.id} bukan untuk {place.folder}: pakai SOP {place.kind} kantor {place.office}"
    if office is None or procedure.id not in office.procedures:
        return f"SOP {procedure.id} tidak berlaku di kantor {place.office}"
    return None


def order_fault(record: Record, before: Record) -> str | None:
    """Refuse a record dated before the one it follows."""
    if record.at < before.at:
        return f"waktu catatan mundur: {record.at.isoformat()} sebelum {before.at.isoformat()}"
    return None


def merge_fault(progress: Progress, merger: Person, now: datetime) -> str | None:
    """Refuse a merge the SOP does not call for yet, or by somebody else than its last actor."""
    procedure = progress.procedure
    if not progress.mergeable or progress.voided:
        return unfinished(progress)
    act = merging_act(progress)
    if merger.holds(procedure.office, act.act.role, now) or (act.overridden and act.record.person == merger.id):
        return None
    return f"penggabungan langkah {act.step.number} wewenang {procedure.roles[act.act.role]}, bukan {merger.name}"


def merging_act(progress: Progress) -> Done:
    """Return the act whose actor merges: the last with an effect, else the last done."""
    with_effect = [done for done, _ in progress.effects]
    return with_effect[-1] if with_effect else progress.done[-1]


def unfinished(progress: Progress) -> str:
    """Say what an item still waits for."""
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
        if items.place_of(change.path):
            return f"{change.path} adalah isi: isi hanya sampai ke main melalui cabang usul dan langkah SOP-nya"
        if fault := _entry_fault(change):
            return fault
    if Authority.KONFIGURASI not in signer.authorities:
        return f"{signer.name} tidak berwenang mengubah konfigurasi: hubungi pengelola sistem"
    return None


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
