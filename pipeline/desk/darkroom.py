"""Pictures as each platform takes them, made when they are asked for and kept in a folder.

A prepared picture is named after what it is made of. So its public address is known without making it, never
means two different pictures, and the folder may be emptied at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pipeline import store
from pipeline.flow import Rejected
from pipeline.media import looking, plan, preparing
from pipeline.model import publishing, site
from pipeline.model.base import JdihError
from pipeline.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pipeline.model.item import Caption, MediaFile
    from pipeline.model.platform import Images

IN_CLONE = ".jdih/tembolok/media"
"""Where a clone keeps what was prepared."""


@dataclass(frozen=True, slots=True)
class Print:
    """One picture or video as one platform gets it."""

    of: MediaFile
    path: str
    """Below the item's page; a video keeps its own name, for it is sent as it was approved."""
    mime: str
    read: Callable[[], bytes]
    """Raise `UnfitError` when it cannot be prepared."""


@dataclass(frozen=True, slots=True)
class Darkroom:
    """Makes prints and keeps them below `folder`."""

    folder: Path

    def prints(self, caption: Caption, files: Mapping[str, bytes], platform: str) -> Iterator[Print]:
        """Yield every picture and video of a post as *platform* takes it; *files* holds the item's own."""
        accepted, first = PLATFORMS[platform].IMAGES, b""
        for each in caption.media:
            if each.file not in files:
                raise JdihError(f"{each.file} tidak ada di folder butir: tambahkan berkasnya atau betulkan namanya")
            source = files[each.file]
            if looking.is_video(each.file):
                yield Print(each, each.file, looking.VIDEO_MIME, partial(bytes, source))
            else:
                yield self._print(each, accepted, source, first if accepted.uniform else b"")
            first = first or source

    def _print(self, each: MediaFile, accepted: Images, source: bytes, leader: bytes) -> Print:
        wanted = plan.target(accepted, each.fit)
        name = f"{wanted.name(source, leader)}{wanted.suffix}"

        def read() -> bytes:
            path = self.folder / name
            if not path.is_file():
                store.write(path, preparing.prepare(source, preparing.alike(wanted, leader) if leader else wanted))
            return path.read_bytes()

        own = PurePosixPath(each.file)
        return Print(each, own.with_name(f"{own.stem}-{name}").as_posix(), wanted.mime, read)

    def media(
        self, caption: Caption, files: Mapping[str, bytes], platform: str, page: str
    ) -> tuple[publishing.Media, ...]:
        """Return what is sent to *platform*, with addresses below the page's."""
        return tuple(
            publishing.Media(
                name=each.of.file, url=f"{page}{each.path}", alt=each.of.alt, mime=each.mime, content=_sendable(each)
            )
            for each in self.prints(caption, files, platform)
        )

    def fetched(self, caption: Caption, files: Mapping[str, bytes], platform: str) -> Iterator[site.PublicFile]:
        """Yield what *platform* will fetch from the page; what cannot be prepared it will report as missing."""
        if platform in PLATFORMS and PLATFORMS[platform].IMAGES.fetched:
            for each in self.prints(caption, files, platform):
                try:
                    data = each.read()
                except preparing.UnfitError:
                    continue
                if each.path != each.of.file:
                    yield site.PublicFile.of(each.path, data)


def _sendable(each: Print) -> Callable[[], bytes]:
    def content() -> bytes:
        try:
            return each.read()
        except preparing.UnfitError as error:
            raise Rejected(f"{each.of.file} {error}") from error

    return content
