"""Checks of a finding, through the whole audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.errors import DataError
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.results import Results

SELLERS, LISTS, LONG = 40, 90, 8


def _audited(tmp_path: Path, change_at: str) -> Results:
    """Audit a log in which rural sellers (the first 14) stand lower, far lower from day 16 on."""
    rng = np.random.default_rng(4)
    appeal = rng.normal(0, 0.3, SELLERS)
    rows = ["request,position,listing,seller,sponsored,category,time"]
    for request in range(LISTS):
        day = request % 30 + 1
        gap = np.where(np.arange(SELLERS) < 14, 0.3 if day < 16 else 1.2, 0.0)
        order = np.argsort(-(appeal - gap + rng.normal(0, 1, SELLERS)))[:LONG]
        for position, n in enumerate(order, start=1):
            ad = "yes" if position == 1 else "no"
            rows.append(f"q{request},{position},l{n},s{n},{ad},c{n % 3},2026-03-{day:02}")
    path = tmp_path / "log.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    areas = ["rural" if n < 14 else "urban" for n in range(SELLERS - 1)]
    sellers = tmp_path / "sellers.csv"
    told = [f"s{n},{area}" for n, area in enumerate([*areas, ""])]
    sellers.write_text("\n".join(["seller,area", *told]) + "\n", encoding="utf-8")
    settings = Settings(
        attributes={"locality": "area"},
        reference={"locality": "urban"},
        cutoffs=(4,),
        permutations=499,
        change_at=change_at,
    )
    return audit([str(path)], str(sellers), None, settings).results


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Give the audit with the change at the planted date."""
    return _audited(tmp_path_factory.mktemp("log"), change_at="2026-03-16")


def _row(results: Results, name: str) -> dict[str, object]:
    table = results.tables[name]
    return dict(zip(table.columns, table.rows[0], strict=True))


def test_the_curve_holds_every_choice_once(results: Results) -> None:
    """Models, depths, baselines and parts are combined, each specification once, lowest first."""
    table = results.tables["specification_curve"]
    place = {name: table.columns.index(name) for name in table.columns}
    keys = [
        tuple(row[place[n]] for n in ("browsing", "baseline", "cutoff", "definition", "ads"))
        for row in table.rows
    ]
    assert len(set(keys)) == len(keys)
    assert {key[4] for key in keys} == {"all", "organic", "ads"}
    assert {"dcg", "logclip", "rbp:0.85", "reciprocal", "top:2", "top:4"} <= {k[0] for k in keys}
    values = [float(str(row[place["value"]])) for row in table.rows]
    assert values == sorted(values)
    told = _row(results, "robustness")
    assert told["specifications"] == len(keys)
    below = [row for row in table.rows if float(str(row[place["value"]])) < 1]
    assert told["share_agree"] == pytest.approx(len(below) / len(keys))


def test_other_questions_are_no_evidence_on_the_headline(results: Results) -> None:
    """What agrees is counted over one baseline and definition, paid places alone left out."""
    table = results.tables["specification_curve"]
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    lead = next(e for e in results.estimates if e.key == results.findings[0].keys[0])
    same = [r for r in rows if r["question"] == "same"]
    assert same == [
        r
        for r in rows
        if (r["baseline"], r["definition"]) == (lead.baseline, lead.attribute) and r["ads"] != "ads"
    ]
    assert {r["question"] for r in rows} == {"same", "baseline", "ads"}
    told = _row(results, "robustness")
    values = [float(str(r["value"])) for r in same]
    assert told["same_specifications"] == len(same) < len(rows)
    assert told["same_agree"] == sum(value < 1 for value in values) / len(values)
    firm = [r for r in same if r["high"] is not None and float(str(r["high"])) < 1]
    assert told["same_firm"] == pytest.approx(len(firm) / len(same))
    ends = [told["same_lowest"], told["same_highest"]]
    assert ends == pytest.approx([min(values), max(values)], abs=1e-8)
    assert told["p_same"] == pytest.approx(1 / 300)


def test_the_headline_stands_in_the_curve(results: Results) -> None:
    """The leading ratio is one of the specifications, to the last digits that are kept."""
    lead = next(e for e in results.estimates if e.key == results.findings[0].keys[0])
    table = results.tables["specification_curve"]
    place = {name: table.columns.index(name) for name in table.columns}
    found = [
        row[place["value"]]
        for row in table.rows
        if (row[place["browsing"]], row[place["baseline"]], row[place["ads"]])
        == (lead.browsing, lead.baseline, "all")
    ]
    assert found == [pytest.approx(lead.value, abs=1e-8)]


def test_the_unknown_seller_is_put_on_either_side(results: Results) -> None:
    """One seller has no label: two bounds enclose the ratio, and the range is told."""
    bounds = {
        e.definition: e.value
        for e in results.estimates
        if e.definition and "unknown" in e.definition
    }
    assert set(bounds) == {"unknown_to_group", "unknown_to_reference"}
    told = _row(results, "robustness")
    assert told["unknown_sellers"] == 1
    for value in bounds.values():
        assert value is not None
        assert float(str(told["unknown_lowest"])) <= value <= float(str(told["unknown_highest"]))


