"""The browser of whoever sits at this terminal."""

from __future__ import annotations

import os
import sys
import webbrowser

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
_OWN_SCREEN = ("win32", "darwin")


def opened(address: str) -> bool:
    """Open *address* in a browser; say whether there was one. One that would take the terminal itself is none."""
    if sys.platform not in _OWN_SCREEN and not any(map(os.environ.get, _SCREENS)):
        return False
    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False
