"""One item's whole way by the workflows' own steps: opened, judged, merged, published, watched over."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline import frontmatter
from tests.conftest import DISPOSITION, HERE
from tests.forge.e2e.actions import Actions
from tests.forge.e2e.conftest import PULL, finish
from tests.forge.e2e.founding import dress
from tests.forge.e2e.machine import WORKFLOWS, workflow
from tests.forge.e2e.public import in_public
from tests.forge.e2e.way import PLACE, SECOND, approve, go_on
from tests.forge.fake import ACTIONS, ROBOT
from tests.forge.runner import RunnerError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from tests.forge.e2e.kantor import Kantor
    from tests.forge.e2e.public import Public


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Public]:
    with in_public(tmp_path, [dress(tmp_path), HERE / "kantor"]) as office:
        yield office


def journey(public: Public, actions: Actions) -> None:
    """Carry one item from its disposition to the platforms, and let a faulty branch stand beside it."""
    office = public.office
    office.draft("kepala", PLACE, {"disposisi.md": DISPOSITION})
    assert actions.settle() == []
    assert list(office.open_pulls()) == [PLACE.id], "a new branch is given its pull request"
    office.pull = office.open_pulls()[PLACE.id]
    office.draft("kepala", SECOND, {"catatan/0001-arah.yaml": "urut: '1'\n"})
    assert [each.partition(":")[0] for each in actions.settle()] == ["check (pull_request)"], "a faulty branch is red"
    office.comment("kepala", office.pull, "/sop 1 SELESAI")
    go_on(office, "directed", "designed")
    assert actions.settle() == []
    approve(office)
    assert actions.settle() == []
    assert "langkah 6" in office.gate(office.pull)[1], "a review is heard at once"
    finish(office)
    assert actions.settle() == []
    assert "langkah 6" in office.gate(office.pull)[1], "a comment starts nobody"
    assert actions.scheduled("controller") == []
    assert len(office.merges()) == 1, "what is complete and well is merged"
    assert public.live() == ["instagram", "x"], "what came to main goes out"


@pytest.mark.slow
def test_the_workflows_own_steps_carry_an_item_from_a_branch_to_the_platforms(public: Public) -> None:
    office, actions = public.office, Actions(public.office, context=public.secrets, env=public.places)
    assert [each.partition(":")[0] for each in actions.scheduled("heartbeat")] == ["heartbeat (schedule)"]
    [alarm] = [one for one in office.fake.state.threads.values() if one.author == ACTIONS]
    journey(public, actions)
    published = actions.ran["publish"]
    assert actions.scheduled("reconcile") == []
    assert actions.ran["publish"] == published + 1, "the net starts the publication"
    assert public.live() == ["instagram", "x"], "each effect once"
    page = office.root / "mesin/publish/build/situs/informasi/kota/2026/contoh/index.html"
    assert "/x/lihat/" in page.read_text(encoding="utf-8"), "the second build links to the posts of the first"
    assert actions.scheduled("heartbeat") == []
    assert not alarm.open
    assert public.ledger().verify() == []
    assert {entry.state.value for entry in public.ledger().entries().values()} == {"done"}
    assert office.fault() == ""


@dataclass(frozen=True)
class Flaw:
    """A workflow with one text in place of another, and what is noticed of it."""

    workflow: str
    text: str
    instead: str
    noticed: str


FLAWS = {
    "an event forgotten": Flaw("signal", "  create:\n", "", "a new branch is given its pull request"),
    "reviews forgotten": Flaw("signal", "types: [submitted,", "types: [", "a review is heard at once"),
    "a failure swallowed": Flaw("check", '--pull "$PULL"\n', '--pull "$PULL" || true\n', "a faulty branch is red"),
    "a check of another name": Flaw("check", "    name: check\n", "    name: uji\n", "what is complete and well"),
    "an argument without a value": Flaw(
        "controller", '${PULL:+--pull "$PULL"}', '--pull "$PULL"', "tidak dapat dipakai"
    ),
    "an hour forgotten": Flaw("controller", '  schedule:\n    - cron: "4-59/5 * * * *"\n', "", "what is complete"),
    "a start refused": Flaw("controller", "  workflow_dispatch:\n", "  workflow_call:\n", "HTTP 422"),
    "the push forgotten": Flaw("publish", "  push:\n    branches: [main]\n", "", "what came to main goes out"),
}


@pytest.mark.slow
@pytest.mark.parametrize("flaw", FLAWS.values(), ids=FLAWS.keys())
def test_a_workflow_that_lost_something_is_noticed(public: Public, flaw: Flaw, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(WORKFLOWS, tmp_path / "alur"))
    path = folder / f"{flaw.workflow}.yml"
    text = path.read_text(encoding="utf-8")
    assert flaw.text in text
    path.write_text(text.replace(flaw.text, flaw.instead), encoding="utf-8")
    actions = Actions(public.office, folder, public.secrets, public.places)
    with pytest.raises((AssertionError, RunnerError), match=re.escape(flaw.noticed)):
        journey(public, actions)


@pytest.mark.slow
def test_reminders_are_kept_by_their_workflow_and_repeat_nothing(approved: Kantor) -> None:
    assert workflow(approved, "review-sop").results == {"ingatkan": "success"}
    opened = [one.title for one in approved.fake.state.threads.values() if one.author == ACTIONS]
    assert opened in (["Tinjau SOP kota/medsos"], [])
    approved.writes()
    assert workflow(approved, "review-sop").results == {"ingatkan": "success"}
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
    drawn, pictures = re.subn(r"<img src=[^>]*><br>", "", approved.sheet(PULL))
    assert pictures == 2, "drawing is the controller's alone"
    assert shown.strip() == drawn.partition("###")[2].strip()


@pytest.mark.slow
def test_check_yml_shows_where_an_item_stands_builds_the_site_and_wakes_the_controller(approved: Kantor) -> None:
    given = {"github.event_name": "pull_request", "github.event.pull_request.number": str(PULL)}
    run = workflow(approved, "check", given, branch=f"usul/{PLACE.id}")
    assert run.results == dict.fromkeys(("isi", "kode", "check", "kabari"), "success"), run.steps[-1].output
    assert "### <code>Mengenal JDIH</code>" in run.summary
    page = approved.root / "mesin/check/build/situs/informasi/kota/2026/contoh/index.html"
    assert "Mengenal JDIH" in page.read_text(encoding="utf-8"), "the artefact shows the item that is under review"
    approved.draft("desainer", PLACE, {"takarir.md": BROKEN})
    approved.review("kepala", PULL, "APPROVE")
    finish(approved)
    red = workflow(approved, "check", given, branch=f"usul/{PLACE.id}")
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
