"""Keys from registration to revocation, as people type it: real clones, real pushes, the server's own judgement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pipeline import keyring, programs, settings
from pipeline.carriers import receipts
from pipeline.carriers.repository import PushRefused, Repository, clone
from pipeline.cli import main
from pipeline.desk import entrance, keys, recording, verifying, workbench
from pipeline.fields import FaultyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.carriers.repository import Identity
    from tests.conftest import Office

ITEM = "kota-2026-contoh"
PEOPLE = "site_config/people.yaml"
MAIN = "refs/heads/main"
TODAY = datetime.now(UTC).date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@dataclass
class Desk:
    """Everybody's terminal, and the keys they bring."""

    office: Office
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def key(self, *words: str, person: str = "pengelola") -> Said:
        """Type `jdih key *words*` in a person's clone."""
        self.monkeypatch.chdir(self.office.clone(person).path)
        self.capsys.readouterr()
        code = main(["key", *words])
        return Said(code, *self.capsys.readouterr())

    def refused(self, *words: str, person: str = "pengelola") -> str:
        """Return the one line of a fault, after checking that nothing has moved anywhere."""
        before = self.state(person)
        said = self.key(*words, person=person)
        assert (said.code in {1, 2}, said.out) == (True, ""), said
        assert len(said.err.splitlines()) == 1, said.err
        assert self.state(person) == before
        return said.err

    def state(self, person: str) -> tuple[str, str, str | None]:
        here = self.office.clone(person)
        server = Repository(self.office.path)
        found = here.git("for-each-ref"), here.git("status", "--porcelain"), server.resolve(MAIN)
        server.close()
        return found

    def public(self, name: str) -> str:
        """Make a new pair of keys; return where its public half lies."""
        path = self.office.root / name
        programs.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "nama orang", "-f", path])
        return f"{path}.pub"

    def who(self, person: str, name: str) -> Identity:
        """Return a person who signs with the new key *name*."""
        return replace(self.office.who(person), key=self.office.root / name)

    def pushes(self, who: Identity, slug: str) -> str:
        """Push a draft of a fresh item signed by *who*; return what the server says against it, '' when it takes it."""
        here = self.office.clone("admin")
        tip = here.resolve("origin/main") or ""
        path = f"content/konten/kota/2026/{slug}/catat.md"
        commit = here.commit([tip], tip, {path: b"Naskah.\n"}, "naskah\n", who)
        try:
            here.push("origin", f"{commit}:refs/heads/usul/kota-2026-{slug}")
        except PushRefused as error:
            return str(error)
        return ""

    def people(self) -> bytes:
        return self.office.clone("admin").read("origin/main", PEOPLE) or b""

    def rewrite(self, change: Callable[[bytes], bytes], who: Identity | None = None) -> str:
        """Change people.yaml by hand; return what the guard says against it."""
        here = self.office.clone("pengelola")
        tip, data = here.resolve("origin/main") or "", self.people()
        commit = here.commit([tip], tip, {PEOPLE: change(data)}, "kunci\n", who or self.office.who("pengelola"))
        try:
            here.push("origin", f"{commit}:{MAIN}")
        except PushRefused as error:
            return str(error)
        return ""

    def a_day_passes(self) -> None:
        """Let everything that was written today have been written yesterday."""
        server = Repository(self.office.path)
        tip = server.resolve(MAIN) or ""
        data = (server.read(tip, PEOPLE) or b"").replace(TODAY.isoformat().encode(), YESTERDAY.isoformat().encode())
        made = server.commit([tip], tip, {PEOPLE: data}, "kemarin\n", self.office.who("pengelola"))
        server.update_ref(MAIN, made)
        server.close()


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(office, monkeypatch, capsys)


NOT_VALID = "ditandatangani kunci yang tidak terdaftar atau tidak berlaku"


