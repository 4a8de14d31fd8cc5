"""The verbs, on a server with its real hooks: the ledger is signed by the robot or refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers import effect_file, receipts
from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import PushRefused, Repository
from pipeline.cli import main
from pipeline.desk import bookkeeping, server
from pipeline.model.base import JdihError
from pipeline.model.publishing import EffectAction, Entry, State, Turn, effect_key
from pipeline.reconcile.effect import advance
from tests.publish.parts import X

if TYPE_CHECKING:
    from tests.conftest import Office

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def unknown() -> Entry:
    key = effect_key("kota-2026-contoh", X, EffectAction.PUBLISH, "a" * 64)
    turns = tuple(Turn(state=state, at=AT) for state in (State.CLAIMED, State.POSTING, State.UNKNOWN))
    return Entry(
        key=key, item="kota-2026-contoh", account=X, action=EffectAction.PUBLISH, digest="a" * 64, history=turns
    )


def test_the_ledger_is_the_robots_alone(office: Office) -> None:
    for person, lawful in (("penulis", False), ("penerbit", True)):
        ledger = Ledger(Repository(office.path), office.path, office.who(person))
        if lawful:
            ledger.update(lambda _: [unknown()], "uji\n")
            assert len(ledger.entries()) == 1
        else:
            with pytest.raises(PushRefused, match="tidak berwenang menulis buku terbitan"):
                ledger.update(lambda _: [unknown()], "uji\n")


def configured(office: Office) -> None:
    server.configure(
        office.path,
        site_out=office.root / "situs",
        site_url="http://127.0.0.1:9/",
        robot_key=office.keys / "penerbit",
        endpoints={},
        secrets=office.root / "rahasia.yaml",
    )


def test_plan_show_resolve_verify(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    configured(office)
    repo = ("--repo", str(office.path))
    assert main(["publish", "--plan", "--format", "json", *repo]) == 0
    assert json.loads(capsys.readouterr().out) == {"actions": [], "astray": []}
    assert main(["ledger", "show", *repo]) == 0
    assert "masih kosong" in capsys.readouterr().out

    ledger = Ledger(Repository(office.path), office.path, office.who("penerbit"))
    ledger.update(lambda _: [unknown()], "uji\n")
    assert main(["ledger", "show", *repo]) == 0
    assert "BELUM PASTI" in capsys.readouterr().out
    assert main(["ledger", "resolve", unknown().key[:6], *repo]) == 2
    assert "--live NOMOR atau --absent" in capsys.readouterr().err
    url = "https://x.com/jdihuji/status/9"
    assert main(["ledger", "resolve", unknown().key[:6], "--live", "9", "--url", url, *repo]) == 0
    capsys.readouterr()
    assert main(["ledger", "show", "--format", "json", *repo]) == 0
    [row] = json.loads(capsys.readouterr().out)["entries"]
    assert (row["state"], row["remote_id"], row["url"]) == ("done", "9", url)
    assert main(["ledger", "verify", *repo]) == 0

    rewound = advance(unknown(), State.CLAIMED, AT, "")
    ledger.update(lambda _: [rewound], "uji\n")
    capsys.readouterr()
    assert main(["ledger", "verify", *repo]) == 1
    assert "riwayat ditulis ulang" in capsys.readouterr().out


def test_a_ledger_that_lost_its_newest_entries_is_not_whole_and_nothing_is_sent(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would read as if nothing had been sent yet."""
    configured(office)
    repo, branch = ("--repo", str(office.path)), "refs/heads/terbitan"
    repository = Repository(office.path)
    ledger = Ledger(repository, office.path, office.who("penerbit"))
    ledger.update(lambda _: [unknown()], "uji\n")
    ledger.update(lambda entries: [advance(entries[unknown().key], State.CLAIMED, AT, "")], "uji\n")
    tip = repository.resolve(branch) or ""
    assert main(["ledger", "verify", *repo]) == 0
    for lost in (f"{tip}~1", None):
        repository.git("update-ref", *((branch, lost) if lost else ("-d", branch)))
        capsys.readouterr()
        assert main(["ledger", "verify", *repo]) == 1
        assert f"peladen menerima {tip[:12]}" in capsys.readouterr().out
        with pytest.raises(JdihError, match="buku terbitan mundur"):
            bookkeeping.require_whole(repository)
    repository.git("update-ref", branch, tip)
    assert receipts.collect(repository, office.who("penerbit")), "they are on their branch now"
    assert bookkeeping.loss(repository) is None
    repository.git("update-ref", branch, f"{tip}~1")
    assert main(["ledger", "verify", *repo]) == 1


def test_a_commit_somebody_else_signed_is_found(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    configured(office)
    repository = Repository(office.path)
    Ledger(repository, office.path, office.who("penerbit")).update(lambda _: [unknown()], "uji\n")
    tip = repository.resolve("refs/heads/terbitan") or ""
    entry = advance(unknown(), State.CLAIMED, AT, "")
    files: dict[str, bytes | None] = {effect_file.path_of(entry.key): effect_file.write(entry)}
    forged = repository.commit([tip], tip, files, "uji\n", office.who("penulis"))
    repository.git("update-ref", "refs/heads/terbitan", forged)
    assert main(["ledger", "verify", "--repo", str(office.path)]) == 1
    told = capsys.readouterr().out
    assert f"commit {forged[:12]} tidak ditandatangani orang berwenang terbitan" in told
    assert tip[:12] not in told
