"""The repository over SSH: the lines of authorized_keys, and what a real sshd makes of them."""

from __future__ import annotations

import os
import pwd
import shlex
import socket
import subprocess
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from pipeline.carriers.repository import PushRefused, Repository
from pipeline.cli import main
from pipeline.desk import entrance
from pipeline.model.base import JdihError
from tests.conftest import FOLDER, ITEM, Office
from tests.served.conftest import git

if TYPE_CHECKING:
    from collections.abc import Iterator

SSHD = Path("/usr/sbin/sshd")
BRANCH = f"refs/heads/usul/{ITEM}"
USER = pwd.getpwuid(os.getuid()).pw_name
CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/tuan-rumah
AuthorizedKeysFile {folder}/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PidFile none
AcceptEnv JDIH_ORANG REMOTE_USER GIT_PROTOCOL
"""


# -- the lines


def with_key_dates(office: Office, person: str, **dates: str) -> None:
    """Give the first key of *person* dates, on the server's own `main`."""
    repository = Repository(office.path)
    data = repository.read("refs/heads/main", "site_config/people.yaml") or b""
    rows = yaml.safe_load(data)
    next(row for row in rows["orang"] if row["id"] == person)["kunci"][0].update(dates)
    changed: dict[str, bytes | None] = {"site_config/people.yaml": yaml.safe_dump(rows, sort_keys=False).encode()}
    tip = repository.resolve("refs/heads/main") or ""
    new = repository.commit([tip], tip, changed, "kunci", office.who("pengelola"))
    repository.update_ref("refs/heads/main", new)


def test_every_registered_key_gets_one_line(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve-git", str(office.path), "--authorized-keys"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sorted(line.rpartition(" ")[2] for line in lines) == sorted(key.stem for key in office.keys.glob("*.pub"))
    (line,) = [line for line in lines if line.endswith(" penulis")]
    kind, public, *_ = (office.keys / "penulis.pub").read_text(encoding="utf-8").split()
    assert line.endswith(f'exit 1",restrict {kind} {public} penulis')
    assert f"\\\"git-receive-pack '{office.path}'\\\"" in line
    assert "exec env JDIH_ORANG=penulis git-shell -c" in line


def test_a_key_counts_between_its_days(office: Office) -> None:
    with_key_dates(office, "penulis", sejak="2026-03-01", sampai="2026-03-31")

    def line(day: date) -> str:
        return next((line for line in entrance.authorized_keys(office.path, day) if line.endswith(" penulis")), "")

    assert line(date(2026, 2, 28)) == ""
    assert 'expiry-time="20260401",restrict' in line(date(2026, 3, 31))
    assert line(date(2026, 4, 1)) == ""


def test_a_folder_the_shell_could_misread_is_refused(office: Office, tmp_path: Path) -> None:
    odd = office.path.rename(tmp_path / "kantor'; id; '.git")
    with pytest.raises(JdihError, match="pakai huruf, angka"):
        entrance.authorized_keys(odd, datetime.now(UTC).date())


def test_a_clone_is_no_server(office: Office) -> None:
    with pytest.raises(JdihError, match="bukan repositori peladen"):
        entrance.authorized_keys(office.clone("penulis").path, datetime.now(UTC).date())


# -- a real sshd


class SshOffice(Office):
    """An office whose people have nothing but an address and their key."""

    folder = Path()
    port = 0

    def ssh(self, person: str) -> list[str]:
        known = f"UserKnownHostsFile={self.folder}/dikenal"
        options = ["IdentitiesOnly=yes", "BatchMode=yes", known, "LogLevel=ERROR"]
        key = str(self.keys / person)
        return ["ssh", "-F", "none", "-p", str(self.port), "-i", key, *(f"-o{option}" for option in options)]

    def clone(self, person: str) -> Repository:
        if person not in self._clones:
            setting, folder = f"core.sshCommand={shlex.join(self.ssh(person))}", self.root / "kerja" / person
            url = f"ssh://{USER}@127.0.0.1:{self.port}{self.path}"
            done = git("-c", setting, "clone", "--quiet", "--config", setting, url, folder)
            assert done.returncode == 0, done.stderr
            self._clones[person] = Repository(folder)
        self._clones[person].fetch("origin")
        return self._clones[person]

    def run(self, person: str, *words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.ssh(person), *words],
            env=os.environ | (env or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )


@pytest.fixture
def over_ssh(ready: Office) -> Iterator[SshOffice]:
    """The office with one approved item, behind a real sshd on a free port."""
    if not SSHD.exists():
        pytest.skip("sshd tidak ada: apt-get install openssh-server")
    office = SshOffice(ready.root)
    office.folder = ready.root / "ssh"
    office.folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        office.port = free.getsockname()[1]
    lines = entrance.authorized_keys(office.path, datetime.now(UTC).date())
    (office.folder / "authorized_keys").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (office.folder / "sshd_config").write_text(CONFIG.format(port=office.port, folder=office.folder), encoding="utf-8")
    host = office.folder / "tuan-rumah"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(host)], check=True)  # noqa: S607
    public = host.with_suffix(".pub").read_text(encoding="utf-8")
    (office.folder / "dikenal").write_text(f"[127.0.0.1]:{office.port} {public}", encoding="utf-8")
    with sshd(office):
        yield office


