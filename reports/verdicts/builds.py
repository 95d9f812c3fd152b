"""The forms of build servers: JUnit XML, GitHub annotations, GitLab code quality, SARIF 2.1.0."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from fairshelf import __version__
from fairshelf.reports.hostile import visible
from fairshelf.reports.verdicts.said import found, line, why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.gate import Verdict
    from fairshelf.reports.wording import Words

_LONGEST = 1_000
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOUD = {"breach": "error", "missing": "error", "inconclusive": "warning", "waived": "notice"}
_GITLAB = {"error": "major", "warning": "minor", "notice": "info"}
_SARIF = {"error": "error", "warning": "warning", "notice": "note"}


def _loudness(verdict: Verdict) -> str | None:
    """Give error, warning or notice; None for what is kept or off."""
    loud = _LOUD.get(verdict.state)
    return "warning" if loud == "error" and verdict.level == "warn" else loud


def junit(verdicts: Sequence[Verdict], file: str, words: Words) -> str:  # noqa: ARG001 - every form is given the file
    """Give the verdicts as JUnit XML: a rule is a test case.

    A breach of level error is a failure, a rule without a figure an error; what is inconclusive,
    waived, off or a breach of level warn is skipped with its reason. Attributes are those that
    Jenkins reads; times are 0, so that the same results give the same file.
    """
    from junitparser import (  # noqa: PLC0415 - for this form only
        Error,
        Failure,
        JUnitXml,
        Skipped,
        TestCase,
        TestSuite,
    )

    suite = TestSuite("fairshelf")
    for one in verdicts:
        case = TestCase(one.id, classname="fairshelf.gate", time=0)
        said = _NOT_XML.sub("\ufffd", visible(line(one, words), _LONGEST))
        label = words.text(f"gate.state.{one.state}")
        if one.state == "breach" and one.level == "error":
            result: Any = Failure(said, "breach")
            result.text = said
            case.result = [result]
        elif one.state == "missing" and one.level == "error":
            result = Error(said, "missing")
            result.text = said
            case.result = [result]
        elif one.state != "pass":
            case.result = [Skipped(f"{label}: {said}", one.state)]
        suite.add_testcase(case)
    suite.update_statistics()
    suite.time = 0
    whole = JUnitXml("fairshelf")
    whole.add_testsuite(suite)
    whole.update_statistics()
    whole.time = 0
    told: bytes = whole.tostring()
    return told.decode("utf-8") + "\n"


def github(verdicts: Sequence[Verdict], file: str, words: Words) -> str:
    """Give workflow commands that GitHub shows beside the line of the rule."""
    told = []
    for one in verdicts:
        loud = _loudness(one)
        if loud is None:
            continue
        place = f"file={_property(file)},line={one.line or 1}," if file else ""
        title = _property(f"{words.text('gate.title')}: {one.id}")
        told.append(f"::{loud} {place}title={title}::{_data(visible(line(one, words), _LONGEST))}")
    return "".join(f"{one}\n" for one in told)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def gitlab(verdicts: Sequence[Verdict], file: str, words: Words) -> str:
    """Give GitLab's code quality report: what is not kept, with a fingerprint that stays."""
    told = []
    for one in verdicts:
        loud = _loudness(one)
        if loud is None:
            continue
        told.append(
            {
                "description": visible(line(one, words), _LONGEST),
                "check_name": one.id,
                "fingerprint": hashlib.sha256(f"{one.id}|{one.rule}".encode()).hexdigest(),
                "severity": _GITLAB[loud],
                "location": {"path": file or "audit.toml", "lines": {"begin": one.line or 1}},
            }
        )
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def sarif(verdicts: Sequence[Verdict], file: str, words: Words) -> str:
    """Give SARIF 2.1.0 (OASIS, 2020): a rule is a rule, what is not kept is a result."""
    results = []
    for one in verdicts:
        loud = _loudness(one)
        if loud is None:
            continue
        result: dict[str, Any] = {
            "ruleId": one.id,
            "level": _SARIF[loud],
            "message": {"text": visible(f"{found(one, words)} {why(one, words)}", _LONGEST)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": file or "audit.toml"},
                        "region": {"startLine": one.line or 1},
                    }
                }
            ],
            "partialFingerprints": {
                "rule/v1": hashlib.sha256(f"{one.id}|{one.rule}".encode()).hexdigest()
            },
        }
        if one.state == "waived" and one.waiver is not None:
            result["suppressions"] = [
                {"kind": "external", "justification": visible(one.waiver.reason, 400)}
            ]
        results.append(result)
    rules = [
        {"id": one.id, "shortDescription": {"text": visible(one.rule, 400)}} for one in verdicts
    ]
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "fairshelf", "version": __version__, "rules": rules}},
                "results": results,
            }
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
