"""What a person saw of a post, written into the ledger where a forge carries the repository."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipeline import frontmatter
from pipeline.carriers import history
from pipeline.carriers.ledger import Ledger
from pipeline.model.people import Authority
from pipeline.model.publishing import State
from tests.forge.e2e.kantor import git
from tests.forge.e2e.machine import workflow
from tests.forge.fake import ROBOT
from tests.forge.fake.bare import CLEAN
from tests.publish.test_commands import unknown

if TYPE_CHECKING:
    from pipeline.model.publishing import Entry
    from tests.forge.e2e.kantor import Kantor

pytestmark = pytest.mark.slow
KEY = unknown().key[:10]


@pytest.fixture
def waiting(approved: Kantor) -> Kantor:
    """An office whose robot does not know what became of a post, and whose head may say so."""
    rows = frontmatter.parse_yaml(approved.server.read("refs/heads/main", history.PEOPLE) or b"").fields["orang"]
    assert isinstance(rows, list)
    for row in rows:
        assert isinstance(row, dict)
        if row["id"] == "kepala":
            row["wewenang"] = ["terbitan"]
    approved.on_main(history.PEOPLE, frontmatter.dump({"orang": rows}).encode())
    ledger(approved).update(lambda _: [unknown()], "uji\n")
    return approved


def ledger(office: Kantor) -> Ledger:
    link = office.link()
    link.fetch()
    return Ledger(link.repository, "origin", link.robot(Authority.TERBITAN))


def entry(office: Kantor) -> Entry:
    [found] = ledger(office).entries().values()
    return found


def resolve(office: Kantor, who: str, seen: str, number: str = "", url: str = "") -> tuple[bool, str]:
    """Fill in the form of the workflow as *who*; return whether the run went well, and what it said."""
    inputs = {"kunci": KEY, "terlihat": seen, "nomor": number, "tautan": url}
    given = {f"inputs.{name}": value for name, value in inputs.items()} | {"github.triggering_actor": who}
    run = workflow(office, "resolve", given)
    return run.results == {"putusan": "success"}, run.steps[-1].output


def test_what_was_seen_is_written_down_with_the_name_of_who_saw_it(waiting: Kantor) -> None:
    done, said = resolve(waiting, "kepala", "tayang", "1799", "https://x.com/jdih_kpu_contoh/status/1799")
    assert done, said
    found = entry(waiting)
    assert (found.state, found.why) == (State.DONE, "dipastikan Kepala: tayang")
    assert found.receipt is not None
    assert (found.receipt.remote_id, found.receipt.url) == ("1799", "https://x.com/jdih_kpu_contoh/status/1799")
    again, said = resolve(waiting, "kepala", "tidak-ada")
    assert not again
    assert "bukan kunci tepat satu kiriman yang menunggu keputusan" in said
    assert ledger(waiting).verify() == []


def test_what_was_not_there_is_sent_again_by_the_next_run(waiting: Kantor) -> None:
    assert resolve(waiting, "kepala", "tidak-ada")[0]
    assert entry(waiting).state is State.CLAIMED


@pytest.mark.parametrize("who", ["penulis", "orang-asing", ROBOT, ""])
def test_only_a_person_with_the_authority_decides_whoever_may_start_the_workflow(waiting: Kantor, who: str) -> None:
    done, said = resolve(waiting, who, "tidak-ada")
    assert not done
    assert "bukan orang berwenang terbitan" in said or "JDIH_PETUGAS belum diatur" in said
    assert entry(waiting).state is State.UNKNOWN


@pytest.mark.parametrize(
    ("seen", "number", "url"),
    [("tayang", "", ""), ("tidak-ada", "1799", ""), ("tayang", "1799", "javascript:alert(1)"), ("mungkin", "1", "")],
)
def test_what_does_not_fit_together_is_not_guessed(waiting: Kantor, seen: str, number: str, url: str) -> None:
    assert not resolve(waiting, "kepala", seen, number, url)[0]
    assert entry(waiting).state is State.UNKNOWN


def test_the_ledger_is_looked_at_in_any_clone_and_decided_on_the_forge(waiting: Kantor) -> None:
    folder = waiting.clone("penulis")
    git(folder, "remote", "set-url", "origin", str(waiting.fake.path))
    env = CLEAN | waiting.environment("penulis") | {"JDIH_TOKEN_FORGE": "", "JDIH_KUNCI": ""}

    def jdih(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "pipeline", "ledger", *words]
        return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120)

    assert "BELUM PASTI" in jdih("show").stdout
    assert KEY in jdih("show").stdout
    assert jdih("verify").stdout == "buku terbitan utuh: 1 catatan\n"
    done = jdih("resolve", KEY, "--absent")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "workflow resolve pada tab Actions" in done.stderr