@contextmanager
def sshd(office: SshOffice) -> Iterator[None]:
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    log = office.folder / "log"
    with subprocess.Popen([SSHD, "-D", "-f", office.folder / "sshd_config", "-E", log]) as process:
        try:
            deadline = time.monotonic() + 10
            while not (log.exists() and "listening" in log.read_text(encoding="utf-8")):
                assert process.poll() is None, log.read_text(encoding="utf-8") if log.exists() else "sshd"
                assert time.monotonic() < deadline, "sshd does not listen"
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


@pytest.mark.slow
def test_steps_over_ssh(over_ssh: SshOffice) -> None:
    assert isinstance(over_ssh.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(over_ssh.record("admin", 6, "UNGGAH"), list)
    over_ssh.merge("admin")
    assert FOLDER + "/index.md" in Repository(over_ssh.path).tree("refs/heads/main")


@pytest.mark.slow
@pytest.mark.parametrize("forged", [{}, {"JDIH_ORANG": "penulis", "REMOTE_USER": "penulis"}], ids=["plain", "forged"])
def test_the_person_behind_the_key_reaches_the_hook(
    over_ssh: SshOffice, forged: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the client sends another name along, and sshd lets it: the forced command has the last word."""
    clone, other = over_ssh.clone("penulis"), over_ssh.clone("desainer")
    base = clone.resolve(f"origin/usul/{ITEM}") or ""
    draft = clone.commit([base], base, {f"{FOLDER}/notula.md": b"x\n"}, "naskah", over_ssh.who("penulis"))
    for name, value in forged.items():
        monkeypatch.setenv(name, value)
    command = shlex.join([*over_ssh.ssh("desainer"), *(f"-oSendEnv={name}" for name in forged)])
    other.git("config", "core.sshCommand", command)
    other.git("fetch", "--quiet", str(clone.path), draft)
    with pytest.raises(PushRefused, match="ditandatangani Penulis, padahal yang masuk ke peladen Desainer"):
        other.push("origin", f"{draft}:{BRANCH}")
    clone.push("origin", f"{draft}:{BRANCH}")
    assert Repository(over_ssh.path).resolve(BRANCH) == draft


@pytest.mark.slow
def test_a_key_opens_no_shell_and_nothing_but_the_repository(over_ssh: SshOffice) -> None:
    path = over_ssh.path
    for words in (
        [],
        ["id"],
        ["git-upload-pack '/etc'"],
        [f"git-upload-pack '{path}/../keys'"],
        [f"git-upload-pack '{path}'; id"],
        [f"git-upload-archive '{path}'"],
        ["$(id)"],
    ):
        done = over_ssh.run("penulis", "127.0.0.1", *words)
        assert (done.returncode, done.stdout) == (1, ""), words
        assert done.stderr.strip() == f"DITOLAK: kunci ini hanya untuk git dengan {path}"


@pytest.mark.slow
def test_a_key_forwards_nothing(over_ssh: SshOffice) -> None:
    done = over_ssh.run("penulis", "-W", f"127.0.0.1:{over_ssh.port}", "127.0.0.1")
    assert done.returncode
    assert "SSH-2.0" not in done.stdout


@pytest.mark.slow
def test_an_unregistered_key_does_not_enter(over_ssh: SshOffice) -> None:
    stranger = over_ssh.keys / "orang-luar"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(stranger)], check=True)  # noqa: S607
    done = over_ssh.run("orang-luar", "127.0.0.1", f"git-upload-pack '{over_ssh.path}'")
    assert done.returncode == 255
    assert "Permission denied" in done.stderr
