"""Waiting for Ctrl-C."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _forever() -> None:
    while True:
        time.sleep(3600)


def until_interrupted(text: str, farewell: str = "berhenti", wait: Callable[[], None] = _forever) -> None:
    """Print *text* and wait for Ctrl-C, which may come the moment the text is read."""
    try:
        print(text, flush=True)
        wait()
    except KeyboardInterrupt:
        print(f"\n{farewell}", flush=True)
