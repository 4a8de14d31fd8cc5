"""Prepared pictures on their way: the same ones on the site, in the post and in the cache."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline import content
from pipeline.desk.darkroom import Darkroom
from pipeline.flow import Rejected
from pipeline.model.base import JdihError
from pipeline.model.item import Caption, Fit, Konten, MediaFile
from tests.media.pictures import encoded, film, held_upright, opened, photo, taken

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model.base import Finding
    from pipeline.model.item import Item

PAGE = "https://jdih.example/informasi/kota/2026/contoh/"


def caption(*files: str) -> Caption:
    media = tuple(MediaFile(file=file, alt="Alt") for file in files)
    return Caption(text="Teks", hashtags=(), media=media, variants={})


@pytest.fixture
def darkroom(tmp_path: Path) -> Darkroom:
    return Darkroom(tmp_path / "media")


def test_an_address_costs_no_decoding_and_the_picture_is_made_once(darkroom: Darkroom) -> None:
    [sent] = darkroom.media(caption("media/a.jpg"), {"media/a.jpg": taken()}, "instagram", PAGE)
    assert not darkroom.folder.exists(), "nothing was made for the address alone"
    assert sent.url.startswith(f"{PAGE}media/a-")
    assert sent.url.endswith(".jpg")
    first = sent.content()
    [kept] = darkroom.folder.iterdir()
    kept.write_bytes(b"dari simpanan")
    assert sent.content() == b"dari simpanan", "the second time it is read"
    kept.unlink()
    assert sent.content() == first, "an emptied folder fills again with the same bytes"
    assert sent.size == len(first)


def test_what_is_fetched_is_what_the_post_names(darkroom: Darkroom) -> None:
    files = {"media/a.png": encoded(photo(), "PNG")}
    [sent] = darkroom.media(caption("media/a.png"), files, "instagram", PAGE)
    [served] = darkroom.fetched(caption("media/a.png"), files, "instagram")
    assert sent.url == f"{PAGE}{served.path}"
    assert sent.mime == "image/jpeg"
    assert served.read() == sent.content()
    assert list(darkroom.fetched(caption("media/a.png"), files, "x")) == [], "X is sent the bytes"


def test_a_carousel_follows_its_first_picture_where_the_platform_would_cut(
    darkroom: Darkroom, carousel: dict[str, bytes]
) -> None:
    sizes = {
        name: [opened(each.content()).size for each in darkroom.media(caption(*carousel), carousel, name, PAGE)]
        for name in ("instagram", "x")
    }
    assert sizes["x"] == [(1000, 1000), (1600, 900), (900, 1600)]
    assert sizes["instagram"] == [(1000, 1000), (1440, 1440), (1440, 1440)]


def test_a_carousel_follows_its_first_video_as_people_see_it(darkroom: Darkroom, carousel: dict[str, bytes]) -> None:
    for video, sizes in (
        (film(size=(320, 180)), [(1440, 810)] * 3),
        (held_upright(film(size=(240, 192))), [(1000, 1250), (1440, 1800), (1280, 1600)]),
    ):
        files = {"media/nol.mp4": video, **carousel}
        sent = list(darkroom.media(caption(*files), files, "instagram", PAGE))
        assert sent[0].content() == video
        assert [opened(each.content()).size for each in sent[1:]] == sizes
    broken = {"media/nol.mp4": b"rusak", **carousel}
    [_, follower, *_] = darkroom.media(caption(*broken), broken, "instagram", PAGE)
    with pytest.raises(Rejected, match="pertama yang rusak"):
        follower.content()


def test_a_video_is_sent_as_it_was_approved(darkroom: Darkroom) -> None:
    data = film()
    [sent] = darkroom.media(caption("media/a.mp4"), {"media/a.mp4": data}, "bluesky", PAGE)
    assert (sent.content(), sent.mime, sent.url) == (data, "video/mp4", f"{PAGE}media/a.mp4")
    assert not darkroom.folder.exists()


def test_what_cannot_be_prepared_is_rejected_and_not_served(darkroom: Darkroom) -> None:
    files = {"media/a.jpg": b"\xff\xd8\xffrusak"}
    [sent] = darkroom.media(caption("media/a.jpg"), files, "instagram", PAGE)
    with pytest.raises(Rejected, match=r"media/a\.jpg rusak atau terpotong"):
        sent.content()
    assert list(darkroom.fetched(caption("media/a.jpg"), files, "instagram")) == []
    with pytest.raises(JdihError, match="tidak ada di folder butir"):
        list(darkroom.prints(caption("media/b.jpg"), files, "x"))


def test_the_writer_chooses_between_margins_and_cropping(darkroom: Darkroom) -> None:
    files = {"media/a.jpg": encoded(photo(3000, 500))}
    whole = caption("media/a.jpg")
    cut = replace(whole, media=(replace(whole.media[0], fit=Fit.POTONG),))
    sizes = [
        opened(each.content()).size for one in (whole, cut) for each in darkroom.media(one, files, "instagram", PAGE)
    ]
    assert sizes == [(1440, 754), (955, 500)]


@pytest.mark.parametrize(
    ("written", "fit"), [("", Fit.TEPI), ("    rasio: tepi\n", Fit.TEPI), ("    rasio: potong\n", Fit.POTONG)]
)
def test_the_choice_stands_in_the_caption_file(checkout: Path, written: str, fit: Fit) -> None:
    item = _read(checkout, written)
    assert isinstance(item, Konten)
    assert item.caption is not None
    assert [each.fit for each in item.caption.media] == [fit]


def test_another_choice_is_a_finding_on_its_line(checkout: Path) -> None:
    found = _read(checkout, "    rasio: gepeng\n")
    assert isinstance(found, tuple)
    assert [(one.code, one.line, one.message) for one in found] == [
        ("MET004", 6, "'media.0.rasio' berisi gepeng: pilih salah satu dari tepi, potong")
    ]


def _read(root: Path, line: str) -> Item | tuple[Finding, ...]:
    folder = "content/konten/kota/2026/contoh"
    files = {path.name: path.read_bytes() for path in (root / folder).glob("*.md")}
    files["takarir.md"] = files["takarir.md"].replace(b"latar putih.\n", f"latar putih.\n{line}".encode())
    return content.read(folder, files)
