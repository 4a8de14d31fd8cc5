"""`jdih demo`: the main job on one computer, as the program itself, twice."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.carriers.repository import Repository
from pipeline.sandbox.store import Store

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NEEDED = ("pipeline", "content", "site_config", "docs/peragaan", "mkdocs.yml")
SCENARIOS = sorted((ROOT / "docs/peragaan").glob("*.yaml"))
POST = re.compile(r"^(instagram|x):\S+: (http://127\.0\.0\.1:\d+/(?:instagram|x)/lihat/\d+)( \(sudah ditarik\))?$")
PORT = re.compile(r"(?<=127\.0\.0\.1):\d+")
PAGE = re.compile(r"^halaman: (http://127\.0\.0\.1:\d+/\S+/)$")


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str
    session: int
    kept: dict[str, Any]
    """What there is afterwards: the sandbox's state, the tips of the server's branches."""

    def told(self) -> str:
        """Return what happened, before the summary."""
        return self.out.partition("penyelarasan terakhir")[0]

    def summary(self) -> list[str]:
        """Return the summary's paragraphs, one an item."""
        _, _, after = self.out.partition("penyelarasan terakhir")
        return [each for each in re.split(r"\n\n", after) if "selesai dan sudah di main" in each]

    def addresses(self) -> list[tuple[str, int]]:
        found = re.findall(r"^(?:situs JDIH|dinding kiriman) +http://([\d.]+):(\d+)/$", self.out, re.MULTILINE)
        return [(host, int(port)) for host, port in found]


def start(project: Path, *words: str, cwd: Path | None = None) -> subprocess.Popen[str]:
    """Start the program of the copied project, in a session of its own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "GIT_", "COLUMNS"))}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "pipeline", *words],
        cwd=cwd or project,
        env={**kept, "PYTHONPATH": str(project), "COLUMNS": "160"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def jdih(project: Path, *words: str, cwd: Path | None = None) -> tuple[subprocess.Popen[str], str, str]:
    """Run the program to its end."""
    with start(project, *words, cwd=cwd) as program:
        out, err = program.communicate(timeout=280)
    return program, out, err


def state(project: Path) -> dict[str, Any]:
    """Return what the sandbox remembers."""
    folder = project / ".jdih/sandbox"
    if not folder.exists():
        return {"kiriman": []}
    with Store(folder, lambda: datetime.now(UTC), {}).open() as data:
        return data


def demonstrate(project: Path) -> Run:
    program, out, err = jdih(project, "demo", "--no-serve", "--port", "0")
    repository = Repository(project / ".jdih/office.git")
    kept = {"state": state(project), "refs": repository.refs("refs/heads")}
    repository.close()
    return Run(program.returncode, out, err, program.pid, kept)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy what the demonstration needs of the project, and nothing else."""
    copy = tmp_path / "proyek"
    for name in NEEDED:
        source, target = ROOT / name, copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return copy


