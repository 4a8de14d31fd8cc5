"""The accounts' health: a token that ends is told days before, and nothing an account says stops publishing."""

from __future__ import annotations

import json
import stat
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from pipeline.cli import main
from pipeline.desk import accounts, server
from pipeline.model.base import JdihError
from pipeline.model.people import Account, Office
from pipeline.sandbox.server import endpoints
from tests.publish.parts import INSTAGRAM, TOKENS, Desk, X

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests import conftest

OFFICE = Office(
    id="uji",
    name="KPU Uji",
    short_name="Uji",
    area_code="",
    timezone="Asia/Jakarta",
    opens=time(8),
    closes=time(16),
    accounts=(INSTAGRAM, X),
    hashtags=(),
    procedures=(),
)
TODAY = date(2026, 11, 21)
"""The desk's clock stands at 16.00 WIB of this day."""


@contextmanager
def platform(status: int, answer: object) -> Iterator[tuple[str, list[str]]]:
    """Serve *answer* to everything on loopback; yield the address and the paths that were asked."""
    asked: list[str] = []

    class Always(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Always) as there:
        thread = Thread(target=there.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{there.server_port}", asked
        there.shutdown()
        thread.join()


EXPIRED = {"error": {"message": "Session has expired", "type": "OAuthException", "code": 190, "error_subcode": 463}}


def told(desk: Desk, place: str = "", ends: dict[str, date] | None = None) -> list[str]:
    """Return what is wrong, with Instagram at *place*."""
    places = {**desk.edges.endpoints, **({"instagram": place} if place else {})}
    return accounts.told(accounts.check([OFFICE], replace(desk.edges, endpoints=places), ends or {}))


def test_accounts_in_health_are_not_spoken_of(desk: Desk) -> None:
    assert told(desk, ends={INSTAGRAM.ref: TODAY + timedelta(days=accounts.SOON + 1)}) == []


def test_an_expired_token_is_told_and_hides_no_other_account(desk: Desk) -> None:
    with platform(400, EXPIRED) as (place, _):
        [line] = told(desk, place)
    assert line.startswith("instagram:jdihuji: token atau izin akun ditolak platform, perbarui token")


@pytest.mark.parametrize(
    ("days", "words"),
    [(14, "14 hari lagi"), (5, "5 hari lagi"), (1, "1 hari lagi"), (0, "hari ini"), (-20, "20 hari yang lalu")],
)
def test_a_token_that_ends_is_told_days_before(desk: Desk, days: int, words: str) -> None:
    end = TODAY + timedelta(days=days)
    assert told(desk, ends={X.ref: end}) == [f"x:jdihuji: token berakhir {end} ({words}): perbarui"]


def test_days_are_counted_in_the_offices_zone(desk: Desk) -> None:
    desk.clock.now = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)  # 26 November, 01.00 WIB
    [line] = told(desk, ends={X.ref: date(2026, 11, 26)})
    assert "(hari ini)" in line


def test_a_quota_nearly_used_is_told(desk: Desk) -> None:
    spent = {"data": [{"quota_usage": 47, "config": {"quota_total": 50}}]}
    with platform(200, spent) as (place, _):
        [line] = told(desk, place)
    assert "kuota tinggal 3 kiriman" in line


def test_an_account_that_cannot_be_asked_is_told_with_its_reason(desk: Desk) -> None:
    [line] = told(desk, "http://127.0.0.1:9/mati")
    assert line.startswith("instagram:jdihuji: belum dapat ditanya: ")
    del desk.secrets["x:jdihuji"]
    assert told(desk) == ["x:jdihuji: belum dapat ditanya: token akun x:jdihuji belum ada di berkas rahasia"]


def test_a_platform_that_echoes_the_token_does_not_bring_it_into_a_line(desk: Desk) -> None:
    echo = {"error": {"message": f"Bad token {TOKENS['instagram:jdihuji']}", "code": 190}}
    with platform(400, echo) as (place, asked):
        lines = told(desk, place)
    assert asked
    assert not any(token in text for token in TOKENS.values() for text in (*lines, *asked))


# -- once a day


def test_an_account_is_asked_once_a_day(desk: Desk, tmp_path: Path) -> None:
    def look() -> list[str]:
        edges = replace(desk.edges, endpoints={**desk.edges.endpoints, "instagram": place})
        return accounts.daily(tmp_path, [OFFICE], edges, {})

    with platform(400, EXPIRED) as (place, asked):
        assert len(look()) == 1
        desk.clock.forward(hours=23)
        assert look() == []
        assert len(asked) == 1
        desk.clock.forward(hours=1)
        assert len(look()) == 1
    assert stat.S_IMODE((tmp_path / accounts.FILE).stat().st_mode) == 0o644
    assert not any(token in (tmp_path / accounts.FILE).read_text(encoding="utf-8") for token in TOKENS.values())


