"""Who signs, with which key, on which day; who has logged in."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.carriers.repository import Repository
from tests.carriers import trials
from tests.carriers.trials import BRANCH, Either, Push, trial
from tests.conftest import FOLDER, ITEM

if TYPE_CHECKING:
    from tests.conftest import Office

INDEX = {f"{FOLDER}/index.md": b"x"}
DAY = timedelta(days=1)


@trial("unsigned", "signed", "tidak ditandatangani: jalankan jdih dengan kunci Anda")
def _(office: Office, either: Either) -> Push:
    who = office.who("penulis")
    return trials.draft(office, "index.md", who=replace(who, key=either(None, who.key)))


@trial("signed by a key nobody registered", "signed by a second key that was registered", "kunci yang tidak terdaftar")
def _(office: Office, either: Either) -> Push:
    key = trials.new_key(office.root)
    public = " ".join(key.with_suffix(".pub").read_text(encoding="utf-8").split()[:2])
    known = [{"publik": trials.public_key(office, "penulis")}, {"publik": public}]
    trials.plant_person(office, "penulis", kunci=either(known[:1], known))
    return trials.draft(office, "index.md", who=replace(office.who("penulis"), key=key))


@trial(
    "signed by another person's key",
    "signed by that person as himself",
    "beralamat penulis@kota.example, padahal",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    other = office.who("desainer")
    return trials.draft(office, "index.md", who=either(replace(office.who("penulis"), key=other.key), other))


@trial(
    "a signature of another kind that the server's own keyring calls good",
    "the same with an SSH key",
    "tidak ditandatangani",
)
def _(office: Office, either: Either) -> Push:
    """`%G?` is G for whatever gpg says is good: here a stand-in that calls every signature good and the writer's."""
    program = office.root / "gpg"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.stdin.read()\n"
        "print('[GNUPG:] NEWSIG')\nprint('[GNUPG:] GOODSIG 0123456789ABCDEF penulis')\n"
        "print('[GNUPG:] VALIDSIG ' + 'A' * 40 + ' 2026-01-01 0 0 4 0 1 8 00 ' + 'A' * 40)\n"
        "print('[GNUPG:] TRUST_ULTIMATE 0 pgp')\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    server = Repository(office.path)
    server.git("config", "gpg.program", str(program))
    if not either.faulty:
        return trials.draft(office, "index.md")
    clone = trials.desk(office)
    unsigned = trials.commit(office, replace(office.who("penulis"), key=None), INDEX)
    head, _, body = clone.git("cat-file", "commit", unsigned).partition("\n\n")
    seal = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n aaaa\n -----END PGP SIGNATURE-----"
    forged = clone.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=f"{head}\n{seal}\n\n{body}\n".encode())
    return trials.push(office, forged)


@trial("a key that expired yesterday, on a commit dated before", "a key on its last day", "atau tidak berlaku")
def _(office: Office, either: Either) -> Push:
    today = trials.now().date()
    until = either(today - DAY, today)
    key = {"publik": trials.public_key(office, "penulis"), "sejak": "2026-01-01", "sampai": until.isoformat()}
    trials.plant_person(office, "penulis", kunci=[key])
    at = either(trials.now() - 2 * DAY, trials.now())
    return trials.push(office, trials.commit(office, "penulis", INDEX, at=at))


@trial("a key that is valid from tomorrow", "a key that is valid from today", "atau tidak berlaku", spare=True)
def _(office: Office, either: Either) -> Push:
    today = trials.now().date()
    key = {"publik": trials.public_key(office, "penulis"), "sejak": either(today + DAY, today).isoformat()}
    trials.plant_person(office, "penulis", kunci=[key])
    return trials.draft(office, "index.md")


@trial("a co-author nobody knows", "a co-author of the office", "@luar.example yang tidak terdaftar", spare=True)
def _(office: Office, either: Either) -> Push:
    email = either("hantu@luar.example", "Desainer@Kota.example")
    message = f"naskah\n\nCo-authored-by: Rekan <{email}>\n"
    return trials.push(office, trials.commit(office, "penulis", INDEX, message=message))


@trial(
    "an author nobody knows",
    "another's work, signed by who sends it",
    "menyebut penyunting hantu@luar.example",
    spare=True,
)
def _(office: Office, either: Either) -> Push:
    return trials.push(office, authored(office, either("hantu@luar.example", "desainer@kota.example")))


def authored(office: Office, author: str, like: str | None = None) -> str:
    """Return a draft with the files of the commit *like* (index.md changed), by *author*, signed by the writer."""
    clone, who = trials.desk(office), office.who("penulis")
    tree = clone.resolve(f"{like or trials.commit(office, who, INDEX)}^{{tree}}") or ""
    return clone.git(
        *("-c", "gpg.format=ssh", "-c", f"user.signingkey={who.key}"),
        *("commit-tree", "-S", "-p", trials.tip(office), "-m", "naskah", tree),
        env={
            "GIT_AUTHOR_NAME": "Rekan",
            "GIT_AUTHOR_EMAIL": author,
            "GIT_COMMITTER_NAME": who.name,
            "GIT_COMMITTER_EMAIL": who.email,
        },
    )


@trial("a person without a role in the office", "a person whose role ends today", "tidak memegang peran di kantor kota")
def _(office: Office, either: Either) -> Push:
    today = trials.now().astimezone(ZoneInfo("Asia/Jakarta")).date()
    held = {"kantor": "kota", "peran": "penulis", "sejak": "2026-01-01"}
    trials.plant_person(office, "penulis", peran=[held | {"sampai": either(today - DAY, today).isoformat()}])
    return trials.draft(office, "notula.md")


@trial("a role that ended, by a record in another time zone", "a role held, in the server's time", "ditulis dalam UTC")
def _(office: Office, either: Either) -> Push:
    now = trials.order(office)
    west = now.at.astimezone(timezone(timedelta(hours=-12)))
    return trials.record(office, replace(now, at=either(west, now.at)))


@trial(
    "another's commit, sent by who has logged in", "one's own, sent after logging in", "padahal yang masuk ke peladen"
)
def _(office: Office, either: Either) -> Push:
    return replace(trials.draft(office, "notula.md"), login=either("desainer", "penulis"))


@trial(
    "drafts deleted by who holds no role there",
    "drafts without records deleted by a colleague",
    "hanya boleh dihapus oleh orang kantor kota",
    start="office",
)
def _(office: Office, either: Either) -> Push:
    trials.plant_draft(office, "penulis", {"index.md": b"satu\n"})
    return Push(trials.desk(office), (f":{BRANCH}",), either("penerbit", "desainer"))


@trial("no longer registered, though the role remains", "registered anew", "kunci yang tidak terdaftar", spare=True)
def _(office: Office, either: Either) -> Push:
    known = {"publik": trials.public_key(office, "penulis")}
    trials.plant_person(office, "penulis", kunci=either([], [known]))
    return trials.draft(office, "notula.md", ITEM.encode())
