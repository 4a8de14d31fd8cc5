"""Judges of what is said to and by platforms: a published OpenAPI document, and recorded traffic."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openapi_core.testing import MockRequest, MockResponse


class Stranger(OpenAPIError):
    """A parameter the document does not know, or an answer it does not describe."""


class Described:
    """An OpenAPI document as judge. What it does not mention is a fault: the library lets it pass."""

    def __init__(self, document: dict[str, Any]) -> None:
        # Published documents have slips of their own, so the document is not judged, only what follows it.
        known: dict[str, Callable[[bytes], Any]] = {"application/problem+json": json.loads}
        config = Config(spec_validator_cls=None, extra_media_type_deserializers=known)
        self._judge = OpenAPI.from_dict(document, config=config)
        self._document = document

    def validate_request(self, request: MockRequest) -> None:
        """Raise `OpenAPIError` for what a request must not be."""
        self._judge.validate_request(request)
        known = {each["name"] for each in self._parameters(request) if each["in"] == "query"}
        if strange := set(request.parameters.query) - known:
            raise Stranger(f"{request.path} does not know {sorted(strange)}")

    def validate_response(self, request: MockRequest, response: MockResponse) -> None:
        """Raise `OpenAPIError` for what an answer must not be."""
        self._judge.validate_response(request, response)

    def _parameters(self, request: MockRequest) -> Iterator[dict[str, Any]]:
        paths = {path: each for path, each in self._document["paths"].items() if _fits(path, request.path)}
        _, described = min(paths.items(), key=lambda each: each[0].count("{"))
        for each in (*described.get("parameters", ()), *described[request.method].get("parameters", ())):
            yield self._resolved(each)

    def _resolved(self, told: dict[str, Any]) -> dict[str, Any]:
        found = self._document if "$ref" in told else told
        for name in str(told.get("$ref", "#")).split("/")[1:]:
            found = found[name]
        return found


def _fits(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(template)), path) is not None


def shapes(rows: list[Any]) -> dict[str, set[str]]:
    """Return where -> which types were recorded there, e.g. `account.id` -> {'str'}; lists are walked into."""
    found: dict[str, set[str]] = {}
    for row in rows:
        for where, kind in _walked(row, ""):
            found.setdefault(where, set()).add(kind)
    return found


def unlike(answer: object, recorded: dict[str, set[str]]) -> list[str]:
    """Return where *answer* has what was never recorded there, or has it of another type."""
    return [
        f"{where} is {kind}, recorded: {sorted(recorded.get(where, {'nothing'}))}"
        for where, kind in _walked(answer, "")
        if kind not in recorded.get(where, ())
    ]


def _walked(value: object, where: str) -> Iterator[tuple[str, str]]:
    yield where, type(value).__name__
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield from _walked(inner, f"{where}.{name}".lstrip("."))
    for inner in value if isinstance(value, list) else ():
        yield from _walked(inner, f"{where}[]")