def test_a_key_is_rotated_and_nobody_is_locked_out_in_the_middle_of_the_day(desk: Desk) -> None:
    new = desk.public("baru")
    said = desk.key("rotate", "penulis", new)
    expected = f"kunci penulis diganti: yang lama berakhir {TODAY}, yang baru berlaku sejak {TODAY}\n"
    assert (said.code, said.out, said.err) == (0, expected, "")
    assert b"nama orang" not in desk.people(), "the comment stays out"
    assert desk.pushes(desk.office.who("penulis"), "satu") == ""
    assert desk.pushes(desk.who("penulis", "baru"), "dua") == ""
    desk.a_day_passes()
    assert NOT_VALID in desk.pushes(desk.office.who("penulis"), "tiga")
    assert desk.pushes(desk.who("penulis", "baru"), "empat") == ""


@pytest.mark.slow
def test_what_a_rotated_key_signed_stays_proved_and_the_new_key_goes_on(
    ready: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(ready, monkeypatch, capsys)
    assert isinstance(ready.record("penulis", 6, "PERINTAH"), list)
    assert desk.key("rotate", "admin", desk.public("baru")).code == 0
    assert desk.key("rotate", "penulis", desk.public("lain")).code == 0
    desk.office.clone("admin").git("config", "user.signingkey", str(ready.root / "baru"))
    entry = recording.Entry(6, "UNGGAH", "")
    new = desk.who("admin", "baru")
    assert isinstance(workbench.record(ready.clone("admin"), ITEM, entry, new, datetime.now(UTC)), list)
    workbench.merge(ready.clone("admin"), ITEM, new)
    assert desk.key("revoke", "penulis", "--key", "1", "--reason", "Laptop hilang.").code == 0
    server = Repository(ready.path)
    receipts.collect(server, ready.who("penerbit"))
    verdict = verifying.verify(clone(str(ready.path), ready.root / "saksi"))
    assert (verdict.fault, verdict.merges, verdict.configurations, verdict.receipts) == (None, 1, 3, True)
    server.git("update-ref", "-d", receipts.BRANCH)
    assert verifying.verify(clone(str(ready.path), ready.root / "saksi-lain")).fault is None


def test_a_revoked_key_is_refused_at_once_and_its_neighbour_is_not(desk: Desk) -> None:
    new = desk.public("baru")
    assert desk.key("register", "penulis", new).code == 0
    stolen = next(key for key in settings.people(desk.people()).by_id["penulis"].keys)
    said = desk.key("revoke", "penulis", "--key", "1", "--reason", "Laptop   hilang di\njalan.")
    assert (said.code, said.out) == (0, f"kunci penulis {stolen.fingerprint} dicabut\n"), said
    assert NOT_VALID in desk.pushes(desk.office.who("penulis"), "satu")
    assert desk.pushes(desk.who("penulis", "baru"), "dua") == ""
    assert desk.pushes(desk.office.who("desainer"), "tiga") == ""
    held = settings.people(desk.people()).by_id["penulis"].keys
    assert [(key.revoked, key.reason) for key in held] == [(TODAY, "Laptop hilang di jalan."), (None, "")]
    lines = entrance.authorized_keys(desk.office.path, TODAY)
    assert [stolen.public in line for line in lines if line.endswith(" penulis")] == [False]


def test_a_revoked_key_never_comes_back(desk: Desk) -> None:
    own = str(desk.office.keys / "penulis.pub")
    assert desk.key("revoke", "penulis", "--reason", "Hilang.").code == 0
    for person in ("penulis", "desainer"):
        reason = f"jdih: kunci ini dicabut {TODAY} dan tidak dapat didaftarkan lagi: buat kunci baru\n"
        assert desk.refused("register", person, own) == reason
        assert desk.refused("rotate", person, own) == reason
    revoked = desk.people()
    kept = "kunci penulis yang sudah dicabut tetap tercantum sebagai dicabut"
    mark = f"        dicabut: '{TODAY}'\n        alasan_cabut: Hilang.\n".encode()
    assert mark in revoked
    assert kept in desk.rewrite(lambda data: data.replace(mark, b""))
    public = b" ".join((desk.office.keys / "penulis.pub").read_bytes().split()[:2])
    taken = b"    kunci:\n      - publik: " + public + b"\n" + mark
    assert taken in revoked
    assert kept in desk.rewrite(lambda data: data.replace(taken, b""))
    assert desk.rewrite(lambda data: data.replace(b"nama: Penulis", b"nama: Penulis Muda")) == "", "the neighbour"


def test_a_key_ends_with_its_last_day(desk: Desk) -> None:
    assert desk.key("expire", "penulis", TODAY.isoformat()).out == f"kunci penulis berakhir {TODAY}\n"
    assert desk.pushes(desk.office.who("penulis"), "satu") == ""
    desk.a_day_passes()
    assert NOT_VALID in desk.pushes(desk.office.who("penulis"), "dua")
    assert desk.refused("expire", "penulis", TODAY.isoformat()) == (
        "jdih: tidak ada yang berubah: kunci itu sudah demikian, lihat jdih key list\n"
    )


def test_a_key_begins_with_its_first_day(desk: Desk) -> None:
    assert desk.key("register", "penulis", desk.public("esok"), "--since", TOMORROW.isoformat()).code == 0
    assert (
        desk.key("register", "penulis", desk.public("kini")).out == f"kunci penulis terdaftar, berlaku sejak {TODAY}\n"
    )
    assert NOT_VALID in desk.pushes(desk.who("penulis", "esok"), "satu")
    assert desk.pushes(desk.who("penulis", "kini"), "dua") == ""


def test_a_change_of_a_key_touches_the_lines_of_that_key_only(desk: Desk) -> None:
    remark = b"  # Tim desain\n  - id: desainer"
    assert desk.rewrite(lambda data: data.replace(b"  - id: desainer", remark)) == ""
    desk.key("rotate", "penulis", desk.public("baru"))
    here = desk.office.clone("admin")
    changed = [
        line
        for line in here.git("diff", "--unified=0", "origin/main~1", "origin/main").splitlines()
        if line.startswith(("+", "-")) and not line.startswith(("+++", "---"))
    ]
    new = settings.people(desk.people()).by_id["penulis"].keys[1].public
    assert changed == [f"+        sampai: '{TODAY}'", f"+      - publik: {new}", f"+        sejak: '{TODAY}'"]
    assert remark in desk.people()
    assert here.git("log", "-1", "--format=%s", "origin/main").startswith("kunci penulis diganti")


def test_the_list_shows_every_key_and_what_needs_attention(desk: Desk) -> None:
    soon = TODAY + timedelta(days=20)
    desk.key("expire", "penulis", soon.isoformat())
    desk.key("revoke", "desainer", "--reason", "Hilang.")
    desk.key("register", "kepala", desk.public("esok"), "--since", TOMORROW.isoformat())
    said = desk.key("list", person="penulis")
    assert (said.code, said.err) == (0, "")
    shown = said.out.splitlines()
    printed = programs.run(["ssh-keygen", "-l", "-f", desk.office.keys / "penulis.pub"]).decode().split()[1]
    at = shown.index("penulis: Penulis")
    assert shown[at + 1] == f"  1. {printed} ssh-ed25519  berlaku sejak terdaftar sampai {soon}"
    assert f"ssh-ed25519  DICABUT {TODAY}: Hilang." in said.out
    assert f"ssh-ed25519  belum berlaku, sejak {TOMORROW}" in said.out
    assert [line for line in shown if line.startswith("PERHATIAN")] == [
        "PERHATIAN: kunci terakhir penulis habis 20 hari lagi: ganti dengan jdih key rotate",
        "PERHATIAN: desainer memegang peran tetapi tidak punya kunci yang berlaku",
    ]


def test_a_private_key_is_refused_and_never_shown(desk: Desk) -> None:
    desk.public("baru")
    secret = (desk.office.root / "baru").read_text(encoding="utf-8")
    said = desk.refused("register", "penulis", str(desk.office.root / "baru"))
    assert said.startswith("jdih: baru adalah kunci PRIVAT, jangan pernah diserahkan")
    assert not any(line in said for line in secret.splitlines())


ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "B" * 43


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "bukan berkas kunci publik", id="empty"),
        pytest.param(b"\xff\xfe\x00rahasia", "bukan berkas kunci publik", id="binary"),
        pytest.param(f"{ED25519} a\n{ED25519} b\n".encode(), "berisi satu baris", id="two keys"),
        pytest.param(ED25519[:-8].encode(), "atau terpotong", id="cut short"),
        pytest.param(b"ssh-rsa " + ED25519.split()[1].encode(), "atau terpotong", id="another kind than it says"),
        pytest.param(
            f"no-pty {ED25519}".encode(), "bukan kunci publik SSH yang dikenal", id="a line of authorized_keys"
        ),
        pytest.param(b"---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n", "bukan berkas kunci publik", id="another notation"),
        pytest.param(b"PuTTY-User-Key-File-3: ssh-ed25519\nrahasia\n", "adalah kunci PRIVAT", id="a PuTTY key"),
        pytest.param(b"A" * 20_000, "bukan berkas kunci publik", id="far too long"),
    ],
)
def test_a_file_that_holds_no_public_key_is_named_and_not_repeated(desk: Desk, content: bytes, reason: str) -> None:
    path = desk.office.root / "kunci.pub"
    path.write_bytes(content)
    said = desk.refused("register", "penulis", str(path))
    assert said.startswith("jdih: kunci.pub ")
    assert reason in said
    assert "rahasia" not in said
    assert "AAAA" not in said


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        pytest.param(["register", "penulsi", "{baru}"], "penulsi tidak terdaftar: maksudnya 'penulis'?", id="a slip"),
        pytest.param(
            ["register", "penulis", "tidak-ada.pub"], "tidak-ada.pub tidak dapat dipakai: tidak ada", id="no file"
        ),
        pytest.param(
            ["register", "penulis", "{admin}"], "kunci ini sudah terdaftar atas nama admin", id="another's key"
        ),
        pytest.param(
            ["rotate", "penulis", "{penulis}"], "kunci ini sudah terdaftar atas nama penulis", id="the same key"
        ),
        pytest.param(["expire", "penulis", "2026-01-02"], "2026-01-02 sudah lewat: pilih hari ini", id="in the past"),
        pytest.param(["revoke", "penulis", "--reason", " "], "tulis sebab pencabutan", id="without a reason"),
        pytest.param(
            ["revoke", "penulis", "--key", "2", "--reason", "x"], "tidak punya kunci seperti itu", id="number"
        ),
        pytest.param(
            ["revoke", "penulis", "--key", "SHA256:", "--reason", "x"], "tidak punya kunci seperti", id="prefix"
        ),
        pytest.param(
            ["revoke", "pengelola", "--reason", "x"], "tidak menyisakan seorang pun yang berwenang", id="last"
        ),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(desk: Desk, words: list[str], reason: str) -> None:
    files = {"baru": desk.public("baru"), **{name: desk.office.keys / f"{name}.pub" for name in ("admin", "penulis")}}
    assert reason in desk.refused(*(word.format(**files) for word in words))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["register", "penulis", "x.pub", "--since", "besok"], "--since: nilai 'besok' tidak dapat dipakai"),
        (["revoke", "penulis"], "kurang: --reason"),
        (["hapus", "penulis"], "hapus' tidak dikenal"),
    ],
)
def test_a_slip_of_the_command_is_explained(desk: Desk, words: list[str], reason: str) -> None:
    with pytest.raises(SystemExit) as stop:
        desk.key(*words)
    assert stop.value.code == 2
    said = desk.capsys.readouterr().err
    assert reason in said, said
    assert len(said.splitlines()) == 1