def test_a_new_account_is_asked_at_once_and_a_broken_memory_asks_all(desk: Desk, tmp_path: Path) -> None:
    accounts.daily(tmp_path, [replace(OFFICE, accounts=(X,))], desk.edges, {})
    known = json.loads((tmp_path / accounts.FILE).read_text(encoding="utf-8"))
    desk.clock.forward(hours=1)
    accounts.daily(tmp_path, [OFFICE], desk.edges, {})
    after = json.loads((tmp_path / accounts.FILE).read_text(encoding="utf-8"))
    assert (after[X.ref], set(after)) == (known[X.ref], {X.ref, INSTAGRAM.ref})
    (tmp_path / accounts.FILE).write_text('{"x:jdihuji": 5}', encoding="utf-8")
    accounts.daily(tmp_path, [OFFICE], desk.edges, {})
    assert set(json.loads((tmp_path / accounts.FILE).read_text(encoding="utf-8"))) == {X.ref, INSTAGRAM.ref}


def test_an_account_without_a_client_is_passed_over(desk: Desk) -> None:
    other = Account(platform="lain", id="1", handle="a")
    assert accounts.check([replace(OFFICE, accounts=(other,))], desk.edges, {}) == []


# -- the secrets file, the verbs


def secrets(folder: Path, text: str) -> Path:
    path = folder / "rahasia.yaml"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_secrets_file_says_when_a_token_ends(tmp_path: Path) -> None:
    path = secrets(
        tmp_path,
        "instagram:a: polos\n"
        "threads:a: {token: THAA, berlaku_sampai: 2027-01-20}\n"
        "tiktok:a: {client_key: k, refresh_token: r, berlaku_sampai: 2027-02-01}\n",
    )
    held = server.secrets(path)
    assert (held["instagram:a"], held["threads:a"]) == ("polos", "THAA")
    assert json.loads(held["tiktok:a"]) == {"client_key": "k", "refresh_token": "r"}, "the platform is sent no more"
    assert server.ends(path) == {"threads:a": date(2027, 1, 20), "tiktok:a": date(2027, 2, 1)}


@pytest.mark.parametrize("day", ["20 Januari 2027", "2027-13-01", "''", "[2027-01-20]"])
def test_an_end_that_is_no_day_is_refused_in_one_line(tmp_path: Path, day: str) -> None:
    path = secrets(tmp_path, f"threads:a: {{token: kenari, berlaku_sampai: {day}}}\n")
    with pytest.raises(JdihError, match="berlaku_sampai threads:a bukan tanggal: tulis seperti 2027-01-20") as fault:
        server.ends(path)
    assert "kenari" not in str(fault.value)


def configured(office: conftest.Office, place: str, text: str) -> tuple[str, str]:
    server.configure(
        office.path,
        site_out=office.root / "situs",
        site_url="http://127.0.0.1:9/",
        robot_key=office.keys / "penerbit",
        endpoints={**endpoints("http://127.0.0.1:9"), "instagram": place},
        secrets=secrets(office.root, text),
    )
    return "--repo", str(office.path)


def test_the_table_for_the_operator(office: conftest.Office, capsys: pytest.CaptureFixture[str]) -> None:
    end = datetime.now(UTC).date() + timedelta(days=200)
    text = f"instagram:jdih_kpu_contoh: {{token: kenari-instagram, berlaku_sampai: {end}}}\n"
    with platform(200, {"data": [{"quota_usage": 1, "config": {"quota_total": 50}}]}) as (place, _):
        repo = configured(office, place, text)
        assert main(["accounts", *repo]) == 2, "there is no token for x"
        table = capsys.readouterr().out
        assert main(["accounts", "--format", "json", *repo]) == 2
    rows = {row["akun"]: row for row in json.loads(capsys.readouterr().out)["akun"]}
    assert rows["instagram:jdih_kpu_contoh"]["berlaku_sampai"] == str(end)
    assert rows["instagram:jdih_kpu_contoh"]["masalah"] == []
    assert rows["instagram:jdih_kpu_contoh"]["sisa_kuota"] == 49
    assert rows["x:jdih_kpu_contoh"]["dapat_dipakai"] is None
    assert "Token berakhir" in table
    assert "kenari" not in table + str(rows)


@pytest.mark.slow
def test_publishing_goes_on_whatever_the_accounts_say(
    ready: conftest.Office, capsys: pytest.CaptureFixture[str]
) -> None:
    ready.dress()
    text = "instagram:jdih_kpu_contoh: kenari-instagram\nx:jdih_kpu_contoh: kenari-x\n"
    with platform(400, EXPIRED) as (place, _):
        repo = configured(ready, place, text)
        assert main(["publish", *repo]) == 0
        said = capsys.readouterr().err
        assert main(["publish", *repo]) == 0
    assert "situs dibangun" in said
    assert "peringatan: instagram:jdih_kpu_contoh: token atau izin akun ditolak platform" in said
    assert "peringatan: x:jdih_kpu_contoh: belum dapat ditanya" in said
    again = capsys.readouterr()
    assert "peringatan" not in again.err, "once a day"
    assert "kenari" not in said + again.out + again.err


def test_a_memory_that_cannot_be_written_stops_nothing(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / accounts.FILE).symlink_to(tmp_path / "lain")
    with pytest.raises(JdihError, match="tautan simbolik"):
        accounts.daily(tmp_path, [OFFICE], desk.edges, {})
