"""What is not answered, and with which words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from http import HTTPStatus


class Throttled(Exception):
    """Too many wrong passwords: not even the right one is looked at for `seconds`."""

    def __init__(self, seconds: int) -> None:
        """Keep how long to wait."""
        super().__init__(seconds)
        self.seconds = seconds


class Refused(Exception):
    """A request that is answered with a status and one Indonesian line, which Git shows as `remote:`."""

    def __init__(self, status: HTTPStatus, text: str, *headers: tuple[str, str]) -> None:
        """Keep the answer."""
        super().__init__(text)
        self.status = status
        self.headers = headers
