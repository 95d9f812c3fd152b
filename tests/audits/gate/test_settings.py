"""The gate of a settings file: read with places, or refused with one reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.config import load
from fairshelf.audits.errors import UsageError
from fairshelf.audits.gate import load_gate, rules_of, typed_rules

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
[gate]
fail_on = "warn"
[[gate.rules]]
id = "a"
rule = 'gini[scope="sellers"] <= 0.9'
"""
WAIVER = '\n[[gate.waivers]]\nrule = "a"\nreason = "trial"\nowner = "ranking team"\n'


def _write(folder: Path, text: str, name: str = "audit.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("[gate]\nruls = []", "config_unknown_key", "gate.ruls"),
        (GOOD + 'levl = "warn"', "config_unknown_key", "gate.rules.0.levl"),
        (GOOD + 'level = "eror"', "config_bad_value", "gate.rules.0.level"),
        (GOOD + WAIVER, "config_key_missing", "gate.waivers.0.expires"),
        (
            GOOD + WAIVER + "expires = 2027-01-01\nend = 1",
            "config_unknown_key",
            "gate.waivers.0.end",
        ),
        (GOOD + WAIVER + 'expires = "soon"', "config_bad_value", "gate.waivers.0.expires"),
        (GOOD.replace('"warn"', '"never"'), "config_bad_value", "gate.fail_on.0"),
        ("gate = 3", "config_bad_value", "gate"),
    ],
)
def test_bad_settings_name_their_key(tmp_path: Path, text: str, code: str, key: str) -> None:
    """What is unknown, missing or of a wrong kind is named with its full key."""
    with pytest.raises(UsageError, match=code) as refused:
        load_gate(_write(tmp_path, text))
    assert refused.value.facts["key"] == key


def test_unknown_keys_have_a_neighbour(tmp_path: Path) -> None:
    """The nearest key of the same table is offered."""
    with pytest.raises(UsageError) as refused:
        load_gate(_write(tmp_path, GOOD + 'levl = "warn"'))
    assert refused.value.facts["suggestions"] == ["level"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (GOOD + GOOD.partition('"warn"')[2], "gate_twice"),
        (GOOD + (WAIVER + "expires = 2027-01-01") * 2, "gate_twice"),
        (GOOD + WAIVER.replace('"a"', '"b"') + "expires = 2027-01-01", "gate_no_rule"),
        ("[gate", "config_not_toml"),
        (f"seed = {'9' * 5_000}", "config_not_toml"),
    ],
)
def test_rules_and_waivers_belong_together(tmp_path: Path, text: str, code: str) -> None:
    """Ids stand once, and a waiver names one of them."""
    with pytest.raises(UsageError, match=code):
        load_gate(_write(tmp_path, text))


def test_rules_with_their_lines(tmp_path: Path) -> None:
    """The place of a rule is the line of its text, in either quotes and in a list."""
    text = (
        '[tool.fairshelf.gate]\nrules = [\n  "ndcg >= 0.5",\n'
        "  'exposure_ratio[group=\"rural\"] >= 0.8',\n"
        '  { id = "x", rule = "exposure_ratio[group=\\"rural\\"] <= 1.25", level = "warn" },\n'
        "  'ndcg >= 0.5',\n]\n"
    )
    path = _write(tmp_path, text, "pyproject.toml")
    rules = rules_of(load_gate(path), path, "sub/pyproject.toml")
    assert [rule.place.line for rule in rules] == [3, 4, 5, 6]
    assert {rule.place.file for rule in rules} == {"sub/pyproject.toml"}
    assert [rule.level for rule in rules] == ["error", "error", "warn", "error"]
    assert rules[0].canonical == rules[3].canonical


def test_a_rule_written_with_other_escapes_has_the_line_of_the_gate(tmp_path: Path) -> None:
    """Where the text of a rule is not found as it stands, its table's heading is its place."""
    path = _write(tmp_path, '\n[gate]\nrules = ["ndcg \\u003e= 0.5"]\n')
    assert [rule.place.line for rule in rules_of(load_gate(path), path, "audit.toml")] == [2]


def test_waivers_find_their_rule(tmp_path: Path) -> None:
    """A waiver is that of the rule of its id; its date is kept as written."""
    path = _write(tmp_path, GOOD + WAIVER + "expires = 2027-01-31")
    (rule,) = rules_of(load_gate(path), path, "audit.toml")
    assert rule.waiver is not None
    assert (rule.waiver.owner, rule.waiver.expires) == ("ranking team", "2027-01-31")


def test_a_bad_rule_is_told_with_its_place(tmp_path: Path) -> None:
    """A rule that cannot be read names file, line and character; a typed one says so."""
    path = _write(tmp_path, GOOD.replace("<=", "=="))
    with pytest.raises(UsageError, match="rule_syntax") as refused:
        rules_of(load_gate(path), path, "audit.toml")
    assert refused.value.facts["place"] == "audit.toml:6"
    with pytest.raises(UsageError, match="rule_syntax") as refused:
        typed_rules(["gini"])
    assert refused.value.facts["place"] == "--rule"


@pytest.mark.parametrize("name", ["audit.toml", "pyproject.toml"])
def test_an_audit_passes_over_the_gate(tmp_path: Path, name: str) -> None:
    """The settings of an audit are read beside a gate and a fit, and know neither."""
    head = "[tool.fairshelf" if name == "pyproject.toml" else "[audit"
    body = f"{head}]\nseed = 7\n" if name == "pyproject.toml" else "seed = 7\n"
    gate = GOOD.replace("[gate", "[tool.fairshelf.gate") if name == "pyproject.toml" else GOOD
    if name == "pyproject.toml":
        gate = gate.replace("[[gate", "[[tool.fairshelf.gate")
    path = _write(tmp_path, body + gate, name)
    assert load(path, {}).seed == 7
    assert load_gate(path).fail_on == ("warn",)
    assert load_gate(None).rules == ()
