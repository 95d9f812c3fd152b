"""Headings that count in thousands or more."""

from __future__ import annotations

import pytest

from fairshelf.audits.columns.headings import lookup
from fairshelf.audits.columns.units import factor_of, scaled


@pytest.mark.parametrize(
    ("column", "heading", "factor"),
    [
        ("impressions", "曝光量(万)", 10_000),
        ("impressions", "曝光量（单位：万次）", 10_000),
        ("impressions", "展示量/千", 1_000),
        ("impressions", "曝光(亿)", 100_000_000),
        ("impressions", "曝光量（百万）", 1_000_000),
        ("impressions", "Impressions (thousands)", 1_000),
        ("revenue", "销售额（万元）", 10_000),
        ("revenue", "支付金额_万元", 10_000),
        ("revenue", "交易额万元", 10_000),
        ("revenue", "Revenue (k)", 1_000),
        ("impressions", "曝光量_w", 10_000),
        ("impressions", "曝光量（W）", 10_000),
        ("impressions", "impressions_w", 1),
        ("clicks", "clicks (W)", 1),
        ("annual_revenue", "营业收入(亿元)", 100_000_000),
        ("price", "价格(千元)", 1_000),
        ("price", "价格(元)", 1),
        ("price", "价格(元/千克)", 1),
        ("price", "单价/千克", 1),
        ("impressions", "曝光量", 1),
        ("impressions", "千次曝光", 1),
        ("rating", "评分(万)", 1),
    ],
)
def test_the_unit_of_a_heading(column: str, heading: str, factor: int) -> None:
    """Only a multiplier at the end of the heading of a count or an amount is its unit."""
    assert factor_of(column, heading) == factor


@pytest.mark.parametrize(
    ("heading", "column"),
    [("展示量/千", "impressions"), ("支付金额_万元", "revenue"), ("交易额万元", "revenue")],
)
def test_a_heading_with_a_unit_is_still_known(heading: str, column: str) -> None:
    """The unit does not hide what the column is."""
    assert column in [known.canonical for known in lookup(heading)]


@pytest.mark.parametrize(
    ("cell", "number", "whole", "value"),
    [
        ("3.2", 3.2, True, 32_000.0),
        ("0.57", 0.57, True, 5_700.0),
        ("0.57", 0.57, False, 5_700.0),
        ("0.33333333", 0.33333333, True, 3_333.0),
        ("1.2万", 12_000.0, True, 12_000.0),
        ("RMB 3", 3.0, False, 30_000.0),
        (None, None, True, None),
    ],
)
def test_cells_are_multiplied_once(
    cell: str | None,
    number: float | None,
    whole: bool,  # noqa: FBT001
    value: float | None,
) -> None:
    """A cell that bears a multiplier of its own stays as it is; counts end whole."""
    assert scaled(number, cell, 10_000, whole=whole) == value
