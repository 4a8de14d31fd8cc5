"""A picture or video nobody can prepare costs its own post, never another's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.desk.darkroom import Darkroom
from pipeline.model.item import Caption, MediaFile
from tests.media.pictures import encoded, photo, turned_wrongly
from tests.publish.parts import X, post, wanted

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model.publishing import Wanted
    from tests.publish.parts import Desk


def item(desk: Desk, folder: Path, name: str, data: bytes) -> Wanted:
    caption = Caption(text=name, hashtags=(), media=(MediaFile(file="media/a.jpg", alt="b"),), variants={})
    media = Darkroom(folder).media(caption, {"media/a.jpg": data}, "x", f"{desk.site}/butir/")
    return replace(wanted(desk.site, X, shares=(), posts=(post(X, media, item=name, text=name),)), item=name)


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        pytest.param(encoded(photo())[:4000], ["uji-2026-lain"], id="cut short"),
        pytest.param(
            turned_wrongly(0x0100, 2, b"abc\0"), ["uji-2026-satu", "uji-2026-lain"], id="a width written as text"
        ),
    ],
)
def test_one_picture_never_stops_the_others(desk: Desk, tmp_path: Path, data: bytes, sent: list[str]) -> None:
    first = item(desk, tmp_path / "media", "uji-2026-satu", data)
    second = item(desk, tmp_path / "media", "uji-2026-lain", encoded(photo()))
    results = {outcome.action.item: outcome.result.value for outcome in desk.outcomes(first, second)}
    rejected = {"uji-2026-satu", "uji-2026-lain"} - set(sent)
    assert results == {**dict.fromkeys(sent, "published"), **dict.fromkeys(rejected, "rejected")}
    assert sorted(row["teks"] for row in desk.sandbox.posts()) == sorted(sent)
