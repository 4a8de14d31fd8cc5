"""A task only a person can do: told by the server, proved on record by who holds the step, believed after the merge."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline import sandbox, web
from pipeline.carriers import ledger
from pipeline.carriers.repository import Repository
from pipeline.cli import main
from pipeline.desk import aftermath, server, verifying
from pipeline.model.publishing import State
from tests.conftest import approve
from tests.desk.planting import SOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Office

ROOT = Path(__file__).parents[2]
ITEM = "kota-2026-contoh"
SEEN = "terlihat di grup pukul 10.15"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def shared(office: Office) -> Iterator[Office]:
    """An office whose SOP has the links shared, with an item that is live and its message ready."""
    prepare(office)
    (office.root / "situs").mkdir()
    secrets = office.root / "rahasia.yaml"
    secrets.write_text("instagram:jdih_kpu_contoh: rahasia-ig\nx:jdih_kpu_contoh: rahasia-x\n", encoding="utf-8")
    secrets.chmod(0o600)
    play = sandbox.Sandbox(office.root / "tiruan", now)
    with web.serving(office.root / "situs") as site_url, play.running() as wall:
        server.configure(
            office.path,
            site_out=office.root / "situs",
            site_url=site_url,
            robot_key=office.keys / "penerbit",
            endpoints=sandbox.endpoints(wall),
            secrets=secrets,
        )
        uploaded(office)
        yield office


def prepare(office: Office) -> None:
    """Put what the site is built with, and an SOP that has the links shared, on `main`, as its keeper may."""
    clone, keeper = office.clone("pengelola"), office.who("pengelola")
    main = clone.resolve("origin/main") or ""
    old = (clone.read(main, SOP) or b"").decode()
    files: dict[str, bytes | None] = {
        SOP: old.replace("efek: [terbit]", "efek: [terbit, bagikan_tautan]").encode(),
        "mkdocs.yml": (ROOT / "mkdocs.yml").read_bytes(),
    }
    for folder in ("site_config/theme", "content/halaman"):
        paths = (path for path in (ROOT / folder).rglob("*") if path.is_file())
        files |= {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}
    clone.push("origin", f"{clone.commit([main], main, files, 'Tema dan SOP', keeper)}:refs/heads/main")


def uploaded(office: Office) -> None:
    approve(office)
    assert isinstance(office.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(office.record("admin", 6, "UNGGAH"), list)


def state(office: Office) -> State:
    repository = Repository(office.path)
    [entry] = [each for each in ledger.at(repository, "refs/heads/terbitan").values() if each.platform == "tautan"]
    return entry.state


@pytest.mark.slow
def test_a_message_for_a_group_is_done_when_its_proof_is_on_main(
    shared: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "\n".join(shared.merge("admin"))
    [told] = [line for line in said.splitlines() if "https://wa.me/?text=" in line]
    assert f"tautan:Pimpinan: {ITEM} TUGAS: menunggu petugas (kunci " in told
    assert state(shared) is State.HELD

    monkeypatch.chdir(shared.clone("admin").path)
    capsys.readouterr()
    assert main(["status"]) == 0
    assert (
        f"pada {ITEM} (tautan:Pimpinan): sampaikan tautan dengan tangan: kirim kepada Pimpinan"
        in capsys.readouterr().out
    )
    assert main(["status", ITEM, "--format", "json"]) == 0
    [task] = json.loads(capsys.readouterr().out)["tugas"]
    assert main(["status", ITEM]) == 0
    shown = capsys.readouterr().out
    command = re.search(r"jdih record (\S+) --step (\d+) --decision (\w+) --note", shown)
    assert command
    assert command.groups() == (ITEM, "6", "BUKTI")
    key = task["kunci"]

    for person, note, reason in (
        ("admin", SEEN, "bukti ditulis pada catatan sebagai KUNCI"),
        ("admin", f"00000000 {SEEN}", "tidak menunjuk tepat satu tugas"),
        ("kepala", f"{key} {SEEN}", "wewenang"),
    ):
        refused = shared.record(person, 6, "BUKTI", note)
        assert isinstance(refused, str)
        assert reason in refused
    assert "belum berakibat" in str(shared.record("admin", 2, "BUKTI", f"{key} {SEEN}"))

    assert isinstance(shared.record("admin", 6, "BUKTI", f"{key} {SEEN}"), list)
    assert state(shared) is State.HELD, "what is not on main proves nothing"
    said = "\n".join(shared.merge("admin"))
    assert f"tautan:Pimpinan: {ITEM} terbukti (dibuktikan admin: {SEEN})" in said
    assert state(shared) is State.DONE
    assert aftermath.follow_up(shared.path, now, print) == []
    assert verifying.verify(shared.clone("admin")).fault is None
    capsys.readouterr()
    assert main(["status", ITEM]) == 0
    assert "tugas" not in capsys.readouterr().out
