"""Offices (site_config/offices/<id>.yaml) and people (site_config/people.yaml) become values; all faults at once.

Addresses and keys end up in Git's list of allowed signers, where an address is a *pattern* and a line break
starts a new entry. So both are taken only in the narrow form that cannot mean more than one person.
"""

from __future__ import annotations

import base64
import re
from datetime import time
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipeline.fields import EMAIL, FaultyError, Fields, Sheet, suggestion
from pipeline.model.people import Account, Assignment, Authority, Key, Office, People, Person
from pipeline.recipients import recipients

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.model.base import Finding

AREA = "SET"
DUPLICATE, MISPLACED, ORDER = 5, 6, 7
OFFICES, PEOPLE = "site_config/offices", "site_config/people.yaml"
ZONES = ("Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura")
"""WIB, WIB, WITA, WIT: Indonesia's time zones (Keppres 41/1987)."""

_OFFICE = ("id", "nama", "nama_pendek", "zona", "jam_kerja", "tagar_wajib", "prosedur")
_OFFICE_OPTIONAL = ("kode_wilayah", "akun", "penerima_tautan", "alamat", "surel", "laman")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_AREA_CODE = re.compile(r"\d{2}(?:\d{2})?", re.ASCII)
_HOURS = re.compile(r"([01]\d|2[0-3])\.([0-5]\d)-([01]\d|2[0-3])\.([0-5]\d)", re.ASCII)
_HASHTAG = re.compile(r"#\w+")
_KEY_FIELDS = ("publik",), ("sejak", "sampai", "dicabut", "alasan_cabut")
_LOGIN = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}(?:\[bot\])?", re.ASCII)
FORGE_NAMES = ("github",)
"""Forges whose accounts a person may have (`pipeline.forges`)."""
_KEY_TYPES = r"ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com"
_KEY = re.compile(rf"(?:{_KEY_TYPES}) [A-Za-z0-9+/]{{40,}}={{0,2}}", re.ASCII)


def offices(files: Mapping[str, bytes]) -> dict[str, Office]:
    """Read the offices' files (path -> content) by id; raise `FaultyError` with every fault in all of them."""
    found: dict[str, Office] = {}
    findings: list[Finding] = []
    for path, data in sorted(files.items()):
        try:
            office = _office(data, path)
        except FaultyError as error:
            findings.extend(error.findings)
        else:
            found[office.id] = office
    if findings:
        raise FaultyError(findings)
    return found


def _office(data: bytes, path: str) -> Office:
    sheet = Sheet(data, path, AREA)
    top = sheet.top(_OFFICE, _OFFICE_OPTIONAL)
    opens, closes = _hours(top)
    office = Office(
        id=_office_id(top, path),
        name=top.text("nama"),
        short_name=top.text("nama_pendek"),
        area_code=top.matching("kode_wilayah", _AREA_CODE, "kode wilayah Kemendagri: tulis dua atau empat angka"),
        timezone=_zone(top),
        opens=opens,
        closes=closes,
        accounts=tuple(_accounts(top)),
        hashtags=_hashtags(top),
        procedures=_procedures(top),
        link_recipients=tuple(recipients(top, "penerima_tautan")),
        address=top.text("alamat"),
        email=top.matching("surel", EMAIL, "alamat surel"),
        site=top.text("laman"),
    )
    sheet.finish()
    return office


def _office_id(top: Fields, path: str) -> str:
    found = top.matching("id", _ID, "id kantor: pakai huruf kecil, angka dan tanda hubung")
    if found != PurePosixPath(path).stem:
        top.sheet.fault(MISPLACED, "id", f"berkas kantor '{found}' harus bernama {found}.yaml: samakan id dan namanya")
    return found


def _zone(top: Fields) -> str:
    zone = top.text("zona")
    if zone and zone not in ZONES:
        top.wrong("zona", f"'{zone}' bukan zona waktu Indonesia: {suggestion(zone, ZONES)}")
    return zone


def _hours(top: Fields) -> tuple[time, time]:
    text = top.text("jam_kerja")
    if match := _HOURS.fullmatch(text):
        opens, closes = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
        if opens < closes:
            return opens, closes
    if text:
        top.wrong("jam_kerja", f"'{text}' bukan jam kerja: tulis seperti 08.00-16.00")
    return time.min, time.max


def _accounts(top: Fields) -> Iterator[Account]:
    seen: set[str] = set()
    for fields in top.each("akun", ("platform", "id", "nama")):
        account = Account(platform=fields.text("platform"), id=fields.text("id"), handle=fields.text("nama"))
        if account.handle.startswith("@"):
            fields.wrong("nama", "tulis nama akun tanpa @")
        if account.ref in seen:
            fields.sheet.fault(DUPLICATE, fields.at, f"akun {account.ref} ditulis dua kali: hapus salah satunya")
        seen.add(account.ref)
        yield account


def _hashtags(top: Fields) -> tuple[str, ...]:
    found = top.texts("tagar_wajib")
    for tag in found:
        if not _HASHTAG.fullmatch(tag):
            top.wrong("tagar_wajib", f"'{tag}' bukan tagar: tulis '#' lalu huruf dan angka tanpa spasi")
    return found


def _procedures(top: Fields) -> tuple[str, ...]:
    found = top.texts("prosedur")
    for index, name in enumerate(found):
        if not name.startswith(f"{top.text('id')}/"):
            top.wrong("prosedur", f"'{name}' bukan SOP kantor ini: id SOP diawali {top.text('id')}/")
        if name in found[:index]:
            top.sheet.fault(DUPLICATE, top.path("prosedur"), f"SOP '{name}' ditulis dua kali: hapus salah satunya")
    return found


