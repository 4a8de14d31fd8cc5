"""GitHub's own description of its API: the judge of every exchange, and the shape of every answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.paths.exceptions import PathError
from openapi_core.templating.responses.exceptions import ResponseNotFound
from openapi_core.testing import MockRequest, MockResponse

from pipeline.forges._github_graph import QUERY

if TYPE_CHECKING:
    from collections.abc import Callable

SERVER = "https://api.github.com"
GRAPH = "/graphql"
"""The GraphQL API, which the description leaves out: one question is asked there, word for word."""
UNDESCRIBED = frozenset({401, 403, 404, 429, 500, 502, 503})
"""Answers every operation may give, described or not; they carry a message."""


@cache
def document() -> dict[str, Any]:
    path = Path(__file__).parents[1] / "github-openapi.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@cache
def _openapi() -> OpenAPI:
    # What GitHub publishes is taken as it is: only what follows it is judged.
    return OpenAPI.from_dict(document(), config=Config(spec_validator_cls=None))


@dataclass(frozen=True)
class Asked:
    """One request as it went over the wire."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def faults(self) -> list[str]:
        """Return what GitHub's description does not allow in the request."""
        if self.path == GRAPH:
            asked = json.loads(self.body)
            fits = asked.keys() == {"query", "variables"} and asked["query"] == QUERY and self.method == "POST"
            return [] if fits else ["a question to GraphQL that is not known"]
        return _judged(f"request {self.method} {self.path}", lambda: _openapi().validate_request(self._mock()))

    def answer_faults(self, status: int, answer: bytes) -> list[str]:
        """Return what GitHub's description does not allow in its answer."""
        if self.path == GRAPH:
            return []
        what = f"answer {status} to {self.method} {self.path}"
        if status in UNDESCRIBED and not self._describes(status):
            return [] if json.loads(answer).get("message") else [f"{what}: no message"]
        reply = MockResponse(answer, status_code=status)
        return _judged(what, lambda: _openapi().validate_response(self._mock(), reply))

    def _mock(self) -> MockRequest:
        headers = {"Content-Type": "application/json"}
        method = self.method.lower()
        return MockRequest(SERVER, method, self.path, args=self.query, headers=headers, data=self.body or None)

    def _describes(self, status: int) -> bool:
        try:
            _openapi().validate_response(self._mock(), MockResponse(b"{}", status_code=status))
        except (ResponseNotFound, PathError):
            return False
        except OpenAPIError:
            return True
        return True


_ONE_AT_A_TIME = Lock()


def _judged(what: str, act: Callable[[], object]) -> list[str]:
    try:
        with _ONE_AT_A_TIME:
            act()
    except OpenAPIError as error:
        return [f"{what}: {_reason(error)}"]
    return []


def _reason(error: BaseException) -> str:
    """Return the whole chain: the cause names the field."""
    said = [f"{type(error).__name__} {str(error)[:200]}"]
    details = getattr(error, "schema_errors", None) or getattr(error.__cause__, "schema_errors", None) or []
    said += [f"{'/'.join(map(str, detail.absolute_path))}: {detail.message[:200]}" for detail in details]
    return "; ".join(said)


def fill(name: str, /, **values: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is anything
    """Return an object of the schema *name*: every required field, with *values* where they matter."""
    filled: dict[str, Any] = _merged(json.loads(_blank_text(name)), values)
    return filled


@cache
def _blank_text(name: str) -> str:
    return json.dumps(_blank({**document()["components"]["schemas"][name], "nullable": False}))


def _blank(schema: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON is anything, of seven kinds
    if "$ref" in schema:
        return _blank(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if schema.get("nullable"):
        return None
    for choice in ("oneOf", "anyOf", "allOf"):
        if choice in schema:
            return _blank(schema[choice][0])
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {key: _blank(properties[key]) for key in schema.get("required", ()) if key in properties}
    formats = {"date-time": "2026-01-01T00:00:00Z", "uri": f"{SERVER}/"}
    plain: dict[str, Any] = {"array": [], "integer": 0, "number": 0, "boolean": False}
    return plain.get(schema.get("type", ""), formats.get(schema.get("format", ""), ""))


def _merged(base: Any, values: Any) -> Any:  # noqa: ANN401 - JSON is anything
    if not (isinstance(base, dict) and isinstance(values, dict)):
        return values
    return {**base, **{key: _merged(base.get(key), value) for key, value in values.items()}}
