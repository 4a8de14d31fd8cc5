"""What every platform takes, carried out on its stand-in: text, pictures, video, and the words that describe them.

The table stands in docs/decisions/0019-platforms.md. What a platform does not take, `jdih check` says before anybody
approves it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.model.people import Account
from pipeline.platforms import PLATFORMS
from pipeline.rules import media_unfit
from pipeline.sandbox import Sandbox
from tests.publish.parts import Desk, picture, post, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.carriers.ledger import Ledger
    from pipeline.model.publishing import Media
    from tests.publish.parts import Clock

IDS = {
    "instagram": ("17840000000000001", "jdihuji"),
    "facebook": ("1000000000000001", "jdihuji"),
    "threads": ("26000000000000001", "jdihuji"),
    "x": ("1990000000000000001", "jdihuji"),
    "youtube": ("UCkenari0000000000000001", "jdihuji"),
    "tiktok": ("kenari-tiktok", "jdihuji"),
    "telegram": ("@jdihuji", "jdihuji"),
    "bluesky": ("did:plc:ewvi7nxzyoun6zhxrhs64oiz", "jdihuji.example"),
    "mastodon": ("114000000000000001", "jdihuji@sosial.example"),
}
FORMS = {"text": "", "picture": "p", "pictures": "pp", "video": "v", "video beside a picture": "vp"}
TAKES = {
    "instagram": {"picture", "pictures", "video", "video beside a picture"},
    "facebook": {"text", "picture", "pictures", "video"},
    "threads": {"text", "picture", "pictures", "video", "video beside a picture"},
    "x": {"text", "picture", "pictures", "video"},
    "youtube": {"video"},
    "tiktok": {"picture", "pictures", "video"},
    "telegram": {"text", "picture", "pictures", "video", "video beside a picture"},
    "bluesky": {"text", "picture", "pictures", "video"},
    "mastodon": {"text", "picture", "pictures", "video"},
}
DESCRIBED = {
    ("instagram", "p"), ("facebook", "p"), ("threads", "p"), ("threads", "v"), ("x", "p"),
    ("bluesky", "p"), ("bluesky", "v"), ("mastodon", "p"), ("mastodon", "v"),
}  # fmt: skip
"""Where the API takes alternative text, of a picture or of a video."""


@pytest.fixture
def desk(ledger: Ledger, tmp_path: Path, site: str, clock: Clock) -> Iterator[Desk]:
    names = {key: handle for number, handle in IDS.values() for key in (number, f"rahasia-{number}")}
    sandbox = Sandbox(tmp_path / "sandbox", clock, names)
    with sandbox.running() as address:
        secrets = {f"{name}:{handle}": f"rahasia-{number}" for name, (number, handle) in IDS.items()}
        yield Desk(ledger, sandbox, address, site, clock, secrets)


def media(site: str, kinds: str) -> tuple[Media, ...]:
    still = picture(site)
    moving = replace(still, name="satu.mp4", mime="video/mp4", url=f"{site}/butir/media/satu.mp4", alt="Rapat")
    return tuple(still if kind == "p" else moving for kind in kinds)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", IDS)
def test_what_a_platform_takes_shows_there_and_the_rest_is_found(desk: Desk, name: str, form: str) -> None:
    kinds = FORMS[form]
    refused = list(media_unfit._faults(name, kinds.count("p"), kinds.count("v")))
    assert (refused == []) is (form in TAKES[name])
    assert all(name in message for message in refused)
    if refused:
        return
    number, handle = IDS[name]
    account = Account(platform=name, id=number, handle=handle)
    item = wanted(desk.site, account, shares=(), posts=(post(account, media(desk.site, kinds)),))
    assert desk.run(item) == {name: "published"}
    [row] = desk.sandbox.posts()
    told = ["Sampul <merah>" if kind == "p" else "Rapat" for kind in kinds]
    assert [each["alt"] if each["alt"] in told else "" for each in row["media"]] == [
        words if (name, kind) in DESCRIBED else "" for kind, words in zip(kinds, told, strict=True)
    ]
    assert [each["berkas"].endswith(".mp4") for each in row["media"]] == [kind == "v" for kind in kinds]


def test_the_table_is_of_every_platform() -> None:
    assert set(IDS) == set(TAKES) == set(PLATFORMS) - {"console"}
    assert {name for name, _ in DESCRIBED} == {name for name in IDS if PLATFORMS[name].ALT}