def test_a_key_is_chosen_by_its_fingerprint(desk: Desk) -> None:
    desk.key("register", "penulis", desk.public("baru"))
    assert "punya 2 kunci seperti itu" in desk.refused("revoke", "penulis", "--reason", "x")
    second = settings.people(desk.people()).by_id["penulis"].keys[1].fingerprint
    assert desk.key("revoke", "penulis", "--key", second[:15], "--reason", "x").code == 0
    assert [key.revoked for key in settings.people(desk.people()).by_id["penulis"].keys] == [None, TODAY]


def test_who_has_not_the_authority_is_told_so_and_the_server_would_refuse_it_too(desk: Desk) -> None:
    new = desk.public("baru")
    said = desk.refused("register", "penulis", new, person="kepala")
    assert said == "jdih: Kepala tidak berwenang mengubah kunci: hubungi pengelola sistem\n"
    forced = partial(
        keyring.registered, person="penulis", public=keys.read_public(desk.office.root / "baru.pub"), since=TODAY
    )
    assert "Kepala tidak berwenang mengubah konfigurasi" in desk.rewrite(forced, desk.office.who("kepala"))


def test_after_a_refusal_by_the_server_the_clone_is_as_before(desk: Desk) -> None:
    hook = desk.office.path / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'DITOLAK: peladen sedang dirawat' >&2\nexit 1\n", encoding="utf-8")
    said = desk.refused("rotate", "penulis", desk.public("baru"))
    assert said == "kunci penulis belum berubah: DITOLAK: peladen sedang dirawat\n"


