"""One item of a small office, from its disposition to `main`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.desk import verifying
from tests.forge.e2e.conftest import PULL, finish
from tests.forge.e2e.way import PLACE

if TYPE_CHECKING:
    from tests.forge.e2e.kantor import Kantor


def test_an_item_reaches_main_by_reviews_and_comments(approved: Kantor) -> None:
    assert approved.gate(PULL)[0] == "pending"
    finish(approved)
    assert approved.control() == []
    assert "belum mau menggabungkan" in approved.said[-1], "its head has no check yet"
    assert approved.gate(PULL) == ("success", "langkah SOP lengkap")
    approved.checks_pass()
    assert approved.control() == []
    case = approved.case(PLACE.id)
    assert case.progress is not None
    assert (case.merged, case.progress.complete, case.progress.refusals) == (True, True, ())
    verdict = verifying.verify(approved.witness())
    assert (verdict.fault, verdict.merges, verdict.receipts) == (None, 1, True)
