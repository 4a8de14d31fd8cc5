"""Keys in people.yaml through their life: registered, rotated, expired, revoked. Text in, text out.

Only the entry of the person concerned is written anew, so that `git log -p` shows what changed and nothing else;
where the file is laid out so that this cannot be done, all of it is. No entry is ever taken away: an old key still
proves old records, and a revoked one may never be registered again, by anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import frontmatter, settings
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from pipeline.frontmatter import Document

    Row = dict[str, object]


def with_keys(data: bytes, keys: Mapping[str, str]) -> bytes:
    """Return people.yaml with the public keys (person id -> key) set for persons that have none."""
    _known(data, *keys)
    return _changed(data, lambda name, held: held or ([{"publik": keys[name]}] if name in keys else []))


def registered(data: bytes, person: str, public: str, since: date) -> bytes:
    """Return people.yaml with one more key for *person*, valid from the day *since*."""
    return _of(data, person, lambda held: [*held, _fresh(public, since)])


def rotated(data: bytes, person: str, public: str, day: date) -> bytes:
    """Return people.yaml with *public* for *person* from *day* on; the keys before it end with that day.

    Both are valid on that day, so that nobody is locked out in the middle of it.
    """
    return _of(data, person, lambda held: [*(_ended(row, day) for row in held), _fresh(public, day)])


def expired(data: bytes, person: str, until: date) -> bytes:
    """Return people.yaml in which no key of *person* is valid after the day *until*."""
    return _of(data, person, lambda held: [_ended(row, until) for row in held])


def revoked(data: bytes, person: str, public: str, day: date, reason: str) -> bytes:
    """Return people.yaml with the key *public* of *person* declared invalid from now on."""
    mark = {"dicabut": day.isoformat(), "alasan_cabut": reason}
    return _of(data, person, lambda held: [{**row, **mark} if row["publik"] == public else row for row in held])


def _fresh(public: str, since: date) -> Row:
    return {"publik": public, "sejak": since.isoformat()}


def _ended(row: Row, day: date) -> Row:
    """Let a key end with *day*, unless it has ended before or was revoked."""
    until = str(row.get("sampai") or "")
    if row.get("dicabut") or (until and until <= day.isoformat()):
        return row
    return {**row, "sampai": day.isoformat()}


def _of(data: bytes, person: str, change: Callable[[list[Row]], list[Row]]) -> bytes:
    _known(data, person)
    return _changed(data, lambda name, held: change(held) if name == person else held)


def _known(data: bytes, *wanted: str) -> None:
    if unknown := sorted(set(wanted) - settings.people(data).by_id.keys()):
        raise JdihError(f"{settings.PEOPLE} tidak memuat {', '.join(unknown)}: daftarkan dahulu sebelum memberi kunci")


def _changed(data: bytes, change: Callable[[str, list[Row]], list[Row]]) -> bytes:
    """Return the file with every person's keys changed; read back, so that what will not do is refused here."""
    document = frontmatter.parse_yaml(data)
    rows = _rows(document.fields["orang"])
    written = [_with_keys(row, change(str(row["id"]), _rows(row.get("kunci")))) for row in rows]
    wanted = {**document.fields, "orang": written}
    lines = frontmatter.decode(data).splitlines(keepends=True)
    for number in reversed([number for number, row in enumerate(rows) if row != written[number]]):
        _replace(lines, document, number, written[number])
    text = "".join(lines)
    if not _says(text, wanted):
        text = frontmatter.dump(wanted)
    settings.people(text.encode())
    return text.encode()


def _rows(value: object) -> list[Row]:
    return [dict(row) for row in value] if isinstance(value, list) else []


def _with_keys(row: Row, keys: list[Row]) -> Row:
    """Return the person's entry with *keys*; the first ones stand after the address."""
    if not keys or "kunci" in row:
        return {**row, "kunci": keys} if keys else row
    place = {"id": row["id"], "nama": row["nama"], "surel": row["surel"], "kunci": keys}
    return {**place, **{key: value for key, value in row.items() if key not in place}}


def _replace(lines: list[str], document: Document, number: int, row: Row) -> None:
    """Write one person's entry anew in place; blank lines and comments after it belong to the next."""
    start = document.line(f"orang.{number}") - 1
    after = f"orang.{number + 1}"
    end = document.line(after) - 1 if after in document.lines else len(lines)
    while end > start and lines[end - 1].strip()[:1] in {"", "#"}:
        end -= 1
    lines[start:end] = frontmatter.dump({"orang": [row]}).splitlines(keepends=True)[1:]


def _says(text: str, wanted: Mapping[str, object]) -> bool:
    try:
        return frontmatter.parse_yaml(text.encode()).fields == wanted
    except frontmatter.MalformedError:
        return False
