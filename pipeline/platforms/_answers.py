"""Reading what a server lists. What is not as its specification says is put off, never guessed at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pipeline.flow import Deferred


def rows(value: object, *names: str) -> list[dict[str, Any]]:
    """Return the list *value* whose every row has a text under each of *names*; raise `Deferred` when it is not one."""
    if isinstance(value, list) and all(isinstance(row, dict) and _has(row, names) for row in value):
        return value
    raise Deferred("jawaban platform tidak utuh")


def _has(row: dict[str, Any], names: tuple[str, ...]) -> bool:
    return all(isinstance(row.get(name), str) for name in names)


def moment(text: str) -> datetime:
    """Return the moment written as ISO 8601 with its zone; raise `Deferred` when it is not one."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Deferred("jawaban platform tidak utuh")
    return found


def part(value: object, *names: str) -> dict[str, Any]:
    """Return what lies below *names* inside *value*, {} where that is no object."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
