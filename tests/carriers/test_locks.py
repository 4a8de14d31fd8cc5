"""A receive-pack that was killed leaves its lock on a branch: it must not close the branch for good."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers import receipts
from pipeline.carriers.repository import PushRefused
from pipeline.desk import aftermath, server
from tests.conftest import DISPOSITION, ITEM

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Office


def lock(office: Office, branch: str, minutes: int) -> Path:
    """Leave a lock on *branch*, as old as that."""
    path = office.path / f"refs/heads/{branch}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    then = time.time() - 60 * minutes
    os.utime(path, (then, then))
    return path


def test_an_abandoned_lock_gives_way_to_the_next_lawful_push(office: Office) -> None:
    left = lock(office, f"usul/{ITEM}", 11)
    office.draft("kepala", disposisi_md=DISPOSITION, push=True)
    assert office.tip()
    assert not left.exists()


def test_a_lock_that_may_be_held_stays_and_is_named(office: Office) -> None:
    held = lock(office, f"usul/{ITEM}", 0)
    with pytest.raises(PushRefused, match="sedang dikunci proses Git lain"):
        office.draft("kepala", disposisi_md=DISPOSITION, push=True)
    assert held.exists()


def test_a_push_that_is_refused_takes_no_lock_away(office: Office) -> None:
    left = lock(office, "main", 11)
    office.draft("kepala", disposisi_md=DISPOSITION)
    with pytest.raises(PushRefused, match="main"):
        office.clone("kepala").push("origin", f"usul/{ITEM}:refs/heads/main")
    assert left.exists()


@pytest.mark.slow
def test_the_follow_up_takes_an_abandoned_lock_off_the_receipts(office: Office) -> None:
    office.dress()
    secrets = office.root / "rahasia.yaml"
    secrets.write_text("x:jdih_kpu_contoh: kunci\n", encoding="utf-8")
    secrets.chmod(0o600)
    server.configure(
        office.path,
        site_out=office.root / "situs",
        site_url="https://jdih.example/",
        robot_key=office.keys / "penerbit",
        endpoints={},
        secrets=secrets,
    )
    office.draft("kepala", disposisi_md=DISPOSITION, push=True)
    left = lock(office, "kuitansi", 11)
    aftermath.follow_up(office.path, lambda: datetime.now(UTC), lambda _: None)
    assert office.tip(receipts.BRANCH)
    assert not left.exists()
