"""One item's whole way by the workflows' own steps: opened, judged, merged, published, watched over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline import frontmatter, sandbox, web
from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Identity
from pipeline.desk import verifying
from tests.conftest import DISPOSITION, HERE
from tests.forge.e2e.conftest import PLACE, PULL, advance, at_work, dress, finish
from tests.forge.e2e.kantor import ACTIONS, ROBOT, Kantor, found

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

TOKENS = {"instagram:jdih_kpu_contoh": "token-ig", "x:jdih_kpu_contoh": "token-x"}


class Public:
    """An office whose site and platforms stand on this computer."""

    def __init__(self, office: Kantor, play: sandbox.Sandbox, wall: str) -> None:
        self.office, self.play = office, play
        self.places = office.root / "titik-akhir.yaml"
        self.places.write_bytes(frontmatter.dump(sandbox.endpoints(wall)).encode())

    def publish(self) -> str:
        """Run publish.yml; return what its last step said."""
        secrets = {"secrets.JDIH_RAHASIA": frontmatter.dump(dict(TOKENS)).strip()}
        run = self.office.workflow("publish", secrets, JDIH_TITIK_AKHIR=str(self.places))
        assert run.results == dict.fromkeys(("situs", "tayang", "publikasi"), "success"), run.steps[-1].output
        assert not any(token in step.output for step in run.steps for token in TOKENS.values())
        return run.steps[-1].output

    def live(self) -> list[str]:
        return [row["platform"] for row in self.play.posts() if not row["dihapus"]]


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Public]:
    site = tmp_path / "mesin/publish/build/situs"
    site.mkdir(parents=True)
    names = {token: name.partition(":")[2] for name, token in TOKENS.items()} | {"17841400009999001": "jdih_kpu_contoh"}
    with web.serving(site) as address:
        office = found(tmp_path, [dress(tmp_path), HERE / "kantor"], address)
        play = sandbox.Sandbox(tmp_path / "pasir", office.clock, names)
        with at_work(office), play.running() as wall:
            office.register()
            yield Public(office, play, wall)


def controller(office: Kantor, number: str = "") -> str:
    run = office.workflow("controller", {"inputs.pull": number})
    assert run.results == {"kendali": "success"}, run.steps[-1].output
    return run.steps[-1].output


@pytest.mark.slow
def test_the_workflows_own_steps_carry_an_item_from_a_branch_to_the_platforms(public: Public) -> None:
    office = public.office
    office.draft("kepala", PLACE, {"disposisi.md": DISPOSITION.encode()})
    assert "#1 dibuka untuk kota-2026-contoh" in controller(office)
    advance(office)
    finish(office)
    assert "belum mau menggabungkan" in controller(office, str(PULL))
    office.checks_pass()
    assert "kota-2026-contoh digabung" in controller(office, str(PULL))
    assert verifying.verify(office.witness()).fault is None

    assert office.workflow("heartbeat").results == {"denyut": "failure"}, "nothing has ever been published"
    [alarm] = [one for one in office.fake.state.threads.values() if one.author == ACTIONS]
    public.publish()
    assert sorted(public.live()) == ["instagram", "x"]
    public.publish()
    assert sorted(public.live()) == ["instagram", "x"], "each effect once"
    page = office.root / "mesin/publish/build/situs/informasi/kota/2026/contoh/index.html"
    assert "/x/lihat/" in page.read_text(encoding="utf-8"), "the second build links to the posts of the first"
    assert office.workflow("heartbeat").results == {"denyut": "success"}
    assert not alarm.open

    clone = office.witness()
    ledger = Ledger(clone, "origin", Identity("Saksi", "saksi@uji.example"))
    assert ledger.verify() == []
    assert {entry.state.value for entry in ledger.entries().values()} == {"done"}
    assert verifying.verify(clone).fault is None


@pytest.mark.slow
def test_reminders_are_kept_by_their_workflow_and_repeat_nothing(approved: Kantor) -> None:
    assert approved.workflow("review-sop").results == {"ingatkan": "success"}
    opened = [one.title for one in approved.fake.state.threads.values() if one.author == ACTIONS]
    assert opened in (["Tinjau SOP kota/medsos"], [])
    approved.writes()
    assert approved.workflow("review-sop").results == {"ingatkan": "success"}
    assert approved.writes() == []


def test_reminders_say_which_review_is_due_and_which_step_is_late_until_it_is_done(approved: Kantor) -> None:
    assert approved.remind() == {}, "nothing is due yet"
    approved.clock.now = approved.clock.now.replace(year=2027, month=1, day=4)
    told = approved.remind()
    assert list(told) == ["Tinjau SOP kota/medsos", "Langkah yang terlambat"]
    assert told["Tinjau SOP kota/medsos"].startswith("SOP `kota/medsos` perlu ditinjau: terakhir 2026-01-01.")
    [line] = told["Langkah yang terlambat"].splitlines()
    assert f"#{PULL} <code>Mengenal JDIH</code>: langkah 6 oleh <code>Penulis, lalu Admin</code>, tenggat 2026-" in line
    approved.writes()
    approved.clock.tick(hours=1)
    assert approved.remind() == told
    assert approved.writes() == [], "the second run is silent"
    review = {"sop": "kota/medsos", "tanggal": "2027-01-04", "oleh": "kepala", "hasil": "tetap"}
    approved.on_main("site_config/tinjauan.yaml", frontmatter.dump({"tinjauan": [review]}).encode())
    assert list(approved.remind()) == ["Langkah yang terlambat"]
    finish(approved)
    approved.settle()
    assert approved.case(PLACE.id).merged
    assert approved.remind() == {}


def test_a_check_is_red_only_when_somebody_has_to_mend_something_now(approved: Kantor) -> None:
    """Findings on a draft that is on its way are shown on their lines, and keep nobody from going on."""
    approved.draft("desainer", PLACE, {"takarir.md": BROKEN})
    on_its_way = checked(approved)
    assert on_its_way.returncode == 0, on_its_way.stderr
    assert "::error file=" in on_its_way.stdout
    approved.review("kepala", PULL, "APPROVE")
    finish(approved)
    due = checked(approved)
    assert (due.returncode, due.stderr) == (1, "")
    assert "::error file=" in due.stdout


def test_a_check_of_a_branch_that_cannot_be_taken_is_red_at_once(draft: Kantor) -> None:
    draft.draft("kepala", PLACE, {"catatan/0001-arah.yaml": b"urut: '1'\n"})
    done = checked(draft)
    assert (done.returncode, done.stderr) == (1, "")
    assert "catatan hanya ditulis oleh pengendali" in done.stdout


BROKEN = b'---\ntagar: ["#LAIN"]\n---\n\nHalo %0A::error::x\n'


def checked(office: Kantor) -> subprocess.CompletedProcess[str]:
    """Run the check of the pull request as check.yml does: with a token that can write nothing."""
    number, token = str(PULL), office.fake.person(ACTIONS).token
    return office.jdih("github", "check", "--pull", number, JDIH_TOKEN_FORGE=token)


def test_an_unprivileged_check_says_the_same_on_the_lines_and_writes_nothing(approved: Kantor) -> None:
    approved.draft("desainer", PLACE, {"takarir.md": BROKEN})
    approved.control()
    approved.writes()
    done = checked(approved)
    assert (done.returncode, done.stderr) == (0, "")
    assert approved.writes() == []
    marks = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert any(mark.startswith(f"::error file={PLACE.folder}/takarir.md,line=2,title=TAG") for mark in marks)
    shown = done.stdout.partition("###")[2]
    assert shown.strip() == approved.sheet(PULL).partition("###")[2].strip()


@pytest.mark.slow
def test_check_yml_shows_where_an_item_stands_builds_the_site_and_wakes_the_controller(approved: Kantor) -> None:
    given = {"github.event_name": "pull_request", "github.event.pull_request.number": str(PULL)}
    run = approved.workflow("check", given, branch=f"usul/{PLACE.id}")
    assert run.results == dict.fromkeys(("isi", "kode", "check", "kabari"), "success"), run.steps[-1].output
    assert "### <code>Mengenal JDIH</code>" in run.summary
    page = approved.root / "mesin/check/build/situs/informasi/kota/2026/contoh/index.html"
    assert "Mengenal JDIH" in page.read_text(encoding="utf-8"), "the artefact shows the item that is under review"
    approved.draft("desainer", PLACE, {"takarir.md": BROKEN})
    approved.review("kepala", PULL, "APPROVE")
    finish(approved)
    red = approved.workflow("check", given, branch=f"usul/{PLACE.id}")
    wanted = {"isi": "failure", "kode": "success", "check": "failure", "kabari": "success"}
    assert red.results == wanted, "the controller is woken all the same"
    assert any("::error file=" in step.output for step in red.steps)


def test_what_a_command_lacks_is_said_in_one_line(draft: Kantor) -> None:
    for env, said in (
        ({"JDIH_ROBOT": ""}, "JDIH_ROBOT belum diatur"),
        ({"JDIH_TOKEN_FORGE": "salah"}, "periksa alamat dan tokennya"),
    ):
        done = draft.jdih("github", "control", **env)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert said in done.stderr
        assert draft.fake.person(ROBOT).token not in done.stderr + done.stdout
