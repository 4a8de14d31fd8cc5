"""The item or folder a person means, in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import items
from pipeline.desk import shelf
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from pipeline.items import Place


def root_of(path: Path) -> Path:
    """Return the repository's folder: the nearest one around *path* that holds content/ and site_config/."""
    start = path.absolute()
    for folder in (start, *start.parents):
        if (folder / "content").is_dir() and (folder / "site_config").is_dir():
            return folder
    raise JdihError(f"{path} tidak berada di dalam repositori JDIH (folder dengan content/ dan site_config/)")


def find(text: str) -> tuple[Path, Place]:
    """Return the repository and the item that *text*, an id or a path, means; raise `JdihError` when there is none."""
    here = Path(text).absolute()
    root = root_of(here if here.exists() else Path.cwd())
    inside = f"{here.relative_to(root).as_posix()}{'/' if here.is_dir() else ''}" if here.is_relative_to(root) else ""
    place = items.place_of(inside) if here.exists() else None
    known = place or next((each for each in shelf.places(root, root / "content") if each.id == text), None)
    if known is None or not (root / known.folder).is_dir():
        raise JdihError(f"butir {text} tidak ada di sini: tulis id atau folder butir (lihat jdih status)")
    return root, known
