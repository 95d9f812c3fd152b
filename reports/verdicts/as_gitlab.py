"""A gate as GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fairshelf.audits.gate.records import Place, Severity
    from fairshelf.reports.verdicts.view import View

_SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor", "notice": "info"}
_FAULT = "critical"
_NOWHERE = "audit.toml"
"""Where a rule stands that was typed: GitLab demands a path."""


def as_gitlab(told: View) -> str:
    """Write what did not pass as a JSON list; a rule keeps its fingerprint as long as it stands."""
    if told.fault is not None:
        message = told.words.joined([part for part in told.fault if part])
        print_of = hashlib.sha256(f"fairshelf fault {told.fault[0]}".encode()).hexdigest()[:40]
        entries = [_entry("fault", _FAULT, message, told.fault_place, print_of)]
    else:
        entries = [
            _entry(
                item.metric,
                _SEVERITIES[item.severity],
                told.words.joined(
                    [
                        told.words.text("gate.line", title=item.title),
                        told.words.text("gate.held", expected=item.expected, found=item.found),
                        *item.detail,
                    ]
                ),
                item.place,
                item.fingerprint,
            )
            for item in told.items
            if item.severity != "none"
        ]
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def _entry(
    name: str, severity: str, description: str, place: Place | None, fingerprint: str
) -> dict[str, Any]:
    file = place.file if place and place.file else _NOWHERE
    line = place.line if place and place.line else 1
    return {
        "description": description,
        "check_name": f"fairshelf/{name}",
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": file, "lines": {"begin": line}},
    }
