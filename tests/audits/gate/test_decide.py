"""Verdicts rest on intervals, baselines on the interval of the difference, waivers on the date."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.gate import judge, typed_rules
from fairshelf.audits.gate.decide import worse_side
from fairshelf.audits.gate.grammar import QUALITY
from fairshelf.audits.gate.records import Waiver
from fairshelf.audits.metrics import CATALOGUE
from fairshelf.audits.results import AttributeRecord, Estimate, Finding, Message, Table

if TYPE_CHECKING:
    from fairshelf.audits.gate import Verdict
    from fairshelf.audits.gate.records import FailOn, Level
    from fairshelf.audits.results import Results

DAY = dt.date(2026, 11, 25)
RATIO = 'exposure_ratio[group="rural"]'


def estimate(low: float | None, high: float | None, **more: object) -> Estimate:
    """Give an exposure ratio of 0.85 with an interval."""
    told: dict[str, object] = {
        "key": f"{low} {high} {sorted(more.items())}",
        "metric": "exposure_ratio",
        "attribute": "locality",
        "group": "rural",
        "reference": "urban",
        "browsing": "dcg",
        "baseline": "catalogue",
        "method": "permutation",
        "level": 0.95,
        "value": 0.85,
        "low": low,
        "high": high,
        **more,
    }
    return Estimate(**told)  # type: ignore[arg-type]  # fields


def judged(
    text: str,
    results: Results,
    baseline: Results | None = None,
    *,
    level: Level = "error",
    waiver: Waiver | None = None,
) -> Verdict:
    """Give the verdict on one rule."""
    (rule,) = typed_rules([text])
    rule = replace(rule, level=level, waiver=waiver)
    return judge([rule], results, baseline, DAY).verdicts[0]


@pytest.mark.parametrize(
    ("line", "interval", "outcome"),
    [
        (">= 0.8", (0.81, 0.9), "pass"),
        (">= 0.8", (0.8, 0.9), "pass"),
        ("> 0.8", (0.8, 0.9), "inconclusive"),
        (">= 0.8", (0.7, 0.9), "inconclusive"),
        (">= 0.95", (0.7, 0.9), "breach"),
        (">= 0.9", (0.7, 0.9), "inconclusive"),
        ("> 0.9", (0.7, 0.9), "breach"),
        ("<= 1.25", (0.7, 0.9), "pass"),
        ("< 0.9", (0.7, 0.9), "inconclusive"),
        ("< 0.7", (0.7, 0.9), "breach"),
        ("<= 0.7", (0.7, 0.9), "inconclusive"),
        ("<= 0.6", (0.7, 0.9), "breach"),
        (">= 0.8", (0.0, None), "inconclusive"),
        (">= 0.8", (0.9, None), "pass"),
        ("<= 0.8", (None, 0.7), "pass"),
        (">= 0.8", (None, 0.7), "breach"),
    ],
)
def test_intervals_decide(
    bare: Results, line: str, interval: tuple[float | None, float | None], outcome: str
) -> None:
    """Beyond the line as a whole is a breach, within as a whole a pass, across it neither."""
    results = replace(bare, estimates=(estimate(*interval),))
    assert judged(f"{RATIO} {line}", results).outcome == outcome


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (estimate(None, None, note="too_few_sellers"), "gate_no_interval"),
        (estimate(0.1, 0.2, suppressed=True), "gate_withheld"),
        (estimate(0.1, 0.2, group="county"), "gate_none_like"),
        (estimate(0.1, 0.2, metric="gini"), "gate_not_estimated"),
    ],
)
def test_what_cannot_be_checked_never_passes(bare: Results, found: Estimate, reason: str) -> None:
    """No interval, withheld, no such group, no such metric: missing, with the reason, status 3."""
    results = replace(bare, estimates=(found,))
    verdict = judged(f"{RATIO} >= 0.01", results)
    assert verdict.outcome == "missing"
    assert verdict.fails
    assert verdict.reason is not None
    assert verdict.reason.code == reason
    assert judge(typed_rules([f"{RATIO} >= 0.01"]), results, None, DAY).status == 3


@pytest.mark.parametrize(
    ("text", "low", "high", "outcome"),
    [
        (f"{RATIO} >= 0.8", 0.04, 0.1, "inconclusive"),
        (f"{RATIO} >= 0.8", 0.9, 1.1, "inconclusive"),
        (f"{RATIO} >= 1", 0.04, 0.1, "breach"),
        (f"{RATIO} >= 0.8", 0.7, 0.9, "inconclusive"),
    ],
)
def test_an_interval_that_may_be_too_narrow_decides_at_equality_alone(
    bare: Results, text: str, low: float, high: float, outcome: str
) -> None:
    """Where the report says that it is not settled how large a gap is, no rule settles it."""
    found = estimate(low, high)
    finding = Finding(
        "exposure", "locality", "rural", "urban", "disparity", "lower", "large", "low", (found.key,)
    )
    wide = replace(bare, estimates=(found,), findings=(finding,))
    reason = Message("certainty_tails", {"reasons": ["spread"], "low": 0.67, "high": 0.93})
    fired = replace(wide, findings=(replace(finding, reasons=(reason,)),))
    told = judged(text, fired)
    assert told.outcome == outcome
    calm = judged(text, wide)
    assert (told.outcome == calm.outcome) == (told.reason is None)
    assert told.reason is None or told.reason.code == "gate_tails"


@pytest.mark.parametrize("side", ["now", "before"])
@pytest.mark.parametrize(
    ("rule", "calm", "doubted"),
    [
        (">= baseline", "breach", "inconclusive"),
        ("<= baseline * 0.9", "pass", "inconclusive"),
        ("no_worse_than_baseline", "breach", "inconclusive"),
        (">= baseline - 0.4", "inconclusive", "inconclusive"),
    ],
)
def test_no_comparison_rests_on_an_interval_that_may_be_too_narrow(
    bare: Results, side: str, rule: str, calm: str, doubted: str
) -> None:
    """A doubt about either interval leaves open what their difference would settle."""
    told = {}
    for name, found in (
        ("now", estimate(0.50, 0.52, value=0.51)),
        ("before", estimate(0.85, 0.95, value=0.90)),
    ):
        plain = Finding(
            "exposure", "locality", "rural", "urban", "disparity", "lower", "large", "low",
            (found.key,),
        )  # fmt: skip
        fired = replace(plain, reasons=(Message("certainty_tails", {}),))
        told[name, False] = replace(bare, estimates=(found,), findings=(plain,))
        told[name, True] = replace(bare, estimates=(found,), findings=(fired,))
    text = f"{RATIO} {rule}"
    assert judged(text, told["now", False], told["before", False]).outcome == calm
    verdict = judged(text, told["now", side == "now"], told["before", side == "before"])
    assert verdict.outcome == doubted
    reason = None if verdict.reason is None else verdict.reason.code
    assert reason == ("gate_tails_either" if calm != doubted else None)


def test_a_doubted_interval_worsens_nothing(bare: Results) -> None:
    """What is better, or has not moved at all, is kept however wide the interval should be."""
    now, before = estimate(0.85, 0.95, value=0.90), estimate(0.50, 0.52, value=0.51)
    finding = Finding(
        "exposure", "locality", "rural", "urban", "disparity", "lower", "large", "low",
        (now.key,), reasons=(Message("certainty_tails", {}),),
    )  # fmt: skip
    fired = replace(bare, estimates=(now,), findings=(finding,))
    old = replace(bare, estimates=(before,))
    assert judged(f"{RATIO} no_worse_than_baseline", fired, old).outcome == "pass"
    assert judged(f"{RATIO} >= baseline", fired, fired).outcome == "pass"


def test_a_rule_that_is_off_is_not_looked_at(bare: Results) -> None:
    """Level off asks for nothing, not even for an estimate."""
    verdict = judged(f"{RATIO} >= 0.01", bare, level="off")
    assert (verdict.outcome, verdict.severity, verdict.fails) == ("off", "none", False)


def test_the_difference_decides(bare: Results) -> None:
    """Now 0.85 (0.83 to 0.88), before 0.90 (0.85 to 0.95): -0.05 (-0.104 to 0.008)."""
    now = replace(bare, estimates=(estimate(0.83, 0.88),))
    before = replace(bare, estimates=(estimate(0.85, 0.95, value=0.90),))
    assert judged(f"{RATIO} >= baseline - 0.12", now, before).outcome == "pass"
    open_ = judged(f"{RATIO} >= baseline", now, before)
    assert open_.outcome == "inconclusive"
    assert open_.line == 0.90
    worse = replace(bare, estimates=(estimate(0.50, 0.52, value=0.51),))
    assert judged(f"{RATIO} >= baseline", worse, before).outcome == "breach"


def test_worse_beyond_noise(bare: Results) -> None:
    """A small worsening within the noise is kept, one beyond it breached, a betterment kept."""
    rule = f"{RATIO} no_worse_than_baseline"
    before = replace(bare, estimates=(estimate(0.85, 0.95, value=0.90),))
    now = replace(bare, estimates=(estimate(0.83, 0.88),))
    assert judged(rule, now, before).outcome == "pass"
    fallen = replace(bare, estimates=(estimate(0.50, 0.52, value=0.51),))
    assert judged(rule, fallen, before).outcome == "breach"
    assert judged(rule, before, fallen).outcome == "pass"


def test_concentration_worsens_upwards(bare: Results) -> None:
    """A Gini coefficient that rose beyond the noise is a breach, one that fell is none."""
    low, high = (
        replace(
            bare,
            estimates=(
                estimate(
                    value - 0.01,
                    value + 0.01,
                    value=value,
                    metric="gini",
                    attribute=None,
                    group=None,
                    reference=None,
                    key="gini",
                ),
            ),
        )
        for value in (0.4, 0.6)
    )
    assert judged("gini no_worse_than_baseline", high, low).outcome == "breach"
    assert judged("gini no_worse_than_baseline", low, high).outcome == "pass"


def test_every_metric_has_a_worse_side() -> None:
    """No metric of the catalogue or of quality is left without a direction, and none has two."""
    for name in (*(one.name for one in CATALOGUE), *QUALITY):
        assert worse_side(name) in {"lower", "higher"}


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (None, "gate_no_baseline"),
        ((), "gate_baseline_lacks"),
        ((estimate(None, None),), "gate_baseline_lacks"),
        ((estimate(0.8, 0.9, level=0.9),), "gate_levels_differ"),
        ((estimate(0.8, 0.9, browsing="uniform"),), "gate_settings_differ"),
    ],
)
def test_a_baseline_that_cannot_be_compared(
    bare: Results, before: tuple[Estimate, ...] | None, reason: str
) -> None:
    """A rule on worsening cannot pass where nothing, or something else, is compared."""
    now = replace(bare, estimates=(estimate(0.8, 0.9),))
    base = None if before is None else replace(bare, estimates=before)
    verdict = judged(f"{RATIO} >= baseline - 1", now, base)
    assert verdict.outcome == "missing"
    assert verdict.reason is not None
    assert verdict.reason.code == reason


def test_another_standard_is_not_compared(bare: Results) -> None:
    """Groups drawn by another version of a standard are other groups."""

    def by(version: str) -> Results:
        record = AttributeRecord(
            "locality", None, "S", version, None, None, declared=True, reference="urban"
        )
        return replace(bare, estimates=(estimate(0.8, 0.9),), groups=(record,))

    assert judged(f"{RATIO} >= baseline", by("2020"), by("2020")).outcome == "pass"
    verdict = judged(f"{RATIO} >= baseline", by("2020"), by("2024"))
    assert verdict.reason is not None
    assert verdict.reason.code == "gate_standards_differ"


def test_quality(bare: Results) -> None:
    """Rules on quality read the table of a replay; the cut-off is a key, the primary one usual."""
    columns = ("metric", "cutoff", "attribute", "group", "value", "low", "high", "se", "requests")
    rows = (
        ("ndcg", 5, None, None, 0.7, 0.6, 0.8, 0.1, 50),
        ("ndcg", 10, None, None, 0.9, 0.88, 0.92, 0.1, 50),
        ("ndcg", 10, "locality", "rural", 0.5, 0.4, 0.6, 0.1, 50),
        ("kendall_tau", None, None, None, 0.3, 0.2, 0.4, 0.1, 50),
    )
    results = replace(
        bare, tables={"quality": Table(columns, rows)}, provenance={"primary_cutoff": 10}
    )
    assert judged("ndcg >= 0.85", results).outcome == "pass"
    assert judged("ndcg[cutoff=5] >= 0.85", results).outcome == "breach"
    assert judged('ndcg[attribute="locality", group="rural"] >= 0.7', results).outcome == "breach"
    assert judged("ndcg[cutoff=20] >= 0.7", results).outcome == "missing"
    assert judged("kendall_tau >= 0.1", results).outcome == "pass"
    assert judged("ndcg >= baseline - 0.005", results, results).outcome == "pass"
    assert judged("ndcg >= 0.7", bare).outcome == "missing"


def waiver(expires: dt.date) -> Waiver:
    """Give a waiver until a day."""
    return Waiver("trial", "ranking team", expires.isoformat())


@pytest.mark.parametrize(
    ("expires", "outcome", "reason"),
    [
        (DAY, "waived", "gate_waived"),
        (DAY - dt.timedelta(1), "breach", "gate_waiver_expired"),
    ],
)
def test_waivers_end(bare: Results, expires: dt.date, outcome: str, reason: str) -> None:
    """A waiver holds on its last day and no longer; what it excuses is told."""
    results = replace(bare, estimates=(estimate(0.1, 0.2),))
    verdict = judged(f"{RATIO} >= 0.8", results, waiver=waiver(expires))
    assert verdict.outcome == outcome
    assert verdict.fails == (outcome == "breach")
    assert verdict.reason is not None
    assert verdict.reason.code == reason


def test_waivers_excuse_no_missing_data_and_no_pass(bare: Results) -> None:
    """A waiver does not hide that there is nothing to check, and is idle where a rule is kept."""
    assert judged(f"{RATIO} >= 0.8", bare, waiver=waiver(DAY)).outcome == "missing"
    kept = replace(bare, estimates=(estimate(0.81, 0.9),))
    verdict = judged(f"{RATIO} >= 0.8", kept, waiver=waiver(DAY))
    assert verdict.outcome == "pass"
    assert verdict.reason is not None
    assert verdict.reason.code == "gate_waiver_idle"


@pytest.mark.parametrize(
    ("interval", "level", "fail_on", "missing", "status"),
    [
        ((0.1, 0.2), "error", (), "error", 1),
        ((0.1, 0.2), "warn", ("error",), "error", 0),
        ((0.1, 0.2), "warn", ("warn",), "error", 1),
        ((0.7, 0.9), "error", ("error",), "error", 0),
        ((0.7, 0.9), "error", ("inconclusive",), "error", 4),
        ((0.7, 0.9), "warn", ("inconclusive",), "error", 0),
        ((0.8, 0.9), "error", ("warn", "inconclusive"), "error", 0),
        ((None, None), "error", (), "error", 3),
        ((None, None), "warn", (), "error", 0),
        ((None, None), "error", (), "warn", 0),
        ((None, None), "error", ("warn",), "warn", 3),
        ((None, None), "error", ("warn",), "off", 0),
    ],
)
def test_statuses(
    bare: Results,
    interval: tuple[float | None, float | None],
    level: Level,
    fail_on: tuple[FailOn, ...],
    missing: Level,
    status: int,
) -> None:
    """1 for a breach, 3 for what cannot be checked, 4 for what is open, each only where asked."""
    (rule,) = typed_rules([f"{RATIO} >= 0.8"])
    results = replace(bare, estimates=(estimate(*interval),))
    gate = judge([replace(rule, level=level)], results, None, DAY, fail_on, missing)
    assert gate.status == status


def test_a_breach_goes_first(bare: Results) -> None:
    """Breach before missing before inconclusive, whatever the order of the rules."""
    results = replace(bare, estimates=(estimate(0.7, 0.9),))
    open_, gone, broken = f"{RATIO} >= 0.8", "gini <= 1", f"{RATIO} >= 0.95"
    for texts, status in (
        ([open_, gone, broken], 1),
        ([open_, gone], 3),
        ([open_], 4),
    ):
        assert judge(typed_rules(texts), results, None, DAY, ("inconclusive",)).status == status
