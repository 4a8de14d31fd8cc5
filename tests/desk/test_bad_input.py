"""Whatever is wrong: one clear Indonesian line, the right exit code, nothing lost, no traceback.

Exit 1 is for who writes, exit 2 for who operates. Every fault is planted in a real office: its server, its
hooks, its clones; the commands are the ones people type.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from pipeline import sandbox
from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Repository, init_bare
from pipeline.cli import main
from pipeline.desk import cases, rehearsal, server, workbench
from pipeline.model.base import JdihError
from pipeline.model.publishing import EffectAction, Entry, State, Turn, effect_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.people import Account
    from tests.conftest import Office

ROOT = Path(__file__).parents[2]
HERE = ROOT / "tests/kantor"
ITEM = "kota-2026-contoh"
FOLDER = "content/konten/kota/2026/contoh"
INDEX = "---\nid: kota-2026-contoh\nsop: kota/medsos\njudul: Mengenal JDIH\n---\n\nIsi.\n"
BROKEN = '---\nid: kota-2026-contoh\njudul: "tidak ditutup\n---\n\nIsi yang tidak boleh hilang.\n'
PROGRAM = [sys.executable, "-P", "-m", "pipeline"]
ENGLISH = re.compile(
    r"Traceback|usage:|invalid|required|unrecognized|expected|ignored|choose from|[Ee]rrno|not found|No such", re.ASCII
)


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    def line(self, code: int) -> str:
        """Return the one line of the fault, after checking that it is one, in Indonesian, with this exit code."""
        assert self.code == code, self
        assert self.err.count("\n") == 1, self.err
        assert self.err.endswith("\n")
        assert not ENGLISH.search(self.err), self.err
        return self.err.rstrip("\n")


@dataclass
class Terminal:
    """Where somebody types `jdih ...` and what is said."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def jdih(self, folder: Path, *words: str) -> Said:
        self.monkeypatch.chdir(folder)
        self.capsys.readouterr()
        try:
            code = main(words)
        except SystemExit as stop:
            code = int(stop.code or 0)
        return Said(code, *self.capsys.readouterr())


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "GIT_"))}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **more}


