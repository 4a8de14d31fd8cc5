"""The one item of the small office and its way to `main`, act by act; the moments in between have names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import items
from tests.conftest import CAPTION, DISPOSITION, FOLDER, INDEX, ITEM, picture
from tests.forge.fake import ROBOT

if TYPE_CHECKING:
    from pipeline.items import Place
    from tests.forge.e2e.kantor import Kantor


def _place(folder: str) -> Place:
    found = items.place_of(f"{folder}/")
    assert found is not None
    return found


PLACE = _place(FOLDER)
SECOND = _place("content/konten/kota/2026/kedua")
"""Another item, that stands beside."""
BRANCH = f"usul/{ITEM}"
DESIGN: dict[str, bytes | str | None] = {"takarir.md": CAPTION, "media/kartu.jpg": picture()}


def direct(office: Kantor) -> None:
    office.draft("kepala", PLACE, {"disposisi.md": DISPOSITION})
    office.pull = office.fake.person(ROBOT).open_pull(BRANCH, ITEM)
    office.comment("kepala", office.pull, "/sop 1 SELESAI")


def write(office: Kantor) -> None:
    office.draft("penulis", PLACE, {"index.md": INDEX})
    office.comment("penulis", office.pull, "/sop 2 SELESAI")


def correct(office: Kantor) -> None:
    office.review("kepala", office.pull)


def design(office: Kantor) -> None:
    office.draft("desainer", PLACE, DESIGN)
    office.comment("desainer", office.pull, "/sop 4 SELESAI")


def approve(office: Kantor) -> None:
    office.review("kepala", office.pull, "APPROVE", "Bagus.")


def order(office: Kantor) -> None:
    office.comment("penulis", office.pull, "/sop 6 PERINTAH")


def upload(office: Kantor) -> None:
    office.comment("admin", office.pull, "/sop 6 UNGGAH")


WAY = {
    "founded": None,
    "directed": direct,
    "written": write,
    "corrected": correct,
    "designed": design,
    "approved": approve,
    "ordered": order,
    "uploaded": upload,
}
"""Name of a moment -> what leads to it."""


def go_on(office: Kantor, start: str, until: str = "uploaded") -> None:
    """Do lawfully what is left of the way after the moment *start*."""
    names = list(WAY)
    for name in names[names.index(start) + 1 : names.index(until) + 1]:
        act = WAY[name]
        assert act is not None
        act(office)
