"""Keys of people, changed on `main` from a clone: one signed commit, judged by the hook like any other.

A server needs nothing else: it reads the keys from `main` at each push. What the keys were stays in the history
of people.yaml, and so does who changed them and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import gate, settings
from pipeline.carriers import history
from pipeline.desk import cases, clones
from pipeline.fields import suggestion
from pipeline.model.base import JdihError
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime
    from pathlib import Path

    from pipeline.carriers.repository import Identity, Repository
    from pipeline.model.people import Key, People, Person

SOON_DAYS = 30
"""How long before its last day an expiring key is warned of."""
MAX_BYTES = 16 * 1024
_PRIVATE = (b"PRIVATE KEY", b"PuTTY-User-Key-File")


def read_public(path: Path) -> str:
    """Return the public key in a `.pub` file, without its comment; raise `JdihError` for anything else.

    What stands in the file is never repeated: it may be a private key given by mistake.
    """
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if any(mark in data for mark in _PRIVATE):
        raise JdihError(
            f"{path.name} adalah kunci PRIVAT, jangan pernah diserahkan kepada siapa pun: pakai berkas .pub"
        )
    lines = [line.split() for line in data[:MAX_BYTES].decode("utf-8", "replace").splitlines() if line.strip()]
    if len(data) > MAX_BYTES or len(lines) != 1 or len(lines[0]) < 2:
        raise JdihError(
            f"{path.name} bukan berkas kunci publik: berkas .pub berisi satu baris, dari ssh-keygen -t ed25519"
        )
    public = " ".join(lines[0][:2])
    if not settings.is_key(public):
        raise JdihError(f"{path.name} bukan kunci publik SSH yang dikenal, atau terpotong: salin lagi berkas .pub itu")
    return public


def check_new(people: People, public: str) -> None:
    """Raise `JdihError` when somebody has, or once had, the key *public*."""
    for person in people.by_id.values():
        for key in person.keys:
            if key.public == public and key.revoked:
                raise JdihError(f"kunci ini dicabut {key.revoked} dan tidak dapat didaftarkan lagi: buat kunci baru")
            if key.public == public:
                raise JdihError(
                    f"kunci ini sudah terdaftar atas nama {person.id}: setiap kunci milik satu orang, sekali"
                )


def change(repository: Repository, who: Identity, message: str, edit: Callable[[bytes], bytes], now: datetime) -> None:
    """Put *edit* of people.yaml on `main` as one signed commit; after a refusal the clone is as before.

    Raise `JdihError` when *who* may not, when nothing would change, or when nobody could change keys afterwards.
    """
    person = clones.registered(repository, who)
    if Authority.KONFIGURASI not in person.authorities:
        raise JdihError(f"{person.name} tidak berwenang mengubah kunci: hubungi pengelola sistem")
    main = repository.resolve(cases.view(repository).main) or ""
    before = repository.read(main, history.PEOPLE) or b""
    after = edit(before)
    if after == before:
        raise JdihError("tidak ada yang berubah: kunci itu sudah demikian, lihat jdih key list")
    if fault := gate.lockout_fault(settings.people(after), now.date()):
        raise JdihError(fault)
    commit = repository.commit([main], main, {history.PEOPLE: after}, f"{message}\n", who, now)
    repository.push(clones.REMOTE, f"{commit}:refs/heads/main")


def person_of(people: People, name: str) -> Person:
    """Return the person called *name*; raise `JdihError` when nobody is."""
    person = people.by_id.get(name)
    if person is None:
        raise JdihError(f"{name} tidak terdaftar: {suggestion(name, people.by_id)}")
    return person


def chosen(person: Person, wanted: str | None) -> Key:
    """Return the key meant by its number in the list or the beginning of its fingerprint.

    Without *wanted* it is the only one that is not revoked; raise `JdihError` where there is a choice.
    """
    living = [(str(number), key) for number, key in enumerate(person.keys, 1) if key.revoked is None]
    found = [
        key
        for number, key in living
        if wanted is None or wanted == number or key.fingerprint.removeprefix("SHA256:").startswith(_bare(wanted))
    ]
    if len(found) != 1:
        what = "tidak punya kunci seperti itu" if not found else f"punya {len(found)} kunci seperti itu"
        raise JdihError(f"{person.id} {what} yang belum dicabut: pilih nomornya dengan --key, lihat jdih key list")
    return found[0]


def _bare(wanted: str) -> str:
    return wanted.removeprefix("SHA256:") or " "


def warnings(people: People, day: date) -> Iterator[str]:
    """Yield what will soon keep somebody from signing: keys that end, roles and authorities without a key."""
    for person in people.by_id.values():
        days = [(key.until - day).days if key.until else SOON_DAYS + 1 for key in person.keys if key.valid(day)]
        coming = any(key.revoked is None and key.since and key.since > day for key in person.keys)
        works = person.authorities or any(held.covers(day) for held in person.assignments)
        if works and not days:
            yield f"{person.id} memegang peran tetapi tidak punya kunci yang berlaku"
        elif days and max(days) <= SOON_DAYS and not coming:
            yield f"kunci terakhir {person.id} habis {max(days)} hari lagi: ganti dengan jdih key rotate"
