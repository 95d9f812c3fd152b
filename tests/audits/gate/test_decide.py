"""Verdicts rest on intervals, baselines on the interval of the difference, waivers on the date."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.errors import UsageError
from fairshelf.audits.gate import Gate, decide, load_gate
from fairshelf.audits.gate.config import RuleEntry, Waiver
from fairshelf.audits.results import Estimate, Table

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.gate import Verdict
    from fairshelf.audits.results import Results

DAY = dt.date(2026, 11, 25)


def estimate(low: float | None, high: float | None, **more: object) -> Estimate:
    """Give an exposure ratio of 0.85 with an interval."""
    told: dict[str, object] = {
        "attribute": "locality",
        "group": "rural",
        "reference": "urban",
        "browsing": "dcg",
        "baseline": "catalogue",
        "method": "permutation",
        "value": 0.85,
        "low": low,
        "high": high,
        **more,
    }
    return Estimate(key="k", metric="exposure_ratio", **told)  # type: ignore[arg-type]  # fields


def judged(rule: str, results: Results, baseline: Results | None = None, **more: object) -> Verdict:
    """Give the verdict on one rule."""
    gate = Gate(rules=(RuleEntry(id="r", rule=rule),), **more)  # type: ignore[arg-type]  # fields
    return decide(gate, results, baseline, DAY)[0]


@pytest.mark.parametrize(
    ("rule", "interval", "state"),
    [
        ("exposure_ratio >= 0.8", (0.81, 0.9), "pass"),
        ("exposure_ratio >= 0.8", (0.8, 0.9), "pass"),
        ("exposure_ratio > 0.8", (0.8, 0.9), "inconclusive"),
        ("exposure_ratio >= 0.8", (0.7, 0.9), "inconclusive"),
        ("exposure_ratio >= 0.95", (0.7, 0.9), "breach"),
        ("exposure_ratio >= 0.9", (0.7, 0.9), "inconclusive"),
        ("exposure_ratio > 0.9", (0.7, 0.9), "breach"),
        ("exposure_ratio <= 1.25", (0.7, 0.9), "pass"),
        ("exposure_ratio <= 0.6", (0.7, 0.9), "breach"),
        ("exposure_ratio <= 0.8", (0.7, 0.9), "inconclusive"),
        ("exposure_ratio >= 0.8", (None, None), "inconclusive"),
        ("exposure_ratio >= 0.8", (0.0, None), "inconclusive"),
        ("exposure_ratio >= 0.8", (0.9, None), "pass"),
    ],
)
def test_intervals_decide(
    bare: Results, rule: str, interval: tuple[float | None, float | None], state: str
) -> None:
    """Beyond the line as a whole is a breach, within as a whole a pass, across it neither."""
    results = replace(bare, estimates=(estimate(*interval),))
    group = rule.replace("exposure_ratio", 'exposure_ratio[group="rural"]')
    assert judged(group, results).state == state


def test_the_difference_decides(bare: Results) -> None:
    """From 0.90 (0.85 to 0.95) to 0.85 (0.83 to 0.88): the change is -0.05 -.054/+.058."""
    now = replace(bare, estimates=(estimate(0.83, 0.88),))
    before = replace(bare, estimates=(estimate(0.85, 0.95, value=0.90),))
    found = judged("exposure_ratio >= baseline - 0.12", now, before)
    assert found.low == pytest.approx(-0.05 - math.hypot(0.02, 0.05))
    assert found.high == pytest.approx(-0.05 + math.hypot(0.03, 0.05))
    assert found.state == "pass"
    assert judged("exposure_ratio >= baseline", now, before).state == "inconclusive"
    worse = replace(bare, estimates=(estimate(0.50, 0.52, value=0.51),))
    assert judged("exposure_ratio >= baseline", worse, before).state == "breach"


def test_without_a_baseline_there_is_no_figure(bare: Results) -> None:
    """A rule on worsening cannot pass where nothing is compared."""
    found = judged("exposure_ratio >= baseline", replace(bare, estimates=(estimate(0.8, 0.9),)))
    assert found.state == "missing"
    assert found.fails


def test_keys_left_out_are_primary(bare: Results) -> None:
    """Of several browsing models and methods the primary ones are taken, or those named."""
    several = (
        estimate(0.1, 0.2, browsing="uniform"),
        estimate(0.3, 0.4, method="two_way"),
        estimate(0.85, 0.9),
        estimate(0.5, 0.6, adjusted=True, method="poisson_crv3"),
    )
    results = replace(
        bare,
        estimates=several,
        provenance={"primary_browsing": "dcg", "primary_baseline": "catalogue"},
    )
    assert judged("exposure_ratio >= 0.8", results).low == 0.85
    assert judged('exposure_ratio[browsing="uniform"] >= 0.8', results).high == 0.2
    assert judged("exposure_ratio[adjusted=True] >= 0.8", results).low == 0.5


def test_what_is_not_there_is_told(bare: Results) -> None:
    """An unknown metric, an unknown group and an open choice each say what there is."""
    results = replace(bare, estimates=(estimate(0.8, 0.9), estimate(0.8, 0.9, group="county")))
    for rule, why in (
        ("exposure_rato >= 1", "metric"),
        ('exposure_ratio[group="rurl"] >= 1', "key"),
        ("exposure_ratio >= 1", "ambiguous"),
    ):
        found = judged(rule, results)
        assert found.missing is not None
        assert found.missing.why == why
        assert found.fails
        assert found.missing.known


def test_withheld_figures_are_no_pass(bare: Results) -> None:
    """A figure that public results withhold is missing, not kept."""
    results = replace(bare, estimates=(estimate(None, None, suppressed=True),))
    assert judged("exposure_ratio >= 0.1", results).state == "missing"


def test_quality(bare: Results) -> None:
    """Rules on quality read the table of a replay; the cut-off is a key."""
    columns = ("metric", "cutoff", "attribute", "group", "value", "low", "high", "se", "requests")
    rows = (
        ("ndcg", 5, None, None, 0.7, 0.6, 0.8, 0.1, 50),
        ("ndcg", 10, None, None, 0.9, 0.88, 0.92, 0.1, 50),
        ("ndcg", 10, "locality", "rural", 0.5, 0.4, 0.6, 0.1, 50),
    )
    results = replace(bare, tables={"quality": Table(columns, rows)})
    assert judged("ndcg[cutoff=10] >= 0.85", results).state == "pass"
    assert judged('ndcg[cutoff=10, attribute="locality", group="rural"] >= 0.7', results).state == (
        "breach"
    )
    assert judged("ndcg[cutoff=20] >= 0.7", results).state == "missing"
    assert judged("ndcg[cutoff=10] >= 0.7", bare).state == "missing"


@pytest.mark.parametrize(("expires", "state"), [(DAY, "waived"), (DAY - dt.timedelta(1), "breach")])
def test_waivers_end(bare: Results, expires: dt.date, state: str) -> None:
    """A waiver holds on its last day and no longer; what it excuses is told."""
    results = replace(bare, estimates=(estimate(0.1, 0.2),))
    waiver = Waiver(rule="r", reason="trial", owner="ranking team", expires=expires)
    found = judged("exposure_ratio >= 0.8", results, waivers=(waiver,))
    assert found.state == state
    assert found.expired == (state == "breach")


GOOD = """
[gate]
[[gate.rules]]
id = "a"
rule = 'gini <= 0.9'
"""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "gate_empty"),
        ("[gate]\nruls = []", "gate_bad_value"),
        (GOOD + 'level = "eror"', "gate_bad_value"),
        (GOOD + GOOD.replace("[gate]", ""), "gate_twice"),
        (GOOD + '[[gate.waivers]]\nrule="a"\nreason="x"\nowner="y"', "gate_bad_value"),
        (
            GOOD + '[[gate.waivers]]\nrule="b"\nreason="x"\nowner="y"\nexpires=2027-01-01',
            "gate_no_rule",
        ),
        (GOOD.replace("<=", "=="), "rule_unreadable"),
        ("gate = 3", "gate_bad_value"),
        ("[gate", "config_not_toml"),
    ],
)
def test_bad_settings_have_one_reason(tmp_path: Path, text: str, code: str) -> None:
    """Every fault of the gate's section ends in one error of its own."""
    (tmp_path / "audit.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load_gate(tmp_path / "audit.toml")
    assert refused.value.code == code


def test_the_line_of_a_rule(tmp_path: Path) -> None:
    """Annotations point at the line on which the rule's id stands; pyproject.toml works too."""
    (tmp_path / "pyproject.toml").write_text(
        GOOD.replace("gate", "tool.fairshelf.gate"), encoding="utf-8"
    )
    (rule,) = load_gate(tmp_path / "pyproject.toml").rules
    assert rule.line == 4
