"""What every corner shares: faults for operators, findings for writers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class JdihError(Exception):
    """A fault that only an operator can mend: one clear Indonesian line, never a traceback.

    What a writer can mend is never an exception: it is a `Finding`.
    """


class Severity(StrEnum):
    """How much a finding weighs: only `GALAT` makes a check fail."""

    GALAT = "galat"
    PERINGATAN = "peringatan"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing a writer must mend: where it is and what to do.

    `path` is relative to the repository root with forward slashes; `line` counts from 1.
    """

    code: str
    path: str
    line: int
    message: str
    severity: Severity = Severity.GALAT
