"""A judge of what is said to and by AT Protocol servers: as much of the lexicon language as our records use."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FORMATS = {
    "at-identifier": r"did:[a-z]+:[\w.:%-]+|([a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+",
    "at-uri": r"at://[^\s/]+(/[a-zA-Z0-9.]+(/[\w.~:-]+)?)?",
    "cid": r"b[a-z2-7]{58,}",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "did": r"did:[a-z]+:[\w.:%-]+",
    "handle": r"([a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+",
    "language": r"[a-z]{2,3}(-[a-zA-Z0-9]+)*",
    "nsid": r"[a-z0-9.-]+\.[a-zA-Z]+",
    "record-key": r"[\w.~:-]{1,512}",
    "tid": r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}",
    "uri": r"[a-z][a-z0-9+.-]*:\S+",
}
KINDS = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


class Lexicons:
    """The definitions below *folder*."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read = cache(self._load)

    def _load(self, nsid: str) -> dict[str, Any]:
        path = self._folder.joinpath(*nsid.split(".")).with_suffix(".json")
        found = json.loads(path.read_text(encoding="utf-8"))["defs"]
        assert isinstance(found, dict)
        return found

    def question(self, nsid: str, sent: Mapping[str, Any]) -> list[str]:
        """Return the faults of a query's parameters or a procedure's input. Parameters are sent as text."""
        main = self._read(nsid)["main"]
        if "parameters" in main:
            kinds = {name: each["type"] for name, each in main["parameters"].get("properties", {}).items()}
            sent = {name: int(value) if kinds.get(name) == "integer" else value for name, value in sent.items()}
            return list(self._object(nsid, main["parameters"], sent, "$", closed=True))
        schema = main.get("input", {}).get("schema", {"type": "object"})
        return list(self._object(nsid, schema, sent, "$", closed=True))

    def reply(self, nsid: str, said: object) -> list[str]:
        """Return the faults of a good answer."""
        return list(self._value(nsid, self._read(nsid)["main"]["output"]["schema"], said, "$"))

    def record(self, nsid: str, record: Mapping[str, Any], key: str) -> list[str]:
        """Return the faults of a record and its key. What a record of ours does not need to hold is a fault."""
        main = self._read(nsid)["main"]
        faults = [] if re.fullmatch(FORMATS[main["key"]], key) else [f"the key {key} is no {main['key']}"]
        body = {name: value for name, value in record.items() if name != "$type"}
        return [*faults, *self._object(nsid, main["record"], body, "$", closed=True)]

    def _value(self, home: str, schema: Mapping[str, Any], value: Any, path: str) -> Iterator[str]:  # noqa: ANN401
        kind = schema["type"]
        if kind == "ref":
            name, _, part = self._full(home, schema["ref"])
            yield from self._value(name, self._read(name)[part or "main"], value, path)
        elif kind == "union":
            yield from self._union(home, schema, value, path)
        elif kind == "blob":
            yield from self._blob(schema, value, path)
        elif kind in KINDS:
            if not _is_a(kind, value):
                yield f"{path} is no {kind}: {value!r}"
            elif kind == "object":
                yield from self._object(home, schema, value, path)
            elif kind == "array":
                yield from self._array(home, schema, value, path)
            elif kind == "string":
                yield from self._string(schema, value, path)

    def _object(
        self, home: str, schema: Mapping[str, Any], value: Mapping[str, Any], path: str, *, closed: bool = False
    ) -> Iterator[str]:
        known = schema.get("properties", {})
        yield from (f"{path}.{name} is missing" for name in schema.get("required", []) if name not in value)
        for name, inner in value.items():
            if name in known and not (inner is None and name in schema.get("nullable", [])):
                yield from self._value(home, known[name], inner, f"{path}.{name}")
            elif closed and name not in known:
                yield f"{path}.{name} is not in the lexicon"

    def _union(self, home: str, schema: Mapping[str, Any], value: Mapping[str, Any], path: str) -> Iterator[str]:
        known = {"#".join(filter(None, self._full(home, ref)[::2])): ref for ref in schema["refs"]}
        if value.get("$type") not in known:
            yield f"{path} is none of {sorted(known)}: {value.get('$type')}"
            return
        yield from self._value(home, {"type": "ref", "ref": known[value["$type"]]}, value, path)

    def _array(self, home: str, schema: Mapping[str, Any], value: list[Any], path: str) -> Iterator[str]:
        if len(value) > schema.get("maxLength", len(value)):
            yield f"{path} has {len(value)} parts"
        for index, inner in enumerate(value):
            yield from self._value(home, schema["items"], inner, f"{path}[{index}]")

    def _string(self, schema: Mapping[str, Any], value: str, path: str) -> Iterator[str]:
        if len(value.encode()) > schema.get("maxLength", 10**9):
            yield f"{path} has too many bytes"
        if len(regex.findall(r"\X", value)) > schema.get("maxGraphemes", 10**9):
            yield f"{path} has too many signs"
        if "format" in schema and not re.fullmatch(FORMATS[schema["format"]], value):
            yield f"{path} is no {schema['format']}: {value}"

    def _blob(self, schema: Mapping[str, Any], value: Any, path: str) -> Iterator[str]:  # noqa: ANN401
        if not isinstance(value, dict):
            yield f"{path} is no blob: {value!r}"
            return
        fine = value.get("$type") == "blob" and re.fullmatch(FORMATS["cid"], value["ref"]["$link"])
        accepted = [each.replace("*", ".*") for each in schema.get("accept", ["*"])]
        if not fine or not any(re.fullmatch(each, value["mimeType"]) for each in accepted):
            yield f"{path} is no blob that is taken: {value}"
        if value["size"] > schema.get("maxSize", 10**9):
            yield f"{path} has too many bytes"

    def _full(self, home: str, ref: str) -> tuple[str, str, str]:
        return (ref if not ref.startswith("#") else f"{home}{ref}").partition("#")


def _is_a(kind: str, value: object) -> bool:
    return type(value) is KINDS[kind]
