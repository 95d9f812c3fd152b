"""A gate as SARIF 2.1.0 (OASIS, 27 March 2020), for code scanning."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fairshelf import __version__
from fairshelf.audits.metrics.catalogue import BY_NAME

if TYPE_CHECKING:
    from fairshelf.audits.gate.records import Outcome, Place, Severity
    from fairshelf.reports.verdicts.view import Item, View

_LEVELS: dict[Severity, str] = {
    "error": "error",
    "warning": "warning",
    "notice": "note",
    "none": "none",
}
_KINDS: dict[Outcome, str] = {
    "breach": "fail",
    "missing": "fail",
    "inconclusive": "open",
    "waived": "fail",
    "pass": "pass",
    "off": "notApplicable",
}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(told: View) -> str:
    """Write a gate as a SARIF log of one run; a waived rule is a suppressed result."""
    metrics = list(dict.fromkeys(item.metric for item in told.items))
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "fairshelf",
                "version": __version__,
                "rules": [_rule(metric, told) for metric in metrics],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": told.fault is None, "exitCode": told.status}],
        "results": [_result(item, metrics.index(item.metric), told) for item in told.items],
    }
    if told.fault is not None:
        run["invocations"][0]["toolConfigurationNotifications"] = [_notification(told)]
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(metric: str, told: View) -> dict[str, Any]:
    known = BY_NAME.get(metric)
    label = told.words.label("metric", metric)
    return {
        "id": known.code if known else metric,
        "name": metric,
        "shortDescription": {"text": label},
    }


def _result(item: Item, place_of_rule: int, told: View) -> dict[str, Any]:
    words = told.words
    known = BY_NAME.get(item.metric)
    held = words.text("gate.held", expected=item.expected, found=item.found)
    kind = _KINDS[item.outcome]
    text = words.joined([words.text("gate.line", title=item.title), held, *item.detail])
    entry: dict[str, Any] = {
        "ruleId": known.code if known else item.metric,
        "ruleIndex": place_of_rule,
        "kind": kind,
        "level": _LEVELS[item.severity] if kind == "fail" else "none",
        "message": {"text": _plain(text)},
        "locations": _locations(item.place),
        "partialFingerprints": {"fairshelfRule/v1": item.fingerprint},
    }
    if item.outcome == "waived":
        why = item.detail[-1] if item.detail else ""
        entry["suppressions"] = [{"kind": "external", "justification": why}]
    return entry


def _notification(told: View) -> dict[str, Any]:
    parts = [part for part in told.fault or () if part]
    return {
        "level": "error",
        "message": {"text": _plain(told.words.joined(parts))},
        "locations": _locations(told.fault_place),
    }


def _locations(place: Place | None) -> list[dict[str, Any]]:
    if place is None or place.file is None:
        return []
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(place.file)}}
    if place.line:
        physical["region"] = {"startLine": place.line}
    return [{"physicalLocation": physical}]


def _plain(text: str) -> str:
    """Escape what SARIF takes for an embedded link (section 3.11.6)."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
