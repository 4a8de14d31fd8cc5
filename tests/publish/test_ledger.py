"""The ledger in a real bare repository: races, refusals, and every way to tamper with it."""

from __future__ import annotations

import multiprocessing
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers import effect_file
from pipeline.carriers.ledger import BRANCH, Ledger
from pipeline.carriers.repository import Identity, PushRefused, Repository, clone
from pipeline.fields import FaultyError
from pipeline.model.publishing import EffectAction, Entry, Receipt, Staged, State, Turn, effect_key
from pipeline.reconcile.effect import advance
from tests.publish.parts import X

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ROBOT = Identity("Penerbit", "penerbit@uji.example")


def effect(item: str) -> Entry:
    key = effect_key(item, X, EffectAction.PUBLISH, "a" * 64)
    turn = Turn(state=State.CLAIMED, at=AT, why="disetujui: 'ya'")
    return Entry(key=key, item=item, account=X, action=EffectAction.PUBLISH, digest="a" * 64, history=(turn,))


def write(ledger: Ledger, *items: str) -> None:
    ledger.update(lambda _: [effect(item) for item in items], "uji\n")


def crowd(remote: Path, name: str, count: int) -> None:
    """Write *count* effects, one push each."""
    ledger = Ledger(Repository(remote), remote, ROBOT)
    for number in range(count):
        write(ledger, f"{name}-{number}")


def test_an_entry_comes_back_as_it_was(ledger: Ledger) -> None:
    staged = Staged(ids=("010", "12:30"), since=AT, text="Baris satu\n\n#JDIHKPU: ya\n", reply_to="9")
    entry = advance(effect("satu"), State.POSTING, AT, "x", staged=staged, retry_at=AT, order="uji-perintah")
    entry = advance(entry, State.DONE, AT, "", receipt=Receipt(remote_id="1", url="https://x.com/a/status/1"))
    ledger.update(lambda _: [entry], "uji\n")
    assert ledger.entries() == {entry.key: entry}
    assert ledger.verify() == []


def test_two_processes_lose_nothing(remote: Path, ledger: Ledger) -> None:
    context = multiprocessing.get_context("spawn")
    runs = [context.Process(target=crowd, args=(remote, name, 5)) for name in ("kiri", "kanan")]
    for run in runs:
        run.start()
    for run in runs:
        run.join(60)
    assert [run.exitcode for run in runs] == [0, 0]
    assert len(ledger.entries()) == 10
    assert ledger.verify() == []


def test_two_clones_in_threads_lose_nothing(remote: Path, tmp_path: Path, ledger: Ledger) -> None:
    write(ledger, "awal")

    def work(name: str) -> None:
        repository = clone(str(remote), tmp_path / name)
        other = Ledger(repository, "origin", ROBOT)
        for number in range(4):
            write(other, f"{name}-{number}")
        repository.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("kiri", "kanan")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ledger.entries()) == 9


def test_only_one_of_two_wins_a_transition(remote: Path, ledger: Ledger) -> None:
    """The decision is asked again about the tip somebody else has made."""
    write(ledger, "satu")
    other = Ledger(Repository(remote), remote, ROBOT)
    asked: list[State] = []

    def arm(entries: Mapping[str, Entry]) -> list[Entry]:
        [entry] = entries.values()
        asked.append(entry.state)
        if len(asked) == 1:
            other.update(lambda seen: [advance(each, State.POSTING, AT, "lain") for each in seen.values()], "lain\n")
        return [advance(entry, State.POSTING, AT, "kami")] if entry.state is State.CLAIMED else []

    assert ledger.update(arm, "kami\n") == {}
    assert asked == [State.CLAIMED, State.POSTING]


