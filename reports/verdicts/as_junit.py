"""A gate as JUnit XML, as Jenkins and its kin read it: one test case a rule, no times."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fairshelf.reports.verdicts.view import Item, View

_SUITE = "fairshelf gate"
_PACKAGE = "fairshelf.gate"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""Characters that XML 1.0 has no way to hold."""


def as_junit(told: View) -> str:
    """Write a gate as JUnit XML.

    A case bears the rule's id (or text), so that a server follows it from build to build.
    A rule that makes the build fail is a ``failure`` (an ``error`` where it could not be checked),
    one that is open, waived or off is ``skipped`` with the reason, and a mere warning is a passed
    case that says so in ``system-out``.
    """
    from junitparser import Error, JUnitXml, TestCase, TestSuite  # noqa: PLC0415 - once

    suite = TestSuite(_SUITE)
    if told.fault is not None:
        case = TestCase(told.heading, f"{_PACKAGE}.fault")
        case.result = [
            _result(Error, told.fault[0], "fault", [part for part in told.fault if part])
        ]
        suite.add_testcase(case)
    for item in told.items:
        suite.add_testcase(_case(item, told))
    xml = JUnitXml(_SUITE)
    xml.add_testsuite(suite)
    suite.add_property("status", str(told.status))
    xml.update_statistics()  # type: ignore[no-untyped-call] # as the library has it
    return _DECLARATION + _bare(xml).decode("utf-8") + "\n"


def _case(item: Item, told: View) -> Any:  # noqa: ANN401 - junitparser has no types
    from junitparser import Error, Failure, Skipped, TestCase  # noqa: PLC0415 - only for JUnit

    case = TestCase(_plain(item.name), f"{_PACKAGE}.{item.metric}")
    words = told.words
    lines = [item.rule, words.text("gate.wanted", expected=item.expected)]
    if item.outcome not in {"missing", "off"}:
        lines[1] = words.text("gate.held", expected=item.expected, found=item.found)
    lines += [*item.detail, item.everything]
    if item.fails:
        kind = Error if item.outcome == "missing" else Failure
        case.result = [_result(kind, item.title, item.outcome, lines)]
    elif item.outcome in {"inconclusive", "waived", "off"}:
        case.result = [_result(Skipped, item.title, item.outcome, lines)]
    else:
        case.system_out = _plain("\n".join(filter(None, lines)))
    return case


def _result(kind: Any, message: str, type_: str, lines: list[str]) -> Any:  # noqa: ANN401 - as above
    result = kind(_plain(message), type_)
    result.text = _plain("\n".join(filter(None, lines)))
    return result


def _plain(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _bare(xml: Any) -> bytes:  # noqa: ANN401 - as above
    """Leave out times, which mean nothing here, and what Jenkins' schema has no place for."""
    xml._elem.attrib.pop("skipped", None)  # noqa: SLF001 - junitparser sets it unasked
    for element in (xml, *xml):
        element._elem.attrib.pop("time", None)  # noqa: SLF001 - as above
    content: bytes = xml.tostring()
    return content
