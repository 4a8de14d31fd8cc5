"""What `jdih publish --plan` shows: what would be sent, what waits for what, in the office's own time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from pipeline import web
from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Repository
from pipeline.cli import main
from pipeline.desk import aftermath, publishing, server, shelf, wishes
from pipeline.desk.darkroom import Darkroom
from pipeline.model.publishing import EffectAction, Entry, Receipt, State, Turn, effect_key
from pipeline.reconcile import astray
from tests.conftest import CAPTION, INDEX, picture
from tests.publish.parts import INSTAGRAM, X, let_out, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.model.people import Account
    from pipeline.model.publishing import Wanted
    from tests.conftest import Office
    from tests.publish.parts import Desk

ZONES = [("Asia/Jakarta", "WIB", 7), ("Asia/Makassar", "WITA", 8), ("Asia/Jayapura", "WIT", 9)]


def planted(office: Office, zone: str, **schedules: str) -> None:
    """Set items that their SOP let out on `main`, behind the hooks' back, and move the office to *zone*."""
    repository = Repository(office.path)
    tip = repository.resolve("refs/heads/main") or ""
    where = "site_config/offices/kota.yaml"
    settings = repository.read(tip, where) or b""
    files: dict[str, bytes | None] = {where: settings.replace(b"Asia/Jakarta", zone.encode())}
    for slug, schedule in schedules.items():
        folder = f"content/konten/kota/2026/{slug}"
        index = INDEX.replace("kota-2026-contoh", f"kota-2026-{slug}").replace("[instagram, x]", "[x]")
        at = f"jadwal: {schedule}\n" if schedule else ""
        files[f"{folder}/index.md"] = index.replace("tujuan:", f"{at}tujuan:").encode()
        files[f"{folder}/takarir.md"] = CAPTION.encode()
        files[f"{folder}/media/kartu.jpg"] = picture()
        files[f"{folder}/catatan/0001-unggah.yaml"] = let_out(f"kota-2026-{slug}", "kota/medsos", 7, "UNGGAH").encode()
    made = repository.commit([tip], tip, files, "uji", office.who("pengelola"))
    repository.update_ref("refs/heads/main", made)
    repository.close()


def wanted_of(office: Office, root: Path) -> Wanted:
    [found] = wishes.wanted(shelf.read(server.export_main(office.path)), "http://127.0.0.1:9/", Darkroom(root))
    return replace(found, shows=())


# -- the office's own time


@pytest.mark.parametrize(("zone", "name", "ahead"), ZONES)
@pytest.mark.parametrize("at", ["2099-01-02T00:00", "2099-01-01T23:59", "2099-01-02T10:30"])
def test_a_schedule_is_meant_in_the_offices_zone(  # noqa: PLR0913, PLR0917 - a zone is three things
    office: Office, tmp_path: Path, zone: str, name: str, ahead: int, at: str
) -> None:
    planted(office, zone, satu=at)
    item = wanted_of(office, tmp_path)
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC) - timedelta(hours=ahead)
    [wait] = publishing.planned([item], {}, moment - timedelta(minutes=1))
    assert (wait.action, wait.why, wait.at) == (EffectAction.WAIT, "menunggu jadwal", moment)
    assert f"{wait.at:%Y-%m-%dT%H:%M %Z}" == f"{at} {name}"
    [sent] = publishing.planned([item], {}, moment)
    assert sent.action is EffectAction.PUBLISH


def test_one_zone_for_all_offices_is_found(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wishes, "ZoneInfo", lambda _: ZoneInfo("Asia/Jakarta"))
    planted(office, "Asia/Jayapura", satu="2099-01-02T00:00")
    [wait] = publishing.planned([wanted_of(office, tmp_path)], {}, datetime(2099, 1, 1, 15, 0, tzinfo=UTC))
    assert wait.why == "menunggu jadwal", "two hours late: in Jayapura it is midnight"


# -- what is printed


@pytest.fixture
def served(office: Office) -> Iterator[tuple[str, tuple[str, str]]]:
    """Serve the office's site, and nothing else: no token, so nothing can be sent."""
    office.dress()
    site = office.root / "situs"
    site.mkdir()
    secrets = office.root / "rahasia.yaml"
    secrets.write_text("{}\n", encoding="utf-8")
    secrets.chmod(0o600)
    with web.serving(site) as url:
        server.configure(
            office.path,
            site_out=site,
            site_url=url,
            robot_key=office.keys / "penerbit",
            endpoints={},
            secrets=secrets,
        )
        yield url, ("--repo", str(office.path))