def test_unknown_sellers_on_both_sides_can_turn_what_one_side_cannot(tmp_path: Path) -> None:
    """All ten unknown in either group leave it below 1; the large in it, the rest not, turn it."""
    rows = ["request,position,listing,seller,area,attention"]
    given = [("rural", 6.0)] * 10 + [("urban", 10.0)] * 10 + [("", 24.0)] * 5 + [("", 0.5)] * 5
    for seller, (area, attention) in enumerate(given):
        rows.append(f"q,{seller + 1},l{seller},s{seller},{area},{attention}")
    path = tmp_path / "log.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    settings = Settings(
        attributes={"locality": "area"},
        reference={"locality": "urban"},
        browsing=("given",),
        cutoffs=(4,),
        permutations=99,
    )
    results = audit([str(path)], None, None, settings).results
    sides = {e.definition: e.value for e in results.estimates if e.note == "bound_for_unknown"}
    assert sides["unknown_to_group"] == pytest.approx(182.5 / 20 / 10)
    assert sides["unknown_to_reference"] == pytest.approx(6 / (222.5 / 20))
    told = _row(results, "robustness")
    assert told["unknown_highest"] == pytest.approx((180 / 15) / (102.5 / 15))
    assert told["unknown_lowest"] == pytest.approx((62.5 / 15) / (220 / 15))
    notice = next(n for n in results.findings[0].reasons if n.code == "certainty_unknown_turns")
    assert notice.facts == {
        "sellers": 10,
        "low": told["unknown_lowest"],
        "high": told["unknown_highest"],
    }


def test_a_definition_that_turns_the_ratio_is_told_whatever_rounding_did(tmp_path: Path) -> None:
    """Micro shops alone get less, small ones with them more; most sellers were never shown.

    The ratio of the finding is summed over sellers with units only, that of the curve over all:
    the two need not be the same to the last digit.
    """
    rng = np.random.default_rng(8)
    rows = ["request,position,listing,seller,attention"]
    kinds = ["micro"] * 20 + ["small"] * 20 + ["large"] * 20
    level = {"micro": 0.7, "small": 1.9, "large": 1.0}
    for n, kind in enumerate(kinds):
        for request in range(5):
            held = level[kind] * rng.uniform(0.9, 1.1)
            rows.append(f"q{request},{n + 1},l{n},s{n},{held:.6f}")
    path = tmp_path / "log.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    more = [f"n{n},{('micro', 'small', 'large')[n % 3]}" for n in range(400)]
    told = [f"s{n},{kind}" for n, kind in enumerate(kinds)]
    sellers = tmp_path / "sellers.csv"
    both = [one for pair in zip(more, told * 7, strict=False) for one in pair]
    sellers.write_text("\n".join(["seller,size", *dict.fromkeys(both)]) + "\n", encoding="utf-8")
    settings = Settings(
        attributes={"size": "size"},
        reference={"size": "large"},
        browsing=("given",),
        baseline="shown",
        cutoffs=(4,),
        permutations=99,
    )
    results = audit([str(path)], str(sellers), None, settings).results
    micro = next(f for f in results.findings if f.group == "micro")
    (reason,) = (one for one in micro.reasons if one.code == "certainty_definitions_disagree")
    assert float(str(reason.facts["low"])) < 1 < float(str(reason.facts["high"]))


def test_the_planted_change_is_found(results: Results) -> None:
    """The ratio fell at the date, and at no earlier date as much."""
    change = next(e for e in results.estimates if e.period == "change:2026-03-16")
    assert change.high is not None
    assert change.high < 1
    placebo = _row(results, "placebo")
    assert placebo["placebos"] == 10
    assert placebo["as_large"] == 0
    days = [e.period for e in results.estimates if e.period and e.period.startswith("2026")]
    assert days == [f"2026-03-{n:02}" for n in range(1, 31)]


def test_a_date_without_days_is_refused(tmp_path: Path) -> None:
    """A change at a date needs a log that tells days."""
    path = tmp_path / "log.csv"
    path.write_text("request,position,listing,area\na,1,x,r\na,2,y,u\n", encoding="utf-8")
    settings = Settings(attributes={"locality": "area"}, change_at="2026-03-16")
    with pytest.raises(DataError, match="no_days"):
        audit([str(path)], None, None, settings)


def test_a_group_with_nothing_on_a_page_stays_in_the_curve(tmp_path: Path) -> None:
    """One list of 40 with all rural listings below the tenth: the first-page ratios are 0."""
    rows = ["position,listing,area"]
    rows += [f"{n},l{n},{'rural' if n > 20 and n % 2 else 'urban'}" for n in range(1, 41)]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    settings = Settings(
        attributes={"locality": "area"}, reference={"locality": "urban"}, cutoffs=(10,)
    )
    results = audit([str(path)], None, None, settings).results
    table = results.tables["specification_curve"]
    place = {name: table.columns.index(name) for name in table.columns}
    first = [row for row in table.rows if row[place["cutoff"]] == "10"]
    assert first
    assert all(row[place["value"]] == 0 and row[place["agrees"]] == 1 for row in first)
    assert all(row[place["high"]] is not None for row in first)
