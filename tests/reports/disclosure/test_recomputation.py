"""A withheld group cannot be worked out from what is published beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.reports.disclosure import rules

if TYPE_CHECKING:
    from fairshelf.audits.results import Results


def digits(value: float) -> int:
    """Count the significant digits a figure is printed with."""
    return len(f"{value:.12e}".lstrip("-").split("e")[0].replace(".", "").rstrip("0"))


def test_no_count_stands_beside_a_withheld_group(shape: tuple[Any, Results, Results]) -> None:
    """What compares groups without counts of their own, in estimates and tables, tells none."""
    _, _, shown = shape
    hidden = {
        (record.name, level.level)
        for record in shown.groups
        for level in record.levels
        if level.sellers is None
    }
    assert hidden
    for name, table in shown.tables.items():
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        for row in rows:
            if {(row.get("attribute"), row.get(one)) for one in ("group", "reference")} & hidden:
                counts = ("sellers", "listings", "incomplete", "requests")
                assert all(row.get(one) is None for one in counts), name
    for one in shown.estimates:
        if {(one.attribute, group) for group in (one.group, one.reference)} & hidden:
            assert one.sellers is one.listings is one.impressions is one.df is one.se is None
            assert one.suppressed or one.reference is not None


def test_comparisons_of_withheld_groups_have_three_digits(both: tuple[Results, Results]) -> None:
    """No ratio against the urban group, in estimates or tables, has a fourth digit."""
    _, shown = both
    figures = [
        value
        for one in shown.estimates
        if "urban" in (one.group, one.reference)
        for value in (one.value, one.low, one.high, one.p_value, one.p_adjusted)
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


def test_exact_intervals_have_two_digits_and_no_p_value(
    one_list: tuple[Results, Results],
) -> None:
    """Four counts give an exact interval; of one between withheld groups two digits are told."""
    _, shown = one_list
    exact = [
        one
        for one in shown.estimates
        if one.method in ("exact", "hypergeometric") and not one.suppressed
    ]
    assert exact
    for one in exact:
        assert one.p_value is one.p_adjusted is None
        assert all(digits(x) <= rules().exact for x in (one.low, one.high) if x)


def test_reasons_do_not_count_the_sellers_of_a_withheld_group(
    shape: tuple[Any, Results, Results],
) -> None:
    """Few sellers are a reason as before; how many is told of groups that are published only."""
    _, full, shown = shape
    open_ = {(r.name, x.level) for r in shown.groups for x in r.levels if x.sellers is not None}
    for before, after in zip(full.findings, shown.findings, strict=True):
        pair = {(after.attribute, after.group), (after.attribute, after.reference)}
        if not after.withheld:
            assert len(after.reasons) == len(before.reasons)
        if not pair <= open_:
            assert not [r for r in after.reasons if {"sellers", "of"} & set(r.facts)]


def test_where_nothing_is_withheld_four_digits_stand() -> None:
    """A figure keeps four digits, does not land on parity or a bound, and zero stays zero."""
    given = rules()
    assert given.figures == 4
    assert given.figure(0.8490566, (1.0, 0.8, 1.25), 4) == 0.8491
    assert given.figure(0.79999, (1.0, 0.8, 1.25), 4) == 0.7999
    assert given.figure(0.9996, (1.0, 0.8, 1.25), 3) == 0.999
    assert given.figure(1.0, (1.0,), 3) == 1.0
    assert given.figure(0.0, (), 3) == 0.0
    assert given.figure(None, (), 3) is None


@given(st.floats(1e-6, 1e6))
def test_rounding_twice_gives_what_rounding_once_gives(value: float) -> None:
    """To three digits and to two, figures of four digits are printed as the full ones would be."""
    told = rules().figure(value, (), 4)
    assert told is not None
    for digits_ in (2, 3):
        assert f"{told:.{digits_ - 1}e}" == f"{value:.{digits_ - 1}e}"
    assert told == pytest.approx(value, rel=1.1e-3)
