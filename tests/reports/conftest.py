"""Results like those of a real audit, made by hand: no engine, no files."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.audits.plan import frozen
from fairshelf.audits.results import (
    AttributeRecord,
    ColumnMatch,
    Estimate,
    Finding,
    InputFile,
    Joins,
    Level,
    LevelRule,
    Message,
    Results,
    Rows,
    Table,
    Tool,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from fairshelf.audits.results import Outcome

MODELS = ("dcg", "rbp:0.85", "reciprocal", "uniform")
COUNTS = {"中心城区": 1803, "县域": 326, "远郊区": 327, "外地": 43}


def estimate(metric: str, attribute: str | None, group: str | None, **more: Any) -> Estimate:  # noqa: ANN401 - fields of an estimate
    """Make an estimate whose key is made of what it says."""
    facts: dict[str, Any] = {"metric": metric, "attribute": attribute, "group": group, **more}
    told = [str(facts[name]) for name in facts if name in _KEYED and facts[name] is not None]
    return Estimate(key="|".join(told), **facts)


_KEYED = (
    "metric",
    "attribute",
    "group",
    "reference",
    "browsing",
    "baseline",
    "cutoff",
    "scope",
    "method",
)


def _of_group(attribute: str, group: str, share: float, ratio: float) -> list[Estimate]:
    told = [
        estimate("impression_share", attribute, group, value=share, method="seller", level=0.95),
        estimate(
            "topk_share", attribute, group, cutoff="49", value=0.0 if group == "县域" else share
        ),
        estimate(
            "topk_selection_rate", attribute, group, cutoff="49", value=0.02, low=0.01, high=0.03
        ),
    ]
    for number, model in enumerate(MODELS):
        drift = 1 + 0.01 * number
        told += [
            estimate(
                "exposure_share",
                attribute,
                group,
                browsing=model,
                value=share * ratio * drift,
                low=share * ratio * 0.97,
                high=min(1.0, share * ratio * 1.05),
                level=0.95,
                method="two_way",
            ),
            estimate(
                "attention_per_impression",
                attribute,
                group,
                browsing=model,
                value=0.1083 * ratio,
                low=0.1083 * ratio * 0.9,
                high=0.1083 * ratio * 1.1,
                level=0.95,
                method="seller",
            ),
            estimate(
                "representation_ratio",
                attribute,
                group,
                browsing=model,
                baseline="shown",
                value=ratio * drift,
            ),
        ]
    return told


def _contrast(
    attribute: str, group: str, reference: str, spread: tuple[float, float, float]
) -> list[Estimate]:
    value, low, high = spread
    told = [
        estimate(
            "exposure_ratio",
            attribute,
            group,
            reference=reference,
            browsing=model,
            baseline="shown",
            method=method,
            value=value,
            low=low,
            high=high,
            level=0.95,
            p_value=0.0004,
            p_adjusted=0.0012,
            direction="lower" if value < 1 else "higher",
            question="sellers",
            sellers=326,
            requests=1,
            impressions=2499,
        )
        for model in MODELS
        for method in ("permutation", "two_way")
    ]
    told += [
        estimate(
            step, attribute, group, reference=reference, browsing="dcg", value=value ** (1 / 3)
        )
        for step in ("funnel_reach", "funnel_frequency", "funnel_placement")
    ]
    return told


def _topk(attribute: str, group: str, reference: str, value: float, high: float) -> Estimate:
    return estimate(
        "topk_impact_ratio",
        attribute,
        group,
        reference=reference,
        cutoff="49",
        method="hypergeometric",
        value=value,
        low=0.0,
        high=high,
        level=0.95,
        p_value=0.00001,
        p_adjusted=0.00003,
    )


def _finding(
    code: str,
    group: str,
    outcome: Outcome,
    keys: tuple[str, ...],
    **more: Any,  # noqa: ANN401 - fields of a finding
) -> Finding:
    facts: dict[str, Any] = {
        "direction": "lower",
        "size": "total",
        "certainty": "moderate",
        "reasons": (Message("certainty_not_adjusted", {}),),
        **more,
    }
    return Finding(
        code=code,
        attribute="locality",
        group=group,
        reference="中心城区",
        outcome=outcome,
        keys=keys,
        **facts,
    )


def _tables(attribute: str, counts: dict[str, int]) -> dict[str, Table]:
    labels = [*(str(number) for number in range(1, 11)), "11-20", "21-49", "50-490", "491-2499"]
    total = sum(counts.values())
    rows = tuple(
        (
            attribute,
            group,
            label,
            count,
            0.0 if group == "县域" and place < 12 else count / total,
        )
        for group, count in counts.items()
        for place, label in enumerate(labels)
    )
    lorenz = tuple(
        ("listings", None if group is None else attribute, group, step / 50, (step / 50) ** power)
        for power, group in enumerate([None, *counts], start=2)
        for step in range(51)
    )
    return {
        "exposure_by_position": Table(
            ("attribute", "group", "position", "impressions", "share", "sellers"),
            tuple((*row, 400) for row in rows),
        ),
        "lorenz": Table(
            ("scope", "attribute", "group", "share_of_units", "share_of_exposure"), lorenz
        ),
    }


@pytest.fixture
def results() -> Results:
    """Give results like those of the Chengdu crawl: one list, three groups and a reference."""
    attribute, reference = "locality", "中心城区"
    ratios = {"中心城区": 1.029, "县域": 0.8906, "远郊区": 0.9423, "外地": 1.0505}
    estimates = [
        one
        for group, count in COUNTS.items()
        for one in _of_group(attribute, group, count / 2499, ratios[group])
    ]
    estimates += _contrast(attribute, "县域", reference, (0.8655, 0.8476, 0.8889))
    estimates += _contrast(attribute, "远郊区", reference, (0.9157, 0.8312, 1.0048))
    estimates += _contrast(attribute, "外地", reference, (1.0208, 0.7996, 1.3021))
    topks = [
        _topk(attribute, "县域", reference, 0.0, 0.41),
        _topk(attribute, "远郊区", reference, 0.118, 0.63),
        _topk(attribute, "外地", reference, 0.894, 4.2),
    ]
    estimates += topks
    for scope in ("listings", "sellers"):
        for metric, cutoff in (
            ("coverage", None),
            ("gini", None),
            ("top_share", "5"),
            ("top_share", "10%"),
        ):
            estimates.append(
                estimate(metric, None, None, scope=scope, cutoff=cutoff, value=0.5, browsing="dcg")
            )

    def ratio_key(group: str) -> str:
        return f"exposure_ratio|{attribute}|{group}|{reference}|dcg|shown|permutation"

    def share_keys(group: str) -> tuple[str, str]:
        return (f"topk_share|{attribute}|{group}|49", f"topk_share|{attribute}|{reference}|49")

    findings = (
        _finding(
            "TOPK_ABSENT",
            "县域",
            "material_disparity",
            (topks[0].key, ratio_key("县域"), *share_keys("县域")),
        ),
        _finding(
            "TOPK_LOWER",
            "远郊区",
            "disparity",
            (topks[1].key, ratio_key("远郊区"), *share_keys("远郊区")),
            size="large",
            certainty="low",
        ),
        _finding(
            "INCONCLUSIVE",
            "外地",
            "inconclusive",
            (ratio_key("外地"), topks[2].key, *share_keys("外地")),
            direction="none",
            size="none",
            certainty="low",
        ),
    )
    levels = tuple(Level(name, count, count, count, count, count) for name, count in COUNTS.items())
    rural = tuple(
        Level(name, count, count, count, count, count)
        for name, count in (("rural", 326), ("urban", 1803), ("unknown", 370))
    )
    return Results(
        schema_version="1.0",
        tool=Tool("fairshelf", "0.1.0"),
        settings={
            "attributes": {"locality": "地区类型"},
            "reference": {"locality": "中心城区"},
            "standard": {},
            "map": {},
            "browsing": list(MODELS),
            "cutoffs": [49],
            "baseline": "auto",
            "bounds": [0.8, 1.25],
            "question": "sellers",
            "level": 0.95,
            "permutations": 9999,
            "seed": 0,
        },
        plan=None,
        case={"platform": "途家", "collected_when": "2020-06-20"},
        inputs=(
            InputFile(
                role="log",
                name="tujia_chengdu_gb18030.csv",
                sha256="3f" * 32,
                bytes=612345,
                rows=2499,
                format="csv",
                encoding="GB18030",
                delimiter=",",
                header_row=1,
                columns=(
                    ColumnMatch("position", "排名", "table", 1.0),
                    ColumnMatch("listing", "unitId", "normalised", 0.97),
                ),
                unused=("标题", "评分"),
            ),
        ),
        rows=Rows(read=2499, used=2490, rejected=7, duplicate=2, unlabelled=0),
        joins=Joins("listing", 2204, 0, listings_in_log=2204),
        groups=(
            AttributeRecord(
                "locality",
                "地区类型",
                None,
                None,
                None,
                None,
                declared=True,
                reference=reference,
                levels=levels,
            ),
            AttributeRecord(
                "locality:rural_urban",
                "地区类型",
                "words",
                "2026",
                "table of words",
                None,
                declared=False,
                reference="urban",
                levels=rural,
                mapping=(
                    LevelRule("县域", "rural", "word", 326),
                    LevelRule("外地", "unknown", "no_standard", 43),
                ),
            ),
        ),
        estimates=tuple(estimates),
        findings=findings,
        tables=_tables(attribute, COUNTS),
        notices=(Message("limit_one_list", {}),),
        limits=(
            Message("limit_not_adjusted", {}),
            Message("limit_shown_only", {}),
            Message("limit_listings_as_sellers", {}),
            Message("limit_no_intent", {}),
        ),
        provenance={
            "seed": 0,
            "permutations": 9999,
            "primary_baseline": "shown",
            "primary_browsing": "dcg",
            "primary_cutoff": 49,
            "question": "sellers",
            "requests": 1,
            "standards": [{"attribute": "locality", "standard": None}],
        },
    )


@pytest.fixture
def ten_groups(results: Results) -> Results:
    """Give the same results with ten groups against the reference."""
    names = [f"远郊{number}区" for number in range(10)]
    counts = dict.fromkeys([*names, "中心城区"], 220)
    estimates = [e for name in counts for e in _of_group("locality", name, 0.09, 0.95)]
    findings = []
    for name in names:
        estimates += _contrast("locality", name, "中心城区", (0.8655, 0.8476, 0.8889))
        topk = _topk("locality", name, "中心城区", 0.1, 0.41)
        estimates.append(topk)
        ratio = f"exposure_ratio|locality|{name}|中心城区|dcg|shown|permutation"
        findings.append(
            _finding("TOPK_LOWER", name, "material_disparity", (topk.key, ratio), size="large")
        )
    unknown: dict[str, Any] = {
        "value": None,
        "low": None,
        "high": None,
        "note": "too_few_sellers;no_sellers",
    }
    estimates = [replace(e, **unknown) if e.group == names[-1] else e for e in estimates]
    levels = tuple(Level(name, n, n, n, n, n) for name, n in counts.items())
    return replace(
        results,
        estimates=tuple(estimates),
        findings=tuple(findings),
        groups=(replace(results.groups[0], levels=levels),),
        tables=_tables("locality", counts),
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium for the tests of a file, or skip naming its package."""
    place = shutil.which("chromium")
    if place is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=place, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


@cache
def rich_results(lang: str) -> Results:
    """Audit the sample of a language with everything on: what a full report is made of."""
    from fairshelf.audits.config import load
    from fairshelf.audits.pipeline import audit
    from fairshelf.sample_data import path

    log, sellers, catalogue = (
        str(path(f"{name}.{lang}.csv")) for name in ("log", "sellers", "catalogue")
    )
    base = path(f"audit.{lang}.toml")
    plain = load(base, {})
    flag = next(name for name in plain.attributes)
    more = {
        "permutations": 199,
        "annex": True,
        "metrics": ("rnd",),
        "strata": (flag,),
        "change_at": "2026-03-09",
        "attributes": {f"locality*{flag}": None},
        "jurisdiction": ("CN", "EU", "US"),
    }
    told = {"en": ("A platform", "2026-03-01"), "zh": ("某平台", "2026-03-01")}[lang]
    case: dict[str, object] = {
        "platform": told[0],
        "platform_asked": told[1],
        "evidence_type": "platform_log",
    }
    plan = {**frozen(plain)}
    return audit([log], sellers, catalogue, load(base, more), case=case, plan=plan).results