def run(folder: Path, *words: str) -> Said:
    """Run the program itself."""
    done = subprocess.run(
        [*PROGRAM, *words], cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    return Said(done.returncode, done.stdout, done.stderr)


def put(office: Office, **files: str | None) -> None:
    """Put files on the server's `main` under its guard's back (`__` is `/`): an old version, a broken disk."""
    repository = Repository(office.path)
    tip = repository.resolve("refs/heads/main") or ""
    changes = {
        name.replace("__", "/") + ".yaml": None if text is None else text.encode() for name, text in files.items()
    }
    new = repository.commit([tip], tip, changes, "rusak", office.who("pengelola"))
    repository.update_ref("refs/heads/main", new)
    repository.close()


def on_branch(office: Office, person: str, name: str, text: str) -> Path:
    """Write a file of the item in a person's clone, standing on the item's branch."""
    clone = office.clone(person)
    branch, known = f"usul/{ITEM}", clone.resolve(f"origin/usul/{ITEM}")
    if clone.resolve(f"refs/heads/{branch}") is None:
        clone.git("switch", "--quiet", "--no-track", "-c", branch, f"origin/{branch}" if known else "origin/main")
    else:
        clone.git("switch", "--quiet", branch)
    path = clone.path / FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# -- what a writer wrote


def test_a_broken_draft_is_named_with_its_line_and_stays_where_it_is(office: Office, terminal: Terminal) -> None:
    office.draft("kepala", disposisi_md="---\nsop: kota/medsos\n---\n\nBuat.\n")
    assert isinstance(office.record("kepala", 1), list)
    path = on_branch(office, "penulis", "index.md", BROKEN)
    tip = office.tip()

    said = terminal.jdih(office.clone("penulis").path, "record", ITEM, "--step", "2")
    assert said.line(1).startswith(f"langkah 2 belum dapat dicatat: {FOLDER}/index.md:4: metadata tidak terbaca")
    assert path.read_text(encoding="utf-8") == BROKEN
    office.clone("admin")
    assert office.tip() == tip, "nothing was sent"

    path.write_text(INDEX, encoding="utf-8")
    assert terminal.jdih(office.clone("penulis").path, "record", ITEM, "--step", "2").code == 0


def test_check_names_the_line_of_a_broken_draft(office: Office, terminal: Terminal) -> None:
    path = on_branch(office, "penulis", "index.md", BROKEN)
    said = terminal.jdih(office.clone("penulis").path, "check", str(path))
    assert (said.code, said.err) == (1, "")
    assert f"{FOLDER}/index.md:4" in said.out
    assert "metadata tidak terbaca" in said.out
    assert "1 butir diperiksa: 1 galat" in said.out


def test_a_merge_that_the_rules_refuse_says_everything_to_mend(ready: Office, terminal: Terminal) -> None:
    ready.draft("desainer", takarir_md=BROKEN, push=True)
    assert isinstance(ready.record("kepala", 5, "YA"), list)
    assert isinstance(ready.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(ready.record("admin", 6, "UNGGAH"), list)
    main_before = ready.tip("refs/heads/main")
    said = terminal.jdih(ready.clone("admin").path, "merge", ITEM)
    assert said.code == 1
    first, *rest = said.err.splitlines()
    assert first.startswith(f"{ITEM} belum dapat digabung: DITOLAK: pemeriksaan menemukan 1 galat")
    assert len(rest) == len(set(rest)), "what the server says is said once"
    assert any(f"{FOLDER}/takarir.md:4" in line for line in rest), said.err
    ready.clone("admin")
    assert ready.tip("refs/heads/main") == main_before


def test_a_paper_the_sop_wants_is_missing(office: Office, terminal: Terminal) -> None:
    on_branch(office, "kepala", "catatan-rapat.md", "---\nsop: kota/medsos\n---\n\nBelum ada disposisi.\n")
    said = terminal.jdih(office.clone("kepala").path, "record", ITEM, "--step", "1")
    assert said.line(1) == "langkah 1 belum dapat dicatat: kelengkapan belum ada atau kosong: Disposisi (disposisi.md)"
    assert "catatan-rapat.md" in office.clone("kepala").git("status", "--porcelain"), "the file is where it was"


def test_an_item_that_is_nowhere(office: Office, terminal: Terminal) -> None:
    for words in (("record", "kota-2026-hantu", "--step", "1"), ("merge", "kota-2026-hantu"), ("status", "hantu")):
        said = terminal.jdih(office.clone("penulis").path, *words)
        assert said.line(2) == f"jdih: butir {words[1]} tidak ditemukan: lihat jdih status"


def test_a_file_to_check_that_is_not_there(office: Office, terminal: Terminal) -> None:
    clone = office.clone("penulis").path
    (clone / "content/konten").mkdir(parents=True)
    assert (
        terminal.jdih(clone, "check", "content/konten/tidak-ada.md").line(2).endswith("tidak ada, atau tautan simbolik")
    )
    assert terminal.jdih(clone, "sop", "check", "tidak-ada.yaml").line(2) == "jdih: tidak-ada.yaml tidak ada"


@pytest.mark.parametrize("branch", ["main", "usul/kota-2026-lain"])
def test_a_draft_written_on_the_wrong_branch_is_neither_sent_nor_lost(
    ready: Office, terminal: Terminal, branch: str
) -> None:
    clone = ready.clone("kepala")
    if branch != "main":
        clone.git("branch", "--quiet", branch, "origin/main")
    clone.git("switch", "--quiet", branch)
    path = clone.path / FOLDER / "notula.md"
    path.parent.mkdir(parents=True)
    path.write_text("---\n---\n\nDitulis di tempat yang salah.\n", encoding="utf-8")
    tip = ready.tip()

    said = terminal.jdih(clone.path, "record", ITEM, "--step", "5", "--decision", "YA")
    assert said.line(1) == (
        "langkah 5 belum dapat dicatat: naskahnya Anda ubah di cabang lain: "
        f"jalankan git switch usul/{ITEM}, lalu ulangi"
    )
    assert path.exists()
    ready.clone("admin")
    assert ready.tip() == tip


def test_without_a_draft_a_decision_is_recorded_from_any_branch(ready: Office, terminal: Terminal) -> None:
    clone = ready.clone("penulis")
    clone.git("switch", "--quiet", "main")
    assert terminal.jdih(clone.path, "record", ITEM, "--step", "6").code == 0
    assert clone.git("symbolic-ref", "--short", "HEAD") == "main"


# -- what is configured


def test_a_broken_sop(office: Office, terminal: Terminal) -> None:
    text = (HERE / "site_config/sop/kota/medsos.yaml").read_text(encoding="utf-8")
    clone = office.clone("pengelola").path
    (clone / "site_config/sop/kota/medsos.yaml").write_text(text.replace("peran: {", "peran: {{"), encoding="utf-8")
    found = terminal.jdih(clone, "sop", "check")
    assert (found.code, found.err) == (1, "")
    assert "site_config/sop/kota/medsos.yaml:21" in found.out

    put(office, site_config__sop__kota__medsos=text.replace("peran: {", "peran: {{"))
    said = terminal.jdih(office.clone("kepala").path, "new", "kota/medsos", "satu")
    assert said.line(2).startswith("jdih: site_config/sop/kota/medsos.yaml:21: ")


def test_a_broken_list_of_people(ready: Office, terminal: Terminal) -> None:
    clone = ready.clone("pengelola").path
    people = clone / "site_config/people.yaml"
    people.write_text("orang:\n  - id: [tidak ditutup\n", encoding="utf-8")
    found = terminal.jdih(clone, "sop", "check")
    assert (found.code, found.err) == (1, "")
    assert "site_config/people.yaml:" in found.out

    put(ready, site_config__people="orang:\n  - id: [tidak ditutup\n")
    for words in (("record", ITEM, "--step", "6"), ("status",), ("status", ITEM)):
        said = terminal.jdih(ready.clone("penulis").path, *words)
        assert said.line(2).startswith("jdih: site_config/people.yaml:")
    put(ready, site_config__people=None)
    said = terminal.jdih(ready.clone("penulis").path, "status")
    assert said.line(2).startswith("jdih: site_config/people.yaml tidak ada")


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("record", ITEM, "--step", "1"),
        ("merge", ITEM),
        ("new", "kota/medsos", "satu"),
        ("check",),
        ("sop", "list"),
        ("publish",),
        ("ledger", "show"),
        ("serve",),
        ("demo", "--no-serve"),
        ("build",),
        ("init-server", "peladen.git"),
    ],
    ids=lambda words: words[0],
)
def test_a_folder_that_is_nothing(tmp_path: Path, terminal: Terminal, words: tuple[str, ...]) -> None:
    assert terminal.jdih(tmp_path, *words).line(2).startswith("jdih: ")


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        pytest.param("user.signingkey", None, "user.signingkey belum diatur: jalankan git config", id="no key set"),
        pytest.param("user.signingkey", "/tidak/ada", "kunci tanda tangan /tidak/ada tidak ada", id="no key file"),
        pytest.param(
            "user.email", "tamu@kota.example", "alamat tamu@kota.example belum terdaftar", id="not registered"
        ),
    ],
)
def test_nobody_to_sign(ready: Office, terminal: Terminal, setting: str, value: str | None, reason: str) -> None:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        terminal.monkeypatch.setenv(name, os.devnull)
    clone = ready.clone("penulis")
    clone.git("config", *(("--unset", setting) if value is None else (setting, value)))
    tip = ready.tip()
    said = terminal.jdih(clone.path, "record", ITEM, "--step", "6")
    assert said.line(2).startswith(f"jdih: {reason}")
    ready.clone("admin")
    assert ready.tip() == tip


