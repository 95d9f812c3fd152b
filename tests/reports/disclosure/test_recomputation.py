"""A withheld group cannot be worked out from what is published beside it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit
from fairshelf.reports.disclosure import public, rules

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.results import Results

SELLERS = 60
FEW = (0, 2, 4)


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "annex"])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Results, Results]:
    """Audit 30 rural, 27 urban and 3 island sellers; the urban group is withheld beside the 3."""
    made = random.Random(3)  # noqa: S311 - a simulation
    group = {n: "island" if n in FEW else ("urban", "rural")[n % 2] for n in range(SELLERS)}
    lines = ["request,position,listing,seller,locality"]
    for page in range(40):
        for position, n in enumerate(made.sample(range(SELLERS), 10), 1):
            lines.append(f"r{page},{position},l{n}-{made.randint(0, 1)},s{n},{group[n]}")
    log: Path = tmp_path_factory.mktemp("few") / "log.csv"
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = Settings(attributes={"locality": None}, annex=bool(request.param), permutations=199)
    full = audit([str(log)], None, None, settings).results
    return full, public(full)


def digits(value: float) -> int:
    """Count the significant digits a figure is printed with."""
    return len(f"{value:.12e}".lstrip("-").split("e")[0].replace(".", "").rstrip("0"))


def test_no_count_stands_beside_a_withheld_group(both: tuple[Results, Results]) -> None:
    """Every table row and estimate that compares with the urban group is without counts."""
    _, shown = both
    for name, table in shown.tables.items():
        counts = [
            n for n, c in enumerate(table.columns) if c in ("sellers", "listings", "requests")
        ]
        for row in table.rows:
            if "urban" in row:
                assert all(row[n] is None for n in counts), name
    for one in shown.estimates:
        if "urban" in (one.group, one.reference):
            assert (one.sellers, one.listings, one.impressions) == (None, None, None)


def test_nothing_of_the_withheld_group_itself_is_told(both: tuple[Results, Results]) -> None:
    """A rate of the urban group alone, such as 45/53, would tell both of its counts."""
    _, shown = both
    alone = [one for one in shown.estimates if one.group == "urban" and one.reference is None]
    assert alone
    assert all(one.suppressed and one.value is None for one in alone)


def test_comparisons_with_it_have_two_digits(both: tuple[Results, Results]) -> None:
    """No ratio against the urban group, in estimates or tables, has a third digit."""
    _, shown = both
    figures = [
        value
        for one in shown.estimates
        if "urban" in (one.group, one.reference)
        for value in (one.value, one.low, one.high, one.se, one.p_value, one.p_adjusted)
        if value is not None
    ]
    figures += [
        value
        for table in shown.tables.values()
        for row in table.rows
        if "urban" in row
        for value in row
        if isinstance(value, float)
    ]
    assert len(figures) > 40
    assert [one for one in figures if digits(one) > rules().beside] == []


def test_the_small_group_stays_unknown_to_interval_arithmetic(
    both: tuple[Results, Results],
) -> None:
    """Who even knows how many urban sellers there are cannot tell the islands' impressions.

    Impressions of the urban group follow from its ratio to the rural group per seller, and the
    islands' as what is left; with everything as it is rounded the answer is open by more than 40%.
    """
    full, shown = both
    record, told = full.groups[0], shown.groups[0]
    true = {level.level: level for level in record.levels}
    open_ = next(level for level in told.levels if level.level == "rural")
    curve = shown.tables["specification_curve"]
    rows = [dict(zip(curve.columns, row, strict=True)) for row in curve.rows]
    ratio = next(
        float(str(row["value"]))
        for row in rows
        if (row["browsing"], row["baseline"]) == ("uniform", "sellers")
    )
    assert open_.impressions is not None
    assert open_.sellers is not None
    assert open_.impressions % 10 == shown.rows.used % 10 == 0
    urban = float(true["urban"].sellers or 0)
    step = 0.005
    least, most = (
        (open_.impressions + sign * 5) / open_.sellers * urban / (ratio - sign * step)
        for sign in (-1, 1)
    )
    low = shown.rows.used - 5 - (open_.impressions + 5) - most
    high = shown.rows.used + 5 - (open_.impressions - 5) - least
    island = float(true["island"].impressions or 0)
    assert low < island < high
    assert (high - low) / island > 0.4


def test_where_nothing_is_withheld_four_digits_stand() -> None:
    """A figure keeps four digits, does not land on parity or a bound, and zero stays zero."""
    given = rules()
    assert given.figure(0.8490566, (1.0, 0.8, 1.25), beside=False) == 0.8491
    assert given.figure(0.79999, (1.0, 0.8, 1.25), beside=False) == 0.7999
    assert given.figure(0.9996, (1.0, 0.8, 1.25), beside=True) == 0.99
    assert given.figure(1.0, (1.0,), beside=True) == 1.0
    assert given.figure(0.0, (), beside=True) == 0.0
    assert given.figure(None, (), beside=True) is None
