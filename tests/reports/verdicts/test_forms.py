"""Every form holds every verdict, is valid by its own schema, and is the same again."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

from fairshelf.audits.gate.config import Waiver
from fairshelf.audits.gate.decide import Verdict
from fairshelf.audits.gate.find import Figure, NotFound
from fairshelf.reports.verdicts import FORMS, render
from fairshelf.reports.wording import LANGUAGES, Words

HERE = Path(__file__).parent
RULE = 'exposure_ratio[group="rural"] >= 0.8'
FIGURE = Figure('exposure_ratio[group="rural"]', 0.7321, 0.69, 0.7777, 80, 300)
WAIVER = Waiver(
    rule="waived", reason="trial of a new model", owner="ranking team", expires=dt.date(2027, 1, 31)
)
BREACH = Verdict("breached", RULE, "error", "breach", FIGURE, 0.69, 0.7777, 0.8, line=4)
VERDICTS = (
    replace(BREACH, id="kept", state="pass", low=0.85, high=0.9, line=1),
    BREACH,
    replace(BREACH, id="warned", level="warn", line=7),
    replace(BREACH, id="open", state="inconclusive", low=0.69, high=0.9, line=10),
    replace(BREACH, id="waived", state="waived", waiver=WAIVER, line=13),
    replace(BREACH, id="expired", waiver=WAIVER, expired=True, line=16),
    Verdict(
        "absent", RULE, "error", "missing", missing=NotFound("key", "group=rural", ("x",)), line=19
    ),
    Verdict("unused", RULE, "off", "off", line=22),
    replace(
        BREACH,
        id="worse",
        rule="ndcg[cutoff=10] >= baseline - 0.005",
        low=-0.04,
        high=-0.01,
        bound=-0.005,
        before=replace(FIGURE, value=0.7571),
        relative=True,
        line=25,
    ),
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_golden_files(form: str, lang: str) -> None:
    """What each form gives for every kind of verdict is what lies in its golden file."""
    told = render(form, VERDICTS, "audit.toml", Words(lang, strict=True))
    golden = HERE / "golden" / f"{form}.{lang}.txt"
    assert told == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_junit_is_what_jenkins_reads(lang: str) -> None:
    """The file is valid by the schema; breaches are failures, the rest is skipped or kept."""
    schema = etree.XMLSchema(etree.parse(HERE / "junit.xsd"))
    root = etree.fromstring(render("junit", VERDICTS, "audit.toml", Words(lang)).encode())
    schema.assertValid(root)
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == (
        *("9", "3", "1"),
        "4",
    )
    failed = [
        case.get("name") for case in root.iter("testcase") if case.find("failure") is not None
    ]
    assert failed == ["breached", "expired", "worse"]


def test_the_junit_schema_can_refuse() -> None:
    """The schema turns down an attribute that is none."""
    schema = etree.XMLSchema(etree.parse(HERE / "junit.xsd"))
    assert not schema.validate(etree.fromstring('<testsuites name="x" tests="1" colour="red"/>'))


def test_sarif_is_valid() -> None:
    """SARIF is valid by the schema, points at the rules' lines and shows what is waived."""
    told = json.loads(render("sarif", VERDICTS, "audit.toml", Words("en")))
    schema = json.loads((HERE / "sarif.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(told, schema)
    results = told["runs"][0]["results"]
    assert [one["ruleId"] for one in results if one.get("suppressions")] == ["waived"]
    assert results[0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 4
    levels = [one["level"] for one in results]
    assert levels == ["error", "warning", "warning", "note", "error", "error", "error"]


def test_gitlab_has_what_gitlab_needs() -> None:
    """Each entry has description, fingerprint, severity and place; fingerprints differ."""
    told = json.loads(render("gitlab", VERDICTS, "audit.toml", Words("en")))
    for one in told:
        assert one["description"]
        assert one["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert one["location"]["lines"]["begin"] >= 1
    assert len({one["fingerprint"] for one in told}) == len(told)


HOSTILE = "x\n::error::y%0A\r|`<script>alert(1)</script>]]>\u202e\x00" + "z" * 5_000


@pytest.mark.parametrize("form", FORMS)
def test_hostile_names_are_inert(form: str) -> None:
    """A group's name can neither end a line, a command, a cell nor an element."""
    verdict = replace(BREACH, rule=f'exposure_ratio[group="{HOSTILE}"] >= 0.8')
    told = render(form, (verdict,), "a,b:c.toml", Words("en"))
    assert "\x00" not in told
    assert "\u202e" not in told
    assert len(told) < 12_000
    if form == "github":
        assert told.count("\n") == 1
        assert told.startswith("::error file=a%2Cb%3Ac.toml,line=4,title=")
    if form in ("junit", "markdown"):
        assert "<script>" not in told
    if form == "junit":
        etree.fromstring(told.encode())
    if form in ("json", "sarif", "gitlab"):
        json.loads(told)
    if form == "markdown":
        assert len(told.splitlines()) == 7