def entry(item: str, account: Account, state: State, url: str = "", why: str = "") -> Entry:
    """Return a publication of *item* that got as far as *state*, at four in the afternoon of UTC."""
    steps = {State.DONE: (State.CLAIMED, State.POSTING, State.DONE), State.HELD: (State.CLAIMED, State.HELD)}[state]
    at = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
    return Entry(
        key=effect_key(item, account, EffectAction.PUBLISH, "a" * 64),
        item=item,
        account=account,
        action=EffectAction.PUBLISH,
        digest="a" * 64,
        history=tuple(Turn(state=each, at=at, why=why) for each in steps),
        receipt=Receipt(remote_id="9", url=url) if state is State.DONE else None,
    )


@pytest.mark.parametrize(("zone", "name", "ahead"), ZONES[1:])
def test_the_plan_says_what_is_sent_what_waits_and_for_what(  # noqa: PLR0913, PLR0917 - a zone is three things
    office: Office,
    served: tuple[str, tuple[str, str]],
    capsys: pytest.CaptureFixture[str],
    zone: str,
    name: str,
    ahead: int,
) -> None:
    url, repo = served
    planted(office, zone, satu="", dua="2099-01-02T00:15")
    settings = server.settings_of(office.path)
    held = shelf.read(server.export_main(office.path))
    edges = aftermath.edges_of(office.path, settings, lambda: datetime.now(UTC), print)
    aftermath._build(office.path, held, settings, edges.ledger)
    planted(office, zone, tiga="")  # let out since the site was built
    shown = [
        entry("kota-2026-satu", INSTAGRAM, State.DONE, "https://www.instagram.com/p/9/"),
        entry("kota-2026-tiga", INSTAGRAM, State.HELD),
    ]
    Ledger(Repository(office.path), office.path, office.who("penerbit")).update(lambda _: shown, "uji\n")

    assert main(["publish", "--plan", *repo]) == 0
    account = "x:jdih_kpu_contoh"
    page = f"{url}informasi/kota/2026/tiga/"
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        f"tunggu    kota-2026-dua  {account}  menunggu jadwal (sampai 2099-01-02 00:15 {name})",
        next(line for line in lines if line.startswith(f"kirim     kota-2026-satu  {account}  disetujui dan belum")),
        f"tunggu    kota-2026-tiga  {account}  belum menampilkan isi yang disetujui: {page}",
    ]
    assert "; biaya " in lines[1]
    assert lines[-1] == (
        "catatan   kota-2026-satu masih tayang di instagram:jdihuji, yang bukan tujuannya lagi: biarkan, atau turunkan "
        "seluruh butirnya lewat perintah https://www.instagram.com/p/9/"
    )
    assert main(["publish", "--plan", "--format", "json", *repo]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(row["item"], row["action"]) for row in told["actions"]] == [
        ("kota-2026-dua", "wait"),
        ("kota-2026-satu", "publish"),
        ("kota-2026-tiga", "wait"),
    ]
    assert told["actions"][0]["at"] == f"2099-01-02T00:15:00+{ahead:02}:00"
    [stray] = told["astray"]
    assert (stray["item"], stray["account"]) == ("kota-2026-satu", "jdihuji")

    assert main(["ledger", "show", *repo]) == 0
    written = capsys.readouterr().out
    assert (
        f"kota-2026-satu  instagram:jdihuji  {'2026-11-22 00:00 WITA' if ahead == 8 else '2026-11-22 01:00 WIT'} "
        in (written)
    )


# -- what is live where nobody wants it any more


def test_what_stays_on_an_account_that_is_no_target_any_more_is_told_and_left_alone(desk: Desk) -> None:
    both = wanted(desk.site, X, INSTAGRAM, shares=())
    desk.run(both)
    entries = desk.ledger.entries()
    assert astray([both], entries.values()) == []
    fewer = replace(both, posts=tuple(each for each in both.posts if each.platform == "x"))
    assert desk.outcomes(fewer) == []
    [left] = astray([fewer], entries.values())
    assert left.account == INSTAGRAM
    assert desk.live() == ["instagram", "x"]
    renamed = replace(
        both, posts=tuple(replace(each, account=replace(each.account, handle="b")) for each in both.posts)
    )
    assert astray([renamed], entries.values()) == [], "a renamed account is the same account"
    assert astray([replace(fewer, withdrawn=True)], entries.values()) == [], "an order takes it down"
    assert astray([replace(fewer, archived=True)], entries.values()) == [], "an order puts it away"
