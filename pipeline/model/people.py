"""Offices and people: who holds which role where, since when, with which key."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, time


_PRIVATE = re.compile(r"(?:\d+\+)?([a-z0-9-]+)@users\.noreply\.github\.com", re.ASCII)
"""GitHub's address of somebody who keeps the real one private."""


class Authority(StrEnum):
    """Powers over the desk itself; they are not roles of an SOP."""

    KONFIGURASI = "konfigurasi"
    """Changes SOPs, people, theme and code on `main`."""
    TERBITAN = "terbitan"
    """Writes the ledger: the publishing robot."""
    PENGENDALI = "pengendali"
    """Speaks for a forge: writes the records it vouches for, and the receipts of its merges."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """An office's account on a platform. Holds no secret."""

    platform: str
    id: str
    """The platform's own id for it (Instagram user id, X user id)."""
    handle: str
    """The public name, without @."""

    @property
    def ref(self) -> str:
        """`platform:handle`, unique within an office."""
        return f"{self.platform}:{self.handle}"

    @property
    def server(self) -> str:
        """Where the account lives on a platform of many servers: what follows '@' in its handle, else ''."""
        return self.handle.rpartition("@")[2] if "@" in self.handle else ""


class Channel(StrEnum):
    """How the links of an upload reach a recipient (SOP Kab. Pinrang 17/2022 step 9b, Magelang 17/2022)."""

    SUREL = "surel"
    TELEGRAM = "telegram"
    WHATSAPP_CLOUD = "whatsapp-cloud"
    WHATSAPP = "whatsapp"
    """An ordinary WhatsApp group or person: a ready message that somebody sends, for no machine may."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """Somebody who is told the links of an upload. Holds no secret."""

    channel: Channel
    name: str
    """As people call it, e.g. 'Grup WhatsApp pengelola media sosial'."""
    address: str = ""
    """Mail address, Telegram chat, or number in international form without '+'; '' where a person sends the message."""
    sender: str = ""
    """Whose secret is used: mail address, name of the Telegram bot's account, id of the WhatsApp number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """One office of KPU."""

    id: str
    name: str
    short_name: str
    area_code: str
    """Kemendagri code: two digits a province, four a regency; '' for the national office."""
    timezone: str
    opens: time
    closes: time
    accounts: tuple[Account, ...]
    hashtags: tuple[str, ...]
    """Obligatory in every caption of the office, with '#'."""
    procedures: tuple[str, ...]
    """Ids of the procedures in force."""
    link_recipients: tuple[Recipient, ...] = ()
    address: str = ""
    email: str = ""
    site: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """A public SSH key in `authorized_keys` form, without comment."""

    public: str
    since: date | None = None
    until: date | None = None
    """Last day of validity, inclusive."""
    revoked: date | None = None
    """The day it was declared lost or stolen: not valid from that moment on, whatever its other days say."""
    reason: str = ""
    """Why it was revoked."""

    def valid(self, day: date) -> bool:
        """Whether what it signs is taken on *day*."""
        begun = self.since is None or self.since <= day
        return self.revoked is None and begun and (self.until is None or day <= self.until)

    @property
    def fingerprint(self) -> str:
        """`SHA256:...` as ssh-keygen(1) -l prints it."""
        data = base64.b64decode(self.public.split(" ")[1])
        return "SHA256:" + base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """A role held in an office between two days, both inclusive."""

    office: str
    role: str
    since: date | None = None
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the role is held on *day*."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A registered person or machine."""

    id: str
    name: str
    email: str
    keys: tuple[Key, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    authorities: frozenset[Authority] = frozenset()
    logins: Mapping[str, str] = field(default_factory=dict)
    """Forge -> the person's login there."""

    def holds(self, office: str, role: str, at: datetime) -> bool:
        """Whether the person holds *role* of *office* on the day of *at*."""
        return any(held.office == office and held.role == role and held.covers(at.date()) for held in self.assignments)

    def works_in(self, office: str, day: date) -> bool:
        """Whether the person holds any role of *office* on *day*."""
        return any(held.office == office and held.covers(day) for held in self.assignments)


@dataclass(frozen=True, slots=True)
class People:
    """Everybody registered, by id."""

    by_id: Mapping[str, Person]
    lines: Mapping[str, int] = field(default_factory=dict)
    """Dotted path inside the YAML file -> line, for findings."""

    def by_email(self, email: str) -> Person | None:
        """Return the person with this address, letter case ignored; a forge's private address names a login."""
        wanted = email.casefold()
        if found := next((person for person in self.by_id.values() if person.email.casefold() == wanted), None):
            return found
        private = _PRIVATE.fullmatch(wanted)
        return self.by_login("github", private[1]) if private else None

    def by_login(self, forge: str, login: str) -> Person | None:
        """Return the person behind an account on *forge*, letter case ignored."""
        wanted = login.casefold()
        return (
            next((each for each in self.by_id.values() if each.logins.get(forge, "").casefold() == wanted), None)
            if wanted
            else None
        )

    def holders(self, office: str, role: str, at: datetime) -> tuple[Person, ...]:
        """Return everybody holding *role* of *office* at *at*, in file order."""
        return tuple(person for person in self.by_id.values() if person.holds(office, role, at))

    def authorised(self, authority: Authority) -> Person | None:
        """Return the first person with this authority, or None."""
        return next((person for person in self.by_id.values() if authority in person.authorities), None)