# -- the text of people.yaml

TEXT = """# Semua orang di kantor ini
orang:
  - id: satu   # orang pertama
    nama: Satu
    surel: satu@kota.example

  # orang kedua
  - id: dua
    nama: 'Dua'
    surel: dua@kota.example
    kunci:
      - {publik: KUNCI}
    wewenang: [konfigurasi]
""".replace("KUNCI", ED25519)
FRESH = ED25519.replace("B" * 43, "C" * 43)
DAY = date(2026, 11, 2)


def test_what_belongs_to_others_is_left_as_it_was() -> None:
    changed = keyring.registered(TEXT.encode(), "satu", FRESH, DAY).decode()
    assert changed == TEXT.replace("satu   # orang pertama", "satu").replace(
        "satu@kota.example\n", f"satu@kota.example\n    kunci:\n      - publik: {FRESH}\n        sejak: '2026-11-02'\n"
    )


@pytest.mark.parametrize("text", [TEXT.replace("\n  ", "\n"), "orang: [{id: dua, nama: Dua, surel: dua@kota.example}]"])
def test_a_file_laid_out_otherwise_says_the_same_afterwards(text: str) -> None:
    before = settings.people(text.encode()).by_id
    after = settings.people(keyring.registered(text.encode(), "dua", FRESH, DAY)).by_id
    assert list(after) == list(before)
    assert after["dua"].keys[-1].public == FRESH
    assert {name: person for name, person in after.items() if name != "dua"} == {
        name: person for name, person in before.items() if name != "dua"
    }


