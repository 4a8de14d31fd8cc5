"""Typed values out of a YAML file, every fault collected with its line.

Who mends a settings file wants all its faults at once, each with what to do. So a reader here
notes a fault, returns something harmless and goes on; `Sheet.finish` raises when anything was noted.
"""

from __future__ import annotations

import re
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from pipeline import frontmatter
from pipeline.model.base import Finding, JdihError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from enum import StrEnum

    from pipeline.frontmatter import Document, Value

    Keys = Collection[str]

Kind = TypeVar("Kind", bound="StrEnum")

MALFORMED, UNKNOWN, MISSING, WRONG = 1, 2, 3, 4
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
EMAIL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+-]*[A-Za-z0-9])?@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
"""A mail address in the narrow form that cannot mean more than one person."""
_NUMBER = re.compile(r"[1-9]\d{0,3}", re.ASCII)


class FaultyError(JdihError):
    """A file cannot be used as it is; `findings` says all that must be mended."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Put the first finding into the one line an operator sees."""
        first, more = findings[0], len(findings) - 1
        rest = f" (dan {more} temuan lain)" if more else ""
        super().__init__(f"{first.path}:{first.line}: {first.code} {first.message}{rest}")
        self.findings = tuple(findings)


class Sheet:
    """One YAML file being read. `area` is the letters of its finding codes."""

    def __init__(self, data: bytes, path: str, area: str) -> None:
        """Parse *data*; raise `FaultyError` when it is not the notation at all."""
        self.path, self.area = path, area
        self.findings: list[Finding] = []
        try:
            self.document: Document = frontmatter.parse_yaml(data)
        except frontmatter.MalformedError as error:
            raise FaultyError(
                [Finding(code=self.code(MALFORMED), path=path, line=error.line, message=str(error))]
            ) from error

    def code(self, number: int) -> str:
        """Return the finding code of *number* in this area."""
        return f"{self.area}{number:03d}"

    def fault(self, number: int, at: str, message: str) -> None:
        """Note a fault at the dotted path *at*; the same one counts once."""
        finding = Finding(code=self.code(number), path=self.path, line=self.document.line(at), message=message)
        if finding not in self.findings:
            self.findings.append(finding)

    def top(self, required: Keys, optional: Keys = ()) -> Fields:
        """Return the file's own keys."""
        return Fields(self, "", dict(self.document.fields), required, optional)

    def finish(self) -> None:
        """Raise `FaultyError` with everything noted, in the order of the file."""
        if self.findings:
            raise FaultyError(sorted(self.findings, key=lambda finding: finding.line))


class Fields:
    """A mapping inside a sheet whose keys are known beforehand."""

    def __init__(self, sheet: Sheet, at: str, value: Value, required: Keys, optional: Keys = ()) -> None:
        """Note unknown keys and required keys that are absent or empty."""
        self.sheet, self.at = sheet, at
        self.values: dict[str, Value] = value if isinstance(value, dict) else {}
        known = [*required, *optional]
        if not isinstance(value, dict):
            sheet.fault(WRONG, at, f"{_last(at)} harus berisi pasangan kunci: nilai ({', '.join(known)})")
            return
        for key in self.values:
            if key not in known:
                sheet.fault(UNKNOWN, self.path(key), f"kunci '{key}' tidak dikenal: {suggestion(key, known)}")
        for key in required:
            if self.values.get(key) in (None, "", [], {}):
                sheet.fault(MISSING, self.path(key), f"kunci '{key}' belum diisi: tambahkan {key}")

    def __contains__(self, key: str) -> bool:
        """Whether *key* is written, even if empty."""
        return key in self.values

    def path(self, key: str) -> str:
        """Return the dotted path of *key*."""
        return f"{self.at}.{key}" if self.at else key

    def wrong(self, key: str, message: str) -> None:
        """Note that the value of *key* is not what it must be."""
        self.sheet.fault(WRONG, self.path(key), f"{key}: {message}")

    def text(self, key: str) -> str:
        """Return a text, '' when absent."""
        value = self.values.get(key, "")
        if isinstance(value, str):
            return value
        self.wrong(key, "tulis satu teks saja")
        return ""

    def matching(self, key: str, pattern: re.Pattern[str], hint: str) -> str:
        """Return a text of a certain form, or ''."""
        text = self.text(key)
        if text and not pattern.fullmatch(text):
            self.wrong(key, f"'{text}' bukan {hint}")
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one."""
        value = self.values.get(key, "")
        if isinstance(value, str):
            return (value,) if value else ()
        if isinstance(value, list):
            found = tuple(item for item in value if isinstance(item, str) and item)
            if len(found) == len(value):
                return found
        self.wrong(key, "tulis daftar teks, satu baris satu tanda '-'")
        return ()

    def choice(self, key: str, kinds: type[Kind]) -> Kind:
        """Return the member of *kinds* whose value is written."""
        return self._member(key, self.text(key), kinds)

    def choices(self, key: str, kinds: type[Kind]) -> tuple[Kind, ...]:
        """Return the members of *kinds* whose values are listed."""
        return tuple(self._member(key, text, kinds) for text in self.texts(key))

    def _member(self, key: str, text: str, kinds: type[Kind]) -> Kind:
        known = [member.value for member in kinds]
        if text and text not in known:
            self.wrong(key, f"'{text}' tidak dikenal: {suggestion(text, known)}")
        return next((member for member in kinds if member.value == text), next(iter(kinds)))

    def flag(self, key: str) -> bool:
        """Return `ya` or `tidak`; absent is `tidak`."""
        text = self.text(key)
        if text not in ("", "ya", "tidak"):
            self.wrong(key, f"'{text}' bukan ya atau tidak: tulis salah satunya")
        return text == "ya"

    def whole(self, key: str) -> int | None:
        """Return a whole number from 1, or None when empty."""
        text = self.matching(key, _NUMBER, "bilangan bulat mulai dari 1: tulis angkanya saja")
        return int(text) if _NUMBER.fullmatch(text) else None

    def date(self, key: str) -> date | None:
        """Return a day written `YYYY-MM-DD`, or None when empty."""
        text = self.text(key)
        if not text:
            return None
        try:
            return date.fromisoformat(text if _DATE.fullmatch(text) else "")
        except ValueError:
            self.wrong(key, f"'{text}' bukan tanggal: tulis seperti 2024-12-06")
            return None

    def fields(self, key: str, required: Keys, optional: Keys = ()) -> Fields:
        """Return the mapping below *key*; an absent one has no keys and no faults of its own."""
        if not self.values.get(key):
            return Fields(self.sheet, self.path(key), {}, ())
        return Fields(self.sheet, self.path(key), self.values[key], required, optional)

    def each(self, key: str, required: Keys, optional: Keys = ()) -> Iterator[Fields]:
        """Yield the mappings listed below *key*."""
        value = self.values.get(key) or []
        if not isinstance(value, list):
            self.wrong(key, f"tulis daftar, tiap isinya berkunci {', '.join(required)}")
            return
        for index, item in enumerate(value):
            yield Fields(self.sheet, f"{self.path(key)}.{index}", item, required, optional)


def suggestion(word: str, known: Collection[str]) -> str:
    """Say which known word was probably meant."""
    near = get_close_matches(word, known, n=1)
    return f"maksudnya '{near[0]}'?" if near else f"pilih dari {', '.join(known)}"


def _last(at: str) -> str:
    *_, key = (part for part in ("isi", *at.split(".")) if part and not part.isdigit())
    return key
