"""The repository over HTTP, with the real Git client: who may come in, and what they may send."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
import requests

from pipeline import sandbox, web
from pipeline.carriers.repository import PushRefused, Repository
from pipeline.desk import guard, server, workbench
from tests.conftest import FOLDER, ITEM
from tests.served.conftest import git

if TYPE_CHECKING:
    from tests.served.conftest import ServedOffice

ROOT = Path(__file__).parents[2]
BRANCH = f"refs/heads/usul/{ITEM}"


def at_server(office: ServedOffice, ref: str = BRANCH) -> str | None:
    return Repository(office.path).resolve(ref)


def test_steps_and_merge_over_http(served: ServedOffice) -> None:
    assert isinstance(served.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(served.record("admin", 6, "UNGGAH"), list)
    served.merge("admin")  # carries the commits of everybody, the last is the admin's own
    assert FOLDER + "/index.md" in Repository(served.path).tree("refs/heads/main")


def test_a_wrong_password_opens_nothing(served: ServedOffice, tmp_path: Path) -> None:
    done = git("clone", served.url("penulis", "sandi yang salah"), tmp_path / "x")
    assert done.returncode == 128
    assert "Authentication failed" in done.stderr
    assert "remote: id atau sandi salah" in done.stderr
    nobody = git("clone", served.address, tmp_path / "y")
    assert nobody.returncode == 128
    answer = requests.get(f"{served.address}/info/refs?service=git-upload-pack", timeout=5)
    assert (answer.status_code, answer.headers["WWW-Authenticate"][:5]) == (401, "Basic")


def test_nobody_sends_what_another_signed(served: ServedOffice) -> None:
    clone, before = served.clone("penulis"), at_server(served)
    base = clone.resolve(f"origin/usul/{ITEM}") or ""
    draft = clone.commit([base], base, {f"{FOLDER}/notula.md": b"x\n"}, "naskah", served.who("penulis"))
    clone.git("remote", "set-url", "origin", served.url("desainer"))
    with pytest.raises(PushRefused, match="ditandatangani Penulis, padahal yang masuk ke peladen Desainer") as refused:
        clone.push("origin", f"{draft}:{BRANCH}")
    assert refused.value.lines[0].startswith("DITOLAK: ")
    assert at_server(served) == before
    clone.git("remote", "set-url", "origin", served.url("penulis"))
    clone.push("origin", f"{draft}:{BRANCH}")
    assert at_server(served) == draft


def test_who_may_merge_is_who_has_logged_in(served: ServedOffice) -> None:
    served.record("penulis", 6, "PERINTAH")
    served.record("admin", 6, "UNGGAH")
    clone, before = served.clone("admin"), at_server(served, "refs/heads/main")
    clone.git("remote", "set-url", "origin", served.url("penulis"))
    with pytest.raises(PushRefused, match="ditandatangani Admin, padahal yang masuk ke peladen Penulis"):
        workbench.merge(clone, ITEM, served.who("admin"))
    assert at_server(served, "refs/heads/main") == before


def test_the_first_refusal_is_the_gates_own(served: ServedOffice) -> None:
    clone = served.clone("penulis")
    main = clone.resolve("origin/main") or ""
    changed = clone.commit([main], main, {"content/halaman/x.md": b"# X\n"}, "x", served.who("penulis"))
    with pytest.raises(PushRefused, match="tidak berwenang mengubah konfigurasi"):
        clone.push("origin", f"{changed}:refs/heads/main")


def test_a_push_of_five_megabytes(served: ServedOffice) -> None:
    served.draft("desainer", media__kartu_jpg=os.urandom(5 * 2**20), push=True)
    tip = at_server(served)
    assert served.clone("penulis").resolve(f"origin/usul/{ITEM}") == tip
    assert [path.name for path in served.path.iterdir() if path.name.startswith("tmp")] == []


def test_a_person_without_a_person_behind_the_password(served: ServedOffice) -> None:
    """A password for somebody not registered opens the reading, never the writing."""
    file = served.path / "jdih-sandi"
    lines = file.read_text(encoding="utf-8")
    file.write_text(lines.replace("rangkap:", "tamu:"), encoding="utf-8")
    clone = served.clone("penulis")
    base = clone.resolve(f"origin/usul/{ITEM}") or ""
    draft = clone.commit([base], base, {f"{FOLDER}/notula.md": b"x\n"}, "naskah", served.who("penulis"))
    clone.git("remote", "set-url", "origin", served.url("tamu", "sandi panjang rangkap"))
    clone.fetch("origin")
    with pytest.raises(PushRefused, match="padahal yang masuk ke peladen tamu"):
        clone.push("origin", f"{draft}:{BRANCH}")


def test_two_people_push_at_the_same_moment_and_nothing_is_lost(served: ServedOffice) -> None:
    papers = {"penulis": "notula.md", "desainer": "rangkuman.md"}
    drafts = {}
    for person, name in papers.items():
        clone = served.clone(person)
        base = clone.resolve(f"origin/usul/{ITEM}") or ""
        drafts[person] = clone.commit([base], base, {f"{FOLDER}/{name}": b"isi\n"}, name, served.who(person))
    refused: dict[str, PushRefused] = {}
    start = Barrier(2)

    def send(person: str) -> None:
        start.wait()
        try:
            served._clones[person].push("origin", f"{drafts[person]}:{BRANCH}")
        except PushRefused as fault:
            refused[person] = fault

    threads = [Thread(target=send, args=(person,)) for person in papers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (loser,) = refused
    (winner,) = set(papers) - {loser}
    assert at_server(served) == drafts[winner]
    assert "orang lain sudah lebih dulu mengirim" in str(refused[loser])
    assert "ambil perubahan terbaru" in str(refused[loser])

    clone = served.clone(loser)
    clone.git("switch", "--quiet", "--detach", drafts[loser])
    clone.git("rebase", "--quiet", f"origin/usul/{ITEM}")
    clone.push("origin", f"HEAD:{BRANCH}")
    files = Repository(served.path).tree(BRANCH, FOLDER)
    assert set(papers.values()) <= set(files)


@pytest.mark.slow
def test_what_follows_a_merge_is_the_robots_not_the_persons_who_logged_in(served: ServedOffice) -> None:
    """The follow-up writes the ledger by a push of its own, which the hook must not take for the merger's."""
    repository, site = Repository(served.path), served.root / "situs"
    main = repository.resolve("refs/heads/main") or ""
    site_files = [path for name in ("site_config/theme", "content/halaman") for path in (ROOT / name).rglob("*.*")]
    files: dict[str, bytes | None] = {
        path.relative_to(ROOT).as_posix(): path.read_bytes() for path in (*site_files, ROOT / "mkdocs.yml")
    }
    repository.update_ref("refs/heads/main", repository.commit([main], main, files, "tema", served.who("pengelola")))
    site.mkdir()
    secrets = served.root / "rahasia.yaml"
    secrets.write_text("instagram:jdih_kpu_contoh: kunci-ig\nx:jdih_kpu_contoh: kunci-x\n", encoding="utf-8")
    secrets.chmod(0o600)
    play = sandbox.Sandbox(served.root / "tiruan", lambda: datetime.now(UTC))
    served.record("penulis", 6, "PERINTAH")
    served.record("admin", 6, "UNGGAH")
    with web.serving(site) as site_url, play.running() as wall:
        server.configure(
            served.path,
            site_out=site,
            site_url=site_url,
            robot_key=served.keys / "penerbit",
            endpoints=sandbox.endpoints(wall),
            secrets=secrets,
        )
        said = served.merge("admin")
    assert "tertunda" not in " ".join(said)
    last = Repository(served.path).log("-1", "refs/heads/terbitan")[0]
    assert last.committer_email == served.who("penerbit").email
    assert len(play.posts()) == 2


def test_a_push_that_came_too_late_is_told_how_to_go_on(served: ServedOffice) -> None:
    """What the loser reads when both were let in at the door: the words are the guard's, not Git's."""
    tip = at_server(served)
    before = Repository(served.path).resolve(f"{BRANCH}~1")
    (reason,) = guard.judge(served.path, [f"{before} {tip} {BRANCH}"], datetime.now(UTC), "penulis")
    assert reason.startswith(f"orang lain sudah lebih dulu mengirim ke usul/{ITEM}: ambil perubahan terbaru (git pull)")
