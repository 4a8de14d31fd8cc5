"""Branches that are refused on a forge as they are on the office's own server."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline import hygiene
from tests.conftest import INDEX
from tests.forge.e2e.conftest import PULL
from tests.forge.e2e.kantor import git
from tests.forge.e2e.way import PLACE

if TYPE_CHECKING:
    from tests.forge.e2e.kantor import Kantor

pytestmark = pytest.mark.slow


def test_a_gap_in_the_forge_s_account_is_told_on_the_proposal_with_what_to_do(approved: Kantor) -> None:
    ref = f"refs/heads/usul/{PLACE.id}"
    forgotten = [one for one in approved.fake.state.moves if one.ref == ref][1]
    approved.fake.state.moves.remove(forgotten)
    assert approved.control() == []
    state, why = approved.gate(PULL)
    assert state == "failure"
    assert why.startswith(f"catatan forge tentang kiriman ke cabang ini terputus sesudah {forgotten.before[:10]}")
    assert "naskahnya dikirim sebagai butir baru" in approved.sheet(PULL)


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(minutes=16), "bertanggal dari masa depan"),
        (timedelta(minutes=-30), "lebih tua daripada kiriman yang mendasarinya"),
        (timedelta(minutes=14), ""),
        (timedelta(minutes=-5), ""),
    ],
)
def test_a_draft_is_dated_when_it_was_made_as_on_the_office_s_own_server(
    draft: Kantor, away: timedelta, said: str
) -> None:
    draft.clock.tick(minutes=1)
    folder, name = draft.clone("penulis"), f"usul/{PLACE.id}"
    git(folder, "fetch", "--quiet", str(draft.fake.path), "+refs/heads/*:refs/remotes/origin/*")
    git(folder, "switch", "--quiet", "-C", name, f"origin/{name}")
    (folder / PLACE.folder / "index.md").write_text(INDEX, encoding="utf-8")
    git(folder, "add", "--all")
    who, at = draft.people.by_id["penulis"], draft.clock() + away
    git(folder, "commit", "--quiet", "-m", "Naskah", person=who, at=at)
    draft.push("penulis", name)
    assert draft.control() == []
    state, why = draft.gate(PULL)
    assert (state, said in why) == ("failure" if said else "pending", True)
    draft.clock.tick(days=1)
    assert draft.control() == []
    assert draft.gate(PULL) == (state, why), "what came dated wrongly does not become right with time"


@pytest.mark.parametrize("over", [0, 1])
def test_a_file_nobody_should_have_to_carry_is_refused_even_when_it_was_taken_away_again(
    draft: Kantor, over: int
) -> None:
    draft.draft("penulis", PLACE, {"media/rapat.bin": bytes(hygiene.LARGEST_FILE + over)})
    draft.draft("penulis", PLACE, {"media/rapat.bin": None})
    assert draft.control() == []
    state, why = draft.gate(PULL)
    assert state == ("failure" if over else "pending")
    assert ("media/rapat.bin berukuran 50 MB" in why) is bool(over)
