"""`jdih sandbox` knows the office's accounts: whose token it is shown, and what the wall calls them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers.repository import Repository
from pipeline.desk import server, stage
from pipeline.desk.sending import Edges
from pipeline.model.people import Account
from pipeline.platforms import PLATFORMS
from pipeline.sandbox import Sandbox
from pipeline.sandbox.server import endpoints
from tests.conftest import HERE
from tests.publish.test_forms_of_posts import IDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.carriers.ledger import Ledger
    from pipeline.model.platform import Health
    from tests.conftest import Office
    from tests.publish.parts import Clock

MAIN = "refs/heads/main"
PLACE = "site_config/offices/kota.yaml"
GRANT = {"client_id": "kenari-klien", "client_key": "kenari-klien", "client_secret": "kenari-rahasia"}
SECRETS = {
    f"{name}:{handle}": {"refresh_token": f"penyegar-{name}", **GRANT}
    if name in ("youtube", "tiktok")
    else f"kenari-{name}"
    for name, (_, handle) in IDS.items()
}


@pytest.fixture
def kantor(office: Office) -> Office:
    """An office with an account on every platform, on `main` behind the hooks' back, and its secrets."""
    repository = Repository(office.path)
    text = (HERE / "kantor" / PLACE).read_text(encoding="utf-8")
    head, rest = text.split("akun:\n")
    accounts = [
        f"  - platform: {name}\n    id: '{number}'\n    nama: '{handle}'\n" for name, (number, handle) in IDS.items()
    ]
    whole = f"{head}akun:\n{''.join(accounts)}tagar_wajib:{rest.partition('tagar_wajib:')[2]}"
    main = repository.resolve(MAIN) or ""
    made = repository.commit([main], main, {PLACE: whole.encode()}, "akun", office.who("pengelola"))
    repository.update_ref(MAIN, made)
    secrets = office.root / "rahasia.yaml"
    secrets.write_text(json.dumps(SECRETS), encoding="utf-8")
    secrets.chmod(0o600)
    server.configure(
        office.path,
        site_out=office.root / "situs",
        site_url="http://127.0.0.1:1",
        robot_key=office.keys / "penerbit",
        endpoints={},
        secrets=secrets,
    )
    return office


def healths(address: str, ledger: Ledger, clock: Clock) -> dict[str, Health]:
    """Return what every account hears of itself."""
    held = {ref: json.dumps(value) if isinstance(value, dict) else value for ref, value in SECRETS.items()}
    edges = Edges(ledger=ledger, endpoints=endpoints(address), secrets=held, clock=clock, write=print)
    accounts = [Account(platform=name, id=number, handle=handle) for name, (number, handle) in IDS.items()]
    return {each.platform: edges.ask(PLATFORMS[each.platform].health(each), each) for each in accounts}


def test_every_account_is_known_by_its_token(kantor: Office, ledger: Ledger, clock: Clock, tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "tiruan", clock, stage.names(kantor.path))
    with sandbox.running() as address:
        found = healths(address, ledger, clock)
    assert [name for name, health in found.items() if not health.usable] == []
    assert not [key for key in stage.names(kantor.path) if "rahasia" in key], "only what a stand-in is shown"


def test_without_names_another_account_is_suspected(ledger: Ledger, clock: Clock, tmp_path: Path) -> None:
    with Sandbox(tmp_path / "tiruan", clock).running() as address:
        found = healths(address, ledger, clock)
    assert {"x", "mastodon", "facebook", "tiktok"} <= {name for name, health in found.items() if not health.usable}


def test_a_folder_with_offices_names_account_ids(tmp_path: Path) -> None:
    assert stage.names(HERE / "kantor") == {
        "17841400009999001": "jdih_kpu_contoh",
        "1800000000009999001": "jdih_kpu_contoh",
    }
    assert stage.names(tmp_path) == {}


@contextmanager
def started(*words: str, folder: Path) -> Iterator[str]:
    """Run `jdih sandbox` in *folder* until the block ends; yield its address."""
    program = [sys.executable, "-m", "pipeline", "sandbox", "--port", "0", *words]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    with subprocess.Popen(program, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        said = [*iter(running.stdout.readline, "hentikan dengan Ctrl-C\n")]  # its last words before it serves
        try:
            yield said[0].rpartition(": ")[2].strip().rstrip("/")
        finally:
            running.send_signal(signal.SIGINT)
            running.communicate(timeout=30)
    assert running.returncode == 0


@pytest.mark.slow
def test_the_command_knows_them_too_and_runs_anywhere(
    kantor: Office, ledger: Ledger, clock: Clock, tmp_path: Path
) -> None:
    with started("--repo", str(kantor.path), folder=tmp_path) as address:
        found = healths(address, ledger, clock)
    assert [name for name, health in found.items() if not health.usable] == []
    with started(folder=tmp_path) as address:
        assert address.startswith("http://127.0.0.1:")
