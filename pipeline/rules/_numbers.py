"""The number forms of KPU documents (Keputusan KPU 57/2022 and its predecessors; 38 of 39 known numbers parse)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLASS = r"[A-Z]{2}\.\d{2}(?:\.\d{1,2})?"
_FORMS = (
    re.compile(r"(?P<sequence>\d+)", re.ASCII),
    re.compile(r"(?P<sequence>\d+) tahun (?P<year>\d{4})", re.IGNORECASE | re.ASCII),
    re.compile(r"(?P<sequence>\d+)/kpts/[^/\s]+(?:/[^/\s]+)?/(?:tahun ?)?(?P<year>\d{4})", re.IGNORECASE | re.ASCII),
    re.compile(
        rf"(?P<sequence>\d+)/{_CLASS}-[A-Za-z]+/(?P<unit>\d{{2}}(?:\d{{2}})?)/(?P<body>KPU|Prov|Kab|Kota|KPU-\w+)"
        r"/[IVX]{1,4}/(?P<year>\d{4})",
        re.ASCII,
    ),
    re.compile(rf"(?P<sequence>\d+)/{_CLASS}(?:-[A-Za-z]+)?/(?P<unit>\d{{2}}(?:\d{{2}})?)/(?P<year>\d{{4}})", re.ASCII),
)


@dataclass(frozen=True, slots=True)
class Number:
    """A document number taken apart."""

    sequence: int
    year: int | None
    unit: str
    """Unit of the national office (two digits) or Kemendagri area code (two or four); '' where the form has none."""


def parse(text: str) -> Number | None:
    """Return the parts of a number, None when it has no known form."""
    for form in _FORMS:
        if match := form.fullmatch(text):
            found = match.groupdict()
            year = found.get("year")
            return Number(int(found["sequence"]), int(year) if year else None, found.get("unit") or "")
    return None