def test_the_server_is_out_of_reach(ready: Office, terminal: Terminal) -> None:
    path = on_branch(ready, "penulis", "notula.md", "---\n---\n\nCatatan.\n")
    clone = ready.clone("penulis").path
    ready.path.rename(ready.root / "pindah.git")
    for words in (("record", ITEM, "--step", "6"), ("merge", ITEM), ("status",), ("new", "kota/medsos", "satu")):
        said = terminal.jdih(clone, *words)
        assert said.line(2) == "jdih: peladen (origin) tidak dapat dihubungi: periksa jaringan, lalu ulangi"
    assert path.exists()


# -- ports


@contextmanager
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield int(holder.getsockname()[1])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder small enough to make a server of, with something to play and something to serve."""
    copytree(HERE, tmp_path / "proyek")
    for name in ("content/halaman/index.md", "docs/peragaan/1-satu.yaml", ".jdih/site/index.html"):
        (tmp_path / "proyek" / name).parent.mkdir(parents=True)
        (tmp_path / "proyek" / name).write_text("# kosong\n", encoding="utf-8")
    return tmp_path / "proyek"


def test_a_port_in_use(project: Path, terminal: Terminal) -> None:
    with taken() as port:
        for words in (("demo", "--no-serve"), ("serve",), ("sandbox",)):
            said = terminal.jdih(project, *words, "--port", str(port))
            assert re.match(rf"jdih: porta {port} .*--port$", said.line(2))


@pytest.mark.parametrize("verb", ["demo", "serve", "sandbox"])
@pytest.mark.parametrize("port", ["70000", "-1", "65535", "delapan"])
def test_a_port_that_does_not_exist(project: Path, terminal: Terminal, verb: str, port: str) -> None:
    said = terminal.jdih(project, verb, f"--port={port}")
    assert said.line(2) == f"jdih {verb}: --port: nilai '{port}' tidak dapat dipakai (lihat jdih {verb} --help)"


# -- the server's own settings, and the ledger


@pytest.fixture
def publisher(office: Office, terminal: Terminal) -> Path:
    """A server that can publish: its settings file."""
    site = office.root / "situs"
    office.dress()
    secrets = office.root / "rahasia.yaml"
    secrets.write_text("x:jdih_kpu_contoh: rahasia-x\n", encoding="utf-8")
    secrets.chmod(0o600)
    server.configure(
        office.path,
        site_out=site,
        site_url="http://127.0.0.1:9/",
        robot_key=office.keys / "penerbit",
        endpoints={},
        secrets=secrets,
    )
    assert terminal.jdih(office.path, "publish").code == 0
    return office.path / server.FILE


def test_settings_that_are_missing_incomplete_or_broken(publisher: Path, terminal: Terminal) -> None:
    whole = publisher.read_text(encoding="utf-8")
    plantings = {
        re.sub(r"^kunci_penerbit:.*\n", "", whole, flags=re.MULTILINE): "lengkapi kunci_penerbit",
        "": "lengkapi situs, alamat_situs, kunci_penerbit, rahasia",
        "situs: [tidak ditutup\n": f"{server.FILE}:",
        re.sub(r"^kunci_penerbit:.*$", "kunci_penerbit: /tidak/ada", whole, flags=re.MULTILINE): "/tidak/ada",
    }
    for text, reason in plantings.items():
        publisher.write_text(text, encoding="utf-8")
        for words in (("publish",), ("publish", "--plan"), ("ledger", "show"), ("ledger", "verify")):
            assert reason in terminal.jdih(publisher.parent, *words).line(2)
    publisher.unlink()
    assert "bukan repositori peladen" in terminal.jdih(publisher.parent, "publish").line(2)


def test_secrets_that_others_can_read_and_secrets_that_are_broken(
    publisher: Path, office: Office, terminal: Terminal
) -> None:
    path = office.root / "rahasia.yaml"
    path.chmod(0o644)
    line = terminal.jdih(publisher.parent, "publish").line(2)
    assert line == f"jdih: {path} dapat dibaca orang lain: jalankan chmod 600 {path}"
    path.chmod(0o600)
    path.write_text("x: {rahasia-x\n", encoding="utf-8")
    line = terminal.jdih(publisher.parent, "publish").line(2)
    assert "rahasia.yaml:" in line
    assert "rahasia-x" not in line


def intent(account: Account) -> Entry:
    at = datetime.now().astimezone().replace(microsecond=0)
    key = effect_key(ITEM, account, EffectAction.PUBLISH, "a" * 64)
    turns = (Turn(state=State.CLAIMED, at=at), Turn(state=State.POSTING, at=at), Turn(state=State.UNKNOWN, at=at))
    return Entry(key=key, item=ITEM, account=account, action=EffectAction.PUBLISH, digest="a" * 64, history=turns)


def test_a_ledger_that_refuses_stops_everything(publisher: Path, office: Office, terminal: Terminal) -> None:
    repository = Repository(office.path)
    account = cases.policy(repository).offices["kota"].accounts[0]
    entry = intent(account)
    Ledger(repository, office.path, office.who("penerbit")).update(lambda _: [entry], "uji\n")
    tip = repository.resolve("refs/heads/terbitan")
    repository.close()
    robot = office.keys / "penerbit"
    robot.write_bytes((office.keys / "penulis").read_bytes())  # a key that is somebody else's
    robot.with_suffix(".pub").unlink()
    said = terminal.jdih(publisher.parent, "ledger", "resolve", entry.key[:10], "--absent")
    assert "DITOLAK" in said.line(2)
    assert Repository(office.path).resolve("refs/heads/terbitan") == tip


def test_a_ledger_that_cannot_be_reached(publisher: Path, office: Office, terminal: Terminal) -> None:
    branch = office.path / "refs/heads/terbitan"
    branch.write_text(f"{'1' * 40}\n", encoding="utf-8")  # what it points to is lost
    for words in (("publish",), ("publish", "--plan"), ("ledger", "show"), ("ledger", "verify")):
        line = terminal.jdih(publisher.parent, *words).line(2)
        assert line.startswith(f"jdih: buku terbitan di {office.path} tidak terjangkau: pulihkan dahulu (")
    repository = Repository(office.path)
    with pytest.raises(JdihError, match="tidak terjangkau"):
        Ledger(repository, office.root / "tidak-ada.git", office.who("penerbit")).entries()
    repository.close()


def test_a_ledger_that_cannot_be_read(publisher: Path, office: Office, terminal: Terminal) -> None:
    repository = Repository(office.path)
    tip = repository.resolve("refs/heads/main") or ""
    bad = repository.commit([], None, {"efek/aa/rusak.yaml": b"kunci: [\n"}, "rusak", office.who("penerbit"))
    assert tip
    repository.update_ref("refs/heads/terbitan", bad)
    repository.close()
    assert "efek/aa/rusak.yaml:" in terminal.jdih(publisher.parent, "publish").line(2)
    assert "efek/aa/rusak.yaml:" in terminal.jdih(publisher.parent, "ledger", "show").line(2)
    found = terminal.jdih(publisher.parent, "ledger", "verify")
    assert (found.code, found.err) == (1, "")
    assert "efek/aa/rusak.yaml:" in found.out


# -- words that are not ours


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("terbitkan",), "jdih: PERINTAH: 'terbitkan' tidak dikenal, pilih 'new', 'check'"),
        (("--versi",), "jdih: kurang: PERINTAH"),
        (("status", "--semua"), "jdih status: tidak dikenal: --semua"),
        (("status", "satu", "dua"), "jdih status: tidak dikenal: dua"),
        (("status", "--format", "xml"), "jdih status: --format: 'xml' tidak dikenal, pilih 'text', 'json'"),
        (("status", "--format"), "jdih status: --format: tulis nilainya"),
        (("record", "satu"), "jdih record: kurang: --step"),
        (("record", "satu", "--step", "dua"), "jdih record: --step: nilai 'dua' tidak dapat dipakai"),
        (("record", "satu", "--st", "2"), "jdih record: kurang: --step"),
        (("publish", "--plan=ya"), "jdih publish: --plan: tidak memakai nilai, hapus 'ya'"),
        (("ledger", "resolve", "a", "--absent", "--live", "9"), "jdih ledger: --live: tidak bersama --absent"),
        (("sop",), "jdih sop: kurang: TINDAKAN"),
        (("sop", "hapus"), "jdih sop: TINDAKAN: 'hapus' tidak dikenal"),
        (("hook", "update"), "jdih hook: NAMA: 'update' tidak dikenal"),
    ],
    ids=" ".join,
)
def test_words_that_are_not_known(tmp_path: Path, terminal: Terminal, words: tuple[str, ...], line: str) -> None:
    said = terminal.jdih(tmp_path, *words)
    assert said.line(2).startswith(line)
    assert said.line(2).endswith("--help)")
    assert said.out == ""


def test_no_word_at_all_shows_the_help(tmp_path: Path, terminal: Terminal) -> None:
    said = terminal.jdih(tmp_path)
    assert (said.code, said.err) == (2, "")
    assert said.out.startswith("Pemakaian: jdih")


# -- the program itself


def test_exit_codes_of_the_program(ready: Office, tmp_path: Path) -> None:
    clone = ready.clone("penulis").path
    good = run(clone, "status", ITEM)
    assert (good.code, good.err) == (0, "")
    assert run(clone, "record", ITEM, "--step", "3").line(1).startswith("langkah 3 belum dapat dicatat: ")
    assert run(tmp_path, "status").line(2) == "jdih: jalankan di dalam salinan (clone) repositori kantor"
    assert run(clone, "status", "--zzz").line(2).startswith("jdih status: tidak dikenal: --zzz")
    (tmp_path / "berkas").write_text("milik orang", encoding="utf-8")
    assert run(HERE, "init-server", str(tmp_path / "berkas")).line(2).startswith(f"jdih: {tmp_path / 'berkas'} tidak")
    assert (tmp_path / "berkas").read_text(encoding="utf-8") == "milik orang"


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("sop", "--help"),
        ("sop", "list"),
        ("sop", "list", "--format", "json"),
        ("sop", "show", "kota/medsos"),
    ],
)
def test_a_reader_that_goes_away_is_no_fault(words: tuple[str, ...]) -> None:
    with subprocess.Popen(
        [*PROGRAM, *words], cwd=HERE, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdout
        assert program.stderr
        program.stdout.close()
        assert (program.stderr.read(), program.wait(30)) == (b"", 0)


def test_ctrl_c_ends_what_serves(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "sandbox", "--port", "0"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout
        assert any("Ctrl-C" in line for line in iter(program.stdout.readline, "")), "it stands"
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=30)
    assert (program.returncode, out.strip(), err) == (0, "berhenti", "")


# -- half-finished earlier runs


def test_a_record_killed_before_it_arrived_can_be_repeated(ready: Office) -> None:
    path = on_branch(ready, "penulis", "notula.md", "---\n---\n\nRapat kecil.\n")
    clone = ready.clone("penulis").path
    tip = ready.tip()
    hook, reached = ready.path / "hooks/pre-receive", ready.root / "sampai"
    lawful = hook.read_bytes()
    hook.write_text(f"#!/bin/sh\ntouch '{reached}'\nsleep 60\n", encoding="utf-8")
    with subprocess.Popen(
        [*PROGRAM, "record", ITEM, "--step", "6"], cwd=clone, env=environment(), start_new_session=True
    ) as program:
        until = time.monotonic() + 30
        while not reached.exists() and time.monotonic() < until:
            time.sleep(0.05)
        os.killpg(program.pid, signal.SIGKILL)
    assert program.returncode == -signal.SIGKILL
    assert reached.exists(), "the push was on its way"
    hook.write_bytes(lawful)
    assert path.read_text(encoding="utf-8").endswith("Rapat kecil.\n")
    ready.clone("admin")
    assert ready.tip() == tip

    again = run(clone, "record", ITEM, "--step", "6")
    assert (again.code, again.err) == (0, "")
    assert [done.record.step for done in ready.progress().history] == [1, 2, 3, 4, 5, 6]
    assert ready.clone("admin").read(f"origin/usul/{ITEM}", f"{FOLDER}/notula.md") == path.read_bytes()


def test_a_draft_saved_but_never_sent_goes_with_the_next_record(ready: Office, terminal: Terminal) -> None:
    on_branch(ready, "penulis", "notula.md", "---\n---\n\nRapat kecil.\n")
    clone = ready.clone("penulis")
    assert workbench.save(clone, ITEM, ready.who("penulis"))
    assert terminal.jdih(clone.path, "record", ITEM, "--step", "6").code == 0
    assert ready.clone("admin").read(f"origin/usul/{ITEM}", f"{FOLDER}/notula.md")


@pytest.mark.parametrize("left", ["an empty repository", "keys", "half a key pair", "the first files and their lock"])
def test_an_interrupted_foundation_can_be_repeated(
    project: Path, tmp_path: Path, terminal: Terminal, left: str
) -> None:
    folder, keys = tmp_path / "kantor.git", tmp_path / "kunci"
    init_bare(folder).close()
    if left in {"keys", "half a key pair"}:
        founded = terminal.jdih(project, "init-server", str(tmp_path / "lain.git"), "--keys", str(keys))
        assert founded.code == 0
        before = (keys / "penulis").read_bytes()
    if left == "half a key pair":
        (keys / "penulis.pub").unlink()
    if left == "the first files and their lock":
        for name in ("jdih-isi-awal", "jdih-isi-awal.lock"):
            (folder / name).write_bytes(b"")
    words = ("init-server", str(folder), "--keys", str(keys))
    said = terminal.jdih(project, *words)
    assert (said.code, said.err) == (0, "")
    repository = Repository(folder)
    tip = repository.resolve("refs/heads/main")
    assert tip
    assert len(cases.policy(repository).people.by_id["penulis"].keys) == 1
    assert {path.name for path in (folder / "hooks").iterdir()} >= {"pre-receive", "post-receive"}
    if left in {"keys", "half a key pair"}:
        assert (keys / "penulis").read_bytes() == before, "a key somebody may use already is kept"
    assert terminal.jdih(project, *words).code == 0
    assert repository.resolve("refs/heads/main") == tip, "a server that stands is not filled again"
    repository.close()


SCENARIO = """sop: kota/medsos
nama: contoh-terputus
cerita: Satu butir dari disposisi sampai main.
langkah:
  - {oleh: kepala, tulis: [disposisi.md], catat: 1}
  - {oleh: penulis, tulis: [index.md], catat: 2}
  - {oleh: kepala, catat: 3, putusan: ADA, catatan: Ringkas.}
  - {oleh: penulis, tulis: {index.md: index-2.md}, catat: 2}
  - {oleh: kepala, catat: 3, putusan: TIDAK}
  - {oleh: desainer, tulis: [takarir.md, media/kartu.jpg], catat: 4}
  - {oleh: admin, coba: gabung, ditolak: belum boleh digabung}
  - {oleh: kepala, catat: 5, putusan: YA}
  - {oleh: penulis, catat: 6}
  - {oleh: admin, catat: 6, gabung: ya}