def people(data: bytes) -> People:
    """Read everybody registered; raise `FaultyError` with every fault."""
    sheet = Sheet(data, PEOPLE, AREA)
    found: dict[str, Person] = {}
    owners: dict[str, str] = {}
    for fields in sheet.top(("orang",)).each(
        "orang", ("id", "nama", "surel"), ("kunci", "peran", "wewenang", "akun_forge")
    ):
        person = _person(fields)
        _claim(fields, "id", person, owners)
        _claim(fields, "surel", person, owners)
        for key in fields.each("kunci", *_KEY_FIELDS):
            _claim(key, "publik", person, owners)
        _claim_logins(fields, person, owners)
        found[person.id] = person
    sheet.finish()
    return People(found, lines=dict(sheet.document.lines))


def _claim(fields: Fields, key: str, person: Person, owners: dict[str, str]) -> None:
    """Note a fault when what tells persons apart, letter case ignored, has an owner already."""
    value = fields.text(key)
    claim = f"{key} '{value.casefold()}'"
    if value and claim in owners:
        message = f"{key} '{value[:60]}' sudah dipakai {owners[claim]}: setiap orang punya id, surel dan kunci sendiri"
        fields.sheet.fault(DUPLICATE, fields.path(key), message)
    owners.setdefault(claim, person.id)


def _claim_logins(fields: Fields, person: Person, owners: dict[str, str]) -> None:
    for forge, login in person.logins.items():
        claim = f"{forge} '{login.casefold()}'"
        if owners.setdefault(claim, person.id) != person.id:
            message = f"akun {forge} '{login}' sudah dipakai {owners[claim]}: setiap orang punya akunnya sendiri"
            fields.sheet.fault(DUPLICATE, fields.path("akun_forge"), message)


def _logins(fields: Fields) -> dict[str, str]:
    written = fields.values.get("akun_forge", {})
    if not isinstance(written, dict):
        fields.wrong("akun_forge", "tulis pasangan forge: akun, misalnya {github: akun-anda}")
        return {}
    found = {}
    for forge, login in written.items():
        if forge not in FORGE_NAMES:
            fields.wrong("akun_forge", f"forge '{forge}' tidak dikenal: {suggestion(forge, FORGE_NAMES)}")
        elif not isinstance(login, str) or not _LOGIN.fullmatch(login):
            fields.wrong("akun_forge", f"'{login}' bukan nama akun {forge}")
        else:
            found[forge] = login
    return found


def _person(fields: Fields) -> Person:
    return Person(
        id=fields.matching("id", _ID, "id orang: pakai huruf kecil, angka dan tanda hubung"),
        name=fields.text("nama"),
        email=fields.matching("surel", EMAIL, "alamat surel"),
        keys=tuple(_key(key) for key in fields.each("kunci", *_KEY_FIELDS)),
        assignments=tuple(_assignment(held) for held in fields.each("peran", ("kantor", "peran"), ("sejak", "sampai"))),
        authorities=frozenset(fields.choices("wewenang", Authority)),
        logins=_logins(fields),
    )


def _key(fields: Fields) -> Key:
    _check_order(fields)
    public = fields.matching("publik", _KEY, "kunci publik SSH: tulis jenis dan isinya saja, tanpa keterangan")
    if _KEY.fullmatch(public) and not _is_whole(public):
        fields.wrong("publik", "kunci publik SSH ini rusak atau terpotong: salin lagi dari berkas .pub")
    if ("dicabut" in fields or "alasan_cabut" in fields) and not (
        fields.text("dicabut") and fields.text("alasan_cabut")
    ):
        fields.wrong("dicabut", "kunci yang dicabut memuat tanggal dan alasan_cabut: lengkapi keduanya")
    return Key(
        public=public,
        since=fields.date("sejak"),
        until=fields.date("sampai"),
        revoked=fields.date("dicabut"),
        reason=fields.text("alasan_cabut"),
    )


def is_key(public: str) -> bool:
    """Whether *public* is one public SSH key, its kind and its data and nothing else."""
    return _KEY.fullmatch(public) is not None and _is_whole(public)


def _is_whole(public: str) -> bool:
    """Whether the key's data decode, in the one way they can be written, into whole parts, the first their kind.

    Source: RFC 4253, 6.6. One broken line would spoil the list of allowed signers for everybody.
    """
    kind, _, data = public.partition(" ")
    try:
        decoded = base64.b64decode(data, validate=True)
    except ValueError:
        return False
    parts, at = [], 0
    while at < len(decoded):
        size = int.from_bytes(decoded[at : at + 4])
        parts.append(decoded[at + 4 : at + 4 + size])
        at += 4 + size
    whole = at == len(decoded) and len(parts) > 1 and parts[0] == kind.encode()
    return whole and base64.b64encode(decoded).decode() == data


def _assignment(fields: Fields) -> Assignment:
    _check_order(fields)
    return Assignment(
        office=fields.text("kantor"),
        role=fields.text("peran"),
        since=fields.date("sejak"),
        until=fields.date("sampai"),
    )


def _check_order(fields: Fields) -> None:
    since, until = fields.date("sejak"), fields.date("sampai")
    if since and until and until < since:
        fields.sheet.fault(
            ORDER, fields.path("sampai"), f"sampai {until} mendahului sejak {since}: tukar atau perbaiki"
        )
