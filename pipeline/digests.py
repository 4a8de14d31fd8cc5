"""What a decision is bound to: a digest of the files its step covers."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model.history import Files, Paper
    from pipeline.model.procedure import Step

EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def digest(files: Files, patterns: Sequence[str]) -> str:
    """Return the SHA-256 over the sorted `mode blob path` lines of the files *patterns* cover.

    No pattern covers everything. Approvals on every carrier are bound to this value.
    """
    rows = sorted(f"{entry} {path}" for path, entry in covered(files, patterns).items())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def covered(files: Files, patterns: Sequence[str]) -> dict[str, str]:
    """Return the part of *files* that *patterns* cover (`*` stays in its folder, `**` does not)."""
    if not patterns:
        return dict(files)
    return {path: entry for path, entry in files.items() if any(_pattern(each).fullmatch(path) for each in patterns)}


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    parts = (
        ".*" if part == "**" else "[^/]*" if part == "*" else re.escape(part)
        for part in re.split(r"(\*\*|\*)", pattern)
    )
    return re.compile("".join(parts))


def missing(files: Files, papers: Mapping[str, Paper], step: Step) -> tuple[str, ...]:
    """Return the papers *step* requires that are absent or empty, each as `Disposisi (disposisi.md)`.

    A blob id tells an empty file from the others; whether anything is written in one, *papers* (path -> paper) says.
    """
    return tuple(
        f"{each.name} ({_shown(each.file)})"
        for each in step.requirements
        if each.file and not any(_there(*found, papers) for found in covered(files, (each.file,)).items())
    )


def _there(path: str, entry: str, papers: Mapping[str, Paper]) -> bool:
    return not entry.endswith(EMPTY_BLOB) and (path not in papers or papers[path].written)


def _shown(pattern: str) -> str:
    return f"folder {pattern.removesuffix('/**')}" if pattern.endswith("/**") else pattern
