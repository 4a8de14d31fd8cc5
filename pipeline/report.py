"""Findings as text that editors and people can follow, and as JSON for programs. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.model.base import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model.base import Finding


def as_text(findings: Sequence[Finding]) -> str:
    """Return one `path:line: CODE message` a line; what only advises says so."""
    return "\n".join(f"{found.path}:{found.line}: {found.code} {_mark(found)}{found.message}" for found in findings)


def as_json(findings: Sequence[Finding]) -> str:
    """Return `{"findings": [{path, line, code, severity, message}], "errors": n, "warnings": n}`."""
    rows = [
        {
            "path": found.path,
            "line": found.line,
            "code": found.code,
            "severity": found.severity.value,
            "message": found.message,
        }
        for found in findings
    ]
    errors = count_errors(findings)
    return json.dumps(
        {"findings": rows, "errors": errors, "warnings": len(findings) - errors}, ensure_ascii=False, indent=2
    )


def count_errors(findings: Sequence[Finding]) -> int:
    """Return how many findings make a check fail."""
    return sum(found.severity is Severity.GALAT for found in findings)


def _mark(found: Finding) -> str:
    return "" if found.severity is Severity.GALAT else f"({found.severity}) "
