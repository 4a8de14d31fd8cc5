"""A page that shows posts before they go out, in the clothes of the sandbox's wall. Nothing in it needs a network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture or video of a post as the platform gets it."""

    source: str
    """A `data:` address; '' where `fault` says why there is none."""
    alt: str
    described: bool
    """Whether the platform is told `alt`."""
    is_video: bool
    fault: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One account's post."""

    platform: str
    handle: str
    part: int
    parts: int
    """Which post of a thread of how many it is."""
    text: str
    over: str
    """What no longer fits, in the platform's own count."""
    length: int
    limit: int
    pictures: tuple[Picture, ...]
    link: str
    title: str = ""
    """What stands above the text, on platforms that want a title; '' elsewhere."""


def render(item: str, title: str, schedule: str, posts: Sequence[Shown]) -> str:
    """Return the page of the item with the id *item*."""
    page = Environment(autoescape=True, loader=FileSystemLoader(Path(__file__).parent))
    return page.get_template("preview.html").render(item=item, title=title, schedule=schedule, posts=posts)
