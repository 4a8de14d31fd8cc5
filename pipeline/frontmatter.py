"""Read YAML and front matter as text, with the line of every value.

Nothing is guessed: YAML's own types turn `nomor: 010` into 8 and `jam: 12:30` into 750,
and keep the last of two equal keys without a word. A guard over the parser's events
refuses what crashes or stalls loaders (depth, anchors, merge bombs, tags, size) before
anything is built (measured in the project's reliability notes, section 4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Value = str | list["Value"] | dict[str, "Value"]

MAX_BYTES = 64 * 1024
MAX_DEPTH = 12
_UNFOLDED = 1 << 30
_ODD_BREAK = re.compile("[\x85\u2028\u2029]")  # PyYAML writes these bare and reads them back as spaces
_FENCED = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n(.*))?\Z", re.DOTALL | re.MULTILINE)
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class MalformedError(ValueError):
    """Text that is not the notation it claims to be; `line` (from 1) says where."""

    def __init__(self, line: int, message: str) -> None:
        """Remember the line for the finding this becomes."""
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML mapping, or a Markdown file with front matter."""

    fields: Mapping[str, Value]
    """Scalars are always text; an empty value is ''."""
    lines: Mapping[str, int]
    """Dotted path (`langkah.2.peran`, list positions from 0) -> line in the file."""
    body: str = ""
    body_line: int = 1

    def line(self, path: str) -> int:
        """Return the line of *path* or of the nearest thing around it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path.rpartition(".")[0]
        return 1


def decode(data: bytes) -> str:
    """Return *data* as text; raise `MalformedError` when it is too large or not UTF-8."""
    if len(data) > MAX_BYTES:
        raise MalformedError(
            1, f"berkas {len(data)} bita, paling banyak {MAX_BYTES}: pindahkan isi panjang ke lampiran"
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MalformedError(line, "berkas bukan teks UTF-8: simpan ulang sebagai UTF-8") from error
    return text.removeprefix("\ufeff")


def parse(data: bytes) -> Document:
    """Read a Markdown file: front matter between two `---` lines, then the body."""
    text = decode(data)
    match = _FENCED.match(text)
    if not match:
        raise MalformedError(1, "berkas harus diawali metadata di antara dua baris ---")
    head, body = match[1], match[2] or ""
    document = _mapping(head, first_line=2)
    body_line = head.count("\n") + 3 + len(body) - len(body.lstrip("\n"))
    return Document(document.fields, document.lines, body.strip("\n"), body_line)


def parse_yaml(data: bytes) -> Document:
    """Read a YAML file whose top is a mapping."""
    return _mapping(decode(data), first_line=1)


def dump(mapping: Mapping[str, object]) -> str:
    """Write texts, lists and mappings as YAML that `parse_yaml` reads back as the same values.

    Key order is kept; a text that YAML would guess about (`010`, `12:30`, `ya`, '') is quoted.
    """
    return yaml.dump(mapping, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=_UNFOLDED)


class _Writer(yaml.SafeDumper):
    """Block style for people: list items indented below their key, several lines as `|`, no anchors."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - the signature is PyYAML's
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True


def _represent_text(writer: _Writer, text: str) -> yaml.ScalarNode:
    style = '"' if _ODD_BREAK.search(text) else "|" if "\n" in text else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _represent_text)


def _mapping(text: str, first_line: int) -> Document:
    lines: dict[str, int] = {}
    try:
        value = _build(_guarded(text, first_line), "", lines, first_line)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + first_line
        raise MalformedError(
            line, "metadata tidak terbaca: periksa tanda kutip, titik dua dan lekukan baris"
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, MalformedError):
            raise
        raise MalformedError(first_line, "metadata berisi huruf yang tidak boleh ada dalam YAML") from error
    if not isinstance(value, dict):
        raise MalformedError(first_line, "metadata harus berupa pasangan kunci: nilai")
    return Document(value, lines)


def _guarded(text: str, first_line: int) -> Iterator[yaml.Event]:
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = _row(event) + first_line
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise MalformedError(line, "hanya boleh satu bagian metadata")
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise MalformedError(line, "jangkar & dan rujukan * tidak dipakai: tulis nilainya")
        elif isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None) not in (None, "!"):
            raise MalformedError(line, "tanda tipe ! tidak dipakai: tulis nilainya saja")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise MalformedError(line, f"metadata bersarang lebih dari {MAX_DEPTH} tingkat")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            yield event


def _build(events: Iterator[yaml.Event], path: str, lines: dict[str, int], first_line: int) -> Value:
    event = next(events, None)
    if event is None or isinstance(event, yaml.CollectionEndEvent):
        return {}
    return _value(event, events, path, lines, first_line)


def _value(event: yaml.Event, events: Iterator[yaml.Event], path: str, lines: dict[str, int], first_line: int) -> Value:
    lines.setdefault(path, _row(event) + first_line)
    if isinstance(event, yaml.ScalarEvent):
        return str(event.value)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, path, lines, first_line)
    return _pairs(events, path, lines, first_line)


def _sequence(events: Iterator[yaml.Event], path: str, lines: dict[str, int], first_line: int) -> list[Value]:
    found: list[Value] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        found.append(_value(event, events, _join(path, str(len(found))), lines, first_line))
    return found


def _pairs(events: Iterator[yaml.Event], path: str, lines: dict[str, int], first_line: int) -> dict[str, Value]:
    found: dict[str, Value] = {}
    while not isinstance(key := next(events), yaml.MappingEndEvent):
        line = _row(key) + first_line
        if not isinstance(key, yaml.ScalarEvent):
            raise MalformedError(line, "kunci harus berupa kata")
        if key.value in found:
            raise MalformedError(line, f"kunci '{key.value}' ditulis dua kali: hapus salah satunya")
        if key.value == "<<":
            raise MalformedError(line, "penggabungan << tidak dipakai: tulis nilainya")
        inner = _join(path, key.value)
        lines[inner] = line
        found[key.value] = _value(next(events), events, inner, lines, first_line)
    return found


def _row(event: yaml.Event) -> int:
    return event.start_mark.line if event.start_mark else 0


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
