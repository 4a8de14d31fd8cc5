"""What an item's posts will look like: made by the same code that will send them, from a checkout."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from pipeline import programs, store
from pipeline.desk import building, shelf, wishes
from pipeline.flow import Rejected
from pipeline.media import preparing
from pipeline.model.base import JdihError
from pipeline.model.item import Konten
from pipeline.platforms import PLATFORMS, describes, title
from pipeline.sandbox import preview

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.desk.darkroom import Darkroom
    from pipeline.items import Place
    from pipeline.model.publishing import Media, Post

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_SHOWN_VIDEO = 20_000_000
"""Bytes of a video that a page can carry inside itself."""
_WINDOW = (1280, 6000)


def page(root: Path, place: Place, darkroom: Darkroom) -> str:
    """Return the page of previews of the item at *place*; raise `JdihError` when it has no posts to show."""
    item, posts = drafted(root, place, darkroom)
    when = item.schedule
    schedule = f"{when:%Y-%m-%d pukul %H.%M}" if when else ""
    shown = [_shown(post) for post in posts if post.platform in PLATFORMS]
    return preview.render(place.id, item.title, schedule, shown)


def drafted(root: Path, place: Place, darkroom: Darkroom) -> tuple[Konten, Sequence[Post]]:
    """Return the item at *place* as it stands in the checkout *root*, and its posts; raise `JdihError` without any."""
    held = shelf.read(root)
    shelved = held.items.get(place.id)
    if shelved is None or not isinstance(shelved.item, Konten):
        raise JdihError(f"butir {place.id} bukan konten yang sudah ditulis: tidak ada kiriman untuk dilihat")
    return shelved.item, [*wishes.social_posts(held, shelved, building.site_url(root), darkroom)]


def _shown(post: Post) -> preview.Shown:
    platform = PLATFORMS[post.platform]
    kept = fitting(post)
    return preview.Shown(
        platform=post.platform,
        handle=post.account.handle,
        part=post.part,
        parts=post.parts,
        text=post.text[:kept],
        over=post.text[kept:],
        length=platform.length(post.text),
        limit=platform.caption_limit(len(post.media)),
        pictures=tuple(_picture(media, post.platform) for media in post.media),
        link=post.link,
        title=title(post),
    )


def fitting(post: Post) -> int:
    """Return how many characters of the text its platform takes, counted as it counts."""
    platform = PLATFORMS[post.platform]
    low, high, limit = 0, len(post.text), platform.caption_limit(len(post.media))
    while low < high:
        middle = (low + high + 1) // 2
        if platform.length(post.text[:middle]) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _picture(media: Media, platform: str) -> preview.Picture:
    source, fault, is_video = "", "", media.mime.startswith("video/")
    try:
        data = media.content()
    except Rejected as error:
        fault = str(error)
    else:
        if is_video and len(data) > _SHOWN_VIDEO:
            fault = f"{media.name}: putar dari foldernya"
        else:
            source = f"data:{media.mime};base64,{b64encode(data).decode()}"
    told = describes(media, platform)
    return preview.Picture(source=source, alt=media.alt, described=told, is_video=is_video, fault=fault)


def photograph(file: Path, picture: Path) -> None:
    """Take a picture (PNG) of the page *file* with the machine's own Chromium; raise `JdihError` without one."""
    browser = next(filter(None, map(programs.find, BROWSERS)), None)
    if browser is None:
        raise JdihError("Chromium tidak ada di komputer ini: gambar pratinjau tidak dibuat, halamannya tetap ada")
    # The page runs nothing and loads nothing (its own policy), so the sandbox that root may not have is not missed.
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
    raw = picture.with_suffix(".mentah.png")
    size = f"--window-size={_WINDOW[0]},{_WINDOW[1]}"
    programs.run([browser, *flags, size, f"--screenshot={raw.resolve()}", file.resolve().as_uri()])
    taken = raw.read_bytes()
    raw.unlink()
    store.write(picture, preparing.trimmed(taken))