"""
PLAYED = 10
"""What the scenario does: nine records and a merge."""


@pytest.fixture
def scenario(ready: Office, tmp_path: Path) -> rehearsal.Scenario:
    """A scenario whose files are those of the approved item, under another id."""
    year = datetime.now().astimezone().year
    item = f"kota-{year}-contoh-terputus"
    source = ready.clone("kepala")
    folder = tmp_path / "peragaan/contoh"
    (folder / "media").mkdir(parents=True)
    for name in ("disposisi.md", "index.md", "takarir.md", "media/kartu.jpg"):
        data = source.read(f"origin/usul/{ITEM}", f"{FOLDER}/{name}") or b""
        (folder / name).write_bytes(data.replace(ITEM.encode(), item.encode()))
    (folder / "index-2.md").write_bytes((folder / "index.md").read_bytes().replace(b"Apa itu", b"Apakah"))
    path = folder.with_suffix(".yaml")
    path.write_text(SCENARIO, encoding="utf-8")
    return rehearsal.read(path)


@pytest.mark.parametrize(
    "after", [pytest.param(each, marks=pytest.mark.slow if each != 4 else ()) for each in (1, 4, 7, 10)]
)
def test_an_interrupted_rehearsal_goes_on_where_it_stopped(
    ready: Office, scenario: rehearsal.Scenario, after: int
) -> None:
    stage = rehearsal.Stage(ready.path, ready.keys, ready.root / "panggung", lambda: datetime.now().astimezone())
    told = list(islice(rehearsal.play(scenario, stage), after))  # the rest is never asked for: Ctrl-C, a power cut
    # What a killed `git clone` and a killed visit leave: half a clone, and a file nobody recorded.
    (ready.root / "panggung/.admin").mkdir(exist_ok=True)
    clone = Repository(ready.root / "panggung" / "kepala")
    item = f"kota-{datetime.now().astimezone().year}-contoh-terputus"

    told += rehearsal.play(scenario, stage)
    assert any("ditolak sebagaimana mestinya" in line for line in told)
    assert len([line for line in told if line.startswith(("langkah", "digabung"))]) == PLAYED
    case = cases.open_case(stage.clone("kepala"), item)
    assert case.merged
    assert case.progress is not None
    assert case.progress.complete
    assert [done.record.step for done in case.progress.history] == [1, 2, 3, 2, 3, 4, 5, 6, 6]
    assert list(rehearsal.play(scenario, stage)) == [], "a third run has nothing to do"
    clone.close()


def test_a_demonstration_with_broken_left_overs(project: Path, terminal: Terminal) -> None:
    (project / ".jdih/rahasia.yaml").write_text("x: {tidak ditutup\n", encoding="utf-8")
    assert "rahasia.yaml:" in terminal.jdih(project, "serve", "--port", "0").line(2)


def test_a_scenario_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "satu.yaml"
    path.write_text("sop: [\n", encoding="utf-8")
    with pytest.raises(JdihError, match=r"satu\.yaml:\d+: "):
        rehearsal.read(path)
    path.write_text(SCENARIO.replace("catat: 1", "catat: satu"), encoding="utf-8")
    with pytest.raises(JdihError, match=r"satu\.yaml:5: "):
        rehearsal.read(path)
    path.write_text("cerita: tanpa SOP\n", encoding="utf-8")
    with pytest.raises(JdihError, match=r"satu\.yaml:1: "):
        rehearsal.read(path)


def test_the_sandbox_is_the_only_platform_that_listens(tmp_path: Path) -> None:
    """The taken port above is found because every server here binds it for itself alone."""
    with sandbox.Sandbox(tmp_path, lambda: datetime.now().astimezone()).running() as wall:
        port = int(wall.rpartition(":")[2])
        with (
            pytest.raises(JdihError, match=f"porta {port}"),
            sandbox.Sandbox(tmp_path, lambda: datetime.now().astimezone()).running(port),
        ):
            pass
