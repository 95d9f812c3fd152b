"""Every format tells every verdict, is valid by its own schema, and is the same again."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from lxml import etree

from fairshelf.reports.verdicts import FORMATS, gate_schema, render
from fairshelf.reports.verdicts.as_markdown import inert
from fairshelf.reports.wording import LANGUAGES

if TYPE_CHECKING:
    from fairshelf.audits.gate import Gate

HERE = Path(__file__).parent
ENDS = {"json": "json", "junit": "xml", "gitlab": "json", "markdown": "md", "sarif": "sarif"}
IN_LANGUAGES = [
    (form, lang) for form in FORMATS for lang in LANGUAGES if (form, lang) != ("json", "zh")
]


@pytest.mark.parametrize(("form", "lang"), IN_LANGUAGES)
@pytest.mark.parametrize("kind", ["every", "fault"])
def test_golden_files(form: str, lang: str, kind: str, request: pytest.FixtureRequest) -> None:
    """What a format gives is what its golden file holds (``GOLDEN=1`` writes it, to be read)."""
    told = render(request.getfixturevalue(kind), form, lang, strict=True)
    golden = HERE / "golden" / f"{kind}.{form}.{lang}.{ENDS.get(form, 'txt')}"
    if os.environ.get("GOLDEN"):
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")


def _junit(gate: Gate, lang: str = "en") -> etree._Element:
    root = etree.fromstring(render(gate, "junit", lang).encode())
    etree.XMLSchema(etree.parse(HERE / "junit.xsd")).assertValid(root)
    return root


@pytest.mark.parametrize("lang", LANGUAGES)
def test_junit_is_what_jenkins_reads(every: Gate, lang: str) -> None:
    """Breaches are failures, what cannot be checked an error, the rest is skipped or passed."""
    root = _junit(every, lang)
    (suite,) = root
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "9", "failures": "3", "errors": "1", "skipped": "3"}
    told = {
        case.get("name"): next((child.tag for child in case), "") for case in root.iter("testcase")
    }
    assert told == {
        "kept": "system-out",
        "breached": "failure",
        "warned": "system-out",
        "open": "skipped",
        "waived": "skipped",
        "expired": "failure",
        'gini[group="rurall"] <= 0.6': "error",
        "unused": "skipped",
        "worse": "failure",
    }
    assert not [element for element in root.iter() if element.get("time")]


def test_junit_tells_a_fault(fault: Gate) -> None:
    """A gate that could not run is one case in error."""
    (case,) = _junit(fault).iter("testcase")
    assert case[0].tag == "error"
    assert "log.csv" in (case[0].text or "")


@pytest.mark.parametrize(
    "text",
    [
        '<testsuites name="x" colour="red"/>',
        '<testsuites><testsuite name="x" tests="1" failures="0"/></testsuites>',
        "<testsuites><testcase/></testsuites>",
    ],
)
def test_the_junit_schema_can_refuse(text: str) -> None:
    """The schema turns down what is unknown, missing or misplaced."""
    schema = etree.XMLSchema(etree.parse(HERE / "junit.xsd"))
    assert not schema.validate(etree.fromstring(text))


@pytest.mark.parametrize("kind", ["every", "fault", "hostile"])
def test_sarif_is_valid(kind: str, request: pytest.FixtureRequest) -> None:
    """SARIF is valid by the schema whatever became of the gate."""
    told = json.loads(render(request.getfixturevalue(kind), "sarif", "en"))
    jsonschema.validate(told, json.loads((HERE / "sarif.schema.json").read_text("utf-8")))


def test_sarif_grades_and_places(every: Gate) -> None:
    """Kinds, levels and lines are those of the rules; what is waived is suppressed."""
    (run,) = json.loads(render(every, "sarif", "en"))["runs"]
    told = [(one["kind"], one["level"]) for one in run["results"]]
    assert told == [
        ("pass", "none"),
        ("fail", "error"),
        ("fail", "warning"),
        ("open", "none"),
        ("fail", "note"),
        ("fail", "error"),
        ("fail", "error"),
        ("notApplicable", "none"),
        ("fail", "error"),
    ]
    (waived,) = [one for one in run["results"] if "suppressions" in one]
    assert waived["locations"][0]["physicalLocation"]["region"]["startLine"] == 28
    ids = [one["id"] for one in run["tool"]["driver"]["rules"]]
    assert ids == ["FS105", "FS302", "ndcg"]
    assert all(ids[one["ruleIndex"]] == one["ruleId"] for one in run["results"])


@pytest.mark.parametrize("kind", ["every", "fault"])
def test_json_is_the_documented_record(kind: str, request: pytest.FixtureRequest) -> None:
    """The JSON of a gate is valid by the schema that the command prints."""
    told = json.loads(render(request.getfixturevalue(kind), "json", "en"))
    jsonschema.validate(told, gate_schema())


def test_gitlab_has_what_gitlab_needs(every: Gate) -> None:
    """Each entry has description, fingerprint, severity and place; kept rules have none."""
    told = json.loads(render(every, "gitlab", "zh"))
    assert len(told) == 7
    for one in told:
        assert one["description"]
        assert one["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert one["location"]["lines"]["begin"] >= 1
    assert len({one["fingerprint"] for one in told}) == len(told)


def test_fingerprints_are_of_rules_not_of_findings(every: Gate) -> None:
    """A rule keeps its fingerprint from language to language and from outcome to outcome."""
    english, chinese = (
        [one["fingerprint"] for one in json.loads(render(every, "gitlab", lang))]
        for lang in LANGUAGES
    )
    assert english == chinese


def test_github_annotates_what_is_not_kept(every: Gate) -> None:
    """One command a line; error, warning or notice with file and line."""
    lines = render(every, "github", "en").splitlines()
    assert [line.split(" ")[0] for line in lines] == [
        *("::error", "::warning", "::notice", "::notice", "::error", "::error", "::error")
    ]
    assert all(line.split(" ")[1].startswith("file=audit.toml,line=") for line in lines)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_names_are_inert(hostile: Gate, form: str, lang: str) -> None:
    """A rule's text can end neither a line, a command, a cell nor an element."""
    told = render(hostile, form, lang)
    if form == "json":
        assert json.loads(told)
        assert not {"\x00", "\u202e"} & set(told)
        return
    assert not {"\x00", "\u202e", "\ufffe", "\r"} & set(told)
    assert len(told) < 12_000
    if form == "github":
        assert told.count("\n") == 1
        assert told.startswith("::error file=a%2Cb%3A%25c .toml,line=3,title=")
        assert "%0A" not in told.replace("%250A", "")
    if form in ("junit", "markdown"):
        assert "<script>" not in told
    if form == "junit":
        _junit(hostile, lang)
    if form in ("sarif", "gitlab"):
        assert json.loads(told)
    if form == "markdown":
        for mark in ("](", "http:", "@all", " #1 ", "*c*", "`"):
            assert mark not in told


def test_markdown_keeps_numbers_readable() -> None:
    """Numbers, percentages and words stand as they are; marks become references."""
    assert inert("0.73 (95% interval 0.69 to 0.78), 80 sellers.") == (
        "0.73 (95% interval 0.69 to 0.78), 80 sellers."
    )
    assert inert("www.x.y") == "www&#46;x&#46;y"
    assert inert("- a") == "&#45; a"
    assert inert("1. a") == "1&#46; a"
