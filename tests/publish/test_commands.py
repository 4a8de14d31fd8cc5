"""The verbs, on a server with its real hooks: the ledger is signed by the robot or refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import PushRefused, Repository
from pipeline.cli import main
from pipeline.desk import server
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


def test_plan_show_resolve_verify(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    secrets = office.root / "rahasia.yaml"
    server.configure(
        office.path,
        site_out=office.root / "situs",
        site_url="http://127.0.0.1:9",
        robot_key=office.keys / "penerbit",
        endpoints={},
        secrets=secrets,
    )
    repo = ("--repo", str(office.path))
    assert main(["publish", "--plan", "--format", "json", *repo]) == 0
    assert json.loads(capsys.readouterr().out) == {"actions": []}
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