def test_what_waits_while_a_push_is_under_way_goes_in_the_next(ledger: Ledger) -> None:
    threads = [threading.Thread(target=write, args=(ledger, f"butir-{number}")) for number in range(8)]
    with ledger._lock:
        for thread in threads:
            thread.start()
        while len(ledger._waiting) < 8:
            time.sleep(0.01)
    for thread in threads:
        thread.join()
    assert len(ledger.entries()) == 8
    assert ledger._repository.git("rev-list", "--count", BRANCH) == "1"


def test_a_writer_that_saw_an_old_tip_decides_anew(remote: Path, ledger: Ledger) -> None:
    """Nothing to do is believed only of the remote's own tip."""
    write(ledger, "satu")
    Ledger(Repository(remote), remote, ROBOT).update(
        lambda seen: [advance(each, State.HELD, AT, "lain") for each in seen.values()], "lain\n"
    )
    again = ledger.update(
        lambda seen: [advance(each, State.CLAIMED, AT, "") for each in seen.values() if each.state is State.HELD], "u\n"
    )
    assert [entry.state for entry in again.values()] == [State.CLAIMED]
    assert ledger.verify() == []


def test_a_refusal_is_raised_with_the_remotes_words(remote: Path, ledger: Ledger) -> None:
    hook = remote / "hooks" / "update"
    hook.write_text("#!/bin/sh\necho 'penanda tangan tidak dikenal'\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    with pytest.raises(PushRefused, match="penanda tangan tidak dikenal"):
        write(ledger, "satu")
    assert ledger.entries() == {}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("keadaan: claimed\npada", "", ""),
        ("butir: satu", "butir: dua", "kunci bukan sidik"),
        ("keadaan: claimed\nriwayat", "keadaan: done\nriwayat", "baris terakhir riwayat"),
        ("- keadaan: claimed", "- keadaan: done", "tidak boleh menyusul"),
        ("- keadaan: claimed", "- keadaan: entah", "tidak dikenal"),
        ("+00:00", "", "bukan waktu dengan zona"),
        ("platform: x", "platform: x\nrahasia: s3cr3t", "kunci 'rahasia' tidak dikenal"),
    ],
)
def test_a_tampered_file_is_named(old: str, new: str, fault: str) -> None:
    path, data = effect_file.path_of(effect("satu").key), effect_file.write(effect("satu")).decode()
    if not fault:
        assert effect_file.read(data.encode(), path) == effect("satu")
        return
    assert old in data
    with pytest.raises(FaultyError) as caught:
        effect_file.read(data.replace(old, new).encode(), path)
    assert fault in " ".join(finding.message for finding in caught.value.findings)


def tamper(ledger: Ledger, changes: dict[str, bytes | None]) -> list[str]:
    """Commit *changes* straight onto the branch and return what `verify` says."""
    repository = ledger._repository
    tip = repository.resolve(BRANCH)
    assert tip
    repository.update_ref(BRANCH, repository.commit([tip], tip, changes, "gelap\n", ROBOT))
    return [finding.message for finding in ledger.verify()]


def test_verify_finds_a_removed_file(ledger: Ledger) -> None:
    write(ledger, "satu", "dua")
    assert "tidak pernah dihapus" in tamper(ledger, {effect_file.path_of(effect("satu").key): None})[0]


def test_verify_finds_a_rewound_file(ledger: Ledger) -> None:
    write(ledger, "satu")
    ledger.update(lambda seen: [advance(each, State.HELD, AT, "ditolak") for each in seen.values()], "uji\n")
    again = effect_file.write(effect("satu"))
    assert "riwayat ditulis ulang" in tamper(ledger, {effect_file.path_of(effect("satu").key): again})[0]


def test_verify_finds_a_misplaced_and_a_malformed_file(ledger: Ledger) -> None:
    write(ledger, "satu")
    messages = tamper(ledger, {"efek/00/lain.yaml": effect_file.write(effect("satu")), "catatan.txt": b"- bukan\n"})
    assert any("harus bernama" in message for message in messages)
    assert any("kunci: nilai" in message for message in messages)
