"""Size schemes against worked cases and against the written rule of the Chinese standard."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.groups import Labels, label_sellers
from fairshelf.audits.groups.sectors import sector_of
from fairshelf.audits.groups.standards import find_standard

if TYPE_CHECKING:
    from pathlib import Path

NAN = math.nan


def _label(standard: str, **columns: list[Any]) -> Labels:
    count = len(next(iter(columns.values())))
    sellers = pa.table({"seller": [str(row) for row in range(count)], **columns})
    return label_sellers(sellers, {"size": None}, {"size": standard})[0]


def _one(standard: str, **values: float | str | None) -> str:
    """Give ``level`` or ``unknown/reason`` of a single seller."""
    labels = _label(standard, **{name: [value] for name, value in values.items()})
    level, rule = labels.mapping[0].level, labels.mapping[0].rule
    return level if level != "unknown" else f"unknown/{rule.split('#')[1]}"


CHINA = [
    ("retail", 400, 6e6, "medium"),
    ("retail", 300, 2e8, "large"),
    ("retail", 299, 2e8, "medium"),
    ("retail", 300, 199_999_999, "medium"),
    ("retail", 9, 1e9, "micro"),
    ("retail", 10, 1e6, "small"),
    ("retail", 10, 999_999.99, "micro"),
    ("retail", 50, 4_999_999, "small"),
    ("retail", 50, 5e6, "medium"),
    ("agriculture", NAN, 500_000, "small"),
    ("agriculture", 3, 499_999, "micro"),
    ("agriculture", 3, 2e8, "large"),
    ("software", 103, 157_350_000, "medium"),
    ("wholesale", 5, 1e7, "small"),
    ("industry", 1000, 4e8, "large"),
    ("industry", 20, 2_999_999, "micro"),
    ("other", 300, NAN, "large"),
    ("other", 9, NAN, "micro"),
]


@pytest.mark.parametrize("standard", ["CN-NBS-2017", "CN-MIIT-2011"])
@pytest.mark.parametrize(("sector", "employees", "revenue", "level"), CHINA)
def test_the_chinese_golden_cases(
    standard: str, sector: str, employees: float, revenue: float, level: str
) -> None:
    """Worked cases and every boundary of the retail row come out as the table says."""
    found = _one(standard, employees=employees, annual_revenue=revenue, sector=sector)
    assert found == level


@pytest.mark.parametrize(
    ("employees", "revenue", "level"),
    [
        (9.0, NAN, "micro"),
        (NAN, 999_999.0, "micro"),
        (12.0, NAN, "unknown/at_most_small"),
        (60.0, NAN, "unknown/at_most_medium"),
        (NAN, 3e8, "unknown/numbers_missing"),
        (NAN, NAN, "unknown/numbers_missing"),
    ],
)
def test_one_chinese_number_alone_gives_an_upper_bound(
    employees: float, revenue: float, level: str
) -> None:
    """Below the small limit one number settles micro; above it the class stays open."""
    assert _one("CN-NBS-2017@retail", employees=employees, annual_revenue=revenue) == level


def _limits(root: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Give lower limits by sector, class and metric, read from the table by this test."""
    limits: dict[str, dict[str, dict[str, float]]] = {}
    with (root / "audits" / "standards" / "size_standards.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["scheme_id"] == "CN-NBS-2017" and row["lower"]:
                by_class = limits.setdefault(row["sector_code"], {})
                by_class.setdefault(row["size_class"], {})[row["metric"]] = float(row["lower"])
    return limits


def test_the_chinese_rule_is_the_written_rule(root: Path) -> None:
    """大型、中型和小型企业须同时满足所列指标的下限,否则下划一档;微型只须满足一项 (every sector)."""
    rng = np.random.default_rng(20171228)
    limits = _limits(root)
    assert len(limits) == 16
    columns = {"employees": "employees", "revenue": "annual_revenue", "assets": "assets"}
    for sector, classes in limits.items():
        drawn: dict[str, list[float]] = {}
        for metric, column in columns.items():
            marks = [by[metric] for by in classes.values() if metric in by] or [1e6]
            near = rng.choice([*marks, *(mark - 1 for mark in marks)], 150)
            drawn[column] = [*near, *np.exp(rng.uniform(0, math.log(3 * max(marks)), 150))]
        labels = _label(f"CN-NBS-2017@{sector}", **drawn)
        for row in range(300):
            expected = next(
                (
                    level
                    for level in ("large", "medium", "small")
                    if all(drawn[columns[m]][row] >= low for m, low in classes[level].items())
                ),
                "micro",
            )
            assert labels.levels[labels.codes[row]] == expected


@pytest.mark.parametrize(
    ("employees", "turnover", "balance", "level"),
    [
        (9, 2e6, 9e9, "micro"),
        (9, 9e9, 2e6, "micro"),
        (10, 2e6, 2e6, "small"),
        (9, 2_000_001, 2_000_001, "small"),
        (49, 10e6, 9e9, "small"),
        (50, 10e6, 10e6, "medium"),
        (249, 50e6, 43_000_001, "medium"),
        (249, 50_000_001, 43e6, "medium"),
        (249, 50_000_001, 43_000_001, "large"),
        (250, 1, 1, "large"),
        (9, 1e6, NAN, "micro"),
        (9, 3e6, NAN, "unknown/at_most_small"),
        (60, 60e6, NAN, "unknown/at_least_medium"),
        (300, NAN, NAN, "large"),
        (NAN, 1e6, 1e6, "unknown/numbers_missing"),
        (NAN, 9e9, 9e9, "unknown/numbers_missing"),
    ],
)
def test_the_european_scheme(employees: float, turnover: float, balance: float, level: str) -> None:
    """Headcount below its ceiling, and turnover or balance sheet at or below theirs."""
    found = _one("EU-2003-361", employees=employees, annual_revenue=turnover, balance_sheet=balance)
    assert found == level


@pytest.mark.parametrize(
    ("turnover", "balance", "employees", "level"),
    [
        (1e6, 5e5, 999, "micro"),
        (1e6, 9e9, 10, "micro"),
        (9e9, 5e5, 10, "micro"),
        (1_000_001, 500_001, 10, "small"),
        (15e6, 7.5e6, 999, "small"),
        (54e6, 9e9, 250, "medium"),
        (54_000_001, 27_000_001, 1, "large"),
        (1e6, 5e5, NAN, "micro"),
        (54_000_001, 27_000_001, NAN, "large"),
        (1e6, 500_001, NAN, "unknown/at_most_small"),
        (1e6, NAN, NAN, "unknown/numbers_missing"),
    ],
)
def test_the_scheme_of_the_united_kingdom(
    turnover: float, balance: float, employees: float, level: str
) -> None:
    """Two of three ceilings, each kept at the limit itself."""
    found = _one(
        "UK-CA2006-2025", employees=employees, annual_revenue=turnover, balance_sheet=balance
    )
    assert found == level


@pytest.mark.parametrize(
    ("standard", "investment", "turnover", "level"),
    [
        ("IN-MSME-2025", 2.5e7, 1e8, "micro"),
        ("IN-MSME-2025", 2.5e7 + 1, 1e8, "small"),
        ("IN-MSME-2025", 1, 1e8 + 1, "small"),
        ("IN-MSME-2025", 1.25e9, 5e9, "medium"),
        ("IN-MSME-2025", 1, 5e9 + 1, "large"),
        ("IN-MSME-2025", NAN, 1e8, "unknown/numbers_missing"),
        ("IN-MSME-2025", NAN, 9e9, "unknown/numbers_missing"),
        ("IN-MSME-2020", 1e7, 5e7, "micro"),
        ("IN-MSME-2020", 2.5e7, 1e8, "small"),
        ("IN-MSME-2020", 5e8, 2.5e9, "medium"),
    ],
)
def test_the_indian_schemes(standard: str, investment: float, turnover: float, level: str) -> None:
    """Both ceilings must be kept, and both numbers are needed."""
    assert _one(standard, investment=investment, annual_revenue=turnover) == level


@pytest.mark.parametrize(
    ("sector", "expected"),
    [
        *(("retail", "retail"), ("零售业", "retail"), ("零售", "retail"), ("52", "retail")),
        *(("F5211", "retail"), ("F 52", "retail"), ("Retail", "retail"), ("52.0", "retail")),
        *(("A", "agriculture"), ("C", "industry"), ("C1310", "industry"), ("7010", "real_estate")),
        *(("7020", "property_mgmt"), ("7030", "other"), ("农、林、牧、渔业", "agriculture")),
        *(("Wholesale", "wholesale"), ("64", "information"), ("6510", "software")),
        *(("70", None), ("66", None), ("P", None), ("", None), ("奶茶", None), ("99", None)),
    ],
)
def test_a_sector_is_known_by_code_and_by_name(sector: str, expected: str | None) -> None:
    """GB/T 4754 codes, our codes, Chinese and English names; nothing is guessed."""
    assert sector_of(sector, find_standard("CN-NBS-2017").standard) == expected


def test_a_sector_that_is_not_known_leaves_the_class_unknown() -> None:
    """No default sector is guessed, and the notice names what was not understood."""
    labels = _label(
        "CN-NBS-2017",
        employees=[400.0, 400.0],
        annual_revenue=[6e6, 6e6],
        sector=["零售", "奶茶"],
    )
    assert labels.sellers.tolist() == [0, 0, 1, 0, 1]
    told = next(notice for notice in labels.notices if notice.code == "sector_unknown")
    assert told.facts["sectors"] == ["奶茶"]


def test_money_in_another_currency_is_not_compared() -> None:
    """Dollars are not held against limits in yuan; staff alone may still settle micro."""
    labels = _label(
        "CN-NBS-2017@retail",
        employees=[400.0, 400.0, 3.0, 400.0],
        annual_revenue=[6e6, 6e6, 6e6, 6e6],
        currency=["人民币", "USD", "USD", None],
    )
    levels = [labels.levels[code] for code in labels.codes]
    assert levels == ["medium", "unknown", "micro", "medium"]
    assert labels.mapping[labels.rule_of[1]].rule == "CN-NBS-2017#currency_mismatch"
    codes = [notice.code for notice in labels.notices]
    assert "currency_mismatch" in codes
    assert "currency_assumed" in codes


def test_what_a_scheme_asks_beyond_the_numbers_is_said() -> None:
    """Linked firms, a second year, platform sales for revenue: the reader is told."""
    eu = _label("EU-2003-361", employees=[3.0], annual_revenue=[1e6])
    uk = _label("UK-CA2006-2025", employees=[3.0], annual_revenue=[1e6])
    told = {notice.code for notice in eu.notices} | {notice.code for notice in uk.notices}
    assert {"size_linked_firms", "size_two_years", "size_revenue_as_given"} <= told
    absent = next(n for n in eu.notices if n.code == "size_columns_missing")
    assert absent.facts["columns"] == ["balance_sheet"]


def test_impossible_numbers_count_as_missing() -> None:
    """Minus five people and infinite revenue are not small or large."""
    labels = _label(
        "CN-NBS-2017@retail",
        employees=[-5.0, 400.0, math.inf],
        annual_revenue=[2e8, math.inf, 2e8],
    )
    assert labels.sellers.tolist() == [0, 0, 0, 0, 3]
    assert [notice.code for notice in labels.notices].count("numbers_impossible") == 2


def test_the_coarse_split_uses_a_range_that_lies_in_one_half() -> None:
    """At most small is small, whatever the missing number; at most medium is open."""
    sellers = pa.table({"seller": ["a", "b", "c"], "employees": [12.0, 60.0, 5.0]})
    made = label_sellers(sellers, {"size": None}, {"size": "CN-NBS-2017@retail"})
    coarse = next(labels for labels in made if labels.name == "size:small_large")
    assert [coarse.levels[code] for code in coarse.codes] == ["small", "unknown", "small"]
    assert not coarse.declared


def test_a_standard_without_its_numbers_says_which_it_needs() -> None:
    """A size standard on a table of names only cannot be used."""
    sellers = pa.table({"seller": ["a"], "size": ["小型"]})
    with pytest.raises(DataError) as caught:
        label_sellers(sellers, {"size": None}, {"size": "EU-2003-361"})
    assert caught.value.code == "standard_columns_missing"
    assert caught.value.facts["columns"] == ["employees", "annual_revenue", "balance_sheet"]


@pytest.mark.parametrize(
    ("standard", "code"),
    [
        ("CN-NBS-2071", "standard_unknown"),
        ("US-SBA", "standard_not_usable"),
        ("CN-NBS-URC", "standard_wrong_kind"),
        ("CN-NBS-2017@tea", "standard_bad_option"),
        ("EU-2003-361@retail", "standard_bad_option"),
    ],
)
def test_a_wrong_size_standard_is_refused(standard: str, code: str) -> None:
    """Unknown, unusable and unfitting standards each have their own sentence."""
    sellers = pa.table({"seller": ["a"], "employees": [3.0]})
    with pytest.raises(UsageError) as caught:
        label_sellers(sellers, {"size": None}, {"size": standard})
    assert caught.value.code == code
    assert code != "standard_unknown" or "CN-NBS-2017" in caught.value.facts["suggestions"]
