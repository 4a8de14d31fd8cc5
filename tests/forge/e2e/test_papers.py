"""Whoever works in a browser finds every step's papers in the conversation, begun from their templates."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conftest import INDEX
from tests.forge.e2e.conftest import PULL
from tests.forge.e2e.playing import play
from tests.forge.e2e.way import PLACE

if TYPE_CHECKING:
    from tests.forge.e2e.kantor import Kantor

pytestmark = pytest.mark.slow


def links(office: Kantor, pull: int) -> dict[str, str]:
    """Return file -> where the conversation says it is written."""
    return dict(re.findall(r"\[([\w.-]+)\]\((https://[^)]*)\)", office.sheet(pull)))


def begun(address: str) -> str:
    return parse_qs(urlsplit(address).query)["value"][0]


def test_a_later_step_s_paper_is_begun_from_its_template_and_written_on_once_it_is_there(draft: Kantor) -> None:
    draft.comment("kepala", PULL, "/sop 1")
    assert draft.control() == []
    address = links(draft, PULL)["index.md"]
    assert address.startswith(
        f"https://github.com/kantor/jdih/new/usul/{PLACE.id}/{PLACE.folder}?filename=index.md&value="
    )
    assert f"id: {PLACE.id}" in begun(address)
    draft.draft("penulis", PLACE, {"index.md": INDEX.encode()})
    assert draft.control() == []
    assert links(draft, PULL)["index.md"] == (
        f"https://github.com/kantor/jdih/edit/usul/{PLACE.id}/{PLACE.folder}/index.md"
    )


def test_an_attestation_is_begun_with_the_digest_of_the_copy_on_the_branch(five: Kantor) -> None:
    piece = play(five, "jambi-pengunggahan")
    for visit in piece.scenario.visits[:2]:
        piece.visit(visit)
    assert five.control() == []
    found = links(five, piece.pull)
    copy = five.server.read(f"refs/heads/usul/{piece.place.id}", f"{piece.place.folder}/salinan.pdf") or b""
    assert f'sha256: "{hashlib.sha256(copy).hexdigest()}"' in begun(found["kesesuaian.md"])
    assert set(found) == {"kesesuaian.md", "index.md"}
    five.draft("sekretaris-jambi", piece.place, {"salinan.pdf": None})
    assert five.control() == []
    assert links(five, piece.pull)["salinan.pdf"] == (
        f"https://github.com/kantor/jdih/upload/usul/{piece.place.id}/{piece.place.folder}"
    )