def processes(session: int) -> list[str]:
    """Return the command lines of what still runs in a session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append((stat.parent / "cmdline").read_text(encoding="utf-8", errors="replace"))
        except OSError:
            continue  # it ended while we looked
    return found


def test_the_main_job_on_one_computer_twice(project: Path) -> None:
    """One test: two test processes would each play the whole."""
    first = demonstrate(project)
    it_plays_every_scenario(first)
    the_push_that_must_fail_is_shown_failing_with_the_reason(first)
    the_summary_lists_every_item_with_its_page_and_posts(first)
    what_it_shows_is_really_there(first, project)
    second = demonstrate(project)
    a_second_run_changes_nothing_and_sends_nothing(first, second)
    no_process_and_no_port_is_left_behind(first, second)
    the_ledger_is_whole_and_the_content_on_main_is_clean(project)


def it_plays_every_scenario(first: Run) -> None:
    assert (first.code, first.err) == (0, "")
    stories = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in SCENARIOS]
    assert len(stories) == 5
    for story in stories:
        assert f"\n{story['sop']}: {story['cerita']}\n" in first.told()
    assert {"magelang/pengumuman", "jambi/pengunggahan", "kpu-ri/medsos", "jambi/penurunan"} <= {
        story["sop"] for story in stories
    }
    planned = sum("catat" in visit for story in stories for visit in story["langkah"])
    assert len(re.findall(r"^  langkah \d+ ", first.told(), re.MULTILINE)) == planned


def the_push_that_must_fail_is_shown_failing_with_the_reason(first: Run) -> None:
    [line] = [line for line in first.told().splitlines() if "ditolak sebagaimana mestinya" in line]
    assert "DITOLAK: belum boleh digabung" in line
    assert first.told().count("DITOLAK") == 1


def the_summary_lists_every_item_with_its_page_and_posts(first: Run) -> None:
    rows = first.summary()
    assert len(rows) == len(SCENARIOS)
    for path, row in zip(SCENARIOS, rows, strict=True):
        story = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert f"{story['sop']}: selesai dan sudah di main" in row
        assert all(name in row for name in ("Kegiatan", "Oleh", "Waktu", "Standar"))
        steps = {visit["catat"] for visit in story["langkah"] if "catat" in visit}
        assert all(re.search(rf"│ {step} +│", row) for step in steps)
        pages = [match[1] for line in row.splitlines() if (match := PAGE.match(line))]
        posts = {match[1]: match[3] for line in row.splitlines() if (match := POST.match(line))}
        has_posts = (path.with_suffix("") / "takarir.md").exists()
        assert set(posts) == ({"instagram", "x"} if has_posts else set())
        assert len(pages) == (0 if story["sop"].endswith("/penurunan") else 1)


def what_it_shows_is_really_there(first: Run, project: Path) -> None:
    site = project / ".jdih/site"
    for row in first.summary():
        for line in row.splitlines():
            if match := PAGE.match(line):
                path = match[1].split("/", 3)[3]
                assert (site / path / "index.html").is_file()
    posts = first.kept["state"]["kiriman"]
    assert len(posts) == 6, "three items, two platforms each"
    shown = re.findall(r"/lihat/(\d+)", "\n".join(first.summary()))
    assert sorted(shown) == sorted(str(post["id"]) for post in posts)
    withdrawn = {str(post["id"]) for post in posts if post["dihapus"]}
    assert withdrawn == set(re.findall(r"/lihat/(\d+) \(sudah ditarik\)", first.out))
    assert len(withdrawn) == 2, "the taken-down product's posts are gone on both platforms"


def a_second_run_changes_nothing_and_sends_nothing(first: Run, second: Run) -> None:
    assert (second.code, second.err) == (0, "")
    assert second.kept["state"] == first.kept["state"]
    assert second.kept["refs"] == first.kept["refs"]
    assert not re.search(r"^ +(langkah|digabung|instagram:|x:)", second.told(), re.MULTILINE)
    assert len(second.summary()) == len(SCENARIOS)


def no_process_and_no_port_is_left_behind(*runs: Run) -> None:
    for run in runs:
        assert processes(run.session) == []
        assert len(run.addresses()) == 2
        for address in run.addresses():
            with closing(socket.socket()) as asking, pytest.raises(ConnectionRefusedError):
                asking.connect(address)


def the_ledger_is_whole_and_the_content_on_main_is_clean(project: Path) -> None:
    program, out, err = jdih(project, "ledger", "verify")
    assert (program.returncode, err) == (0, "")
    assert re.fullmatch(r"buku terbitan utuh: \d+ catatan\n", out)
    program, out, err = jdih(project, "check", cwd=project / ".jdih/office.git/jdih-main")
    assert (program.returncode, err) == (0, "")
    assert " diperiksa: 0 galat" in out
    program, out, err = jdih(project, "publish", "--plan", "--format", "json")
    left = {(row["action"], row["platform"]) for row in json.loads(out)["actions"]}
    assert (program.returncode, left) == (0, {("wait", "tautan")}), "only a message that a person sends is left"


def test_a_demonstration_killed_while_it_posts_goes_on_and_posts_nothing_twice(project: Path) -> None:
    """Everything dies at once, hook and all, when the first post is out: the ledger may not know of it yet."""
    with start(project, "demo", "--no-serve", "--port", "0") as program:
        until = time.monotonic() + 120
        while not state(project)["kiriman"] and time.monotonic() < until:
            time.sleep(0.01)
        os.killpg(program.pid, signal.SIGKILL)
    assert program.returncode == -signal.SIGKILL
    assert state(project)["kiriman"], "it was killed after its first post"

    run = demonstrate(project)
    assert (run.code, run.err) == (0, "")
    assert len(run.summary()) == len(SCENARIOS)
    posts = [(post["platform"], post["akun"], PORT.sub("", post["teks"])) for post in run.kept["state"]["kiriman"]]
    assert len(set(posts)) == len(posts), "nothing is posted twice"
    assert len(posts) >= 5, "at most the one that was on its way waits until nobody can be sending it any more"
    program, out, _ = jdih(project, "ledger", "verify")
    assert (program.returncode, out.startswith("buku terbitan utuh")) == (0, True)
    program, out, _ = jdih(project, "publish", "--plan", "--format", "json")
    assert {row["action"] for row in json.loads(out)["actions"]} <= {"wait"}