def test_an_end_is_never_put_off_and_a_revoked_key_is_left_alone() -> None:
    ended = keyring.expired(TEXT.encode(), "dua", DAY)
    assert keyring.expired(ended, "dua", DAY + timedelta(days=1)) == ended
    revoked = keyring.revoked(TEXT.encode(), "dua", ED25519, DAY, "hilang")
    assert keyring.expired(revoked, "dua", DAY) == revoked
    (key,) = settings.people(revoked).by_id["dua"].keys
    assert not key.valid(DAY)
    assert not key.valid(DAY - timedelta(days=900))


@pytest.mark.parametrize("line", ["dicabut: 2026-11-02", "alasan_cabut: hilang", "dicabut: ''", "dicabut: kemarin"])
def test_a_revocation_by_half_is_a_fault(line: str) -> None:
    text = TEXT.replace(f"{{publik: {ED25519}}}", f"{{publik: {ED25519}, {line}}}")
    with pytest.raises(FaultyError):
        settings.people(text.encode())


def test_a_key_written_in_another_way_is_not_another_key() -> None:
    """Spare bits at the end of base64 could spell a revoked key anew."""
    ecdsa = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBB" + "C" * 85 + "I="
    assert settings.is_key(ecdsa)
    assert not settings.is_key(ecdsa.replace("I=", "J="))
